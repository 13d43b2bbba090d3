// SPDX-License-Identifier: MIT
#include "checker/generate/generate.hpp"

#include <stdexcept>

#include "checker/generate/grammar.hpp"
#include "model/compile/well_formed.hpp"

namespace pincheck::generate {
namespace {

constexpr int kSlots = 3;
constexpr int kSize = 100;  // RapidCheck scales inRange by size; 100 means the whole range

/// Draws from RapidCheck inside rc::gen::exec.
class RandomChooser final : public Chooser {
 public:
  int number(int low, int high) override { return *rc::gen::inRange(low, high + 1); }
  bool chance(int percent) override { return number(0, 99) < percent; }
};

class RandomScenario {
 public:
  explicit RandomScenario(const Kinds& kinds) : kinds_(kinds), grammar_(kinds, kSlots, choose_) {}

  Scenario draw() {
    scenario_.name = "generated";
    draw_pages(kMaxPages);
    draw_pipes();
    const auto some_paths = some_of(paths(), 40);
    const auto some_callers = some_of(callers(), 40);
    const int actors = choose_.number(1, 4);
    for (int tries = 0; tries < 20 && static_cast<int>(scenario_.actors.size()) < actors; ++tries)
      draw_actor(choose_.one_of(some_paths), some_callers);
    while (scenario_.actors.empty()) draw_actor(choose_.one_of(paths()), some_callers);
    return tidied(scenario_, kinds_);
  }

  Scenario draw_around(const ActorSpec& wanted) {
    std::vector<Caller> only;
    if (!wanted.caller.empty()) only.push_back(*find_caller(wanted.caller));
    for (int tries = 0; tries < kTries; ++tries) {
      scenario_ = {};
      scenario_.name = "generated";
      taken_ = {};
      draw_pages(choose_.chance(50) ? 2 : kMaxPages);
      draw_pipes();
      draw_actor(*find_path(wanted.path), only);
      if (scenario_.actors.empty() || !like(scenario_.actors[0], wanted)) continue;
      for (int others = choose_.number(0, 3); others > 0; --others)
        draw_actor(choose_.one_of(paths()), callers());
      Scenario found = tidied(scenario_, kinds_);
      if (like(found.actors[0], wanted)) return found;
    }
    throw std::logic_error("no scenario has the actor wanted: " + wanted.path);
  }

 private:
  const Kinds& kinds_;
  static constexpr int kTries = 10000;

  static bool like(const ActorSpec& actor, const ActorSpec& wanted) {
    return actor.caller == wanted.caller && actor.kind == wanted.kind &&
           actor.async == wanted.async;
  }

  RandomChooser choose_;
  Grammar grammar_;
  Scenario scenario_;
  Claim taken_;

  /// A random subset, never empty unless `all` is.
  template <class T>
  std::vector<T> some_of(const std::vector<T>& all, int percent) {
    std::vector<T> some;
    for (const T& item : all)
      if (choose_.chance(percent)) some.push_back(item);
    if (some.empty() && !all.empty()) some.push_back(choose_.one_of(all));
    return some;
  }

  void draw_pages(int most) {
    const int count = choose_.number(1, most);
    for (int i = 0; i < count; ++i) {
      scenario_.pages.push_back(grammar_.page());
      scenario_.pages.back().name = page_name(i);
    }
  }

  void draw_pipes() {
    const int count = choose_.number(0, kMaxPipes);
    for (int i = 0; i < count; ++i) {
      scenario_.pipes.push_back(grammar_.pipe(scenario_.pages));
      scenario_.pipes.back().name = pipe_name(i);
    }
  }

  void draw_actor(const Path& path, const std::vector<Caller>& some_callers) {
    const int pipes = static_cast<int>(scenario_.pipes.size());
    auto actor = grammar_.actor(path, some_callers, scenario_.pages, pipes, taken_);
    if (!actor || !join(taken_, claim_of(*actor, scenario_.pages), pipes)) return;
    actor->name = actor_name(actor->path, static_cast<int>(scenario_.actors.size()));
    scenario_.actors.push_back(std::move(*actor));
  }
};

}  // namespace

rc::Gen<Scenario> scenarios(const Kinds& kinds) {
  return rc::gen::exec([kinds] { return RandomScenario(kinds).draw(); });
}

Scenario generate_scenario(const Kinds& kinds, std::uint64_t seed) {
  return scenarios(kinds)(rc::Random(seed), kSize).value();
}

Scenario generate_around(const ActorSpec& wanted, const Kinds& kinds, std::uint64_t seed) {
  const auto around = rc::gen::exec([&] { return RandomScenario(kinds).draw_around(wanted); });
  return around(rc::Random(seed), kSize).value();
}

}  // namespace pincheck::generate
