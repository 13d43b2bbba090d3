// SPDX-License-Identifier: MIT
// Formats that CI reads from a command's output: a reader of each grammar reads them back.
#include <nlohmann/json.hpp>

#include "checker/report/format.hpp"
#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::test {
namespace {

using report::HasCases;
using report::HasFindings;
using report::Json;
using Outcome = HasCases::Outcome;

class MadeUp final : public report::Report, public HasCases {
 public:
  explicit MadeUp(std::vector<Suite> all) : all_(std::move(all)) {}
  std::string text() const override { return ""; }
  Json data() const override { return {}; }
  std::vector<Suite> suites() const override { return all_; }

 private:
  std::vector<Suite> all_;
};

class Found final : public report::Report, public HasCases, public HasFindings {
 public:
  explicit Found(std::vector<Finding> all) : all_(std::move(all)) {}
  std::string text() const override { return ""; }
  Json data() const override { return {}; }
  std::vector<Suite> suites() const override { return {}; }
  std::vector<Finding> findings() const override { return all_; }

 private:
  std::vector<Finding> all_;
};

const std::vector<HasCases::Suite> kSome{
    {"first # suite",
     {{"good"}, {"bad, or: so", Outcome::failed, "100% wrong", "  =>  why\n:,\n"}}},
    {"empty", {}},
    {"second", {{"open # case", Outcome::error, "not finished: time"}}}};

/// What scripts/ci/ktap prints of it, in front of its exit status.
std::string ktap_read(const std::string& document) {
  const Folder folder;
  const Finished read = Process({folder.write("x.ktap", document)},
                                variable("PINCHECK_SOURCE_DIR") + "/scripts/ci/ktap")
                            .wait();
  return read.out + read.err + std::to_string(read.status);
}

/// As GitHub's runner reads commands: it takes the lines apart at ' ', ',', '=' and "::".
struct Annotation {
  std::string level;
  std::map<std::string, std::string> properties;
  std::string message;
};

std::string unescaped(std::string text, bool property) {
  const auto replace_all = [&](const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
      text.replace(at, from.size(), to);
  };
  replace_all("%0D", "\r");
  replace_all("%0A", "\n");
  if (property) {
    replace_all("%3A", ":");
    replace_all("%2C", ",");
  }
  replace_all("%25", "%");
  return text;
}

std::vector<Annotation> annotations_in(const std::string& output) {
  std::vector<Annotation> all;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("::")) continue;
    const std::size_t end = line.find("::", 2);
    REQUIRE(end != std::string::npos);
    const std::size_t blank = std::min(line.find(' '), end);
    Annotation one{line.substr(2, blank - 2), {}, unescaped(line.substr(end + 2), false)};
    std::istringstream properties(line.substr(blank, end - blank));
    for (std::string property; std::getline(properties >> std::ws, property, ',');) {
      const std::size_t equals = property.find('=');
      REQUIRE(equals != std::string::npos);
      one.properties[property.substr(0, equals)] = unescaped(property.substr(equals + 1), true);
    }
    all.push_back(std::move(one));
  }
  return all;
}

/// Whether Perl's Test::Harness, which knows TAP, takes all of it for good: it reads the outermost
/// level.
bool proved(const std::string& document) {
  const Folder folder;
  return Process({"--exec", "cat", folder.write("x.ktap", document)}, "/usr/bin/prove")
             .wait()
             .status == 0;
}

}  // namespace

TEST_CASE("ktap: a reader of the grammar reads it", "[report]") {
  const std::string document = report::formats::ktap().print(MadeUp(kSome));
  INFO(document);
  CHECK(document ==
        "KTAP version 1\n1..3\n"
        "  KTAP version 1\n  # Subtest: first _ suite\n  1..2\n  ok 1 good\n"
        "  # 100% wrong\n  #   =>  why\n  # :,\n  not ok 2 bad, or: so\nnot ok 1 first _ suite\n"
        "  KTAP version 1\n  # Subtest: empty\n  1..0\nok 2 empty\n"
        "  KTAP version 1\n  # Subtest: second\n  1..1\n"
        "  # not finished: time\n  not ok 1 open _ case # ERROR not finished: time\nnot ok 3 "
        "second\n");
  CHECK(ktap_read(document) ==
        "not ok: first _ suite: bad, or: so\n  100% wrong\n    =>  why\n  :,\n"
        "not ok: second: open _ case\n  not finished: time\n  ERROR not finished: time\n1");
  CHECK(ktap_read(report::formats::ktap().print(MadeUp({{"good", {{"good"}}}}))) == "0");
  CHECK(proved(report::formats::ktap().print(MadeUp({{"good", {{"good"}}}}))));
  CHECK_FALSE(proved(document));
  for (const auto& [from, to] :
       {std::pair{"KTAP version 1\n", ""}, std::pair{"1..3", "1..4"}, std::pair{"1..2", "1..1"},
        std::pair{"ok 2 empty", "ok 3 empty"}, std::pair{"not ok 3", "ok 3"},
        std::pair{"ok 1 good", "okay 1 good"}, std::pair{"  ok 1 good", "ok 1 good"}}) {
    INFO(from);
    CHECK(contains(ktap_read(replaced(document, from, to)), "no KTAP: line "));
  }
}

TEST_CASE("github: annotations are read as they were written", "[report]") {
  const auto cases = annotations_in(report::formats::github().print(MadeUp(kSome)));
  REQUIRE(cases.size() == 2);
  CHECK(cases[0].level == "error");
  CHECK(cases[0].properties.at("title") == "first # suite: bad, or: so");
  CHECK(cases[0].message == "100% wrong\n  =>  why\n:,\n");
  CHECK(cases[1].level == "warning");
  CHECK(cases[1].message == "not finished: time");

  HasFindings::Finding leak{.kind = "leak",
                            .sentence = "5 % are\r\nlost",
                            .function = "f",
                            .cause = "c",
                            .path = {{"a,b:c.c", 7, "taken"}, {"a,b:%0A.c", 9, "x"}},
                            .known = ""};
  HasFindings::Finding known = leak;
  known.known = "it is not";
  known.path.back().line = 0;
  const auto found = annotations_in(report::formats::github().print(Found({leak, known})));
  REQUIRE(found.size() == 2);
  CHECK(found[0].level == "error");
  CHECK(found[0].properties == std::map<std::string, std::string>{
                                   {"file", "a,b:%0A.c"}, {"line", "9"}, {"title", "leak: f()"}});
  CHECK(found[0].message == "5 % are\r\nlost");
  CHECK(found[1].level == "notice");
  CHECK_FALSE(found[1].properties.contains("line"));
}

TEST_CASE("ktap and github: commands say in them what their exit status says", "[report]") {
  const Folder folder;
  std::string rules = source_file("model/conventions/find-pages.toml");
  rules.resize(rules.find("[[expect]]"));
  const std::string mine = folder.write(
      "mine.toml",
      replaced(replaced(rules, "\"find-pages\"", "\"mine\""), "label = \"V\"", "label = \"mine\""));
  const std::string ktap = folder.path("x.ktap");
  const auto run = [&](const std::string& line) {
    return pincheck(split(line + " --report github --report ktap=" + ktap));
  };
  const Finished good =
      run("verdicts --schedules 50 --scenario s3-tmp-page --convention find-pages");
  CHECK(good.status == 0);
  CHECK(annotations_in(good.out).empty());
  CHECK(ktap_read(contents(ktap)) == "0");

  const Finished bad = run("check --schedules 50 --scenario s3-tmp-page --convention " + mine);
  CHECK(bad.status == 1);
  CHECK(contains(bad.out, "s3-tmp-page"));
  const auto cells = annotations_in(bad.out);
  REQUIRE(cells.size() == 1);
  CHECK(cells[0].properties.at("title") == "verdicts: s3-tmp-page under mine");
  CHECK(contains(cells[0].message, "found, but not declared: "));
  CHECK(contains(cells[0].message, "\n  =>  "));
  CHECK(contains(ktap_read(contents(ktap)), "not ok: verdicts: s3-tmp-page under mine\n  found"));

  const Finished scanned =
      run("scan " + variable("PINCHECK_SOURCE_DIR") + "/corpus/plans/objects.c");
  const auto findings = annotations_in(scanned.out);
  CHECK(scanned.status == (findings.empty() ? 0 : 1));
  for (const Annotation& one : findings) CHECK(contains(one.properties.at("file"), "objects.c"));
}

TEST_CASE("a report on standard output comes after what people read", "[report]") {
  const std::string line = "verdicts --scenario row1-nfs-read --convention get-put --schedules 10";
  const std::string text = pincheck(split(line)).out;
  const std::string ktap = pincheck(split(line + " --format ktap")).out;
  CHECK(ktap.starts_with("KTAP version 1\n"));
  CHECK(pincheck(split(line + " --report ktap=-")).out == text + ktap);
  CHECK(pincheck(split(line + " --report github")).out == text);
  CHECK(pincheck(split(line + " --report github=")).status == 2);
}

}  // namespace pincheck::test
