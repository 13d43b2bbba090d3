// SPDX-License-Identifier: MIT
#include "checker/predict/predict.hpp"

#include <fmt/format.h>

#include <array>

#include "checker/undisturbed.hpp"

namespace pincheck {
namespace {

/// Parts of an actor that are system calls of their own: a creator registers its buffer before the
/// I/O and unregisters it afterwards (io_uring_register).
enum Part : std::uint8_t { kRegister, kIo, kUnregister, kParts };

/// One page's history, by actor and part.
using PageHistory = std::array<std::array<SyscallPrediction, kParts>, kMaxActors>;

/// What a scenario does, page by page.
struct History {
  bool page_pins_counted = true;  ///< as the convention says
  std::array<PageHistory, kMaxPages> page;
  std::array<Part, kMaxActors> part{};                         ///< where each actor is
  std::array<std::array<bool, kParts>, kMaxActors> reached{};  ///< it took a step there
};

void advance(Part& part, const Step& step) {
  const bool creator = step.name.starts_with("creator/");
  if (!creator) part = kIo;
  if (creator && part == kIo) part = kUnregister;
}

/// What vmstat and the page's holders see of an event. `before` is the world before its step.
void count(const Event& event, const World& before, bool page_pins_counted, RefCounts& counts) {
  const bool changed = event.before != event.after;
  const bool acquired = event.kind == EventKind::acquired;
  if (!acquired && event.kind != EventKind::released) return;
  if (event.as == Held::get) {
    ++(acquired ? counts.gets : counts.puts);
    return;
  }
  // Neither the kernel nor its counters notice a pin of the zero page where such pins are no-ops.
  if (!changed && before.page[event.page].backing == Backing::zero) return;
  if (!acquired) {
    ++counts.unpins;
    ++counts.pin_released;
    return;
  }
  ++counts.pins;
  if (!event.from_page || page_pins_counted) ++counts.pin_acquired;
  // GUP's lockless pin begins as a get (try_grab_folio_fast).
  if (before.request[event.actor].holds(event.slot, event.role) == Held::get) --counts.gets;
}

struct Watch {
  const World& before;
  History& history;
  Part part;
};

void record_events(const System& system, const World& before, Choice choice, Part part,
                   History& history) {
  World world = before;
  Watch watch{before, history, part};
  const auto keep = [](void* context, const System& model, const World& now, const Event& event) {
    if (event.page == kNoPage) return;
    auto& [then, all, at] = *static_cast<Watch*>(context);
    SyscallPrediction& syscall = all.page[event.page][event.actor][at];
    count(event, then, all.page_pins_counted, syscall.per_page);
    if (event.kind == EventKind::device_read || event.kind == EventKind::device_write)
      syscall.in_flight = now.page[event.page].ref - model.initial.page[event.page].ref;
  };
  apply(system, world, choice, {keep, &watch});
  const int actor = choice.thread / 2;
  const Step& step = system.step_of(before, choice.thread);
  for (int page = 0; page < system.pages; ++page) {
    const int from = before.page[page].ref;
    const int onto = world.page[page].ref;
    SyscallPrediction& syscall = history.page[page][actor][part];
    // What a completion still does may come after the submitter's next call.
    if (part == history.part[actor]) syscall.held = onto - system.initial.page[page].ref;
    if (from == onto) continue;
    syscall.changes.push_back({step.function, step.name, from, onto});
  }
}

History run_scenario(const System& system, const Convention& convention) {
  History history;
  history.page_pins_counted = convention.page_pins_counted;
  Run run(system);
  run_undisturbed(system, run, [&](const Run& now, Choice choice) {
    const int actor = choice.thread / 2;
    Part& part = history.part[actor];
    const bool submitter = choice.thread % 2 == 0;
    if (submitter) advance(part, system.step_of(now.world(), choice.thread));
    const Part here = submitter ? part : kIo;
    history.reached[actor][here] = true;
    record_events(system, now.world(), choice, here, history);
  });
  return history;
}

void check_alike(const Case& one, const History& history) {
  const auto pages = one.scenario.pages.size();
  for (std::size_t page = 1; page < pages; ++page)
    if (history.page[page] != history.page[0])
      throw InputError(
          fmt::format("case '{}': pages '{}' and '{}' are treated differently, expected a scenario "
                      "whose pages stand for all",
                      one.name, one.scenario.pages[0].name, one.scenario.pages[page].name));
}

}  // namespace

Prediction predict(const Case& one, const Convention& convention, const Model& model) {
  Catalogue catalogue;
  const System system = compile(one.scenario, convention, model, catalogue);
  const History history = run_scenario(system, convention);
  check_alike(one, history);
  Prediction prediction{one, convention.name, {}};
  for (int actor = 0; actor < system.actors; ++actor)
    for (int part = 0; part < kParts; ++part)
      if (history.reached[actor][part]) prediction.syscalls.push_back(history.page[0][actor][part]);
  if (prediction.syscalls.size() != one.syscalls.size())
    throw InputError(
        fmt::format("case '{}': {} 'syscalls', expected {}: one for each part of its "
                    "scenario",
                    one.name, one.syscalls.size(), prediction.syscalls.size()));
  for (std::size_t i = 0; i < one.syscalls.size(); ++i)
    prediction.syscalls[i].name = one.syscalls[i];
  return prediction;
}

}  // namespace pincheck
