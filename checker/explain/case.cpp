// SPDX-License-Identifier: MIT
#include "checker/explain/case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace pincheck::explain {
namespace {

/// "kfree()", but "RPC READ reply": not everything that acts is a function.
std::string name_of(const std::string& function) {
  const bool identifier = std::all_of(function.begin(), function.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_';
  });
  return identifier ? function + "()" : function;
}

/// "took a get", "mapped it": what was done to have the reference.
std::string took(const Event& how) {
  switch (how.to.kind) {
    case Reference::Kind::pte: return "mapped it";
    case Reference::Kind::buffers: return "attached its buffers";
    case Reference::Kind::cache:
    case Reference::Kind::kernel:
    case Reference::Kind::ring:
    case Reference::Kind::tmp_page:
    case Reference::Kind::request:
    case Reference::Kind::nobody: break;
  }
  if (how.kind == EventKind::allocated) return "allocated it";
  const bool had = how.from.kind == Reference::Kind::request && how.from.held == Held::get;
  return how.as == Held::pin && had ? "made its get a pin" : "took " + what(how.as);
}

/// The step's events up to this one. A page that is being freed still has its holders.
std::vector<Event> events_until(const story::StoryStep& step, const Event& last) {
  const auto at = std::find(step.events.begin(), step.events.end(), last);
  const bool seen = at != step.events.end() && last.kind != EventKind::freed;
  return {step.events.begin(), seen ? at + 1 : at};
}

}  // namespace

Case::Case(const story::Story& told, const System& made_of)
    : story(told), system(made_of), world(told.world), event(told.event) {
  const auto& steps = story.steps;
  if (story.at_end || steps.empty()) {
    holders = steps.empty() ? story.holders : steps.back().holders;
    return;
  }
  const auto& old = size() > 1 ? step(size() - 1).holders : story.holders;
  holders = story::holders_after(story.scenario, old, events_until(step(size()), event), size());
}

const Step& Case::program_step(int number) const {
  return system.step_of(step(number).before, step(number).choice.thread);
}

const Outcome& Case::taken(int number) const {
  return program_step(number).outcomes[step(number).choice.outcome];
}

int Case::page_of(int number) const {
  const World& before = step(number).before;
  return before.request[actor_of(number)].slot[before.thread[step(number).choice.thread].slot];
}

int Case::last(int end, const Question& test) const {
  for (int number = std::min(end, size() + 1) - 1; number > 0; --number)
    if (test(number)) return number;
  return 0;
}

int Case::last_set(int end, int page, PageFlag mask) const {
  return last(end, [&](int n) {
    return !step(n).before.page[page].has(mask) && step(n).after.page[page].has(mask);
  });
}

int Case::last_cleared(int end, int page, PageFlag mask) const {
  return last(end, [&](int n) {
    return step(n).before.page[page].has(mask) && !step(n).after.page[page].has(mask);
  });
}

int Case::last_unmapped(int end, int page) const {
  return last(end,
              [&](int n) { return step(n).before.mapped(page) && !step(n).after.mapped(page); });
}

int Case::flagged(int end, int actor, int mask) const {
  return last(end, [&](int n) {
    return !step(n).before.request[actor].has(mask) && step(n).after.request[actor].has(mask);
  });
}

int Case::previous(int number) const {
  return last(number, [&](int n) { return step(n).choice.thread == step(number).choice.thread; });
}

int Case::asked(int end, int thread, int page, Ask ask, int mask) const {
  return last(end, [&](int n) {
    if (step(n).choice.thread != thread || page_of(n) != page) return false;
    const auto& tests = taken(n).when;
    return std::any_of(tests.begin(), tests.end(), [&](const auto& test) {
      return test.ask == ask && (mask == 0 || (test.arg & mask) != 0);
    });
  });
}

const Event* Case::find(int number, EventKind kind, int page) const {
  for (const Event& one : step(number).events)
    if (one.kind == kind && one.page == page) return &one;
  return nullptr;
}

std::vector<story::Holder> Case::before(int number, int page) const {
  return story::holders_of(story, static_cast<std::size_t>(number - 1), page);
}

std::vector<story::Holder> Case::held() const {
  std::vector<story::Holder> out = holders;
  std::erase_if(out, [&](const story::Holder& one) { return one.what.page != event.page; });
  return out;
}

std::vector<story::Holder> Case::pinned_by() const {
  std::vector<story::Holder> out = held();
  std::erase_if(out, [](const story::Holder& one) { return one.what.held != Held::pin; });
  return out;
}

std::vector<story::Holder> Case::of_event(int number) const {
  std::vector<story::Holder> out = before(number, event.page);
  std::erase_if(out, [&](const story::Holder& one) {
    return one.what.kind != Reference::Kind::request || one.what.owner != event.actor ||
           one.what.place != event.slot || one.what.role != event.role;
  });
  return out;
}

std::vector<story::Holder> Case::of_request(const std::vector<story::Holder>& all, int actor) {
  std::vector<story::Holder> out = all;
  std::erase_if(out, [&](const story::Holder& one) {
    return one.what.kind != Reference::Kind::request || one.what.owner != actor ||
           one.what.role == Role::creator;
  });
  return out;
}

std::string Case::call(int number) const {
  return fmt::format("({}) {}", number, name_of(step(number).function));
}

std::string Case::call_by(int number) const {
  return fmt::format("{} by {}", call(number), step(number).actor);
}

std::string Case::call_with_outcome(int number) const {
  const std::string& outcome = step(number).outcome;
  return outcome.empty() ? call(number) : fmt::format("{}: {}", call(number), outcome);
}

std::string Case::acquisition(const story::Holder& holder) const {
  if (holder.since == 0) return holder.who + " is there from the start";
  const story::StoryStep& at = step(holder.since);
  const Event& how = holder.how;
  if (how.kind == EventKind::moved)
    return fmt::format("{} took over what nobody held, {} -> {}", call(holder.since),
                       at.before.page[how.page].ref, at.after.page[how.page].ref);
  return fmt::format("{} {}, {}", call(holder.since), took(how), counter(how));
}

std::string Case::held_by(const std::vector<story::Holder>& all) {
  std::vector<story::Holder> sorted = all;
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [](const story::Holder& a, const story::Holder& b) { return a.since < b.since; });
  std::string out;
  for (std::size_t i = 0; i < sorted.size();) {
    const int since = sorted[i].since;
    std::vector<std::string> names;
    for (; i < sorted.size() && sorted[i].since == since; ++i) names.push_back(sorted[i].who);
    out += (out.empty() ? "" : ", ") + in_words(names) +
           (since == 0 ? " from the start" : fmt::format(" since ({})", since));
  }
  return out.empty() ? "nobody" : out;
}

std::string Case::names_of(const std::vector<story::Holder>& all) {
  std::vector<std::string> names;
  for (const story::Holder& one : all) names.push_back(one.who);
  return names.empty() ? "nobody" : in_words(names);
}

std::string Case::still_held(const std::vector<story::Holder>& all) {
  if (all.empty()) return "nobody else holds it";
  return names_of(all) + (all.size() == 1 ? " still holds it" : " still hold it");
}

std::string what(Held held) { return held == Held::pin ? "a pin" : "a get"; }

std::string counter(const Event& event) {
  return fmt::format("{} -> {}", event.before, event.after);
}

std::string release_of(Held held) { return held == Held::pin ? "unpin_user_page()" : "put_page()"; }

}  // namespace pincheck::explain
