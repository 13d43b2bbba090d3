// SPDX-License-Identifier: MIT
#include "checker/explore/explore.hpp"

#include <chrono>
#include <ctime>

namespace pincheck {
namespace {

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double now_seconds() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(time).count();
}

/// Decides between rounds whether to go on.
class Supervisor {
 public:
  Supervisor(const ExploreOptions& options, const ExploreWatcher& watch)
      : options_(options), watch_(watch), start_(now_seconds()) {}

  bool go_on(const Standing& progress) {
    if (options_.stopped != nullptr && options_.stopped()) reason_ = Explored::interrupted;
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
  double start_;
  double next_watch_ = 0;
  Explored reason_ = Explored::finished;
};

}  // namespace

ExploreResult explore(const System& system, const ExploreOptions& options,
                      const ExploreWatcher& watch) {
  const double cpu = cpu_seconds();
  ScenarioSpace space(system, options.reductions);
  Engine<ScenarioSpace> engine(space, options.engine);
  Supervisor supervisor(options, watch);
  const Ending ending =
      engine.run([&](const Standing& progress) { return supervisor.go_on(progress); });

  const Standing progress = engine.progress();
  ExploreResult result;
  result.ending = ending == Ending::memory ? Explored::memory : supervisor.reason();
  if (ending == Ending::finished) result.ending = Explored::finished;
  result.violated = progress.violated | space.violated_at_start();
  result.states = progress.states;
  result.steps = progress.steps;
  result.depth = progress.depth;
  result.bytes = progress.bytes;
  result.cpu_seconds = cpu_seconds() - cpu;
  result.missed = options.engine.fingerprints ? missed(progress.states) : 0;
  result.symmetries = space.symmetries();
  result.reductions = space.reductions();
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

}  // namespace pincheck
