// SPDX-License-Identifier: MIT
// checker/mail: uses model/base; used by checker/counterexample, checker/source/edit.
// Mails as git, mail programs and list archives write them, and the texts that they carry.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pincheck::mail {

/// Largest file of mails, and what one may unpack to, bytes: a long thread with attachments.
inline constexpr std::size_t kMaxBytes = std::size_t{1} << 24;

/// A text that a file has: all of it, or what a mail in it carries.
struct Text {
  std::string name;       ///< for messages; of a part that was decoded, with where it begins
  int line = 1;           ///< where it begins in what has that name
  std::string text;       ///< lines end with "\n"
  std::string problem{};  ///< why it cannot be read, a whole message; the text is empty then
  bool in_mail = true;

  /// The text below as many empty lines as make its lines those of what has the name.
  std::string in_place() const;
};

/// The texts of all parts of a mail, or of the mails of an mbox, decoded, but HTML, pictures and
/// sound; the text itself where it is no mail. Any of them may be compressed by gzip.
std::vector<Text> texts(std::string_view bytes, const std::string& name);

/// The bytes of a file, "-" for standard input. Throws InputError: it cannot be read, or has more
/// than kMaxBytes.
std::string read_bytes(const std::string& path);

/// What messages call it.
std::string name_of(const std::string& path);

}  // namespace pincheck::mail
