// SPDX-License-Identifier: MIT
// From what a trace does not show, nothing is concluded: kinds of events that may not be enabled,
// tasks that may be filtered out, events that were lost.
#include <fmt/format.h>

#include <set>

#include "checker/testing/trace_support.hpp"

namespace pincheck::trace {
namespace {

using trace::Kernel;

std::string step(const char* kind, int time, int count, int val, int page = 0x77, int pid = 4) {
  return fmt::format(
      " io-{} [001] ..... 3.{:06}: page_ref_{}: pfn={:#x} flags=lru|swapbacked count={} mapcount=1 "
      "mapping=0000000000000000 mt=1 val={} ret={}\n",
      pid, time, kind, page, count, val,
      val < 0 && count == 0 ? 1
      : val > 0             ? 1
                            : 0);
}

test::Outcome seen(const std::string& text) { return test::outcome(text, Kernel::v6_12); }
/// The same, where all events are known to be enabled.
test::Outcome known(const std::string& text) {
  return seen(text + test::all_enabled(Kernel::v6_12));
}

TEST_CASE("trace: counts that do not add up prove nothing while a kind of step has no line") {
  for (const std::string& text : {
           // A get in between, of a kind that is not enabled.
           step("mod_and_test", 1, 5, -1) + step("mod_and_test", 2, 5, -1),
           // A pin.
           step("mod_unless", 1, 4, 1) + step("mod_and_test", 2, 3, -1024),
           // A put.
           step("mod", 1, 4, 1) + step("mod_unless", 2, 4, 1),
           // Half a pin, and its unpin.
           step("mod_unless", 1, 3, 1) + step("mod_and_test", 2, 2, -1024) +
               step("mod_and_test", 3, 1, -1),
       }) {
    INFO(text);
    CHECK(seen(text).good());
    CHECK_FALSE(known(text).good());
    // All kinds, but of one task: others may be filtered out.
    std::string filtered = text + test::all_enabled(Kernel::v6_12);
    filtered.replace(filtered.find("other-2"), 7, "other-4");
    CHECK(seen(filtered).good());
    CHECK(test::contains(test::report_of(seen(filtered)), "all lines are of one task"));
  }
}

TEST_CASE("trace: a change of a count is what its line says, not what lines before it add up to") {
  const test::Outcome wrong =
      known(step("mod_unless", 1, 3, 1) + step("mod_and_test", 2, 2, -1024));
  for (const auto& one : wrong.found.violations) {
    INFO(one.what);
    CHECK_FALSE(test::contains(one.what, "-1021"));
  }
  // What the kernel itself printed needs no other line.
  CHECK_FALSE(seen(step("mod_and_test", 1, -1, -1)).good());
  CHECK_FALSE(seen(step("mod", 1, 2, 1) + step("mod_and_test", 2, -1022, -1024)).good());
}

TEST_CASE("trace: a page that is freed with references proves nothing if puts may have no line") {
  const std::string text =
      step("mod", 1, 3, 1) + " io-4 [001] ..... 3.5: mm_page_free: page=0 pfn=0x77 order=0\n";
  CHECK(seen(text).good());
  CHECK_FALSE(known(text).good());
}

TEST_CASE("trace: a pin without an unpin proves nothing if no probe shows unpins") {
  const std::string pin =
      " io-4 [001] d.... 3.1: g: (try_grab_folio_fast+0x0/0x9) page=0x1dc0 refs=1 flags=0x80001 "
      "ref=2\n"
      " io-4 [001] d.... 3.2: g: (f+0x1/0x9 <- try_grab_folio_fast) folio=0x1dc0 ref=1026\n";
  const std::string unpins = "kprobes:gup_put\n";
  const std::string freed = " io-4 [001] ..... 3.3: mm_page_free: page=0 pfn=0x77 order=0\n";
  const std::string written =
      " wb-9 [001] ..... 3.3: w: (__folio_start_writeback+0x4/0x5) folio=0x1dc0 ref=1027\n";
  for (const std::string& then : {freed, written}) {
    CHECK(seen(pin + then).good());
    CHECK_FALSE(seen(fmt::format("{}{}{}", pin, then, unpins)).good());
  }
  // A profile lists probes, and whether they were hit: those that were are enabled.
  const auto profile = [](int hits) {
    return fmt::format("  {:<44} {:>15} {:>15}\n", "gup_put", hits, 0);
  };
  CHECK_FALSE(seen(pin + freed + profile(3)).good());
  CHECK(seen(pin + freed + profile(0)).good());
}

TEST_CASE("trace: NFS may put what it got where no probe shows it") {
  const auto call = [](int returned) {
    return fmt::format(
        " n-4 [001] ..... 3.1: n: (nfs_file_direct_write+0x4/0x5) iter=0x1 itertype=0\n"
        " n-4 [001] ..... 3.2: f: (gup_fast_fallback+0x0/0x1) nr=2 flags=0x2 start=0x1\n"
        " n-4 [001] d.... 3.3: g: (try_grab_folio+0x0/0x9) folio=0x1dc0 refs=1 flags=0x2 ref=2\n"
        " n-4 [001] ..... 3.4: f: (f+0x1/0x2 <- gup_fast_fallback) ret={}\n"
        " n-4 [001] ..... 3.5: n: (nfs_direct_release_pages+0x0/0xb) n=2 page0=0x1dc0\n",
        returned);
  };
  CHECK(seen(call(2)).good());
  CHECK_FALSE(seen(call(1)).good());
}

/// The name of the line's event, "" for others.
std::string event_of(const std::string& line) { return std::string(trace::parse_line(line).event); }

TEST_CASE("trace: without any one kind of event, or of one task only, nothing is made up") {
  for (const test::Captured& captured : test::all_captured()) {
    const auto lines = test::lines_of(captured.text);
    std::set<std::string> events;
    std::set<int> tasks;
    for (const std::string& line : lines) {
      if (!event_of(line).empty()) events.insert(event_of(line));
      tasks.insert(trace::parse_line(line).pid);
    }
    const auto without = [&](const auto& is_left_out, const std::string& what) {
      auto left = lines;
      std::erase_if(left, is_left_out);
      if (std::none_of(left.begin(), left.end(),
                       [](const auto& l) { return !event_of(l).empty(); }))
        return;
      const test::Outcome judged = test::outcome(test::joined(left), captured.kernel);
      INFO(captured.name << " without " << what << "\n" << test::report_of(judged));
      CHECK(judged.good());
    };
    for (const std::string& event : events)
      without([&](const std::string& line) { return event_of(line) == event; }, event);
    for (const int task : tasks)
      without(
          [&](const std::string& line) {
            return !event_of(line).empty() && trace::parse_line(line).pid != task;
          },
          fmt::format("tasks but {}", task));
  }
}

TEST_CASE("trace: what perf has lost is lost") {
  const std::string get =
      " io 4 [001] 3.000001: page_ref:page_ref_mod: pfn=0x77 flags= count=4 val=1\n";
  const std::string lost = " io 4 [001] 3.000002: PERF_RECORD_LOST lost 12\n";
  const std::string put =
      " io 4 [001] 3.000003: page_ref:page_ref_mod_and_test: pfn=0x77 flags= count=9 val=-1 "
      "ret=0\n";
  CHECK_FALSE(known(get + put).good());
  const test::Outcome judged = known(get + lost + put);
  CHECK(judged.good());
  CHECK(judged.trace.lost_events() == 12);
  CHECK(known(get + "[LOST 3 EVENTS]\n" + put).good());
  CHECK(known(get + "[MISSED EVENTS ON CPU 1]\n" + put).good());
  // At the end, of any time and CPU.
  CHECK(known(get + put + "Processed 900 events and lost 2 chunks!\n").good());
  // Another CPU's.
  const std::string other = " io 9 [002] 2.1: sched:sched_wakeup: pid=7\n";
  CHECK_FALSE(known(other + "CPU:2 [LOST 3 EVENTS]\n" + other + get + put).good());
}

}  // namespace
}  // namespace pincheck::trace
