// SPDX-License-Identifier: MIT
// kprobe_profile names events as the user does.
#include <fmt/format.h>

#include "checker/testing/trace_support.hpp"
#include "checker/trace/coverage.hpp"

namespace pincheck::trace {
namespace {

using trace::Kernel;
using trace::What;

const std::string kPut =
    " a-1 [000] d.h1. 1.5: my_put: (gup_put_folio+0x0/0x9) folio=0x40 refs=1 flags=0x80000 "
    "ref=1026\n";
const std::string kGrab =
    " a-1 [000] d.... 1.4: grab_fast: (try_grab_folio_fast+0x0/0x9) page=0x40 refs=1 "
    "flags=0x80000 ref=2\n";

std::string row(const std::string& event, int missed) {
  return fmt::format("  {:<44} {:>15} {:>15}\n", event, 1000, missed);
}

test::Outcome read(const std::string& text) { return test::outcome(text, Kernel::v6_12); }

std::int64_t missed(const std::string& text, What what) {
  return read(text).trace.missed[static_cast<std::size_t>(what)];
}

std::string limits(const std::string& text) {
  return fmt::format("{}", fmt::join(trace::limits(read(text).trace), "\n"));
}

TEST_CASE("trace: a profile's names are those of the lines, wherever they are") {
  CHECK(missed(kPut + row("my_put", 3), What::gup_put) == 3);
  CHECK(missed(row("my_put", 1) + kPut + row("my_put", 3), What::gup_put) == 2);
  CHECK(missed(kGrab + row("gup_put", 3), What::gup_put) == 3);
  // An event about something else.
  CHECK(missed(kPut + " a-1 [000] d.h1. 1.5: theirs: (schedule+0x0/0x9) x=1\n" + row("theirs", 3),
               What::unpin) == 0);
  CHECK(test::contains(limits(kPut + row("my_put", 3)), "(my_put 3)"));
}

TEST_CASE("trace: a profile's event without a line may be of any function without one") {
  const std::string text = kGrab + row("grab_fast", 0) + row("theirs", 3);
  CHECK(missed(text, What::gup_put) == 3);
  CHECK(missed(text, What::grab) == 0);
  CHECK(missed(text + row("gup_put", 1), What::gup_put) == 1);
  CHECK(missed(kGrab + "theirs 5 3\n", What::gup_put) == 0);  // not as kprobe_profile prints it
}

TEST_CASE("trace: a probe without a line in the profile may have missed hits") {
  const std::string text = kGrab + kPut + row("grab_fast", 0);
  CHECK(test::contains(limits(text), "kprobe_profile has no line of my_put"));
  CHECK_FALSE(read(text).trace.profiled);
  CHECK(read(text + row("my_put", 0)).trace.profiled);
  CHECK_FALSE(test::contains(limits(text + row("my_put", 0)), "kprobe_profile"));
}

}  // namespace
}  // namespace pincheck::trace
