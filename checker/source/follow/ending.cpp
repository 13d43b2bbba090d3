// SPDX-License-Identifier: MIT
// A path's end: every reference that is held must have somebody who can drop it.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <unordered_set>

#include "checker/source/follow/path.hpp"

namespace pincheck::follow {
namespace {

/// What can be reached when the function has returned.
class Reachable {
 public:
  Reachable(Path& its_path, const Words& returned) : path(its_path) {
    for (const Term word : returned) visit(path.simplified(word));
    for (const Cell& cell : path.state.cells)
      if (cell.stored && outlives(cell.base)) visit(cell.value);
    for (std::uint32_t i = 0; i < path.state.objects.size(); ++i)
      if (path.state.objects[i].shared && !path.state.objects[i].freed)
        visit(path.memory.address_of(i));
  }
  bool has(Term page) const { return seen_.contains(page); }

 private:
  Path& path;
  std::unordered_set<Term> seen_;

  /// The caller's memory, and what is global.
  bool outlives(Term base) {
    const Object* object = path.memory.object_at(base);
    return object == nullptr || object->place == Place::global;
  }
  void visit(Term word) {
    std::vector<std::uint32_t> inside;
    path.terms.objects_in(word, inside);
    const Term base = path.terms.split(word).base;
    if (base != value::kNoTerm) seen_.insert(base);
    for (const std::uint32_t number : inside) {
      const Term address = path.memory.address_of(number);
      if (number >= path.state.objects.size() || !visited_.insert(address).second) continue;
      seen_.insert(address);
      const Object& object = path.state.objects[number];
      if (object.freed || object.place == Place::local || object.place == Place::global) continue;
      std::vector<Term> held;
      path.memory.each_cell_in(number, [&](const Cell& cell) { held.push_back(cell.value); });
      for (const Term each : held) visit(each);
    }
  }
  std::unordered_set<Term> visited_;
};

/// "1 get"
std::string so_many(int n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

struct Sums {
  int gets = 0;
  int pins = 0;
};

/// What the caller is left with: of its own pages, and of those that were taken.
std::string left_text(const std::vector<Count>& counts, bool error) {
  Sums taken, dropped, kept;
  for (const Count& one : counts) {
    (one.ours ? kept : one.gets < 0 ? dropped : taken).gets += std::abs(one.gets);
    (one.ours ? kept : one.pins < 0 ? dropped : taken).pins += std::abs(one.pins);
  }
  std::string text;
  const auto add = [&](const Sums& all, std::string_view how) {
    for (const auto& [n, what] : {std::pair(all.gets, "get"), {all.pins, "pin"}})
      if (n != 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", so_many(n, what), how);
  };
  add(dropped, "of the caller's dropped");
  add(taken, "taken of a page of the caller's");
  add(kept, "kept");
  return fmt::format("{}: {}", error ? "error" : "success", text.empty() ? "nothing" : text);
}

std::string held_text(const Count& count) {
  if (count.gets > 0 && count.pins > 0)
    return fmt::format("{} gets and {} pins", count.gets, count.pins);
  return so_many(std::max(count.gets, count.pins) - count.kept, count.pins > 0 ? "pin" : "get");
}

/// Not as at the beginning.
bool is_changed(const Count& one) { return one.gets != 0 || one.pins != 0; }

/// More was known of it, or of what was read, than is now.
bool was_known(const value::Terms& terms, Term term) {
  if (term == value::kNoTerm) return false;
  const value::Node& node = terms[term];
  if (node.kind == value::Kind::symbol)
    return node.whose.forgotten || node.whose.base != value::kNoTerm;
  return was_known(terms, node.a) || was_known(terms, node.b) ||
         std::any_of(node.parts.begin(), node.parts.end(),
                     [&](const value::Part& part) { return was_known(terms, part.of); });
}

value::Range errors(bool pointer, unsigned width) {
  if (!pointer) return value::Range::below(0, width, true);
  const std::uint64_t last = value::mask(width);
  return value::Range::one(0).join(value::Range::between(last - value::kErrors + 1, last));
}

}  // namespace

bool is_held(const Count& count) { return std::max(count.gets, count.pins) > count.kept; }

bool is_error(Path& path, const Words& returned) {
  const llvm::Type* type = path.state.frame().code->function().getReturnType();
  if (returned.size() != 1) return false;
  const Term word = path.simplified(returned.front());
  const unsigned width = path.terms[word].width;
  if (path.terms[word].has_object || width < 32) return false;
  const value::Range range = path.state.facts.range_of(path.terms, word);
  const value::Range good = range.without(errors(type->isPointerTy(), width), width);
  const auto& counts = path.state.counts;
  const bool matters = std::any_of(counts.begin(), counts.end(), is_changed);
  if (matters && path.run.knowledge != Knowledge::all && !good.empty() && good != range &&
      was_known(path.terms, word))
    path.suspect(fmt::format("whether {}() returns an error",
                             path.state.frame().code->function().getName().str()));
  return !range.empty() && good.empty();
}

void judge(Path& path, const Words& returned) {
  Verdict& verdict = path.run.verdict;
  ++verdict.paths;
  const auto& counts = path.state.counts;
  if (path.state.took ||
      std::any_of(counts.begin(), counts.end(), [](const Count& one) { return one.counted; }))
    ++verdict.took;
  if (std::any_of(counts.begin(), counts.end(), is_changed)) verdict.kept = true;
  const llvm::Function& function = path.state.frames.front().code->function();
  const bool error = is_error(path, returned);
  verdict.ends.insert(left_text(counts, error));
  if (std::none_of(counts.begin(), counts.end(), is_held)) return;
  const Reachable reachable(path, returned);
  const std::string end = place_in_source(path.at());
  for (const Count& one : counts) {
    if (!is_held(one)) continue;
    const std::string taken = one.taken == 0 ? "?" : place_in_source(*path.run.trail[one.taken].at);
    if (reachable.has(one.page) || !one.ours) {
      if (error) ++verdict.left[taken];
      if (!error && one.after_error) verdict.kept_after_error.insert(taken);
      continue;
    }
    if (one.passed_at != nullptr) {
      const auto* call = llvm::cast<llvm::CallBase>(one.passed_at);
      const llvm::Function* to = called(*call);
      const std::string question =
          fmt::format("{}() is given what {} took: does it drop or keep that?",
                      to ? to->getName().str() : "a function pointer", taken);
      if (path.is_of_a_change(question)) continue;
      ++verdict.open[question];
      if (to != nullptr && to->isDeclaration()) verdict.asks.insert(to->getName().str());
      continue;
    }
    path.mark(error ? "returns an error" : "returns");
    path.found(
        Wrong::leak,
        fmt::format("{} taken at {}: nobody can drop {} after {}() returns{}", held_text(one),
                    taken, one.gets + one.pins - one.kept == 1 ? "it" : "them",
                    function.getName().str(), error ? " an error" : ""),
        fmt::format("{} {}", taken, error ? "error" : "success"));
  }
}

}  // namespace pincheck::follow
