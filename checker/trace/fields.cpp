// SPDX-License-Identifier: MIT
#include "checker/trace/fields.hpp"

#include <algorithm>

#include "checker/trace/line.hpp"

namespace pincheck::trace {
namespace {

enum class Key : std::uint8_t {
  page,  ///< its pfn, or its struct page
  n,     ///< references, pages, an order, or what is added
  flags,
  count,  ///< of page_ref's lines
  ret,
  bio,
  itertype,
  first_page,  ///< from here on: what may fault, or do without
  ref,
  head,
  other,
};

constexpr Fields bit(Key key) { return static_cast<Fields>(1U << static_cast<unsigned>(key)); }

Key key_of(std::string_view key) {
  if (key == "pfn" || key == "page" || key == "folio") return Key::page;
  if (key == "refs" || key == "n" || key == "val" || key == "order" || key == "npages")
    return Key::n;
  if (key == "flags") return Key::flags;
  if (key == "ref" || key == "ref0" || key == "bvec0ref") return Key::ref;
  if (key == "count") return Key::count;
  if (key == "ret") return Key::ret;
  if (key == "bio") return Key::bio;
  if (key == "head" || key == "head0") return Key::head;
  if (key == "itertype") return Key::itertype;
  return key == "page0" || key == "bvec0page" ? Key::first_page : Key::other;
}

/// Calls with every argument's name: "page=%di:x64 flags=%si:x32".
template <class Use>
void each_argument(const Probe& probe, bool returns, Kernel kernel, Use use) {
  std::string_view fetch = returns ? probe.result : probe.fetch(kernel);
  for (Field field; next_field(fetch, field);) use(field.key);
}

/// Counts have 32 bits; what has more is no count, and must not overflow sums.
std::int64_t counted(std::int64_t value) {
  using Limits = std::numeric_limits<std::int32_t>;
  return std::clamp<std::int64_t>(value, Limits::min(), Limits::max());
}

std::uint64_t pfn_of(std::int64_t pointer, std::uint64_t vmemmap) {
  const auto address = static_cast<std::uint64_t>(pointer);
  if (address == 0) return kNoPfn;
  return (address < vmemmap ? address : address - vmemmap) / kStructPage;
}

/// A tracepoint prints flags by name, and hashed pointers beside the pfn.
bool is_no_number(std::string_view key) {
  return key == "flags" || key == "page" || key == "folio";
}

}  // namespace

Fields needed_fields(const Probe& probe, bool returns, Kernel kernel) {
  Fields needed = 0;
  each_argument(probe, returns, kernel, [&](std::string_view name) {
    if (const Key key = key_of(name); key < Key::first_page) needed |= bit(key);
  });
  return needed;
}

std::string argument_names(const Probe& probe, bool returns, Kernel kernel, Fields fields) {
  std::string out;
  each_argument(probe, returns, kernel, [&](std::string_view name) {
    if ((fields & bit(key_of(name))) != 0) out += (out.empty() ? "" : ", ") + std::string(name);
  });
  return out;
}

Fields take_fields(std::string_view text, bool tracepoint, std::uint64_t vmemmap, Record& record) {
  Field field;
  Fields seen = 0;
  std::int64_t head = 0;
  while (next_field(text, field)) {
    const Key key = key_of(field.key);
    if (key == Key::other) continue;
    if (tracepoint && is_no_number(field.key)) {
      if (key != Key::flags) continue;
      record.large = field.value.find("head") != std::string_view::npos;
      record.reserved = field.value.find("reserved") != std::string_view::npos;
      continue;
    }
    const Number number = parse_number(field.value);
    if (!number.good) continue;
    seen |= bit(key);
    switch (key) {
      case Key::page:
      case Key::first_page:
        record.page = field.key == "pfn" ? static_cast<std::uint64_t>(number.value)
                                         : pfn_of(number.value, vmemmap);
        break;
      case Key::n: record.n = counted(number.value); break;
      case Key::flags: record.flags = number.value; break;
      case Key::count:
      case Key::ref: record.ref = counted(number.value); break;
      case Key::ret: record.ret = number.value; break;
      case Key::bio: record.bio = static_cast<std::uint64_t>(number.value); break;
      case Key::head: head = number.value; break;
      case Key::itertype: record.itertype = static_cast<std::int8_t>(number.value); break;
      case Key::other: break;
    }
  }
  if ((head & 1) != 0) {  // a tail page: its folio is what is counted
    record.page = pfn_of(head - 1, vmemmap);
    record.large = true;
    record.ref = -1;
  }
  return seen;
}

}  // namespace pincheck::trace
