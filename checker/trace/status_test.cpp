// SPDX-License-Identifier: MIT
// When nothing was judged, and when a file is no trace: told, with an exit status of its own.
#include <fmt/format.h>

#include "checker/testing/trace_support.hpp"
#include "checker/trace/recognise.hpp"
#include "model/base/exit_code.hpp"

namespace pincheck::trace {
namespace {

/// Judges a file of that text; checks the status, and that the output has the words.
void check_status(const std::string& text, int status, const std::vector<const char*>& words) {
  const test::Folder folder;
  const test::Finished finished =
      test::pincheck({"trace", "--kernel", "6.12", folder.write("t", text)});
  INFO(text.substr(0, 500) << "\n" << finished.out << finished.err);
  CHECK(finished.status == status);
  for (const char* word : words) CHECK(test::contains(finished.out, word));
}

TEST_CASE("trace: nothing was judged where no event is about references") {
  check_status(" k-1 [000] d..2. 3.1: sched_wakeup: comm=k pid=7\n", kVacuous,
               {"nothing was judged: no event", "they are of sched_wakeup", "--print-probes"});
  check_status(" k-1 [000] d..2. 3.1: myprobe: (ffffffff81234567) arg1=0x1\n", kVacuous,
               {"nothing was judged", "myprobe may be probes of functions"});
  check_status(" k-1 [000] ..... 3.1: tracing_mark_write: begin\n", kVacuous,
               {"nothing was judged"});
}

TEST_CASE("trace: nothing was judged where only one side of each property is there") {
  const std::string put =
      " k-1 [000] ..... 3.1: page_ref_mod_and_test: pfn=0x5 count=2 val=-1 ret=0\n";
  const std::string get = " k-1 [000] ..... 3.2: page_ref_mod: pfn=0x5 count=3 val=1\n";
  const std::string freed = " k-1 [000] ..... 3.3: mm_page_free: page=0 pfn=7216 order=0\n";
  check_status(put + put, kVacuous, {"nothing was judged: for each property"});
  check_status(get + get, kVacuous, {"nothing was judged: for each property"});
  check_status(freed, kVacuous, {"nothing was judged: for each property"});
  check_status(get + put, kAsExpected, {"nothing violated"});
  // A caller alone, of whose pages nothing is seen.
  check_status(" k-1 [000] ..... 3.1: dio: (iomap_dio_rw+0x4/0x5) iter=0x1 itertype=0\n", kVacuous,
               {"nothing was judged"});
}

TEST_CASE("trace: nothing was judged where events were lost around everything") {
  check_status(
      " k 1 [000] 3.1: page_ref:page_ref_mod: pfn=0x5 count=3 val=1\n"
      " k 1 [000] 3.2: PERF_RECORD_LOST lost 3\n"
      " k 1 [000] 3.3: page_ref:page_ref_mod_and_test: pfn=0x5 count=9 val=-1 ret=0\n",
      kVacuous, {"nothing was judged: events were lost", "3 events of CPU 0"});
}

TEST_CASE("trace: of several machines the gravest counts") {
  const auto line = [](const char* machine, const char* what) {
    return fmt::format("{}: k-1 [000] ..... 3.1: {}\n", machine, what);
  };
  const std::string nothing = line("a.dat", "sched_wakeup: pid=7");
  const std::string bad = line("b.dat", "page_ref_mod_and_test: pfn=0x5 count=-1 val=-1 ret=0");
  check_status(nothing + bad, kDiffers, {"t, a.dat: ", "t, b.dat: ", "nothing was judged", "-1"});
  check_status(bad + nothing, kDiffers, {});
  check_status(nothing + line("b.dat", "page_ref_mod: pfn=0x5 count=4 val=1"), kVacuous, {});
}

TEST_CASE("trace: captured traces are judged, and what was judged is told in JSON") {
  for (const test::Captured& captured : test::all_captured()) {
    const test::Outcome judged = test::outcome(captured.text, captured.kernel);
    const std::string file = "test";
    INFO(captured.name);
    CHECK(trace::Judged{judged.trace, judged.found, file}.status() == kAsExpected);
  }
}

TEST_CASE("trace: page dumps say how many pins there are") {
  const char* dump =
      "page:0000000012345678 refcount:{} mapcount:{} mapping:0000000000000000 index:0x4 pfn:0x9a1\n"
      "flags: 0x14(uptodate|lru)\npage dumped because: VM_BUG_ON_PAGE(x)\n";
  const auto says = [&](int count, int mapped) {
    return trace::recognise_text(fmt::format(fmt::runtime(dump), count, mapped))->says.front();
  };
  CHECK(test::contains(says(5122, 2),
                       "5122 = 5 x 1024 + 2: 5 pin(s), and 2 other reference(s), 2 of"));
  CHECK(test::contains(says(3, 1), "no pin"));
  CHECK(test::contains(says(-1, 0), "more was put than there was"));
  CHECK(test::contains(says(0, 0), "nobody holds it"));
  check_status(fmt::format(fmt::runtime(dump), 1026, 1), kUnreadable,
               {"a page dump", "page 0x9a1 (VM_BUG_ON_PAGE(x))", "1 pin(s)", "no trace"});
  // In a kernel's log, of a large folio, whose pins are not in the count.
  const auto logged = trace::recognise_text(
      "[   12.345678] page: refcount:7 mapcount:2 mapping:0 index:0x0 pfn:0x9a0\n"
      "[   12.345679] head: order:4 mapcount:2 entire_mapcount:0 pincount:3\n"
      "[   12.345680] page_owner tracks the page as allocated\n");
  CHECK(test::contains(logged->what, "page_owner's stacks"));
  CHECK(test::contains(logged->says.front(), "page 0x9a0: refcount 7: a large folio"));
  CHECK(test::contains(logged->says.front(), "3 pin(s)"));
}

TEST_CASE("trace: counters of pins say how many are left") {
  check_status("nr_free_pages 7\nnr_foll_pin_acquired 500\nnr_foll_pin_released 480\n", kUnreadable,
               {"/proc/vmstat", "20 still pinned"});
  check_status(
      "nr_foll_pin_acquired 500\nnr_foll_pin_released 480\n"
      "nr_foll_pin_acquired 516\nnr_foll_pin_released 500\n",
      kUnreadable, {"between the first and the last reading: 16 pages pinned, 20 unpinned"});
}

TEST_CASE("trace: what is no trace is named, and what to do instead") {
  using std::string;
  struct Case {
    string text;
    const char* is;
    const char* instead;
  };
  for (const Case& one : {
           Case{string("\x17\x08\x44tracing7\0\0\0", 14), "trace.dat", "trace-cmd report"},
           Case{string("PERFILE2h\0\0\0", 12), "perf.data", "perf script"},
           Case{string("\xfd"
                       "7zXZ\0\0",
                       7),
                "xz", "gzip"},
           Case{string("\x28\xb5\x2f\xfd\0\0", 6), "zstd", "gzip"},
           Case{"[    0.000000] Linux version 6.12\n[    1.234567] usb 1-1: new device\n",
                "kernel log", "--print-probes"},
           Case{"Attaching 3 probes...\n@pins[dd]: 17\n", "bpftrace", "--print-probes"},
           Case{"# tracer: function\n k-1 [000] ..... 3.1: gup_put_folio <-unpin_user_page\n",
                "function tracer", "func-args"},
           Case{"# tracer: function_graph\n 0)   1.234 us    |  gup_put_folio();\n",
                "function_graph", "--print-probes"},
           Case{" 1)               |  unpin() {\n 1)   0.1 us     |    put();\n", "function_graph",
                "--print-probes"},
           Case{"Page allocated via order 0, mask 0x1\nPFN 0x1000 type Movable\n", "page_owner",
                "--print-probes"},
           Case{"# event histogram\n#\n{ pfn: 16 } hitcount: 3\n", "histogram", "--print-probes"},
           Case{"name: page_ref_mod\nID: 500\nformat:\n\tfield:int x;\n", "format",
                "--print-probes"},
           Case{"p:kprobes/gup_put gup_put_folio folio=%di:x64\n", "kprobe_events",
                "--print-probes"},
           Case{"  gup_put      19591    457\n", "kprobe_profile", "behind it"},
           Case{"page_ref:page_ref_mod\nkmem:mm_page_free\n", "set_event", "behind it"},
           Case{"k [000] page_ref:page_ref_mod: pfn=0x5 count=2 val=1\n", "columns", "perf script"},
       }) {
    check_status(one.text, kUnreadable, {one.is, one.instead, "nothing was judged"});
  }
}

TEST_CASE("trace: a file that is empty or cut off says so") {
  const test::Folder folder;
  test::check_rejected({"trace", "--kernel", "6.12", folder.write("e", "")}, {"it is empty"});
  std::string gzip;
  {
    std::ifstream stream(test::captured("6.12-write").path, std::ios::binary);
    gzip.assign(std::istreambuf_iterator<char>(stream), {});
  }
  test::check_rejected(
      {"trace", "--kernel", "6.12", folder.write("c.gz", gzip.substr(0, gzip.size() / 2))},
      {"cut off"});
}

TEST_CASE("trace: struct pages of arm64 are told, and where they begin can be") {
  const auto text = [](const char* event, const char* rest) {
    return fmt::format(" k-1 [000] d.... 3.{}: {}: folio=0xfffffdffc0001240 refs=1 {}\n",
                       event[0] == 'g' ? 2 : 1, event, rest);
  };
  const std::string both = text("grab_slow", "flags=0x80001 ref=1") +
                           " k-1 [000] ..... 3.3: gup_put: (gup_put_folio+0x0/0x90) "
                           "folio=0xfffffdffc0001240 refs=1 flags=0x80000 ref=1025\n";
  check_status(both, kAsExpected, {"arm64", "0xfffffdffc0000000"});
  const test::Folder folder;
  const std::string file =
      folder.write("t", both + " k-1 [000] ..... 3.4: mm_page_free: pfn=0x49 order=0\n");
  for (const char* base : {"0xfffffdffc0000000", "0xfffffdffbf000000"}) {
    const auto told = test::pincheck({"trace", "--kernel", "6.12", "--vmemmap", base, file});
    CHECK(told.status == 0);
    CHECK_FALSE(test::contains(told.out, "arm64"));
  }
}

}  // namespace
}  // namespace pincheck::trace
