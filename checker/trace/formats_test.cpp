// SPDX-License-Identifier: MIT
// Traces in every form that ftrace, trace-cmd and perf print: the same is read.
#include <fmt/format.h>

#include <functional>

#include "checker/testing/trace_support.hpp"

namespace pincheck::trace {
namespace {

using test::summary;
using trace::Kernel;
using trace::Line;

/// The trace with each event's line made another.
std::string with(const test::Captured& captured,
                 const std::function<std::string(const std::string&, const Line&)>& other) {
  std::string text;
  for (const std::string& line : test::lines_of(captured.text)) {
    const Line parsed = trace::parse_line(line);
    text += (parsed.kind == Line::Kind::event ? other(line, parsed) : line) + "\n";
  }
  return text;
}

/// Where the line's event begins.
std::size_t at_event(const std::string& line, const Line& parsed) {
  return static_cast<std::size_t>(parsed.event.data() - line.data());
}

/// The captured trace is read as it is, and by that other form of it.
void check_same(const char* form,
                const std::function<std::string(const std::string&, const Line&)>& other) {
  for (const test::Captured& captured : test::all_captured()) {
    const test::Outcome expected = test::outcome(captured.text, captured.kernel);
    const test::Outcome judged = test::outcome(with(captured, other), captured.kernel);
    INFO(form << " of " << captured.name);
    CHECK(summary(judged) == summary(expected));
    CHECK(judged.trace.unreadable == expected.trace.unreadable);
    CHECK(judged.trace.ignored == expected.trace.ignored);
  }
}

TEST_CASE("trace: times with their differences are times") {
  check_same("--ts-diff", [](const std::string& line, const Line& parsed) {
    return std::string(line).insert(at_event(line, parsed), "(+17) ");
  });
}

TEST_CASE("trace: differences alone are no times, and the order of lines is kept") {
  check_same("--deltatime", [n = 0](const std::string& line, const Line& parsed) mutable {
    return fmt::format(" dd-{} [{:03}] d.{}1. 0.{:06}: {}", parsed.pid, parsed.cpu,
                       parsed.interrupt, ++n * 7919 % 1000, line.substr(at_event(line, parsed)));
  });
  const test::Captured captured = test::captured("6.12-write");
  const std::string back =
      with(captured, [n = 0](const std::string& line, const Line& parsed) mutable {
        return fmt::format(" dd-{} [000] ..... 0.00000{}: {}", parsed.pid, 9 - ++n % 9,
                           line.substr(at_event(line, parsed)));
      });
  const test::Outcome judged = test::outcome(back, captured.kernel);
  CHECK(judged.trace.unsorted);
  CHECK(test::contains(test::report_of(judged), "times go back on one CPU"));
}

TEST_CASE("trace: the latency format is read") {
  check_same("latency-format", [](const std::string& line, const Line& parsed) {
    return fmt::format("  dd a-{:<7} {:3}d.{}1. {:6}us+: {}", parsed.pid, parsed.cpu,
                       parsed.interrupt, parsed.time / 1000, line.substr(at_event(line, parsed)));
  });
  check_same("report -l", [](const std::string& line, const Line& parsed) {
    return fmt::format("kwork/-{:<5} {:3}d.{}1 {}.{:09}: {}", parsed.pid, parsed.cpu,
                       parsed.interrupt, parsed.time / 1'000'000'000, parsed.time % 1'000'000'000,
                       line.substr(at_event(line, parsed)));
  });
}

TEST_CASE("trace: other clocks are read") {
  check_same("a counter", [](const std::string& line, const Line& parsed) {
    return fmt::format(" dd-{} [{:03}] d.{}1. {}: {}", parsed.pid, parsed.cpu, parsed.interrupt,
                       parsed.time, line.substr(at_event(line, parsed)));
  });
}

TEST_CASE("trace: names of commands may be anything") {
  for (const char* name : {"sshd: root@pts", "a (12) b", "[kworker] [003]", "-", "=>"})
    check_same(name, [&](const std::string& line, const Line& parsed) {
      return fmt::format(" {}-{} [{:03}] d.{}1. {}.{:09}: {}", name, parsed.pid, parsed.cpu,
                         parsed.interrupt, parsed.time / 1'000'000'000, parsed.time % 1'000'000'000,
                         line.substr(at_event(line, parsed)));
    });
}

TEST_CASE("trace: perf script prints the fields it is asked for") {
  const test::Captured captured = test::captured("6.12-write");
  const auto pinned =
      [&](const std::function<std::string(const std::string&, const Line&)>& other) {
        const test::Outcome judged = test::outcome(with(captured, other), captured.kernel);
        CHECK(judged.good());
        const auto row = test::row_of(judged.found, trace::Caller::bio, "ubuf");
        return row.pinned + row.unpinned;
      };
  const auto time = [](const Line& parsed) {
    return fmt::format("{}.{:09}:", parsed.time / 1'000'000'000, parsed.time % 1'000'000'000);
  };
  const auto what = [](const std::string& line, const Line& parsed) {
    return "kprobes:" + line.substr(at_event(line, parsed));
  };
  CHECK(pinned([&](const std::string& line, const Line& parsed) {
          return fmt::format(" dd {}/{} [{:03}] {}          1 {}", parsed.pid, parsed.pid,
                             parsed.cpu, time(parsed), what(line, parsed));
        }) == 8);
  CHECK(pinned([&](const std::string& line, const Line& parsed) {
          return fmt::format("  {} [{:03}] {} {}", parsed.pid, parsed.cpu, time(parsed),
                             what(line, parsed));
        }) == 8);
  CHECK(pinned([&](const std::string& line, const Line& parsed) {
          return fmt::format(" a: b {} {} {}", parsed.pid, time(parsed), what(line, parsed));
        }) == 8);
}

/// Event names are their functions', and the text has addresses.
std::string named_after_function(const std::string& line, const Line& parsed) {
  const std::size_t open = line.find(": (");
  if (open == std::string::npos) return line;
  const std::size_t close = line.find(')', open);
  std::string function = line.substr(open + 3, close - open - 3);
  const std::size_t arrow = function.find(" <- ");
  const bool returns = arrow != std::string::npos;
  if (returns) function = function.substr(arrow + 4);
  function = function.substr(0, function.find_first_of("+ "));
  return line.substr(0, at_event(line, parsed)) + "probe:" + function +
         (returns ? "__return: (ffffffff81 <- ffffffff80)" : ": (ffffffff81)") +
         line.substr(close + 1);
}

TEST_CASE("trace: probes that are named after their functions are known") {
  for (const test::Captured& captured : test::all_captured()) {
    if (test::contains(captured.name, "trace-cmd")) continue;  // it has addresses
    const std::string expected = summary(test::outcome(captured.text, captured.kernel));
    INFO(captured.name);
    CHECK(summary(test::outcome(with(captured, named_after_function), captured.kernel)) ==
          expected);
  }
}

TEST_CASE("trace: the function tracer's arguments are read") {
  const auto line = [](int time, const char* what) {
    return fmt::format("  dd-9   [000] d.... 7.{:06}: {} <-caller\n", time, what);
  };
  const std::string pin =
      line(1, "try_grab_folio_fast(page=0xffffea0000001000, refs=2, flags=0x80001)");
  const std::string unpin =
      line(2, "gup_put_folio(folio=0xffffea0000001000, refs=2, flags=0x80000)");
  const test::Outcome judged = test::outcome(pin + unpin, Kernel::v6_12);
  CHECK(judged.found.open.empty());
  const auto row = test::row_of(judged.found, trace::Caller::gup, "user memory");
  CHECK(std::tuple(row.pinned, row.unpinned, row.unseen) == std::tuple(2, 2, 0));
}

/// The event's line, with a stack below it.
std::string with_stack(const std::string& line, const Line& parsed, std::string_view head,
                       const std::string& frames) {
  return fmt::format("{}\n{}{}\n{}", line, line.substr(0, at_event(line, parsed)), head, frames);
}

TEST_CASE("trace: stacks are read in every form, and are no lines that cannot be read") {
  struct Form {
    const char* head;
    const char* frames;
  };
  for (const Form& form : {
           Form{"<stack trace>", " => inner\n => outer"},
           Form{"<stack trace>", "  => inner\n  => outer"},
           Form{"<stack trace>", " => inner+0x12/0x34\n => outer+0x1/0x2 [nfs]"},
           Form{"<stack trace>", " => inner <ffffffff81234567>\n => outer <ffffffff81234568>"},
           Form{"kernel_stack:         <stack trace>",
                "=> inner (ffffffff81234567)\n=> outer (ffff)"},
           Form{"kernel_stack: <stack trace >", "=> inner (ffffffff81234567)\n=> outer (ffff)"},
       }) {
    const test::Captured captured = test::captured("6.12-pageref-write");
    const std::string text = with(captured, [&](const std::string& line, const Line& parsed) {
      return parsed.event.starts_with("page_ref") ? with_stack(line, parsed, form.head, form.frames)
                                                  : line;
    });
    const test::Outcome judged = test::outcome(text, captured.kernel);
    INFO(form.head << "\n" << form.frames);
    const test::Outcome expected = test::outcome(captured.text, captured.kernel);
    CHECK(summary(judged) == summary(expected));
    CHECK(judged.trace.unreadable == expected.trace.unreadable);
    REQUIRE(judged.trace.stacks.size() == 12);
    CHECK(functions_of(judged.trace.stacks[3]) == std::vector<std::string_view>{"inner", "outer"});
  }
}

TEST_CASE("trace: a stack is its event's, and a user's is not the kernel's") {
  const auto event = [](int cpu, int time) {
    return fmt::format(" k-{0} [00{0}] ..... 8.{1:06}: page_ref_mod: pfn=0x31 count={1} val=1\n",
                       cpu, time);
  };
  const auto head = [](int cpu, const char* what) {
    return fmt::format(" k-{0} [00{0}] ..... 8.5: {1}\n", cpu, what);
  };
  const auto lines = [](const std::string& text) {
    std::vector<std::uint32_t> out;
    for (const auto& stack : test::outcome(text, Kernel::v6_12).trace.stacks)
      out.push_back(stack.line);
    return out;
  };
  using Lines = std::vector<std::uint32_t>;
  CHECK(lines(event(0, 2) + event(1, 3) + head(0, "<stack trace>") + " => f\n") == Lines{1});
  CHECK(lines(event(0, 2) + head(0, "<user stack trace>") + " =>  <00007f0101c5>\n").empty());
  CHECK(lines(event(0, 2) + head(0, "user_stack: <user stack trace>") + " => x\n").empty());
  // perf script: with addresses, and without.
  const std::string perf = " k 4 [000] 8.1: page_ref:page_ref_mod: pfn=0x31 count=2 val=1\n";
  CHECK(lines(perf + "\tffffffff8137f1c5 f+0x5 ([kernel.kallsyms])\n\n" + perf) == Lines{1});
  CHECK(lines(perf + "                  f ([kernel.kallsyms])\n\n" + perf) == Lines{1});
  CHECK(test::outcome(perf + "  f ([kernel.kallsyms])\n\n  f\n", Kernel::v6_12).trace.unreadable ==
        1);
}

/// The traces' lines, one by one in turn, as `trace-cmd report -i a -i b` prints them.
std::string merged(const std::string& one, const std::string& other, const char* first,
                   const char* second) {
  auto left = test::lines_of(one);
  auto right = test::lines_of(other);
  std::string text = "cpus=2\n";
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    if (i < left.size() && left[i][0] != '#') text += first + left[i] + "\n";
    if (i < right.size() && right[i][0] != '#') text += second + right[i] + "\n";
  }
  return text;
}

TEST_CASE("trace: machines whose lines are merged are kept apart") {
  const std::string write = test::captured("6.12-write").text;
  const std::string splice = test::captured("6.12-nfs-splice").text;
  for (const auto& [first, second] : {std::pair{" host.dat: ", "guest.dat: "},
                                      std::pair{"  a: ", "bcd: "}, std::pair{"     ", "buf: "}}) {
    const std::string text = merged(write, splice, first, second);
    const auto traces = trace::read_traces(text, "test", Kernel::v6_12);
    REQUIRE(traces.size() == 2);
    for (const trace::Trace& one : traces) {
      const bool is_first = test::contains(first, std::string(one.machine) + ": ") ||
                            (one.machine.empty() && !test::contains(first, ":"));
      CHECK(summary({one, trace::judge(one)}) ==
            summary(test::outcome(is_first ? write : splice, Kernel::v6_12)));
    }
  }
  // One page number of two machines.
  const std::string text =
      " x.dat: k-4 [000] ..... 8.1: page_ref_mod: pfn=0x31 count=2 val=1\n"
      "yy.dat: k-4 [000] ..... 8.2: page_ref_mod_and_test: pfn=0x31 count=-1 "
      "val=-1 ret=0\n"
      " x.dat: CPU:0 [5 EVENTS DROPPED]\n"
      "k-4 [000] ..... 8.3: page_ref_mod: pfn=0x31 count=9 val=1\n";
  const auto traces = trace::read_traces(text, "test", Kernel::v6_12);
  REQUIRE(traces.size() == 2);
  CHECK(traces[0].machine == "x.dat");
  CHECK(traces[0].records.size() == 2);
  CHECK(traces[0].lost_events() == 5);
  CHECK(traces[1].records.size() == 1);
}

TEST_CASE("trace: a command's name with a colon is no machine's") {
  const auto line = [](const char* task) {
    return fmt::format("{:>16}-4 [000] ..... 8.1: page_ref_mod: pfn=0x31 count=2 val=1\n", task);
  };
  for (const std::string& text :
       {line("sshd: root@pts") + line("nginx: x") + line("a"), line("sshd: root@pts") + line("a"),
        line("x: web") + line("web"), line("sshd: root@pts") + line("longer-name")})
    CHECK(trace::read_traces(text, "test", Kernel::v6_12).size() == 1);
}

}  // namespace
}  // namespace pincheck::trace
