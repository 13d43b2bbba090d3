// SPDX-License-Identifier: MIT
#include "checker/export/ends.hpp"

#include <fmt/format.h>

#include "checker/export/actions.hpp"
#include "checker/export/conditions.hpp"

namespace pincheck::exporting {
namespace {

/// Neither finished nor absent (still at its first step).
Term submitter_waits(const View& view, const Who& who) {
  const int thread = 2 * who.actor;
  const int steps = static_cast<int>(view.system.programs[thread].size());
  Term first = view.at(who, false, 0);
  if (view.facts.cursor[thread] && view.global_cursor(thread))
    first = all_of({first, equal(view.cursor(who, false), "0")});
  return negated(any_of({view.at(who, false, steps), first}));
}

/// Neither finished nor idle (nothing was ever submitted to it).
Term completion_waits(const View& view, const Who& who) {
  const int steps = static_cast<int>(view.system.programs[2 * who.actor + 1].size());
  if (steps == 0) return "false";
  const Term idle = all_of({view.at(who, true, 0), negated(view.request_has(who, kSubmitted))});
  return negated(any_of({view.at(who, true, steps), idle}));
}

/// What the counters of a page would be if every reference were in the ledger.
void expect(Code& code, const View& view, const Term& page) {
  const Term weight =
      choose(view.pin_skipped(page), "0",
             choose(view.large(page), "1", fmt::format("{}", view.system.arithmetic.bias)));
  const auto add = [&](const Term& condition, const Term& amount, bool pin) {
    if (!code.when(condition)) return;
    if (amount != "0") code.set("expected", "expected + " + amount);
    if (pin && view.facts.pins) code.set("expected_pins", "expected_pins + 1");
    code.done();
  };
  code.set("expected", view.structural(page));
  if (view.facts.pins) code.set("expected_pins", "0");
  view.for_each_request(code, [&](const Who& who) {
    for (const auto& [slot, here] : view.slots_on(who, page))
      for (const Term& entry : view.ledger(who, slot)) {
        add(all_of({here, equal(entry, "GET")}), "1", false);
        if (weight != "0" || view.facts.pins)
          add(all_of({here, equal(entry, "PIN")}), weight, true);
      }
  });
  if (!code.when(view.page_has(page, kFree))) return;
  code.set("expected", "0");
  code.done();
}

}  // namespace

Term all_done(const View& view) {
  return negated(view.any_request([&](const Who& who) {
    return any_of({submitter_waits(view, who), completion_waits(view, who)});
  }));
}

void judge_leftovers(Code& code, const View& view) {
  view.for_each_request(code, [&](const Who& who) {
    for (int slot = 0; slot < view.request(who).slots; ++slot)
      for (const Term& entry : view.ledger(who, fmt::format("{}", slot))) {
        Moment moment{EventKind::left_over, kNone};
        moment.held = entry;
        judge(code, view, moment);
      }
  });
  view.for_each_page(code, [&](const Term& page) {
    expect(code, view, page);
    judge(code, view, {EventKind::quiescent, page});
  });
}

void judge_stuck(Code& code, const View& view) { judge(code, view, {EventKind::stuck, kNone}); }

}  // namespace pincheck::exporting
