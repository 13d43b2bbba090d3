// SPDX-License-Identifier: MIT
// Parts of the world, numbered.
#include <bit>

#include "model/machine/footprint.hpp"

namespace pincheck {
namespace {

constexpr int kCounts = kPageFlagBits;
constexpr int kFirstPte = kCounts + 3;
constexpr int kPerPage = kFirstPte + kMaxMms * kPteFlagBits;
constexpr int kFirstPipe = kPerPage * kMaxPages;
constexpr int kFirstProcess = kFirstPipe + 2 * kMaxPipes;
constexpr int kFirstOwn = kFirstProcess + kMaxProcesses;
constexpr int kOwn = 9;
static_assert(kFirstOwn + kOwn <= 128);

/// Request flags that have a resource of their own; the others share the last one.
constexpr std::array<int, kOwn - 2> kOwnFlags{kSubmitted, kDeviceDone, kCompleted, kReturned,
                                              kKilled,    kIoError,    kCancelled};

Resources bit(int index) {
  return index < 64 ? Resources{std::uint64_t{1} << index, 0}
                    : Resources{0, std::uint64_t{1} << (index - 64)};
}

Resources per_page(PageSet pages, int offset) {
  Resources all;
  for (int page = 0; page < kMaxPages; ++page)
    if ((pages >> page & 1) != 0) all |= bit(page * kPerPage + offset);
  return all;
}

/// State bits, whose first one is at `offset`.
Resources flags_from(PageSet pages, int offset, int mask) {
  Resources all;
  for (int rest = mask; rest != 0; rest &= rest - 1)
    all |= per_page(pages, offset + std::countr_zero(static_cast<unsigned>(rest)));
  return all;
}

}  // namespace

Resources Resources::counts(PageSet pages) { return per_page(pages, kCounts); }
Resources Resources::in_flight(PageSet pages) { return per_page(pages, kCounts + 1); }
Resources Resources::stale(PageSet pages) { return per_page(pages, kCounts + 2); }
Resources Resources::pipe_lock(int pipe) { return bit(kFirstPipe + 2 * pipe); }
Resources Resources::pipe_ring(int pipe) { return bit(kFirstPipe + 2 * pipe + 1); }
Resources Resources::process(int process) { return bit(kFirstProcess + process); }
Resources Resources::slots() { return bit(kFirstOwn); }

Resources Resources::flags(PageSet pages, int mask) { return flags_from(pages, 0, mask); }

Resources Resources::pte(PageSet pages, int mm, int mask) {
  return flags_from(pages, kFirstPte + mm * kPteFlagBits, mask);
}

Resources Resources::ptes(PageSet pages, int mask) {
  Resources all;
  for (int mm = 0; mm < kMaxMms; ++mm) all |= pte(pages, mm, mask);
  return all;
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

PageSet Footprint::pages() const {
  PageSet found = 0;
  for (int page = 0; page < kMaxPages; ++page) {
    const auto one = static_cast<PageSet>(1 << page);
    const Resources own = Resources::counts(one) | Resources::flags(one, kAllPageFlags) |
                          Resources::ptes(one, kAllPteFlags);
    if ((reads | writes).meets(own)) found |= one;
  }
  return found;
}

std::uint8_t Footprint::pipes() const {
  std::uint8_t found = 0;
  for (int pipe = 0; pipe < kMaxPipes; ++pipe)
    if ((reads | writes).meets(Resources::pipe_lock(pipe) | Resources::pipe_ring(pipe)))
      found = static_cast<std::uint8_t>(found | 1 << pipe);
  return found;
}

std::uint8_t Footprint::processes() const {
  std::uint8_t found = 0;
  for (int process = 0; process < kMaxProcesses; ++process)
    if ((reads | writes).meets(Resources::process(process)))
      found = static_cast<std::uint8_t>(found | 1 << process);
  return found;
}

Footprint Footprint::shared() const {
  static_assert(kFirstOwn > 64);
  constexpr std::uint64_t kShared = (std::uint64_t{1} << (kFirstOwn - 64)) - 1;
  return {
      {reads.low, reads.high & kShared}, {writes.low, writes.high & kShared}, everybody, by_number};
}

}  // namespace pincheck
