// SPDX-License-Identifier: MIT
// checker/export: uses properties; used by checker/command.
// Statements of the exported text, in either language.
#pragma once

#include <string>
#include <vector>

#include "checker/export/terms.hpp"
#include "properties/property.hpp"

namespace pincheck::exporting {

enum class Language { promela, murphi };

/// `term` in the language's own operators.
std::string translated(Language language, Term term);

/// Somebody's words, on one line and without an end of the comment.
std::string in_comment(std::string words);

/// `WRITEBACK` for `writeback`.
std::string upper(std::string_view name);

/// The constant that switches a property's assertions.
std::string switch_of(const Property& property);

/// Statements being written, one per line.
class Code {
 public:
  explicit Code(Language language, int depth = 1) : language_(language), depth_(depth) {}

  Language language() const { return language_; }
  bool promela() const { return language_ == Language::promela; }
  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }

  void set(const std::string& target, const Term& value);
  void call(const std::string& procedure, const std::vector<Term>& arguments);
  /// Begins what happens only when `condition` holds, up to done(). False when it never does:
  /// then nothing was begun.
  bool when(const Term& condition);
  void otherwise();
  void done();
  /// The property is violated when `condition` holds; then the run may end, too.
  void violated(const Property& property, const Term& condition);
  void remark(const std::string& words);
  /// A line as it is.
  void line(const std::string& line);
  void indent(int by) { depth_ += by; }

 private:
  Language language_;
  int depth_;
  std::string text_;
  std::vector<bool> open_;  ///< for each when(): its condition was not always true
};

}  // namespace pincheck::exporting
