// SPDX-License-Identifier: MIT
// checker/source/scan: uses checker/source/front, checker/source/follow, checker/report; used by checker/command.
// checker/command. What a scan found, in words and as data.
#pragma once

#include "checker/report/report.hpp"
#include "checker/source/scan/scan.hpp"

namespace pincheck::scan {

class ScanReport final : public report::Report,
                         public report::HasCases,
                         public report::HasFindings {
 public:
  /// `tree`: whose files are named relative to it. `whole`: tells of each function all that was
  /// read and assumed.
  ScanReport(const std::vector<FileResult>& all, std::string tree, bool whole)
      : all_(all), tree_(std::move(tree)), whole_(whole) {}
  std::string text() const override;
  report::Json data() const override;
  std::vector<Suite> suites() const override;
  std::vector<Finding> findings() const override;

 private:
  const std::vector<FileResult>& all_;
  std::string tree_;
  bool whole_;
};

}  // namespace pincheck::scan
