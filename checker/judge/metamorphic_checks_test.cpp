// SPDX-License-Identifier: MIT
// Taking a check out of the kernel never turns violated into holds, and a folio that the flusher
// writes is no better off than one that its owner writes.
#include "checker/testing/old_faults.hpp"

namespace pincheck::judge {
namespace {

using namespace test;

/// Checks that stand for something done, not for a check: without it, something is held for longer
/// or not dirtied, which may well hide what was violated.
const CheckSet kDeeds{
    "bio/check-dirty",
    "bio/release-merged",
    "bio/release-surplus",
    "ceph/cancel-before-put",
    "ceph/dirty-at-release",
    "fuse/dirty-at-release",
    "legacy/cleanup",
    "legacy/dirty-at-release",
    "legacy/drop-cur-on-error",
    "nfs-read/release-array-on-error",
    "nfs-read/release-request-on-error",
    "nfs-write/release-array-on-error",
    "nfs-write/release-request-on-error",
    "vmsplice/put-rest",
};

/// no-late-pin is about what comes after reclaim's test for pins; there is no such time without it.
PropertySet judged(const std::string& check) {
  return check == "reclaim/pin-check" ? safety() & ~bit("no-late-pin") : safety();
}

void one_check_less(const Compile& by) {
  const Question q = any_question();
  std::vector<std::string> checks = checks_of(q.scenario, q.convention);
  std::erase_if(checks, [](const std::string& check) { return kDeeds.contains(check); });
  RC_PRE(!checks.empty());
  const std::string check = DrawnChooser().one_of(checks);
  Question without = q;
  without.scenario.without.insert(check);
  const Answer before = answer_of(q, by, kFewStates);
  RC_PRE((before.violated & safety()) != 0U);
  check_none(lost_or_hidden(before, answer_of(without, by, kMoreStates)) & judged(check), q,
             without);
}

/// An owner that writes its folio back, with nothing but PG_writeback to keep it.
ActorSpec owner(int page) {
  ActorSpec actor;
  actor.name = "writer";
  actor.path = "direct-write";
  actor.caller = "bio";
  actor.kind = "xarray";
  actor.pages = {page};
  actor.async = true;
  return actor;
}
ActorSpec flusher(int page) {
  ActorSpec actor;
  actor.name = "writer";
  actor.path = "writeback";
  actor.pages = {page};
  return actor;
}

/// The page is dirty, since the flusher takes no other, has no buffers, without which the flusher
/// does not write it, and no other actor writes it back before; the flusher looks at no pins.
Question written_back(const ActorSpec& writer, const Question& q) {
  Question made = q;
  PageSpec& page = made.scenario.pages[writer.pages[0]];
  page.dirty = true;
  page.buffers = false;
  std::erase_if(made.scenario.actors, [&](const ActorSpec& actor) {
    return actor.path == "writeback" || actor.kind == "xarray";
  });
  made.scenario.actors.push_back(writer);
  made.convention.writeback_skips_pinned = false;
  made.convention.rows.insert(made.convention.rows.begin(), {"bio", "xarray", {}, Row{}});
  return made;
}

/// What breaks an owner's writeback breaks the flusher's.
void another_writer(const Compile& by) {
  Question q = any_question({{"truncate", "reclaim", "munmap", "store"}, 2, 1, 0});
  RC_PRE(q.scenario.pages[0].backing == Backing::file);
  const std::vector<std::string> checks = checks_of(q.scenario, q.convention);
  DrawnChooser choose;
  if (!checks.empty()) q.scenario.without.insert(choose.one_of(checks));
  const Question by_owner = written_back(owner(0), q);
  const Question by_flusher = written_back(flusher(0), q);
  const PropertySet about = bit("not-freed-while-in-use");
  const Answer before = answer_of(by_owner, by, kFewStates);
  RC_PRE((before.violated & about) != 0U);
  check_none(lost_or_hidden(before, answer_of(by_flusher, by, kMoreStates)) & about, by_owner,
             by_flusher);
}

}  // namespace

TEST_CASE("a check that is taken out hides no violation", "[metamorphic]") {
  check_law(one_check_less, 2000);
}

TEST_CASE("a batch that keeps its folio is found by another writer", "[metamorphic]") {
  check_law(another_writer, 500);
  CHECK(finds(another_writer, with_fault(batch_keeps_folio)));
}

}  // namespace pincheck::judge
