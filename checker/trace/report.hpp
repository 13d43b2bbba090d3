// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// What `pincheck trace` prints.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "checker/trace/findings.hpp"
#include "model/base/exit_code.hpp"

namespace pincheck::trace {

/// A trace, what it shows, and where it came from.
struct Judged {
  const Trace& trace;
  const Findings& found;
  const std::string& file;

  /// Nothing is violated, and no lines contradict each other.
  bool good() const { return found.violations.empty() && found.contradictions.empty(); }
  /// Why nothing that was judged could have been violated; none if something could.
  std::vector<std::string> why_nothing() const;
  /// kAsExpected, kDiffers, or kVacuous.
  ExitCode status() const;
};

/// The stacks of records, by their lines.
class StacksOf {
 public:
  explicit StacksOf(const Trace&);
  std::vector<std::string_view> operator()(const Record&) const;

 private:
  std::unordered_map<std::uint32_t, const Stack*> by_line_;
};

/// For people, and mails.
std::string trace_text(const Judged&);
/// checker/report/output.schema.json describes it. Of several machines, one document.
nlohmann::ordered_json trace_data(const std::vector<Judged>&);
/// The last line: what came of it.
std::string conclusion(const Judged&);

}  // namespace pincheck::trace
