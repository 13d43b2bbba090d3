// SPDX-License-Identifier: MIT
#include "model/base/input.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

namespace pincheck {

std::string read_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    throw InputError(fmt::format("{}: is a directory, expected a file", path));
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    throw InputError(fmt::format("{}: cannot be opened, expected a readable file", path));
  std::string text(kMaxInputBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kMaxInputBytes)
    throw InputError(
        fmt::format("{}: larger than {} bytes, expected a small TOML file", path, kMaxInputBytes));
  return text;
}

std::string toml_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else if (c == '\n')
      out += "\\n";
    else if (code < 0x20 || code == 0x7f)
      out += fmt::format("\\u{:04x}", code);
    else
      out += c;
  }
  return out + "\"";
}

}  // namespace pincheck
