// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// Numbers for values: equal values get the same number, in the order of first sight.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

#include "checker/explore/key.hpp"

namespace pincheck::explore {

/// A vector whose elements never move: reading one that another thread has handed over needs no
/// lock while a third appends. Chunks double in size.
template <class Value>
class StableVector {
 public:
  const Value& operator[](std::uint32_t i) const {
    const auto [chunk, at] = place(i);
    return chunks_[chunk][at];
  }
  /// Throws std::bad_alloc beyond 2^22 elements or so.
  void push_back(Value value) {
    const auto [chunk, at] = place(size_);
    if (chunk == kChunks) throw std::bad_alloc();
    if (at == 0) chunks_[chunk].resize(std::size_t{kFirst} << chunk);
    chunks_[chunk][at] = std::move(value);
    ++size_;
  }
  std::uint32_t size() const { return size_; }
  std::size_t bytes() const {
    std::size_t all = 0;
    for (const auto& chunk : chunks_) all += chunk.size() * sizeof(Value);
    return all;
  }

 private:
  struct Place {
    std::uint32_t chunk;
    std::uint32_t at;
  };
  static constexpr std::uint32_t kFirst = 32;
  static constexpr std::uint32_t kChunks = 17;

  static Place place(std::uint32_t i) {
    const auto chunk = static_cast<std::uint32_t>(std::bit_width(i / kFirst + 1)) - 1;
    return {chunk, i - kFirst * ((1U << chunk) - 1)};
  }

  std::array<std::vector<Value>, kChunks> chunks_;
  std::uint32_t size_ = 0;
};

template <class Value>
class Interner {
 public:
  std::uint32_t number(const Value& value) {
    const std::size_t slot = find(value);
    if (slots_[slot] != 0) return slots_[slot] - 1;
    values_.push_back(value);
    slots_[slot] = size();
    if (2 * std::size_t{size()} > slots_.size()) grow();
    return size() - 1;
  }
  const Value& operator[](std::uint32_t number) const { return values_[number]; }
  std::uint32_t size() const { return values_.size(); }
  std::size_t bytes() const { return values_.bytes() + slots_.size() * sizeof slots_[0]; }

 private:
  /// Where the value's number is, or belongs.
  std::size_t find(const Value& value) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash_of_bytes(value) & mask;
    while (slots_[slot] != 0 && !(values_[slots_[slot] - 1] == value)) slot = (slot + 1) & mask;
    return slot;
  }
  void grow() {
    slots_.assign(2 * slots_.size(), 0);
    for (std::uint32_t i = 0; i < size(); ++i) slots_[find(values_[i])] = i + 1;
  }

  StableVector<Value> values_;
  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(64);  ///< numbers, plus 1
};

}  // namespace pincheck::explore
