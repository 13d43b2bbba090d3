// SPDX-License-Identifier: MIT
#include "checker/source/follow/page_numbers.hpp"

#include <array>
#include <cstdlib>

namespace pincheck::follow {
namespace {

using value::Kind;
using value::Term;

constexpr std::uint64_t kPages = 0xffff'ea00'0000'0000;      ///< of the structs
constexpr std::uint64_t kDirectMap = 0xffff'8880'0000'0000;  ///< of their contents
constexpr std::uint64_t kStructBytes = 64;
constexpr std::uint64_t kPageBytes = 4096;
/// What is right for all of these is no chance.
constexpr std::array<std::uint64_t, 3> kNumbers{0x1'2345, 0x3f'fff1, 0x7};

/// So far from each other's these are.
bool is_near(std::uint64_t word, std::uint64_t place) {
  return std::abs(static_cast<std::int64_t>(word - place)) < kContents / 2;
}

std::uint64_t page_at(std::uint64_t number) { return kPages + number * kStructBytes; }
std::uint64_t contents_at(std::uint64_t number) { return kDirectMap + number * kPageBytes; }

}  // namespace

std::optional<std::uint64_t> word_of_layout(std::string_view variable) {
  if (variable == "vmemmap_base") return kPages;
  if (variable == "page_offset_base") return kDirectMap;
  return std::nullopt;
}

/// An address in the page's contents is written as one beyond its struct.
Term PageNumbers::sum_with(const value::Node& sum, std::uint32_t page, std::uint64_t number) {
  Term total = terms_.constant(sum.value, sum.width);
  for (const value::Part& part : sum.parts) {
    Term one = with(part.of, page, number);
    const bool inside =
        terms_[part.of].kind == Kind::object && part.times == 1 &&
        (is_near(sum.value, kContents) || is_near(sum.value, kContents - kDirectMap));
    if (inside)
      one = terms_.constant(contents_at(number) - static_cast<std::uint64_t>(kContents), 64);
    total = terms_.add(total, terms_.times(one, part.times));
  }
  return total;
}

/// The term with that number's page in the place of the page.
Term PageNumbers::with(Term term, std::uint32_t page, std::uint64_t number) {
  const value::Node node = terms_[term];
  switch (node.kind) {
    case Kind::constant:
    case Kind::symbol: return term;
    case Kind::object: return node.value == page ? terms_.constant(page_at(number), 64) : term;
    case Kind::sum: return sum_with(node, page, number);
    case Kind::binary:
      return terms_.binary(node.op, with(node.a, page, number), with(node.b, page, number));
    case Kind::cast: return terms_.cast(node.op, with(node.a, page, number), node.width);
    case Kind::compare:
      return terms_.compare(node.op, with(node.a, page, number), with(node.b, page, number));
  }
  return term;
}

Term PageNumbers::found(Term term, std::uint32_t page) {
  bool is_page = true;
  std::optional<std::uint64_t> inside;
  for (const std::uint64_t number : kNumbers) {
    const auto word = terms_.constant_of(with(term, page, number));
    if (!word) return term;
    is_page = is_page && *word == page_at(number);
    const std::uint64_t offset = *word - contents_at(number);
    if (!is_page && (offset >= kPageBytes || inside.value_or(offset) != offset)) return term;
    inside = offset;
  }
  const Term address = terms_.object(page);
  return is_page ? address : terms_.plus(address, kContents + static_cast<std::int64_t>(*inside));
}

Term PageNumbers::simplified(Term term, std::uint32_t page) {
  const auto [place, is_new] = known_.try_emplace(term, term);
  if (is_new) place->second = found(term, page);
  return place->second;
}

}  // namespace pincheck::follow
