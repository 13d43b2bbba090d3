// SPDX-License-Identifier: MIT
#include "model/base/input.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace pincheck {

std::string read_file(const std::string& path, std::size_t most) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    throw InputError(fmt::format("{}: is a directory, expected a file", path));
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    throw InputError(fmt::format("{}: cannot be opened, expected a readable file", path));
  return read_stream(stream, path, most);
}

std::string read_stream(std::istream& stream, const std::string& name, std::size_t most) {
  std::string text;
  std::array<char, 1U << 14> block{};
  while (stream.read(block.data(), block.size()), stream.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > most)
      throw InputError(
          fmt::format("{}: larger than {} bytes, expected a smaller file", name, most));
  }
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
