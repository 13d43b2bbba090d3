// SPDX-License-Identifier: MIT
#include "checker/explore/explore.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "model/base/clock.hpp"

namespace pincheck::explore {
namespace {

/// What a checkpoint is of, besides the reductions.
std::string identity_of(const System& system, const ExploreOptions& options) {
  std::uint64_t sum = 0;
  for (const FlatOutcome& outcome : system.outcomes)
    for (const auto part : {int{outcome.test_begin}, int{outcome.test_end},
                            int{outcome.effect_begin}, int{outcome.effect_end}, int{outcome.next}})
      sum = hash_of(Key{sum} << 64 | static_cast<unsigned>(part));
  for (const Test& test : system.tests)
    sum = hash_of(Key{sum} << 64 | static_cast<unsigned>(static_cast<int>(test.ask) << 20 |
                                                         (test.expect ? 1 << 19 : 0) | test.arg));
  for (const Effect& effect : system.effects)
    sum = hash_of(Key{sum} << 64 | static_cast<unsigned>(static_cast<int>(effect.op) << 24 |
                                                         effect.a << 16 | effect.b));
  return fmt::format("{} {:016x}", options.identity, sum);
}

/// Decides between rounds whether to go on, and writes checkpoints.
class Supervisor {
 public:
  Supervisor(const ExploreOptions& options, const ExploreWatcher& watch, ScenarioSpace& space,
             std::string identity)
      : options_(options),
        watch_(watch),
        space_(space),
        identity_(std::move(identity)),
        start_(now_seconds()),
        next_save_(start_ + options.checkpoint_seconds) {}

  void save(const Engine<ScenarioSpace>& engine) {
    CheckpointWriter out(options_.checkpoint);
    out.put(identity_);
    space_.save(out);
    engine.save(out);
    out.finish();
  }
  void save_if_due(const Engine<ScenarioSpace>& engine) {
    if (options_.checkpoint.empty() || now_seconds() < next_save_) return;
    save(engine);
    next_save_ = now_seconds() + options_.checkpoint_seconds;
  }

  bool go_on(const Standing& progress) {
    if (says(options_.stopped)) reason_ = Explored::interrupted;
    if (progress.states > options_.max_states) reason_ = Explored::states;
    const double now = now_seconds();
    if (options_.seconds > 0 && now - start_ > options_.seconds) reason_ = Explored::time;
    if (watch_ && now > next_watch_) {
      watch_(progress);
      next_watch_ = now + kWatchSeconds;
    }
    return reason_ == Explored::finished;
  }
  Explored reason() const { return reason_; }

 private:
  static constexpr double kWatchSeconds = 0.2;
  const ExploreOptions& options_;
  const ExploreWatcher& watch_;
  ScenarioSpace& space_;
  std::string identity_;
  double start_;
  double next_save_;
  double next_watch_ = 0;
  Explored reason_ = Explored::finished;
};

Engine<ScenarioSpace> make_engine(ScenarioSpace& space, const ExploreOptions& options,
                                  const std::string& identity, bool resuming) {
  if (!resuming) return {space, options.engine};
  CheckpointReader in(options.checkpoint);
  if (in.text() != identity) in.fail("it is of another scenario, convention or model");
  space.load(in);
  Engine<ScenarioSpace> engine(space, options.engine, in);
  in.finish();
  return engine;
}

/// Lets a thread take whatever another one did that a renaming maps to it: of states that differ by
/// a renaming only one was visited. Programs of both are the same but for pages and pipes.
void close_under(const std::vector<Renaming>& renamings, const System& system,
                 std::vector<bool>& taken) {
  const std::vector<bool> seen = taken;
  for (const Renaming& renaming : renamings) {
    for (int thread = 0; thread < system.thread_count(); ++thread) {
      const int other = 2 * renaming.actor[thread / 2] + thread % 2;
      for (int pc = 0; pc < system.threads[thread].steps; ++pc) {
        const FlatStep& from = system.flat_step(thread, pc);
        const FlatStep& to = system.flat_step(other, pc);
        for (std::uint32_t o = 0; o < from.outcome_end - from.outcome_begin; ++o)
          if (seen[from.outcome_begin + o]) taken[to.outcome_begin + o] = true;
      }
    }
  }
}

}  // namespace

ExploreResult explore(const System& system, const ExploreOptions& options,
                      const ExploreWatcher& watch) {
  const double cpu = cpu_seconds();
  ScenarioSpace space(system, options.reductions, options.watched);
  // Only a checkpoint needs it; sweeps explore many small systems without.
  const std::string identity =
      options.checkpoint.empty() ? std::string() : identity_of(system, options);
  const bool resuming = options.resume && std::filesystem::exists(options.checkpoint);
  Engine<ScenarioSpace> engine = make_engine(space, options, identity, resuming);
  const std::uint64_t resumed_at = resuming ? engine.progress().states : 0;
  Supervisor supervisor(options, watch, space, identity);
  const Ending ending = engine.run([&](const Standing& progress) {
    supervisor.save_if_due(engine);
    return supervisor.go_on(progress);
  });
  if (!options.checkpoint.empty() && ending == Ending::stopped) supervisor.save(engine);

  const Standing progress = engine.progress();
  ExploreResult result;
  result.ending = ending == Ending::memory ? Explored::memory : supervisor.reason();
  if (ending == Ending::finished) result.ending = Explored::finished;
  result.violated = progress.violated | space.violated_at_start();
  result.taken = space.components().taken();
  close_under(space.symmetries().renamings, system, result.taken);
  result.states = progress.states;
  result.steps = progress.steps;
  result.resumed_at = resumed_at;
  result.depth = progress.depth;
  result.bytes = progress.bytes;
  result.cpu_seconds = cpu_seconds() - cpu;
  result.missed = options.engine.fingerprints ? missed(progress.states) : 0;
  result.symmetries = space.symmetries().order();
  result.reductions = space.reductions();
  result.unstated = options.watched.unstated();
  return result;
}

std::string_view explored_name(Explored ending) {
  switch (ending) {
    case Explored::finished: return "finished";
    case Explored::interrupted: return "interrupted";
    case Explored::time: return "time";
    case Explored::memory: return "memory";
    case Explored::states: return "states";
  }
  return "";
}

}  // namespace pincheck::explore
