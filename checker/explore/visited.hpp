// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// The set of states seen.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/explore/key.hpp"
#include "checker/explore/mapping.hpp"

namespace pincheck::explore {

/// Open addressing with linear probing, ordered by the hash's high bits: growing reads the old
/// table and writes the new one from front to back, so that the old one's memory can be given back
/// on the way. An entry is the key itself in one or two words, or its 64-bit fingerprint.
class Visited {
 public:
  struct Shape {
    bool fingerprints = false;    ///< store hashes: a state may be missed (see missed())
    std::size_t value_bytes = 0;  ///< of a value beside each state
    int bits = 64;                ///< of a key; above 64, exact entries take two words
  };
  static constexpr std::size_t kFull = SIZE_MAX;

  /// Bytes of a table that was made for so many states at once.
  static std::size_t bytes_for(const Shape& shape, std::uint64_t states);

  /// `max_bytes`: what the table may take. Room for some thousand states is always taken.
  Visited(Shape shape, std::size_t max_bytes);

  /// Makes room for so many states, where memory allows. Entries that come in the order of their
  /// hashes, as for_each() gives them, need it: they would crowd the front of a growing table.
  void reserve(std::uint64_t states);

  struct Place {
    std::size_t slot = kFull;  ///< kFull: there was no room, and the state is not in the set
    bool fresh = false;
  };
  /// Puts a state in, unless it is there. `hash` is hash_of(key).
  Place insert(Key key, std::uint64_t hash) { return insert_entry(entry_of(key, hash), hash); }
  /// The same for an entry of for_each().
  Place insert_entry(Key entry, std::uint64_t hash) {
    std::size_t slot = find(entry, hash);
    if (at(slot) != 0) return {slot, false};
    if (size_ >= limit_) [[unlikely]] {
      if (!grow()) return {};
      slot = find(entry, hash);
    }
    set(slot, entry);
    ++size_;
    return {slot, true};
  }
  void prefetch(std::uint64_t hash) const {
    __builtin_prefetch(table_.as<std::uint64_t>() + home(hash) * words_, 1);
  }
  bool contains(Key key) const;
  template <class Value>
  Value& value(std::size_t slot) const {
    return values_.as<Value>()[slot];
  }

  std::uint64_t size() const { return size_; }
  std::size_t bytes() const { return table_.bytes() + values_.bytes(); }
  /// Bytes of one entry.
  std::size_t entry_bytes() const { return words_ * sizeof(std::uint64_t) + shape_.value_bytes; }
  const Shape& shape() const { return shape_; }
  void allow(std::size_t max_bytes) { max_bytes_ = max_bytes; }

  /// Calls use(entry, slot) for every state; with fingerprints, the entry is one.
  template <class Use>
  void for_each(Use&& use) const {
    for (std::size_t slot = 0; slot < capacity_; ++slot)
      if (const Key entry = at(slot); entry != 0) use(entry, slot);
  }

 private:
  std::size_t home(std::uint64_t hash) const {
    return static_cast<std::size_t>(high_word(Key{hash} * capacity_));
  }
  Key at(std::size_t slot) const {
    return words_ == 1 ? Key{table_.as<std::uint64_t>()[slot]} : table_.as<Key>()[slot];
  }
  Key entry_of(Key key, std::uint64_t hash) const {
    return shape_.fingerprints ? Key{hash | (hash == 0 ? 1 : 0)} : key;
  }
  void set(std::size_t slot, Key entry) {
    if (words_ == 1)
      table_.as<std::uint64_t>()[slot] = low_word(entry);
    else
      table_.as<Key>()[slot] = entry;
  }
  /// The entry's slot, or the free one where it belongs.
  std::size_t find(Key entry, std::uint64_t hash) const {
    return words_ == 1 ? find_in<std::uint64_t>(low_word(entry), hash) : find_in<Key>(entry, hash);
  }
  template <class Word>
  std::size_t find_in(Word entry, std::uint64_t hash) const {
    const Word* table = table_.as<Word>();
    std::size_t slot = home(hash);
    while (table[slot] != 0 && table[slot] != entry)
      if (++slot == capacity_) slot = 0;
    return slot;
  }
  static std::size_t words_of(const Shape& shape) {
    return shape.fingerprints || shape.bits <= 64 ? 1 : 2;
  }
  bool grow();
  void move_to(std::size_t capacity);
  void allocate(std::size_t capacity);

  Shape shape_;
  std::size_t words_;
  std::size_t max_bytes_;
  std::size_t capacity_ = 0;
  std::uint64_t size_ = 0;
  std::uint64_t limit_ = 0;  ///< states at which it grows
  Mapping table_;
  Mapping values_;
};

/// Probability that a search which stored 64-bit fingerprints of `states` states took a new state
/// for a known one: the birthday bound n (n - 1) / 2^65.
double missed(std::uint64_t states);

}  // namespace pincheck::explore
