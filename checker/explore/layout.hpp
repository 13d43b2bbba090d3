// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// Which bits of a key hold the number of which part of the world.
#pragma once

#include <array>
#include <new>

#include "checker/explore/key.hpp"
#include "model/machine/parts.hpp"

namespace pincheck::explore {

inline constexpr int kMaxFields = Parts::kMost;

/// A key is a constant 1 (no key is 0), a bit that says that the run has ended there, and a field
/// of some bits per part of the world. Fields of one family have one width, so that
/// symmetric parts can change places. Widths grow as numbers do.
class Layout {
 public:
  static constexpr int kMaxBits = 120;  ///< contexts need the rest of a key
  static constexpr Key kEmpty = 1;
  static constexpr Key kEnded = 2;

  /// `family` numbers each field's family, below kMaxFields.
  Layout() = default;
  Layout(const std::array<int, kMaxFields>& family, int fields) : family_(family), fields_(fields) {
    width_.fill(1);
    place();
  }

  int fields() const { return fields_; }
  int family(int field) const { return family_[field]; }
  /// Bits of a key in use.
  int bits() const { return bits_; }
  Key mask(int field) const { return mask_[field]; }
  std::uint32_t get(Key key, int field) const {
    return static_cast<std::uint32_t>((key & mask_[field]) >> shift_[field]);
  }
  Key put(int field, std::uint32_t number) const { return Key{number} << shift_[field]; }
  bool fits(int field, std::uint32_t number) const { return number >> width_[family_[field]] == 0; }
  /// Makes the field's family wide enough for `number`. Throws std::bad_alloc beyond kMaxBits,
  /// after which the layout is of no use: for a search, that is the end of its memory.
  void widen(int field, std::uint32_t number) {
    while (!fits(field, number)) ++width_[family_[field]];
    place();
  }
  /// The same state as a key of `newer`.
  Key repack(Key key, const Layout& newer) const {
    Key fresh = key & (kEmpty | kEnded);
    for (int field = 0; field < fields_; ++field) fresh |= newer.put(field, get(key, field));
    return fresh;
  }

 private:
  void place() {
    bits_ = 2;
    for (int field = 0; field < fields_; ++field) {
      const int width = width_[family_[field]];
      if (bits_ + width > kMaxBits) throw std::bad_alloc();
      shift_[field] = bits_;
      mask_[field] = low_bits(width) << bits_;
      bits_ += width;
    }
  }

  std::array<int, kMaxFields> family_{};
  int fields_ = 0;
  std::array<int, kMaxFields> width_{};  ///< by family
  std::array<int, kMaxFields> shift_{};
  std::array<Key, kMaxFields> mask_{};
  int bits_ = 0;
};

}  // namespace pincheck::explore
