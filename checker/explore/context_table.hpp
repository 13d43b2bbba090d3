// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// A hash table from keys to numbers, for what a worker remembers.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "checker/explore/key.hpp"

namespace pincheck::explore {

/// Keys must not be 0. At most 2^32 - 1 numbers.
class ContextTable {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  ContextTable() : slots_(1024) {}

  std::uint32_t find(Key key) const {
    for (std::size_t i = hash_of(key) & mask();; i = (i + 1) & mask()) {
      if (slots_[i].key == key) return slots_[i].number;
      if (slots_[i].key == 0) return kNone;
    }
  }
  /// The key must not be there yet.
  void insert(Key key, std::uint32_t number) {
    if (2 * ++used_ > slots_.size()) grow();
    place(key, number);
  }
  /// Puts use(key) in every key's place.
  template <class Use>
  void rekey(Use&& use) {
    const std::vector<Slot> was = std::exchange(slots_, std::vector<Slot>(slots_.size()));
    for (const Slot& slot : was)
      if (slot.key != 0) place(use(slot.key), slot.number);
  }
  std::size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    Key key = 0;
    std::uint32_t number = kNone;
  };
  std::size_t mask() const { return slots_.size() - 1; }
  void place(Key key, std::uint32_t number) {
    std::size_t i = hash_of(key) & mask();
    while (slots_[i].key != 0) i = (i + 1) & mask();
    slots_[i] = {key, number};
  }
  void grow() {
    const std::vector<Slot> was = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
    for (const Slot& slot : was)
      if (slot.key != 0) place(slot.key, slot.number);
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace pincheck::explore
