// SPDX-License-Identifier: MIT
// checker/source/scan: uses checker/source/front, checker/source/follow, checker/report; used by checker/command.
// checker/command. What a scan found, in words and as data.
#pragma once

#include "checker/report/report.hpp"
#include "checker/source/scan/scan.hpp"

namespace pincheck::scan {

class ScanReport final : public report::Report, public report::HasCases {
 public:
  /// `whole`: tells of each function all that was read and assumed.
  ScanReport(const std::vector<FileResult>& all, bool whole) : all_(all), whole_(whole) {}
  std::string text() const override;
  report::Json data() const override;
  std::vector<Suite> suites() const override;

 private:
  const std::vector<FileResult>& all_;
  bool whole_;
};

/// Lines of at most 80 columns, the first indented by so much, the others by two more.
std::string indented(const std::string& text, std::size_t by);
/// The finding in a sentence, with its path; `function`: whose it is.
std::string finding_text(const follow::Finding&, const std::string& function);
/// A verdict's name, in its colour.
std::string coloured_name(follow::Decision);
report::Json to_json(const follow::Finding&);

}  // namespace pincheck::scan
