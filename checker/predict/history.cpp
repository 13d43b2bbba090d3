// SPDX-License-Identifier: MIT
#include "checker/predict/history.hpp"

#include <bit>

#include "checker/search/undisturbed.hpp"

namespace pincheck::predict {
namespace {

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

/// Follows a run and writes its history.
class Historian {
 public:
  Historian(const System& system, bool page_pins_counted)
      : system_(system), page_pins_counted_(page_pins_counted) {}

  /// What the choice, not yet taken, is going to do.
  void record(const World& before, Choice choice) {
    before_ = &before;
    page_ = kNoPage;
    call_ = call_at(before, choice.thread);
    history.schedule.push_back(choice);
    World world = before;
    apply(system_, world, choice, {&Historian::observe, this});
    const auto failed = [&](const World& at) { return at.request[call_.actor].has(kFailed); };
    if (failed(world) && !failed(before)) history.failed[call_.actor][call_.part] = true;
    for (int page = 0; page < system_.pages; ++page)
      record_page(page, world, system_.step_of(before, choice.thread));
  }

  /// What comes after all calls is no call's.
  void exit(Choice choice) { history.schedule.push_back(choice); }

  /// The run violates `found` in the choice recorded last.
  void judge(PropertySet found) {
    if (found == 0 || history.violation) return;
    history.violation = {std::countr_zero(found), call_, false, page_};
  }

  History history;

 private:
  /// What a completion does belongs to the I/O.
  Call call_at(const World& world, int thread) {
    const int actor = thread / 2;
    if (thread % 2 == 1) return {actor, kIo};
    advance(part_[actor], system_.step_of(world, thread));
    return {actor, part_[actor]};
  }

  static void observe(void* self, const System& system, const World& now, const Event& event) {
    if (event.page == kNoPage) return;
    Historian& me = *static_cast<Historian*>(self);
    const auto& [actor, part] = me.call_;
    SyscallPrediction& syscall = me.history.page[event.page][actor][part];
    me.history.touched[actor][part] = true;
    me.page_ = event.page;
    count(event, *me.before_, me.page_pins_counted_, syscall.per_page);
    if (event.kind == EventKind::device_read || event.kind == EventKind::device_write)
      syscall.in_flight = now.page[event.page].ref - system.initial.page[event.page].ref;
  }

  void record_page(int page, const World& after, const Step& step) {
    const int from = before_->page[page].ref;
    const int onto = after.page[page].ref;
    SyscallPrediction& syscall = history.page[page][call_.actor][call_.part];
    // What a completion still does may come after the submitter's next call.
    if (call_.part == part_[call_.actor]) syscall.held = onto - system_.initial.page[page].ref;
    if (from == onto) return;
    history.touched[call_.actor][call_.part] = true;
    syscall.changes.push_back({step.function, step.name, from, onto});
  }

  const System& system_;
  bool page_pins_counted_;
  std::array<Part, kMaxActors> part_{};  ///< where each actor is
  const World* before_ = nullptr;
  Call call_;
  int page_ = kNoPage;  ///< that something happened to, in the step
};

}  // namespace

std::vector<Call> calls_of(const System& system) {
  std::vector<Call> calls;
  for (int actor = 0; actor < system.actors; ++actor) {
    std::array<bool, kParts> has{};
    Part part = kRegister;
    const int submitter = 2 * actor;
    const Program& program = system.programs[submitter];
    for (int pc = 0; pc < system.path_steps(submitter); ++pc) {
      advance(part, program[pc]);
      has[part] = true;
    }
    for (const Part one : {kRegister, kIo, kUnregister})
      if (has[one]) calls.push_back({actor, one});
  }
  return calls;
}

History run_scenario(const System& system, const Convention& convention) {
  Historian historian(system, convention.page_pins_counted);
  Run run(system);
  PropertySet seen = 0;
  bool returned = false;
  search::run_undisturbed(system, run, [&](const Run& now, Choice choice) {
    if (returned) return historian.exit(choice);
    historian.judge(now.violated() & ~seen);
    seen = now.violated();
    returned = system.leaving(now.world(), choice.thread);
    if (returned) return historian.exit(choice);
    historian.record(now.world(), choice);
  });
  History& history = historian.history;
  if (!returned) historian.judge(run.violated() & ~seen);
  const bool before_end = history.violation.has_value();
  historian.judge(run.violated() & ~seen);
  const PropertySet enders = run.violated() & run_enders();
  if (enders != 0) history.ender = std::countr_zero(enders);
  historian.judge(run.finish());
  if (history.violation) history.violation->at_end = !before_end;
  return history;
}

}  // namespace pincheck::predict
