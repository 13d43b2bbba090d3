// SPDX-License-Identifier: MIT
// What a kernel with CONFIG_DEBUG_PAGE_REF printed (corpus/traces/steps) is what the model says,
// step by step; and a comparison is not satisfied with less.
#include "checker/predict/steps.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"
#include "checker/testing/trace_support.hpp"

namespace pincheck::predict {
namespace {

/// A comparison, and the text that it points into.
struct Compared {
  std::shared_ptr<const std::string> text;
  StepComparison steps;
};

Compared compared(const std::string& text, const std::string& convention = "linux-6.12") {
  auto kept = std::make_shared<const std::string>(text);
  const auto trace = trace::read_trace(*kept, "test", trace::Kernel::v6_12);
  const Case one = find_cases({marked_case(trace, "test").name}, test::model().kinds).front();
  const Prediction prediction = predict(one, test::convention(convention), test::model());
  return {kept, compare_steps(trace, "test", prediction)};
}

std::vector<std::string> captured_steps() {
  std::vector<std::string> files;
  const std::string folder = test::variable("PINCHECK_SOURCE_DIR") + "/corpus/traces/steps";
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

/// One page of ext4-write on 6.12, with room between its steps.
const std::vector<std::string> kWrite{
    " p-1 [000] ..... 1.0: tracing_mark_write: case ext4-write pages=0x9",
    " p-1 [000] ..... 2.0: page_ref_mod_unless: pfn=0x9 count=2 val=1 ret=1",
    " p-1 [000] ..... 2.1: <stack trace>",
    " => gup_fast_fallback",
    " p-1 [000] ..... 3.0: page_ref_mod: pfn=0x9 count=1025 val=1023",
    " p-1 [000] ..... 4.0: page_ref_mod_and_test: pfn=0x9 count=1 val=-1024 ret=0",
    " p-1 [000] ..... 4.1: <stack trace>",
    " => __bio_release_pages+0x12/0x34",
    " => bio_endio",
    " p-1 [000] ..... 5.0: tracing_mark_write: call 0",
    " p-1 [000] ..... 6.0: tracing_mark_write: end"};

std::string step(const std::string& time, int count, int val, const std::string& function = "") {
  std::string out =
      fmt::format(" p-1 [000] ..... {}: page_ref_mod: pfn=0x9 count={} val={}\n", time, count, val);
  if (!function.empty())
    out += fmt::format(" p-1 [000] ..... {}: <stack trace>\n => {}\n", time, function);
  return out;
}

/// kWrite with text put before the line.
std::string with(const std::string& text, std::size_t before) {
  auto lines = kWrite;
  lines[before] = text + lines[before];
  return test::joined(lines);
}

constexpr std::size_t kUnpin = 5;  // its line in kWrite
constexpr std::size_t kCall = 9;

}  // namespace

TEST_CASE("steps: what a booted kernel did is what the model says") {
  const auto files = captured_steps();
  CHECK(files.size() >= 16);
  std::size_t named = 0;
  for (const std::string& file : files) {
    const Compared one = compared(trace::read_text(file));
    INFO(steps_text({one.steps}));
    CHECK(one.steps.agrees());
    for (const SyscallSteps& syscall : one.steps.syscalls)
      for (const PageSteps& page : syscall.pages)
        named += static_cast<std::size_t>(std::count_if(page.steps.begin(), page.steps.end(),
                                                        [](const auto& s) { return s.named; }));
  }
  CHECK(named > files.size());
}

TEST_CASE("steps: a line of a captured trace removed, doubled or changed is seen") {
  for (const std::string& file : captured_steps()) {
    const auto lines = test::lines_of(trace::read_text(file));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].find(": page_ref_") == std::string::npos) continue;
      INFO(file << ": " << lines[i]);
      auto removed = lines;
      removed[i].clear();
      CHECK_FALSE(compared(test::joined(removed)).steps.agrees());
      auto doubled = lines;
      doubled[i] += "\n" + lines[i];
      CHECK_FALSE(compared(test::joined(doubled)).steps.agrees());
      auto changed = lines;
      changed[i].insert(lines[i].find_first_of("0123456789", lines[i].find(" val=")), "7");
      CHECK_FALSE(compared(test::joined(changed)).steps.agrees());
    }
  }
}

TEST_CASE("steps: each is known by its order and its function") {
  const Compared one = compared(test::joined(kWrite));
  REQUIRE(one.steps.syscalls.size() == 1);
  REQUIRE(one.steps.syscalls[0].pages.size() == 1);
  const PageSteps& page = one.steps.syscalls[0].pages[0];
  CHECK(page.agrees);
  REQUIRE(page.steps.size() == 3);
  CHECK(page.steps[0].functions == std::vector<std::string_view>{"gup_fast_fallback"});
  CHECK(page.steps[1].functions.empty());
  CHECK(page.steps[2].functions ==
        std::vector<std::string_view>{"__bio_release_pages", "bio_endio"});
  CHECK(page.steps[2].named);
  CHECK_FALSE(compared(test::joined(kWrite), "linux-6.1").steps.agrees());
}

TEST_CASE("steps: other references may come and go, and no more than that") {
  const std::string got = step("3.1", 1026, 1, "folio_batch_add");
  const std::string put = step("3.2", 1025, -1, "lru_add_drain");
  const Compared both = compared(with(got + put, kUnpin));
  CHECK(both.steps.agrees());
  CHECK_THAT(steps_text({both.steps}), Catch::Contains("(transient)") &&
                                           Catch::Contains("lru_add_drain") &&
                                           Catch::Contains("2 transient ones"));
  CHECK_FALSE(compared(with(got, kUnpin)).steps.agrees());
  CHECK_FALSE(compared(with(put, kUnpin)).steps.agrees());
  CHECK_FALSE(compared(with(step("3.1", 1024, -1) + step("3.2", 1025, 1), kUnpin)).steps.agrees());
  // Beyond the call's end it is the next call's.
  CHECK_FALSE(compared(with(got, kUnpin) + step("7.0", 1, -1)).steps.agrees());
}

TEST_CASE("steps: the function tells which of two equal steps was predicted") {
  const std::string first = step("3.1", 1, -1024, "somebody");
  const std::string again = step("3.2", 1025, 1024, "somebody");
  const Compared one = compared(with(again + first, kUnpin));
  for (const SeenStep& seen : one.steps.syscalls[0].pages[0].steps)
    if (seen.change == -1024) CHECK(seen.predicted.has_value() == seen.named);
}

TEST_CASE("steps: a failed add-unless and other pages are no steps") {
  const std::string failed =
      " p-1 [000] ..... 3.1: page_ref_mod_unless: pfn=0x9 count=0 val=1 ret=0\n";
  const std::string other = " p-1 [000] ..... 3.2: page_ref_mod: pfn=0x8 count=5 val=1\n";
  CHECK(compared(with(failed + other, kCall)).steps.agrees());
}

TEST_CASE("steps: a stack belongs to its CPU's event before it") {
  const Compared one =
      compared(test::replaced(test::joined(kWrite), " p-1 [000] ..... 2.1: <stack trace>",
                              " q-2 [001] ..... 2.05: page_ref_mod: pfn=0x8 count=5 val=1\n"
                              " p-1 [000] ..... 2.1: <stack trace>"));
  CHECK(one.steps.syscalls[0].pages[0].steps[0].functions.size() == 1);
  const Compared interrupted =
      compared(test::replaced(test::joined(kWrite), " p-1 [000] ..... 2.1: <stack trace>",
                              " p-1 [000] d.h1. 2.05: page_ref_mod: pfn=0x8 count=5 val=1\n"
                              " p-1 [000] ..... 2.1: <stack trace>"));
  CHECK(interrupted.steps.syscalls[0].pages[0].steps[0].functions.empty());
}

TEST_CASE("steps: what cannot be compared is refused in one message") {
  const test::Folder folder;
  const std::string good = test::joined(kWrite);
  const auto rejected = [&](const std::string& text, const std::vector<std::string>& words) {
    test::check_rejected(
        {"predict", "--convention", "linux-6.12", "--against", folder.write("t", text)}, words);
  };
  rejected(good + "CPU:0 [LOST 7 EVENTS]\n", {"events were lost"});
  rejected(test::replaced(good, " pages=0x9", ""), {"t:1", "no pages"});
  rejected(test::replaced(good, "case ext4-write", "begin"), {"no mark"});
  rejected(test::replaced(good, "case ext4-write", "case nothing"), {"'nothing'", "asked for"});
  rejected(test::replaced(good, "call 0", "said"), {"0 system calls", "the 1 of case"});
  rejected(kWrite[0] + "\n" + kWrite[9] + "\n", {"CONFIG_DEBUG_PAGE_REF"});
}

TEST_CASE("steps: a prediction that ends before its calls do is compared with nothing") {
  const std::string trace =
      test::variable("PINCHECK_SOURCE_DIR") + "/corpus/traces/steps/nfs-splice.txt.gz";
  test::check_rejected(
      {"predict", "--convention", "hubbard-v1-diff", "--against", trace},
      {trace, "case 'nfs-splice'", "completes 1 of its 2 system calls", "hubbard-v1-diff"});
}

}  // namespace pincheck::predict
