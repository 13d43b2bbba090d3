// SPDX-License-Identifier: MIT
#include "checker/explore/checkpoint.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "checker/explore/key.hpp"

namespace pincheck::explore {
namespace {

constexpr std::uint64_t kMagic = 0x32706b6863706e63ULL;  // "cnpchkp2"
constexpr std::uint64_t kMostText = 1 << 24;

std::uint64_t mixed(std::uint64_t sum, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  for (std::size_t at = 0; at < size; at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + at, std::min(size - at, sizeof word));
    sum = hash_of(Key{sum} << 64 | word);
  }
  return sum;
}

}  // namespace

CheckpointWriter::CheckpointWriter(std::string path) : path_(std::move(path)) {
  file_ = std::fopen((path_ + ".tmp").c_str(), "wb");
  if (file_ == nullptr)
    throw InputError(fmt::format("{}: cannot be written, expected a place for a checkpoint: {}",
                                 path_, std::strerror(errno)));
  put(kMagic);
}

CheckpointWriter::~CheckpointWriter() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  std::remove((path_ + ".tmp").c_str());
}

void CheckpointWriter::bytes(const void* data, std::size_t size) {
  sum_ = mixed(sum_, data, size);
  std::fwrite(data, 1, size, file_);
}

void CheckpointWriter::finish() {
  const std::uint64_t sum = sum_;
  put(sum);
  const bool written = std::ferror(file_) == 0 && std::fflush(file_) == 0 &&
                       fsync(fileno(file_)) == 0 && std::fclose(file_) == 0;
  file_ = nullptr;
  if (!written || std::rename((path_ + ".tmp").c_str(), path_.c_str()) != 0)
    throw InputError(fmt::format("{}: cannot be written, expected room for a checkpoint: {}", path_,
                                 std::strerror(errno)));
}

CheckpointReader::CheckpointReader(std::string path) : path_(std::move(path)) {
  file_ = std::fopen(path_.c_str(), "rb");
  if (file_ == nullptr) fail(std::strerror(errno));
  if (get<std::uint64_t>() != kMagic) fail("it is of another kind");
}

CheckpointReader::~CheckpointReader() {
  if (file_ != nullptr) std::fclose(file_);
}

void CheckpointReader::bytes(void* data, std::size_t size) {
  if (std::fread(data, 1, size, file_) != size) fail("it is cut short");
  sum_ = mixed(sum_, data, size);
}

std::string CheckpointReader::text() {
  const auto size = get<std::uint64_t>();
  if (size > kMostText) fail("it is damaged");
  std::string text(size, '\0');
  bytes(text.data(), size);
  return text;
}

void CheckpointReader::finish() {
  const std::uint64_t sum = sum_;
  if (get<std::uint64_t>() != sum) fail("it is damaged");
}

void CheckpointReader::fail(const std::string& what) const {
  throw InputError(
      fmt::format("{}: cannot be resumed, expected a checkpoint of this search: {}", path_, what));
}

}  // namespace pincheck::explore
