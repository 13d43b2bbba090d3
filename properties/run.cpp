// SPDX-License-Identifier: MIT
#include "properties/run.hpp"

namespace pincheck {

void Run::restart() {
  world_ = system_.initial;
  violated_ = now_ = 0;
  started_ = 0;
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
  started_ |= 1U << choice.thread;
  apply(system_, world_, choice, {&Run::observe, this});
  ++steps_;
  if ((violated_ & enders) != 0 || steps_ >= kMaxSteps)
    choices_.size = 0;
  else
    enabled(system_, world_, choices_);
  return now_;
}

bool Run::absent(int thread) const { return (started_ >> thread & 1) == 0; }

PropertySet Run::finish() {
  static const PropertySet enders = run_enders();
  now_ = 0;
  if ((violated_ & enders) != 0) return 0;
  bool all_done = true;
  const bool nobody_moves = choices_.size == 0;
  int waiting = -1;
  for (int thread = 0; thread < system_.thread_count(); ++thread) {
    if (system_.finished(world_, thread) || idle(system_, world_, thread)) continue;
    if (thread % 2 == 0 && absent(thread)) continue;
    all_done = false;
    if (waiting < 0) waiting = thread;
  }
  const Observer observer{&Run::observe, this};
  if (all_done) {
    report_quiescence(system_, world_, observer);
  } else if (nobody_moves) {
    Event event{EventKind::stuck, static_cast<std::uint8_t>(waiting / 2)};
    observer(system_, world_, event);
  }
  return now_;
}

}  // namespace pincheck
