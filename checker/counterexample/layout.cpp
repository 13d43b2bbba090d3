// SPDX-License-Identifier: MIT
#include "checker/counterexample/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "checker/render/words.hpp"

namespace pincheck::counterexample {
namespace {

constexpr std::string_view kIndent = "    ";
/// U+00A0, which mail programs put in the place of blanks.
constexpr std::string_view kNoBreak = "\xc2\xa0";
constexpr std::string_view kOpening = "\"\"\"\\";

/// A line of TOML, cut at its strings: fixed[0], strings[0], fixed[1], ... The strings are without
/// their quotes, escapes as they are.
struct Pieces {
  std::vector<std::string> fixed{""};
  std::vector<std::string> strings;
};

Pieces pieces_of(std::string_view line) {
  Pieces out;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] != '"') {
      out.fixed.back() += line[at];
      continue;
    }
    std::size_t end = at + 1;
    while (end < line.size() && line[end] != '"') end += line[end] == '\\' ? 2 : 1;
    out.strings.emplace_back(line.substr(at + 1, end - at - 1));
    out.fixed.emplace_back();
    at = end;
  }
  return out;
}

/// Bytes of the escape or the character that a string goes on with.
std::size_t unit(std::string_view text) {
  if (text[0] == '\\') return std::min<std::size_t>(text.size(), text.starts_with("\\u") ? 6 : 2);
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) ++size;
  return size;
}

/// The first bytes, at most `room` of them, to after a blank if there is one.
std::size_t first_line(std::string_view text, std::size_t room) {
  std::size_t end = 0;
  std::size_t blank = 0;
  while (end < text.size() && end + unit(text.substr(end)) <= room) {
    end += unit(text.substr(end));
    if (text[end - 1] == ' ') blank = end;
  }
  if (end == text.size()) return end;
  return blank > 0 ? blank : end;
}

/// A string of several lines, from after its opening; `after` is what its last line has room for.
std::string folded_string(std::string text, std::size_t after) {
  std::string out;
  while (true) {
    // A blank that a line begins with would be the indentation's.
    if (text.starts_with(' ')) text.replace(0, 1, "\\u0020");
    if (text.starts_with(kNoBreak)) text.replace(0, kNoBreak.size(), "\\u00a0");
    const std::size_t room = kMailColumns - kIndent.size();
    if (text.size() + 3 + after <= room) return fmt::format("{}\n{}{}\"\"\"", out, kIndent, text);
    const std::size_t size = first_line(text, room - 1);
    out += fmt::format("\n{}{}\\", kIndent, text.substr(0, size));
    text.erase(0, size);
  }
}

/// Lays a line out again, from left to right.
class Folder {
 public:
  explicit Folder(Pieces pieces) : pieces_(std::move(pieces)) {}

  std::string text() {
    fix(pieces_.fixed[0]);
    for (std::size_t i = 0; i < pieces_.strings.size(); ++i) {
      add_string(pieces_.strings[i], must_follow(i));
      fix(pieces_.fixed[i + 1]);
    }
    return out_;
  }

 private:
  std::size_t column() const { return out_.size() - (out_.rfind('\n') + 1); }
  /// Line breaks are blanks in arrays, but not in tables.
  bool may_break() const { return arrays_ > 0 && tables_ == 0; }

  void fix(std::string_view text) {
    for (const char c : text) {
      arrays_ += c == '[' ? 1 : c == ']' ? -1 : 0;
      tables_ += c == '{' ? 1 : c == '}' ? -1 : 0;
    }
    out_ += text;
  }

  /// Bytes that stand behind a string on the same line, whatever comes.
  std::size_t must_follow(std::size_t i) const {
    if (may_break()) return 1;
    const bool last = i + 1 == pieces_.strings.size();
    return pieces_.fixed[i + 1].size() + (last ? 0 : kOpening.size());
  }

  void add_string(const std::string& text, std::size_t after) {
    const auto fits = [&] { return column() + text.size() + 2 + after <= kMailColumns; };
    if (!fits() && may_break()) {
      while (out_.ends_with(' ')) out_.pop_back();
      out_ += fmt::format("\n{}", kIndent);
    }
    if (fits())
      out_ += fmt::format("\"{}\"", text);
    else
      out_ += fmt::format("{}{}", kOpening, folded_string(text, after));
  }

  Pieces pieces_;
  std::string out_;
  int arrays_ = 0;
  int tables_ = 0;
};

std::string folded_line(std::string_view line);

/// `key = { a = "x", b = "y" }` as `key.a = "x"` and `key.b = "y"`.
std::string as_dotted_keys(std::string_view line, std::size_t equals) {
  const Pieces pieces = pieces_of(line.substr(equals + 4, line.size() - equals - 4 - 1));
  std::string out;
  for (std::size_t i = 0; i < pieces.strings.size(); ++i) {
    const std::size_t name = pieces.fixed[i].find_first_not_of(", ");
    if (i > 0) out += '\n';
    out += folded_line(fmt::format("{}.{}\"{}\"", line.substr(0, equals),
                                   pieces.fixed[i].substr(name), pieces.strings[i]));
  }
  return out;
}

std::string folded_line(std::string_view line) {
  if (line.size() <= kMailColumns) return std::string(line);
  const std::size_t equals = line.find(" = ");
  if (line.find('"') > equals && line.substr(equals).starts_with(" = {"))
    return as_dotted_keys(line, equals);
  return Folder(pieces_of(line)).text();
}

template <class Change>
std::string each_line(std::string_view text, const Change& change) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    out += change(text.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return out;
}

/// A line of a comment, in several where it is too long: the others stand further in.
std::string comment_line(std::string_view line) {
  constexpr std::string_view kMark = "# ";
  if (line.empty()) return "#";
  if (line.size() + kMark.size() <= kMailColumns) return fmt::format("{}{}", kMark, line);
  constexpr std::size_t kMostIndent = 20;
  const std::size_t indent = std::min(line.find_first_not_of(' '), kMostIndent);
  const std::size_t room = kMailColumns - kMark.size() - indent - kIndent.size();
  std::string out;
  for (std::string part : render::wrapped(line.substr(indent), room))
    while (!part.empty()) {
      const std::size_t size = part.size() <= room ? part.size() : first_line(part, room);
      out += out.empty() ? fmt::format("{}{:{}}", kMark, "", indent)
                         : fmt::format("\n{}{:{}}{}", kMark, "", indent, kIndent);
      out += part.substr(0, size);
      while (out.ends_with(' ')) out.pop_back();
      part.erase(0, size);
    }
  return out;
}

/// Reads tokens: strings in double quotes, marks, and words.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  /// Empty at the end. A string has its quotes, and no line breaks.
  std::string next() {
    skip_blanks();
    if (at_ == text_.size()) return "";
    if (text_[at_] == '"') return string();
    const std::size_t end = kMarks.find(text_[at_]) != std::string_view::npos
                                ? at_ + 1
                                : text_.find_first_of("=[]{},\"# \t\n\xc2", at_);
    const std::string_view token = text_.substr(at_, end - at_);
    at_ += token.size();
    return std::string(token);
  }

 private:
  static constexpr std::string_view kMarks = "=[]{},";

  /// One past the blanks at `at`.
  std::size_t end_of_blanks(std::size_t at) const {
    while (at < text_.size()) {
      if (text_[at] == ' ' || text_[at] == '\t' || text_[at] == '\n')
        ++at;
      else if (text_.substr(at).starts_with(kNoBreak))
        at += kNoBreak.size();
      else
        return at;
    }
    return at;
  }

  void skip_blanks() {
    for (at_ = end_of_blanks(at_); at_ < text_.size() && text_[at_] == '#';
         at_ = end_of_blanks(at_))
      at_ = std::min(text_.find('\n', at_), text_.size());
  }

  std::string string() {
    const std::string_view quotes = text_.substr(at_).starts_with("\"\"\"") ? "\"\"\"" : "\"";
    std::string out = "\"";
    for (at_ += quotes.size(); at_ < text_.size() && !text_.substr(at_).starts_with(quotes);)
      out += string_part();
    at_ = std::min(at_ + quotes.size(), text_.size());
    return out + "\"";
  }

  std::string string_part() {
    const std::size_t begin = at_;
    if (text_[at_] == '\\') {
      at_ = end_of_blanks(begin + 1);
      if (at_ > begin + 1) return "";
      at_ = std::min(begin + 2, text_.size());
      return std::string(text_.substr(begin, 2));
    }
    const std::size_t end = end_of_blanks(begin);
    const std::string_view blanks = text_.substr(begin, end - begin);
    at_ = std::max(end, begin + 1);
    if (blanks.find('\n') != std::string_view::npos) return " ";
    if (!blanks.empty()) return std::string(blanks);
    return text_[begin] == '"' ? "\\\"" : std::string(1, text_[begin]);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// A table's header, or a key and its value; empty at the end.
std::string statement(Lexer& lexer) {
  std::string out;
  int depth = 0;
  bool has_value = false;
  for (std::string token; !(token = lexer.next()).empty();) {
    const bool header = out.starts_with('[') || (out.empty() && token == "[");
    if (!header && !out.empty()) out += ' ';
    out += token;
    depth += token == "[" || token == "{" ? 1 : token == "]" || token == "}" ? -1 : 0;
    if (depth <= 0 && (header || has_value)) return out;
    has_value = has_value || token == "=";
  }
  return out;
}

}  // namespace

std::string folded(std::string_view toml) { return each_line(toml, folded_line); }

std::string as_comment(std::string_view text) { return each_line(text, comment_line); }

Unfolded unfolded(std::string_view toml) {
  constexpr std::string_view kChecksum = "checksum = \"";
  Lexer lexer(toml);
  Unfolded out;
  for (std::string one; !(one = statement(lexer)).empty();) {
    if (one == "[end]") {
      one = statement(lexer);
      if (one.starts_with(kChecksum))
        out.checksum = one.substr(kChecksum.size(), one.size() - kChecksum.size() - 1);
      return out;
    }
    out.statements += one + "\n";
  }
  return out;
}

std::string checksum_of(std::string_view statements) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : statements) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return fmt::format("{:016x}", hash);
}

}  // namespace pincheck::counterexample
