// SPDX-License-Identifier: MIT
// The command line as it is typed: in any order, with typos, quietly.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "checker/command/interface.hpp"
#include "checker/testing/run_binary.hpp"

namespace pincheck::test {
namespace {

const std::string kRefused = "--scenario s2-splice-to-nfs --convention hubbard-v1 --schedules 50";

/// A shipped convention as a file whose author declares nothing.
std::string undeclared(const Folder& folder) {
  return folder.write(
      "mine.toml", "name = \"mine\"\nlabel = \"mine\"\ntitle = \"t\"\nbased_on = \"find-pages\"\n");
}

Arguments words_of(const std::vector<std::string>& parts) {
  Arguments words;
  for (const std::string& part : parts)
    for (std::string& word : split(part)) words.push_back(std::move(word));
  return words;
}

TEST_CASE("options come in any order, also before the command", "[line]") {
  std::vector<std::string> parts{"--convention get-put", "--json", "--scenario row1-nfs-read",
                                 "verdicts"};
  const std::string expected = pincheck(words_of(parts)).out;
  CHECK(contains(expected, "\"command\": \"verdicts\""));
  std::sort(parts.begin(), parts.end());
  do {
    CAPTURE(parts);
    CHECK(pincheck(words_of(parts)).out == expected);
  } while (std::next_permutation(parts.begin(), parts.end()));
}

TEST_CASE("of every command, an option before its name is the same as behind it", "[line]") {
  for (const command::Interface& one : command::interfaces())
    for (const std::string option : {"--help", "-h"}) {
      const std::string help = pincheck({one.name, option}).out;
      CHECK(contains(help, "Usage: pincheck " + one.name));
      CHECK(pincheck({option, one.name}).out == help);
    }
  CHECK(pincheck(split("kinds --format json list")).out ==
        pincheck(split("list kinds --json")).out);
  CHECK(pincheck(split("--version check")).out == pincheck(split("--version")).out);
}

TEST_CASE("a value that is the name of a command is a value", "[line]") {
  Process process(split("--save list check " + kRefused));
  const Finished finished = process.wait();
  CHECK(finished.status == 0);
  CHECK(std::filesystem::is_directory(process.path("list")));
}

TEST_CASE("a typo is answered by one suggestion", "[line]") {
  const Folder folder;
  int files = 0;
  const auto scenario = [&](const std::string& from, const std::string& to) {
    return "verdicts --scenario " +
           folder.write(std::to_string(++files), replaced(kScenario, from, to));
  };
  for (const auto& [line, meant] : std::vector<std::pair<std::string, std::string>>{
           {"chekc", "check"},
           {"exprot", "export"},
           {"check --convnetion easy-fix", "--convention"},
           {"replay --refnd", "--refind"},
           {"--seeed=3 check", "--seed"},
           {"check --convention easyfix", "easy-fix"},
           {"explore s2-splice-to-nsf --convention get-put", "s2-splice-to-nfs"},
           {"predict ext4-wriet --convention get-put", "ext4-write"},
           {"list knds", "kinds"},
           {"list kinds --format jsn", "json"},
           {"list kinds --report jsn=x", "json"},
           {"export s3-tmp-page --convention get-put --to promla", "promela"},
           {"explain not-freed-while-inuse", "not-freed-while-in-use"},
           {"explain INUES", "INUSE"},
           {"completion bsh", "bash"},
           {scenario("kind = \"ubuf\"", "kind = \"ubfu\""), "ubuf"},
           {scenario("path = \"direct-write\"", "path = \"driect-write\""), "direct-write"},
           {scenario("backing = \"anon\"", "backing = \"annon\""), "anon"},
           {scenario("asks = [\"completes\"]", "asks = [\"complets\"]"), "completes"},
           {scenario("title = \"t\"", "tilte = \"t\""), "title"}}) {
    const Finished finished = pincheck(split(line));
    INFO(line << ": " << finished.err);
    CHECK(finished.status == 2);
    CHECK(finished.out == "");
    CHECK(std::count(finished.err.begin(), finished.err.end(), '\n') == 1);
    CHECK(contains(finished.err, "; did you mean '" + meant + "'?"));
  }
}

TEST_CASE("what cannot be read is answered in one line", "[line]") {
  for (const auto& [line, part] : std::vector<std::pair<std::string, std::string>>{
           {"", "no command is named"},
           {"list kinds callers", "'callers' is one too many"},
           {"replay", "FILE ... is missing, expected counterexample files"},
           {"predict", "--convention CONVENTION is missing, expected a shipped name or a file"},
           {"check --convention",
            "--convention is without a value, expected --convention CONVENTION"},
           {"check --seed x", "--seed: 'x', expected a whole number"},
           {"check --schedules 0", "--schedules: '0', expected 1 to 100000000"},
           {"check --budget x", "--budget: 'x', expected a number"},
           {"check --cases 1.5", "--cases: '1.5', expected"},
           {"list kinds --json --format json", "expected one of the two"}}) {
    const Finished finished = pincheck(split(line));
    INFO(line << ": " << finished.err);
    CHECK(finished.status == 2);
    CHECK(finished.err.starts_with("pincheck: "));
    CHECK(std::count(finished.err.begin(), finished.err.end(), '\n') == 1);
    CHECK(contains(finished.err, part));
    CHECK(contains(finished.err, "--help"));
  }
}

TEST_CASE("with -q nothing is said when all is well, and all of it when not", "[line]") {
  const Folder folder;
  for (const std::string line : {"check", "verdicts"}) {
    CAPTURE(line);
    const Finished good = pincheck(split(fmt::format("{} -q {}", line, kRefused)));
    CHECK(good.status == 0);
    CHECK(good.out + good.err == "");
    const std::string bad =
        fmt::format("{} --scenario s3-tmp-page --schedules 50 --convention {} --quiet", line,
                    undeclared(folder));
    const Finished loud = pincheck(split(bad.substr(0, bad.size() - 8)));
    CHECK(loud.status == 1);
    CHECK(pincheck(split(bad)).out == loud.out);
  }
  const std::string explored = "explore s3-tmp-page --convention get-put";
  CHECK(pincheck(split(explored + " -q")).out == "");
  CHECK(contains(pincheck(split(explored)).out, "holds: "));
  const std::string json = pincheck(split("verdicts -q --json " + kRefused)).out;
  CHECK(nlohmann::json::parse(json)["exit_status"] == 0);
}

}  // namespace
}  // namespace pincheck::test
