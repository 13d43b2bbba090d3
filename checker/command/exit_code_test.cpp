// SPDX-License-Identifier: MIT
// Exit statuses of every command, what is written, and what ends a run before its time.
#include "model/base/exit_code.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "checker/judge/campaign.hpp"
#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"
#include "model/base/version.hpp"

namespace pincheck::test {
namespace {

const std::string kBvecNobodyHolds = R"(name = "nobody-holds"
page = [{name = "a", backing = "pipe"}]
pipe = [{name = "r", holds = ["a"]}]
actor = [{name = "w", path = "direct-write", caller = "bio", kind = "bvec", pages = ["a"]}]
)";

std::string regression() { return variable("PINCHECK_SOURCE_DIR") + "/corpus/regression"; }

/// A shipped convention under another name, without what its author expects.
std::string undeclared(const Folder& folder, const std::string& name) {
  std::string rules = source_file("model/conventions/" + name + ".toml");
  rules.resize(rules.find("[[expect]]"));
  const std::string label = find_convention(name, model().kinds).label;
  rules = replaced(rules, "label = \"" + label + "\"", "label = \"mine\"");
  return folder.write("undeclared.toml",
                      replaced(rules, "name = \"" + name + "\"", "name = \"mine\""));
}

/// A shipped counterexample.
std::string some_counterexample() {
  std::set<std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator(regression()))
    if (entry.path().extension() == ".toml") all.insert(entry.path().string());
  REQUIRE_FALSE(all.empty());
  return *all.begin();
}

std::string without(std::string text, const std::string& part) {
  return replaced(std::move(text), part, "");
}

void check_statuses(ExitCode expected, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    const Finished finished = pincheck(split(line));
    INFO(line << "\n" << finished.out.substr(0, 2000) << finished.err);
    CHECK(finished.status == expected);
  }
}

std::set<std::string> files_below(const std::string& folder) {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) found.insert(entry.path().string());
  return found;
}

TEST_CASE("exit codes: of several the gravest", "[exit]") {
  const std::vector<ExitCode> order{kBadInput, kUnreadable, kDiffers,   kNotFinished,
                                    kVacuous,  kNotCovered, kAsExpected};
  for (std::size_t i = 0; i < order.size(); ++i)
    for (std::size_t k = i; k < order.size(); ++k) {
      CHECK(graver(order[i], order[k]) == order[i]);
      CHECK(graver(order[k], order[i]) == order[i]);
    }
}

TEST_CASE("exit codes: a campaign's is the gravest that applies", "[exit]") {
  judge::Campaign campaign;
  CHECK(campaign.exit_code() == kAsExpected);
  campaign.unreached.push_back({});
  CHECK(campaign.exit_code() == kNotCovered);
  judge::Cell cell;
  cell.verdict = judge::Verdict::vacuous;
  campaign.cells.push_back(cell);
  CHECK(campaign.exit_code() == kVacuous);
  campaign.cells[0].verdict = judge::Verdict::not_stated;
  CHECK(campaign.exit_code() == kVacuous);
  campaign.cut = true;
  CHECK(campaign.exit_code() == kNotFinished);
  campaign.random.surprises = {1};
  CHECK(campaign.exit_code() == kDiffers);
}

TEST_CASE("exit codes: what is as declared", "[exit]") {
  const std::string one = some_counterexample();
  check_statuses(
      kAsExpected,
      {"check --convention find-pages --scenario s3-tmp-page --schedules 50",
       "verdicts --convention hubbard-v1 --scenario s2-splice-to-nfs --schedules 50",
       "explore s3-tmp-page --convention find-pages",
       "explore --pages 1 --actors 1 --flags 0 --pipes 0 --convention linux-6.12", "replay " + one,
       "corpus " + regression(), "predict ext4-write --convention get-put",
       "export s2-splice-to-nfs --convention get-put --to promela",
       "shrink " + one + " -o /dev/null"});
}

TEST_CASE("exit codes: what differs", "[exit]") {
  const Folder folder;
  const std::string mine = undeclared(folder, "find-pages");
  const std::string text = contents(some_counterexample());
  std::filesystem::create_directory(folder.path("broken"));
  const std::string broken =
      folder.write("broken/one.toml", replaced(text, "outcome = \"", "outcome = \"new "));
  check_statuses(kDiffers, {"check --scenario s3-tmp-page --schedules 50 --convention " + mine,
                            "verdicts --scenario s3-tmp-page --schedules 50 --convention " + mine,
                            "explore s3-tmp-page --convention " + mine,
                            "explore --pages 1 --actors 1 --flags 1 --pipes 0 --convention " + mine,
                            "replay " + broken, "corpus " + folder.path("broken"),
                            "shrink " + broken, "predict nfs-splice --convention hubbard-v1-diff"});
}

TEST_CASE("exit codes: what is not finished", "[exit]") {
  check_statuses(kNotFinished,
                 {"check --convention linux-6.12 --cases 100000000 --budget 0.2",
                  "explore bench-three-nfs-readers --convention linux-6.12 --reductions none "
                  "--memory 1M",
                  "explore --pages 2 --actors 3 --convention linux-6.12 --budget 0.3",
                  "explore --pages 1 --actors 1 --flags 0 --convention easy-fix --memory 1K"});
}

TEST_CASE("exit codes: what is about nothing, or not stated", "[exit]") {
  const Folder folder;
  const std::string idle = folder.write("idle.toml", kBvecNobodyHolds);
  const std::string silent = folder.write("silent.toml", "name = \"silent\"\n");
  std::filesystem::create_directory(folder.path("empty"));
  check_statuses(kVacuous,
                 {"check --convention linux-6.12 --schedules 50 --scenario " + idle,
                  "verdicts --convention linux-6.12 --schedules 50 --scenario " + idle,
                  "explore " + idle + " --convention linux-6.12",
                  "explore s2-splice-to-nfs --convention " + silent,
                  "verdicts --schedules 50 --convention " + silent,
                  "check --cases 20 --schedules 50 --convention " + silent,
                  "corpus " + folder.path("empty"), "predict ext4-write --convention " + silent,
                  "export s2-splice-to-nfs --to promela --convention " + silent});

  const Finished text =
      pincheck(split("verdicts --convention linux-6.12 --schedules 50 --scenario " + idle));
  for (const char* part :
       {"  vacuous\n",
        "nobody-holds: vacuous\n  under linux-6.12\n  w submits no I/O: creator/hold:",
        "Vacuous: 1 verdict is about nothing"})
    CHECK(contains(text.out, part));
  CHECK_FALSE(contains(text.out, "Every verdict is as the conventions declare"));
  const Finished not_stated = pincheck(split("verdicts --schedules 50 --convention " + silent));
  CHECK(contains(not_stated.out, "s2-splice-to-nfs: not stated\n"));
  CHECK(contains(not_stated.out, "Not stated: "));

  const auto json = nlohmann::json::parse(
      pincheck(split("explore --json " + idle + " --convention linux-6.12")).out);
  CHECK(json["exit_status"] == 5);
  CHECK(json["explorations"][0]["verdict"] == "vacuous");
  CHECK(json["explorations"][0]["idle"][0]["actor"] == "w");
  CHECK(json["explorations"][0]["idle"][0]["lacks"] == "submission");
}

TEST_CASE("exit codes: violated is graver than vacuous, and is shown beside it", "[exit]") {
  const Folder folder;
  const Finished both =
      pincheck(split("verdicts --schedules 50 --scenario s3-tmp-page --scenario " +
                     folder.write("idle.toml", kBvecNobodyHolds) + " --convention " +
                     undeclared(folder, "find-pages")));
  CHECK(both.status == kDiffers);
  CHECK(contains(both.out, "Some verdicts differ from what is declared."));
  CHECK(contains(both.out, "Vacuous: 1 verdict"));
}

TEST_CASE("the scenario of model/README.md is one where something happens", "[exit]") {
  const std::string readme = source_file("model/README.md");
  std::istringstream lines(readme.substr(readme.find("    name = \"dio-against-reclaim\"")));
  std::string text;
  for (std::string line; std::getline(lines, line) && (line.empty() || line[0] == ' ');)
    text += line + "\n";
  const Folder folder;
  const Finished finished =
      pincheck(split("explore " + folder.write("readme.toml", text) + " --convention linux-6.12"));
  CHECK(contains(finished.out, "violated: no-dirty-after-clean"));
  const Finished checked = pincheck(
      split("explore " +
            folder.write("checked.toml", replaced(text, "without = [\"reclaim/pin-check\"]", "")) +
            " --convention linux-6.12"));
  CHECK(contains(checked.out, "holds: "));
}

TEST_CASE("check writes nothing unless it is told where", "[exit]") {
  const Folder folder;
  const std::string line = "check --schedules 100 --scenario s4-direct-to-pipe --convention " +
                           undeclared(folder, "find-pages");
  Process process(split(line));
  std::filesystem::create_directories(process.path("corpus/regression"));
  const auto before = files_below(process.path("."));
  CHECK(process.wait().status == kDiffers);
  CHECK(files_below(process.path(".")) == before);
}

TEST_CASE("check adds to corpus/regression what it does not have, when told so", "[exit]") {
  const std::string line =
      "check --schedules 100 --cases 0 --scenario s4-direct-to-pipe "
      "--convention find-pages --save ";
  Process known(split(line + "corpus/regression"));
  // What is shipped counts as being there.
  std::filesystem::create_directories(known.path("corpus/regression"));
  CHECK(known.wait().status == kAsExpected);
  CHECK(files_below(known.path("corpus")).empty());
  Process elsewhere(split(line + "saved"));
  CHECK(elsewhere.wait().status == kAsExpected);
  CHECK_FALSE(files_below(elsewhere.path("saved")).empty());
}

TEST_CASE("a budget is honoured, and is no failure of coverage", "[exit]") {
  const auto start = std::chrono::steady_clock::now();
  const Finished finished = pincheck(split("check --cases 100000000 --budget 1"));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  CHECK(took.count() < 60);
  CHECK(finished.status == kNotFinished);
  CHECK(contains(finished.out, "Not finished: the budget of 1 s is used up"));
  CHECK(contains(finished.out, "Nothing is said about coverage."));
  CHECK_FALSE(contains(finished.out, "never reached"));
  const auto json = nlohmann::json::parse(
      pincheck(split("check --convention linux-6.12 --cases 100000000 --budget 1 --json")).out);
  CHECK(json["ending"] == "time");
  CHECK(json["covers"] == false);
  CHECK(json["exit_status"] == 3);
  CHECK(json["unreached"].empty());
}

TEST_CASE("saved files name the commit that made them, and do without", "[exit]") {
  const Folder folder;
  pincheck(split("check --schedules 100 --scenario s6-legacy-bvec --convention easy-fix --save " +
                 folder.path("saved")));
  const std::string text = contents(saved_file(folder.path("saved"), "pin-unpin-balanced"));
  const std::string line = "commit = \"" + std::string(tool_commit()) + "\"\n";
  CHECK(contains(text, line));
  CHECK(contains(pincheck({"--version"}).out, std::string(tool_commit())));
  CHECK(pincheck({"replay", folder.write("old.toml", without(text, line))}).status == 0);
}

}  // namespace
}  // namespace pincheck::test
