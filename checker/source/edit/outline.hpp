// SPDX-License-Identifier: MIT
// checker/source/edit: uses checker/mail; used by checker/source/patch.
// What there is in a C file, by place: functions, calls in them, structs, constants.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checker/source/edit/lexer.hpp"

namespace pincheck::edit {

/// Bytes of a source.
struct Span {
  std::size_t begin = 0, end = 0;
};

/// A function's definition.
struct Definition {
  Span all;   ///< with its head
  Span body;  ///< with its braces
};

/// What a call is part of.
enum class Around : std::uint8_t {
  statement,   ///< nothing but the call
  expression,  ///< of a statement, behind which others can be put
  condition,   ///< of if or switch, or a return: others can only be put before
  loop,        ///< the head of a loop: others can be put neither before nor behind
};

struct Call {
  Span all;  ///< with its parentheses
  Span callee;
  std::vector<Span> arguments;  ///< without blanks around
  Around around{};
  Span statement;           ///< of a condition: only the begin is known
  bool has_braces = false;  ///< others can be put beside the statement without more of them
};

/// A C file, read without a preprocessor: of an #if the first branch says where braces end.
class Outline {
 public:
  /// `source` outlives it.
  explicit Outline(std::string_view source);

  /// By name. A macro that defines one, as SYSCALL_DEFINE3(name, ...), is found by its own name
  /// and by its first argument.
  std::vector<Definition> functions(std::string_view name) const;
  /// All calls of that name in the body, in order; none in directives.
  std::vector<Call> calls(const Definition&, std::string_view callee) const;
  /// The closing braces of the structs and unions of that tag.
  std::vector<std::size_t> ends_of_structs(std::string_view tag) const;
  /// Behind an enum's constant of that name, up to the comma or brace.
  std::vector<Span> enumerators(std::string_view name) const;
  /// What the #define of a name without arguments makes of it, without the blank.
  std::vector<Span> macros(std::string_view name) const;

 private:
  struct Known {
    std::vector<std::string_view> names;
    Definition definition;
  };

  void find_pairs(const std::vector<Token>&);
  void find_functions();
  std::vector<std::string_view> names_in_head(std::size_t first, std::size_t brace) const;
  Call call_at(std::size_t word) const;
  void find_arguments(std::size_t open, Call&) const;
  void find_statement(std::size_t word, Call&) const;
  std::size_t out_of_parentheses(std::size_t token, Call&) const;
  bool begins_statement(std::size_t token) const;
  bool is_label(std::size_t colon) const;

  std::string_view text(std::size_t token) const {
    return source_.substr(all_[token].begin, all_[token].end - all_[token].begin);
  }
  bool is(std::size_t token, std::string_view what) const {
    return token < all_.size() && all_[token].kind != Token::Kind::text && text(token) == what;
  }
  bool is_word(std::size_t token) const {
    return token < all_.size() && all_[token].kind == Token::Kind::word;
  }
  bool is_pair(std::size_t open) const { return pair_[open] != open; }

  std::string_view source_;
  std::vector<Token> all_;  ///< but directives
  std::vector<Token> directives_;
  std::vector<std::size_t> pair_;    ///< the other bracket of any kind; itself of all others
  std::vector<std::size_t> inside_;  ///< the bracket that it is in; kNowhere at file scope
  std::vector<Known> functions_;
};

}  // namespace pincheck::edit
