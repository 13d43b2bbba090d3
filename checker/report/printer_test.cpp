// SPDX-License-Identifier: MIT
// Formats: who has which, and what a printer leaves out.
#include "checker/report/printer.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "checker/command/command.hpp"
#include "checker/testing/run_binary.hpp"

namespace pincheck::test {
namespace {

using report::Json;
using Names = std::vector<std::string>;

class Plain : public report::Report {
 public:
  std::string text() const override { return "text\n"; }
  Json data() const override { return Json::array({{{"a", 1}}, {{"b", "\xff"}}}); }
};
class Drawn final : public Plain, public report::HasStories {
 public:
  std::vector<Told> stories() const override { return {}; }
};
class Judged final : public Plain, public report::HasStories, public report::HasCases {
 public:
  std::vector<Told> stories() const override { return {}; }
  std::vector<Suite> suites() const override { return {}; }
};

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

template <class... Reports>
bool offers(const std::string& format) {
  const Names all = report::PrinterOf<Reports...>().formats();
  return std::find(all.begin(), all.end(), format) != all.end();
}

TEST_CASE("a format is offered where all reports of a command have what it needs", "[report]") {
  CHECK(report::PrinterOf<Plain>().formats().front() == "text");
  for (const char* format : {"text", "json"}) CHECK(offers<Plain>(format));
  CHECK_FALSE(offers<Plain>("mermaid"));
  CHECK(offers<Drawn>("mermaid"));
  CHECK_FALSE(offers<Drawn>("junit"));
  CHECK(offers<Judged>("junit"));
  CHECK(offers<Judged, Drawn>("mermaid"));
  CHECK_FALSE(offers<Judged, Drawn>("junit"));
  CHECK_FALSE(offers<Drawn, Plain>("mermaid"));
}

TEST_CASE("several documents are an array, and any bytes are JSON", "[report]") {
  CHECK(report::formats::json().print(Plain()) ==
        "[{\n  \"a\": 1\n}\n,\n{\n  \"b\": \"\xef\xbf\xbd\"\n}\n]\n");
}

TEST_CASE("every command has a name of its own, and the formats that --help says", "[report]") {
  std::set<std::string_view> names;
  for (const auto& command : command::all_commands()) {
    CAPTURE(command->name);
    CHECK(names.insert(command->name).second);
    const std::string help = pincheck({std::string(command->name), "--help"}).out;
    CHECK(contains(help, command->about));
    const std::set<std::string_view> write{"export", "reproduce", "completion", "man"};
    const bool reports = !write.contains(command->name);
    CHECK(contains(help, "--json") == reports);
    CHECK(contains(help, "--format {text,json") == reports);
  }
}

TEST_CASE("--json and --format are two ways to say the same, once", "[report]") {
  const std::string line = "list kinds ";
  CHECK(pincheck(split(line + "--format json")).out == pincheck(split(line + "--json")).out);
  CHECK(pincheck(split(line + "--format text")).out == pincheck(split(line)).out);
  CHECK(pincheck(split(line + "--format json --json")).status == 2);
  CHECK(pincheck(split(line + "--format junit")).status == 2);
  CHECK(pincheck(split(line + "--format yaml")).status == 2);
}

TEST_CASE("what is printed goes to files, too, in other formats", "[report]") {
  const Folder folder;
  const std::string line = "verdicts --scenario row1-nfs-read --convention get-put --schedules 10";
  const std::string json = folder.path("a.json"), junit = folder.path("b.xml");
  const std::string text = pincheck(split(line)).out;
  const Finished both =
      pincheck(split(line + " --report json=" + json + " --report junit=" + junit));
  CHECK(contains(text, "row1-nfs-read"));
  CHECK(both.out == text);
  CHECK(contents(json) == pincheck(split(line + " --json")).out);
  CHECK(contents(junit) == pincheck(split(line + " --format junit")).out);
  for (const char* bad : {"json", "json=", "text=x", "yaml=x", "mermaid=x"}) {
    const Finished finished = pincheck(split(line + " --report " + bad));
    CAPTURE(bad);
    CHECK(finished.status == 2);
    CHECK(finished.out == "");
    CHECK(contains(finished.err, "expected FORMAT=FILE with one of: json, junit"));
  }
  CHECK(pincheck(split(line + " --report json=" + folder.path("none/x"))).status == 2);
}

TEST_CASE("a diagram for each story, and nothing else", "[report]") {
  const Folder folder;
  const std::string file =
      folder.write("old.toml", source_file("checker/counterexample/format-1/"
                                           "s2-splice-to-nfs-pin-unpin-balanced-"
                                           "hubbard-v1-diff.toml"));
  const std::string find = "--scenario s6-legacy-bvec --convention easy-fix --schedules 100";
  for (const std::string& line :
       {"check " + find, std::string("explore s6-legacy-bvec --convention easy-fix"),
        fmt::format("replay {} {}", file, file), "shrink " + file}) {
    CAPTURE(line);
    const std::string drawn = pincheck(split(line + " --format mermaid")).out;
    CHECK(drawn.starts_with("```mermaid\nsequenceDiagram\n"));
    const Json told = Json::parse(pincheck(split(line + " --json")).out);
    const std::size_t stories = told.is_array()                    ? told.size()
                                : told.contains("counterexamples") ? told["counterexamples"].size()
                                : told.contains("explorations")
                                    ? told["explorations"][0]["counterexamples"].size()
                                    : 1;
    CHECK(count(drawn, "```mermaid\n") == stories);
    CHECK_FALSE(contains(drawn, "ok N     proved"));
  }
}

}  // namespace
}  // namespace pincheck::test
