// SPDX-License-Identifier: MIT
// Events per second of `pincheck trace`: captured traces, repeated later and on other pages until
// there are a million events. Runs where corpus/ is, as scripts/bench does.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <sstream>
#include <string>

#include "checker/trace/line.hpp"
#include "checker/trace/monitor.hpp"
#include "model/base/input.hpp"

namespace pincheck::trace {
namespace {

constexpr std::uint64_t kEvents = 1'000'000;

/// The line `seconds` later, and on pages that many times 64 further on.
std::string moved(const std::string& line, std::uint64_t seconds) {
  const Line parsed = parse_line(line);
  if (parsed.kind != Line::Kind::event) return line + "\n";
  const auto begin = static_cast<std::size_t>(parsed.event.data() - line.data());
  const std::size_t time = line.rfind(' ', begin - 2) + 1;
  std::string out = line.substr(0, time);
  const std::size_t point = line.find('.', time);
  out += std::to_string(std::stoull(line.substr(time, point - time)) + seconds);
  std::istringstream words(line.substr(point));
  for (std::string word; words >> word;) {
    const std::size_t value = word.find('=') + 1;
    const bool pointer = word.find("=0xffffea") != std::string::npos;
    if (pointer || word.starts_with("pfn=0x")) {
      const std::uint64_t step = pointer ? 64 * kStructPage : 64;
      word = fmt::format("{}{:#x}", word.substr(0, value),
                         std::stoull(word.substr(value), nullptr, 16) + seconds * step);
    }
    out += word + " ";
  }
  out.back() = '\n';
  return out;
}

/// About kEvents of them.
std::string repeated(const std::string& file) {
  const std::string once = read_text(file);
  std::string text;
  for (std::uint64_t events = 0, seconds = 0; events < kEvents; seconds += 10) {
    std::istringstream lines(once);
    for (std::string line; std::getline(lines, line); ++events) text += moved(line, seconds);
  }
  return text;
}

void read_and_judge(benchmark::State& state, const std::string& name, Kernel kernel) {
  const std::string file = fmt::format("corpus/traces/{}.txt.gz", name);
  std::string text;
  try {
    text = repeated(file);
  } catch (const InputError& error) {
    return state.SkipWithError(error.what());
  }
  std::uint64_t events = 0;
  for (auto _ : state) {
    const Trace trace = read_trace(text, file, kernel);
    const Findings found = judge(trace);
    if (!found.violations.empty()) state.SkipWithError("a violation");
    events += trace.events;
  }
  state.counters["events"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(read_and_judge, probes, "6.12-write", Kernel::v6_12);
BENCHMARK_CAPTURE(read_and_judge, splice, "6.12-splice", Kernel::v6_12);
BENCHMARK_CAPTURE(read_and_judge, nfs, "6.1-nfs-write", Kernel::v6_1);
BENCHMARK_CAPTURE(read_and_judge, page_ref, "6.12-pageref-write", Kernel::v6_12);

}  // namespace
}  // namespace pincheck::trace
