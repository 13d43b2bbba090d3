// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// Checkpoint files: written whole or not at all, and read with every byte checked.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <type_traits>

#include "model/base/input.hpp"

namespace pincheck::explore {

/// Writes values to a file beside `path`, which takes its place in finish(). A process that is
/// killed before leaves what was there. Throws InputError when it cannot write.
class CheckpointWriter {
 public:
  explicit CheckpointWriter(std::string path);
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  template <class Value>
  void put(const Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    bytes(&value, sizeof value);
  }
  void put(const std::string& text) {
    put(std::uint64_t{text.size()});
    bytes(text.data(), text.size());
  }
  /// Adds the checksum, and puts the file in its place.
  void finish();

 private:
  void bytes(const void* data, std::size_t size);

  std::string path_;
  std::FILE* file_;
  std::uint64_t sum_ = 0;
};

/// Reads what a CheckpointWriter wrote, in the same order. Throws InputError where the file is cut
/// short, damaged, or none.
class CheckpointReader {
 public:
  explicit CheckpointReader(std::string path);
  ~CheckpointReader();
  CheckpointReader(const CheckpointReader&) = delete;
  CheckpointReader& operator=(const CheckpointReader&) = delete;

  template <class Value>
  Value get() {
    static_assert(std::is_trivially_copyable_v<Value>);
    Value value;
    bytes(&value, sizeof value);
    return value;
  }
  std::string text();
  /// Checks the checksum.
  void finish();
  [[noreturn]] void fail(const std::string& what) const;

 private:
  void bytes(void* data, std::size_t size);

  std::string path_;
  std::FILE* file_;
  std::uint64_t sum_ = 0;
};

}  // namespace pincheck::explore
