// SPDX-License-Identifier: MIT
// Promela: a process per thread, whose control locations are its program counter. A step is a
// d_step, so it is one transition; `provided (!ended)` stops everybody after a fatal violation.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>

#include "checker/export/actions.hpp"
#include "checker/export/ends.hpp"
#include "checker/export/export.hpp"
#include "checker/export/names.hpp"
#include "checker/export/primitives.hpp"

namespace pincheck::exporting {
namespace {

constexpr auto kHeading = R"(/* SPDX-License-Identifier: MIT
   pincheck scenario {}: {}
   under convention {}

   All states:  spin -a -o1 -o2 -o3 FILE; cc -O3 -DSAFETY -DNOREDUCE -o pan pan.c; ./pan -A -E
   Verdict:     the same without -A; one property only: spin -a -Dcheck_all=0 -Dcheck_NAME=1 ...
   Reduced:     spin -a -DREDUCED FILE; cc -O3 -DSAFETY -o pan pan.c; ./pan -E
*/
)";

std::string constants(const View& view) {
  std::string text = "#ifndef check_all\n#define check_all 1\n#endif\n";
  for (const Property& property : properties())
    text += fmt::format("#ifndef {0}\n#define {0} check_all\n#endif\n", switch_of(property));
  text +=
      "\n/* Reduced searches stop at the first violation: nobody needs to look at `ended`. */\n"
      "#ifdef REDUCED\n#define unless_ended\n#else\n#define unless_ended provided (!ended)\n"
      "#endif\n\n/* pages */\n";
  for (int page = 0; page < view.system.pages; ++page)
    text += fmt::format("#define {} {}\n", view.page_name(page), page);
  text += fmt::format("#define none {}\n\n/* page flags */\n", view.system.pages);
  const auto define = [&](const PageFlags& flags) {
    for (const FlagName& bit : flags.bits)
      if ((flags.used & bit.bit) != 0)
        text += fmt::format("#define {} {}\n", upper(bit.variable), bit.bit);
  };
  define(view.page_flags());
  text += "\n/* PTE flags */\n";
  PageFlags any_pte = view.pte_flags(0);
  for (int mm = 1; mm < view.system.mms; ++mm) any_pte.used |= view.pte_flags(mm).used;
  define(any_pte);
  text += "\n/* what the ledger says is held */\n#define NOTHING 0\n#define GET 1\n#define PIN 2\n";
  if (!view.facts.backing_varies) return text + "\n";
  text += "\n/* backing */\n";
  for (int backing = 0; backing <= static_cast<int>(Backing::zero); ++backing)
    text +=
        fmt::format("#define {} {}\n", backing_constant(static_cast<Backing>(backing)), backing);
  return text + "\n";
}

/// `TYPE NAME[pages] = { one value per page };`
template <class Value>
std::string page_array(const View& view, const char* type, const std::string& name,
                       const Value& value) {
  std::vector<int> values;
  for (int page = 0; page < view.system.pages; ++page)
    values.push_back(static_cast<int>(value(page)));
  return fmt::format("{} {}[{}] = {{ {} }};\n", type, name, view.system.pages,
                     fmt::join(values, ", "));
}

std::string number(const std::string& name, int bits, int start) {
  return fmt::format("unsigned {} : {} = {};\n", name, bits, start);
}

constexpr int bits_for(int most) { return static_cast<int>(std::bit_width(unsigned(most))); }

std::string declare(const Cells& cells, int start = 0) {
  return number(cells.name, cells.bits * cells.size, start);
}

std::string page_variables(const View& view) {
  const Facts& facts = view.facts;
  const World& start = view.system.initial;
  std::string text = "/* pages: counters, flags and PTEs */\n";
  const auto array = [&](const char* type, const std::string& name, auto Page::*field) {
    text += page_array(view, type, name, [&](int page) { return start.page[page].*field; });
  };
  array(facts.reach < 32768 ? "short" : "int", "ref", &Page::ref);
  array("short", view.page_flags().array, &Page::flags);
  for (int mm = 0; mm < view.system.mms; ++mm)
    if (facts.pte_flags[mm] != 0)
      text += page_array(view, "byte", view.pte_flags(mm).array,
                         [&](int page) { return start.pte[mm][page].flags; });
  if (facts.pins) array("short", "pins", &Page::pins);
  if (facts.backing_varies) array("byte", "backing", &Page::backing);
  return text;
}

/// Values of a packed array, first element lowest.
template <class Values, class Value>
int packed(const Cells& cells, const Values& values, const Value& value) {
  int sum = 0;
  for (int i = 0; i < cells.size; ++i) sum |= value(values[i]) << (i * cells.bits);
  return sum;
}

std::string pipe_variables(const View& view) {
  std::string text;
  for (int i = 0; i < view.system.pipes; ++i) {
    const Pipe& pipe = view.system.initial.pipe[i];
    const auto& facts = view.facts.pipe[i];
    const std::string& name = view.pipe_name(i);
    text += fmt::format("/* pipe {}: its buffers, oldest first */\n", facts.name);
    for (const Cells& part : view.pipe_parts(i))
      text += declare(part, packed(part, pipe.ring, [&](const PipeBuffer& buffer) {
                        if (part.name.ends_with("_ops")) return static_cast<int>(buffer.ops());
                        return buffer.page();
                      }));
    text += number(name + "_count", bits_for(kRingSlots), pipe.count);
    if (facts.locks) text += fmt::format("bit {}_locked;\n", name);
    if (facts.closes) {
      text += number(name + "_readers", bits_for(kMaxActors), pipe.readers());
      text += number(name + "_writers", bits_for(kMaxActors), pipe.writers());
    }
    if (facts.keeps) text += number(name + "_tmp", bits_for(kMaxPages), view.system.pages);
  }
  return text;
}

std::string request_variables(const View& view, const Group& group) {
  const Who who = view.who(group);
  const RequestFacts& facts = view.request(who);
  const Request& start = view.system.initial.request[who.actor];
  std::string text;
  const auto slots = [&](bool used, std::string_view name) {
    if (used && facts.slots > 0) text += declare(view.cells(who, name));
  };
  for (const FlagName& bit : kRequestFlagNames)
    if ((facts.flags & bit.bit) != 0 && !start.has(bit.bit))
      text += fmt::format("bit {}{};\n", who.prefix, bit.variable);
  if (facts.count_varies) text += number(who.prefix + "count", bits_for(kMaxSlots), start.count);
  if (facts.pages_vary) {
    const Cells cells = view.cells(who, "page");
    text += declare(cells, packed(cells, start.slot, [&](int page) {
                      return page == kNoPage ? view.system.pages : page;
                    }));
  }
  for (int role = 0; role < kRoles; ++role) slots(facts.holds[role], role_variable(role));
  slots(facts.left_out, "left_out");
  slots(facts.stale, "stale");
  slots(facts.pinned, "pinned");
  for (const bool completion : {false, true})
    if (const std::string cursor = view.cursor(who, completion); cursor.starts_with(who.prefix))
      text += number(cursor, bits_for(kMaxSlots), 0);
  if (text.empty()) return text;
  return fmt::format("/* the request of {} */\n{}", view.scenario.actors[who.actor].name, text);
}

std::string process_variables(const View& view) {
  std::string text;
  for (int process = 0; process < view.system.processes; ++process)
    text += number(view.tasks(process), bits_for(kMaxActors), view.system.initial.tasks[process]);
  return text;
}

std::string variables(const View& view) {
  std::string text = page_variables(view) + pipe_variables(view) + process_variables(view);
  for (const Group& group : view.groups) text += request_variables(view, group);
  text += "/* a violation after which the state means nothing any more */\nbit ended;\n\n";
  text += "/* within one step only */\nhidden byte p, q, n, was;\nhidden int before, expected;\n";
  if (view.facts.pins) text += "hidden int expected_pins;\n";
  if (!view.facts.wraps) return text + "\n";
  const int high = view.facts.reach;
  return text + fmt::format(
                    "\n#define wrap(v) (((v) >= {0}) -> (v) - {1} : (((v) < -{0}) -> (v) "
                    "+ {1} : (v)))\n\n",
                    high, 2 * high);
}

/// One outcome as an option of the step's selection.
std::string option(const View& view, const Mover& mover, const Outcome& outcome) {
  const Term when = guard(view, mover, outcome);
  if (when == "false") return "";
  const std::string guard = translated(Language::promela, when);
  const std::string& target = view.thread_label(mover.thread(), outcome.next);
  const std::string name = outcome.name.empty() ? "" : fmt::format("  /* {} */\n", outcome.name);
  Code code(Language::promela, 3);
  act(code, view, mover, outcome);
  if (code.empty()) return fmt::format("{}  :: {} -> goto {}\n", name, guard, target);
  const std::string first = when == "true" ? "" : fmt::format("      {} ->\n", guard);
  return fmt::format("{}  :: d_step {{\n{}{}    }};\n    goto {}\n", name, first, code.text(),
                     target);
}

std::string process(const View& view, const Mover& mover) {
  const Program& program = view.system.programs[mover.thread()];
  if (program.empty()) return "";
  std::string text = fmt::format("active proctype {}() unless_ended\n{{\n",
                                 thread_name(mover.group, mover.completion));
  if (view.cursor(mover.who, mover.completion) == "cursor") text += "  unsigned cursor : 3;\n";
  for (std::size_t pc = 0; pc < program.size(); ++pc) {
    const Step& step = program[pc];
    text += fmt::format("\n{}: /* {}: {} */\n  if\n",
                        view.thread_label(mover.thread(), static_cast<int>(pc)), step.name,
                        step.function);
    std::string options;
    for (const Outcome& outcome : step.outcomes) options += option(view, mover, outcome);
    text += (options.empty() ? "  :: false -> skip\n" : options) + "  fi;\n";
  }
  return text + "\nfinished:\n  false\n}\n\n";
}

std::string end_of_runs(const View& view) {
  Code left(Language::promela, 3);
  judge_leftovers(left, view);
  Code stuck(Language::promela, 3);
  judge_stuck(stuck, view);
  const Term done = all_done(view);
  const auto text = [](const Term& term) { return translated(Language::promela, term); };
  return fmt::format(R"(/* nobody can move: what is left over, or who waits for ever */
active proctype the_end()
{{
  do
  :: atomic {{
      timeout && !ended && {} ->
      d_step {{
{}    }} }}
  :: atomic {{
      timeout && !ended && {} ->
{}    }}
  od
}}
)",
                     text(done), left.text(), text(negated(done)), stuck.text());
}

}  // namespace

std::string to_promela(const Scenario& scenario, const System& system,
                       const std::string& convention) {
  const View view(scenario, system, Language::promela);
  std::string text = fmt::format(kHeading, scenario.name, in_comment(scenario.title), convention);
  text += constants(view) + variables(view) + primitives(view);
  for (const Group& group : view.groups)
    for (const bool completion : {false, true})
      text += process(view, mover(view, group, completion));
  return text + end_of_runs(view);
}

}  // namespace pincheck::exporting
