// SPDX-License-Identifier: MIT
// Lines as ftrace and trace-cmd print them, and others.
#include <catch2/catch.hpp>

#include "checker/trace/line.hpp"
#include "checker/trace/probes.hpp"

namespace pincheck::trace {
namespace {

TEST_CASE("trace: lines of ftrace and trace-cmd") {
  struct Case {
    std::string_view text;
    int pid, cpu;
    std::int64_t time;
    std::string_view event;
    char interrupt = '.';
  };
  for (const Case& one : {
           Case{"  cat-12  [003] d.h1.  5.000001: gup_put: (f+0x0/0x1) ref=2", 12, 3, 5'000'001'000,
                "gup_put", 'h'},
           Case{"cat-12  [003] d..1 5.000000001: e: x", 12, 3, 5'000'000'001, "e"},
           // Thread group column, a counter for a clock, no flags (trace-cmd), nothing behind it.
           Case{" cat-12 (   12) [003] .... 5.000001: e: x", 12, 3, 5'000'001'000, "e"},
           Case{" cat-12 (-------) [003] ..s. 77: e: x", 12, 3, 77, "e", 's'},
           Case{"   cat-12    [003]  5.000001: e:     x=1", 12, 3, 5'000'001'000, "e"},
           Case{"   cat-12    [003]  5.000001: e:", 12, 3, 5'000'001'000, "e"},
           // With the event's system.
           Case{"cat-12 [003] ..... 5.000001: kprobes:e: x", 12, 3, 5'000'001'000, "e"},
           Case{"cat-12 [003] ..... 5.000001: page_ref:e:", 12, 3, 5'000'001'000, "e"},
           Case{"cat-12 [003] ..... 5.000001: e: a:b: c", 12, 3, 5'000'001'000, "e"},
           // perf script.
           Case{"  cat    12 [003]     5.000001: kprobes:e: x", 12, 3, 5'000'001'000, "e"},
           Case{"a-1 b 10/12 [003] 5.000001: page_ref:e: x", 12, 3, 5'000'001'000, "e"},
           Case{"a 9 [001] b-12 [003] ..... 5.000001: e: x", 12, 3, 5'000'001'000, "e"},
           // Names with spaces, dashes and brackets.
           Case{"Web Content-1-12 [000] ..... 1.000000: e: x", 12, 0, 1'000'000'000, "e"},
           Case{"a [001] b-7 [002] ..... 1.000000: e: x", 7, 2, 1'000'000'000, "e"},
           Case{"<idle>-0 [128] d.H2. 1.000000: e: [9] -1 [1] 2.0: e", 0, 128, 1'000'000'000, "e",
                'H'},
           // perf script with other fields: no comm, no CPU, a period.
           Case{"  12 [003]     5.000001: kprobes:e: x", 12, 3, 5'000'001'000, "e"},
           Case{"  cat    12     5.000001: kprobes:e: x", 12, 0, 5'000'001'000, "e"},
           Case{"  cat 12 [003] 5.000001:          1 kprobes:e: x", 12, 3, 5'000'001'000, "e"},
           // trace-cmd report --ts-diff, whose first line has no difference.
           Case{"cat-12 [003] ..... 5.000001: (+12) e: x", 12, 3, 5'000'001'000, "e"},
           Case{"cat-12 [003]  5.000001:          e: x", 12, 3, 5'000'001'000, "e"},
           // The latency format, of ftrace and of trace-cmd report -l, and in a kernel's log.
           Case{"  cat-12    3d.h1.   12us+: e: x", 12, 3, 12'000, "e", 'h'},
           Case{"  cat-12    3...1   12us : e: x", 12, 3, 12'000, "e"},
           Case{"kworker/-12    0...1  5.000001: e:    x", 12, 0, 5'000'001'000, "e"},
           Case{"[   17.123456]    my cat-12    3..s.. 1234567us : e: x", 12, 3, 1'234'567'000, "e",
                's'},
           // The function tracer with func-args.
           Case{"cat-12 [003] ..... 5.000001: e(x=0x1, y=2) <-f", 12, 3, 5'000'001'000, "e"},
           // The function tracer has no event's name.
           Case{"cat-12 [003] ..... 5.000001: put_page <-f", 12, 3, 5'000'001'000, ""},
       }) {
    INFO(one.text);
    const Line line = parse_line(one.text);
    CHECK(line.kind == Line::Kind::event);
    CHECK(line.pid == one.pid);
    CHECK(line.cpu == one.cpu);
    CHECK(line.time == one.time);
    CHECK(line.event == one.event);
    CHECK(line.interrupt == one.interrupt);
  }
}

TEST_CASE("trace: lines that are no events") {
  CHECK(parse_line("").kind == Line::Kind::blank);
  CHECK(parse_line("# tracer: nop").kind == Line::Kind::comment);
  CHECK(parse_line("cpus=2").kind == Line::Kind::comment);
  for (const char* text : {"version = 7", "CPU 1 is empty", "CPU:1 [SUBBUFFER START]"})
    CHECK(parse_line(text).kind == Line::Kind::comment);
  for (const char* text : {"\tffffffff8137f1c5 f+0x5 ([kernel.kallsyms])", " => f", "  => f",
                           "=> f (ffffffff8137f1c5)", " => f+0x5/0x9 <ffffffff8137f1c5>"})
    CHECK(parse_line(text).kind == Line::Kind::frame);
  for (const char* text :
       {"CASE splice bytes=1", "a-1 [000]", "a-1 [000] ..... 1.5", "a [000] ..... 1.5: e: x",
        "a-1 [] ..... 1.5: e: x", "CPU:x [LOST]", "[[[[[[", "-", "a-1 [000] 1.: e: x", "gup_put 7",
        "gup_put 7 x", "7 7", "a 7x [000] 1.5: e: x", "\thello"}) {
    INFO(text);
    CHECK(parse_line(text).kind == Line::Kind::other);
  }
  const Line lost = parse_line("CPU:3 [LOST 117 EVENTS]");
  CHECK(lost.kind == Line::Kind::lost);
  CHECK(lost.cpu == 3);
  CHECK(lost.lost == 117);
  CHECK(parse_line("CPU:3 [12 EVENTS DROPPED]").lost == 12);
  const Line profile = parse_line("  gup_put                        19591             457");
  CHECK(profile.kind == Line::Kind::profile);
  CHECK(profile.event == "gup_put");
  CHECK(profile.lost == 457);
  CHECK(profile.hits == 19591);
  const Line enabled = parse_line("page_ref:page_ref_mod");
  CHECK(enabled.kind == Line::Kind::enabled);
  CHECK(enabled.event == "page_ref_mod");
  const Line unknown = parse_line("CPU:10 [EVENTS DROPPED]");
  CHECK(unknown.kind == Line::Kind::lost);
  CHECK(unknown.lost == 0);
}

TEST_CASE("trace: lost events, however it is said") {
  struct Case {
    std::string_view text;
    int cpu;
    std::uint64_t lost;
    bool whole = false;
  };
  for (const Case& one : {
           Case{"CPU:1 [LOST 12 EVENTS]", 1, 12},
           Case{"CPU:1 [LOST EVENTS]", 1, 0},
           Case{"host.dat: CPU:1 [12 EVENTS DROPPED]", 1, 12},
           Case{"[LOST 12 EVENTS]", kAnyCpu, 12},
           Case{"[MISSED EVENTS ON CPU 3]", 3, 0},
           Case{"  cat 12 [003] 5.000001: PERF_RECORD_LOST lost 12", 3, 12},
           Case{"  cat 12 [003] 5.000001: PERF_RECORD_LOST_SAMPLES lost 7", 3, 7},
           Case{"  cat 12 [003] 5.000001: PERF_RECORD_THROTTLE", 3, 0},
           Case{"0 5000001000 0x1a2b8 [0x30]: PERF_RECORD_LOST lost 12", kAnyCpu, 12},
           Case{"LOST 12 events!", kAnyCpu, 12},
           Case{"Processed 1234 events and lost 12 chunks!", kAnyCpu, 12, true},
       }) {
    INFO(one.text);
    const Line line = parse_line(one.text);
    CHECK(line.kind == Line::Kind::lost);
    CHECK(line.cpu == one.cpu);
    CHECK(line.lost == one.lost);
    CHECK(line.whole == one.whole);
  }
  CHECK(parse_line("  cat 12 [003] 5.000001: PERF_RECORD_COMM: cat:12/12").kind ==
        Line::Kind::comment);
}

TEST_CASE("trace: numbers and fields") {
  CHECK(parse_number("-12").value == -12);
  CHECK(parse_number("0xffffea0000000000").value == static_cast<std::int64_t>(0xffffea0000000000));
  for (const char* text : {"", "-", "0x", "12a", "none", "0xg"})
    CHECK_FALSE(parse_number(text).good);
  std::string_view text = "(f+0x0/0x1) page=0x1 flags=a|b  n=-1 tail";
  std::string seen;
  for (Field field; next_field(text, field);)
    seen += std::string(field.key) + "," + std::string(field.value) + ";";
  CHECK(seen == "page,0x1;flags,a|b;n,-1;");
  text = "page=0x1, refs=2";
  seen.clear();
  for (Field field; next_field(text, field);) seen += std::string(field.value) + ";";
  CHECK(seen == "0x1;2;");
}

TEST_CASE("trace: an event is known by its function, else by its name") {
  const auto meaning = [](std::string_view event, std::string_view text) {
    return meaning_of(event, text, Kernel::v6_12);
  };
  CHECK(meaning("my_probe", "(try_grab_folio_fast+0x0/0x160) page=0x1").probe->what == What::grab);
  CHECK(meaning("x", "(f+0x1/0x2 <- try_grab_folio_fast) folio=0x1").returns);
  CHECK(meaning("x", "(nfs_direct_release_pages+0x0/0xb0 [nfs]) n=1").probe->what ==
        What::nfs_release);
  CHECK(meaning("x", "(iov_iter_extract_pages.constprop.0+0x0/0xb0) n=1").probe->what ==
        What::iov_extract);
  // Named after the function, by people, by perf probe, and by the kernel.
  for (const char* name :
       {"try_grab_folio_fast", "try_grab_folio_fast_1", "p_try_grab_folio_fast_0"}) {
    const auto entry = meaning(name, "(ffffffff81234567) page=0x1");
    CHECK(entry.probe->what == What::grab);
    CHECK_FALSE(entry.returns);
  }
  for (const char* name : {"try_grab_folio_fast__return", "try_grab_folio_fast_ret",
                           "try_grab_folio_fast__return_2", "r_try_grab_folio_fast_0"}) {
    const auto back = meaning(name, "(ffffffff81234567 <- ffffffff81234500)");
    CHECK(back.probe->what == What::grab);
    CHECK(back.returns);
  }
  CHECK(meaning("page_ref_mod_and_return", "pfn=0x1").probe->what == What::ref_mod);
  CHECK(meaning("try_grab_7", "").probe == nullptr);
  // trace-cmd prints addresses.
  CHECK(meaning("gup_put", "(ffffffff81234567) refs=1").probe->what == What::gup_put);
  CHECK(meaning("grab_fast_ret", "(ffffffff81234567 <- ffffffff81234500) folio=1").returns);
  CHECK(meaning("print", "tracing_mark_write: begin").probe->what == What::marker);
  CHECK(meaning("print", "my_function: from trace_printk").probe == nullptr);
  CHECK(meaning("sched_switch", "prev_comm=x").probe == nullptr);
  CHECK(meaning("", "").probe == nullptr);
}

TEST_CASE("trace: one name may be another function's, or another probe's, in each kernel") {
  for (const auto& [event, text] : {std::pair{"gup_fast", "(ffffffff81) nr=4"},
                                    {"splice_read", "(ffffffff81) len=4"},
                                    {"nfs_req_page", "(ffffffff81) ref=4"},
                                    {"x", "(try_grab_folio+0x0/0x1) ref=4"}})
    for (const Kernel kernel : {Kernel::v6_1, Kernel::v6_12})
      CHECK(meaning_of(event, text, kernel).probe->exists(kernel));
  CHECK_FALSE(meaning_of("gup_fast", "(gup_fast_fallback+0x0/0x1) nr=4", Kernel::v6_1)
                  .probe->exists(Kernel::v6_1));
}

}  // namespace
}  // namespace pincheck::trace
