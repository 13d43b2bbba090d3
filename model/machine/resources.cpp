// SPDX-License-Identifier: MIT
// Parts of the world, numbered.
#include <bit>

#include "model/machine/footprint.hpp"

namespace pincheck {
namespace {

constexpr int kCounts = kPageFlagBits;
constexpr int kFirstPte = kCounts + 3;
static_assert(kFirstPte + kMaxMms * kPteFlagBits == PagePart::kResources);
constexpr int kFirstOwn = Parts::kResources;

/// Request flags that have a resource of their own; the others share the last one.
constexpr std::array<int, Resources::kOwn - 2> kOwnFlags{
    kSubmitted, kDeviceDone, kCompleted, kReturned, kKilled, kIoError, kCancelled};

constexpr Resources bit(int index) {
  Resources one;
  one.word[index / 64] = std::uint64_t{1} << index % 64;
  return one;
}

/// The first so many.
constexpr Resources first_bits(int count) {
  Resources all;
  for (int i = 0; i < count; ++i) all.word[i / 64] |= std::uint64_t{1} << i % 64;
  return all;
}

/// A piece of a part.
template <class Part>
constexpr Resources piece(int index, int offset) {
  return bit(Parts::resources_before<Part>() + index * Part::kResources + offset);
}

/// The same pieces of each of these pages, a bit each.
Resources of_pages(PageSet pages, std::uint64_t pieces) {
  constexpr int kFirst = Parts::resources_before<PagePart>();
  static_assert(PagePart::kResources <= 64);
  Resources all;
  for (unsigned rest = pages; rest != 0; rest &= rest - 1) {
    const int at = kFirst + std::countr_zero(rest) * PagePart::kResources;
    const int shift = at % 64;
    all.word[at / 64] |= pieces << shift;
    if (shift > 0 && at / 64 + 1 < Resources::kWords)
      all.word[at / 64 + 1] |= pieces >> (64 - shift);
  }
  return all;
}

constexpr std::uint64_t pte_pieces(int mm, int mask) {
  return static_cast<std::uint64_t>(mask) << (kFirstPte + mm * kPteFlagBits);
}

}  // namespace

Resources Resources::counts(PageSet pages) { return of_pages(pages, 1ULL << kCounts); }
Resources Resources::in_flight(PageSet pages) { return of_pages(pages, 2ULL << kCounts); }
Resources Resources::stale(PageSet pages) { return of_pages(pages, 4ULL << kCounts); }
Resources Resources::pipe_lock(int pipe) { return piece<PipePart>(pipe, 0); }
Resources Resources::pipe_ring(int pipe) { return piece<PipePart>(pipe, 1); }
Resources Resources::process(int process) { return piece<ProcessPart>(process, 0); }
Resources Resources::slots() { return bit(kFirstOwn); }

Resources Resources::flags(PageSet pages, int mask) {
  return of_pages(pages, static_cast<std::uint64_t>(mask & kAllPageFlags));
}

Resources Resources::pte(PageSet pages, int mm, int mask) {
  return of_pages(pages, pte_pieces(mm, mask));
}

Resources Resources::ptes(PageSet pages, int mask) {
  std::uint64_t pieces = 0;
  for (int mm = 0; mm < kMaxMms; ++mm) pieces |= pte_pieces(mm, mask);
  return of_pages(pages, pieces);
}

Resources Resources::whole(PageSet pages) { return freed(pages) | in_flight(pages); }

Resources Resources::freed(PageSet pages) {
  return counts(pages) | stale(pages) | flags(pages, kAllPageFlags) | ptes(pages, kAllPteFlags);
}

Resources Resources::request(int mask) {
  constexpr int kFirst = kFirstOwn + 1;
  Resources all;
  for (std::size_t i = 0; i < kOwnFlags.size(); ++i) {
    if ((mask & kOwnFlags[i]) != 0) all |= bit(kFirst + static_cast<int>(i));
    mask &= ~kOwnFlags[i];
  }
  if (mask != 0) all |= bit(kFirst + static_cast<int>(kOwnFlags.size()));
  return all;
}

Footprint& Footprint::operator|=(const Footprint& other) {
  reads |= other.reads;
  writes |= other.writes;
  everybody = everybody || other.everybody;
  by_number = by_number || other.by_number;
  return *this;
}

Resources Resources::everything() {
  Resources all;
  all.word.fill(~std::uint64_t{0});
  return all;
}

Resources Resources::state_of(std::type_identity<PagePart>, int page) {
  const auto one = static_cast<PageSet>(1 << page);
  return counts(one) | flags(one, kAllPageFlags) | ptes(one, kAllPteFlags);
}
Resources Resources::state_of(std::type_identity<PipePart>, int pipe) {
  return pipe_lock(pipe) | pipe_ring(pipe);
}
Resources Resources::state_of(std::type_identity<ProcessPart>, int index) { return process(index); }

Footprint Footprint::shared() const {
  constexpr Resources kShared = first_bits(kFirstOwn);
  Footprint all = *this;
  for (int i = 0; i < Resources::kWords; ++i) {
    all.reads.word[i] &= kShared.word[i];
    all.writes.word[i] &= kShared.word[i];
  }
  return all;
}

}  // namespace pincheck
