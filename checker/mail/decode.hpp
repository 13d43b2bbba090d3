// SPDX-License-Identifier: MIT
// checker/mail: uses model/base; used by checker/counterexample, checker/source/edit.
// What was done to a text so that it gets through the mail, undone.
#pragma once

#include <string>
#include <string_view>

namespace pincheck::mail {

/// RFC 2045, 6.7. What is no escape stays.
std::string from_quoted_printable(std::string_view text);

/// RFC 2045, 6.8. What is no digit is passed over.
std::string from_base64(std::string_view text);

/// RFC 3676: lines that a mail program broke are whole again, each with its quote marks in front.
/// With `delsp` the blank at a break is not the text's.
std::string from_flowed(std::string_view text, bool delsp);

/// Lines end with "\n", and there is no byte order mark.
std::string with_plain_lines(std::string text);

/// Whether it is compressed by gzip.
bool is_gzip(std::string_view bytes);

/// At most kMaxBytes (mail.hpp). Throws InputError, with `name` in front: cut off, damaged, too
/// large.
std::string gunzip(std::string_view bytes, const std::string& name);

}  // namespace pincheck::mail
