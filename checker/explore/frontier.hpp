// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// States that wait to be expanded.
#pragma once

#include <cstring>
#include <deque>
#include <utility>

#include "checker/explore/key.hpp"
#include "checker/explore/mapping.hpp"
#include "model/language/limits.hpp"

namespace pincheck::explore {

/// A state to expand: with sleep sets, threads that sleep there and threads that are to be tried.
struct Item {
  Key key = 0;
  ThreadSet sleep = 0;
  ThreadSet todo = kAllThreads;
};

/// A state reached, with the threads that sleep there.
struct Reached {
  Key key = 0;
  ThreadSet sleep = 0;
};

/// A queue that is also a stack, in as few bytes as its keys need. Its memory comes in chunks,
/// which go back to the system at once: an allocator would keep what the largest level took.
class Frontier {
 public:
  /// `bits` of a key; `masks`: whether items have sleep and todo sets.
  Frontier(int bits, bool masks)
      : key_bytes_(bits <= 64 ? 8 : 16), item_bytes_(key_bytes_ + (masks ? kMaskBytes : 0)) {}

  bool empty() const { return size_ == 0; }
  std::uint64_t size() const { return size_; }
  std::size_t bytes() const { return chunks_.size() * kChunk * item_bytes_ + spare_.bytes(); }
  /// The same with so many items.
  std::size_t bytes_for(std::uint64_t items) const {
    return (items / kChunk + 1) * kChunk * item_bytes_;
  }

  void push(const Item& item) {
    const std::size_t end = first_ + size_;
    if (end == chunks_.size() * kChunk) add_chunk();
    char* at = place(end);
    // Constant sizes, so that no call is made.
    if (key_bytes_ == 8)
      std::memcpy(at, &item.key, 8);
    else
      std::memcpy(at, &item.key, 16);
    if (item_bytes_ > key_bytes_) std::memcpy(at + key_bytes_, &item.sleep, kMaskBytes);
    ++size_;
  }
  Item front() const { return read(first_); }
  Item back() const { return read(first_ + size_ - 1); }
  void pop_front() {
    ++first_;
    --size_;
    if (first_ < kChunk) return;
    spare_ = std::move(chunks_.front());
    chunks_.pop_front();
    first_ = 0;
  }
  void pop_back() {
    --size_;
    if (first_ + size_ + 2 * kChunk <= chunks_.size() * kChunk) chunks_.pop_back();
  }
  /// The i-th oldest.
  Item operator[](std::uint64_t i) const { return read(first_ + i); }

 private:
  static constexpr std::size_t kChunk = 8192;                       ///< items
  static constexpr std::size_t kMaskBytes = 2 * sizeof(ThreadSet);  ///< both sets, side by side

  char* place(std::size_t index) const {
    return chunks_[index / kChunk].as<char>() + index % kChunk * item_bytes_;
  }
  Item read(std::size_t index) const {
    Item item;
    const char* at = place(index);
    if (key_bytes_ == 8)
      std::memcpy(&item.key, at, 8);
    else
      std::memcpy(&item.key, at, 16);
    if (item_bytes_ > key_bytes_) std::memcpy(&item.sleep, at + key_bytes_, kMaskBytes);
    return item;
  }
  void add_chunk() {
    if (spare_.bytes() == 0) spare_ = Mapping(kChunk * item_bytes_);
    chunks_.push_back(std::move(spare_));
  }

  std::size_t key_bytes_;
  std::size_t item_bytes_;
  std::deque<Mapping> chunks_;
  Mapping spare_;
  std::size_t first_ = 0;  ///< of the oldest item, in the first chunk
  std::uint64_t size_ = 0;
};

}  // namespace pincheck::explore
