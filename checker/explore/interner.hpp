// SPDX-License-Identifier: MIT
// Numbers for values: equal values get the same number, in the order of first sight.
#pragma once

#include <array>
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
/// lock while a third appends. At most 2^21 elements; throws std::length_error beyond.
template <class Value>
class StableVector {
 public:
  const Value& operator[](std::uint32_t i) const { return (*chunks_[i / kChunk])[i % kChunk]; }
  void push_back(Value value) {
    if (size_ == kChunks * kChunk) throw std::length_error("too many different parts of a state");
    auto& chunk = chunks_[size_ / kChunk];
    if (!chunk) chunk = std::make_unique<std::array<Value, kChunk>>();
    (*chunk)[size_++ % kChunk] = std::move(value);
  }
  std::uint32_t size() const { return size_; }

 private:
  static constexpr std::uint32_t kChunk = 512;
  static constexpr std::uint32_t kChunks = 4096;
  std::array<std::unique_ptr<std::array<Value, kChunk>>, kChunks> chunks_{};
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
