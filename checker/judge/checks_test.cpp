// SPDX-License-Identifier: MIT
// Every check of the model, taken out: a property that held is violated. The list must be complete.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <set>

#include "checker/judge/campaign.hpp"
#include "checker/search/coverage.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::judge {
namespace {

struct CheckCase {
  std::string check;
  std::string convention;
  std::string property;
  std::string scenario;  ///< pages, pipes and actors
  std::string also{};    ///< another check that would do in its place, and is not there either
  std::string but_by{};  ///< violations by way of this step are known, and do not count
};

const std::string kAnon =
    R"(page = [{ name = "a", backing = "anon" }, { name = "b", backing = "anon" }]
)";
const std::string kOneAnon = R"(page = [{ name = "a", backing = "anon" }]
)";
const std::string kFile = R"(page = [{ name = "f", backing = "file" }]
)";
const std::string kExt4 = R"(page = [{ name = "f", backing = "file", buffers = true }]
)";

const std::string kDirty = R"(page = [{ name = "f", backing = "file", dirty = true }]
)";
const std::string kDirtyExt4 =
    R"(page = [{ name = "f", backing = "file", dirty = true, buffers = true }]
)";

std::string io(const std::string& path, const std::string& caller, const std::string& kind,
               const std::string& pages, const std::string& more = "") {
  return fmt::format("[[actor]]\npath = \"{}\"\ncaller = \"{}\"\nkind = \"{}\"\npages = [{}]\n{}\n",
                     path, caller, kind, pages, more);
}

std::string on_page(const std::string& path) {
  return fmt::format("[[actor]]\npath = \"{}\"\npages = [\"f\"]\n", path);
}

/// A read into a mapped file page, and writeback that may come between.
std::string read_and_flush(const std::string& caller) {
  return kFile + io("direct-read", caller, "ubuf", "\"f\"") + on_page("writeback");
}

const std::string kTwo = R"("a", "b")";

const std::vector<CheckCase> kCases{
    {"bio/release-surplus", "linux-6.1", "get-put-balanced",
     kAnon + io("direct-write", "bio", "iovec", kTwo)},
    {"bio/release-surplus", "linux-6.12", "pin-unpin-balanced",
     kAnon + io("direct-write", "bio", "iovec", kTwo)},
    {"bio/release-merged", "linux-6.1", "get-put-balanced",
     kOneAnon + io("direct-write", "bio", "iovec", R"("a", "a")")},
    {"bio/check-dirty", "linux-6.12", "dirty-not-lost", read_and_flush("bio")},
    {"legacy/cleanup", "linux-6.1", "get-put-balanced",
     kAnon + io("direct-write", "legacy", "iovec", kTwo)},
    {"legacy/drop-cur-on-error", "linux-6.12", "pin-unpin-balanced",
     kAnon + io("direct-write", "legacy", "iovec", kTwo)},
    {"legacy/dirty-at-release", "linux-6.12", "dirty-not-lost", read_and_flush("legacy"), "",
     "legacy/zero-hole"},
    {"nfs-read/release-array-on-error", "linux-6.12", "get-put-balanced",
     kAnon + io("direct-read", "nfs-read", "iovec", kTwo)},
    {"nfs-read/release-request-on-error", "linux-6.12", "get-put-balanced",
     kAnon + io("direct-read", "nfs-read", "iovec", kTwo)},
    {"nfs-write/release-array-on-error", "linux-6.1", "get-put-balanced",
     kAnon + io("direct-write", "nfs-write", "iovec", kTwo)},
    {"nfs-write/release-request-on-error", "pin-everywhere", "pin-unpin-balanced",
     kAnon + io("direct-write", "nfs-write", "iovec", kTwo)},
    {"fuse/dirty-at-release", "linux-6.12", "dirty-not-lost", read_and_flush("fuse")},
    {"ceph/dirty-at-release", "linux-6.12", "dirty-not-lost", read_and_flush("ceph")},
    {"ceph/cancel-before-put", "linux-6.12", "not-freed-while-in-use",
     R"(page = [{ name = "p", backing = "pipe" }]
)" + io("direct-read", "ceph", "bvec", "\"p\"")},
    {"ceph/cancel-before-put", "pin-everywhere", "pin-covers-io",
     kOneAnon + io("direct-read", "ceph", "ubuf", "\"a\"")},
    {"gup/add-unless-zero", "linux-6.12", "not-freed-while-in-use",
     kFile + io("direct-write", "bio", "ubuf", "\"f\"") + on_page("reclaim")},
    {"gup/recheck-pte", "linux-6.12", "no-late-pin",
     kFile + io("direct-write", "legacy", "ubuf", "\"f\"") + on_page("reclaim")},
    {"reclaim/folio-lock", "linux-6.12", "not-freed-while-in-use",
     kFile + io("direct-read", "bio", "xarray", "\"f\"", "async = true") + on_page("reclaim")},
    {"reclaim/writeback-check", "linux-6.12", "not-freed-while-in-use",
     kFile + io("direct-write", "ceph", "xarray", "\"f\"", "async = true") + on_page("reclaim")},
    {"reclaim/writeback-check", "linux-6.12", "not-freed-while-in-use",
     kDirty + on_page("writeback") + on_page("reclaim")},
    {"reclaim/release-tests-writeback", "linux-6.12", "not-freed-while-in-use",
     kDirtyExt4 + on_page("writeback") + on_page("reclaim"), "reclaim/writeback-check"},
    {"reclaim/pin-check", "linux-6.12", "no-dirty-after-clean",
     kExt4 + io("direct-read", "bio", "ubuf", "\"f\"") + on_page("writeback") + on_page("reclaim")},
    {"reclaim/dirty-check", "linux-6.12", "dirty-not-lost",
     kExt4 + io("direct-read", "bio", "ubuf", "\"f\"") + on_page("reclaim") + on_page("writeback"),
     "reclaim/release-tests-dirty"},
    {"reclaim/release-tests-dirty", "linux-6.12", "dirty-not-lost",
     kExt4 + io("direct-read", "bio", "ubuf", "\"f\"") + on_page("reclaim") + on_page("writeback"),
     "reclaim/dirty-check"},
    {"reclaim/dirty-recheck", "linux-6.12", "dirty-not-lost",
     kFile + io("direct-read", "nfs-read", "ubuf", "\"f\"") + on_page("writeback") +
         on_page("reclaim")},
    {"reclaim/freeze", "linux-6.12", "freeze-sound",
     kFile + io("direct-write", "nfs-write", "ubuf", "\"f\"") + on_page("reclaim")},
    {"tee/try-get", "linux-6.12", "no-overflow",
     R"(width = 12
page = [{ name = "a", backing = "anon" }]
pipe = [{ name = "p", holds = ["a"] }, { name = "q" }]
)" + io("direct-write", "bio", "ubuf", "\"a\"", "async = true") +
         io("direct-write", "bio", "ubuf", "\"a\"", "async = true") +
         "[[actor]]\npath = \"tee\"\npipe = \"p\"\nto = \"q\"\n"},
    {"truncate/wait-writeback", "linux-6.12", "not-freed-while-in-use",
     kFile + io("direct-write", "ceph", "xarray", "\"f\"", "async = true") + on_page("truncate")},
    {"truncate/wait-writeback", "linux-6.12", "not-freed-while-in-use",
     kDirty + on_page("writeback") + on_page("truncate")},
    {"vmsplice/put-rest", "linux-6.12", "get-put-balanced",
     R"(page = [{ name = "a", backing = "anon" }, { name = "b", backing = "anon" }, { name = "p", backing = "pipe" }]
pipe = [{ name = "r", holds = ["p", "p", "p"] }]
[[actor]]
path = "vmsplice"
pages = ["a", "b", "a"]
pipe = "r"
)"},
};

/// Violated in a run that does not come by the known step.
bool violated_otherwise(const Scenario& s, const CheckCase& one, int schedules) {
  Catalogue catalogue;
  const System system = compile(s, test::convention(one.convention), test::model(), catalogue);
  const int property = property_index(one.property);
  for (int seed = 1; seed <= schedules; ++seed) {
    Run run(system);
    search::Scheduler scheduler;
    scheduler.start(search::Rng(static_cast<std::uint64_t>(seed)), system.thread_count(), seed % 4,
                    40);
    bool known = false;
    while (!run.ended()) {
      const Choice choice = scheduler.pick(system, run.world(), run.choices());
      known = known || system.step_of(run.world(), choice.thread).name == one.but_by;
      run.take(choice);
    }
    run.finish();
    if (!known && (run.violated() >> property & 1) != 0) return true;
  }
  return false;
}

/// What the property's violation looks like when it was there before: none of the two runs of a
/// narrow counter differ but by the check.
bool violated_in(const Scenario& s, const CheckCase& one, int schedules) {
  if (!one.but_by.empty()) return violated_otherwise(s, one, schedules);
  return test::violates(test::run(s, test::convention(one.convention), schedules), one.property);
}

}  // namespace

TEST_CASE("taking a check out violates a property that held", "[checks]") {
  constexpr int kSchedules = 20000;
  for (const CheckCase& one : kCases) {
    INFO(one.check << " under " << one.convention << ": " << one.property);
    Scenario s = test::scenario("name = \"check\"\n" + one.scenario);
    if (!one.also.empty()) s.without.insert(one.also);
    const bool overflow = one.property == "no-overflow";  // reached by the pins alone as well
    if (!overflow) CHECK_FALSE(violated_in(s, one, kSchedules));
    s.without.insert(one.check);
    CHECK(violated_in(s, one, kSchedules));
  }
}

TEST_CASE("tee refuses a page whose count has wrapped", "[checks]") {
  // The pins' own overflow is the same with and without the check; the get after it is not.
  for (const CheckCase& one : kCases) {
    if (one.check != "tee/try-get") continue;
    Catalogue catalogue;
    for (const bool checked : {true, false}) {
      Scenario s = test::scenario("name = \"check\"\n" + one.scenario);
      if (!checked) s.without.insert(one.check);
      const System system = compile(s, test::convention(one.convention), test::model(), catalogue);
      bool got_a_wrapped_page = false;
      for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        Run run(system);
        search::Scheduler scheduler;
        scheduler.start(search::Rng(seed), system.thread_count(), 2, 30);
        while (!run.ended()) {
          const Choice choice = scheduler.pick(system, run.world(), run.choices());
          const Step& step = system.step_of(run.world(), choice.thread);
          const bool wrapped = run.world().page[0].ref < 0;
          if (wrapped && step.name == "tee/pipe-buf-get" &&
              step.outcomes[choice.outcome].name == "duplicated")
            got_a_wrapped_page = true;
          run.take(choice);
        }
      }
      CHECK(got_a_wrapped_page != checked);
    }
  }
}

TEST_CASE("every check of the model is in the list", "[checks]") {
  Catalogue catalogue;
  search::list_everything(shipped_conventions(test::model().kinds), test::model(), catalogue);
  std::set<std::string> tested;
  for (const CheckCase& one : kCases) tested.insert(one.check);
  CHECK(tested == catalogue.checks());
}

}  // namespace pincheck::judge
