// SPDX-License-Identifier: MIT
#include "checker/source/edit/fixes.hpp"

#include <fmt/format.h>

#include "checker/mail/mail.hpp"
#include "checker/source/edit/diff.hpp"
#include "checker/source/edit/edit.hpp"
#include "model/base/input.hpp"

namespace pincheck::edit {
namespace {

bool is_of_edits(const std::string& fix, const std::string& name) {
  return name.ends_with(".toml") || fix.starts_with("[[edit]]") ||
         fix.find("\n[[edit]]") != std::string::npos;
}

void apply_edits(const std::string& fix, const std::string& name, Texts& texts) {
  for (const Edit& one : read_edits(fix, name)) {
    const std::optional<std::string>& now = texts.now(one.file, one.where);
    if (!now)
      throw InputError(fmt::format("{}: there is no file {}, expected one", one.where, one.file));
    texts.change(one.file, edited(one, *now), one.where);
  }
}

}  // namespace

void apply_fix(const std::string& fix, const std::string& name, Texts& texts) {
  if (is_of_edits(fix, name)) return apply_edits(fix, name, texts);
  bool found = false;
  for (const mail::Text& text : mail::texts(fix, name)) {
    if (!text.problem.empty()) throw InputError(text.problem);
    for (const FileDiff& one : read_diff(text.in_place(), text.name)) {
      apply(one, text.name, texts);
      found = true;
    }
  }
  if (!found) throw InputError(fmt::format("{}: no diff in it, expected one, or [[edit]]s", name));
}

}  // namespace pincheck::edit
