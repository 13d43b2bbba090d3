// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "checker/source/edit/edit.hpp"
#include "checker/source/edit/lexer.hpp"
#include "model/base/reader.hpp"

namespace pincheck::edit {
namespace {

const Words<Does> kDoes{{"drop", Does::drop},
                        {"replace", Does::replace},
                        {"repeat", Does::repeat},
                        {"move-before", Does::move_before},
                        {"move-after", Does::move_after},
                        {"argument", Does::argument},
                        {"instead", Does::instead},
                        {"insert-before", Does::insert_before},
                        {"insert-after", Does::insert_after},
                        {"body", Does::body},
                        {"add-function", Does::add_function},
                        {"add-field", Does::add_field},
                        {"constant", Does::constant}};

constexpr int kMost = 1000;  ///< definitions, calls

/// What each kind must be told besides the file.
struct Needs {
  bool call = false, to = false, argument = false, code = false;
  std::string_view name = "function";
};

Needs needs(Does does) {
  switch (does) {
    case Does::drop:
    case Does::repeat: return {.call = true};
    case Does::replace:
    case Does::move_before:
    case Does::move_after: return {.call = true, .to = true};
    case Does::argument: return {.call = true, .argument = true, .code = true};
    case Does::instead:
    case Does::insert_before:
    case Does::insert_after: return {.call = true, .code = true};
    case Does::body:
    case Does::add_function: return {.code = true};
    case Does::add_field: return {.code = true, .name = "struct"};
    case Does::constant: return {.code = true, .name = "constant"};
  }
  return {};
}

int number(Reader& reader, std::string_view key) {
  return static_cast<int>(reader.integer_or(key, 0, 1, kMost));
}

bool is_name(std::string_view word) {
  const std::vector<Token> all = tokens(word);
  return all.size() == 1 && all[0].kind == Token::Kind::word && all[0].end == word.size();
}

std::string name(Reader& reader, std::string_view key) {
  std::string word = reader.text(key);
  if (!is_name(word)) reader.fail(key, fmt::format("'{}' is no name, expected one of C", word));
  return word;
}

std::string code(Reader& reader) {
  const std::string text = reader.long_text("code");
  if (has_directives(text))
    reader.fail("code", "lines of the preprocessor in it, expected only what fits one line");
  std::string line = on_one_line(text);
  if (line.empty()) reader.fail("code", "'code' is empty, expected C");
  return line;
}

Edit read_edit(Reader& reader) {
  Edit edit;
  edit.where = reader.where();
  if (!reader.has("does")) reader.fail("", "expected a key 'does'");
  edit.does = reader.word_or("does", Does::drop, kDoes);
  const Needs need = needs(edit.does);
  edit.file = reader.text("file");
  edit.name = name(reader, need.name);
  edit.definition = number(reader, "definition");
  if (need.call) {
    edit.call = name(reader, "call");
    edit.occurrence = number(reader, "occurrence");
  }
  if (need.to) edit.to = name(reader, "to");
  if (edit.does == Does::move_before || edit.does == Does::move_after)
    edit.to_occurrence = number(reader, "to-occurrence");
  if (need.argument) {
    edit.argument = number(reader, "argument");
    if (edit.argument == 0) reader.fail("", "expected a key 'argument', from 1");
  }
  if (need.code) edit.code = code(reader);
  reader.finish();
  return edit;
}

}  // namespace

std::vector<Edit> read_edits(std::string_view text, const std::string& file) {
  const toml::table table = parse_toml(text, file);
  Reader reader(table, file, "a file of edits");
  reader.text_or("title", "");
  std::vector<Edit> edits;
  for (Reader& one : reader.tables("edit")) edits.push_back(read_edit(one));
  if (edits.empty()) reader.fail("", "no edit in it, expected tables [[edit]]");
  reader.finish();
  return edits;
}

}  // namespace pincheck::edit
