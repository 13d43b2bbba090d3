// SPDX-License-Identifier: MIT
#include "properties/run.hpp"

namespace pincheck {
namespace {

bool stuck_in_exit(const System& system, const World& world, int actor) {
  return system.leaving(world, 2 * actor) && !system.finished(world, 2 * actor);
}

}  // namespace

void Run::restart() {
  world_ = system_.initial;
  violated_ = now_ = 0;
  steps_ = 0;
  atomic_operations_ = {};
  enabled(system_, world_, choices_);
}

void Run::observe(void* self, const System& system, const World& world, const Event& event) {
  Run& run = *static_cast<Run*>(self);
  const PropertySet found = pincheck::violations(system, world, event);
  const bool counted = event.kind == EventKind::acquired || event.kind == EventKind::released;
  if (counted && !event.structural && event.role != Role::creator && event.before != event.after)
    ++run.atomic_operations_[event.actor];
  if (found == 0) return;
  if (run.watched_ >= 0 && (found >> run.watched_ & 1) != 0 &&
      (run.violated_ >> run.watched_ & 1) == 0) {
    run.watched_event_ = event;
    run.watched_world_ = world;
  }
  run.now_ |= found;
  run.violated_ |= found;
}

PropertySet Run::take(Choice choice) {
  static const PropertySet enders = run_enders();
  now_ = 0;
  apply(system_, world_, choice, {&Run::observe, this});
  ++steps_;
  if ((violated_ & enders) != 0 || steps_ >= kMaxSteps)
    choices_.size = 0;
  else
    enabled(system_, world_, choices_);
  return now_;
}

PropertySet Run::finish() {
  static const PropertySet enders = run_enders();
  now_ = 0;
  if ((violated_ & enders) != 0) return 0;
  report_end(system_, world_, ended(), {&Run::observe, this});
  return now_;
}

void report_end(const System& system, const World& world, bool nobody_moves,
                const Observer& observer) {
  int waiting = 0;
  while (waiting < system.actors && absent_or_done(system, world, waiting)) ++waiting;
  if (waiting == system.actors && nobody_moves) {
    // Whoever cannot even exit.
    waiting = 0;
    while (waiting < system.actors && !stuck_in_exit(system, world, waiting)) ++waiting;
  }
  if (waiting == system.actors) {
    report_quiescence(system, world, observer);
  } else if (nobody_moves) {
    const Event event{EventKind::stuck, static_cast<std::uint8_t>(waiting)};
    observer(system, world, event);
  }
}

bool absent_or_done(const System& system, const World& world, int actor) {
  const int own = 2 * actor;
  const bool submitter = system.leaving(world, own) || world.thread[own] == Thread{};
  return submitter && (system.finished(world, own + 1) || idle(system, world, own + 1));
}

}  // namespace pincheck
