// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// What holds for any bytes that are taken for a file of ours: they are read, or refused with a
// message; and what was read reads back as the same once it is written.
#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "checker/counterexample/counterexample.hpp"
#include "checker/counterexample/mailed.hpp"
#include "checker/counterexample/replay.hpp"
#include "checker/testing/test_support.hpp"
#include "checker/trace/monitor.hpp"
#include "checker/trace/reader.hpp"
#include "checker/trace/recognise.hpp"
#include "checker/trace/report.hpp"

namespace pincheck::test {

/// `text` is written and read until nothing changes any more: after the first time. Throws
/// std::logic_error where it does.
template <class ReadAndWrite>
void require_stable(std::string_view text, const ReadAndWrite& read_and_write) {
  const std::string written = read_and_write(text);
  std::string again;
  try {
    again = read_and_write(written);
  } catch (const InputError& refused) {
    throw std::logic_error(std::string("refused once written: ") + refused.what() + "\n" + written);
  }
  if (written != again) throw std::logic_error("reads back as another:\n" + written + again);
}

inline void fuzz_scenario(std::string_view text) {
  require_stable(text, [](std::string_view from) {
    return write_scenario(parse_scenario(from, "input", model().kinds), "");
  });
}

inline void fuzz_convention(std::string_view text) {
  require_stable(text, [](std::string_view from) {
    return write_convention(parse_convention(from, "input", model().kinds), "");
  });
}

/// Also replays it: its steps may be any.
inline void fuzz_counterexample(std::string_view text) {
  require_stable(text, [](std::string_view from) {
    const auto read = counterexample::parse_counterexample(from, "input", model().kinds);
    Catalogue catalogue;
    const System system = counterexample::compile_counterexample(read, "input", model(), catalogue);
    const auto replay = counterexample::replay_counterexample(read, "input", system);
    return counterexample::counterexample_text(read, replay.story, replay.why);
  });
}

/// As a mail with counterexamples: each is read, or refused with a message.
inline void fuzz_mail(std::string_view text) {
  for (const auto& one : counterexample::find_counterexamples(text, "input", model()))
    if (one.example.has_value() != one.problem.empty())
      throw std::logic_error("neither read nor refused: " + one.place);
}

/// Judges it, and reports in both formats.
inline void judge_and_report(const std::string& text, trace::Kernel kernel) {
  for (const trace::Trace& one : trace::read_traces(text, "input", kernel)) {
    const trace::Findings found = trace::judge(one);
    const std::string file = "input";
    const trace::Judged judged{one, found, file};
    static_cast<void>(trace::trace_text(judged));
    using Json = nlohmann::ordered_json;
    static_cast<void>(
        trace::trace_data({judged}).dump(2, ' ', false, Json::error_handler_t::replace));
  }
}

/// As one of the newer kernel, and if it is refused, of the older one.
inline void fuzz_trace(std::string_view text) {
  const std::string kept(text);
  static_cast<void>(trace::recognise_binary(kept));
  static_cast<void>(trace::recognise_text(kept));
  try {
    judge_and_report(kept, trace::Kernel::v6_12);
  } catch (const InputError&) {
    judge_and_report(kept, trace::Kernel::v6_1);
  }
}

struct FuzzTarget {
  std::string_view name;
  void (*run)(std::string_view);
};
inline constexpr std::array kFuzzTargets{
    FuzzTarget{"scenario", fuzz_scenario}, FuzzTarget{"convention", fuzz_convention},
    FuzzTarget{"counterexample", fuzz_counterexample}, FuzzTarget{"mail", fuzz_mail},
    FuzzTarget{"trace", fuzz_trace}};

/// What a fuzzer calls: a refusal is an answer, any other exception is not.
inline void fuzz(const FuzzTarget& target, std::string_view text) {
  try {
    target.run(text);
  } catch (const InputError& refused) {
    if (std::string_view(refused.what()).empty()) throw std::logic_error("refused in silence");
  }
}

}  // namespace pincheck::test
