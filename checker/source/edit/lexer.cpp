// SPDX-License-Identifier: MIT
#include "checker/source/edit/lexer.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace pincheck::edit {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<Token> all() {
    while (at_ < source_.size()) next();
    return std::move(tokens_);
  }

 private:
  std::string_view source_;
  std::size_t at_ = 0;
  bool line_begins_ = true;
  std::vector<Token> tokens_;

  char now(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }

  void next() {
    if (skip_blank() || skip_comment()) return;
    if (now() == '#' && line_begins_) return add(Token::Kind::directive, end_of_directive());
    line_begins_ = false;
    if (now() == '"' || now() == '\'') return add(Token::Kind::text, end_of_quote(at_));
    if (std::isdigit(static_cast<unsigned char>(now())) != 0)
      return add(Token::Kind::number, end_of_word());
    if (is_word(now())) return add(Token::Kind::word, end_of_word());
    add(Token::Kind::mark, at_ + 1);
  }

  void add(Token::Kind kind, std::size_t end) {
    tokens_.push_back({kind, at_, end});
    at_ = end;
  }

  bool skip_blank() {
    if (std::isspace(static_cast<unsigned char>(now())) == 0 && now() != '\\') return false;
    // A backslash outside of directives only joins lines.
    if (now() == '\n') line_begins_ = true;
    ++at_;
    return true;
  }

  bool skip_comment() {
    const std::size_t end = end_of_comment(at_);
    if (end == at_) return false;
    at_ = end;
    return true;
  }

  /// `from` itself where none begins.
  std::size_t end_of_comment(std::size_t from) const {
    const std::string_view opening = source_.substr(from, 2);
    if (opening == "/*") {
      const std::size_t end = source_.find("*/", from + 2);
      return end == std::string_view::npos ? source_.size() : end + 2;
    }
    return opening == "//" ? end_of_line(from) : from;
  }

  /// Before the newline that no backslash precedes.
  std::size_t end_of_line(std::size_t from) const {
    while (from < source_.size() && source_[from] != '\n') from += joins_lines(from) ? 2 : 1;
    return std::min(from, source_.size());
  }
  bool joins_lines(std::size_t at) const { return source_.substr(at, 2) == "\\\n"; }

  std::size_t end_of_quote(std::size_t from) const {
    const char quote = source_[from++];
    while (from < source_.size() && source_[from] != quote && source_[from] != '\n')
      from += source_[from] == '\\' ? 2 : 1;
    if (from < source_.size() && source_[from] == quote) ++from;
    return std::min(from, source_.size());
  }

  std::size_t end_of_word() const {
    std::size_t end = at_;
    while (end < source_.size() && is_word(source_[end])) ++end;
    return end;
  }

  std::size_t end_of_directive() const {
    std::size_t end = at_;
    while (end < source_.size() && source_[end] != '\n') {
      const std::size_t behind = end_of_comment(end);
      if (behind != end)
        end = behind;
      else if (source_[end] == '"')
        end = end_of_quote(end);
      else
        end += joins_lines(end) ? 2 : 1;
    }
    return std::min(end, source_.size());
  }
};

}  // namespace

std::vector<Token> tokens(std::string_view source) { return Lexer(source).all(); }

int line_at(std::string_view source, std::size_t byte) {
  const std::string_view before = source.substr(0, byte);
  return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

std::string on_one_line(std::string_view code) {
  std::string out;
  std::size_t end = 0;
  for (const Token& one : tokens(code)) {
    if (one.begin > end && !out.empty()) out += ' ';
    out += code.substr(one.begin, one.end - one.begin);
    end = one.end;
  }
  return out;
}

bool has_directives(std::string_view code) {
  const std::vector<Token> all = tokens(code);
  return std::any_of(all.begin(), all.end(),
                     [](const Token& one) { return one.kind == Token::Kind::directive; });
}

}  // namespace pincheck::edit
