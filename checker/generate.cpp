// SPDX-License-Identifier: MIT
#include "checker/generate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/paths/path.hpp"

namespace pincheck {
namespace {

/// Draws from RapidCheck inside rc::gen::exec.
int number(int low, int high) { return *rc::gen::inRange(low, high + 1); }
bool chance(int percent) { return number(0, 99) < percent; }

template <class T>
T one_of(const std::vector<T>& all) {
  return all[static_cast<std::size_t>(number(0, static_cast<int>(all.size()) - 1))];
}

/// A random subset, never empty unless `all` is.
template <class T>
std::vector<T> some_of(const std::vector<T>& all, int percent) {
  std::vector<T> some;
  for (const T& item : all)
    if (chance(percent)) some.push_back(item);
  if (some.empty() && !all.empty()) some.push_back(one_of(all));
  return some;
}

class Grammar {
 public:
  explicit Grammar(const Kinds& kinds) : kinds_(kinds) {}

  Scenario draw() {
    scenario_.name = "generated";
    draw_pages();
    draw_pipes();
    paths_ = some_of(paths(), 40);
    callers_ = some_of(callers(), 40);
    const int actors = number(1, 4);
    for (int tries = 0; tries < 20 && static_cast<int>(scenario_.actors.size()) < actors; ++tries)
      draw_actor(one_of(paths_));
    while (scenario_.actors.empty()) draw_actor(one_of(paths()));
    return scenario_;
  }

 private:
  const Kinds& kinds_;
  Scenario scenario_;
  std::vector<Path> paths_;
  std::vector<Caller> callers_;
  int own_pipes_ = 0;

  void draw_pages() {
    static const std::vector<Backing> kWeights{
        Backing::file, Backing::file, Backing::file, Backing::file, Backing::anon,  Backing::anon,
        Backing::pipe, Backing::pipe, Backing::pipe, Backing::zero, Backing::kernel};
    const int count = number(1, kMaxPages);
    for (int i = 0; i < count; ++i) {
      PageSpec page;
      page.name = std::string(1, static_cast<char>('a' + i));
      page.backing = one_of(kWeights);
      if (page.backing == Backing::file) {
        page.order = chance(15) ? 1 : 0;
        page.mapped = chance(80);
        page.dirty = chance(30);
        page.buffers = chance(50);
        page.stable = chance(15);
      }
      scenario_.pages.push_back(page);
    }
  }

  void draw_pipes() {
    const int count = number(0, kMaxPipes);
    for (int i = 0; i < count; ++i) {
      PipeSpec pipe{fmt::format("ring{}", i + 1), {}};
      for (int page = 0; page < static_cast<int>(scenario_.pages.size()); ++page) {
        const Backing backing = scenario_.pages[page].backing;
        if (backing != Backing::kernel && pipe.holds.size() < 3 && chance(35))
          pipe.holds.push_back(page);
      }
      scenario_.pipes.push_back(pipe);
    }
  }

  bool draw_caller(ActorSpec& actor, const Path& path) {
    std::vector<std::string_view> fitting;
    for (const Caller& caller : callers_)
      if (path.dest ? caller.reads : caller.writes) fitting.push_back(caller.name);
    if (fitting.empty()) return false;
    actor.caller = one_of(fitting);
    return true;
  }

  bool object_is_taken(int page) const {
    return scenario_.pages[page].backing == Backing::kernel &&
           std::any_of(scenario_.actors.begin(), scenario_.actors.end(), [&](const auto& actor) {
             return std::find(actor.pages.begin(), actor.pages.end(), page) != actor.pages.end();
           });
  }

  /// Pages in ascending order (folio locks are taken by index); user buffers may repeat one.
  bool draw_pages_for(ActorSpec& actor, const std::vector<Backing>& backings, int most,
                      bool may_repeat) {
    std::vector<int> fitting;
    for (int page = 0; page < static_cast<int>(scenario_.pages.size()); ++page) {
      const Backing backing = scenario_.pages[page].backing;
      const bool fits = std::find(backings.begin(), backings.end(), backing) != backings.end();
      if (fits && !object_is_taken(page)) fitting.push_back(page);
    }
    if (fitting.empty()) return false;
    const int wanted = number(1, most);
    for (int i = 0; i < wanted && !fitting.empty(); ++i) {
      const int page = one_of(fitting);
      actor.pages.push_back(page);
      if (!may_repeat) fitting.erase(std::find(fitting.begin(), fitting.end(), page));
    }
    std::sort(actor.pages.begin(), actor.pages.end());
    return true;
  }

  bool draw_kind(ActorSpec& actor) {
    const Kind kind = one_of(kinds_);
    if (kind.in_ring) return false;
    actor.kind = kind.name;
    actor.async = find_caller(actor.caller)->may_be_async && chance(50);
    if (kind.backings.empty()) return true;
    if (!draw_pages_for(actor, kind.backings, 3, kind.user_backed)) return false;
    const bool user_pages = std::all_of(actor.pages.begin(), actor.pages.end(), [&](int page) {
      return scenario_.pages[page].backing == Backing::anon;
    });
    if (kind.name == "bvec" && user_pages && chance(50)) actor.holds = Holds::pin;
    return true;
  }

  bool draw_pipe(int& pipe, int other) const {
    if (scenario_.pipes.empty()) return false;
    pipe = number(0, static_cast<int>(scenario_.pipes.size()) - 1);
    return pipe != other;
  }

  void draw_actor(const Path& path) {
    ActorSpec actor;
    actor.path = path.name;
    actor.name = fmt::format("{}-{}", path.name, scenario_.actors.size() + 1);
    const bool wants_caller =
        (path.needs & kNeedsCaller) != 0 || ((path.needs & kMayHaveCaller) != 0 && chance(60));
    if (wants_caller && !draw_caller(actor, path)) return;
    if ((path.needs & kNeedsKind) != 0 && !draw_kind(actor)) return;
    if ((path.needs & kNeedsPages) != 0) {
      auto backings = path.backings;
      if (path.name == "splice-read")
        backings = {actor.caller.empty() ? Backing::file : Backing::pipe};
      const int most = (path.needs & kOnePage) != 0 ? 1 : 3;
      if (!draw_pages_for(actor, backings, most, false)) return;
    }
    if ((path.needs & kNeedsPipe) != 0 && !draw_pipe(actor.pipe, -1)) return;
    if ((path.needs & kNeedsPipe2) != 0 && !draw_pipe(actor.pipe2, actor.pipe)) return;
    if ((path.needs & kUsesOwnPipe) != 0) {
      if (static_cast<int>(scenario_.pipes.size()) + own_pipes_ >= kMaxPipes) return;
      ++own_pipes_;
    }
    actor.gift = path.name == "vmsplice" && chance(50);
    scenario_.actors.push_back(actor);
  }
};

}  // namespace

rc::Gen<Scenario> scenarios(const Kinds& kinds) {
  return rc::gen::exec([kinds] { return Grammar(kinds).draw(); });
}

Scenario generate_scenario(const Kinds& kinds, std::uint64_t seed) {
  constexpr int kSize = 100;  // RapidCheck scales inRange by size; 100 means the whole range
  return scenarios(kinds)(rc::Random(seed), kSize).value();
}

}  // namespace pincheck
