// SPDX-License-Identifier: MIT
#include "shrinkers/scenario.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "model/callers/caller.hpp"
#include "model/paths/path.hpp"
#include "model/well_formed.hpp"

namespace pincheck {
namespace {

bool contains(const std::vector<int>& pages, int page) {
  return std::find(pages.begin(), pages.end(), page) != pages.end();
}

/// Every list of pages that the scenario has.
template <class Visit>
void each_list(Scenario& scenario, const Visit& visit) {
  for (ActorSpec& actor : scenario.actors) visit(actor.pages);
  for (PipeSpec& pipe : scenario.pipes) visit(pipe.holds);
}

bool page_is_used(Scenario scenario, int page) {
  bool used = false;
  each_list(scenario, [&](std::vector<int>& pages) { used = used || contains(pages, page); });
  return used;
}

bool pipe_is_used(const Scenario& scenario, int pipe) {
  return std::any_of(scenario.actors.begin(), scenario.actors.end(), [&](const ActorSpec& actor) {
    return actor.pipe == pipe || actor.pipe2 == pipe;
  });
}

/// One page where there were two alike. Nothing where somebody lists both, or lists would not be
/// ascending any more (folio locks are taken by index), or for a kernel object, which has one user.
std::optional<Scenario> merged(Scenario scenario, int page, int into) {
  PageSpec renamed = scenario.pages[page];
  renamed.name = scenario.pages[into].name;
  if (!(renamed == scenario.pages[into]) || renamed.backing == Backing::kernel) return {};
  bool fits = true;
  each_list(scenario, [&](std::vector<int>& pages) {
    fits = fits && !(contains(pages, page) && contains(pages, into));
    const bool ascending = std::is_sorted(pages.begin(), pages.end());
    std::replace(pages.begin(), pages.end(), page, into);
    fits = fits && (!ascending || std::is_sorted(pages.begin(), pages.end()));
  });
  if (!fits) return {};
  return without_page(std::move(scenario), page);
}

/// How far down the list of callers those of the scenario are.
int caller_ranks(const Scenario& scenario) {
  int sum = 0;
  for (const ActorSpec& actor : scenario.actors)
    if (!actor.caller.empty())
      sum += static_cast<int>(find_caller(actor.caller) - callers().data());
  return sum;
}

/// The scenario as bytes, for telling scenarios apart quickly.
std::string bytes_of(const Scenario& s) {
  std::string out;
  const auto number = [&](int value) { out += static_cast<char>(value); };
  const auto text = [&](const std::string& value) { out += value + '\n'; };
  const auto list = [&](const std::vector<int>& pages) {
    number(static_cast<int>(pages.size()));
    for (const int page : pages) number(page);
  };
  for (const PageSpec& page : s.pages) {
    text(page.name);
    number(static_cast<int>(page.backing));
    number(page.order);
    number(page.mapped * 8 + page.dirty * 4 + page.buffers * 2 + page.stable);
  }
  for (const PipeSpec& pipe : s.pipes) {
    text(pipe.name);
    list(pipe.holds);
  }
  for (const ActorSpec& actor : s.actors) {
    for (const std::string* word :
         {&actor.name, &actor.path, &actor.caller, &actor.kind, &actor.process})
      text(*word);
    list(actor.pages);
    number(actor.pipe);
    number(actor.pipe2);
    number(actor.async);
    number(static_cast<int>(actor.holds));
    number(static_cast<int>(actor.until));
  }
  for (const std::string& guard : s.without) text(guard);
  out += s.reclaim_tests_pins ? (*s.reclaim_tests_pins ? "on" : "off") : "";
  return out + std::to_string(s.bias) + " " + std::to_string(s.width);
}

class Simplifier {
 public:
  Simplifier(const Scenario& scenario, Keep keep) : from_(scenario), keep_(keep) {}

  std::vector<Scenario> all() {
    drop_parts();
    merge_pages();
    list_fewer_pages();
    simplify_pages();
    if (keep_ == Keep::question) return std::move(found_);
    drop_what_ifs();
    simplify_actors();
    for (std::size_t i = 0; i < from_.pages.size(); ++i)
      add([&](Scenario& s) { s.pages[i].order = 0; });
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

  void merge_pages() {
    const int pages = static_cast<int>(from_.pages.size());
    for (int page = 1; page < pages; ++page)
      for (int into = 0; into < page; ++into)
        if (auto fewer = merged(from_, page, into)) found_.push_back(std::move(*fewer));
  }

  void drop_what_ifs() {
    for (const std::string& guard : from_.without)
      add([&](Scenario& s) { s.without.erase(guard); });
    add([&](Scenario& s) { s.reclaim_tests_pins.reset(); });
    add([&](Scenario& s) { s.bias = Scenario{}.bias; });
    add([&](Scenario& s) { s.width = Scenario{}.width; });
  }

  void list_fewer_pages() {
    for (std::size_t i = 0; i < from_.actors.size(); ++i) {
      const std::size_t count = from_.actors[i].pages.size();
      for (std::size_t k = 0; count > 1 && k < count; ++k)
        add([&](Scenario& s) {
          auto& pages = s.actors[i].pages;
          pages.erase(pages.begin() + static_cast<std::ptrdiff_t>(k));
        });
    }
  }

  void simplify_actors() {
    for (std::size_t i = 0; i < from_.actors.size(); ++i) {
      const ActorSpec& actor = from_.actors[i];
      if (actor.kind == "iovec") add([&](Scenario& s) { s.actors[i].kind = "ubuf"; });
      if (actor.until == Until::completion) add([&](Scenario& s) { s.actors[i].async = false; });
      add([&](Scenario& s) { s.actors[i].until = Until::completion; });
      add([&](Scenario& s) { s.actors[i].holds = Holds::by_kind; });
      if (!actor.caller.empty()) earlier_callers(i);
    }
  }

  void earlier_callers(std::size_t i) {
    const ActorSpec& actor = from_.actors[i];
    for (const Caller& caller : callers()) {
      if (caller.name == actor.caller) return;
      const bool goes = find_path(actor.path)->dest ? caller.reads : caller.writes;
      if (goes && (!actor.async || caller.may_be_async))
        add([&](Scenario& s) { s.actors[i].caller = caller.name; });
    }
  }

  void simplify_pages() {
    for (std::size_t i = 0; i < from_.pages.size(); ++i) {
      add([&](Scenario& s) { s.pages[i].stable = false; });
      add([&](Scenario& s) { s.pages[i].buffers = false; });
      add([&](Scenario& s) { s.pages[i].dirty = false; });
      if (from_.pages[i].backing == Backing::file)
        add([&](Scenario& s) { s.pages[i].mapped = false; });
    }
  }

  const Scenario& from_;
  Keep keep_;
  std::vector<Scenario> found_;
};

}  // namespace

int parts(const Scenario& s) {
  std::size_t count = s.actors.size() + s.pages.size() + s.pipes.size() + s.without.size();
  for (const PipeSpec& pipe : s.pipes) count += pipe.holds.size();
  for (const ActorSpec& actor : s.actors) count += actor.pages.size();
  int simpler = int{s.reclaim_tests_pins.has_value()} + int{s.bias != Scenario{}.bias} +
                int{s.width != Scenario{}.width};
  for (const ActorSpec& actor : s.actors)
    simpler += int{actor.kind == "iovec"} + int{actor.async} + int{actor.holds != Holds::by_kind} +
               int{actor.until != Until::completion};
  for (const PageSpec& page : s.pages)
    simpler += int{page.order != 0} + int{page.dirty} + int{page.buffers} + int{page.stable} +
               int{page.backing == Backing::file && page.mapped};
  return static_cast<int>(count) + simpler;
}

std::vector<Scenario> simpler(const Scenario& scenario, Keep keep) {
  static const Kinds kinds = linux_kinds();
  std::vector<Scenario> well_formed;
  for (Scenario& one : Simplifier(scenario, keep).all()) {
    one = tidied(std::move(one), kinds);
    if (!problem(one, kinds)) well_formed.push_back(std::move(one));
  }
  return well_formed;
}

std::optional<std::vector<Scenario>> sub_scenarios(const Scenario& scenario, Keep keep,
                                                   std::size_t most) {
  std::set<std::string> known{bytes_of(scenario)};
  std::vector<Scenario> all{scenario};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (Scenario& one : simpler(all[i], keep)) {
      if (!known.insert(bytes_of(one)).second) continue;
      if (all.size() == most) return std::nullopt;
      all.push_back(std::move(one));
    }
  }
  using Size = std::tuple<int, int, std::string>;
  std::vector<std::pair<Size, std::size_t>> order;
  for (std::size_t i = 0; i < all.size(); ++i)
    order.push_back({{parts(all[i]), caller_ranks(all[i]), bytes_of(all[i])}, i});
  std::sort(order.begin(), order.end());
  std::vector<Scenario> sorted;
  for (const auto& [size, i] : order) sorted.push_back(std::move(all[i]));
  return sorted;
}

Scenario shrink_scenario(const Scenario& scenario, Keep keep,
                         const std::function<bool(const Scenario&)>& still_fails) {
  auto best = rc::shrinkable::shrinkRecur(
      scenario, [keep](const Scenario& s) { return rc::seq::fromContainer(simpler(s, keep)); });
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
