// SPDX-License-Identifier: MIT
#include "checker/mail/mail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iostream>

#include "checker/mail/decode.hpp"
#include "model/base/input.hpp"

namespace pincheck::mail {
namespace {

/// Parts in parts.
constexpr int kMaxDepth = 16;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// A header's lines, and what is below the empty one.
struct Entity {
  std::string headers;  ///< each on a line, after a line break
  std::string_view body;
};

Entity entity_of(std::string_view mail) {
  if (mail.starts_with('\n')) return {"\n", mail.substr(1)};
  const std::size_t blank = std::min(mail.find("\n\n"), mail.size());
  Entity out{"\n" + std::string(mail.substr(0, blank)) + "\n",
             mail.substr(std::min(blank + 2, mail.size()))};
  for (std::size_t at = 0; (at = out.headers.find('\n', at)) + 1 < out.headers.size();)
    if (out.headers[at + 1] == ' ' || out.headers[at + 1] == '\t')
      out.headers[at] = ' ';
    else
      ++at;
  return out;
}

/// A header's value; "" if it is not there.
std::string header(const std::string& headers, std::string_view name) {
  const std::size_t at = lower(headers).find(fmt::format("\n{}:", name));
  if (at == std::string::npos) return "";
  const std::size_t begin = headers.find_first_not_of(" \t", at + name.size() + 2);
  return headers.substr(begin, headers.find('\n', begin) - begin);
}

/// Of `text/plain; format=flowed; name="x y"`; "" if it is not there.
std::string parameter(const std::string& value, std::string_view name) {
  const std::string small = lower(value);
  for (std::size_t at = 0; (at = small.find(';', at)) != std::string::npos;) {
    at = std::min(small.find_first_not_of("; \t", at), small.size());
    if (small.compare(at, name.size() + 1, fmt::format("{}=", name)) != 0) continue;
    const std::string_view rest = std::string_view(value).substr(at + name.size() + 1);
    if (rest.starts_with('"')) return std::string(rest.substr(1, rest.find('"', 1) - 1));
    return std::string(rest.substr(0, rest.find_first_of("; \t")));
  }
  return "";
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

/// The parts between lines that are "--" and the boundary.
std::vector<std::string_view> parts_of(std::string_view body, const std::string& boundary) {
  const std::string mark = "--" + boundary;
  std::vector<std::string_view> parts;
  std::size_t from = std::string_view::npos;  // of the part that is open
  for (std::size_t begin = 0; begin < body.size();) {
    const std::size_t end = std::min(body.find('\n', begin), body.size());
    const std::string_view line = body.substr(begin, end - begin);
    if (line.starts_with(mark)) {
      if (from < begin) parts.push_back(body.substr(from, begin - from));
      if (line.substr(mark.size()).starts_with("--")) return parts;
      from = std::min(end + 1, body.size());
    }
    begin = end + 1;
  }
  if (from < body.size()) parts.push_back(body.substr(from));
  return parts;
}

bool can_have_text(const std::string& type) {
  return type != "text/html" && !type.starts_with("image/") && !type.starts_with("audio/") &&
         !type.starts_with("video/");
}

/// Walks over the mails of a file.
class Mails {
 public:
  Mails(std::string_view whole, std::string name) : whole_(whole), name_(std::move(name)) {}

  std::vector<Text> texts() {
    if (!begins_mail(whole_)) return {{name_, 1, std::string(whole_), "", false}};
    for (std::size_t begin = 0; begin < whole_.size();) {
      const std::size_t next = whole_.find("\n\nFrom ", begin);
      const std::size_t end = next == std::string_view::npos ? whole_.size() : next + 2;
      add(whole_.substr(begin, end - begin), 0);
      begin = end;
    }
    return std::move(all_);
  }

 private:
  int line_of(std::string_view part) const {
    return 1 + static_cast<int>(std::count(whole_.data(), part.data(), '\n'));
  }

  void add(std::string_view mail, int depth) {
    const Entity entity = entity_of(mail);
    const std::string type = header(entity.headers, "content-type");
    const std::string kind = lower(type.substr(0, type.find_first_of("; \t")));
    if (depth > kMaxDepth) return refuse(mail, "parts in parts, expected at most 16");
    if (kind == "message/rfc822") return add(entity.body, depth + 1);
    if (kind.starts_with("multipart/")) {
      const std::string boundary = parameter(type, "boundary");
      if (boundary.empty()) return refuse(mail, "a mail of several parts, expected a boundary");
      for (const std::string_view part : parts_of(entity.body, boundary)) add(part, depth + 1);
      return;
    }
    if (!can_have_text(kind)) return;
    try {
      add_text(mail, entity, type);
    } catch (const InputError& error) {
      all_.push_back({name_, line_of(mail), "", error.what()});
    }
  }

  void add_text(std::string_view mail, const Entity& entity, const std::string& type) {
    const std::string given = header(entity.headers, "content-transfer-encoding");
    const std::string coding = lower(given.substr(0, given.find_first_of("; \t")));
    const bool flowed = lower(parameter(type, "format")) == "flowed";
    const bool plain = coding.empty() || coding == "7bit" || coding == "8bit" || coding == "binary";
    if (plain && !flowed) {
      all_.push_back({name_, line_of(entity.body), std::string(entity.body)});
      return;
    }
    std::string file = parameter(header(entity.headers, "content-disposition"), "filename");
    if (file.empty()) file = parameter(type, "name");
    const std::string name =
        fmt::format("{}:{} ({})", name_, line_of(mail), file.empty() ? "decoded" : file);
    std::string text;
    if (plain)
      text = entity.body;
    else if (coding == "quoted-printable")
      text = from_quoted_printable(entity.body);
    else if (coding == "base64")
      text = from_base64(entity.body);
    else
      return refuse(mail, fmt::format("encoded as '{}', expected 7bit, 8bit, quoted-printable or "
                                      "base64",
                                      coding));
    if (is_gzip(text)) text = gunzip(text, name);
    text = with_plain_lines(std::move(text));
    if (flowed) text = from_flowed(text, lower(parameter(type, "delsp")) == "yes");
    all_.push_back({name, 1, std::move(text)});
  }

  void refuse(std::string_view mail, const std::string& why) {
    const int line = line_of(mail);
    all_.push_back({name_, line, "", fmt::format("{}:{}: {}", name_, line, why)});
  }

  std::string_view whole_;
  std::string name_;
  std::vector<Text> all_;
};

}  // namespace

std::string Text::in_place() const {
  return std::string(static_cast<std::size_t>(line - 1), '\n') + text;
}

std::vector<Text> texts(std::string_view bytes, const std::string& name) {
  const std::string whole =
      with_plain_lines(is_gzip(bytes) ? gunzip(bytes, name) : std::string(bytes));
  return Mails(whole, name).texts();
}

std::string name_of(const std::string& path) { return path == "-" ? "standard input" : path; }

std::string read_bytes(const std::string& path) {
  return path == "-" ? read_stream(std::cin, name_of(path), kMaxBytes) : read_file(path, kMaxBytes);
}

}  // namespace pincheck::mail
