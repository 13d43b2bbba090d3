// SPDX-License-Identifier: MIT
#include "checker/story/holders.hpp"

#include <algorithm>
#include <tuple>

#include "properties/words.hpp"

namespace pincheck::story {
namespace {

using Kind = Reference::Kind;

/// As references_to() has it: a pipe's buffers are followed by its tmp_page.
bool comes_before(const Holder& a, const Holder& b) {
  const auto rank = [](const Reference& one) {
    const Kind group = one.kind == Kind::tmp_page ? Kind::ring : one.kind;
    return std::tuple(one.page, group, one.owner, one.kind, one.place, one.role);
  };
  return rank(a.what) < rank(b.what);
}

/// Follows events.
class Fold {
 public:
  Fold(const Scenario& scenario, std::vector<Holder>& held, int number)
      : scenario_(scenario), held_(held), number_(number) {}

  void hear(const Event& event) {
    Holder next{event.to, "", number_, event};
    if (event.from.kind != Kind::nobody) {
      const Holder old = take_out(event.from);
      if (event.kind == EventKind::moved && old.what == event.from) {
        next.since = old.since;
        next.how = old.how;
      }
    }
    if (event.kind == EventKind::freed) free(event.page);
    if (event.to.kind == Kind::nobody) return;
    take_out(event.to);
    next.who = holder_name(scenario_, next.what);
    held_.push_back(next);
  }

 private:
  const Scenario& scenario_;
  std::vector<Holder>& held_;
  int number_;

  /// The holder that goes, if there is one; buffers behind it move up.
  Holder take_out(const Reference& what) {
    const auto same = [&](const Holder& one) { return one.what == what; };
    const auto found = std::find_if(held_.begin(), held_.end(), same);
    if (found == held_.end()) return {};
    Holder old = *found;
    held_.erase(found);
    if (what.kind != Kind::ring) return old;
    for (Holder& one : held_)
      if (one.what.kind == Kind::ring && one.what.owner == what.owner &&
          one.what.place > what.place)
        --one.what.place;
    return old;
  }
  void free(int page) {
    std::erase_if(held_,
                  [&](const Holder& one) { return one.what.page == page && one.what.is_state(); });
  }
};

}  // namespace

std::vector<Holder> holders_in(const Scenario& scenario, const System& system, const World& world) {
  std::vector<Holder> all;
  for (int page = 0; page < system.pages; ++page)
    for (const Reference& one : references_to(world, page))
      all.push_back({one, holder_name(scenario, one)});
  return all;
}

std::vector<Holder> holders_after(const Scenario& scenario, std::vector<Holder> held,
                                  const std::vector<Event>& events, int number) {
  Fold fold(scenario, held, number);
  for (const Event& event : events) fold.hear(event);
  std::stable_sort(held.begin(), held.end(), comes_before);
  return held;
}

}  // namespace pincheck::story
