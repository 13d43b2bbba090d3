// SPDX-License-Identifier: MIT
// Whose reference a release drops, where several hold the page, and where lines that would tell are
// not there.
#include <fmt/format.h>

#include "checker/testing/trace_support.hpp"

namespace pincheck::trace {
namespace {

using trace::Kernel;

/// A trace being written, a line a microsecond: tasks, each on a CPU of its own, and bios.
class Script {
 public:
  explicit Script(Kernel kernel = Kernel::v6_12) : kernel_(kernel) {}
  static std::string at(int page) {
    return fmt::format("{:#x}", trace::kVmemmap + trace::kStructPage * static_cast<unsigned>(page));
  }
  /// As trace-cmd report prints it: without the column that says interrupt.
  Script& without_flags() {
    flags_ = false;
    return *this;
  }
  /// The task of the lines that follow.
  Script& task(int task) {
    task_ = task;
    return *this;
  }
  Script& line(const std::string& event, char interrupt = '.') {
    text_ += fmt::format("  dd-{}  [{:03}] {} 1.{:06}: {}\n", 7 + task_, task_,
                         flags_ ? fmt::format("d.{}1.", interrupt) : "", ++time_, event);
    return *this;
  }
  Script& mark() { return line("tracing_mark_write: x"); }
  /// A grab of `refs` pages by the fast path, which the count's move shows.
  Script& grab(int page, int flags, int before, int after, int refs = 1) {
    const char* by = kernel_ == Kernel::v6_1 ? "try_grab_folio" : "try_grab_folio_fast";
    line(fmt::format("g: ({}+0x0/0x1) page={} refs={} flags={:#x} ref={}", by, at(page), refs,
                     flags, before));
    return line(fmt::format("g: (f+0x1/0x2 <- {}) folio={} ref={}", by, at(page), after));
  }
  Script& pin(int page, int before = 2) { return grab(page, 0x80000, before, before + 1024); }
  Script& get(int page, int before = 2) {
    return grab(page, kernel_ == Kernel::v6_1 ? 0x4 : 0x2, before, before + 1);
  }
  /// By the slow path, of which there is no return.
  Script& slow(int page, int flags, int before) {
    return line(fmt::format("s: (try_grab_folio+0x0/0x1) folio={} refs=1 flags={:#x} ref={}",
                            at(page), flags, before));
  }
  Script& put(int page, int flags, int ref, int refs = 1, char interrupt = '.') {
    return line(fmt::format("p: (gup_put_folio+0x0/0x1) folio={} refs={} flags={:#x} ref={}",
                            at(page), refs, flags, ref),
                interrupt);
  }
  /// unpin_user_folio in an interrupt.
  Script& unpin(int page, int ref = 1026, int n = 1) {
    line(fmt::format("u: (unpin_user_folio+0x4/0x5) folio={} n={} ref={}", at(page), n, ref), 'h');
    return put(page, 0x80000, ref, n, 'h');
  }
  Script& gup(int n) { return line(fmt::format("f: (gup_fast_fallback+0x0/0x1) nr={}", n)); }
  Script& gup_return(int n) {
    return line(fmt::format("f: (f+0x1/0x2 <- gup_fast_fallback) ret={}", n));
  }
  /// bio_iov_iter_get_pages of an ITER_UBUF.
  Script& bio(int bio) {
    return line(fmt::format("b: (bio_iov_iter_get_pages+0x4/0x5) bio={:#x} iter=0x1 itertype={}",
                            bio, kernel_ == Kernel::v6_1 ? 6 : 0));
  }
  Script& bio_return() { return line("b: (f+0x1/0x2 <- bio_iov_iter_get_pages) ret=0"); }
  Script& bio_release(int bio) {
    return line(fmt::format("r: (__bio_release_pages+0x4/0x5) bio={:#x} flags={}", bio,
                            kernel_ == Kernel::v6_1 ? "0x200" : "0x201"),
                'h');
  }
  Script& nfs(int itertype = 0) {
    return line(fmt::format("n: (nfs_file_direct_write+0x4/0x5) iter=0x1 itertype={}", itertype));
  }
  Script& nfs_return() { return line("n: (f+0x1/0x2 <- nfs_file_direct_write) ret=4096"); }
  Script& nfs_release(int n, int page) {
    return line(fmt::format("n: (nfs_direct_release_pages+0x0/0xb) n={} page0={}", n, at(page)));
  }
  Script& step(int page, int val, int count) {
    return line(fmt::format("page_ref_mod: pfn={:#x} flags=lru count={} val={}", page, count, val));
  }
  Script& event(const char* name, int page) {
    return line(fmt::format("{}: page=00000000deadbeef pfn={:#x} order=0", name, page));
  }

  /// A line of kprobe_profile, after the trace.
  Script& profile(const std::string& line) {
    text_ += fmt::format("  {}\n", line);
    return *this;
  }

  /// All is enabled, and set_event behind the trace says so.
  test::Outcome outcome() const {
    return test::outcome(text_ + test::all_enabled(kernel_), kernel_);
  }
  std::string violated() const { return test::violated(outcome()); }
  std::size_t open() const { return outcome().found.open.size(); }
  /// Releases of which nobody knows whose they are.
  std::int64_t unseen() const {
    std::int64_t sum = 0;
    const test::Outcome judged = outcome();
    for (const auto& row : judged.found.paths) sum += row.unseen;
    return sum;
  }
  std::string report() const {
    const test::Outcome judged = outcome();
    const std::string file = "test";
    return trace::trace_text({judged.trace, judged.found, file});
  }

 private:
  Kernel kernel_;
  std::string text_;
  int time_ = 0;
  int task_ = 0;
  bool flags_ = true;
};

TEST_CASE("trace: an unpin while the count has a pin may be of one that no probe saw") {
  CHECK(Script().pin(5).unpin(5, 2050).unpin(5, 1026).violated() == "");
  CHECK(Script().pin(5).unpin(5, 2050).unpin(5, 1026).unseen() == 1);
  CHECK(Script().pin(5).unpin(5).unpin(5, 2).violated() == "pin-unpin-balanced 0x5; ");
}

TEST_CASE("trace: what the fast path undoes, NFS does not put a second time") {
  // gup_fast_pte_range() puts the page when its entry has changed, and the slow path takes it.
  Script undone;
  undone.nfs().get(5).put(5, 0x2, 3).slow(5, 0x2, 2).slow(6, 0x2, 2).nfs_release(2, 5);
  CHECK(undone.nfs_return().mark().violated() == "");
  CHECK(undone.open() == 0);
  Script leaked;
  leaked.nfs().get(5).put(5, 0x2, 3).slow(5, 0x2, 2).slow(6, 0x2, 2).nfs_release(1, 5);
  CHECK(leaked.nfs_return().violated() == "get-put-balanced 0x6; ");
}

TEST_CASE("trace: NFS puts a large folio as often as a grab of several pages got it") {
  const auto got = [] { return Script().nfs().grab(0x800, 0x2, 1, 5, 4); };
  CHECK(got().nfs_release(4, 0x800).nfs_return().violated() == "");
  CHECK(got().nfs_release(3, 0x800).nfs_return().violated() == "get-put-balanced 0x800; ");
  CHECK(got().nfs_release(5, 0x800).nfs_return().violated() == "get-put-balanced 0x800; ");
}

TEST_CASE("trace: a bio's completion unpins what the bio never took") {
  const auto two = [] {
    return Script().bio(1).pin(5).bio_return().task(1).bio(2).pin(6).bio_return().task(0);
  };
  // The other bio's, which has it for as long as it is not released itself.
  CHECK(two().bio_release(1).unpin(5).unpin(6).mark().violated() == "pin-unpin-balanced 0x6; ");
  CHECK(two().bio_release(1).unpin(5).unpin(6).mark().open() == 0);
  CHECK(two().bio_release(1).unpin(5).mark().task(1).bio_release(2).unpin(6).mark().violated() ==
        "");
  // The count has one more than was seen being pinned: by this bio, as far as can be said.
  CHECK(two().bio_release(1).unpin(5).unpin(6, 2050).mark().violated() == "");
  // A large folio's count does not tell, but GUP does.
  const auto large = [](int seen, int gotten) {
    Script script;
    script.bio(1).gup(gotten).grab(0x800, 0x80001, 1, 1 + seen, seen).gup_return(gotten);
    return script.bio_return().bio_release(1);
  };
  CHECK(large(4, 4).unpin(0x800, 5, 5).mark().violated() == "pin-unpin-balanced 0x800; ");
  CHECK(large(4, 4).unpin(0x800, 5, 4).unpin(0x800, 1, 4).mark().violated() ==
        "pin-unpin-balanced 0x800; ");
  CHECK(large(4, 4).unpin(0x800, 5, 4).mark().violated() == "");
  CHECK(large(4, 5).unpin(0x800, 6, 5).mark().violated() == "");
  CHECK(large(4, 5).unpin(0x800, 6, 5).mark().unseen() == 1);
}

TEST_CASE("trace: a bio of which the trace does not show the beginning takes nothing of others") {
  Script script;
  script.bio(1).pin(5).bio_return().task(1).bio_release(2).unpin(5, 2050).mark();
  CHECK(script.violated() == "");
  CHECK(script.unseen() == 1);
  CHECK(script.task(0).bio_release(1).unpin(5).mark().violated() == "");
  CHECK(script.unseen() == 1);
}

TEST_CASE("trace: a task that releases a page drops its own reference, not another task's") {
  const auto shared = [] {
    return Script().bio(1).pin(4).pin(5).task(1).bio(2).pin(5, 1026).bio_return().task(0);
  };
  // Trimmed off to a whole block.
  Script trimmed = shared();
  trimmed.put(5, 0x80000, 2050).bio_return().bio_release(1).unpin(4).mark();
  CHECK(trimmed.task(1).bio_release(2).unpin(5).mark().violated() == "");
  CHECK(trimmed.open() == 0);
  // Undone, and taken by the slow path.
  Script undone = shared();
  undone.put(5, 0x80000, 2050).slow(5, 0x80000, 1026).bio_return();
  undone.bio_release(1).unpin(4).unpin(5, 2050).mark().task(1).bio_release(2).unpin(5).mark();
  CHECK(undone.violated() == "");
  CHECK(undone.open() == 0);
  Script leaked = shared();
  leaked.bio_return().bio_release(1).unpin(4).mark();
  CHECK(leaked.task(1).bio_release(2).unpin(5, 2050).mark().violated() ==
        "pin-unpin-balanced 0x5; ");
}

TEST_CASE(
    "trace: where no line says that a call returns, what the task takes later is not its own") {
  const auto taken = [](bool returns) {
    Script script;
    script.bio(1).pin(5);
    if (returns) script.bio_return();
    return script.pin(6).bio_release(1).unpin(5).mark();
  };
  CHECK(taken(false).violated() == "");
  CHECK(taken(true).violated() == "");
  CHECK(test::contains(taken(false).report(), "no line of bio_get_ret"));
  CHECK_FALSE(test::contains(taken(true).report(), "no line of bio_get_ret"));
  // NFS's own get is taken behind iov_iter_get_pages_alloc2.
  const auto spliced = [](bool returns) {
    Script script;
    script.nfs(2).line("i: (iov_iter_get_pages_alloc2+0x4/0x5) iter=0x1 itertype=2").step(5, 1, 3);
    if (returns) script.line("i: (f+0x1/0x2 <- iov_iter_get_pages_alloc2) ret=4096");
    return script.step(5, 1, 4).nfs_release(1, 5).step(5, -1, 3).nfs_return();
  };
  CHECK(spliced(true).violated() == "");
  CHECK(spliced(false).violated() == "");
}

TEST_CASE("trace: a bio's address is used by a bio that no probe sees being filled") {
  // bio_map_user_iov() of a passthrough request.
  Script old(Kernel::v6_1);
  old.bio(1)
      .get(5)
      .line("a: (__bio_add_page+0x0/0x1) bio=0x1 page=0x140")
      .bio_return()
      .bio_release(1)
      .mark();
  CHECK(Script(old).get(7).bio_release(1).mark().violated() == "");
  CHECK(Script(old).bio_release(1).mark().violated() == "get-put-balanced 0x5; ");
  Script pinned;
  pinned.bio(1).pin(5).bio_return().bio_release(1).unpin(5).mark();
  CHECK(Script(pinned).pin(7).bio_release(1).unpin(7).mark().violated() == "");
  CHECK(Script(pinned).bio_release(1).unpin(5, 2).mark().violated() == "pin-unpin-balanced 0x5; ");
}

TEST_CASE("trace: without the column that says interrupt, releases may be inside of releases") {
  const auto taken = [] {
    Script script;
    script.without_flags().bio(1).pin(5).pin(6).bio_return();
    return script.task(1).bio(2).pin(7).bio_return().task(2);
  };
  const auto folio = [](Script& script, int page) -> Script& {
    return script.line(
        fmt::format("u: (unpin_user_folio+0x4/0x5) folio={} n=1 ref=1026", Script::at(page)));
  };
  // Between two unpins of the first release, and in the middle of one.
  Script between = taken();
  between.bio_release(1).unpin(5).bio_release(2).unpin(7).unpin(6).task(0).mark();
  CHECK(between.violated() == "");
  CHECK(between.open() == 0);
  Script within = taken();
  folio(within.bio_release(1), 5).bio_release(2).unpin(7).put(5, 0x80000, 1026).unpin(6);
  CHECK(within.task(0).mark().violated() == "");
  CHECK(within.open() == 0);
  CHECK(test::contains(within.report(), "do not say what ran in an interrupt"));
  Script leaked = taken();
  leaked.bio_release(1).unpin(5).task(0).mark();
  CHECK(leaked.violated() == "");
  CHECK(leaked.open() == 2);
  CHECK(leaked.bio(1).pin(8).bio_return().violated() == "");
}

TEST_CASE("trace: a bio may have pages that no grab shows, unless GUP returned as many as do") {
  const auto released = [](bool counted) {
    Script script;
    script.bio(1);
    if (counted) script.gup(1);
    script.pin(5);
    if (counted) script.gup_return(1);
    return script.bio_return().bio_release(1).unpin(5).unpin(7).mark().violated();
  };
  CHECK(released(false) == "");
  CHECK(released(true) == "pin-unpin-balanced 0x7; ");
}

TEST_CASE("trace: after somebody dropped what may have been a bio's, its release accuses nobody") {
  Script script;
  script.bio(1).pin(5).bio_return().task(1).bio(2).pin(5, 1026).bio_return();
  Script own = script;
  script.task(2).put(5, 0x80000, 2050);
  CHECK(script.bio_release(2).unpin(5).mark().violated() == "");
  CHECK(own.bio_release(2).unpin(5, 2050).unpin(5).mark().violated() == "pin-unpin-balanced 0x5; ");
}

TEST_CASE("trace: pins that iov_iter_get_pages_alloc2 takes are seen in their steps") {
  const auto extracted = [](std::initializer_list<int> steps) {
    Script script;
    script.nfs(2).line("i: (iov_iter_get_pages_alloc2+0x4/0x5) iter=0x1 itertype=2");
    int count = 2;
    for (const int step : steps) script.step(5, step, count += step);
    script.line("i: (f+0x1/0x2 <- iov_iter_get_pages_alloc2) ret=4096");
    return script.nfs_release(1, 5).step(5, -1, count - 1).nfs_return();
  };
  CHECK(extracted({1}).violated() == "");
  CHECK(extracted({1, 1023}).violated() == "pin-unpin-balanced 0x5; get-put-balanced 0x5; ");
  CHECK(extracted({1024}).violated() == "pin-unpin-balanced 0x5; get-put-balanced 0x5; ");
}

TEST_CASE("trace: a page that is allocated while it is pinned leaves the pin open") {
  CHECK(Script().bio(1).pin(5).bio_return().event("mm_page_alloc", 5).open() == 1);
  CHECK(Script().bio(1).pin(5).bio_return().event("mm_page_alloc", 6).open() == 1);
  CHECK(Script().pin(5).unpin(5).event("mm_page_alloc", 5).open() == 0);
  // Whose put no probe shows.
  CHECK(Script().get(5).event("mm_page_alloc", 5).open() == 0);
}

TEST_CASE("trace: a bio that is used anew without a release leaks, if no probe missed that") {
  const auto reused = [](const char* missed) {
    Script script;
    script.bio(1).pin(5).bio_return().bio(1).pin(6).bio_return().bio_release(1).unpin(6).mark();
    for (const char* probe : {"r", "u", "p"})
      if (*missed != '\0') script.profile(fmt::format("{} 10 {}", probe, missed));
    return script;
  };
  CHECK(reused("0").violated() == "pin-unpin-balanced 0x5; ");
  CHECK(reused("1").violated() == "");
  CHECK(reused("").violated() == "");
  CHECK(reused("").open() == 1);
}

}  // namespace
}  // namespace pincheck::trace
