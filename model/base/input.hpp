// SPDX-License-Identifier: MIT
// model/base: used by model/language, checker/mail, checker/source/value, checker/source/callee, checker/source/front.
// Bad input, and the bounds of what is read.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pincheck {

/// Bad input. what() is the whole message: "file:line:column: what is wrong, what was expected".
struct InputError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Largest input file, bytes: far above any scenario, far below what would hurt.
inline constexpr std::size_t kMaxInputBytes = 1U << 20;

/// Longest string, bytes: written with every byte escaped it still fits on a line.
inline constexpr std::size_t kMaxTextBytes = 600;

/// Reads a whole file. Throws InputError when it is missing, unreadable or above so many bytes.
std::string read_file(const std::string& path, std::size_t most = kMaxInputBytes);

/// The same of a stream; `name` is for messages.
std::string read_stream(std::istream&, const std::string& name, std::size_t most);

/// `text` as a TOML basic string, quotes included.
std::string toml_quoted(std::string_view text);

}  // namespace pincheck
