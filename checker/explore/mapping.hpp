// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// Memory for big tables: zero when first touched, given back piece by piece.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace pincheck::explore {

/// An anonymous mapping. The kernel zeroes its pages when they are first touched, in huge pages
/// where it can. Throws std::bad_alloc.
class Mapping {
 public:
  Mapping() = default;
  explicit Mapping(std::size_t bytes) : bytes_(bytes) {
    if (bytes == 0) return;
    // Huge pages need their alignment: map some more, and start at the first boundary.
    mapped_bytes_ = bytes < kHuge ? bytes : bytes + kHuge;
    mapped_ = ::mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped_ == MAP_FAILED) throw std::bad_alloc();
    std::size_t room = mapped_bytes_;
    data_ = mapped_;
    if (bytes >= kHuge) std::align(kHuge, bytes, data_, room);
    if (bytes >= kHuge) ::madvise(data_, bytes, MADV_HUGEPAGE);
  }
  Mapping(Mapping&& other) noexcept
      : mapped_(std::exchange(other.mapped_, nullptr)),
        mapped_bytes_(std::exchange(other.mapped_bytes_, 0)),
        data_(std::exchange(other.data_, nullptr)),
        bytes_(std::exchange(other.bytes_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept {
    std::swap(mapped_, other.mapped_);
    std::swap(mapped_bytes_, other.mapped_bytes_);
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (mapped_bytes_ != 0) ::munmap(mapped_, mapped_bytes_);
  }

  template <class Item>
  Item* as() const {
    return static_cast<Item*>(data_);
  }
  std::size_t bytes() const { return bytes_; }
  /// Gives the first `bytes` back; their content is lost.
  void release_front(std::size_t bytes) {
    bytes = bytes / kHuge * kHuge;
    if (bytes != 0) ::madvise(data_, bytes, MADV_DONTNEED);
  }

 private:
  static constexpr std::size_t kHuge = std::size_t{2} << 20;

  void* mapped_ = nullptr;
  std::size_t mapped_bytes_ = 0;
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace pincheck::explore
