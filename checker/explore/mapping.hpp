// SPDX-License-Identifier: MIT
// Memory for big tables: zero when first touched, given back piece by piece.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <utility>

namespace pincheck {

/// An anonymous mapping. The kernel zeroes its pages when they are first touched, in huge pages
/// where it can. Throws std::bad_alloc.
class Mapping {
 public:
  Mapping() = default;
  explicit Mapping(std::size_t bytes) : bytes_(bytes) {
    if (bytes == 0) return;
    data_ = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (data_ == MAP_FAILED) throw std::bad_alloc();
    ::madvise(data_, bytes, MADV_HUGEPAGE);
  }
  Mapping(Mapping&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (bytes_ != 0) ::munmap(data_, bytes_);
  }

  template <class Item>
  Item* as() const {
    return static_cast<Item*>(data_);
  }
  std::size_t bytes() const { return bytes_; }
  /// Gives the first `bytes` back; their content is lost.
  void release_front(std::size_t bytes) {
    constexpr std::size_t kHuge = std::size_t{2} << 20;
    bytes = bytes / kHuge * kHuge;
    if (bytes != 0) ::madvise(data_, bytes, MADV_DONTNEED);
  }

 private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace pincheck
