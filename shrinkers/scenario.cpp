// SPDX-License-Identifier: MIT
#include "shrinkers/scenario.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "model/callers/caller.hpp"
#include "model/compile/well_formed.hpp"
#include "model/paths/path.hpp"
#include "model/question/fields.hpp"

namespace pincheck::shrinkers {
namespace {

bool contains(const std::vector<int>& pages, int page) {
  return std::find(pages.begin(), pages.end(), page) != pages.end();
}

bool page_is_used(const Scenario& scenario, int page) {
  bool used = false;
  each_page_list(scenario,
                 [&](const std::vector<int>& pages) { used = used || contains(pages, page); });
  return used;
}

bool pipe_is_used(const Scenario& scenario, int pipe) {
  bool used = false;
  each_pipe_name(scenario, [&](int one) { used = used || one == pipe; });
  return used;
}

/// One page where there were two alike. Nothing where somebody lists both, or lists would not be
/// ascending any more (folio locks are taken by index), or for a kernel object, which has one user.
std::optional<Scenario> merged(Scenario scenario, int page, int into) {
  PageSpec renamed = scenario.pages[page];
  renamed.name = scenario.pages[into].name;
  if (!(renamed == scenario.pages[into]) || renamed.backing == Backing::kernel) return {};
  bool fits = true;
  each_page_list(scenario, [&](std::vector<int>& pages) {
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

const Kinds& kinds() {
  static const Kinds all = linux_kinds();
  return all;
}

/// The kind to try instead of the actor's; "" for none.
std::string_view simpler_kind(const ActorSpec& actor) {
  const Kind* kind = find_kind(kinds(), actor.kind);
  return kind == nullptr ? "" : kind->simpler;
}

/// The scenario as bytes, for telling scenarios apart quickly and for an order among those of one
/// size: pages, pipes and actors, the words of each first, then the rest, and last the words about
/// the whole, which no simplification changes.
class Bytes {
 public:
  static std::string of(const Scenario& scenario) {
    Bytes bytes;
    bytes.add_all(scenario);
    return bytes.parts_ + bytes.rest_ + bytes.words_;
  }

 private:
  std::string parts_;
  std::string words_;
  std::string rest_;

  template <class Spec>
  void add_all(const Spec& spec) {
    each_field<Spec>([&](const auto& f) { add(spec.*f.at); });
  }

  void add(const std::string& text) { words_ += text + '\n'; }
  void add(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) add(text);
  }
  void add(const CheckSet& checks) {
    for (const std::string& check : checks) rest_ += check + '\n';
  }
  void add(int number) { rest_ += std::to_string(number) + ' '; }
  void add(const std::vector<int>& numbers) {
    add(static_cast<int>(numbers.size()));
    for (const int number : numbers) add(number);
  }
  void add(const std::optional<bool>& flag) { rest_ += flag ? (*flag ? "on" : "off") : ""; }
  template <class Value>
  void add(const Value& value) {
    static_assert(std::is_enum_v<Value> || std::same_as<Value, bool>);
    add(static_cast<int>(value));
  }
  template <class Part>
  requires std::is_class_v<Part>
  void add(const std::vector<Part>& parts) {
    for (const Part& part : parts) {
      Bytes bytes;
      bytes.add_all(part);
      parts_ += bytes.words_ + bytes.rest_;
    }
  }
};

class Simplifier {
 public:
  Simplifier(const Scenario& scenario, Keep keep) : from_(scenario), keep_(keep) {}

  std::vector<Scenario> all() {
    drop_parts();
    merge_pages();
    list_fewer_pages();
    simplify_parts(&Scenario::pages, field::Of::state);
    if (keep_ == Keep::question) return std::move(found_);
    drop_what_ifs();
    simplify_actors();
    simplify_parts(&Scenario::pages, field::Of::question);
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
    for (const std::string& check : from_.without)
      add([&](Scenario& s) { s.without.erase(check); });
    in_turn<Scenario>(field::Of::question,
                      [&](const auto& f) { add([&](Scenario& s) { s.*f.at = f.simplest; }); });
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

  /// The settings of that sort, in their turn.
  template <class Spec, class Visit>
  static void in_turn(field::Of of, const Visit& visit) {
    int last = 0;
    each_setting<Spec>([&](const auto& f) { last = std::max(last, f.turn); });
    for (int turn = 1; turn <= last; ++turn)
      each_setting<Spec>([&](const auto& f) {
        if (f.turn == turn && f.of == of) visit(f);
      });
  }

  template <class Part>
  void simplify_part(std::vector<Part> Scenario::*parts, std::size_t i, field::Of of) {
    in_turn<Part>(of, [&](const auto& f) {
      add([&](Scenario& s) {
        Part& part = (s.*parts)[i];
        if (could_be_simpler(part, f)) part.*f.at = f.simplest;
      });
    });
  }
  template <class Part>
  void simplify_parts(std::vector<Part> Scenario::*parts, field::Of of) {
    for (std::size_t i = 0; i < (from_.*parts).size(); ++i) simplify_part(parts, i, of);
  }

  template <class Setting>
  static bool could_be_simpler(const PageSpec& page, const Setting&) {
    return page.backing == Backing::file;
  }
  /// Who lets go early is asynchronous: that it does comes first.
  template <class Setting>
  static bool could_be_simpler(const ActorSpec& actor, const Setting& f) {
    if constexpr (std::same_as<Setting, field::Flag<ActorSpec>>)
      return f.at != &ActorSpec::async || actor.until == Until::completion;
    return true;
  }

  void simplify_actors() {
    for (std::size_t i = 0; i < from_.actors.size(); ++i) {
      const ActorSpec& actor = from_.actors[i];
      const std::string_view simpler = simpler_kind(actor);
      if (!simpler.empty()) add([&](Scenario& s) { s.actors[i].kind = simpler; });
      simplify_part(&Scenario::actors, i, field::Of::question);
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

  const Scenario& from_;
  Keep keep_;
  std::vector<Scenario> found_;
};

}  // namespace

int parts(const Scenario& s) {
  std::size_t count = s.actors.size() + s.pages.size() + s.pipes.size() + s.without.size();
  each_page_list(s, [&](const std::vector<int>& pages) { count += pages.size(); });
  int could_be_simpler = flags_of(s);
  for (const PageSpec& page : s.pages) could_be_simpler += flags_of(page);
  for (const ActorSpec& actor : s.actors)
    could_be_simpler += flags_of(actor) + int{!simpler_kind(actor).empty()};
  return static_cast<int>(count) + could_be_simpler;
}

std::vector<Scenario> simpler(const Scenario& scenario, Keep keep) {
  std::vector<Scenario> well_formed;
  for (Scenario& one : Simplifier(scenario, keep).all()) {
    one = tidied(std::move(one), kinds());
    if (!problem(one, kinds())) well_formed.push_back(std::move(one));
  }
  return well_formed;
}

std::optional<std::vector<Scenario>> sub_scenarios(const Scenario& scenario, Keep keep,
                                                   std::size_t most) {
  std::set<std::string> known{Bytes::of(scenario)};
  std::vector<Scenario> all{scenario};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (Scenario& one : simpler(all[i], keep)) {
      if (!known.insert(Bytes::of(one)).second) continue;
      if (all.size() == most) return std::nullopt;
      all.push_back(std::move(one));
    }
  }
  using Size = std::tuple<int, int, std::string>;
  std::vector<std::pair<Size, std::size_t>> order;
  for (std::size_t i = 0; i < all.size(); ++i)
    order.push_back({{parts(all[i]), caller_ranks(all[i]), Bytes::of(all[i])}, i});
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

}  // namespace pincheck::shrinkers
