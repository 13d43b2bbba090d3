// SPDX-License-Identifier: MIT
// Captured traces are judged; however they are printed, cut or thinned, nothing is made up.
#include <fmt/format.h>

#include <random>

#include "checker/testing/trace_support.hpp"
#include "model/base/clock.hpp"
#include "model/base/input.hpp"

namespace pincheck::trace {
namespace {

using trace::Caller;
using trace::Kernel;

using test::summary;

std::string problems(const test::Outcome& outcome) {
  const std::string file = "test";
  return trace::trace_text({outcome.trace, outcome.found, file});
}

TEST_CASE("trace: every captured trace is in balance") {
  for (const test::Captured& captured : test::all_captured()) {
    const test::Outcome judged = test::outcome(captured.text, captured.kernel);
    INFO(captured.name << "\n" << problems(judged));
    CHECK(judged.good());
    CHECK(judged.found.unexplained.empty());
    CHECK_FALSE(judged.found.paths.empty());
    // Only there the trace ends before the bio's pages are released.
    CHECK(judged.found.open.size() == (captured.name == "6.12-pageref-read" ? 4U : 0U));
  }
}

TEST_CASE("trace: who took what, with which iterator, on which kernel") {
  struct Case {
    const char* trace;
    Caller caller;
    const char* kind;
    int gotten, pinned, put, unpinned, unseen;
  };
  for (const Case& one : {
           Case{"6.1-write", Caller::bio, "ubuf", 4, 0, 4, 0, 0},
           Case{"6.1-read", Caller::bio, "ubuf", 4, 0, 4, 0, 0},
           Case{"6.12-write", Caller::bio, "ubuf", 0, 4, 0, 4, 0},
           Case{"6.12-read", Caller::bio, "ubuf", 0, 4, 0, 4, 0},
           Case{"6.12-pageref-write", Caller::bio, "ubuf", 0, 4, 0, 4, 0},
           Case{"6.1-splice", Caller::bio, "bvec", 0, 0, 0, 0, 0},
           Case{"6.12-splice", Caller::bio, "bvec", 0, 0, 0, 0, 0},
           Case{"6.1-uringfixedwrite", Caller::bio, "bvec", 0, 0, 0, 0, 0},
           Case{"6.1-uringreg", Caller::gup, "user memory", 0, 4, 0, 4, 0},
           Case{"6.12-uringreg", Caller::gup, "user memory", 0, 4, 0, 4, 0},
           Case{"6.1-vmsplice", Caller::gup, "user memory", 4, 0, 4, 0, 0},
           Case{"6.12-vmsplice", Caller::gup, "user memory", 4, 0, 4, 0, 0},
           Case{"6.1-nfs-write", Caller::nfs_write, "ubuf", 4, 0, 4, 0, 0},
           Case{"6.12-nfs-write", Caller::nfs_write, "ubuf", 4, 0, 4, 0, 0},
           // The thread's path: an ITER_BVEC in NFS, gotten and put.
           Case{"6.1-nfs-splice", Caller::nfs_write, "bvec", 4, 0, 4, 0, 4},
           Case{"6.12-nfs-splice", Caller::nfs_write, "bvec", 4, 0, 4, 0, 4},
           Case{"6.12-pageref-nfs-splice", Caller::nfs_write, "bvec", 4, 0, 4, 0, 0},
       }) {
    const test::Captured captured = test::captured(one.trace);
    const test::Outcome judged = test::outcome(captured.text, captured.kernel);
    const trace::PathRow row = test::row_of(judged.found, one.caller, one.kind);
    INFO(one.trace << ": " << summary(judged));
    CHECK(std::tuple(row.gotten, row.pinned, row.put, row.unpinned, row.unseen) ==
          std::tuple(one.gotten, one.pinned, one.put, one.unpinned, one.unseen));
  }
}

/// One line of trace-cmd report: no flags, other columns, no symbols.
std::string as_trace_cmd(std::string line) {
  if (const std::size_t mark = line.find("tracing_mark_write"); mark != std::string::npos)
    line.insert(mark, "print: ");
  if (const std::size_t open = line.find(": ("); open != std::string::npos) {
    const std::size_t close = line.find(')', open);
    const bool returns = line.find(" <- ", open) < close;
    line.replace(open + 3, close - open - 3, returns ? "ffffffff8 <- ffffffff9" : "ffffffff8");
  }
  const std::size_t cpu = line.find("] ");
  const std::size_t dot = line.find('.', cpu + 8);
  if (cpu == std::string::npos || dot == std::string::npos) return line;
  const std::size_t time = line.rfind(' ', dot);
  return line.substr(0, cpu + 1) + "   " + line.substr(time);
}

/// One line of perf script, with a stack below it.
std::string as_perf(std::string line) {
  line = as_trace_cmd(line);
  const std::size_t cpu = line.find('[');
  const std::size_t event = line.find(": ", cpu) + 2;
  if (cpu == std::string::npos || line[0] == '#') return line + "\n";
  if (const std::size_t print = line.find("print: "); print != std::string::npos)
    line.erase(print, 7);
  line.insert(event, "kprobes:");
  line[line.rfind('-', cpu)] = ' ';
  return line + "\n\tffffffff8137f1c5 f+0x5 ([kernel.kallsyms])\n\t    7f0101c5 main+0x5 (x)\n\n";
}

TEST_CASE("trace: however it is printed, it is the same") {
  for (const test::Captured& captured : test::all_captured()) {
    const std::string expected = summary(test::outcome(captured.text, captured.kernel));
    const auto lines = test::lines_of(captured.text);
    std::string nanoseconds, other_names, trace_cmd, perf;
    for (std::string line : lines) {
      trace_cmd += as_trace_cmd(line) + "\n";
      perf += as_perf(line);
      const std::size_t colon = line.find(": ");
      if (colon != std::string::npos && line[0] != '#')
        nanoseconds += line.substr(0, colon) + "000" + line.substr(colon) + "\r\n";
      const std::size_t name = line.find("pincase-");
      if (name != std::string::npos) line.replace(name, 7, "Web Content-3 [002]");
      other_names += line + "\n";
    }
    INFO(captured.name);
    CHECK(summary(test::outcome(nanoseconds, captured.kernel)) == expected);
    CHECK(summary(test::outcome(other_names, captured.kernel)) == expected);
    CHECK(summary(test::outcome(trace_cmd, captured.kernel)) == expected);
    const test::Outcome of_perf = test::outcome(perf, captured.kernel);
    CHECK(summary(of_perf) == expected);
    CHECK(of_perf.trace.unreadable ==
          test::outcome(captured.text, captured.kernel).trace.unreadable);
    // Per-CPU buffers one after the other, as in `cat per_cpu/cpu*/trace`.
    auto by_cpu = lines;
    std::stable_sort(by_cpu.begin(), by_cpu.end(), [](const auto& a, const auto& b) {
      return a.find("[001] ") == std::string::npos && b.find("[001] ") != std::string::npos;
    });
    CHECK(summary(test::outcome(test::joined(by_cpu), captured.kernel)) == expected);
  }
}

TEST_CASE("trace: with KASLR vmemmap must be told") {
  const test::Captured captured = test::captured("6.12-pageref-write");
  std::string moved = captured.text;
  for (std::size_t at = 0; (at = moved.find("0xffffea00", at)) != std::string::npos; ++at)
    moved.replace(at, 10, "0xfffff5c0");
  const std::string expected = summary(test::outcome(captured.text, captured.kernel));
  const auto told = trace::read_trace(moved, "test", captured.kernel, 0xfffff5c000000000);
  CHECK(summary({told, trace::judge(told)}) == expected);
  const test::Outcome untold = test::outcome(moved, captured.kernel);
  CHECK(untold.good());
  CHECK(test::contains(problems(untold), "--vmemmap"));
  CHECK_FALSE(test::contains(problems(test::outcome(captured.text, captured.kernel)), "--vmemmap"));
}

TEST_CASE("trace: where only unpin_user_folio is probed, a bio releases its own pins") {
  const test::Captured captured = test::captured("6.12-read-thp");  // two bios with one folio
  auto lines = test::lines_of(captured.text);
  std::erase_if(lines, [](const auto& line) { return test::contains(line, " gup_put: "); });
  const test::Outcome judged = test::outcome(test::joined(lines), captured.kernel);
  INFO(problems(judged));
  CHECK(judged.good());
}

TEST_CASE("trace: pages that cannot be show that vmemmap is another, without page_ref too") {
  const auto text = [](std::uint64_t page) {
    return fmt::format(
        " a-1 [000] d..1. 1.5: g: (try_grab_folio_fast+0x0/0x1) page={:#x} refs=1 flags=0x80000 "
        "ref=2\n a-1 [000] d..1. 1.6: mm_page_free: page=0 pfn=0x10 order=0\nkprobes:gup_put\n",
        page);
  };
  for (const std::uint64_t moved :
       {0xfffff50000000800, 0xffffe00000000800, 0xffd4000000000800, 0xffff8f0000000800}) {
    const std::string report = problems(test::outcome(text(moved), Kernel::v6_12));
    INFO(report);
    CHECK(test::contains(report, "not-freed-while-pinned         no: "));
    CHECK(test::contains(report, "--vmemmap is wrong"));
  }
  const std::string fits = problems(test::outcome(text(trace::kVmemmap + 0x800), Kernel::v6_12));
  CHECK_FALSE(test::contains(fits, "--vmemmap"));
  CHECK(test::contains(fits, "not-freed-while-pinned         yes"));
}

TEST_CASE("trace: cut at either end, it shows no violation") {
  for (const test::Captured& captured : test::all_captured()) {
    const auto lines = test::lines_of(captured.text);
    for (std::size_t cut = 4; cut + 2 < lines.size(); ++cut) {
      const auto middle = lines.begin() + static_cast<std::ptrdiff_t>(cut);
      const test::Outcome begin =
          test::outcome(test::joined({lines.begin(), middle}), captured.kernel);
      INFO(captured.name << " cut at line " << cut << "\n" << problems(begin));
      CHECK(begin.good());
      const test::Outcome end = test::outcome(test::joined({middle, lines.end()}), captured.kernel);
      INFO(problems(end));
      CHECK(end.good());
    }
  }
}

TEST_CASE("trace: lost events make references unknown, not wrong") {
  std::int64_t unknown = 0;
  for (const test::Captured& captured : test::all_captured()) {
    const auto lines = test::lines_of(captured.text);
    for (std::size_t at = 4; at + 3 < lines.size(); ++at)
      for (const char* cpu : {"[000]", "[001]"}) {
        auto thinned = lines;
        int lost = 0;
        for (std::size_t i = at; i < thinned.size() && lost < 3;)
          if (thinned[i].find(cpu) != std::string::npos && ++lost > 0)
            thinned.erase(thinned.begin() + static_cast<std::ptrdiff_t>(i));
          else
            ++i;
        thinned.insert(thinned.begin() + static_cast<std::ptrdiff_t>(std::min(at, thinned.size())),
                       fmt::format("CPU:{} [LOST 3 EVENTS]", cpu[3]));
        const test::Outcome judged = test::outcome(test::joined(thinned), captured.kernel);
        INFO(captured.name << " lost at line " << at << " on " << cpu << "\n" << problems(judged));
        CHECK(judged.good());
        CHECK(judged.trace.losses.size() == 1);
        unknown += judged.found.lost_references;
      }
  }
  CHECK(unknown > 100);
}

TEST_CASE("trace: nothing is made up of what a full buffer has overwritten") {
  // Each CPU overwrites its own oldest events: what is left of CPU 1 has gaps while CPU 0 has none
  // yet.
  const test::Captured captured = test::captured("6.12-write");
  const auto lines = test::lines_of(captured.text);
  std::string text = "# entries-in-buffer/entries-written: 20/25   #P:2\n";
  for (const std::string& line : lines)
    if (line.find("folio=0xffffea00000da500 refs") == std::string::npos &&
        line.find("folio=0xffffea00000da500 n") == std::string::npos)
      text += line + "\n";
  const std::string late = " b-8 [000] ..... 999999.000000: mm_page_free: page=0 pfn=0x1 order=0\n";
  CHECK_FALSE(test::outcome(text, captured.kernel).good());
  const test::Outcome judged = test::outcome(text + late, captured.kernel);
  CHECK(judged.good());
  CHECK(judged.trace.lost_events() == 5);
  CHECK(test::contains(problems(judged), "5 events are gone"));
}

TEST_CASE("trace: any bytes are read, as something") {
  std::mt19937 random(1);
  const auto all = test::all_captured();
  int rejected = 0;
  for (int round = 0; round < 3000; ++round) {
    const test::Captured& captured = all[static_cast<std::size_t>(round) % all.size()];
    std::string text = captured.text;
    for (int i = 0; i < 40; ++i) {
      constexpr std::string_view kBytes = "0123456789abcdef=:-[]() x.\n\0\xff";
      text[random() % text.size()] = kBytes[random() % kBytes.size()];
    }
    try {
      problems(test::outcome(text, captured.kernel));
    } catch (const InputError&) {
      ++rejected;
    }
  }
  CHECK(rejected < 3000);
}

TEST_CASE("trace: many references to one page and many losses take no longer each") {
  std::string text;
  for (int i = 0; i < 100000; ++i) {
    text += fmt::format(
        " a-1 [000] d..1. {}.1: g: (try_grab_page+0x0/0x1) page=0x40 flags=0x4 ref=1\n", i);
    if (i % 10 == 0) text += "CPU:1 [LOST EVENTS]\nCPU:0 [LOST 5 EVENTS]\n";
    text += fmt::format(
        " a-1 [000] d..1. {}.2: p: (gup_put_folio+0x0/0x1) folio=0x40 refs=1 "
        "flags=0x40000 ref=1025\n",
        i);
  }
  const double before = cpu_seconds();
  CHECK(test::outcome(text, Kernel::v6_1).good());
  CHECK(cpu_seconds() - before < 5);
}

TEST_CASE("trace: bad input is one message") {
  const test::Folder folder;
  const std::string empty = folder.write("empty", "");
  const std::string text = folder.write("text", "hello\nworld\n");
  const std::string broken = folder.write("broken.gz", "\x1f\x8b\x08garbage");
  const std::string noise = folder.write("noise", test::noise(10000));
  for (const auto& file : {empty, text, broken, noise, folder.path("missing"), folder.path(".")})
    test::check_rejected({"trace", "--kernel", "6.12", file}, {file});
  const std::string other = test::captured("6.12-write").path;
  test::check_rejected({"trace", "--kernel", "6.1", other}, {other + ":", "kernel 6.1"});
  test::check_rejected({"trace", "--kernel", "6.1"}, {});
  CHECK(test::pincheck({"trace", other}).status == 2);
  CHECK(test::pincheck({"trace", "--kernel", "6.6", other}).status == 2);
}

TEST_CASE("trace: --vmemmap is where struct pages can begin") {
  const std::string file = test::captured("6.12-write").path;
  for (const char* base : {"-1", "0xffffffffffffffff", "0", "0xffffea0000000040"})
    test::check_rejected({"trace", "--kernel", "6.12", "--vmemmap", base, file}, {"--vmemmap"});
  for (const char* base : {"0xffffea0000000000", "0xfffff5c000000000", "0xffd4000000000000"})
    CHECK(test::pincheck({"trace", "--kernel", "6.12", "--vmemmap", base, file}).status == 0);
}

TEST_CASE("trace: the command") {
  const std::string good = test::captured("6.1-nfs-splice").path;
  const test::Finished finished = test::pincheck({"trace", "--kernel", "6.1", good});
  CHECK(finished.status == 0);
  CHECK(test::contains(finished.out, "nothing violated, nothing open\n"));
  CHECK(test::contains(finished.out, "nfs-write  bvec"));
  for (const char* kernel : {"6.1", "6.12"}) {
    const std::string probes = test::pincheck({"trace", "--print-probes", "--kernel", kernel}).out;
    for (const char* name : {"gup_put_folio", "__bio_release_pages", "page_ref_mod", "itertype="})
      CHECK(test::contains(probes, name));
    CHECK(test::contains(probes, "try_grab_folio_fast") == (std::string(kernel) == "6.12"));
  }
}

}  // namespace
}  // namespace pincheck::trace
