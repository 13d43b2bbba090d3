// SPDX-License-Identifier: MIT
// `check` ends with one screen, whatever it found, and -v with all of it.
#include <fmt/format.h>

#include <algorithm>

#include "checker/report/campaign.hpp"
#include "checker/testing/lines.hpp"
#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"
#include "model/compile/files.hpp"

namespace pincheck::test {
namespace {

/// Every shipped cell, as `with` makes it.
judge::Campaign whole(const std::function<void(judge::Cell&)>& with) {
  judge::Campaign campaign;
  for (const Scenario& scenario : shipped_scenarios(model().kinds))
    for (const Convention& convention : shipped_conventions(model().kinds)) {
      judge::Cell& cell = campaign.cells.emplace_back();
      cell.scenario = &scenario;
      cell.convention = &convention;
      cell.asked = ~PropertySet{0};
      with(cell);
    }
  return campaign;
}

std::string screen(const judge::Campaign& campaign) {
  return report::screen_text(campaign, shipped_conventions(model().kinds), {},
                             [](const judge::Cell& cell) {
                               return fmt::format("pincheck explore {} --convention {}",
                                                  cell.scenario->name, cell.convention->name);
                             });
}

void check_fits(const std::string& text) {
  const auto lines = lines_of(text);
  INFO(text);
  CHECK(lines.size() <= 45);
  for (const std::string& line : lines) CHECK(line.size() <= 80);
}

constexpr PropertySet kAll = (PropertySet{1} << kProperties) - 1;

TEST_CASE("everything violated as declared is a screen: a line for each property", "[screen]") {
  const std::string text = screen(whole([](judge::Cell& cell) {
    cell.verdict = judge::Verdict::violated;
    cell.result.violated = cell.expected = kAll;
    cell.proved = true;
  }));
  check_fits(text);
  for (const Property& property : properties())
    CHECK(contains(text, fmt::format("\n  {:7} ", property.code)));
  CHECK(contains(text, "pincheck explore s3-tmp-page --convention get-put\n"));
  CHECK(contains(text, "; all proved\n"));
  CHECK(contains(text, "Every verdict is as the conventions declare.\n"));
}

TEST_CASE("everything that differs is a screen: some, and how many more", "[screen]") {
  judge::Campaign campaign = whole([](judge::Cell& cell) {
    cell.verdict = judge::Verdict::violated;
    cell.result.violated = set_of(PropertyId::not_freed_while_in_use);
  });
  campaign.random.surprises.assign(18, kAll);
  for (int i = 0; i < 100; ++i) campaign.unreached.push_back({false, 0, "bio/end-io: never"});
  campaign.covers = true;
  for (int i = 0; i < 100; ++i) campaign.saved.emplace_back("x/no-overflow-12345678.toml");
  const std::string text = screen(campaign);
  check_fits(text);
  CHECK(contains(text, "found, but not declared:"));
  CHECK(contains(text, " more: -v tells all\n"));
  CHECK(contains(text,
                 "100 counterexamples saved:\n  pincheck replay x/no-overflow-12345678.toml\n"));
  CHECK(contains(text, "never reached: bio/end-io: never\n"));
  CHECK(contains(text, "Some verdicts differ from what is declared.\n"));
}

TEST_CASE("cells about nothing, or that nobody states, are to be looked at", "[screen]") {
  int number = 0;
  const std::string text = screen(whole([&](judge::Cell& cell) {
    cell.verdict = ++number % 2 == 0 ? judge::Verdict::vacuous : judge::Verdict::not_stated;
  }));
  check_fits(text);
  CHECK(contains(text, "listed-twice under linux-6.1: not stated\n"));
  CHECK(contains(text, "listed-twice under linux-6.12: vacuous\n"));
}

TEST_CASE("each command of a screen tells what it says", "[screen]") {
  const Folder folder;
  const std::string mine =
      folder.write("a b.toml", "name = \"mine\"\nlabel = \"mine\"\nbased_on = \"find-pages\"\n");
  for (const Arguments& convention : {Arguments{"find-pages"}, Arguments{mine}}) {
    Arguments words = split("check --scenario s3-tmp-page --schedules 50 --chk off --convention");
    words.insert(words.end(), convention.begin(), convention.end());
    const std::string text = pincheck(words).out;
    std::string command;
    for (const std::string& line : lines_of(text))
      if (const auto at = line.find("pincheck explore "); at != std::string::npos)
        command = line.substr(at);
    CAPTURE(text);
    REQUIRE_FALSE(command.empty());
    // As a shell reads it.
    const std::string binary = variable("PINCHECK_BINARY");
    const std::string script = fmt::format("pincheck() {{ \"{}\" \"$@\"; }}\n{}", binary, command);
    const Finished told = Process({"-c", script}, "/bin/bash").wait();
    CHECK(contains(told.out, "violated"));
    CHECK(contains(told.out, "  =>  "));
    words.emplace_back("-v");
    const std::string all = pincheck(words).out;
    CHECK(contains(all, "ok N "));
    CHECK(contains(all, "  =>  "));
    CHECK_FALSE(contains(text, "  =>  "));
  }
}

}  // namespace
}  // namespace pincheck::test
