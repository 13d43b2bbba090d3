// SPDX-License-Identifier: MIT
// JUnit XML: it is of its schema, an XML parser reads it, and it says what the exit status says.
#include "checker/report/format.hpp"
#include "checker/testing/run_binary.hpp"
#include "model/base/exit_code.hpp"

#include <nlohmann/json.hpp>

namespace pincheck::test {
namespace {

using report::HasCases;
using report::Json;

/// Reads the document as CI systems do: counts must be right. Prints a JSON list of its cases.
constexpr const char* kReader = R"(
import json, sys, xml.etree.ElementTree as tree

def count(part, what):
    return len(list(part.iter(what)))

root = tree.parse(sys.argv[1]).getroot()
assert root.tag == "testsuites"
for part in [root, *root]:
    assert part is root or part.tag == "testsuite"
    for key, what in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")]:
        assert int(part.get(key)) == count(part, what), key
cases = []
for suite in root:
    for case in suite:
        assert case.get("classname") == suite.get("name")
        one = {"suite": suite.get("name"), "name": case.get("name")}
        for wrong in case:
            one |= {"outcome": wrong.tag, "message": wrong.get("message"), "details": wrong.text}
        cases.append(one)
json.dump(cases, sys.stdout)
)";

Json cases_in(const std::string& document) {
  const Folder folder;
  const std::string file = folder.write("junit.xml", document);
  const std::string schema = variable("PINCHECK_SOURCE_DIR") + "/checker/report/junit.xsd";
  const Finished valid = Process({"--noout", "--schema", schema, file}, "/usr/bin/xmllint").wait();
  const Finished read =
      Process({folder.write("reader.py", kReader), file}, "/usr/bin/python3").wait();
  INFO(document.substr(0, 2000) << "\n" << valid.err << read.err);
  REQUIRE(valid.status == 0);
  REQUIRE(read.status == 0);
  return Json::parse(read.out);
}

/// The cases of what a command prints; all are good where it exits with 0, and only there.
Json cases_of(const std::string& line) {
  const Finished finished = pincheck(split(line + " --format junit"));
  INFO(line << "\n" << finished.err);
  Json cases = cases_in(finished.out);
  REQUIRE_FALSE(cases.empty());
  const bool good = std::none_of(cases.begin(), cases.end(),
                                 [](const Json& one) { return one.contains("outcome"); });
  CHECK(good == (finished.status == kAsExpected));
  return cases;
}

Json named(const Json& cases, const std::string& name) {
  const auto found = std::find_if(cases.begin(), cases.end(),
                                  [&](const Json& one) { return one["name"] == name; });
  INFO(name << " in " << cases.dump(2));
  REQUIRE(found != cases.end());
  return *found;
}

/// find-pages as if nobody expected what it violates.
std::string undeclared(const Folder& folder) {
  std::string rules = source_file("model/conventions/find-pages.toml");
  rules.resize(rules.find("[[expect]]"));
  rules = replaced(rules, "name = \"find-pages\"", "name = \"mine\"");
  const std::size_t label = rules.find("label = ");
  return folder.write("mine.toml",
                      rules.replace(label, rules.find('\n', label) - label, "label = \"mine\""));
}

TEST_CASE("junit: check's table, corpus, random scenarios and coverage") {
  const Folder folder;
  const Json good = cases_of("check --convention find-pages --schedules 50 --cases 20");
  CHECK(named(good, "s3-tmp-page under find-pages")["suite"] == "verdicts");
  CHECK(named(good, "random scenarios under find-pages")["suite"] == "random scenarios");
  CHECK(named(good, "finished")["suite"] == "run");
  CHECK(std::any_of(good.begin(), good.end(),
                    [](const Json& one) { return one["suite"] == "corpus"; }));

  const Json bad =
      cases_of("check --scenario s3-tmp-page --schedules 50 --convention " + undeclared(folder));
  const Json failed = named(bad, "s3-tmp-page under mine");
  CHECK(failed["outcome"] == "failure");
  CHECK(contains(failed["message"], "found, but not declared: "));
  CHECK(contains(failed["details"], "  under mine\n"));
  CHECK(contains(failed["details"], "  =>  "));

  const Json random =
      cases_of("check --cases 300 --schedules 50 --convention " + undeclared(folder));
  CHECK(contains(named(random, "random scenarios under mine")["details"], "name = \"generated\""));
  const Json cut = cases_of("check --convention linux-6.12 --cases 100000000 --budget 0.2");
  CHECK(named(cut, "finished")["message"] == "not finished: time");
}

TEST_CASE("junit: verdicts that say nothing are errors") {
  const Folder folder;
  const std::string silent = folder.write("silent.toml", "name = \"silent\"\n");
  const Json one = named(cases_of("verdicts --scenario s3-tmp-page --convention " + silent),
                         "s3-tmp-page under silent");
  CHECK(one["outcome"] == "error");
  CHECK(contains(one["message"], "not stated: "));
}

TEST_CASE("junit: explorations") {
  const Folder folder;
  cases_of("explore s3-tmp-page --convention find-pages");
  cases_of("explore --pages 1 --actors 1 --flags 0 --pipes 0 --convention linux-6.12");
  const std::string mine = undeclared(folder);
  CHECK(named(cases_of("explore s3-tmp-page --convention " + mine),
              "s3-tmp-page under mine")["outcome"] == "failure");
  CHECK(named(cases_of("explore --pages 1 --actors 1 --flags 1 --pipes 0 --convention " + mine),
              "every scenario under mine")["outcome"] == "failure");
  CHECK(named(cases_of("explore bench-three-nfs-readers --convention linux-6.12 "
                       "--reductions none --memory 1M"),
              "bench-three-nfs-readers under linux-6.12")["message"] == "not finished: memory");
  CHECK(named(cases_of("explore --pages 2 --actors 3 --convention linux-6.12 --budget 0.1"),
              "finished")["message"] == "not finished: time");
  CHECK(named(cases_of("explore --pages 1 --actors 1 --flags 0 --convention easy-fix --memory 1K"),
              "finished")["message"] == "pairs not finished: memory");
}

TEST_CASE("junit: counterexamples, the corpus and predictions") {
  const Folder folder;
  const std::string good = source_file(
      "checker/counterexample/format-1/"
      "s2-splice-to-nfs-pin-unpin-balanced-hubbard-v1-diff.toml");
  const std::string file = folder.write("good.toml", good);
  cases_of("replay " + file);
  cases_of("corpus " + folder.path(""));
  const std::string broken =
      folder.write("broken.toml", replaced(good, "outcome = \"", "outcome = \"new "));
  CHECK(named(cases_of("replay " + broken + " " + file), broken)["outcome"] == "failure");
  CHECK(contains(
      named(cases_of("corpus " + folder.path("")), folder.path("") + "broken.toml")["message"],
      "no such outcome"));
  std::filesystem::create_directory(folder.path("empty"));
  CHECK(named(cases_of("corpus " + folder.path("empty")), "some files")["outcome"] == "error");

  cases_of("predict ext4-write --convention linux-6.12");
  CHECK(named(cases_of("predict nfs-splice --convention hubbard-v1-diff"),
              "nfs-splice")["outcome"] == "failure");
  cases_of("predict --convention linux-6.12 --against " + variable("PINCHECK_SOURCE_DIR") +
           "/corpus/traces/steps/ext4-splice.txt.gz");
}

TEST_CASE("junit: traces") {
  const Folder folder;
  const std::string trace = "trace --kernel 6.12 ";
  cases_of(trace + variable("PINCHECK_SOURCE_DIR") + "/corpus/traces/6.12-pageref-read.txt.gz");
  const auto line = [](int second, const std::string& event) {
    return " dd-7 [000] d..1. " + std::to_string(second) + ".5: " + event + "\n";
  };
  const std::string folio = "0xffffea0000000140";
  const Json bad = cases_of(
      trace +
      folder.write(
          "bad", line(1, "g: (try_grab_folio_fast+0x0/0x1) page=" + folio +
                             " refs=1 flags=0x80001 ref=2") +
                     line(1, "g: (f+0x1/0x2 <- try_grab_folio_fast) folio=" + folio + " ref=1026") +
                     line(2, "w: (__folio_start_writeback+0x4/0x5) folio=" + folio) +
                     line(3, "g: (f+0x1/0x2 <- try_grab_folio_fast) folio=0x40 ref=3") +
                     "kprobes:gup_put\n"));
  CHECK(contains(named(bad, "not-written-back-while-pinned")["details"], "page 0x5: "));
  CHECK(named(bad, "no contradictions")["outcome"] == "failure");
  const std::string event = ": k-1 [000] ..... 3.1: sched_wakeup: pid=7\n";
  const Json two = cases_of(trace + folder.write("two", "a" + event + "b" + event));
  CHECK(named(two, "something was judged")["outcome"] == "error");
  CHECK(two.back()["suite"] == folder.path("two") + ", b");
  const Json none =
      cases_of(trace + folder.write("none", "nr_foll_pin_acquired 3\nnr_foll_pin_released 2\n"));
  CHECK(named(none, "a trace")["outcome"] == "error");
}

class MadeUp final : public report::Report, public HasCases {
 public:
  explicit MadeUp(std::string text) : text_(std::move(text)) {}
  std::string text() const override { return ""; }
  Json data() const override { return {}; }
  std::vector<Suite> suites() const override {
    return {{text_, {{text_, Outcome::error, text_, text_}, {"good"}}}};
  }

 private:
  std::string text_;
};

TEST_CASE("junit: text of any kind") {
  const auto read_back = [](const std::string& text) {
    const Json one = cases_in(report::formats::junit().print(MadeUp(text)))[0];
    for (const char* key : {"suite", "name", "message"}) CHECK(one[key] == one["details"]);
    return one["details"].get<std::string>();
  };
  const std::string good = "<a b='c'>&amp;\"]]> \u00e4\u20ac\U0001f600";
  CHECK(read_back(good) == good);
  CHECK(read_back(std::string("\0\x01\x1b[31m\x7f", 8)) == "???[31m\x7f");
  // Not UTF-8: cut off, overlong, surrogates, beyond Unicode; and no character of XML.
  CHECK(read_back("a\xff\xc3") == "a??");
  CHECK(read_back("\xc0\xaf") == "??");
  CHECK(read_back("\xe0\x80\xaf") == "???");
  CHECK(read_back("\xed\xa0\x80") == "???");
  CHECK(read_back("\xf4\x90\x80\x80") == "????");
  CHECK(read_back("\xef\xbf\xbf") == "???");
}

}  // namespace
}  // namespace pincheck::test
