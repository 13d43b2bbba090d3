// SPDX-License-Identifier: MIT
#include "checker/explore/visited.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace pincheck::explore {
namespace {

constexpr std::size_t kFirstCapacity = 1024;
constexpr double kUsualLoad = 0.75;
constexpr double kMostLoad = 0.9;  ///< where no more memory may be taken
constexpr double kGrowth = 2;

std::size_t capacity_for(std::uint64_t states) {
  return static_cast<std::size_t>(static_cast<double>(states) / kUsualLoad) + 1;
}

}  // namespace

std::size_t Visited::bytes_for(const Shape& shape, std::uint64_t states) {
  return capacity_for(states) * (words_of(shape) * sizeof(std::uint64_t) + shape.value_bytes);
}

Visited::Visited(Shape shape, std::size_t max_bytes)
    : shape_(shape), words_(words_of(shape)), max_bytes_(max_bytes) {
  allocate(kFirstCapacity);
}

void Visited::allocate(std::size_t capacity) {
  capacity_ = capacity;
  table_ = Mapping(capacity * words_ * sizeof(std::uint64_t));
  values_ = Mapping(capacity * shape_.value_bytes);
  limit_ = static_cast<std::uint64_t>(kUsualLoad * static_cast<double>(capacity));
}

bool Visited::contains(Key key) const {
  const std::uint64_t hash = hash_of(key);
  return at(find(entry_of(key, hash), hash)) != 0;
}

bool Visited::grow() {
  const std::size_t most = max_bytes_ / entry_bytes();
  const auto wanted = static_cast<std::size_t>(kGrowth * static_cast<double>(capacity_));
  const std::size_t capacity = std::min(wanted, most);
  if (capacity < capacity_ + capacity_ / 16) {
    // No room for a bigger table: fill up the one there is.
    const auto last = static_cast<std::uint64_t>(kMostLoad * static_cast<double>(capacity_));
    const bool room = limit_ < last;
    limit_ = last;
    return room;
  }
  move_to(capacity);
  return true;
}

void Visited::reserve(std::uint64_t states) {
  const std::size_t capacity = std::min(capacity_for(states), max_bytes_ / entry_bytes());
  if (capacity > capacity_) move_to(capacity);
}

void Visited::move_to(std::size_t capacity) {
  Visited bigger(shape_, max_bytes_);
  bigger.allocate(capacity);
  constexpr std::size_t kPiece = std::size_t{1} << 18;
  for (std::size_t slot = 0; slot < capacity_; ++slot) {
    if (slot % kPiece == 0) {
      table_.release_front(slot * words_ * sizeof(std::uint64_t));
      values_.release_front(slot * shape_.value_bytes);
    }
    const Key entry = at(slot);
    if (entry == 0) continue;
    const std::size_t place =
        bigger.find(entry, shape_.fingerprints ? low_word(entry) : hash_of(entry));
    bigger.set(place, entry);
    if (shape_.value_bytes == 0) continue;
    std::memcpy(bigger.values_.as<char>() + place * shape_.value_bytes,
                values_.as<char>() + slot * shape_.value_bytes, shape_.value_bytes);
  }
  bigger.size_ = size_;
  *this = std::move(bigger);
}

double missed(std::uint64_t states) {
  const auto n = static_cast<double>(states);
  return n * (n - 1) / std::ldexp(1.0, 65);
}

}  // namespace pincheck::explore
