// SPDX-License-Identifier: MIT
// checker/report: uses checker/judge; used by checker/source/scan, checker/command.
// What is reported of counterexamples that were replayed.
#pragma once

#include "checker/counterexample/replay.hpp"
#include "checker/report/report.hpp"

namespace pincheck::report {

class ReplayReport final : public Report, public HasStories, public HasCases {
 public:
  struct One {
    std::string file;  ///< or its place in a mail
    counterexample::Counterexample example;
    counterexample::Replay replay;
    std::string again{};  ///< text: what a search for the same violation came to
  };
  /// One that could not be read, and why.
  struct Unread {
    std::string file;
    std::string problem;
  };
  explicit ReplayReport(std::vector<One> all, std::vector<Unread> unread = {})
      : all_(std::move(all)), unread_(std::move(unread)) {}
  std::string text() const override;
  /// An array where there are several. Those that could not be read are not in it.
  Json data() const override;
  std::vector<Told> stories() const override;
  std::vector<Suite> suites() const override;

 private:
  std::vector<One> all_;
  std::vector<Unread> unread_;
};

}  // namespace pincheck::report
