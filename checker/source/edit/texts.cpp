// SPDX-License-Identifier: MIT
#include "checker/source/edit/texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "model/base/input.hpp"

namespace pincheck::edit {

namespace fs = std::filesystem;

std::optional<std::string> text_of_file(const std::string& path) {
  constexpr std::uintmax_t kMostBytes = std::uintmax_t{64} << 20;
  if (!fs::is_regular_file(path)) return std::nullopt;
  if (fs::file_size(path) > kMostBytes)
    throw InputError(fmt::format("{}: expected at most {} bytes", path, kMostBytes));
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Texts::File& Texts::file(const std::string& path, const std::string& where) {
  const fs::path plain = fs::path(path).lexically_normal();
  const bool leaves =
      !folder_.empty() && (plain.is_absolute() || (!plain.empty() && *plain.begin() == ".."));
  if (path.empty() || leaves)
    throw InputError(fmt::format("{}: '{}' is no path in {}, expected one", where, path, folder_));
  const auto [found, is_new] = files_.try_emplace(plain.string());
  if (is_new)
    found->second.before = found->second.now = text_of_file((fs::path(folder_) / plain).string());
  return found->second;
}

const std::optional<std::string>& Texts::now(const std::string& path, const std::string& where) {
  return file(path, where).now;
}

void Texts::change(const std::string& path, std::optional<std::string> text,
                   const std::string& where) {
  file(path, where).now = std::move(text);
}

std::vector<Texts::Changed> Texts::all() const {
  std::vector<Changed> out;
  for (const auto& [path, file] : files_) {
    if (file.before == file.now) continue;
    const auto old = old_names_.find(path);
    out.push_back({path, old == old_names_.end() ? path : old->second, file.before, file.now});
  }
  return out;
}

}  // namespace pincheck::edit
