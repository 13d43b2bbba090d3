// SPDX-License-Identifier: MIT
#include "checker/bench/pageref.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <stdexcept>

namespace pincheck::bench {
namespace {

int width_of(int largest) {
  return static_cast<int>(std::bit_width(static_cast<unsigned>(largest)));
}

std::uint64_t ones(int count) { return explore::low_word(explore::low_bits(count)); }

std::uint8_t bit_of_page(int p) { return static_cast<std::uint8_t>(p == 0 ? 0 : 1 << p); }

std::uint8_t small(int number) { return static_cast<std::uint8_t>(number); }

/// For a few numbers in random order: a branch would be predicted wrong half of the time.
template <std::size_t kSize>
void sort_without_branches(std::array<std::uint64_t, kSize>& numbers) {
  for (std::size_t end = 1; end < kSize; ++end)
    for (std::size_t i = end; i > 0; --i) {
      const std::uint64_t low = std::min(numbers[i - 1], numbers[i]);
      numbers[i] = std::max(numbers[i - 1], numbers[i]);
      numbers[i - 1] = low;
    }
}

}  // namespace

PagerefSpace::PagerefSpace(const PagerefConfig& config)
    : pages_(config.pages), convention_(config.convention) {
  check_limits(config);
  add_reader_states(config.merge_local);
  add_splice_states(config);
  add_round_states(kWritebacks, kWritebackDone);
  add_round_states(kReclaimers, kReclaimerDone);
  lay_out(config);
  add_permutations();
}

void PagerefSpace::check_limits(const PagerefConfig& config) const {
  const auto is_between = [](int low, int value, int high) {
    return low <= value && value <= high;
  };
  const int actors = config.readers + config.splices + config.writebacks + config.reclaimers;
  bool fits = is_between(1, pages_, kMaxPages) && is_between(0, convention_, 2) && actors > 0;
  for (const int count : {config.readers, config.splices, config.writebacks, config.reclaimers})
    fits = fits && is_between(0, count, kMaxActors);
  if (!fits) throw std::invalid_argument("pageref: a parameter is out of range");
}

void PagerefSpace::add_state(Group& group, Local local) {
  group.code[Group::at(local.pc, local.a, local.b)] = small(group.codes);
  group.local[group.codes] = local;
  ++group.codes;
}

/// Every combination of program counter and pages that the program can have.
void PagerefSpace::add_reader_states(bool merge_local) {
  Group& group = groups_[kReaders];
  const auto add = [&](int pc, int a, int b) {
    const int pinned = bit_of_page(a) | bit_of_page(b);
    add_state(group, {small(pc), small(a), small(b), small(pinned), pc == kReaderDone});
  };
  add(kAcquire0, 0, 0);
  add(kReaderDone, 0, 0);
  for (int b = 0; b <= pages_; ++b) add(kRelease1, 0, b);
  for (int a = 1; a <= pages_; ++a) {
    add(kAcquire1, a, 0);
    for (int b = 0; b <= pages_; ++b) {
      if (b == a) continue;
      for (int pc = kReaderSubmit; pc <= kRelease0; ++pc) add(pc, a, b);
      if (!merge_local) continue;
      // Who would stand before a step that is none stands behind it.
      for (const int pc : {kReaderSubmit, kReaderComplete})
        group.code[Group::at(pc, a, b)] = group.code[Group::at(pc + 1, a, b)];
    }
  }
}

void PagerefSpace::add_splice_states(const PagerefConfig& config) {
  Group& group = groups_[kSplices];
  add_state(group, {kIn, 0, 0, 0, false});
  add_state(group, {kClaim, 0, 0, 0, false});
  add_state(group, {kSpliceDone, 0, 0, 0, true});
  for (int q = 1; q <= pages_; ++q) {
    for (int pc = kAcquire; pc <= kReleaseSlot; ++pc) {
      const bool holds = convention_ == 0 && pc > kAcquire && pc < kReleaseSlot;
      add_state(group, {small(pc), small(q), 0, holds ? bit_of_page(q) : small(0), false});
    }
    if (!config.merge_local) continue;
    for (const int pc : {kSpliceSubmit, kSpliceComplete})
      group.code[Group::at(pc, q, 0)] = group.code[Group::at(pc + 1, q, 0)];
  }
}

/// Writeback and reclaim have a page at every step but the first and the last.
void PagerefSpace::add_round_states(Kind kind, int done) {
  Group& group = groups_[kind];
  add_state(group, {0, 0, 0, 0, true});
  add_state(group, {small(done), 0, 0, 0, true});
  for (int pc = 1; pc < done; ++pc)
    for (int q = 1; q <= pages_; ++q) add_state(group, {small(pc), small(q), 0, 0, false});
}

void PagerefSpace::lay_out(const PagerefConfig& config) {
  const std::array<int, kKinds> counts{config.readers, config.splices, config.writebacks,
                                       config.reclaimers};
  int actors = 0;
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    Group& group = groups_[kind];
    group.count = counts[kind];
    group.first_actor = actors;
    group.shift = ring_shift_;
    group.bits = width_of(group.codes - 1);
    group.mask = ones(group.bits);
    actors += group.count;
    ring_shift_ += group.count * group.bits;
  }
  id_bits_ = width_of(pages_);
  id_mask_ = ones(id_bits_);
  rest_bits_ = ring_shift_ + config.splices * id_bits_;
  rest_mask_ = ones(rest_bits_);
  // Nobody gets the same page more often: a splice twice, the others once.
  lay_out_pages(2 + actors + config.splices, config.readers + config.splices);
  if (rest_bits_ > 64 || pages_ * page_bits_ > 64)
    throw std::invalid_argument("pageref: too many actors");
}

void PagerefSpace::lay_out_pages(int most_references, int most_pins) {
  const int reference_bits = width_of(most_references);
  const int pin_bits = width_of(most_pins);
  page_bits_ = kFlagBits + reference_bits + pin_bits;
  page_mask_ = ones(page_bits_);
  reference_mask_ = ones(reference_bits) << kFlagBits;
  one_pin_ = kOneReference << reference_bits;
  pin_mask_ = ones(pin_bits) * one_pin_;
  for (int p = 1; p <= pages_; ++p) page_shift_[p] = (pages_ - p) * page_bits_;
}

/// Every page in the cache and mapped, every actor at its start.
explore::Key PagerefSpace::initial() const {
  State state;
  for (int p = 1; p <= pages_; ++p)
    state.pages |= (kPageMapped | kPageCached | 2 * kOneReference) << page_shift_[p];
  for (const Group& group : groups_)
    for (int i = 0; i < group.count; ++i)
      state.rest |= std::uint64_t{group.code[0]} << (group.shift + i * group.bits);
  return pack(state.pages, state.rest);
}

std::uint32_t PagerefSpace::at_end(explore::Key key) const {
  const State state = unpack(key);
  for (const Group& group : groups_) {
    std::uint64_t codes = state.rest >> group.shift;
    for (int i = 0; i < group.count; ++i, codes >>= group.bits)
      if (!group.local[codes & group.mask].resting) return 0;
  }
  for (int p = 1; p <= pages_; ++p) {
    const std::uint64_t it = page(state, p);
    const int holders = ((it & kPageMapped) != 0 ? 1 : 0) + ((it & kPageCached) != 0 ? 1 : 0);
    const std::uint64_t counted =
        it & (pin_mask_ | reference_mask_ | kPageUnderWriteback | kPageIsolated);
    if (counted != holders * kOneReference || (holders > 0 && (it & kPageFreed) != 0))
      return bit_of(PagerefError::leftovers);
  }
  return 0;
}

void PagerefSpace::add_permutations() {
  std::array<std::uint8_t, kMaxPages> order{};
  std::iota(order.begin(), order.end(), std::uint8_t{0});
  auto* const end = order.begin() + pages_;
  int number = 0;
  do {
    add_permutation(order, number);
    add_stabilisers(order, number);
    ++number;
  } while (std::next_permutation(order.begin(), end));
}

/// The permutation that makes page order[i] (pages count from 0 here) page i.
void PagerefSpace::add_permutation(const std::array<std::uint8_t, kMaxPages>& order, int number) {
  auto& to = new_id_[number];
  unsigned index = 0;
  for (int i = 0; i < pages_; ++i) {
    to[order[i] + 1] = small(i + 1);
    index |= static_cast<unsigned>(order[i]) << 2 * i;
  }
  permutation_of_[index] = small(number);
  for (Group& group : groups_)
    for (int code = 1; code < group.codes; ++code) {
      const Local& local = group.local[code];
      group.renamed[number][code] = group.code[Group::at(local.pc, to[local.a], to[local.b])];
    }
}

/// Notes the permutation for every set of equal neighbours among which it stays.
void PagerefSpace::add_stabilisers(const std::array<std::uint8_t, kMaxPages>& order, int number) {
  unsigned crossed = 0;
  for (int i = 0; i < pages_; ++i)
    for (int between = std::min<int>(i, order[i]); between < std::max<int>(i, order[i]); ++between)
      crossed |= 1U << between;
  for (unsigned equal = 0; equal < stabilisers_.size(); ++equal)
    if ((crossed & ~equal) == 0) stabilisers_[equal].push_back(small(number));
}

explore::Key PagerefSpace::canonical(explore::Key key) const {
  const std::uint64_t pages = explore::low_word(key >> rest_bits_);
  const std::uint64_t rest = explore::low_word(key) & rest_mask_;
  switch (pages_) {
    case 1: return canonical_of<1>(pages, rest);
    case 2: return canonical_of<2>(pages, rest);
    case 3: return canonical_of<3>(pages, rest);
    default: return canonical_of<4>(pages, rest);
  }
}

/// Pages are the most significant part, so they are in order in the least packed state, and only
/// the permutations among equal ones are left to be compared.
template <std::size_t kPages>
explore::Key PagerefSpace::canonical_of(std::uint64_t pages, std::uint64_t rest) const {
  std::array<std::uint64_t, kPages> sorted;
  for (std::size_t i = kPages; i-- > 0; pages >>= page_bits_)
    sorted[i] = (pages & page_mask_) << 2 | i;
  sort_without_branches(sorted);
  std::size_t order = 0;
  std::size_t equal = 0;
  pages = 0;
  for (std::size_t i = 0; i < kPages; ++i) {
    order |= (sorted[i] & 3) << 2 * i;
    pages = pages << page_bits_ | sorted[i] >> 2;
    if (i > 0) equal |= std::size_t{sorted[i - 1] >> 2 == sorted[i] >> 2} << (i - 1);
  }
  rest = renamed(rest, permutation_of_[order]);
  std::uint64_t least = rest;
  if (equal != 0)
    for (const std::uint8_t among_equal : stabilisers_[equal])
      least = std::min(least, renamed(rest, among_equal));
  return pack(pages, least);
}

/// Renames the pages that the ring and the actors know, and sorts the actors of each kind.
std::uint64_t PagerefSpace::renamed(std::uint64_t rest, int permutation) const {
  std::uint64_t result = renamed_ring(rest, permutation);
  for (const Group& group : groups_)
    if (group.count > 0) result |= renamed_group(group, rest, permutation);
  return result;
}

std::uint64_t PagerefSpace::renamed_ring(std::uint64_t rest, int permutation) const {
  const auto& new_id = new_id_[permutation];
  std::uint64_t result = 0;
  for (int shift = ring_shift_; shift < rest_bits_; shift += id_bits_)
    result |= std::uint64_t{new_id[rest >> shift & id_mask_]} << shift;
  return result;
}

std::uint64_t PagerefSpace::renamed_group(const Group& group, std::uint64_t rest, int permutation) {
  const auto& renamed = group.renamed[permutation];
  std::uint64_t codes = rest >> group.shift;
  std::uint64_t result = renamed[codes & group.mask];
  if (group.count == 2) {
    const std::uint64_t other = renamed[codes >> group.bits & group.mask];
    result = std::max(result, other) | std::min(result, other) << group.bits;
  } else if (group.count > 2) {
    result = 0;
    std::array<std::uint8_t, kMaxActors> sorted;
    for (int i = 0; i < group.count; ++i, codes >>= group.bits) {
      const std::uint8_t code = renamed[codes & group.mask];
      int at = i;
      for (; at > 0 && sorted[at - 1] > code; --at) sorted[at] = sorted[at - 1];
      sorted[at] = code;
    }
    for (int i = 0; i < group.count; ++i) result = result << group.bits | sorted[i];
  }
  return result << group.shift;
}

}  // namespace pincheck::bench
