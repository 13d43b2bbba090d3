// SPDX-License-Identifier: MIT
#include "checker/source/scan/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "checker/source/scan/report.hpp"
#include "checker/testing/run_binary.hpp"

namespace pincheck::scan {
namespace {

/// "/* expect FUNCTION: VERDICT */", by function.
std::map<std::string, std::string> expected_in(const std::string& file) {
  std::map<std::string, std::string> all;
  std::istringstream text(test::source_file(file));
  for (std::string line; std::getline(text, line);) {
    constexpr std::string_view kBegin = "/* expect ";
    if (!line.starts_with(kBegin)) continue;
    const std::size_t colon = line.find(": "), end = line.find(" */");
    all[line.substr(kBegin.size(), colon - kBegin.size())] =
        line.substr(colon + 2, end - colon - 2);
  }
  return all;
}

FileResult scanned(const std::string& path, const follow::Bounds& bounds = {}) {
  const auto all = scan({{path, {front::alone(path)}}}, callee::shipped_callees(),
                        {.functions = {}, .bounds = bounds});
  REQUIRE(all.size() == 1);
  CHECK(all[0].error == "");
  return all[0];
}

std::string said_of(const follow::Verdict& one) {
  return std::string(one.decision == follow::Decision::violated
                         ? follow::name_of(one.findings.front().wrong)
                         : follow::name_of(one.decision));
}

std::string in_repository(const std::string& path) {
  return test::variable("PINCHECK_SOURCE_DIR") + "/" + path;
}

}  // namespace

TEST_CASE("scan: plans get the verdicts that they say", "[source]") {
  int plans = 0;
  for (const auto& entry : std::filesystem::directory_iterator(in_repository("corpus/plans"))) {
    if (entry.path().extension() != ".c") continue;
    ++plans;
    const std::string name = "corpus/plans/" + entry.path().filename().string();
    INFO(name);
    std::map<std::string, std::string> said;
    for (const follow::Verdict& one : scanned(in_repository(name)).verdicts)
      said[one.function] = said_of(one);
    CHECK(said == expected_in(name));
  }
  CHECK(plans >= 4);
}

TEST_CASE("scan: more pages and turns find no less", "[source]") {
  const std::string name = "corpus/plans/arrays.c";
  std::map<std::string, std::string> said;
  for (const follow::Verdict& one : scanned(in_repository(name), {.pages = 4, .turns = 5}).verdicts)
    said[one.function] = said_of(one);
  CHECK(said == expected_in(name));
}

TEST_CASE("scan: a loop that does the same each time closes", "[source]") {
  const auto file = scanned(in_repository("corpus/plans/branches.c"));
  const auto loop = std::find_if(
      file.verdicts.begin(), file.verdicts.end(),
      [](const follow::Verdict& one) { return one.function == "takes_and_drops_each_time"; });
  REQUIRE(loop != file.verdicts.end());
  CHECK(loop->merged > 0);
  CHECK(loop->cuts.empty());
}

namespace {

follow::Verdict verdict_of(const std::string& code, const follow::Bounds& bounds = {}) {
  const test::Folder folder;
  const auto file = scanned(folder.write("f.c", "#include \"pincheck.h\"\n" + code), bounds);
  REQUIRE(file.verdicts.size() == 1);
  return file.verdicts.front();
}

}  // namespace

TEST_CASE("scan: states that differ in numbers only are one", "[source]") {
  // Each number is asked for twice, so that what was found first would matter.
  std::string code =
      "int f(const int *n)\n{\n\tstruct page *page = alloc_page(0);\n\tint sum = 0;\n";
  code += "\tif (!page)\n\t\treturn -12;\n";
  for (int turn = 0; turn < 2; ++turn)
    for (int i = 0; i < 12; ++i)
      code += fmt::format("\tif (n[{}] > 100)\n\t\tsum += n[{}];\n", i, i);
  const auto verdict = verdict_of(code + "\tput_page(page);\n\treturn sum;\n}\n");
  CHECK(verdict.decision == follow::Decision::balanced);
  CHECK(verdict.passes == 1);
  CHECK(verdict.merged < 30);
}

TEST_CASE("scan: a list of others is followed to no end, and closes", "[source]") {
  const auto verdict = verdict_of(R"(
struct node { struct node *next; int number; };
int f(struct node *node)
{
	struct page *page = alloc_page(0);
	if (!page)
		return -12;
	for (; node; node = node->next)
		if (node->number > 2)
			node->number = 1;
	put_page(page);
	return 0;
}
)");
  CHECK(verdict.decision == follow::Decision::balanced);
  CHECK(verdict.cuts.empty());
}

namespace {

/// Where paths have met of which all hold the same, with the least knowledge.
std::set<std::string> ends_of(const std::string& body) {
  const auto verdict = verdict_of(fmt::format(R"(
struct node {{ struct node *next; struct page *page; }};
int asks(int more);
int f(struct node *node, struct page *other)
{{
	struct page *page;
	{}
}}
)",
                                              body));
  CHECK(verdict.passes == 1);
  return verdict.ends;
}

}  // namespace

TEST_CASE("scan: where paths meet pages and where they are kept stay known", "[source]") {
  CHECK(ends_of("page = node->next->page; get_page(page); if (asks(1)) asks(0);"
                "put_page(page); return 0;") == std::set<std::string>{"success: nothing"});
  CHECK(ends_of("page = alloc_page(0); if (!page) return -12; node->next->page = page;"
                "if (asks(1)) asks(0); return 0;") ==
        std::set<std::string>{"error: nothing", "success: 1 get kept"});
  // What lies there now is another one.
  CHECK(ends_of("page = node->page; get_page(page); node->page = other; if (asks(1)) asks(0);"
                "put_page(node->page); return page == other ? 1 : 0;") ==
        std::set<std::string>{"success: 1 get of the caller's dropped, "
                              "1 get taken of a page of the caller's"});
}

TEST_CASE("scan: fewer turns are followed where more take too long", "[source]") {
  const std::string code = R"(
int f(struct page **pages, int n)
{
	int i = 0;
	while (i < n && (pages[i] = alloc_page(0)))
		i++;
	while (i > 0)
		put_page(pages[--i]);
	return 0;
}
)";
  CHECK(verdict_of(code).turns == 3);
  const auto verdict = verdict_of(code, {.pages = 2, .turns = 9, .steps = 80});
  CHECK(verdict.decision == follow::Decision::balanced);
  CHECK(verdict.turns < 9);
  CHECK(verdict.turns > 1);
}

TEST_CASE("scan: a path has its places and counts", "[source]") {
  const auto file = scanned(in_repository("corpus/plans/arrays.c"));
  const auto leak = std::find_if(
      file.verdicts.begin(), file.verdicts.end(),
      [](const follow::Verdict& one) { return one.function == "forgets_a_short_pin"; });
  REQUIRE(leak != file.verdicts.end());
  const auto& path = leak->findings.at(0).path;
  REQUIRE(path.size() >= 2);
  CHECK(follow::place_of(path.front()).starts_with("arrays.c:"));
  CHECK(path.front().text.starts_with("pin_user_pages_fast(): "));
  CHECK(path.front().counts.find("pins 1") != std::string::npos);
  CHECK(path.back().text == "returns an error");
}

TEST_CASE("scan: a file that does not compile is told, and the others go on", "[source]") {
  const test::Folder folder;
  const std::string bad = folder.write("bad.c", "int f(void) { return x; }\n");
  const std::string good = in_repository("corpus/plans/pages.c");
  const auto all = scan({{bad, {front::alone(bad)}}, {good, {front::alone(good)}}},
                        callee::shipped_callees(), {.functions = {}, .bounds = {}, .threads = 2});
  REQUIRE(all.size() == 2);
  CHECK(all[0].error.find("bad.c:1:22: error: ") != std::string::npos);
  CHECK(all[1].error == "");
  const Tally sum = tally(all);
  CHECK(sum.failed == 1);
  CHECK(sum.compiled == 1);
  CHECK(sum.violated == 3);
}

TEST_CASE("scan: what was found before is taken from the cache, all of it", "[source]") {
  const test::Folder folder;
  const std::string plan = in_repository("corpus/plans/arrays.c");
  const auto scanned_with = [&](const callee::Callees& callees, int pages) {
    auto all = scan({{plan, {front::alone(plan)}}}, callees,
                    {.functions = {}, .bounds = {.pages = pages}, .cache = folder.path("cache")});
    return std::move(all.at(0).verdicts);
  };
  const auto files = [&] {
    const auto all = std::filesystem::directory_iterator(folder.path("cache"));
    return std::distance(begin(all), end(all));
  };
  const auto first = scanned_with(callee::shipped_callees(), 2);
  const auto kept = files();
  CHECK(kept == static_cast<std::ptrdiff_t>(first.size()) + 1);
  const auto again = scanned_with(callee::shipped_callees(), 2);
  CHECK(files() == kept);
  REQUIRE(again.size() == first.size());
  // Seconds are the first run's.
  for (std::size_t i = 0; i < first.size(); ++i) {
    INFO(first[i].function);
    CHECK(again[i].seconds == first[i].seconds);
    CHECK(ScanReport({{plan, "", false, {again[i]}}}, "", true).text() ==
          ScanReport({{plan, "", false, {first[i]}}}, "", true).text());
  }
  // Other bounds, or other callees, are another question.
  scanned_with(callee::shipped_callees(), 1);
  CHECK(files() == 2 * kept - 1);
  callee::Callees more = callee::shipped_callees();
  more.read("subsystem = \"x\"\nsource = \"x\"\n", "x.toml");
  scanned_with(more, 2);
  CHECK(files() == 3 * kept - 2);
}

}  // namespace pincheck::scan
