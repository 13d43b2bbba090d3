// SPDX-License-Identifier: MIT
#include "model/base/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pincheck {
namespace {

std::string place(const std::string& file, const toml::source_position& at) {
  return at.line == 0 ? file : fmt::format("{}:{}:{}", file, at.line, at.column);
}

void check_lines(std::string_view text, const std::string& file) {
  std::size_t number = 1;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end - begin > kMaxLineBytes)
      throw InputError(fmt::format("{}:{}: line of {} bytes, expected at most {}", file, number,
                                   end - begin, kMaxLineBytes));
    begin = end + 1;
  }
}

/// One past the end of the string whose first quote is at `at`; one of a single line ends there.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string three(3, quote);
  const bool lines = text.substr(at, 3) == three;
  const std::string_view closing = std::string_view(three).substr(0, lines ? 3 : 1);
  std::size_t end = at + closing.size();
  while (end < text.size() && text.substr(end, closing.size()) != closing) {
    if (!lines && text[end] == '\n') return end;
    end += text[end] == '\\' && quote == '"' ? 2 : 1;
  }
  end = std::min(end + closing.size(), text.size());
  // Two more quotes belong to the text of such a string.
  for (int more = 0; lines && more < 2 && end < text.size() && text[end] == quote; ++more) ++end;
  return end;
}

/// Before parsing, because even giving up a table that is too deep overflows the stack.
void check_keys(std::string_view text, const std::string& file) {
  int parts = 1;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      at = end_of_string(text, at);
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (c == '.') ++parts;
    if (std::string_view("\n=,{}[]").find(c) != std::string_view::npos) parts = 1;
    if (parts > kMaxKeyParts)
      throw InputError(fmt::format("{}:{}: dotted key, expected at most {} parts", file,
                                   1 + std::count(text.begin(), text.begin() + at, '\n'),
                                   kMaxKeyParts));
    ++at;
  }
}

}  // namespace

toml::table parse_toml(std::string_view text, const std::string& file) {
  check_lines(text, file);
  check_keys(text, file);
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    throw InputError(fmt::format("{}: not TOML, expected a TOML file: {}",
                                 place(file, error.source().begin), error.description()));
  }
}

std::string Reader::where(std::string_view key) const {
  const toml::node* node = table_.get(key);
  const auto& at = node != nullptr ? node->source().begin : table_.source().begin;
  return fmt::format("{}: {}", place(file_, at), what_);
}

void Reader::fail(std::string_view key, const std::string& message) const {
  throw InputError(fmt::format("{}: {}", where(key), message));
}

const toml::node* Reader::find(std::string_view key) {
  asked_.emplace(key);
  known_.emplace(key);
  return table_.get(key);
}

std::string Reader::long_text(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) fail(key, fmt::format("expected a key '{}' with a string", key));
  auto value = node->value_exact<std::string>();
  if (!value) fail(key, fmt::format("'{}' is not a string, expected one", key));
  return *std::move(value);
}

std::string Reader::text(std::string_view key) {
  std::string value = long_text(key);
  if (value.size() > kMaxTextBytes)
    fail(key,
         fmt::format("'{}' has {} bytes, expected at most {}", key, value.size(), kMaxTextBytes));
  return value;
}

std::string Reader::name() {
  std::string value = text("name");
  const bool good = !value.empty() && value.size() <= 40 && value[0] != '.' &&
                    std::all_of(value.begin(), value.end(), [](unsigned char c) {
                      return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
                    });
  if (!good) fail("name", "expected a name of 1 to 40 letters, digits, '-', '_' or '.'");
  return value;
}

std::string Reader::text_or(std::string_view key, std::string_view fallback) {
  return has(key) ? text(key) : std::string(fallback);
}

bool Reader::boolean_or(std::string_view key, bool fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  const auto value = node->value_exact<bool>();
  if (!value) fail(key, fmt::format("'{}' is not a boolean, expected true or false", key));
  return *value;
}

std::int64_t Reader::integer_or(std::string_view key, std::int64_t fallback, std::int64_t low,
                                std::int64_t high) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  const auto value = node->value_exact<std::int64_t>();
  if (!value) fail(key, fmt::format("'{}' is not an integer, expected {} to {}", key, low, high));
  if (*value < low || *value > high)
    fail(key, fmt::format("'{}' is {}, expected {} to {}", key, *value, low, high));
  return *value;
}

std::vector<std::string> Reader::texts_or_none(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  const toml::array* array = node->as_array();
  if (array == nullptr) fail(key, fmt::format("'{}' is not an array, expected strings", key));
  std::vector<std::string> values;
  for (const toml::node& item : *array) {
    const auto value = item.value_exact<std::string>();
    if (!value) fail(key, fmt::format("'{}' holds something else, expected strings", key));
    values.push_back(*value);
  }
  return values;
}

std::vector<Reader> Reader::tables(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  const toml::array* array = node->as_array();
  if (array == nullptr) fail(key, fmt::format("expected tables [[{}]]", key));
  std::vector<Reader> readers;
  for (const toml::node& item : *array) {
    const toml::table* table = item.as_table();
    if (table == nullptr) fail(key, fmt::format("expected tables [[{}]]", key));
    readers.emplace_back(*table, file_, fmt::format("[[{}]]", key));
  }
  return readers;
}

std::optional<Reader> Reader::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const toml::table* table = node->as_table();
  if (table == nullptr) fail(key, fmt::format("expected a table [{}]", key));
  return Reader(*table, file_, fmt::format("[{}]", key));
}

std::vector<std::pair<std::string, Reader>> Reader::named_tables() {
  std::vector<std::pair<std::string, Reader>> found;
  for (const auto& [key, node] : table_) {
    const std::string name(key.str());
    auto reader = table(name);
    found.emplace_back(
        name, Reader(*table_.get_as<toml::table>(name), file_, fmt::format("{} {}", what_, name)));
    static_cast<void>(reader);
  }
  return found;
}

void Reader::finish() {
  for (const auto& [key, node] : table_) {
    const std::string_view name = key.str();
    if (asked_.find(name) != asked_.end()) continue;
    fail(name, fmt::format("unknown key '{}', expected {}", name,
                           one_of(name, Names(known_.begin(), known_.end()))));
  }
}

}  // namespace pincheck
