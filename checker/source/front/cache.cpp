// SPDX-License-Identifier: MIT
#include "checker/source/front/cache.hpp"

#include <fmt/format.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/BLAKE3.h>
#include <llvm/Support/MemoryBuffer.h>

#include <filesystem>
#include <tuple>

#include "model/base/atomic_file.hpp"
#include "model/base/input.hpp"

namespace pincheck::front {

namespace fs = std::filesystem;

std::string digest(std::string_view text) {
  llvm::BLAKE3 hash;
  hash.update(llvm::StringRef(text));
  return llvm::toHex(hash.final<16>(), true);
}

Cache::Cache(std::string folder) : folder_(std::move(folder)) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) throw InputError(fmt::format("{}: {}", folder_, error.message()));
}

std::string Cache::path(const std::string& command) const {
  return fmt::format("{}/{}.bc", folder_, digest(command));
}

std::string Cache::digest_of_file(const std::string& file) {
  {
    const std::lock_guard lock(one_at_a_time_);
    const auto found = digests_.find(file);
    if (found != digests_.end()) return found->second;
  }
  const auto text = llvm::MemoryBuffer::getFile(file);
  std::string made = text ? digest((*text)->getBuffer()) : "";
  const std::lock_guard lock(one_at_a_time_);
  return digests_.emplace(file, std::move(made)).first->second;
}

/// A kept file has a line for each file that was read: its digest, a blank and its name; an empty
/// line; and the code.
std::optional<std::string> Cache::find(const std::string& command) {
  const auto kept = llvm::MemoryBuffer::getFile(path(command));
  if (!kept) return std::nullopt;
  llvm::StringRef rest = (*kept)->getBuffer();
  while (true) {
    llvm::StringRef line;
    std::tie(line, rest) = rest.split('\n');
    if (line.empty()) return rest.str();
    const auto [made, file] = line.split(' ');
    if (digest_of_file(file.str()) != made) return std::nullopt;
  }
}

void Cache::keep(const std::string& command, const std::vector<std::string>& files,
                 const std::string& code) {
  std::string text;
  for (const std::string& file : files) text += digest_of_file(file) + " " + file + "\n";
  write_atomically(path(command), text + "\n" + code);
}

}  // namespace pincheck::front
