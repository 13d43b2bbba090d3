// SPDX-License-Identifier: MIT
// What each property forbids, in traces made up for it, and what looks like it but is allowed.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checker/testing/trace_support.hpp"
#include "checker/trace/coverage.hpp"

namespace pincheck::trace {
namespace {

using trace::Kernel;

/// A trace being written: one task on each CPU, a line a microsecond.
class Writer {
 public:
  Writer& line(const std::string& event, char interrupt = '.') {
    text_ += fmt::format("  dd-{}  [{:03}] d.{}1.  1.{:06}: {}\n", 7 + cpu_, cpu_, interrupt,
                         ++time_, event);
    return *this;
  }
  Writer& cpu(int cpu) {
    cpu_ = cpu;
    return *this;
  }
  /// kprobe_profile, after the trace.
  Writer& missed(const std::string& probe, int hits) {
    text_ += fmt::format("  {:<44} {:>15} {:>15}\n", probe, 1000, hits);
    return *this;
  }
  Writer& mark() { return line("tracing_mark_write: x"); }
  /// A grab on 6.12 or, with 6.1's flags, there.
  Writer& grab(int page, int flags, int before, int after, const char* function) {
    line(fmt::format("g: ({}+0x0/0x1) page={} refs=1 flags={:#x} ref={}", function, at(page), flags,
                     before));
    return line(fmt::format("g: (f+0x1/0x2 <- {}) folio={} ref={}", function, at(page), after));
  }
  Writer& pin(int page, bool write = false) {
    return grab(page, write ? 0x80001 : 0x80000, 2, 1026, "try_grab_folio_fast");
  }
  /// The same with page_ref's lines.
  Writer& pin_by_steps(int page) {
    line(fmt::format("g: (try_grab_folio_fast+0x0/0x1) page={} refs=1 flags=0x80000 ref=2",
                     at(page)));
    step(page, 1, 3).step(page, 1023, 1026);
    return line(fmt::format("g: (f+0x1/0x2 <- try_grab_folio_fast) folio={} ref=1026", at(page)));
  }
  Writer& get(int page) { return grab(page, 0x2, 2, 3, "try_grab_folio_fast"); }
  Writer& gup_put(int page, int flags, int ref) {
    return line(fmt::format("p: (gup_put_folio+0x0/0x1) folio={} refs=1 flags={:#x} ref={}",
                            at(page), flags, ref),
                'h');
  }
  Writer& unpin(int page, int ref = 1026) { return gup_put(page, 0x80000, ref); }
  /// bio_iov_iter_get_pages of an ITER_UBUF.
  Writer& bio(int itertype = 0) {
    return line(fmt::format("b: (bio_iov_iter_get_pages+0x4/0x5) bio=0xb10 iter=0x1 itertype={}",
                            itertype));
  }
  /// And before it, the return of bio_iov_iter_get_pages.
  Writer& bio_release(int flags) {
    line("b: (f+0x1/0x2 <- bio_iov_iter_get_pages) ret=0");
    return line(fmt::format("r: (__bio_release_pages+0x4/0x5) bio=0xb10 flags={:#x}", flags), 'h');
  }
  Writer& nfs(int itertype = 0) {
    return line(
        fmt::format("n: (nfs_file_direct_write+0x4/0x5 [nfs]) iter=0x1 itertype={}", itertype));
  }
  Writer& nfs_return() { return line("n: (f+0x1/0x2 <- nfs_file_direct_write) ret=4096"); }
  Writer& nfs_release(int n, int page) {
    return line(
        fmt::format("n: (nfs_direct_release_pages+0x0/0xb [nfs]) n={} page0={}", n, at(page)));
  }
  Writer& step(int page, int val, int count) {
    const char* name = val < 0 ? "mod_and_test" : "mod";
    return line(fmt::format("page_ref_{}: pfn={:#x} flags=lru count={} mapcount=0 val={} ret={}",
                            name, page, count, val, val < 0 && count == 0 ? 1 : 0));
  }
  Writer& free(int page) {
    return line(fmt::format("mm_page_free: page=00000000deadbeef pfn={:#x} order=0", page));
  }
  Writer& writeback(int page) {
    return line(fmt::format("w: (__folio_start_writeback+0x4/0x5) folio={} ref=3", at(page)));
  }

  /// All is enabled, and set_event behind the trace says so.
  test::Outcome outcome(Kernel kernel = Kernel::v6_12) const {
    return test::outcome(text_ + test::all_enabled(kernel), kernel);
  }
  std::string violated(Kernel kernel = Kernel::v6_12) const {
    return test::violated(outcome(kernel));
  }
  std::size_t open(Kernel kernel = Kernel::v6_12) const {
    return outcome(kernel).found.open.size();
  }
  std::int64_t unknown() const { return outcome().found.missed_references; }
  /// How many violations need no line of kprobe_profile to be sure.
  std::ptrdiff_t sure() const {
    const auto all = outcome().found.violations;
    return std::count_if(all.begin(), all.end(),
                         [](const auto& one) { return !one.unless_missed; });
  }
  const std::string& text() const { return text_; }
  static std::string at(int page) {
    return fmt::format("{:#x}", trace::kVmemmap + trace::kStructPage * static_cast<unsigned>(page));
  }

 private:
  std::string text_;
  int time_ = 0;
  int cpu_ = 0;
};

TEST_CASE("trace: releases of the wrong kind") {
  // Half a conversion of NFS: it pins and still puts.
  CHECK(Writer().nfs().pin(5).nfs_release(1, 5).mark().violated() ==
        "pin-unpin-balanced 0x5; get-put-balanced 0x5; ");
  CHECK(Writer().nfs().get(5).nfs_release(1, 5).mark().violated() == "");
  // Unpin of a get: only a small page's count says that there is no pin.
  CHECK(Writer().get(5).unpin(5, 3).violated() == "pin-unpin-balanced 0x5; get-put-balanced 0x5; ");
  CHECK(Writer().get(5).unpin(5, 1027).violated() == "");
  CHECK(Writer().pin(5).gup_put(5, 0x2, 1026).violated() ==
        "pin-unpin-balanced 0x5; get-put-balanced 0x5; ");
  // A bio of 6.1 that pinned, and puts.
  CHECK(Writer()
            .bio(6)
            .grab(5, 0x40000, 2, 1026, "try_grab_folio")
            .bio_release(0x300)
            .violated(Kernel::v6_1) == "pin-unpin-balanced 0x5; get-put-balanced 0x5; ");
  // A large folio, of which several pages are in the bio.
  Writer large;
  large.bio(6);
  for (int i = 0; i < 3; ++i) large.grab(5, 0x4, 9 + i, 10 + i, "try_grab_folio");
  large.bio_release(0x300).mark();
  CHECK(large.violated(Kernel::v6_1) == "");
  CHECK(large.open(Kernel::v6_1) == 0);
  CHECK(Writer().pin(5).unpin(5).unpin(5, 2).violated() == "pin-unpin-balanced 0x5; ");
  // From before the trace: unknown, not wrong.
  CHECK(Writer().unpin(5).violated() == "");
}

TEST_CASE("trace: references that are never released") {
  // Only when the release has come and gone.
  CHECK(Writer().bio().pin(5).pin(6).bio_release(0x201).unpin(5).mark().violated() ==
        "pin-unpin-balanced 0x6; ");
  CHECK(Writer().bio().pin(5).pin(6).bio_release(0x201).unpin(5).violated() == "");
  CHECK(Writer().bio().pin(5).pin(6).bio_release(0x201).unpin(5).open() == 1);
  CHECK(Writer().bio().pin(5).mark().violated() == "");
  CHECK(Writer().nfs().get(5).get(6).nfs_release(1, 5).nfs_return().violated() ==
        "get-put-balanced 0x6; ");
  CHECK(Writer().nfs().get(5).nfs_release(1, 5).nfs_return().get(6).nfs().violated() == "");
  // Without that return it may be somebody else's.
  CHECK(Writer().nfs().get(5).nfs_release(1, 5).get(6).nfs().free(6).violated() == "");
  CHECK(Writer().nfs().get(5).get(6).nfs_release(1, 5).open() == 1);
  CHECK(Writer().nfs().get(5).nfs_release(2, 5).violated() == "get-put-balanced 0x5; ");
  CHECK(Writer().nfs(2).nfs_release(2, 5).violated() == "");
}

TEST_CASE("trace: freed, or written back, while pinned") {
  CHECK(Writer().pin(5).free(5).violated() ==
        "not-freed-while-pinned 0x5; not-freed-while-in-use 0x5; ");
  CHECK(Writer().pin(5).unpin(5).free(5).violated() == "");
  // A get by somebody whose put no probe shows may be gone.
  CHECK(Writer().get(5).free(5).violated() == "");
  CHECK(Writer().step(5, 1, 3).free(5).violated() == "not-freed-while-in-use 0x5; ");
  CHECK(Writer().step(5, -1, 0).free(5).violated() == "");
  CHECK(Writer().pin(5, true).writeback(5).violated() == "not-written-back-while-pinned 0x5; ");
  CHECK(Writer().pin(5, false).writeback(5).violated() == "");
  CHECK(Writer().pin(5, true).unpin(5).writeback(5).violated() == "");
  CHECK(Writer().pin(5, true).writeback(6).violated() == "");
}

TEST_CASE("trace: what the model says, too, is said in the same words") {
  const auto said = [](const Writer& writer) {
    return writer.outcome().found.violations.at(0).what;
  };
  CHECK(said(Writer().nfs().pin(5).nfs_release(1, 5).mark()) ==
        "put_page() by nfs-write on page 0x5, which it had pinned");
  CHECK(said(Writer().bio().pin(5).pin(6).bio_release(0x201).unpin(5).mark()) ==
        "bio has pinned page 0x6 and never unpins it");
  CHECK(said(Writer().pin(5, true).writeback(5)) ==
        "writeback of page 0x5 starts while a device may be writing it under a pin: what reaches "
        "the disk may be torn");
}

TEST_CASE("trace: the properties that are judged are those that decide by facts alone") {
  std::set<PropertyId> judged;
  for (const trace::Coverage& one : trace::coverage(Writer().mark().outcome().trace))
    judged.insert(properties()[one.property].id);
  for (const Property& property : properties()) {
    INFO(property.name);
    CHECK(judged.contains(property.id) == (property.forbids != nullptr));
  }
}

TEST_CASE("trace: a bio that is used anew has let go of what it had before") {
  const std::string released = Writer().bio().pin(5).bio_release(0x201).unpin(5).violated();
  CHECK(released == "");
  // On the releasing CPU nothing follows before another one has the bio again.
  Writer reused;
  reused.bio().pin(5).bio_release(0x201).unpin(5).cpu(1).bio().pin(6).cpu(0).mark();
  CHECK(reused.violated() == "");
  CHECK(reused.open() == 1);
  Writer leaked;
  leaked.bio().pin(5).pin(7).bio_release(0x201).unpin(7).cpu(1).bio().pin(6).cpu(0).mark();
  CHECK(leaked.violated() == "pin-unpin-balanced 0x5; ");
}

TEST_CASE("trace: an interrupt in the middle of a probe leaves no line of what it released") {
  const auto in_time = [] { return Writer().bio().pin(5).pin(6); };
  CHECK(in_time().free(5).violated() == "not-freed-while-pinned 0x5; not-freed-while-in-use 0x5; ");
  CHECK(in_time().free(5).missed("gup_put", 0).violated() ==
        "not-freed-while-pinned 0x5; not-freed-while-in-use 0x5; ");
  const Writer freed = in_time().free(5).free(6).missed("gup_put", 2);
  CHECK(freed.violated() == "");
  CHECK(freed.unknown() == 2);
  // More than were missed.
  CHECK(test::contains(in_time().free(5).free(6).missed("gup_put", 1).violated(), "2 pins"));
  // The bio's next life, and a count that says that the pin is gone.
  CHECK(in_time().bio().pin(5).bio_release(0x201).unpin(5).missed("gup_put", 2).violated() == "");
  CHECK(Writer().pin(5).pin(5).missed("gup_put", 1).unknown() == 1);
  // Returns are missed where too many tasks are inside.
  const std::string grab = "g: (try_grab_folio_fast+0x0/0x1) page=0x40 refs=1 flags=0x80000 ref=2";
  CHECK(Writer().pin(5).line(grab).mark().violated() != "");
  CHECK(Writer().pin(5).line(grab).mark().missed("grab_fast_ret", 1).violated() == "");
  // What was missed before the trace says nothing about it.
  const std::string before = "  gup_put 50 2\n";
  const std::string text = before + in_time().free(5).missed("gup_put", 2).text();
  CHECK_FALSE(test::outcome(text, Kernel::v6_12).good());
}

TEST_CASE("trace: what a task takes once its call has returned is not the call's") {
  const std::string back = "n: (f+0x1/0x2 <- nfs_file_direct_write) ret=4096";
  const auto written = [] { return Writer().nfs().get(5).nfs_release(1, 5); };
  CHECK(written().line(back).get(6).free(6).violated() == "");
  CHECK(Writer().nfs().pin(5).line(back).violated() == "");  // no line of nfs_release
  const std::string legacy = "l: (__blockdev_direct_IO+0x0/0x1) iter=0x1 itertype=0";
  const std::string done = "l: (f+0x1/0x2 <- __blockdev_direct_IO) ret=4096";
  const auto text = Writer().line(legacy).pin(5).line(done).pin(6).text();
  const auto found = test::outcome(text, Kernel::v6_12).found;
  CHECK(test::row_of(found, trace::Caller::legacy, "ubuf").pinned == 1);
  CHECK(test::row_of(found, trace::Caller::gup, "user memory").pinned == 1);
}

TEST_CASE("trace: a TCP sender's iterator is seen, and takes no part of its task") {
  const std::string send = "s: (skb_splice_from_iter+0x4/0x5) iter=0x1 itertype=2";
  const auto found = test::outcome(Writer().line(send).get(5).text(), Kernel::v6_12).found;
  CHECK(std::count_if(found.paths.begin(), found.paths.end(), [](const trace::PathRow& row) {
          return row.caller == trace::Caller::tcp && row.kind == "bvec";
        }) == 1);
  CHECK(test::row_of(found, trace::Caller::gup, "user memory").gotten == 1);
}

TEST_CASE("trace: without kprobe_profile, an unpin that has no line may have been missed") {
  const auto freed = [] { return Writer().pin(5, true).free(5); };
  CHECK_FALSE(freed().violated().empty());
  CHECK(freed().sure() == 0);
  CHECK(freed().missed("gup_put", 0).sure() > 0);
  // FUSE and vfat unpin by gup_put_folio alone, which may not be probed.
  CHECK(freed().missed("unpin_folio", 0).sure() == 0);
  // It comes too late.
  CHECK(freed().unpin(5).sure() > 0);
  CHECK(Writer().pin(5, true).writeback(5).sure() == 0);
  CHECK(Writer().pin(5, true).writeback(5).missed("gup_put", 0).sure() == 1);
  // A count without pins says that they are gone.
  const auto read = [] { return Writer().pin(5).get(5).free(5); };
  CHECK(read().violated().empty());
  CHECK(read().unknown() == 1);
  const Writer stepped = Writer().pin_by_steps(5).step(5, -1024, 2).step(5, -2, 0).free(5);
  CHECK(stepped.violated().empty());
  CHECK(stepped.unknown() == 1);
}

TEST_CASE("trace: counts alone") {
  CHECK(Writer().step(5, 1, 3).step(5, 1023, 1026).step(5, -1024, 2).violated() == "");
  CHECK(Writer().step(5, 1, 3).step(5, -1024, -1021).violated() ==
        "pin-unpin-balanced 0x5; get-put-balanced 0x5; not-freed-while-in-use 0x5; ");
  CHECK(Writer()
            .step(5, 1024, 1026)
            .step(5, -1, 1025)
            .step(5, -1, 1024)
            .step(5, -1, 1023)
            .violated() == "pin-unpin-balanced 0x5; get-put-balanced 0x5; ");
  // A step that no line shows: a get's, or whole pins'.
  CHECK(Writer().step(5, 1, 3).step(5, 1, 5).violated() == "get-put-balanced 0x5; ");
  CHECK(Writer().step(5, 1, 3).step(5, 1, 1028).violated() == "pin-unpin-balanced 0x5; ");
}

/// A step of CPU `cpu` of page 5, or of page 9.
std::string step_line(int cpu, int time, int count, int val = 1, int page = 5) {
  return fmt::format(
      " a-{} [{:03}] ..... 1.{:06}: page_ref_mod: pfn={:#x} flags=lru count={} val={}\n", cpu + 1,
      cpu, time, page, count, val);
}

/// Two CPUs step at once: the count that a line prints may have the other's step in it already.
std::string raced(int first_cpu, int second_cpu, int first_count) {
  return step_line(0, 1, 3) + step_line(first_cpu, 2, first_count) + step_line(second_cpu, 3, 5);
}

TEST_CASE("trace: references that are taken in bulk are no pins") {
  // page_frag_alloc, when it got a small page; a network driver's pagecnt_bias.
  CHECK(Writer().step(5, 32768, 32769).step(5, -1, 32768).step(5, -32768, 0).violated() == "");
  CHECK(Writer().step(5, 65534, 65535).step(5, -2048, 63487).violated() == "");
  CHECK(Writer().step(5, 1024, 1025).step(5, -1, 1024).step(5, -1, 1023).violated() != "");
}

TEST_CASE("trace: a folio that is split gives each page a count") {
  const auto put = [](int from) {
    return Writer()
        .line(fmt::format("page_ref_unfreeze: pfn=0x5 flags=lru count={0} val={0}", from))
        .step(5, -1, from - 1)
        .step(5, -1, from - 2)
        .violated();
  };
  CHECK(put(2).empty());
  CHECK_FALSE(put(1).empty());
  // The gets of before are not all this page's.
  CHECK(Writer()
            .step(5, 1, 3)
            .step(5, 1, 4)
            .line("page_ref_freeze: pfn=0x5 flags=lru count=0 val=4 ret=1")
            .line("page_ref_unfreeze: pfn=0x5 flags=lru count=1 val=1")
            .step(5, -1, 0)
            .violated()
            .empty());
}

TEST_CASE("trace: pins whose probe does not tell what they did to the count") {
  // 6.12's slow path: pins on that CPU, at that count, and then the page is freed.
  const auto freed_after = [](std::initializer_list<std::pair<int, int>> pins) {
    Writer writer;
    for (const auto& [cpu, count] : pins)
      writer.cpu(cpu).line(
          fmt::format("g: (try_grab_folio+0x0/0x1) folio={} refs=1 flags=0x80000 ref={}",
                      Writer::at(5), count));
    return writer.free(5).missed("gup_put", 0).sure() > 0;
  };
  CHECK(freed_after({{0, 2}, {0, 1026}, {0, 2050}}));
  // A large folio's count grows by one, the zero page's not at all.
  CHECK(freed_after({{0, 2}, {0, 3}, {0, 4}}));
  CHECK_FALSE(freed_after({{0, 2}, {0, 2}, {0, 2}}));
  // It was none: another's unpin came in between.
  CHECK(freed_after({{0, 2}, {0, 2}, {0, 1026}, {0, 2050}}));
  // So a pin from before the trace may be there too.
  const std::string unpin =
      fmt::format("p: (gup_put_folio+0x0/0x1) folio={} refs=1 flags=0x80000 ref=", Writer::at(5));
  CHECK(Writer()
            .line(fmt::format("g: (try_grab_folio+0x0/0x1) folio={} refs=1 flags=0x80000 ref=17",
                              Writer::at(5)))
            .line(unpin + "18", 'h')
            .line(unpin + "17", 'h')
            .violated()
            .empty());
  // Another CPU's pin need not be in the count before that CPU has gone on.
  CHECK(freed_after({{0, 2}, {1, 2}}));
}

TEST_CASE("trace: whether an unpin without its pin is right depends on how large the page is") {
  const auto unpin = [](Writer before, int n, int ref) {
    return before
        .line(fmt::format("p: (gup_put_folio+0x0/0x1) folio={} refs={} flags=0x80000 ref={}",
                          Writer::at(5), n, ref))
        .violated()
        .empty();
  };
  const std::string small = "mm_page_alloc: page=0 pfn=0x5 order=0";
  const std::string large = "mm_page_alloc: page=0 pfn=0x4 order=2";
  CHECK_FALSE(unpin(Writer().line(small), 1, 3));
  CHECK(unpin(Writer().line(small), 1, 1027));
  CHECK(unpin(Writer().line(small).line(large), 1, 3));
  CHECK(unpin(Writer(), 1, 3));
  // As many pins of a small page would be in its count.
  CHECK_FALSE(unpin(Writer().get(5), 1, 18));
  CHECK(unpin(Writer().get(5), 16, 18));
  // 6.1 has no return probe there, but the line says that it is a tail page's.
  const auto got = [](unsigned head) {
    return Writer()
        .line(fmt::format("g: (try_grab_page+0x0/0x1) page={} head={:#x} flags=0x4 ref=17",
                          Writer::at(5),
                          head == 0 ? 0 : trace::kVmemmap + std::uint64_t{5} * 64 + 1))
        .gup_put(5, 0x40000, 18)
        .violated(Kernel::v6_1);
  };
  CHECK_FALSE(got(0).empty());
  CHECK(got(1).empty());
}

TEST_CASE("trace: a page is as large as its last line says") {
  Writer writer;
  writer.line("page_ref_mod: pfn=0x5 flags=lru|head count=9 val=1")
      .line("page_ref_set: pfn=0x5 flags= count=1 val=1");
  CHECK_FALSE(writer.step(5, 1024, 1025).step(5, -1, 1024).step(5, -1, 1023).violated().empty());
}

TEST_CASE("trace: a race in reading the count is not a missing step") {
  const auto judged = [](const std::string& text) {
    return test::outcome(text + test::all_enabled(Kernel::v6_12), Kernel::v6_12);
  };
  CHECK(judged(raced(0, 1, 5)).good());
  CHECK(judged(raced(0, 1, 4)).good());
  CHECK_FALSE(judged(raced(0, 0, 5)).good());
  // The second step may have been lost at the end; not so if CPU 0 went on.
  const test::Outcome end = judged(raced(0, 1, 6));
  CHECK(end.good());
  CHECK(end.found.unexplained.size() == 1);
  CHECK_FALSE(judged(raced(0, 1, 6) + step_line(0, 4, 1, 1, 9)).good());
  // Two steps of the other CPU, whose first line reads a count without the second.
  CHECK(judged(raced(0, 1, 6) + step_line(1, 4, 6)).good());
  // They came when CPU 0 was no longer at it.
  CHECK_FALSE(judged(step_line(0, 1, 3) + step_line(0, 2, 6) + step_line(0, 3, 1, 1, 9) +
                     step_line(1, 4, 5) + step_line(1, 5, 6))
                  .good());
}

TEST_CASE("trace: a violation is told with its definition and its lines") {
  const test::Folder folder;
  const std::string file = folder.write("t", Writer().nfs().pin(5).nfs_release(1, 5).mark().text());
  const test::Finished finished = test::pincheck({"trace", "--kernel", "6.12", file});
  CHECK(finished.status == 1);
  for (const char* part : {"pin-unpin-balanced", "every pin is released exactly once",
                           "put_page() by nfs-write on page 0x5", "nfs_direct_release_pages",
                           "try_grab_folio_fast", "violated: 2"})
    CHECK(test::contains(finished.out, part));
}

}  // namespace
}  // namespace pincheck::trace
