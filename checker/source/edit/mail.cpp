// SPDX-License-Identifier: MIT
#include "checker/source/edit/mail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "checker/source/edit/lexer.hpp"
#include "model/base/input.hpp"

namespace pincheck::edit {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// RFC 2045, 6.7. What is no escape stays.
std::string from_quoted_printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto at = [&](std::size_t ahead) {
      return i + ahead < text.size() ? text[i + ahead] : '\0';
    };
    if (text[i] == '=' && at(1) == '\n') {
      ++i;
    } else if (text[i] == '=' && digit(at(1)) >= 0 && digit(at(2)) >= 0) {
      out += static_cast<char>(digit(at(1)) * 16 + digit(at(2)));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// RFC 2045, 6.8.
std::string from_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  int have = 0;
  for (const char c : text) {
    const std::size_t value = kDigits.find(c);
    if (value == std::string_view::npos) continue;
    bits = bits << 6 | static_cast<unsigned>(value);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out += static_cast<char>(bits >> have & 0xff);
  }
  return out;
}

std::string without_returns(std::string text) {
  for (std::size_t at = 0; (at = text.find("\r\n", at)) != std::string::npos;) text.erase(at, 1);
  return text;
}

/// A header's value, in small letters; "" if it is not there.
std::string header(const std::string& headers, std::string_view name) {
  const std::size_t at = headers.find(fmt::format("\n{}:", name));
  if (at == std::string::npos) return "";
  const std::size_t begin = headers.find_first_not_of(' ', at + name.size() + 2);
  return headers.substr(begin, headers.find('\n', begin) - begin);
}

bool begins_mail(std::string_view text) {
  // "From <commit> Mon Sep 17 …" of git and of mboxes.
  if (text.starts_with("From ")) return true;
  const std::string_view line = text.substr(0, text.find('\n'));
  const std::size_t colon = line.find(':');
  return colon != std::string_view::npos && colon > 0 && line.substr(colon).starts_with(": ") &&
         std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
         });
}

/// `first`: the line of the file that the mail begins in.
std::string body_of(std::string_view mail, const std::string& name, int first) {
  const std::size_t blank = std::min(mail.find("\n\n"), mail.size());
  const std::string headers = "\n" + lower(mail.substr(0, blank)) + "\n";
  const std::string_view body = mail.substr(std::min(blank + 2, mail.size()));
  const std::string where = fmt::format("{}:{}", name, first);
  if (header(headers, "content-type").starts_with("multipart/"))
    throw InputError(fmt::format("{}: a mail of several parts, expected plain text", where));
  const std::string coding = header(headers, "content-transfer-encoding");
  if (coding.starts_with("quoted-printable")) return without_returns(from_quoted_printable(body));
  if (coding.starts_with("base64")) return without_returns(from_base64(body));
  if (!coding.empty() && !coding.starts_with("7bit") && !coding.starts_with("8bit"))
    throw InputError(fmt::format(
        "{}: encoded as '{}', expected 7bit, 8bit, quoted-printable or base64", where, coding));
  const auto lines =
      std::count(mail.begin(), mail.end() - static_cast<std::ptrdiff_t>(body.size()), '\n');
  return std::string(static_cast<std::size_t>(first - 1 + lines), '\n') + std::string(body);
}

}  // namespace

std::vector<std::string> bodies(std::string_view text, const std::string& name) {
  const std::string whole = without_returns(std::string(text));
  if (!begins_mail(whole)) return {whole};
  std::vector<std::string> all;
  for (std::size_t begin = 0; begin < whole.size();) {
    const std::size_t next = whole.find("\n\nFrom ", begin);
    const std::size_t end = next == std::string::npos ? whole.size() : next + 2;
    all.push_back(
        body_of(std::string_view(whole).substr(begin, end - begin), name, line_at(whole, begin)));
    begin = end;
  }
  return all;
}

}  // namespace pincheck::edit
