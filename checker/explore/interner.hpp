// SPDX-License-Identifier: MIT
// Numbers for values: equal values get the same number, in the order of first sight.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace pincheck {

/// A vector whose elements never move: reading one that another thread has handed over needs no
/// lock while a third appends. Chunks double in size.
template <class Value>
class StableVector {
 public:
  const Value& operator[](std::uint32_t i) const {
    const auto [chunk, at] = place(i);
    return chunks_[chunk][at];
  }
  /// Throws std::length_error beyond 2^22 elements or so.
  void push_back(Value value) {
    const auto [chunk, at] = place(size_);
    if (chunk == kChunks) throw std::length_error("too many different parts of a state");
    if (at == 0) chunks_[chunk] = std::make_unique<Value[]>(std::size_t{kFirst} << chunk);
    chunks_[chunk][at] = std::move(value);
    ++size_;
  }
  std::uint32_t size() const { return size_; }

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

  std::array<std::unique_ptr<Value[]>, kChunks> chunks_{};
  std::uint32_t size_ = 0;
};

template <class Value>
class Interner {
  static_assert(std::has_unique_object_representations_v<Value>, "values are compared as bytes");

 public:
  std::uint32_t number(const Value& value) {
    std::string bytes(sizeof(Value), '\0');
    std::memcpy(bytes.data(), &value, sizeof(Value));
    const auto [found, fresh] = numbers_.try_emplace(std::move(bytes), values_.size());
    if (fresh) values_.push_back(value);
    return found->second;
  }
  const Value& operator[](std::uint32_t number) const { return values_[number]; }
  std::uint32_t size() const { return values_.size(); }
  /// Bytes in use, about.
  std::size_t bytes() const { return size() * (2 * sizeof(Value) + 64); }

 private:
  StableVector<Value> values_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

}  // namespace pincheck
