// SPDX-License-Identifier: MIT
// checker/report: uses checker/judge; used by checker/source/scan, checker/command.
// The output formats: each is one file, and one line here. A format asks a report for what it can
// say (report.hpp); it does not know who reports.
#pragma once

#include <string_view>

#include "checker/report/report.hpp"

/// In the order of --help, the default first.
#define PINCHECK_FORMATS(FORMAT) \
  FORMAT(text)                   \
  FORMAT(json)                   \
  FORMAT(mermaid)                \
  FORMAT(perfetto)               \
  FORMAT(junit)                  \
  FORMAT(sarif)                  \
  FORMAT(ktap)                   \
  FORMAT(github)

namespace pincheck::report {

struct Format {
  std::string_view name;
  Facets needs = 0;  ///< of a report, besides text and data
  std::string (*print)(const Report&) = nullptr;
  /// People wait: what they are told before the report is complete (Printer::now) is printed too.
  bool at_once = false;
  /// It is read from what a command prints: where a report names no file, that is meant.
  bool in_output = false;
};

/// Each is defined by its qualified name, which does not compile unless it is listed above.
namespace formats {
#define PINCHECK_DECLARE(name) Format name();
PINCHECK_FORMATS(PINCHECK_DECLARE)
#undef PINCHECK_DECLARE
}  // namespace formats

const std::vector<Format>& all_formats();

}  // namespace pincheck::report
