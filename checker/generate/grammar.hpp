// SPDX-License-Identifier: MIT
// checker/generate: uses model/compile; used by checker/judge.
// What a well-formed scenario is made of. One description: the random search draws from it, and
// the bounded enumeration goes through everything it can yield.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/compile/matters.hpp"
#include "model/paths/path.hpp"
#include "model/question/fields.hpp"

namespace pincheck::generate {

/// Where the grammar's free choices come from.
class Chooser {
 public:
  virtual ~Chooser() = default;
  /// A number; both bounds are inclusive.
  virtual int number(int low, int high) = 0;
  /// Yes or no; `percent` is how likely yes is, for those who draw at random.
  virtual bool chance(int percent) = 0;

  template <class T>
  T one_of(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(number(0, static_cast<int>(all.size()) - 1))];
  }
};

/// Goes through all combinations of choices: whoever draws from it is run again after each turn,
/// until the last.
class Odometer final : public Chooser {
 public:
  int number(int low, int high) override {
    if (at_ == dials_.size()) dials_.push_back({0, high - low});
    return low + dials_[at_++].value;
  }
  bool chance(int /*percent*/) override { return number(0, 1) != 0; }

  /// On to the next combination; false after the last.
  bool turn() {
    at_ = 0;
    while (!dials_.empty() && dials_.back().value == dials_.back().most) dials_.pop_back();
    if (dials_.empty()) return false;
    ++dials_.back().value;
    return true;
  }

 private:
  struct Dial {
    int value;
    int most;
  };
  std::vector<Dial> dials_;
  std::size_t at_ = 0;
};

/// What an actor has for itself, whatever the others do.
struct Claim {
  unsigned objects = 0;  ///< kernel objects it works on, a bit a page
  int pipes = 0;         ///< pipes of its own besides the scenario's
};

inline Claim claim_of(const ActorSpec& actor, const std::vector<PageSpec>& pages) {
  Claim claim;
  for (const int page : actor.pages)
    if (pages[page].backing == Backing::kernel) claim.objects |= 1U << page;
  if (does(actor, kUsesOwnPipe)) claim.pipes = 1;
  return claim;
}

/// Adds `one` to `all` of a scenario with `pipes` pipes. False, and nothing is added, when there
/// is no room for it: a kernel object has one user, and all pipes together are at most kMaxPipes.
inline bool join(Claim& all, const Claim& one, int pipes) {
  if ((all.objects & one.objects) != 0 || pipes + all.pipes + one.pipes > kMaxPipes) return false;
  all.objects |= one.objects;
  all.pipes += one.pipes;
  return true;
}

/// Names, by index from 0.
inline std::string page_name(int index) { return {static_cast<char>('a' + index)}; }
inline std::string pipe_name(int index) { return fmt::format("ring{}", index + 1); }
inline std::string actor_name(std::string_view path, int index) {
  return fmt::format("{}-{}", path, index + 1);
}

/// Pages, pipes and actors of scenarios whose creators keep the contract. Names are the caller's.
class Grammar {
 public:
  /// `slots`: how many pages an actor may list, and a ring may hold at the start.
  Grammar(const Kinds& kinds, int slots, Chooser& choose)
      : kinds_(kinds), slots_(slots), choose_(choose) {}

  PageSpec page() {
    static const std::vector<Backing> kWeights{
        Backing::file, Backing::file, Backing::file, Backing::file, Backing::anon,  Backing::anon,
        Backing::pipe, Backing::pipe, Backing::pipe, Backing::zero, Backing::kernel};
    PageSpec page;
    page.backing = choose_.one_of(kWeights);
    if (page.backing != Backing::file) return page;
    each_setting<PageSpec>([&](const auto& f) {
      page.*f.at = static_cast<decltype(f.simplest)>(choose_.chance(f.percent));
    });
    return page;
  }

  /// A pipe with some of `pages` in its ring.
  PipeSpec pipe(const std::vector<PageSpec>& pages) {
    PipeSpec pipe;
    for (int page = 0; page < static_cast<int>(pages.size()); ++page)
      if (pages[page].backing != Backing::kernel && static_cast<int>(pipe.holds.size()) < slots_ &&
          choose_.chance(35))
        pipe.holds.push_back(page);
    return pipe;
  }

  /// An actor on `path` whose caller, if any, is one of `some_callers`, in a scenario with `pages`
  /// and so many pipes whose other actors have `taken`. Of the pages only the backings count.
  /// Nothing when the choices made do not fit together.
  std::optional<ActorSpec> actor(const Path& path, const std::vector<Caller>& some_callers,
                                 const std::vector<PageSpec>& pages, int pipes,
                                 const Claim& taken) {
    ActorSpec actor;
    actor.path = path.name;
    const bool wants_caller =
        needs(path, kNeedsCaller) || (needs(path, kMayHaveCaller) && choose_.chance(60));
    if (wants_caller && !choose_caller(actor, path, some_callers)) return {};
    const Place place{pages, pipes, taken};
    if (needs(path, kNeedsKind) && !choose_kind(actor, place)) return {};
    if (needs(path, kNeedsPages) && !choose_pages_of_path(actor, path, place)) return {};
    if (needs(path, kNeedsPipe) && !choose_pipe(actor.pipe, place, -1)) return {};
    if (needs(path, kNeedsPipe2) && !choose_pipe(actor.pipe2, place, actor.pipe)) return {};
    return actor;
  }

 private:
  /// What an actor can choose from.
  struct Place {
    const std::vector<PageSpec>& pages;
    int pipes;
    const Claim& taken;
  };

  const Kinds& kinds_;
  int slots_;
  Chooser& choose_;

  static bool needs(const Path& path, unsigned flag) { return (path.needs & flag) != 0; }

  bool choose_caller(ActorSpec& actor, const Path& path, const std::vector<Caller>& some_callers) {
    std::vector<std::string_view> fitting;
    for (const Caller& caller : some_callers)
      if (path.dest ? caller.reads : caller.writes) fitting.push_back(caller.name);
    if (fitting.empty()) return false;
    actor.caller = choose_.one_of(fitting);
    return true;
  }

  bool choose_kind(ActorSpec& actor, const Place& place) {
    const Kind kind = choose_.one_of(kinds_);
    if (kind.in_ring) return false;
    actor.kind = kind.name;
    if (kind.backings.empty()) return true;
    actor.async = find_caller(actor.caller)->may_be_async && choose_.chance(50);
    if (!choose_pages(actor, place, kind.backings, slots_, kind.user_backed)) return false;
    const bool user_pages = std::all_of(actor.pages.begin(), actor.pages.end(), [&](int page) {
      return place.pages[page].backing == Backing::anon;
    });
    if (kind.page_array && user_pages && choose_.chance(50)) actor.holds = Holds::pin;
    return true;
  }

  bool choose_pages_of_path(ActorSpec& actor, const Path& path, const Place& place) {
    const int most = needs(path, kOnePage) ? 1 : slots_;
    return choose_pages(actor, place, path.backings_of(actor), most, false);
  }

  /// Pages in ascending order (folio locks are taken by index); user buffers may repeat one.
  bool choose_pages(ActorSpec& actor, const Place& place, const std::vector<Backing>& backings,
                    int most, bool may_repeat) {
    std::vector<int> fitting;
    for (int page = 0; page < static_cast<int>(place.pages.size()); ++page) {
      const Backing backing = place.pages[page].backing;
      const bool fits = std::find(backings.begin(), backings.end(), backing) != backings.end();
      if (fits && (place.taken.objects >> page & 1) == 0) fitting.push_back(page);
    }
    if (fitting.empty()) return false;
    const int wanted = choose_.number(1, most);
    for (int i = 0; i < wanted && !fitting.empty(); ++i) {
      const int page = choose_.one_of(fitting);
      actor.pages.push_back(page);
      if (!may_repeat) fitting.erase(std::find(fitting.begin(), fitting.end(), page));
    }
    std::sort(actor.pages.begin(), actor.pages.end());
    return true;
  }

  bool choose_pipe(int& pipe, const Place& place, int other) {
    if (place.pipes == 0) return false;
    pipe = choose_.number(0, place.pipes - 1);
    return pipe != other;
  }
};

}  // namespace pincheck::generate
