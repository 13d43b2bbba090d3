// SPDX-License-Identifier: MIT
#include "shrinkers/scenario.hpp"

#include <rapidcheck.h>

#include <algorithm>

namespace pincheck {
namespace {

bool page_is_used(const Scenario& scenario, int page) {
  const auto contains = [&](const std::vector<int>& pages) {
    return std::find(pages.begin(), pages.end(), page) != pages.end();
  };
  return std::any_of(scenario.actors.begin(), scenario.actors.end(),
                     [&](const ActorSpec& actor) { return contains(actor.pages); }) ||
         std::any_of(scenario.pipes.begin(), scenario.pipes.end(),
                     [&](const PipeSpec& pipe) { return contains(pipe.holds); });
}

Scenario without_page(Scenario scenario, int page) {
  const auto renumber = [&](std::vector<int>& pages) {
    for (int& one : pages)
      if (one > page) --one;
  };
  scenario.pages.erase(scenario.pages.begin() + page);
  for (ActorSpec& actor : scenario.actors) renumber(actor.pages);
  for (PipeSpec& pipe : scenario.pipes) renumber(pipe.holds);
  return scenario;
}

bool pipe_is_used(const Scenario& scenario, int pipe) {
  return std::any_of(scenario.actors.begin(), scenario.actors.end(), [&](const ActorSpec& actor) {
    return actor.pipe == pipe || actor.pipe2 == pipe;
  });
}

Scenario without_pipe(Scenario scenario, int pipe) {
  scenario.pipes.erase(scenario.pipes.begin() + pipe);
  for (ActorSpec& actor : scenario.actors) {
    if (actor.pipe > pipe) --actor.pipe;
    if (actor.pipe2 > pipe) --actor.pipe2;
  }
  return scenario;
}

class Simplifier {
 public:
  explicit Simplifier(const Scenario& scenario) : from_(scenario) {}

  std::vector<Scenario> all() {
    drop_parts();
    simplify_actors();
    simplify_pages();
    return std::move(found_);
  }

 private:
  template <class Change>
  void add(const Change& change) {
    Scenario candidate = from_;
    change(candidate);
    if (!(candidate == from_)) found_.push_back(std::move(candidate));
  }

  void drop_parts() {
    if (from_.actors.size() > 1)
      for (std::size_t i = 0; i < from_.actors.size(); ++i)
        add([&](Scenario& s) {
          s.actors.erase(s.actors.begin() + static_cast<std::ptrdiff_t>(i));
        });
    for (std::size_t i = 0; i < from_.pages.size(); ++i)
      if (!page_is_used(from_, static_cast<int>(i)))
        found_.push_back(without_page(from_, static_cast<int>(i)));
    for (std::size_t i = 0; i < from_.pipes.size(); ++i) {
      if (!pipe_is_used(from_, static_cast<int>(i)))
        found_.push_back(without_pipe(from_, static_cast<int>(i)));
      for (std::size_t k = 0; k < from_.pipes[i].holds.size(); ++k)
        add([&](Scenario& s) {
          s.pipes[i].holds.erase(s.pipes[i].holds.begin() + static_cast<std::ptrdiff_t>(k));
        });
    }
  }

  void simplify_actors() {
    for (std::size_t i = 0; i < from_.actors.size(); ++i) {
      const ActorSpec& actor = from_.actors[i];
      if (actor.pages.size() > 1)
        for (std::size_t k = 0; k < actor.pages.size(); ++k)
          add([&](Scenario& s) {
            auto& pages = s.actors[i].pages;
            pages.erase(pages.begin() + static_cast<std::ptrdiff_t>(k));
          });
      if (actor.kind == "iovec") add([&](Scenario& s) { s.actors[i].kind = "ubuf"; });
      if (actor.until == Until::completion) add([&](Scenario& s) { s.actors[i].async = false; });
      add([&](Scenario& s) { s.actors[i].holds = Holds::by_kind; });
      add([&](Scenario& s) { s.actors[i].gift = false; });
    }
  }

  void simplify_pages() {
    for (std::size_t i = 0; i < from_.pages.size(); ++i) {
      add([&](Scenario& s) { s.pages[i].order = 0; });
      add([&](Scenario& s) { s.pages[i].stable = false; });
      add([&](Scenario& s) { s.pages[i].buffers = false; });
      add([&](Scenario& s) { s.pages[i].dirty = false; });
      if (from_.pages[i].backing == Backing::file)
        add([&](Scenario& s) { s.pages[i].mapped = false; });
    }
  }

  const Scenario& from_;
  std::vector<Scenario> found_;
};

}  // namespace

std::vector<Scenario> simpler(const Scenario& scenario) { return Simplifier(scenario).all(); }

Scenario shrink_scenario(const Scenario& scenario,
                         const std::function<bool(const Scenario&)>& still_fails) {
  auto best = rc::shrinkable::shrinkRecur(
      scenario, [](const Scenario& s) { return rc::seq::fromContainer(simpler(s)); });
  for (bool smaller = true; smaller;) {
    smaller = false;
    auto candidates = best.shrinks();
    while (auto candidate = candidates.next()) {
      if (!still_fails(candidate->value())) continue;
      best = *candidate;
      smaller = true;
      break;
    }
  }
  return best.value();
}

}  // namespace pincheck
