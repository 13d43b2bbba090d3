// SPDX-License-Identifier: MIT
// SARIF: a reader that insists on what the standard requires, and what it then says.
#include <nlohmann/json.hpp>

#include "checker/report/format.hpp"
#include "checker/testing/run_binary.hpp"

namespace pincheck::report {
namespace {

class Findings final : public Report, public HasFindings {
 public:
  explicit Findings(std::vector<Finding> all) : all_(std::move(all)) {}
  std::string text() const override { return ""; }
  Json data() const override { return {}; }
  std::vector<Finding> findings() const override { return all_; }

 private:
  std::vector<Finding> all_;
};

Json printed(const std::vector<HasFindings::Finding>& all) {
  return Json::parse(formats::sarif().print(Findings(all)));
}

/// SARIF 2.1.0, 3.28 to 3.30: an artifact has a URI, a region begins at line 1 or later.
void check_place(const Json& place) {
  const std::string uri = place.at("artifactLocation").at("uri");
  CHECK(uri.find_first_of(" \"<>\\^`{|}") == std::string::npos);
  if (place.contains("region")) CHECK(place.at("region").at("startLine").get<int>() >= 1);
}

/// Sections 3.13, 3.14, 3.18, 3.27 and 3.36 to 3.38: what must be there.
void check_document(const Json& document) {
  CHECK(document.at("version") == "2.1.0");
  REQUIRE(document.at("runs").is_array());
  for (const Json& run : document.at("runs")) {
    CHECK(run.at("tool").at("driver").at("name") == "pincheck");
    std::vector<std::string> rules;
    for (const Json& rule : run.at("tool").at("driver").at("rules")) rules.push_back(rule.at("id"));
    REQUIRE(run.at("results").is_array());
    for (const Json& result : run.at("results")) {
      CHECK(std::count(rules.begin(), rules.end(), result.at("ruleId")) == 1);
      CHECK_FALSE(result.at("message").at("text").get<std::string>().empty());
      for (const Json& one : result.at("locations")) check_place(one.at("physicalLocation"));
      for (const Json& flow : result.at("codeFlows"))
        for (const Json& thread : flow.at("threadFlows")) {
          REQUIRE_FALSE(thread.at("locations").empty());
          for (const Json& one : thread.at("locations"))
            check_place(one.at("location").at("physicalLocation"));
        }
    }
  }
}

}  // namespace

TEST_CASE("sarif: a finding has its rule, its place and the path to it") {
  const Json document = printed({{.kind = "leak",
                                  .sentence = "it is lost",
                                  .function = "f",
                                  .cause = "here",
                                  .path = {{"fs/a b.c", 3, "taken"}, {"fs/a b.c", 9, "returns"}},
                                  .known = ""},
                                 {.kind = "leak",
                                  .sentence = "again",
                                  .function = "g\xff",
                                  .cause = "there",
                                  .path = {{"/usr/x.h", 0, "?"}},
                                  .known = "false"}});
  check_document(document);
  const Json& results = document["runs"][0]["results"];
  REQUIRE(results.size() == 2);
  CHECK(results[0]["message"]["text"] == "f(): it is lost");
  const Json& place = results[0]["locations"][0]["physicalLocation"];
  CHECK(place["artifactLocation"]["uri"] == "fs/a%20b.c");
  CHECK(place["artifactLocation"]["uriBaseId"] == "SRCROOT");
  CHECK(place["region"]["startLine"] == 9);
  CHECK(results[0]["codeFlows"][0]["threadFlows"][0]["locations"].size() == 2);
  CHECK_FALSE(results[0].contains("suppressions"));
  const Json& other = results[1]["locations"][0]["physicalLocation"];
  CHECK(other["artifactLocation"]["uri"] == "file:///usr/x.h");
  CHECK_FALSE(other.contains("region"));
  CHECK(results[1]["suppressions"][0]["justification"] == "false");
}

TEST_CASE("sarif: nothing found is a document, too") {
  const Json document = printed({});
  check_document(document);
  CHECK(document["runs"][0]["results"].empty());
}

TEST_CASE("sarif: of a scan") {
  const test::Finished finished =
      test::pincheck({"scan", test::variable("PINCHECK_SOURCE_DIR") + "/corpus/plans/arrays.c",
                      "--format", "sarif"});
  CHECK(finished.status == 1);
  const Json document = Json::parse(finished.out);
  check_document(document);
  CHECK(document["runs"][0]["results"].size() >= 6);
}

}  // namespace pincheck::report
