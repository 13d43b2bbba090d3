// SPDX-License-Identifier: MIT
// The shrinking challenge: how small, how alike and how soon counterexamples get.
//   pincheck_shrinking [SEEDS [RUNS]]
// Shrinks every violation that the thread's scenarios show from SEEDS random schedules each, and
// what RUNS random scenarios violate. Exits with 1 unless each mechanism of the former comes to one
// and the same proved minimum, the latter are proved too, and none takes too long.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <numeric>
#include <set>

#include "checker/counterexample/counterexample.hpp"
#include "checker/generate/generate.hpp"
#include "checker/search/search.hpp"
#include "model/base/clock.hpp"
#include "model/compile/files.hpp"

namespace pincheck::bench {
namespace {

constexpr double kMostMedian = 1;    // seconds of CPU time, to the proved minimum
constexpr double kMostSeconds = 10;  // likewise

struct Effort {
  std::vector<double> seconds;
  std::vector<double> evaluations;  ///< schedules replayed and scenarios searched
  int unproved = 0;
};

double median(std::vector<double> all) {
  if (all.empty()) return 0;
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}
double most(const std::vector<double>& all) {
  return all.empty() ? 0 : *std::max_element(all.begin(), all.end());
}
double mean(const std::vector<double>& all) {
  return std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
}

class Challenge {
 public:
  Challenge() { model_.baseline = find_convention("get-put", model_.kinds); }

  /// Returns whether every violation of the thread's scenarios came to one result.
  bool thread(int seeds);
  /// Returns whether every violation of random scenarios was proved in time.
  bool random(int runs);

 private:
  std::string shrink(const Scenario&, const Convention&, const std::vector<Choice>&, int property,
                     shrinkers::Keep);
  void shrink_from_seeds(const Scenario&, const Convention&, int property, int seeds);
  bool report(const char* what) const;

  Model model_;
  Catalogue catalogue_;
  Effort effort_;
  std::set<std::string> seen_;
  std::size_t violations_ = 0;
  std::size_t mechanisms_ = 0;
  std::size_t most_results_ = 0;
};

std::string Challenge::shrink(const Scenario& scenario, const Convention& convention,
                              const std::vector<Choice>& schedule, int property,
                              shrinkers::Keep keep) {
  const System system = compile(scenario, convention, model_, catalogue_);
  const double start = cpu_seconds();
  const shrinkers::Minimal minimal =
      shrinkers::minimize(scenario, convention, moves_of(system, schedule), property, model_,
                          catalogue_, {.keep = keep, .stopped = nullptr, .better = {}});
  effort_.seconds.push_back(cpu_seconds() - start);
  effort_.evaluations.push_back(minimal.replays + minimal.scenarios);
  effort_.unproved += minimal.minimality == shrinkers::Minimality::proved ? 0 : 1;
  std::string result = write_scenario(minimal.scenario, "");
  for (const Move& move : minimal.moves) result += fmt::format("{}:{} ", move.thread, move.outcome);
  return result;
}

void Challenge::shrink_from_seeds(const Scenario& scenario, const Convention& convention,
                                  int property, int seeds) {
  const System system = compile(scenario, convention, model_, catalogue_);
  constexpr int kSchedules = 1'000'000;
  search::StateGraph graph(system);
  std::map<shrinkers::Mechanism, std::set<std::string>> results;
  for (int seed = 1; seed <= seeds; ++seed) {
    const auto found = search::search(
        graph, {static_cast<std::uint64_t>(seed), kSchedules, PropertySet{1} << property}, nullptr);
    const auto& schedule = found.violation[property].schedule;
    if (schedule.empty()) continue;
    const auto shown = shrinkers::mechanism_shown(scenario, shrinkers::Keep::question, system,
                                                  moves_of(system, schedule), property);
    results[shown.value()].insert(
        shrink(scenario, convention, schedule, property, shrinkers::Keep::question));
  }
  ++violations_;
  mechanisms_ += results.size();
  for (const auto& [mechanism, minima] : results) {
    most_results_ = std::max(most_results_, minima.size());
    if (minima.size() > 1)
      fmt::print("{} under {}, {}: {} results\n", scenario.name, convention.name,
                 properties()[property].name, minima.size());
  }
}

bool Challenge::thread(int seeds) {
  for (const Scenario& scenario : shipped_scenarios(model_.kinds)) {
    for (const Convention& convention : shipped_conventions(model_.kinds)) {
      try {
        const System system = compile(scenario, convention, model_, catalogue_);
        Convention rules = counterexample::as_far_as(convention, scenario);
        rules.name = rules.label = rules.title = rules.source = "";
        // Conventions that agree about the scenario's callers are one case.
        if (!seen_.insert(scenario.name + write_convention(rules, "")).second) continue;
        const PropertySet violated = search::search(system, {1, 20000, 0}, nullptr).violated;
        for (PropertySet rest = violated; rest != 0; rest &= rest - 1)
          shrink_from_seeds(scenario, convention, std::countr_zero(rest), seeds);
      } catch (const NotStated&) {
        continue;
      }
    }
  }
  fmt::print(
      "The thread's scenarios: {} violations, {} seeds each, {} mechanisms.\n"
      "  distinct results of one mechanism: {} at most\n",
      violations_, seeds, mechanisms_, most_results_);
  return report("shrink") && most_results_ == 1;
}

bool Challenge::random(int runs) {
  effort_ = {};
  const auto& conventions = shipped_conventions(model_.kinds);
  int shrunk = 0;
  for (std::uint64_t seed = 1; shrunk < runs; ++seed) {
    const Scenario scenario = generate::generate_scenario(model_.kinds, seed);
    const Convention& convention = conventions[seed % conventions.size()];
    try {
      const System system = compile(scenario, convention, model_, catalogue_);
      const search::SearchResult result = search::search(system, {seed, 60, 0}, nullptr);
      for (PropertySet rest = result.violated; rest != 0 && shrunk < runs; rest &= rest - 1) {
        const int property = std::countr_zero(rest);
        shrink(scenario, convention, result.violation[property].schedule, property,
               shrinkers::Keep::nothing);
        ++shrunk;
      }
    } catch (const NotStated&) {
      continue;
    }
  }
  fmt::print("Random scenarios: {} failing schedules.\n", shrunk);
  return report("shrink");
}

bool Challenge::report(const char* what) const {
  fmt::print(
      "  evaluations per {}: mean {:.0f}, max {:.0f}\n"
      "  CPU seconds to the proved minimum: median {:.4f}, max {:.2f}\n"
      "  not proved: {} of {}\n",
      what, mean(effort_.evaluations), most(effort_.evaluations), median(effort_.seconds),
      most(effort_.seconds), effort_.unproved, effort_.seconds.size());
  return effort_.unproved == 0 && median(effort_.seconds) < kMostMedian &&
         most(effort_.seconds) < kMostSeconds;
}

}  // namespace
}  // namespace pincheck::bench

int main(int argc, char** argv) {
  const int seeds = argc > 1 ? std::atoi(argv[1]) : 50;
  const int runs = argc > 2 ? std::atoi(argv[2]) : 1000;
  pincheck::bench::Challenge challenge;
  const bool alike = challenge.thread(seeds);
  return challenge.random(runs) && alike ? 0 : 1;
}
