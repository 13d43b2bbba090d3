// SPDX-License-Identifier: MIT
// checker/source/edit: uses checker/mail; used by checker/source/patch.
// C text as tokens, each with its place: exact enough to change a call without a preprocessor.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pincheck::edit {

struct Token {
  enum class Kind : std::uint8_t {
    word,
    number,
    text,       ///< a string or character constant
    mark,       ///< one character of punctuation
    directive,  ///< a preprocessor line, with its continuations
  };
  Kind kind{};
  std::size_t begin = 0, end = 0;  ///< bytes of the source
};

/// All tokens; comments and blanks are between them. What a file leaves open (a comment, a quote)
/// ends with the file or the line.
std::vector<Token> tokens(std::string_view source);

/// The line of a byte, from 1.
int line_at(std::string_view source, std::size_t byte);

/// The same code on one line, without comments: each is a blank. Lines of the preprocessor cannot
/// be: ask has_directives() before.
std::string on_one_line(std::string_view code);
bool has_directives(std::string_view code);

}  // namespace pincheck::edit
