// SPDX-License-Identifier: MIT
// What is done to pages in the allocator, and counts that end higher or lower than they began.
#include <fmt/format.h>

#include "checker/testing/trace_support.hpp"
#include "checker/trace/surplus.hpp"

namespace pincheck::trace {
namespace {

using trace::Kernel;

/// A trace about page 0x31, a line a microsecond.
class Lines {
 public:
  Lines& line(const std::string& event, const std::string& stack = "") {
    text_ += fmt::format(" k-{} [00{}] ..... 8.{:06}: {}\n", 40 + cpu_, cpu_, ++time_, event);
    if (!stack.empty())
      text_ += fmt::format(" k-{} [00{}] ..... 8.{:06}: <stack trace>\n{}", 40 + cpu_, cpu_,
                           ++time_, stack);
    return *this;
  }
  Lines& cpu(int cpu) {
    cpu_ = cpu;
    return *this;
  }
  Lines& free(int order = 0, int pfn = 0x31) {
    return line(fmt::format("mm_page_free: page=00000000c0ffee00 pfn={:#x} order={}", pfn, order));
  }
  Lines& alloc(int order = 0, int pfn = 0x31) {
    return line(fmt::format("mm_page_alloc: page=00000000c0ffee00 pfn={:#x} order={}", pfn, order));
  }
  Lines& step(const char* kind, int val, int count, const std::string& flags = "lru",
              const std::string& stack = "") {
    return line(fmt::format("page_ref_{}: pfn=0x31 flags={} count={} mapcount=0 val={} ret={}",
                            kind, flags, count, val, val < 0 ? count == 0 : 1),
                stack);
  }
  Lines& probe(const char* function, const std::string& arguments) {
    return line(fmt::format("p: ({}+0x0/0x9) folio={:#x} {}", function,
                            trace::kVmemmap + 0x31 * trace::kStructPage, arguments));
  }
  test::Outcome seen() const { return test::outcome(text_, Kernel::v6_12); }
  test::Outcome known() const {
    return test::outcome(text_ + test::all_enabled(Kernel::v6_12), Kernel::v6_12);
  }
  std::string violated() const { return test::violated(known()); }

 private:
  std::string text_;
  int time_ = 0;
  int cpu_ = 0;
};

const std::string kUsed = "not-freed-while-in-use 0x31; ";

TEST_CASE("trace: a page that is free is not taken") {
  CHECK(Lines().free().step("mod", 1, 1).violated() == kUsed);
  CHECK(Lines().free().step("mod", 1024, 1024).violated() == kUsed);
  CHECK(Lines().free().step("mod_and_return", 1, 1).violated() == kUsed);
  // The count says so, whether allocations have lines or not.
  CHECK(test::violated(Lines().free().step("mod", 1, 1).seen()) == kUsed);
  CHECK(test::violated(
            Lines().free().step("mod", 1, 1).step("mod_and_test", -1, 0).free().seen()) == kUsed);
  // The slow path takes what a page table maps, the fast one what it may.
  CHECK(Lines().free().probe("try_grab_folio", "refs=1 flags=0x80000 ref=0").violated() == kUsed);
  CHECK(Lines().free().probe("try_grab_folio", "refs=1 flags=0x2 ref=0").violated() == kUsed);
  CHECK(Lines().free().probe("try_grab_folio_fast", "refs=1 flags=0x2 ref=0").violated() == "");
  CHECK(
      Lines().free().line("page_ref_mod_unless: pfn=0x31 flags= count=0 val=1 ret=0").violated() ==
      "");
}

TEST_CASE("trace: a page that is free is not put, unpinned, dirtied or written back") {
  CHECK(Lines().free().step("mod_and_test", -1, -1).violated() ==
        "get-put-balanced 0x31; " + kUsed);
  CHECK(test::contains(Lines().free().step("mod_and_test", -1024, -1024).violated(), kUsed));
  const auto probed = [](const char* function, const std::string& arguments) {
    return Lines().free().probe(function, arguments).violated();
  };
  CHECK(probed("gup_put_folio", "refs=1 flags=0x80000 ref=0") ==
        "pin-unpin-balanced 0x31; " + kUsed);
  CHECK(probed("gup_put_folio", "refs=1 flags=0x2 ref=0") == "get-put-balanced 0x31; " + kUsed);
  CHECK(probed("unpin_user_folio", "n=1 ref=0") == "pin-unpin-balanced 0x31; " + kUsed);
  CHECK(probed("__folio_start_writeback", "ref=0") == kUsed);
  CHECK(probed("folio_mark_dirty", "ref=0") == kUsed);
  CHECK(probed("folio_mark_dirty", "ref=1") == "");
  CHECK(probed("gup_put_folio", "refs=1 flags=0x80000 ref=1026") == "");
}

TEST_CASE("trace: a page that is allocated is not free any more") {
  for (const auto& used : {Lines().free().alloc(), Lines().free().alloc(2, 0x30),
                           Lines().free().step("set", 1, 1), Lines().alloc()}) {
    CHECK(Lines(used).step("mod", 1, 2).step("mod_and_test", -2, 0).violated() == "");
    CHECK(Lines(used).free().violated() == "");
  }
  // Its count says so.
  CHECK(Lines().free().step("mod", 1, 2).violated() == "");
  // Broken pages are taken off the allocator (page_handle_poison()).
  CHECK(Lines().free().step("mod", 1, 1, "hwpoison").violated() == "");
  // Nobody knows what happened in the meantime.
  CHECK(
      test::violated(test::outcome(" k-1 [000] ..... 1.1: mm_page_free: page=0 pfn=0x31 order=0\n"
                                   "CPU:0 [LOST 5 EVENTS]\n"
                                   " k-1 [000] ..... 1.3: page_ref_mod: pfn=0x31 count=1 val=1\n"
                                   " k-1 [000] ..... 1.4: mm_page_free: page=0 pfn=0x31 order=0\n",
                                   Kernel::v6_12)) == "");
}

TEST_CASE("trace: a page is not freed twice") {
  CHECK(Lines().free().free().violated() == kUsed);
  CHECK(Lines().free(2, 0x30).free().violated() == kUsed);
  CHECK(Lines().free().free(2, 0x30).violated() == kUsed);
  CHECK(Lines().free().cpu(1).free().violated() == kUsed);
  CHECK(Lines().free().alloc().free().violated() == "");
  const auto one = Lines().free().free().known().found.violations.front();
  CHECK(one.sure());
}

TEST_CASE("trace: that a page is freed twice is not sure where allocations have no line") {
  const test::Outcome twice = Lines().free().free().seen();
  REQUIRE(twice.found.violations.size() == 1);
  CHECK_FALSE(twice.found.violations.front().sure());
  CHECK(test::contains(test::report_of(twice), "unless it was allocated in between"));
  // mm_page_alloc is there, but alloc_pages_bulk() has no line.
  CHECK(Lines().alloc(0, 0x50).free().line("tracing_mark_write: x").free().seen().good());
  // Not in a row: so is every page that is used again.
  CHECK(Lines().free().line("tracing_mark_write: x").free().seen().good());
  CHECK(Lines().free().cpu(1).free().seen().good());
  // Another one's is, as its count says, used again.
  const test::Outcome doubtful =
      Lines().free().step("mod", 1, 2).free(0, 0x50).free(0, 0x50).seen();
  CHECK(doubtful.good());
  CHECK(doubtful.found.doubtful == 1);
  CHECK(test::contains(test::report_of(doubtful), "freed twice"));
}

TEST_CASE("trace: the kernel's own reference to a reserved page is nobody's to put") {
  Lines zero;
  zero.step("mod", 1, 3, "reserved").step("mod_and_test", -1, 2, "reserved");
  CHECK(Lines(zero).step("mod_and_test", -1, 1, "reserved").violated() == "");
  zero.step("mod_and_test", -1, 1, "reserved", " => bio_release\n => end_io\n");
  zero.step("mod_and_test", -1, 0, "reserved");
  CHECK(zero.violated() == kUsed);
  const std::string report = test::report_of(zero.seen());
  for (const char* part : {"page 0x31: 2 -> 0", "     3  k-40", "<- bio_release <- end_io",
                           "the kernel's own reference to it is put"})
    CHECK(test::contains(report, part));
}

TEST_CASE("trace: which counts ended higher or lower, and by which steps") {
  const auto moved = [](const Lines& lines) {
    std::string out;
    const test::Outcome judged = lines.known();
    for (const auto& one : judged.found.moved) {
      out += fmt::format("{} -> {}{}:", one.begin, one.end, one.freed ? " freed" : "");
      for (const auto index : one.steps)
        out += fmt::format(" {}", judged.trace.records[index].line);
      out += "; ";
    }
    return out;
  };
  CHECK(moved(Lines().step("mod", 1, 2).step("mod", 1, 3).step("mod_and_test", -1, 2)) ==
        "1 -> 2: 1; ");
  CHECK(moved(Lines().step("mod_and_test", -1, 2).step("mod", 1, 3).step("mod_and_test", -1, 2)) ==
        "3 -> 2: 1; ");
  // A pin of two halves, and its unpin.
  CHECK(moved(Lines()
                  .step("mod_unless", 1, 3)
                  .step("mod", 1023, 1026)
                  .step("mod", 1, 1027)
                  .step("mod_and_test", -1024, 3)) == "2 -> 3: 3; ");
  CHECK(moved(Lines().step("mod", 1024, 1026).step("mod_and_test", -1, 1025)) ==
        "2 -> 1025: 1 2; ");
  // Several at once.
  CHECK(moved(Lines().step("mod", 1, 2).step("mod", 1, 3).step("mod_and_test", -2, 1)) == "");
  CHECK(moved(Lines().step("mod_and_test", -2, 0).free()) == "2 -> 0 freed: 1; ");
}

TEST_CASE("trace: steps that nothing undoes are kept up to a bound") {
  trace::Surplus surplus;
  for (std::uint32_t i = 0; i < 200; ++i) surplus.step(1, i);
  CHECK(surplus.steps().size() + surplus.unlisted() == 200);
  CHECK(surplus.steps().size() < 100);
}

}  // namespace
}  // namespace pincheck::trace
