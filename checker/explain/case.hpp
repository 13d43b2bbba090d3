// SPDX-License-Identifier: MIT
// checker/explain: uses checker/story; used by checker/render, checker/trace.
// A violated story as explanations see it: questions about its steps, and words for them. Steps
// are numbered from 1; 0 means none, or the start.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "checker/story/story.hpp"
#include "properties/words.hpp"

namespace pincheck::explain {

using Lines = std::vector<std::string>;

class Case {
 public:
  Case(const story::Story&, const System&);

  const story::Story& story;
  const System& system;
  const World& world;                  ///< at the moment of the violation
  const Event& event;                  ///< the violation
  std::vector<story::Holder> holders;  ///< of all pages, at that moment

  /// The step of the violation; one past the last where it shows at the end.
  int now() const { return size() + (story.at_end ? 1 : 0); }
  int size() const { return static_cast<int>(story.steps.size()); }

  const story::StoryStep& step(int number) const { return story.steps[number - 1]; }
  const Step& program_step(int number) const;
  const Outcome& taken(int number) const;
  int actor_of(int number) const { return step(number).choice.thread / 2; }
  /// The page in the thread's current slot, kNoPage without one.
  int page_of(int number) const;

  using Question = std::function<bool(int number)>;
  /// The last step before `end` for which the test is true; 0 when there is none.
  int last(int end, const Question&) const;
  /// The last step before `end` that set, or cleared, one of the page's bits.
  int last_set(int end, int page, PageFlag mask) const;
  int last_cleared(int end, int page, PageFlag mask) const;
  /// The last step before `end` that took the page's last PTE away.
  int last_unmapped(int end, int page) const;
  /// The step before `end` that set one of the bits of the actor's request.
  int flagged(int end, int actor, int mask) const;
  /// The last step of the same thread before this one.
  int previous(int number) const;
  /// The last step before `end` in which the thread asked that about the page.
  int asked(int end, int thread, int page, Ask ask, int mask = 0) const;
  /// The step's first event of that kind on the page; null when there is none.
  const Event* find(int number, EventKind kind, int page) const;

  /// Who held the page just before the step.
  std::vector<story::Holder> before(int number, int page) const;
  /// Who holds the event's page at the moment of the violation.
  std::vector<story::Holder> held() const;
  /// Those of them that hold it by a pin.
  std::vector<story::Holder> pinned_by() const;
  /// The reference that the event's request has in the event's role, before step `number`.
  std::vector<story::Holder> of_event(int number) const;
  /// The actor's own references among them, without what it holds as the iterator's creator.
  static std::vector<story::Holder> of_request(const std::vector<story::Holder>&, int actor);

  std::string page(int index) const { return story.scenario.pages[index].name; }
  std::string actor(int index) const { return story.scenario.actors[index].name; }
  /// The event's.
  std::string page() const { return page(event.page); }
  std::string actor() const { return actor(event.actor); }
  /// Kernel function of the step that violates; empty at the end.
  std::string function() const { return story.at_end ? "" : story.steps.back().function; }
  std::string thread(int index) const { return thread_name(story.scenario, index); }
  /// "(4) nfs_direct_wait()".
  std::string call(int number) const;
  /// "(4) nfs_direct_wait() by splice".
  std::string call_by(int number) const;
  /// "(4) nfs_direct_wait(): SIGKILL", with the outcome when it has a name.
  std::string call_with_outcome(int number) const;
  /// "(4) nfs_create_request() took a get, 3 -> 4", or that it was there from the start.
  std::string acquisition(const story::Holder&) const;
  /// "the page cache and a PTE from the start, splice's get (extraction) since (4)".
  static std::string held_by(const std::vector<story::Holder>&);
  /// "the page cache, a PTE and dio's pin (extraction)".
  static std::string names_of(const std::vector<story::Holder>&);
  /// "the page cache and a PTE still hold it".
  static std::string still_held(const std::vector<story::Holder>&);
};

/// "a get" or "a pin"; and what releases it.
std::string what(Held);
std::string release_of(Held);
/// "3 -> 2".
std::string counter(const Event&);

}  // namespace pincheck::explain
