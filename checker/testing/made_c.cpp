// SPDX-License-Identifier: MIT
#include "checker/testing/made_c.hpp"

#include <cstdlib>
#include <utility>

#include "checker/testing/made_draft.hpp"

namespace pincheck::test {
namespace {

/// Stands for the way out of what is being taken, which is known when it is.
constexpr std::string_view kWith = "WITH;";

std::string replaced(std::string text, std::string_view what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

/// How a block drops what it holds where it is left early.
enum class Ladder : std::uint8_t {
  labels,   ///< a label for each thing that is held
  checked,  ///< one label, behind which each is asked whether it is held
  flagged,  ///< the same, by a bit for each
  staged,   ///< one label, behind which a number says how much is held
  copied,   ///< where it is left
};

/// What a block holds, and its ways out.
class Holding {
 public:
  /// `leave`: statements that leave what is around it.
  Holding(Draft& draft, std::string leave)
      : d_(draft), id_(draft.name()), leave_(std::move(leave)) {
    ladder_ = static_cast<Ladder>(d_.draw(5));
    if (ladder_ == Ladder::flagged || ladder_ == Ladder::staged)
      d_.declared += fill("int k%0 = 0;\n", {id_});
  }

  bool empty() const { return top_ == 0; }
  const Taken& last() const { return rungs_[top_ - 1].taken; }
  std::string exit() { return exit(top_); }
  Exits exits() { return {exit(top_), std::string(kWith)}; }
  /// The statements that take it.
  std::string add(Taken taken) {
    rungs_.push_back({std::move(taken), top_});
    top_ = rungs_.size();
    std::string text = replaced(last().text, kWith, exit(top_));
    if (ladder_ == Ladder::flagged) text += flag(top_, true);
    return text;
  }
  /// From now on it is held only where the flag is not set.
  void hold_unless(const std::string& flag) {
    Taken& one = rungs_[top_ - 1].taken;
    one.drop = fill("if (!%0) { %1 }", {flag, one.drop});
    one.check = fill("!%0 && (%1)", {flag, one.check});
    if (!one.keep.empty()) one.keep = fill("if (!%0) { ", {flag}) + one.keep + " }";
    one.page = one.array = one.single = "";
  }
  /// The last one is held no longer, or as something else.
  std::string remove(bool moved) {
    std::string text = moved || d_.spoils(6) ? "" : last().forget;
    if (ladder_ == Ladder::flagged) text += flag(top_, false);
    top_ = rungs_[top_ - 1].below;
    return text + "\n";
  }
  /// Something that is held, and one page; empty: there is nothing.
  const Taken* any() {
    if (top_ == 0) return nullptr;
    std::size_t which = top_;
    for (unsigned n = d_.draw(3); n > 0 && rungs_[which - 1].below > 0; --n)
      which = rungs_[which - 1].below;
    return &rungs_[which - 1].taken;
  }
  std::string drops() { return drops(top_); }
  /// The block's end, where nothing went wrong; to a box if there is one.
  std::string end(const std::string& box) {
    std::string ways_out = all_exits();
    if (box.empty() && ladder_ != Ladder::copied && d_.draw(2) == 0) {
      const bool enters = ladder_ == Ladder::labels || ladder_ == Ladder::staged;
      const std::string enter = enters ? exit(top_) + "\n" : "";
      return enter + ways_out + fill("if (ret < 0) { %0 }\n", {leave_});
    }
    std::string text;
    for (std::size_t at = top_; at > 0; at = rungs_[at - 1].below) {
      const Taken& one = rungs_[at - 1].taken;
      const bool keeps = !box.empty() && !one.keep.empty() && !d_.spoils();
      text += (keeps ? given_to(box, one) : one.drop) + "\n";
    }
    if (ladder_ == Ladder::copied) return text;
    return text + fill("goto end%0;\n%1%2\nend%0: ;\n", {id_, ways_out, leave_});
  }

 private:
  struct Rung {
    Taken taken;
    std::size_t below;  ///< 0: none
  };
  Draft& d_;
  int id_;
  std::string leave_;
  Ladder ladder_{};
  std::vector<Rung> rungs_;
  std::size_t top_ = 0;

  std::string flag(std::size_t rung, bool on) const {
    const std::string bit = std::to_string(1U << rung);
    return fill(on ? "k%0 |= %1;\n" : "k%0 &= ~%1;\n", {id_, bit});
  }
  std::string label(std::size_t rung) const {
    return fill("out%0_%1", {id_, std::to_string(rung)});
  }
  std::string exit(std::size_t rung) {
    switch (ladder_) {
      case Ladder::labels: return fill("goto %0;", {label(rung)});
      case Ladder::flagged: return fill("%0 goto %1;", {rung ? flag(rung, true) : "", label(0)});
      case Ladder::staged: return fill("k%0 = %1; goto %2;", {id_, std::to_string(rung), label(0)});
      case Ladder::checked: return fill("goto %0;", {label(0)});
      case Ladder::copied: return drops(rung) + " " + leave_;
    }
    std::abort();
  }
  std::string drop(std::size_t rung) {
    const std::string& text = rungs_[rung - 1].taken.drop;
    if (d_.spoils(8)) return "";
    return d_.spoils(8) ? text + " " + text : text;
  }
  std::string drops(std::size_t rung) {
    std::string text;
    for (; rung > 0; rung = rungs_[rung - 1].below) text += drop(rung) + " ";
    return text;
  }
  /// All labels, and what is behind them.
  std::string all_exits() {
    switch (ladder_) {
      case Ladder::labels: return all_labels();
      case Ladder::checked:
      case Ladder::flagged: return all_checks();
      case Ladder::staged: return all_stages();
      case Ladder::copied: return "";
    }
    std::abort();
  }
  std::string all_labels() {
    std::string text;
    for (std::size_t rung = rungs_.size(); rung > 0; --rung) {
      const std::size_t below = rungs_[rung - 1].below;
      text += fill("%0: ;\n  %1\n", {label(rung), drop(rung)});
      if (below + 1 != rung) text += fill("  goto %0;\n", {label(below)});
    }
    return text + label(0) + ": ;\n";
  }
  std::string all_checks() {
    std::string text = label(0) + ": ;\n";
    for (std::size_t rung = rungs_.size(); rung > 0; --rung) {
      const std::string bit = fill("k%0 & %1", {id_, std::to_string(1U << rung)});
      const std::string& check = rungs_[rung - 1].taken.check;
      text += fill("  if (%0) { %1 }\n", {ladder_ == Ladder::checked ? check : bit, drop(rung)});
    }
    return text;
  }
  std::string all_stages() {
    std::string text = fill("%0: ;\n  while (k%1 > 0) switch (k%1) {\n", {label(0), id_});
    for (std::size_t rung = rungs_.size(); rung > 0; --rung)
      text += fill("    case %0: %1 k%2 = %3; break;\n",
                   {std::to_string(rung), drop(rung), id_, std::to_string(rungs_[rung - 1].below)});
    return text + "  }\n";
  }
};

/// Writes blocks.
class Maker {
 public:
  Maker(std::string name, Draft& draft, Made& made)
      : name_(std::move(name)), d_(draft), made_(made) {}

  struct Around {
    int deep = 0;          ///< how deep blocks may go in it
    std::string box{};     ///< where what is held at the end goes; empty: it is dropped
    bool at_once = false;  ///< what is taken goes there at once
    bool hidden = false;   ///< nobody calls the function but the others
    bool is_turn = false;  ///< it is a loop's
  };
  void function(const Around& around) {
    const std::string storage = std::exchange(d_.storage, "");
    const std::string body = block("return ret;", around);
    made_.text += fill(
        "static long %0(unsigned long s, struct box *out)\n{\n"
        "long ret = 0;\nint i = 0;\n%2%1return ret;\n}\n",
        {name_, body, std::exchange(d_.storage, storage)});
    if (!around.hidden) made_.functions.push_back({name_, d_.bits});
  }

 private:
  std::string name_;
  Draft& d_;
  Made& made_;
  int helpers_ = 0;

  std::string block(const std::string& leave, const Around& around) {
    const std::string declared = std::exchange(d_.declared, "");
    const std::size_t flags = d_.flags.size();
    Holding holding(d_, leave);
    std::string text = taken(holding, around);
    for (unsigned n = d_.draw(around.deep > 1 ? 6 : 4); n > 0; --n)
      text += statement(holding, around);
    text += holding.end(around.box);
    text = "{\n" + std::exchange(d_.declared, declared) + text + "}\n";
    d_.flags.resize(flags);
    return text;
  }

  std::string statement(Holding& holding, const Around& around) {
    switch (d_.draw(12)) {
      case 0: return fails(holding);
      case 1:
      case 2: return taken(holding, around);
      case 3: return holding.empty() ? "" : twist(d_, *holding.any());
      case 4: return moves(holding);
      case 5: return drops_early(holding);
      case 6: return remembers();
      case 7: return taken_sometimes(holding);
      case 8: return around.is_turn ? leaves_loop(holding) : fails(holding);
      case 9: return around.deep > 0 ? branch(holding, around) : taken(holding, around);
      case 10: return around.deep > 0 ? loop(holding, around) : fails(holding);
      default: return around.deep > 0 ? helped(holding) : remembers();
    }
  }

  /// A question that is open; what it asks for may have been asked before.
  std::string question() {
    switch (d_.draw(4)) {
      case 0: return "choice()";
      case 1: return d_.bit();
      case 2: return d_.flags.empty() ? "!choice()" : d_.flags[d_.draw(unsigned(d_.flags.size()))];
      default: return "three() == 1";
    }
  }
  /// One that is answered the same each time.
  std::string stable_question() {
    return d_.flags.empty() || d_.draw(2) == 0 ? d_.bit()
                                               : d_.flags[d_.draw(unsigned(d_.flags.size()))];
  }
  std::string remembers() {
    const std::string flag = fill("c%0", {d_.name()});
    d_.declared += fill("int %0 = 0;\n", {flag});
    const std::string asks = question();
    const std::string_view as = d_.one_of(
        {"%0 = !!(%1);\n", "%0 |= !!(%1) << 2;\n", "%0 = (%1) ? 6 : 2;\n", "if (%1) %0 += 5;\n"});
    const std::string_view is = as.find("? 6") == std::string_view::npos ? "%0" : "(%0 & 4)";
    d_.flags.push_back(fill(is, {flag}));
    return fill(as, {flag, asks});
  }

  static std::string page_of(Holding& holding) {
    const Taken* any = holding.any();
    return any ? any->page : "";
  }
  std::string taken(Holding& holding, const Around& around) {
    const std::string page = page_of(holding);
    std::string text = holding.add(take(d_, holding.exits(), page));
    if (!around.at_once || holding.last().keep.empty()) return text;
    const std::string kept = given_to(around.box, holding.last());
    return text + kept + holding.remove(false);
  }
  std::string taken_sometimes(Holding& holding) {
    const std::string asks = stable_question();
    Taken one = take(d_, holding.exits(), page_of(holding));
    one.text = fill("if (%0) {\n%1}\n", {asks, one.text});
    one.check = fill("(%0) && (%1)", {asks, one.check});
    const std::string again = d_.spoils(3) ? fill("!(%0)", {asks}) : asks;
    one.drop = fill("if (%0) { %1 }", {again, one.drop});
    one.keep = one.keep.empty() ? "" : fill("if (%0) { ", {again}) + one.keep + " }";
    one.page = one.array = one.single = "";
    return holding.add(std::move(one));
  }
  std::string moves(Holding& holding) {
    if (holding.empty() || (holding.last().array + holding.last().single).empty())
      return fails(holding);
    // What cannot be moved is still held.
    Taken to = moved(d_, holding.last(), {"WITHOUT;", holding.exit()});
    const std::string kept = holding.remove(true);
    to.text = replaced(to.text, "WITHOUT;", holding.exit()) + kept;
    return holding.add(std::move(to));
  }
  std::string drops_early(Holding& holding) {
    if (holding.empty() || holding.last().forget.empty()) return fails(holding);
    if (d_.draw(2) == 0) {
      const std::string drop = holding.last().drop;
      return drop + " " + holding.remove(false);
    }
    // Whether it was is remembered.
    const std::string flag = fill("c%0", {d_.name()});
    d_.declared += fill("int %0 = 0;\n", {flag});
    std::string text =
        fill("%0 = !!(%1);\nif (%0) { %2 }\n", {flag, question(), holding.last().drop});
    if (!d_.spoils(3)) holding.hold_unless(flag);
    return text;
  }
  std::string fails(Holding& holding) {
    return fill("if (%0) { ret = -5; %1 }\n", {question(), holding.exit()});
  }
  std::string leaves_loop(Holding& holding) {
    return fill("if (%0) { %1 %2 }\n",
                {question(), holding.drops(), d_.one_of({"break;", "continue;"})});
  }

  std::string branch(Holding& holding, const Around& around) {
    const auto inner = [&] { return block(holding.exit(), {.deep = around.deep - 1}); };
    switch (d_.draw(3)) {
      case 0: return fill("if (%0) ", {question()}) + inner();
      case 1: return fill("if (%0) ", {question()}) + inner() + "else " + inner();
      default:
        return "switch (three()) {\ncase 0: " + inner() + "break;\ncase 1: " + inner() +
               "default: ;\n}\n";
    }
  }
  std::string loop(Holding& holding, const Around& around) {
    const int id = d_.name();
    d_.declared += fill("int t%0;\n", {id});
    const std::string inner = block(holding.exit(), {.deep = around.deep - 1, .is_turn = true});
    switch (d_.draw(3)) {
      case 0:
        d_.bits = 2;
        return fill("for (t%0 = 0; t%0 < %1; t%0++) ",
                    {id, d_.one_of({"1", "2", "(int)(s & 3)"})}) +
               inner;
      case 1: return "while (more()) " + inner;
      default: return "do " + inner + "while (more());\n";
    }
  }

  /// Another function takes them; where it fails nothing is left, or what it took before is.
  std::string helper() {
    std::string name = fill("%0_h%1", {name_, ++helpers_});
    const std::string declared = std::exchange(d_.declared, "");
    const auto flags = std::exchange(d_.flags, std::vector<std::string>());
    const bool at_once = d_.once_in(3), hidden = d_.once_in(2);
    Maker(name, d_, made_)
        .function({.deep = 1, .box = "out", .at_once = at_once, .hidden = hidden});
    d_.declared = declared;
    d_.flags = flags;
    return name;
  }
  std::string helped(Holding& holding) {
    const std::string name = helper();
    std::string text;
    for (unsigned times = 1 + d_.draw(2); times > 0; --times) {
      const int id = d_.name();
      d_.declared += fill("struct box l%0 = {0};\nlong r%0;\n", {id});
      const Exits exits = holding.exits();
      text += holding.add(
          {.text = fill("r%0 = %1(s, &l%0);\nif (r%0 < 0) { ret = r%0; %2 }\n",
                        {id, name, d_.spoils() ? exits.without : exits.with}),
           .drop = fill("box_drop(&l%0);", {id}),
           .check = fill("l%0.n > 0", {id}),
           .forget = fill("l%0.n = 0;", {id}),
           .keep =
               fill("for (i = 0; i < l%0.n; i++) box_add(%9, l%0.page[i], l%0.pinned[i]);", {id})});
    }
    return text;
  }
};

}  // namespace

Made made_functions(const std::string& name, const std::vector<std::uint32_t>& numbers) {
  Made made;
  Draft draft{.numbers = numbers};
  draft.spoils_left = static_cast<int>(draft.draw(4));
  const std::string_view box = draft.one_of({"", "", "out", "&parked"});
  Maker(name, draft, made).function({.deep = 2, .box = std::string(box)});
  return made;
}

std::string made_prelude() {
  const char* source = std::getenv("PINCHECK_SOURCE_DIR");
  return fill("#include \"%0/checker/testing/made_helpers.h\"\n", {source ? source : "."});
}

}  // namespace pincheck::test
