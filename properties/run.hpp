// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// One execution of a system with every property watching.
#pragma once

#include "properties/property.hpp"

namespace pincheck {

/// Most steps a run may take; every program ends by itself long before.
inline constexpr int kMaxSteps = 4000;

/// Reports what Run::finish judges: the leftovers when every actor that took a step has finished,
/// or, when nobody can take one, who is stuck.
void report_end(const System&, const World&, bool nobody_moves, const Observer&);

/// The actor has finished, but maybe for its exit, which gives back what it took and can as well
/// come later; or it stands at its first step and counts as not being there.
bool absent_or_done(const System&, const World&, int actor);

/// A world that is being stepped under all monitors. Copies are cheap and independent.
class Run {
 public:
  /// `system` must outlive the run.
  explicit Run(const System& system) : system_(system) { restart(); }

  void restart();
  const World& world() const { return world_; }
  /// The choices that are enabled now; none when the run has ended.
  const Choices& choices() const { return choices_; }
  bool ended() const { return choices_.size == 0; }
  /// Takes an enabled choice. Returns the properties violated in this very step.
  PropertySet take(Choice choice);
  /// Looks at the end: leftovers when everybody finished, or who is stuck. Actors that stand at
  /// their first step count as not being there, so that a part of a schedule can be judged too.
  PropertySet finish();
  /// Everything violated so far.
  PropertySet violated() const { return violated_; }
  int steps() const { return steps_; }
  /// Last violation's event, for explanations: the first one that violates `property`.
  void watch(int property) { watched_ = property; }
  const Event& watched_event() const { return watched_event_; }
  const World& watched_world() const { return watched_world_; }

  /// Atomic counter operations that the actor's request did (extraction's and its own).
  int atomic_operations(int actor) const { return atomic_operations_[actor]; }

 private:
  static void observe(void* self, const System&, const World&, const Event&);

  const System& system_;
  World world_;
  Choices choices_;
  PropertySet violated_ = 0;
  PropertySet now_ = 0;
  int steps_ = 0;
  std::array<int, kMaxActors> atomic_operations_{};
  int watched_ = -1;
  Event watched_event_{};
  World watched_world_;
};

}  // namespace pincheck
