// SPDX-License-Identifier: MIT
#include "checker/source/edit/outline.hpp"

#include <algorithm>
#include <array>

namespace pincheck::edit {
namespace {

using Kind = Token::Kind;

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& all) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

constexpr std::array<std::string_view, 2> kConditions{"if", "switch"};
constexpr std::array<std::string_view, 2> kLoops{"while", "for"};
/// Followed by parentheses, and no name.
constexpr std::array<std::string_view, 3> kAttributes{"__attribute__", "__attribute", "__aligned"};

bool closes(char open, std::string_view word) {
  return (open == '(' && word == ")") || (open == '[' && word == "]") ||
         (open == '{' && word == "}");
}

/// "define" of "#  define X".
std::string_view name_of_directive(std::string_view line) {
  const std::vector<Token> words = tokens(line.substr(1));
  return words.empty() ? "" : line.substr(1 + words[0].begin, words[0].end - words[0].begin);
}

}  // namespace

Outline::Outline(std::string_view source) : source_(source) {
  const std::vector<Token> whole = tokens(source);
  for (const Token& one : whole) (one.kind == Kind::directive ? directives_ : all_).push_back(one);
  find_pairs(whole);
  find_functions();
}

/// Brackets that are open in a branch of an #if are open behind it as its first branch left them.
void Outline::find_pairs(const std::vector<Token>& whole) {
  struct Branch {
    std::vector<std::size_t> before, after_first;
    bool is_first = true;
  };
  std::vector<Branch> branches;
  std::vector<std::size_t> open;
  pair_.resize(all_.size());
  inside_.assign(all_.size(), kNowhere);
  std::size_t i = 0;
  for (const Token& token : whole) {
    const std::string_view word = source_.substr(token.begin, token.end - token.begin);
    if (token.kind == Kind::directive) {
      const std::string_view what = name_of_directive(word);
      if (what.starts_with("if")) branches.push_back({open, {}});
      if (branches.empty()) continue;
      Branch& branch = branches.back();
      if (what.starts_with("el")) {
        if (branch.is_first) branch.after_first = open;
        branch.is_first = false;
        open = branch.before;
      }
      if (what != "endif") continue;
      if (!branch.is_first) open = branch.after_first;
      branches.pop_back();
      continue;
    }
    pair_[i] = i;
    const bool is_mark = token.kind == Kind::mark;
    if (is_mark && !open.empty() && closes(source_[all_[open.back()].begin], word)) {
      if (pair_[open.back()] == open.back()) pair_[open.back()] = i;
      pair_[i] = open.back();
      open.pop_back();
    }
    if (!open.empty()) inside_[i] = open.back();
    if (is_mark && (word == "(" || word == "[" || word == "{")) open.push_back(i);
    ++i;
  }
}

void Outline::find_functions() {
  std::size_t first = 0;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (is(i, ";")) first = i + 1;
    const bool opens = is(i, "{") || is(i, "(") || is(i, "[");
    if (!opens || !is_pair(i)) continue;
    if (is(i, "{")) {
      std::vector<std::string_view> names = names_in_head(first, i);
      const Span body{all_[i].begin, all_[pair_[i]].end};
      if (!names.empty()) {
        functions_.push_back({std::move(names), {{all_[first].begin, body.end}, body}});
        first = pair_[i] + 1;
      }
    }
    i = pair_[i];
  }
}

/// None where it is no function's.
std::vector<std::string_view> Outline::names_in_head(std::size_t first, std::size_t brace) const {
  std::vector<std::string_view> names;
  if (brace >= 2 && is_word(brace - 1) &&
      (is(brace - 2, "struct") || is(brace - 2, "union") || is(brace - 2, "enum")))
    return names;
  for (std::size_t i = first; i < brace; ++i) {
    if (is(i, "=")) return {};
    if (is_word(i) && is(i + 1, "(") && !is_one_of(text(i), kAttributes)) {
      names.push_back(text(i));
      if (text(i).find("_DEFINE") != std::string_view::npos && is_word(i + 2))
        names.push_back(text(i + 2));
    }
    if (is(i, "(")) i = pair_[i];
  }
  return names;
}

std::vector<Definition> Outline::functions(std::string_view name) const {
  std::vector<Definition> found;
  for (const Known& one : functions_)
    if (std::find(one.names.begin(), one.names.end(), name) != one.names.end())
      found.push_back(one.definition);
  return found;
}

std::vector<Call> Outline::calls(const Definition& function, std::string_view callee) const {
  std::vector<Call> found;
  for (std::size_t i = 0; i + 1 < all_.size(); ++i) {
    if (all_[i].begin < function.body.begin || all_[i].end > function.body.end) continue;
    if (!is(i, callee) || !is_word(i) || !is(i + 1, "(") || !is_pair(i + 1)) continue;
    const bool is_member = i > 0 && (is(i - 1, ".") || is(i - 1, ">"));
    if (!is_member || (is(i - 1, ">") && !is(i - 2, "-"))) found.push_back(call_at(i));
  }
  return found;
}

Call Outline::call_at(std::size_t word) const {
  Call call;
  const std::size_t close = pair_[word + 1];
  call.callee = {all_[word].begin, all_[word].end};
  call.all = {all_[word].begin, all_[close].end};
  find_arguments(word + 1, call);
  find_statement(word, call);
  return call;
}

void Outline::find_arguments(std::size_t open, Call& call) const {
  const std::size_t close = pair_[open];
  std::size_t first = open + 1;
  for (std::size_t i = first; i <= close; ++i) {
    if (i == close || is(i, ",")) {
      if (i > first) call.arguments.push_back({all_[first].begin, all_[i - 1].end});
      first = i + 1;
    } else if (is(i, "(") || is(i, "[") || is(i, "{")) {
      i = pair_[i];
    }
  }
}

/// The first token of what the token is in the parentheses of, up to a brace.
std::size_t Outline::out_of_parentheses(std::size_t token, Call& call) const {
  while (inside_[token] != kNowhere && !is(inside_[token], "{")) {
    token = inside_[token];
    if (token == 0 || !is_word(token - 1) || !is(token, "(")) continue;
    --token;
    if (is_one_of(text(token), kConditions)) call.around = Around::condition;
    if (is_one_of(text(token), kLoops)) call.around = Around::loop;
  }
  return token;
}

/// A colon behind a label or a case, not one of a choice.
bool Outline::is_label(std::size_t colon) const {
  std::size_t i = colon;
  while (i > 0 && !is(i - 1, ";") && !is(i - 1, "{") && !is(i - 1, "}")) {
    --i;
    if (is(i, "?")) return false;
    if (is(i, "case") || is(i, "default")) return true;
  }
  return i + 1 == colon && is_word(i);
}

/// Whether a statement begins with the token.
bool Outline::begins_statement(std::size_t token) const {
  if (token == 0) return true;
  const std::size_t before = token - 1;
  if (is(before, ";") || is(before, "{") || is(before, "}")) return true;
  if (is(before, "else") || is(before, "do")) return true;
  if (is(before, ":")) return is_label(before);
  if (!is(before, ")") || !is_pair(before) || pair_[before] == 0) return false;
  // if (...) f(x), for_each(...) f(x); not (int)f(x), or g(x) + f(x).
  const std::size_t head = pair_[before] - 1;
  if (is_one_of(text(head), kConditions) || is_one_of(text(head), kLoops)) return true;
  return is_word(head) && is_word(token) && !is(head, "return") && !is(head, "sizeof");
}

void Outline::find_statement(std::size_t word, Call& call) const {
  call.around = Around::expression;
  const std::size_t outer = out_of_parentheses(word, call);
  std::size_t first = outer;
  while (!begins_statement(first)) {
    --first;
    if (is(first, ")") || is(first, "]")) first = pair_[first];
  }
  if (is(first, "return") && call.around == Around::expression) call.around = Around::condition;
  std::size_t last = outer;
  while (last + 1 < all_.size() && !is(last, ";")) {
    if (is(last, "(") || is(last, "[") || is(last, "{")) last = pair_[last];
    ++last;
  }
  call.statement = {all_[first].begin, all_[last].end};
  call.has_braces = first == 0 || is(first - 1, ";") || is(first - 1, "{") || is(first - 1, "}") ||
                    is(first - 1, ":");
  const std::size_t close = pair_[word + 1];
  const bool is_cast = first + 3 == word && is(first, "(") && is(first + 1, "void");
  if (call.around == Around::expression && (first == word || is_cast) && is(close + 1, ";"))
    call.around = Around::statement;
}

std::vector<std::size_t> Outline::ends_of_structs(std::string_view tag) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 1; i + 1 < all_.size(); ++i)
    if ((is(i - 1, "struct") || is(i - 1, "union")) && is(i, tag) && is(i + 1, "{") &&
        is_pair(i + 1))
      found.push_back(all_[pair_[i + 1]].begin);
  return found;
}

std::vector<Span> Outline::enumerators(std::string_view name) const {
  std::vector<Span> found;
  for (std::size_t i = 1; i < all_.size(); ++i) {
    const std::size_t brace = inside_[i];
    if (!is(i, name) || brace == kNowhere || brace == 0 || !is(brace, "{")) continue;
    const bool is_enum = is(brace - 1, "enum") || (brace > 1 && is(brace - 2, "enum"));
    if (!is_enum || (!is(i - 1, "{") && !is(i - 1, ","))) continue;
    std::size_t end = i + 1;
    while (end < pair_[brace] && !is(end, ",")) end = is(end, "(") ? pair_[end] + 1 : end + 1;
    found.push_back({all_[i].end, all_[end - 1].end});
  }
  return found;
}

std::vector<Span> Outline::macros(std::string_view name) const {
  std::vector<Span> found;
  for (const Token& one : directives_) {
    const std::string_view line = source_.substr(one.begin, one.end - one.begin);
    const std::vector<Token> words = tokens(line.substr(1));
    if (words.size() < 2 || name_of_directive(line) != "define") continue;
    const std::size_t end = 1 + words[1].end;
    if (line.substr(1 + words[1].begin, words[1].end - words[1].begin) != name) continue;
    if (end < line.size() && line[end] == '(') continue;
    found.push_back({one.begin + end, one.end});
  }
  return found;
}

}  // namespace pincheck::edit
