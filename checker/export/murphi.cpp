// SPDX-License-Identifier: MIT
// Murphi: a rule per outcome of a step. Like actors are one array over a scalarset, so that Rumur
// has a symmetry to reduce; everything else is ranges as tight as the facts allow.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checker/export/actions.hpp"
#include "checker/export/ends.hpp"
#include "checker/export/export.hpp"
#include "checker/export/names.hpp"
#include "checker/export/primitives.hpp"

namespace pincheck::exporting {
namespace {

constexpr auto kMurphi = Language::murphi;

constexpr auto kHeading = R"(-- SPDX-License-Identifier: MIT
-- pincheck scenario {}: {}
-- under convention {}
--
-- All states:  set the constants check_... to 0, then
--              rumur --symmetry-reduction off --deadlock-detection off -o FILE.c FILE
--              cc -O3 -o FILE.out FILE.c -lpthread; ./FILE.out
-- Verdict:     with those constants 1 whose properties matter.

)";

std::string constants(const View& view) {
  std::string text = "const\n";
  for (const Property& property : properties())
    text += fmt::format("  {}: 1;\n", switch_of(property));
  for (int page = 0; page < view.system.pages && !view.pages_alike; ++page)
    text += fmt::format("  {}: {};\n", view.page_name(page), page);
  text += fmt::format("  none: {};\n  NOTHING: 0;\n  GET: 1;\n  PIN: 2;\n", view.system.pages);
  if (view.facts.backing_varies)
    for (int backing = 0; backing <= static_cast<int>(Backing::zero); ++backing)
      text += fmt::format("  {}: {};\n", backing_constant(static_cast<Backing>(backing)), backing);
  return text + "\n";
}

/// The steps of a thread, as an enumeration of names.
std::string places(const View& view, const Group& group, bool completion) {
  const int thread = 2 * group.actors[0] + (completion ? 1 : 0);
  const std::string name = thread_name(group, completion);
  std::vector<std::string> all;
  const auto steps = static_cast<int>(view.system.programs[thread].size());
  for (int pc = 0; pc <= steps; ++pc)
    all.push_back(fmt::format("{}_{}", name, view.thread_label(thread, pc)));
  return fmt::format("enum {{\n    {}}}", fmt::join(all, ",\n    "));
}

bool runs(const View& view, const Group& group, bool completion) {
  return !view.system.programs[2 * group.actors[0] + (completion ? 1 : 0)].empty();
}

std::string page_fields(const View& view) {
  const Facts& facts = view.facts;
  std::string text = "    ref: count_t;\n";
  const auto declare = [&](const PageFlags& flags) {
    for (const FlagName& bit : flags.bits)
      if ((flags.used & bit.bit) != 0)
        text += fmt::format("    {}{}: boolean;\n", bit.variable, flags.of);
  };
  declare(view.page_flags());
  for (int mm = 0; mm < view.system.mms; ++mm) declare(view.pte_flags(mm));
  if (facts.pins) text += fmt::format("    pins: -{0}..{0};\n", kMostPins);
  if (facts.backing_varies) text += "    backing: 0..4;\n";
  return text;
}

std::string array_of(int size, std::string_view type) {
  if (size == 1) return std::string(type);
  return fmt::format("array [0..{}] of {}", size - 1, type);
}

std::string request_fields(const View& view, const Group& group) {
  const Who who = view.who(group);
  const RequestFacts& facts = view.request(who);
  const Request& start = view.system.initial.request[who.actor];
  std::string text;
  const auto field = [&](bool used, std::string_view name, const std::string& type) {
    if (used) text += fmt::format("    {}: {};\n", name, type);
  };
  const auto slots = [&](bool used, std::string_view name, std::string_view type) {
    field(used && facts.slots > 0, name, array_of(facts.slots, type));
  };
  for (const bool completion : {false, true})
    field(runs(view, group, completion), completion ? "io" : "at",
          thread_name(group, completion) + "_place");
  for (const bool completion : {false, true})
    field(view.cursor(who, completion) != "0", completion ? "io_cursor" : "cursor",
          fmt::format("0..{}", facts.slots));
  for (const FlagName& bit : kRequestFlagNames)
    field((facts.flags & bit.bit) != 0 && !start.has(bit.bit), bit.variable, "boolean");
  field(facts.count_varies, "count", fmt::format("0..{}", facts.slots));
  slots(facts.pages_vary, "page", "place_t");
  for (int role = 0; role < kRoles; ++role) slots(facts.holds[role], role_variable(role), "held_t");
  slots(facts.left_out, "left_out", "boolean");
  slots(facts.stale, "stale", "boolean");
  slots(facts.pinned, "pinned", "boolean");
  return text;
}

std::string types(const View& view) {
  const Facts& facts = view.facts;
  const int pages = view.system.pages;
  std::string text = "type\n";
  text +=
      view.pages_alike
          ? fmt::format("  page_t: scalarset({}); -- like pages, and like actors on them\n", pages)
          : fmt::format("  page_t: 0..{};\n  place_t: 0..{}; -- a page or none\n", pages - 1,
                        pages);
  text += fmt::format("  held_t: 0..2;\n  count_t: -{}..{};\n  number_t: 0..255;\n", facts.reach,
                      facts.wraps ? facts.reach - 1 : facts.reach);
  text += fmt::format("  page_state: record\n{}  end;\n", page_fields(view));
  for (const Group& group : view.groups) {
    if (group.many() && !view.pages_alike)
      text += fmt::format("  {}: scalarset({}); -- like actors\n", group.type, group.actors.size());
    for (const bool completion : {false, true})
      if (runs(view, group, completion))
        text += fmt::format("  {}_place: {};\n", thread_name(group, completion),
                            places(view, group, completion));
    text += fmt::format("  {}_state: record\n{}  end;\n", group.name, request_fields(view, group));
  }
  return text + "\n";
}

std::string pipe_variables(const View& view) {
  std::string text;
  for (int i = 0; i < view.system.pipes; ++i) {
    const PipeFacts& facts = view.facts.pipe[i];
    const std::string& name = view.pipe_name(i);
    for (const Cells& part : view.pipe_parts(i)) {
      const bool page = part.name.ends_with("_page");
      text += fmt::format("  {}: {};\n", part.name, array_of(part.size, page ? "page_t" : "0..3"));
    }
    text += fmt::format("  {}_count: 0..{};\n", name, facts.capacity);
    if (facts.locks) text += fmt::format("  {}_locked: boolean;\n", name);
    if (facts.closes) text += fmt::format("  {0}_readers: 0..7;\n  {0}_writers: 0..7;\n", name);
    if (facts.keeps) text += fmt::format("  {}_tmp: place_t;\n", name);
  }
  return text;
}

std::string variables(const View& view) {
  std::string text = "var\n  page: array [page_t] of page_state;\n" + pipe_variables(view);
  for (int process = 0; process < view.system.processes; ++process)
    text += fmt::format("  {}: 0..{};\n", view.tasks(process), kMaxActors);
  for (const Group& group : view.groups) {
    const std::string array = group.many() ? fmt::format("array [{}] of ", group.type) : "";
    text += fmt::format("  {}: {}{}_state;\n", group.name, array, group.name);
  }
  text += "  ended: boolean; -- a violation after which the state means nothing any more\n\n";
  if (!view.facts.wraps) return text;
  const int high = view.facts.reach;
  return text + fmt::format(
                    "function wrap(v: -{2}..{2}): count_t;\nbegin\n"
                    "  if v >= {0} then return v - {1}; end;\n"
                    "  if v < -{0} then return v + {1}; end;\n  return v;\nend;\n\n",
                    high, 2 * high, 4 * high);
}

void start_pipes(Code& code, const View& view) {
  for (int i = 0; i < view.system.pipes; ++i) {
    const Pipe& pipe = view.system.initial.pipe[i];
    const std::string& name = view.pipe_name(i);
    for (const Cells& part : view.pipe_parts(i))
      for (int k = 0; k < part.size; ++k) {
        const PipeBuffer& buffer = pipe.ring[k];
        const bool ops = part.name.ends_with("_ops");
        const int value = ops ? static_cast<int>(buffer.ops()) : buffer.page();
        set_at(code, part, fmt::format("{}", k), fmt::format("{}", value));
      }
    code.set(name + "_count", fmt::format("{}", pipe.count));
    if (view.facts.pipe[i].locks) code.set(name + "_locked", "false");
    if (view.facts.pipe[i].closes) {
      code.set(name + "_readers", fmt::format("{}", pipe.readers()));
      code.set(name + "_writers", fmt::format("{}", pipe.writers()));
    }
    if (view.facts.pipe[i].keeps) code.set(name + "_tmp", kNone);
  }
}

void start_request(Code& code, const View& view, const Who& who) {
  const RequestFacts& facts = view.request(who);
  const Request& start = view.system.initial.request[who.actor];
  const Group& group = view.group_of(who.actor);
  for (const bool completion : {false, true}) {
    if (runs(view, group, completion))
      code.set(who.prefix + (completion ? "io" : "at"),
               fmt::format("{}_{}", thread_name(group, completion),
                           view.thread_label(2 * who.actor + (completion ? 1 : 0), 0)));
    if (const std::string cursor = view.cursor(who, completion); cursor != "0")
      code.set(cursor, "0");
  }
  for (const FlagName& bit : kRequestFlagNames)
    if ((facts.flags & bit.bit) != 0 && !start.has(bit.bit))
      code.set(fmt::format("{}{}", who.prefix, bit.variable), "false");
  if (facts.count_varies) code.set(who.prefix + "count", fmt::format("{}", start.count));
  for (int s = 0; s < facts.slots; ++s) {
    const Term slot = fmt::format("{}", s);
    if (facts.pages_vary) view.set_slot(code, who, slot, "page", view.page_name(start.slot[s]));
    for (int role = 0; role < kRoles; ++role)
      if (facts.holds[role]) view.set_slot(code, who, slot, role_variable(role), "NOTHING");
    if (facts.left_out) view.set_slot(code, who, slot, "left_out", "false");
    if (facts.stale) view.set_slot(code, who, slot, "stale", "false");
    if (facts.pinned) view.set_slot(code, who, slot, "pinned", "false");
  }
}

std::string start(const View& view) {
  Code code(kMurphi);
  int next = 0;
  view.for_each_page(code, [&](const Term& name) {
    const World& world = view.system.initial;
    const Page& page = world.page[next];
    code.set(view.ref(name), fmt::format("{}", page.ref));
    view.assign_flags(code, name, page.flags);
    for (int mm = 0; mm < view.system.mms; ++mm)
      view.assign_pte(code, name, mm, world.pte[mm][next].flags);
    ++next;
    if (view.facts.pins) code.set(view.pins(name), "0");
    if (view.facts.backing_varies)
      code.set(view.backing(name), std::string(backing_constant(page.backing)));
  });
  start_pipes(code, view);
  for (int process = 0; process < view.system.processes; ++process)
    code.set(view.tasks(process), fmt::format("{}", view.system.initial.tasks[process]));
  view.for_each_request(code, [&](const Who& who) { start_request(code, view, who); });
  code.set("ended", "false");
  return "startstate\n" + code.text() + "end;\n\n";
}

std::string rule(const View& view, const Mover& mover, int pc, const Outcome& outcome) {
  const Step& step = view.system.programs[mover.thread()][static_cast<std::size_t>(pc)];
  const Term when = guard(view, mover, outcome);
  if (when == "false") return "";
  const Term here = view.at(mover.who, mover.completion, pc);
  Code code(kMurphi);
  act(code, view, mover, outcome);
  const std::string place = mover.who.prefix + (mover.completion ? "io" : "at");
  if (outcome.next != pc)
    code.set(place, thread_name(mover.group, mover.completion) + "_" +
                        view.thread_label(mover.thread(), outcome.next));
  const std::string name = outcome.name.empty() ? "" : ": " + outcome.name;
  const auto local = [&](const char* variable, const char* type) {
    const bool used = code.text().find(fmt::format("{} := ", variable)) != std::string::npos ||
                      code.text().find(fmt::format(", {});", variable)) != std::string::npos;
    return used ? fmt::format("{}: {}; ", variable, type) : "";
  };
  std::string locals = local("p", "page_t") + local("q", "page_t") + local("n", "number_t");
  if (!locals.empty()) locals = "var " + locals + "\n";
  return fmt::format("rule \"{}: {}{}\" -- {}\n  {}\n==>\n{}begin\n{}end;\n\n",
                     thread_name(mover.group, mover.completion), step.name, name, step.function,
                     translated(kMurphi, all_of({here, when, "!ended"})), locals, code.text());
}

std::string rules(const View& view, const Mover& mover) {
  const Program& program = view.system.programs[mover.thread()];
  std::string text;
  for (std::size_t pc = 0; pc < program.size(); ++pc)
    for (const Outcome& outcome : program[pc].outcomes)
      text += rule(view, mover, static_cast<int>(pc), outcome);
  if (text.empty() || !mover.group.many()) return text;
  return fmt::format("ruleset me: {} do\n\n{}end;\n\n", mover.group.type, text);
}

/// Whether the thread can take a step: which of its steps may have to wait, and for what.
std::string can_move(const View& view, const Mover& mover) {
  const Program& program = view.system.programs[mover.thread()];
  if (program.empty()) return "";
  const std::string name = thread_name(mover.group, mover.completion);
  const auto place = [&](std::size_t pc) {
    return fmt::format("{}_{}", name, view.thread_label(mover.thread(), static_cast<int>(pc)));
  };
  std::string cases;
  for (std::size_t pc = 0; pc < program.size(); ++pc)
    if (const Term can = can_leave(view, mover, program[pc]); can != "true")
      cases += fmt::format("    case {}: return {};\n", place(pc), translated(kMurphi, can));
  const std::string who = mover.group.many() ? "me: " + mover.group.type : "";
  return fmt::format(
      "function {}_can_move({}): boolean;\nbegin\n  switch {}{}\n{}    case {}: return false;\n"
      "    else return true;\n  end;\nend;\n\n",
      name, who, mover.who.prefix, mover.completion ? "io" : "at", cases, place(program.size()));
}

Term somebody_can_move(const View& view) {
  std::vector<Term> terms;
  for (const Group& group : view.groups)
    for (const bool completion : {false, true}) {
      if (!runs(view, group, completion)) continue;
      const std::string name = thread_name(group, completion) + "_can_move";
      terms.push_back(group.many() ? fmt::format("(exists r: {} do {}(r) end)", group.type, name)
                                   : name + "()");
    }
  return any_of(terms);
}

std::string end_of_runs(const View& view) {
  Code code(kMurphi);
  code.when(any_of({"ended", somebody_can_move(view)}));
  code.line("return true;");
  code.done();
  code.when(negated(all_done(view)));
  judge_stuck(code, view);
  code.line("return true;");
  code.done();
  judge_leftovers(code, view);
  return fmt::format(
      "-- nobody can move: what is left over, or who waits for ever\n"
      "function end_is_right(): boolean;\nvar expected: 0..{}; expected_pins: number_t;\nbegin\n{}"
      "  return true;\nend;\n\ninvariant \"the end of a run\" end_is_right();\n",
      view.facts.most, code.text());
}

}  // namespace

std::string to_murphi(const Scenario& scenario, const System& system,
                      const std::string& convention) {
  const View view(scenario, system, Language::murphi);
  std::string text = fmt::format(kHeading, scenario.name, in_comment(scenario.title), convention);
  text += constants(view) + types(view) + variables(view) + primitives(view);
  text += start(view);
  std::string moves;
  for (const Group& group : view.groups)
    for (const bool completion : {false, true}) {
      text += rules(view, mover(view, group, completion));
      moves += can_move(view, mover(view, group, completion));
    }
  return text + moves + end_of_runs(view);
}

}  // namespace pincheck::exporting
