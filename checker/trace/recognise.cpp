// SPDX-License-Identifier: MIT
#include "checker/trace/recognise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "checker/trace/dumps.hpp"
#include "checker/trace/line.hpp"
#include "checker/trace/probes.hpp"
#include "model/base/version.hpp"

namespace pincheck::trace {
namespace {

constexpr const char* kCapture =
    "set the probes that `pincheck trace --print-probes` prints, repeat what led here, and give "
    "the "
    "text of tracefs's `trace`";

struct Magic {
  std::string_view bytes;
  const char* what;
  const char* instead;
};

constexpr std::array kMagics{
    Magic{"\x17\x08\x44tracing", "a binary trace of trace-cmd (trace.dat)",
          "give what `trace-cmd report FILE` prints"},
    Magic{"PERFILE2", "a binary recording of perf (perf.data)",
          "give what `perf script -i FILE` prints"},
    Magic{"2ELIFREP", "a binary recording of perf (perf.data, of a machine of other byte order)",
          "give what `perf script -i FILE` prints"},
    Magic{"\x7f"
          "ELF",
          "an ELF file (a program, a vmlinux or a vmcore)", kCapture},
    Magic{"KDUMP   ", "a compressed kernel dump (kdump)", kCapture},
    Magic{"\xfd"
          "7zXZ",
          "compressed by xz", "unpack it, or compress it with gzip"},
    Magic{"\x28\xb5\x2f\xfd", "compressed by zstd", "unpack it, or compress it with gzip"},
    Magic{"BZh", "compressed by bzip2", "unpack it, or compress it with gzip"},
    Magic{"PK\x03\x04", "a zip archive", "unpack it"},
};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Lines of the first part of a text that are so.
struct Share {
  std::size_t lines = 0;
  std::size_t such = 0;
  bool most() const { return such > 0 && such * 2 > lines; }
};

template <class Is>
Share share(std::string_view text, Is is) {
  constexpr std::size_t kLooked = 2000;
  Share all;
  while (!text.empty() && all.lines < kLooked) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty()) continue;
    ++all.lines;
    all.such += is(line) ? 1 : 0;
  }
  return all;
}

/// "[   12.345678] ", perhaps behind "<6>".
bool is_dmesg(std::string_view line) {
  if (line.starts_with('<')) line.remove_prefix(std::min(line.find('>'), line.size() - 1) + 1);
  if (!line.starts_with('[')) return false;
  const std::string_view time = line.substr(1, line.find(']') - 1);
  return contains(time, ".") && time.find_first_not_of(" 0123456789.") == std::string_view::npos;
}

/// "@count[…]: 12".
bool is_bpftrace(std::string_view line) {
  return line.starts_with("Attaching ") || (line.starts_with('@') && contains(line, ": "));
}

/// " 0)   1.234 us    |  function();".
bool is_graph(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" 0123456789");
  return first != std::string_view::npos && line[first] == ')' && contains(line, "|");
}

/// "p:kprobes/gup_put gup_put_folio …".
bool is_probe_definition(std::string_view line) {
  return (line.starts_with("p:") || line.starts_with("r:") || line.starts_with("p ")) &&
         contains(line, "/");
}

/// The name of an event that we know is in it, though it is no event that can be read.
bool names_event(std::string_view line) {
  return std::any_of(probes().begin(), probes().end(), [&](const Probe& probe) {
    return probe.what != What::marker && contains(line, fmt::format("{}:", probe.name));
  });
}

bool is_kind(std::string_view line, Line::Kind kind) { return parse_line(line).kind == kind; }

std::optional<Recognised> tool_output(std::string_view text) {
  if (contains(text, "# tracer: function_graph") || share(text, is_graph).most())
    return function_trace(true);
  if (contains(text, "# event histogram") || contains(text, "Totals:\n    Hits: "))
    return Recognised{"a histogram of events (trigger `hist`)", {}, kCapture};
  if (share(text, is_bpftrace).most() || contains(text, "Attaching 1 probe"))
    return Recognised{"the output of bpftrace, which is of its own program's making", {}, kCapture};
  if (text.starts_with("name: ") && contains(text.substr(0, 300), "\nformat:"))
    return Recognised{"an event's format (tracefs `format`)", {}, kCapture};
  if (share(text, is_probe_definition).most())
    return Recognised{"definitions of probes (tracefs `kprobe_events`)", {}, kCapture};
  if (share(text, [](auto line) { return is_kind(line, Line::Kind::profile); }).most())
    return Recognised{
        "numbers of hits (tracefs `kprobe_profile`)", {}, "give the trace, and this behind it"};
  if (share(text, [](auto line) { return is_kind(line, Line::Kind::enabled); }).most())
    return Recognised{
        "a list of events (tracefs `set_event`)", {}, "give the trace, and this behind it"};
  if (contains(text, "# Samples: ") && contains(text, "# Overhead"))
    return Recognised{"the output of perf report", {}, "give what `perf script -i FILE` prints"};
  return {};
}

}  // namespace

Recognised function_trace(bool graph) {
  return {graph ? "a trace of the function_graph tracer" : "a trace of the function tracer",
          {"it shows which functions ran, not on which page: nothing of references can be told"},
          "set the probes that `pincheck trace --print-probes` prints, or use the function tracer "
          "with the option func-args (6.15 and later)"};
}

std::optional<Recognised> recognise_binary(std::string_view text) {
  for (const Magic& magic : kMagics)
    if (text.starts_with(magic.bytes)) return Recognised{magic.what, {}, magic.instead};
  return {};
}

std::optional<Recognised> recognise_text(std::string_view text) {
  if (auto dumps = page_dumps(text); !dumps.empty()) {
    const bool owner = contains(text, "page_owner tracks");
    return Recognised{owner ? "a page dump (dump_page()) with page_owner's stacks, which say who "
                              "allocated and freed the page, not who holds it"
                            : "a page dump (dump_page())",
                      std::move(dumps), kCapture};
  }
  if (auto pins = pin_counters(text); !pins.empty())
    return Recognised{"counters of pins (/proc/vmstat)", std::move(pins), kCapture};
  if (contains(text, "Page allocated via order "))
    return Recognised{
        "a list of page_owner: who allocated pages, not who holds them", {}, kCapture};
  if (auto tool = tool_output(text)) return tool;
  if (share(text, is_dmesg).most())
    return Recognised{"a kernel log (dmesg) without a trace or page dump in it", {}, kCapture};
  if (share(text, names_event).such > 0)
    return Recognised{
        "made of events, but in columns that cannot be read (expected `task-pid [cpu] flags "
        "time: event: text`, as ftrace, trace-cmd report and perf script print it)",
        {},
        "let the tool print all its columns (perf script: comm, tid, cpu, time, event, trace)"};
  return {};
}

namespace {

/// Broken into lines of 80 columns, of which later ones are indented.
std::string wrapped(std::string_view text) {
  constexpr std::size_t kWidth = 80;
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (column > 0 && column + 1 + word.size() > kWidth) {
      out += "\n   ";
      column = 3;
    }
    out += column > 0 ? " " : "";
    out += word;
    column += word.size() + 1;
  }
  return out + "\n";
}

}  // namespace

std::string recognised_text(const Recognised& file_is, const std::string& file) {
  std::string out = wrapped(fmt::format("{}: {}", file, file_is.what));
  for (const std::string& one : file_is.says) out += wrapped("- " + one);
  return out + "It is no trace that can be read: nothing was judged.\n" +
         wrapped(fmt::format("To have one: {}.", file_is.instead));
}

nlohmann::ordered_json recognised_data(const Recognised& file_is, const std::string& file) {
  return {
      {"pincheck", kVersion}, {"format", kJsonFormat}, {"command", "trace"},        {"file", file},
      {"is", file_is.what},   {"says", file_is.says},  {"instead", file_is.instead}};
}

}  // namespace pincheck::trace
