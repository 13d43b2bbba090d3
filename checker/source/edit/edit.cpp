// SPDX-License-Identifier: MIT
#include "checker/source/edit/edit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/source/edit/lexer.hpp"
#include "checker/source/edit/outline.hpp"
#include "model/base/input.hpp"

namespace pincheck::edit {
namespace {

/// Text that takes the place of another.
struct Change {
  Span span;
  std::string text;
};

/// The source with the changes, which do not overlap. Each leaves as many lines as there were.
std::string changed(std::string source, std::vector<Change> changes) {
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.span.begin > b.span.begin; });
  for (const Change& one : changes) {
    const auto old = source.begin() + static_cast<std::ptrdiff_t>(one.span.begin);
    const auto size = static_cast<std::ptrdiff_t>(one.span.end - one.span.begin);
    const auto lines = std::count(old, old + size, '\n');
    const auto kept = std::count(one.text.begin(), one.text.end(), '\n');
    source.replace(one.span.begin, one.span.end - one.span.begin,
                   one.text + std::string(static_cast<std::size_t>(lines - kept), '\n'));
  }
  return source;
}

class Editor {
 public:
  Editor(const Edit& edit, const std::string& source)
      : edit_(edit), source_(source), outline_(source) {}

  std::vector<Change> changes() const {
    switch (edit_.does) {
      case Does::drop: return drop();
      case Does::replace: return {{call().callee, edit_.to}};
      case Does::repeat: return repeat();
      case Does::move_before:
      case Does::move_after: return move();
      case Does::argument: return argument();
      case Does::instead: return {{call().all, fmt::format("({})", edit_.code)}};
      case Does::insert_before: return beside(call(), edit_.code, Side::before);
      case Does::insert_after: return beside(call(), edit_.code, Side::after);
      case Does::body: return {{function().body, fmt::format("{{ {} }}", edit_.code)}};
      case Does::add_function: return inserted(function().all.begin, edit_.code + " ");
      case Does::add_field: return add_field();
      case Does::constant: return constant();
    }
    return {};
  }

 private:
  enum class Side : std::uint8_t { before, after };

  const Edit& edit_;
  const std::string& source_;
  Outline outline_;

  [[noreturn]] void fail(const std::string& message) const {
    throw InputError(fmt::format("{}: {}", edit_.where, message));
  }
  std::string text(Span span) const { return source_.substr(span.begin, span.end - span.begin); }
  static std::vector<Change> inserted(std::size_t at, std::string text) {
    return {{{at, at}, std::move(text)}};
  }

  static std::size_t begin_of(std::size_t place) { return place; }
  static std::size_t begin_of(Span span) { return span.begin; }
  static std::size_t begin_of(const Definition& one) { return one.all.begin; }
  static std::size_t begin_of(const Call& one) { return one.all.begin; }

  /// Number `wanted` of all that there are, from 1; 0: the only one. `noun` of `what`.
  template <class T>
  const T& one_of(const std::vector<T>& all, int wanted, std::string_view noun,
                  const std::string& what, std::string_view key) const {
    if (all.empty()) fail(fmt::format("there is no {} of {}, expected one", noun, what));
    if (wanted == 0 && all.size() == 1) return all.front();
    if (wanted > 0 && static_cast<std::size_t>(wanted) <= all.size())
      return all[static_cast<std::size_t>(wanted) - 1];
    std::vector<int> lines;
    for (const T& each : all) lines.push_back(line_at(source_, begin_of(each)));
    if (all.size() == 1)
      fail(fmt::format("there is 1 {} of {}, on line {}: expected {} = 1", noun, what, lines[0],
                       key));
    fail(fmt::format("there are {} {}s of {}, on lines {}: expected {} = 1 to {}", all.size(), noun,
                     what, fmt::join(lines, ", "), key, all.size()));
  }

  Definition function() const {
    return one_of(outline_.functions(edit_.name), edit_.definition, "definition",
                  fmt::format("{}() in {}", edit_.name, edit_.file), "definition");
  }
  Call call_of(const std::string& callee, int occurrence, std::string_view key) const {
    return one_of(outline_.calls(function(), callee), occurrence, "call",
                  fmt::format("{}() in {}() of {}", callee, edit_.name, edit_.file), key);
  }
  Call call() const { return call_of(edit_.call, edit_.occurrence, "occurrence"); }

  /// A call whose value nobody uses.
  Call statement(std::string_view instead) const {
    Call one = call();
    if (one.around != Around::statement)
      fail(fmt::format("{}() on line {} is part of an expression or condition, expected {}",
                       edit_.call, line_at(source_, one.all.begin), instead));
    return one;
  }

  std::vector<Change> drop() const {
    return {{statement("does = \"instead\" with its value as code").all, "(void)0"}};
  }

  std::vector<Change> repeat() const {
    const Call one = call();
    return {{one.all, fmt::format("({}, {})", text(one.all), on_one_line(text(one.all)))}};
  }

  std::vector<Change> argument() const {
    const Call one = call();
    const auto n = static_cast<int>(one.arguments.size());
    if (edit_.argument > n)
      fail(fmt::format("{}() on line {} has {} arguments, expected argument = 1 to {}", edit_.call,
                       line_at(source_, one.all.begin), n, n));
    return {{one.arguments[static_cast<std::size_t>(edit_.argument) - 1], edit_.code}};
  }

  std::vector<Change> move() const {
    const Call one = statement("a call that is a statement");
    const Call other = call_of(edit_.to, edit_.to_occurrence, "to-occurrence");
    if (one.all.begin >= other.statement.begin && one.all.begin < other.statement.end)
      fail(fmt::format("{}() is in the statement that it is moved from, expected another one",
                       edit_.to));
    std::vector<Change> all = beside(other, on_one_line(text(one.all)) + ";",
                                     edit_.does == Does::move_before ? Side::before : Side::after);
    all.push_back({one.all, "(void)0"});
    return all;
  }

  std::vector<Change> beside(const Call& one, const std::string& code, Side side) const {
    const bool before = side == Side::before;
    const bool can =
        before ? one.around != Around::loop && (one.around != Around::condition || one.has_braces)
               : one.around == Around::statement || one.around == Around::expression;
    if (!can)
      fail(
          fmt::format("{}() on line {} is in the head of a loop or condition, or returned: "
                      "nothing can be put {} it",
                      source_.substr(one.callee.begin, one.callee.end - one.callee.begin),
                      line_at(source_, one.all.begin), before ? "before" : "behind"));
    const bool closed = code.ends_with(';') || code.ends_with('}');
    const std::string whole = closed ? code : code + ";";
    std::vector<Change> all;
    const std::string open = one.has_braces ? "" : "{ ", close = one.has_braces ? "" : " }";
    const auto add = [&](std::size_t at, const std::string& what) {
      if (!what.empty()) all.push_back({{at, at}, what});
    };
    add(one.statement.begin, before ? open + whole + " " : open);
    if (before)
      add(one.statement.end, one.around == Around::condition ? "" : close);
    else
      add(one.statement.end, " " + whole + close);
    return all;
  }

  std::vector<Change> add_field() const {
    const std::size_t end =
        one_of(outline_.ends_of_structs(edit_.name), edit_.definition, "definition",
               fmt::format("struct {} in {}", edit_.name, edit_.file), "definition");
    return inserted(end, edit_.code + (edit_.code.ends_with(';') ? " " : "; "));
  }

  std::vector<Change> constant() const {
    const std::vector<Span> macros = outline_.macros(edit_.name);
    std::vector<Span> all = macros;
    const std::vector<Span> enumerators = outline_.enumerators(edit_.name);
    all.insert(all.end(), enumerators.begin(), enumerators.end());
    const Span one =
        one_of(all, edit_.definition, "definition",
               fmt::format("the constant {} in {}", edit_.name, edit_.file), "definition");
    const bool is_macro = std::any_of(macros.begin(), macros.end(),
                                      [&](Span span) { return span.begin == one.begin; });
    return {{one, (is_macro ? " " : " = ") + edit_.code}};
  }
};

}  // namespace

std::string edited(const Edit& edit, const std::string& source) {
  return changed(source, Editor(edit, source).changes());
}

}  // namespace pincheck::edit
