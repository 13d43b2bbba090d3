// SPDX-License-Identifier: MIT
// model/base: used by model/language, checker/mail, checker/source/value, checker/source/callee, checker/source/front.
// Reading TOML with one clear message for whatever is wrong: file, line, column, expectation.
#pragma once

#include <toml++/toml.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/base/input.hpp"
#include "model/base/nearest.hpp"

namespace pincheck {

/// A name and the value it stands for in files.
template <class T>
using Words = std::vector<std::pair<std::string_view, T>>;

/// The name a value has in files.
template <class T>
std::string_view word(const Words<T>& words, T value) {
  for (const auto& [name, meaning] : words)
    if (meaning == value) return name;
  return "?";
}

/// Longest line of one.
inline constexpr std::size_t kMaxLineBytes = 4096;

/// Most parts of a dotted key. toml++ recurses into tables, and bounds only how deeply values nest.
inline constexpr int kMaxKeyParts = 8;

/// Parses `text`; `file` is for messages. Throws InputError.
toml::table parse_toml(std::string_view text, const std::string& file);

/// One table being read. Every key must be asked for: finish() rejects the others.
class Reader {
 public:
  Reader(const toml::table& table, std::string file, std::string what)
      : table_(table), file_(std::move(file)), what_(std::move(what)) {}

  bool has(std::string_view key) const {
    known_.emplace(key);
    return table_.contains(key);
  }
  bool empty() const { return table_.empty(); }
  std::string text(std::string_view key);       ///< required
  std::string long_text(std::string_view key);  ///< required; of any length, of several lines
  /// A required 'name': used in schedules, messages and file names, so 1 to 40 letters, digits,
  /// '-', '_' or '.', and not beginning with '.'.
  std::string name();
  std::string text_or(std::string_view key, std::string_view fallback);
  bool boolean_or(std::string_view key, bool fallback);
  std::int64_t integer_or(std::string_view key, std::int64_t fallback, std::int64_t low,
                          std::int64_t high);  ///< bounds inclusive
  std::vector<std::string> texts_or_none(std::string_view key);
  /// The sub-tables of `[[key]]`; none when absent.
  std::vector<Reader> tables(std::string_view key);
  /// The sub-table `[key]`, or nothing.
  std::optional<Reader> table(std::string_view key);
  /// All keys with sub-tables, for tables whose keys are names.
  std::vector<std::pair<std::string, Reader>> named_tables();

  template <class T>
  T word_or(std::string_view key, T fallback, const Words<T>& words) {
    if (!has(key)) return fallback;
    const std::string value = text(key);
    Names names;
    for (const auto& [name, meaning] : words) {
      if (name == value) return meaning;
      names.push_back(name);
    }
    fail(key, "'" + value + "' is unknown, expected " + one_of(value, names));
  }

  /// Rejects keys nobody asked for.
  void finish();
  /// Throws InputError at the key's place, or at the table's when the key is absent.
  [[noreturn]] void fail(std::string_view key, const std::string& message) const;
  const std::string& file() const { return file_; }
  /// What messages about the table begin with: "file:line:column: what it is".
  std::string where() const { return where(""); }

 private:
  const toml::node* find(std::string_view key);
  std::string where(std::string_view key) const;

  const toml::table& table_;
  std::string file_;
  std::string what_;
  std::set<std::string, std::less<>> asked_;
  mutable std::set<std::string, std::less<>> known_;  ///< what could be there, for messages
};

}  // namespace pincheck
