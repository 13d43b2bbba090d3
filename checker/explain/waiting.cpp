// SPDX-License-Identifier: MIT
// Requests that get nowhere: refused, waiting for ever, or going round.
#include <fmt/format.h>

#include <algorithm>

#include "checker/explain/explanations.hpp"
#include "properties/run.hpp"

namespace pincheck::explain {
namespace {

/// "which splice has held since (3)", from the step that set the bit.
std::string since(const Case& c, int number, std::string_view has) {
  if (number == 0) return fmt::format("{} from the start", has);
  return fmt::format("which {} has {} since ({})", c.step(number).actor, has, number);
}

/// What would make the test come out as it must, in words; "" for tests nobody waits for.
std::string wanted(const Case& c, const World& world, int thread, const Test& test, int end) {
  const int page = world.request[thread / 2].slot[world.thread[thread].slot];
  if (test.ask == Ask::page_has && !test.expect && page != kNoPage) {
    if (test.arg == kLocked)
      return fmt::format("the lock of page {}, {}", c.page(page),
                         since(c, c.last_set(end, page, kLocked), "held"));
    if (test.arg == kWriteback)
      return fmt::format("the end of writeback of page {}, {}", c.page(page),
                         since(c, c.last_set(end, page, kWriteback), "had under way"));
  }
  if (test.ask == Ask::pipe_locked && !test.expect) {
    const int locked = c.last(end, [&](int n) {
      return c.step(n).before.pipe[test.arg].locked == 0 &&
             c.step(n).after.pipe[test.arg].locked != 0;
    });
    return fmt::format("the pipe's lock, {}", since(c, locked, "held"));
  }
  if (test.ask == Ask::request_has && test.expect) {
    if ((test.arg & kCompleted) != 0) return "the completion of its request";
    if ((test.arg & kDeviceDone) != 0) return "its device";
    if ((test.arg & kScheduled) != 0) return "its submitter, who has not scheduled all of it";
  }
  return "";
}

/// What the thread's step waits for in this world: the tests that keep its outcomes from it.
std::string waits_for(const Case& c, const World& world, int thread, int end) {
  std::vector<std::string> reasons;
  for (const Outcome& outcome : c.system.step_of(world, thread).outcomes) {
    for (const Test& test : outcome.when) {
      if (holds(c.system, world, thread, test)) continue;
      const std::string reason = wanted(c, world, thread, test, end);
      const bool known = std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
      if (!reason.empty() && !known) reasons.push_back(reason);
    }
  }
  return reasons.empty() ? "what nobody brings about" : in_words(reasons);
}

/// One line for each thread that has begun and cannot take a step.
Lines waiting(const Case& c, const World& world) {
  Lines lines;
  for (int thread = 0; thread < c.system.thread_count(); ++thread) {
    const bool there = !absent_or_done(c.system, world, thread / 2);
    if (!there || c.system.finished(world, thread) || idle(c.system, world, thread)) continue;
    Choices choices;
    enabled(c.system, world, thread, choices);
    if (choices.size != 0) continue;
    lines.push_back(fmt::format("{} waits in {}() for {}", c.thread(thread),
                                c.system.step_of(world, thread).function,
                                waits_for(c, world, thread, c.size() + 1)));
  }
  return lines;
}

Lines why_refused(const Case& c) {
  const int now = c.now();
  const Meeting& met = c.system.met[c.event.actor];
  const std::string caller = c.story.scenario.actors[c.event.actor].caller;
  const auto& tests = c.taken(now).when;
  const bool asked_page = std::any_of(tests.begin(), tests.end(), [](const auto& test) {
    return test.ask == Ask::backing_is && test.expect;
  });
  Lines lines;
  if (asked_page)
    lines.push_back(fmt::format("{} says no to page {}: it is a slab page", c.call(now),
                                c.page(c.page_of(now))));
  else
    lines.push_back(fmt::format("{} has {} refuse {} iterators: -EINVAL, before a page is taken",
                                c.story.convention, caller, met.kind));
  const char* takes = met.baseline_takes == Take::none  ? "takes no reference"
                      : met.baseline_takes == Take::pin ? "takes a pin per page"
                                                        : "takes a get per page";
  lines.push_back(fmt::format("the baseline, {}, {} and does the I/O", met.baseline, takes));
  return lines;
}

Lines why_stuck(const Case& c) { return waiting(c, c.world); }

Lines why_going_round(const Case& c) {
  Lines lines;
  for (int thread = 0; thread < c.system.thread_count(); ++thread) {
    std::vector<std::string> rounds;
    for (int n = c.story.cycle; n <= c.size(); ++n)
      if (c.step(n).choice.thread == thread)
        rounds.push_back(
            fmt::format("{}, for {}", c.call(n), waits_for(c, c.step(n).before, thread, n)));
    if (!rounds.empty())
      lines.push_back(fmt::format("{} goes round in {}", c.thread(thread), in_words(rounds)));
  }
  for (std::string& line : waiting(c, c.world)) lines.push_back(std::move(line));
  return lines;
}

std::string refused(const Case& c) {
  return fmt::format("{}() refuses the request of {}, which the baseline takes", c.function(),
                     c.actor());
}

std::string stuck(const Case& c) {
  return fmt::format("{} waits for ever: nobody can take a step", c.actor());
}

std::string going_round(const Case& c) {
  return fmt::format(
      "steps {} to {} can repeat for ever; after step {} no schedule without faults comes to an "
      "end",
      c.story.cycle, c.size(), c.story.doomed);
}

}  // namespace

const Words words::not_refused{refused, why_refused};
const Words words::completes{stuck, why_stuck};
const Words words::livelock{going_round, why_going_round};

}  // namespace pincheck::explain
