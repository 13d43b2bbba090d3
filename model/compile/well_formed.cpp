// SPDX-License-Identifier: MIT
#include "model/compile/well_formed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/compile/matters.hpp"
#include "model/paths/path.hpp"
#include "model/question/fields.hpp"

namespace pincheck {
namespace {

using Found = std::optional<ScenarioProblem>;

/// Another actor is of the same process by name.
bool has_company(const Scenario& s, const ActorSpec& actor) {
  return std::any_of(s.actors.begin(), s.actors.end(), [&](const ActorSpec& other) {
    return &other != &actor && other.process == actor.process;
  });
}

/// What becomes of parts without an effect.
enum class Idle : std::uint8_t { passed_over, refused };

class ScenarioCheck {
 public:
  ScenarioCheck(const Scenario& scenario, const Kinds& kinds, Idle idle)
      : s_(scenario), kinds_(kinds), idle_(idle == Idle::refused) {}

  Found first() const {
    for (std::size_t i = 0; i < s_.actors.size(); ++i)
      if (auto found = actor(static_cast<int>(i))) return found;
    if (auto found = counts()) return found;
    if (auto found = pages()) return found;
    if (auto found = arithmetic()) return found;
    return idle_ ? what_ifs() : Found{};
  }

 private:
  const Scenario& s_;
  const Kinds& kinds_;
  bool idle_;  ///< parts without an effect are refused, too

  static ScenarioProblem own(std::string_view key, std::string message) {
    return {"", 0, key, std::move(message)};
  }
  static ScenarioProblem of_page(std::size_t index, std::string_view key, std::string message) {
    return {"page", static_cast<int>(index), key, std::move(message)};
  }
  static ScenarioProblem of_pipe(std::size_t index, std::string_view key, std::string message) {
    return {"pipe", static_cast<int>(index), key, std::move(message)};
  }

  Found counts() const {
    if (s_.actors.empty()) return own("actor", "expected at least one [[actor]]");
    const auto bound = [](std::string_view key, std::size_t count, int most) -> Found {
      if (static_cast<int>(count) <= most) return {};
      return own(key, fmt::format("{} of [[{}]], expected at most {}", count, key, most));
    };
    if (auto found = bound("page", s_.pages.size(), kMaxPages)) return found;
    if (auto found = bound("actor", s_.actors.size(), kMaxActors)) return found;
    int pipes = static_cast<int>(s_.pipes.size());
    for (const ActorSpec& one : s_.actors) pipes += does(one, kUsesOwnPipe) ? 1 : 0;
    if (pipes > kMaxPipes)
      return own("pipe", fmt::format("{} pipes with sendfile's own, expected at most {}", pipes,
                                     kMaxPipes));
    if (const std::string why = shared_mapping(s_, kinds_); !why.empty())
      return own("actor", why + ", expected one process: there is no fork");
    return {};
  }

  Found pages() const {
    for (std::size_t i = 0; i < s_.pipes.size(); ++i) {
      const PipeSpec& pipe = s_.pipes[i];
      if (pipe.holds.size() > kRingSlots)
        return of_pipe(i, "holds", fmt::format("expected at most {} buffers", kRingSlots));
      for (const int page : pipe.holds)
        if (s_.pages[page].backing == Backing::kernel)
          return of_pipe(i, "holds", "a kernel object cannot be in a pipe, expected other pages");
      if (idle_ && !pipe_matters(s_, static_cast<int>(i)))
        return of_pipe(i, "name",
                       fmt::format("no actor notices pipe '{}', expected one that names "
                                   "it, or reaches all pages that it holds",
                                   pipe.name));
    }
    for (std::size_t i = 0; i < s_.pages.size(); ++i)
      if (auto found = page(i)) return found;
    return {};
  }

  Found page(std::size_t i) const {
    const PageSpec& page = s_.pages[i];
    const int index = static_cast<int>(i);
    if (page.backing != Backing::file &&
        (page.order != 0 || page.dirty || page.buffers || page.stable || !page.mapped))
      return of_page(i, "backing",
                     "only file pages are large, unmapped, dirty, stable or with "
                     "buffers at the start, expected none of it");
    if (!idle_) return {};
    if (!page_matters(s_, index) && !is_starved(s_))
      return of_page(i, "name",
                     fmt::format("no actor notices page '{}', expected one that lists "
                                 "it, or a pipe of its own to hold it",
                                 page.name));
    if (page.dirty && !dirty_matters(s_, index))
      return of_page(i, "dirty",
                     fmt::format("nobody writes page '{}' or asks whether it is dirty, "
                                 "expected an actor that does, or no 'dirty'",
                                 page.name));
    if (page.stable && !stable_matters(s_, index, kinds_))
      return of_page(i, "stable",
                     fmt::format("page '{}' is not both written through a mapping and "
                                 "written back, expected actors that do, or no 'stable'",
                                 page.name));
    return {};
  }

  Found arithmetic() const {
    const bool usual = s_.bias == Scenario{}.bias;
    if (std::int64_t{s_.bias} >> s_.width != 0)
      return own(
          usual ? "width" : "bias",
          fmt::format("a pin adds {}, which does not fit into {} bits, expected a bias below "
                      "{} or a larger width",
                      s_.bias, s_.width, std::int64_t{1} << s_.width));
    return {};
  }

  Found what_ifs() const {
    if (s_.bias != Scenario{}.bias && !bias_matters(s_))
      return own("bias", "nobody pins or asks for pins, expected no 'bias'");
    if (s_.reclaim_tests_pins && !has_reclaim(s_))
      return own("reclaim_tests_pins", "expected with an actor of path reclaim only");
    if (s_.reclaim_tests_pins && s_.without.contains("reclaim/pin-check"))
      return own("reclaim_tests_pins",
                 "without reclaim/pin-check reclaim tests nothing, expected one of the two");
    for (const std::string& check : s_.without)
      if (!check_matters(s_, check, kinds_))
        return own("without",
                   fmt::format("'{}' is no check that these actors make, expected one of "
                               "theirs that `pincheck list checks` shows",
                               check));
    return {};
  }

  Found actor(int index) const;
};

/// One actor being looked at.
class ActorCheck {
 public:
  ActorCheck(const Scenario& scenario, int index, const Kinds& kinds, bool idle)
      : s_(scenario),
        idle_(idle),
        index_(index),
        actor_(scenario.actors[index]),
        path_(*find_path(actor_.path)),
        kind_(actor_.kind.empty() ? nullptr : find_kind(kinds, actor_.kind)) {}

  Found first() const {
    for (const auto check : {&ActorCheck::needs, &ActorCheck::caller, &ActorCheck::kind,
                             &ActorCheck::creator, &ActorCheck::pages, &ActorCheck::process})
      if (auto found = (this->*check)()) return found;
    return {};
  }

 private:
  const Scenario& s_;
  bool idle_;
  int index_;
  const ActorSpec& actor_;
  const Path& path_;
  const Kind* kind_;

  ScenarioProblem wrong(std::string_view key, std::string message) const {
    return {"actor", index_, key, std::move(message)};
  }

  Found need(bool present, unsigned flag, std::string_view key, unsigned optional = 0) const {
    const bool needed = (path_.needs & flag) != 0;
    if (needed && !present)
      return wrong(key, fmt::format("path '{}' expected '{}'", actor_.path, key));
    if (!needed && (path_.needs & optional) == 0 && present)
      return wrong(key, fmt::format("path '{}' takes no '{}', expected none", actor_.path, key));
    return {};
  }

  Found needs() const {
    if (auto found = need(!actor_.caller.empty(), kNeedsCaller, "caller", kMayHaveCaller))
      return found;
    if (auto found = need(!actor_.kind.empty(), kNeedsKind, "kind")) return found;
    if (auto found = need(!actor_.pages.empty(), kNeedsPages, "pages", kNeedsKind)) return found;
    if (auto found = need(actor_.pipe >= 0, kNeedsPipe, "pipe")) return found;
    if (auto found = need(actor_.pipe2 >= 0, kNeedsPipe2, "to")) return found;
    if ((path_.needs & kOnePage) != 0 && actor_.pages.size() != 1)
      return wrong("pages", fmt::format("path '{}' works on one page, expected one", actor_.path));
    if (actor_.pages.size() > kMaxSlots)
      return wrong("pages", fmt::format("expected at most {} pages", kMaxSlots));
    if (actor_.pipe2 >= 0 && actor_.pipe2 == actor_.pipe)
      return wrong("to", "expected another pipe than 'pipe'");
    return {};
  }

  Found caller() const {
    if (actor_.caller.empty()) return {};
    const Caller& caller = *find_caller(actor_.caller);
    if (path_.dest ? !caller.reads : !caller.writes)
      return wrong("caller", fmt::format("caller '{}' does not {}, expected one that does",
                                         actor_.caller, path_.dest ? "read" : "write"));
    if (actor_.async && !caller.may_be_async)
      return wrong("async", fmt::format("caller '{}' is never asynchronous, expected no async",
                                        actor_.caller));
    return {};
  }

  Found kind() const {
    if (kind_ == nullptr) return {};
    if (kind_->in_ring)
      return wrong("kind", fmt::format("'{}' is expected by path splice-read only", actor_.kind));
    if (actor_.pages.empty() != kind_->backings.empty())
      return wrong("pages", fmt::format("kind '{}' expected {} 'pages'", actor_.kind,
                                        kind_->backings.empty() ? "no" : "some"));
    if (idle_ && kind_->backings.empty() && actor_.async)
      return wrong("async",
                   fmt::format("kind '{}' has no pages, so that nothing is ever submitted, "
                               "expected no async",
                               actor_.kind));
    return {};
  }

  Found creator() const {
    if (kind_ == nullptr) return {};
    const bool holds = actor_.holds != Holds::by_kind;
    const bool until = actor_.until != Until::completion;
    if ((kind_->user_backed || kind_->backings.empty()) && (holds || until))
      return wrong(holds ? "holds" : "until",
                   fmt::format("kind '{}' has no creator that holds its pages, expected neither",
                               actor_.kind));
    if (until && !actor_.async)
      return wrong("until",
                   "until = \"submit\" expected with async = true: a synchronous call "
                   "returns later");
    if (!idle_) return {};
    if (holds && all_kernel_objects(s_, actor_))
      return wrong("holds", "a reference does not keep a kernel object, expected no 'holds'");
    if (until && !lets_go(s_, actor_, *kind_))
      return wrong("until", "the creator holds nothing that it could let go, expected no 'until'");
    return {};
  }

  Found pages() const {
    const auto& allowed = kind_ != nullptr ? kind_->backings : path_.backings_of(actor_);
    const bool unknown_kind = !actor_.kind.empty() && kind_ == nullptr;
    for (const int page : actor_.pages) {
      const PageSpec& spec = s_.pages[page];
      if (!unknown_kind && std::find(allowed.begin(), allowed.end(), spec.backing) == allowed.end())
        return wrong("pages", fmt::format("page '{}' is {}, which {} cannot work on, expected "
                                          "another",
                                          spec.name, backing_name(spec.backing),
                                          kind_ != nullptr ? "kind '" + actor_.kind + "'"
                                                           : "path '" + actor_.path + "'"));
      const bool lock_like = actor_.holds == Holds::lock || actor_.holds == Holds::writeback;
      if (lock_like && spec.backing != Backing::file)
        return wrong("holds", "a lock or writeback is expected on file pages only");
      if (actor_.holds == Holds::pin && spec.backing != Backing::anon)
        return wrong("holds", "a registered buffer is expected to be anonymous memory");
      if (auto found = user_of_object(page)) return found;
    }
    return file_range();
  }

  Found process() const {
    if (actor_.process.empty()) return {};
    if (path_.does(kKernelThread))
      return wrong("process", fmt::format("path '{}' is a kernel thread's, expected no 'process'",
                                          actor_.path));
    if (!idle_ || has_company(s_, actor_)) return {};
    return wrong("process", fmt::format("no other actor is of process '{}', expected several, or "
                                        "no 'process'",
                                        actor_.process));
  }

  /// A kernel object has one user.
  Found user_of_object(int page) const {
    if (s_.pages[page].backing != Backing::kernel) return {};
    for (int other = 0; other < index_; ++other)
      if (lists(s_.actors[other].pages, page))
        return wrong("pages", fmt::format("kernel object '{}' is used by '{}' already, expected "
                                          "one user",
                                          s_.pages[page].name, s_.actors[other].name));
    return {};
  }

  /// A range of a file has each page of a folio once.
  Found file_range() const {
    if (!path_.does(kFileRange) && (kind_ == nullptr || !kind_->page_cache)) return {};
    for (const int page : actor_.pages) {
      const PageSpec& spec = s_.pages[page];
      const auto times = std::count(actor_.pages.begin(), actor_.pages.end(), page);
      if (spec.backing == Backing::file && times > 1 << spec.order)
        return wrong("pages",
                     fmt::format("a range of a file has '{}' {} times, expected at most {}",
                                 spec.name, times, 1 << spec.order));
    }
    return {};
  }
};

Found ScenarioCheck::actor(int index) const { return ActorCheck(s_, index, kinds_, idle_).first(); }

void tidy_creator(const Scenario& s, ActorSpec& actor, const Kind& kind) {
  if (kind.backings.empty()) actor.async = false;
  if (kind.user_backed || all_kernel_objects(s, actor)) actor.holds = Holds::by_kind;
  if (kind.user_backed || !actor.async || !lets_go(s, actor, kind)) actor.until = Until::completion;
}

}  // namespace

std::optional<ScenarioProblem> problem(const Scenario& scenario, const Kinds& kinds) {
  return ScenarioCheck(scenario, kinds, Idle::refused).first();
}

std::optional<ScenarioProblem> impossible(const Scenario& scenario, const Kinds& kinds) {
  return ScenarioCheck(scenario, kinds, Idle::passed_over).first();
}

Scenario without_page(Scenario s, int page) {
  s.pages.erase(s.pages.begin() + page);
  each_page_list(s, [&](std::vector<int>& list) {
    std::erase(list, page);
    for (int& one : list) one -= one > page ? 1 : 0;
  });
  return s;
}

Scenario without_pipe(Scenario s, int pipe) {
  s.pipes.erase(s.pipes.begin() + pipe);
  each_pipe_name(s, [&](int& one) { one -= one > pipe ? 1 : 0; });
  return s;
}

Scenario tidied(Scenario s, const Kinds& kinds) {
  for (int page = static_cast<int>(s.pages.size()) - 1; page >= 0; --page)
    if (!page_matters(s, page)) s = without_page(std::move(s), page);
  for (int pipe = static_cast<int>(s.pipes.size()) - 1; pipe >= 0; --pipe)
    if (!pipe_matters(s, pipe)) s = without_pipe(std::move(s), pipe);
  for (ActorSpec& actor : s.actors)
    if (const Kind* kind = find_kind(kinds, actor.kind)) tidy_creator(s, actor, *kind);
  for (ActorSpec& actor : s.actors)
    if (!has_company(s, actor)) actor.process.clear();
  for (std::size_t i = 0; i < s.pages.size(); ++i) {
    const int page = static_cast<int>(i);
    s.pages[i].dirty = s.pages[i].dirty && dirty_matters(s, page);
    s.pages[i].stable = s.pages[i].stable && stable_matters(s, page, kinds);
  }
  if (!bias_matters(s)) s.bias = Scenario{}.bias;
  if (!has_reclaim(s) || s.without.contains("reclaim/pin-check")) s.reclaim_tests_pins.reset();
  const auto checks = s.without;
  for (const std::string& check : checks)
    if (!check_matters(s, check, kinds)) s.without.erase(check);
  return s;
}

}  // namespace pincheck
