// SPDX-License-Identifier: MIT
// Traces that are cut or damaged anywhere: what cannot be read is not judged.
#include <fmt/format.h>

#include "checker/testing/trace_support.hpp"
#include "checker/trace/coverage.hpp"
#include "model/base/input.hpp"

namespace pincheck::trace {
namespace {

using trace::Kernel;

std::string report(const test::Outcome& outcome) {
  const std::string file = "test";
  return trace::trace_text({outcome.trace, outcome.found, file});
}

std::string limits_of(const test::Outcome& outcome) {
  return fmt::format("{}", fmt::join(trace::limits(outcome.trace), "\n"));
}

TEST_CASE("trace: cut at any byte, it shows no violation") {
  for (const test::Captured& captured : test::all_captured()) {
    // Every part of every line gets its turn in one of the traces.
    const std::size_t first_event = captured.text.find(": ", captured.text.find("[00")) + 200;
    for (std::size_t size = first_event; size < captured.text.size(); size += 7) {
      const test::Outcome judged = test::outcome(captured.text.substr(0, size), captured.kernel);
      INFO(captured.name << " cut at byte " << size << "\n" << report(judged));
      CHECK(judged.good());
      CHECK(judged.trace.cut == (captured.text[size - 1] != '\n'));
    }
  }
}

TEST_CASE("trace: cut in the middle of a line, it says so") {
  const test::Captured captured = test::captured("6.12-write");
  const std::size_t ref = captured.text.rfind(" ref=");
  const test::Outcome judged = test::outcome(captured.text.substr(0, ref + 6), captured.kernel);
  CHECK(test::contains(limits_of(judged), "ends in the middle of a line"));
  CHECK_FALSE(test::contains(limits_of(test::outcome(captured.text, captured.kernel)), "middle"));
}

TEST_CASE("trace: where one CPU's lines are cut off, what the others do later proves nothing") {
  // Per-CPU buffers, one after the other: the release is in what is cut off.
  std::vector<std::string> lines = test::lines_of(test::captured("6.12-write").text);
  std::stable_partition(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find("bio_release") == std::string::npos &&
           line.find("unpin_folio") == std::string::npos &&
           line.find("gup_put") == std::string::npos;
  });
  lines.insert(lines.begin() + 4, " x-9 [003] ..... 99.5: mm_page_free: page=0 pfn=0x3696 order=0");
  const std::string text = "kprobes:gup_put\n" + test::joined(lines);
  const std::size_t release = text.find("bio_release");
  CHECK_FALSE(test::outcome(text.substr(0, text.rfind('\n', release) + 1), Kernel::v6_12).good());
  CHECK(test::outcome(text.substr(0, release), Kernel::v6_12).good());
}

TEST_CASE("trace: where most lines cannot be read, nothing is concluded") {
  const test::Captured captured = test::captured("6.12-write");
  const auto lines = static_cast<int>(test::lines_of(captured.text).size());
  const auto with_noise = [&](int noise) {
    std::string text = captured.text;
    for (int i = 0; i < noise; ++i) text += "the guest's console says more\n";
    return report(test::outcome(text, captured.kernel));
  };
  CHECK(test::contains(with_noise(lines + 1), "\nnothing can be concluded: "));
  CHECK(test::contains(with_noise(lines / 2), "\nnothing violated, nothing open\n"));
}

/// The line without the value of its field at `equals`.
std::string without_value(std::string line, std::size_t equals) {
  const std::size_t end = std::min(line.find(' ', equals), line.size());
  return line.replace(equals + 1, end - equals - 1, "?");
}

TEST_CASE("trace: a line with a field that is damaged is not judged by defaults") {
  int unread = 0;
  for (const test::Captured& captured : test::all_captured()) {
    const auto lines = test::lines_of(captured.text);
    for (std::size_t i = 0; i < lines.size(); ++i)
      for (std::size_t equals = lines[i].find('='); equals != std::string::npos;
           equals = lines[i].find('=', equals + 1)) {
        if (lines[i][0] == '#') continue;
        auto damaged = lines;
        damaged[i] = without_value(lines[i], equals);
        const test::Outcome judged = test::outcome(test::joined(damaged), captured.kernel);
        INFO(captured.name << ": " << damaged[i] << "\n" << report(judged));
        CHECK(judged.good());
        unread += judged.trace.unread.empty() ? 0 : 1;
      }
  }
  CHECK(unread > 500);
}

/// The trace with other arguments of one probe, of its returns too or not.
std::string bare(const test::Captured& captured, const test::Outcome& whole, std::size_t probe,
                 bool returns) {
  auto lines = test::lines_of(captured.text);
  for (const auto& record : whole.trace.records) {
    if (record.probe != probe || (record.returns && !returns)) continue;
    std::string& line = lines[record.line - 1];
    line = line.substr(0, line.rfind(' ', line.find('='))) + " arg1=0x1";
  }
  return test::joined(lines);
}

TEST_CASE("trace: probes with arguments of one's own are of no use, and accuse nobody") {
  for (const test::Captured& captured : test::all_captured()) {
    const test::Outcome whole = test::outcome(captured.text, captured.kernel);
    for (std::size_t probe = 0; probe < trace::probes().size(); ++probe)
      for (const bool returns : {false, true}) {
        if (trace::probes()[probe].symbol.empty()) continue;
        const test::Outcome judged =
            test::outcome(bare(captured, whole, probe, returns), captured.kernel);
        INFO(captured.name << " without arguments of " << trace::probes()[probe].name << "\n"
                           << report(judged));
        CHECK(judged.good());
      }
  }
  const test::Outcome none = test::outcome(
      " a-1 [000] d..1. 1.5: mine: (try_grab_folio_fast+0x0/0x9) arg1=0x40\n", Kernel::v6_12);
  CHECK(test::contains(limits_of(none), "line 1: mine lacks page, refs, flags"));
  CHECK(test::contains(report(none), "pin-unpin-balanced             no: no line of grab_fast"));
}

TEST_CASE("trace: a return probe where there is none of ours changes nothing") {
  // try_grab_folio() of 6.12 returns 0 for success, gup_put_folio() returns nothing.
  const auto line = [](const char* event) {
    return fmt::format(" a-1 [000] d..1. 1.5: {}\n", event);
  };
  const std::string pin =
      line("s: (try_grab_folio+0x0/0x9) folio=0x40 refs=1 flags=0x80000 ref=2") +
      line("s_ret: (follow_page_pte+0x1/0x2 <- try_grab_folio) ret=0");
  CHECK(test::row_of(test::outcome(pin, Kernel::v6_12).found, trace::Caller::gup, "user memory")
            .pinned == 1);
  const std::string unpin =
      line("p: (gup_put_folio+0x0/0x9) folio=0x40 refs=1 flags=0x80000 ref=1026") +
      line("p_ret: (unpin_user_folio+0x1/0x2 <- gup_put_folio) folio=0x40 refs=1 flags=0x80000");
  const test::Outcome both = test::outcome(pin + unpin, Kernel::v6_12);
  CHECK(both.good());
  CHECK(both.trace.ignored == 2);
  CHECK(test::row_of(both.found, trace::Caller::gup, "user memory").unpinned == 1);
}

}  // namespace
}  // namespace pincheck::trace
