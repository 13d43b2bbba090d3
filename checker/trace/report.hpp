// SPDX-License-Identifier: MIT
// What `pincheck trace` prints.
#pragma once

#include <string>

#include "checker/trace/findings.hpp"

namespace pincheck::trace {

/// A trace, what it shows, and where it came from.
struct Judged {
  const Trace& trace;
  const Findings& found;
  const std::string& file;

  /// Nothing is violated, and no lines contradict each other.
  bool good() const { return found.violations.empty() && found.contradictions.empty(); }
};

/// For people, and mails.
std::string trace_text(const Judged&);
/// checker/output.schema.json describes it.
std::string trace_json(const Judged&);
/// The last line: what came of it.
std::string conclusion(const Judged&);

}  // namespace pincheck::trace
