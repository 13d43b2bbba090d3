// SPDX-License-Identifier: MIT
// checker/source/patch: uses checker/source/edit, checker/source/scan; used by checker/command.
// What a change makes better and worse, in words to paste into a mail, and as data.
#pragma once

#include "checker/report/report.hpp"
#include "checker/source/patch/patch.hpp"

namespace pincheck::patch {

class PatchReport final : public report::Report, public report::HasCases {
 public:
  explicit PatchReport(const Comparison& comparison) : comparison_(comparison) {}
  std::string text() const override;
  report::Json data() const override;
  std::vector<Suite> suites() const override;

 private:
  const Comparison& comparison_;
};

std::string_view name_of(How);

/// How many functions of the answer are so.
std::size_t count(const Answer&, How);

}  // namespace pincheck::patch
