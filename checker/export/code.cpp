// SPDX-License-Identifier: MIT
#include "checker/export/code.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>

#include "checker/export/names.hpp"

namespace pincheck::exporting {
namespace {

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

}  // namespace

std::string translated(Language language, Term term) {
  if (language == Language::promela) {
    replace_all(term, " ? ", " -> ");
  } else {
    replace_all(term, " == ", " = ");
    replace_all(term, " && ", " & ");
    replace_all(term, " || ", " | ");
  }
  return term;
}

std::string in_comment(std::string words) {
  replace_all(words, "\n", " ");
  replace_all(words, "\r", " ");
  replace_all(words, "*/", "* /");
  return words;
}

std::string upper(std::string_view name) {
  std::string made(name);
  for (char& c : made) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return made;
}

std::string switch_of(const Property& property) { return "check_" + identifier(property.name); }

void Code::line(const std::string& line) {
  for (int i = 0; i < depth_; ++i) text_ += "  ";
  text_ += line + "\n";
}

void Code::set(const std::string& target, const Term& value) {
  const Term right = translated(language_, value);
  line(fmt::format("{} {} {};", translated(language_, target), promela() ? "=" : ":=", right));
}

void Code::call(const std::string& procedure, const std::vector<Term>& arguments) {
  line(fmt::format("{}({});", procedure,
                   translated(language_, fmt::format("{}", fmt::join(arguments, ", ")))));
}

bool Code::when(const Term& condition) {
  if (condition == "false") return false;
  open_.push_back(condition != "true");
  if (!open_.back()) return true;
  const Term text = translated(language_, condition);
  if (promela()) {
    line("if");
    line(fmt::format(":: {} ->", text));
  } else {
    line(fmt::format("if {} then", text));
  }
  ++depth_;
  return true;
}

void Code::otherwise() {
  --depth_;
  line(promela() ? ":: else ->" : "else");
  ++depth_;
}

void Code::done() {
  const bool opened = open_.back();
  open_.pop_back();
  if (!opened) return;
  --depth_;
  if (promela()) {
    line(":: else");
    line("fi;");
  } else {
    line("end;");
  }
}

void Code::violated(const Property& property, const Term& condition) {
  if (!when(condition)) return;
  if (property.ends_run) set("ended", "true");
  const std::string on = switch_of(property);
  if (promela())
    line(fmt::format("assert(!{});", on));
  else
    line(fmt::format("if {} = 1 then error \"{}\"; end;", on, property.name));
  done();
}

void Code::remark(const std::string& words) {
  line(promela() ? "/* " + words + " */" : "-- " + words);
}

}  // namespace pincheck::exporting
