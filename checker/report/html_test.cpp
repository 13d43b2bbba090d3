// SPDX-License-Identifier: MIT
// The page of `pincheck report`: one file that needs nothing else, and says what the run found.
#include <zlib.h>

#include <nlohmann/json.hpp>

#include "checker/report/page.hpp"
#include "checker/testing/run_binary.hpp"

namespace pincheck::report {
namespace {

const std::string kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What the page has between its markers: compressed, in base64.
Json embedded(const std::string& page) {
  const std::string open = "id=\"data\">";
  const std::size_t from = page.find(open) + open.size();
  REQUIRE(from > open.size());
  const std::string text = page.substr(from, page.find('<', from) - from);
  std::string bytes;
  unsigned bits = 0;
  for (std::size_t i = 0; i < text.size() && text[i] != '='; ++i) {
    bits = bits << 6 | static_cast<unsigned>(kLetters.find(text[i]));
    if (i % 4 != 0) bytes += static_cast<char>(bits >> (6 - 2 * (i % 4)));
  }
  std::string out(std::size_t{1} << 24, '\0');
  uLongf size = out.size();
  REQUIRE(uncompress(reinterpret_cast<Bytef*>(out.data()), &size,
                     reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()) == Z_OK);
  return Json::parse(out.substr(0, size));
}

TEST_CASE("report: data comes back as it was, whatever bytes names have", "[report]") {
  for (const std::string& name :
       {std::string("</script><script>alert(1)</script>"), std::string("a"), std::string("ab")}) {
    const std::string page = page_of({{"name", name}});
    CHECK(embedded(page)["name"] == name);
    CHECK_FALSE(test::contains(page, "alert(1)"));
  }
  CHECK(embedded(page_of({{"name", "\xff"}}))["name"] == "\xef\xbf\xbd");
}

TEST_CASE("report: the page has all of its parts, and asks nobody for anything", "[report]") {
  const std::string page = page_of(Json::object());
  CHECK_FALSE(test::contains(page, "{{"));
  for (const char* outside : {"http:", "https:", "src=", "@import", "url("}) {
    INFO(outside);
    CHECK_FALSE(test::contains(page, outside));
  }
  CHECK(test::contains(page, "default-src 'none'"));
}

const std::string kSmall =
    "--scenario s2-splice-to-nfs --scenario s3-splice-to-nfs-killed --scenario s6-legacy-bvec "
    "--convention hubbard-v1-diff --convention find-pages --convention linux-6.12 --schedules 200 ";

TEST_CASE("report: a command that writes one file", "[report]") {
  const test::Folder folder;
  const test::Finished run =
      test::pincheck(test::split("report " + kSmall + "-o " + folder.path("out")));
  CHECK(run.status == 0);
  CHECK(test::contains(run.out, folder.path("out") + "/index.html"));
  const Json data = embedded(test::contents(folder.path("out/index.html")));
  CHECK(data["cells"].size() == 9);
  CHECK(data["conventions"].size() == 3);
  CHECK_FALSE(data["counterexamples"].empty());
  CHECK(data["scenarios"][0]["actors"][0]["kinds"] == Json{"bvec"});
  // Each cell has a story: a violation, or how it goes without.
  for (const Json& cell : data["cells"]) {
    std::size_t stories = 0;
    for (const char* key : {"counterexamples", "runs"})
      for (const Json& story : data[key])
        stories += static_cast<std::size_t>(story["scenario"] == cell["scenario"] &&
                                            std::count(story["conventions"].begin(),
                                                       story["conventions"].end(),
                                                       cell["convention"]) == 1);
    INFO(cell.dump());
    CHECK(stories >= 1);
  }
}

TEST_CASE("report: Ctrl-C keeps what was found", "[report]") {
  test::Process run(test::split("report -o out"));
  run.interrupt();
  const test::Finished finished = run.wait();
  CHECK(finished.status == 3);
  const Json data = embedded(test::contents(run.path("out/index.html")));
  CHECK(data["ending"] == "interrupted");
  CHECK(data["cells"].size() < 500);
}

TEST_CASE("report: a folder that cannot be written is said before the work", "[report]") {
  const test::Folder folder;
  test::check_rejected(test::split("report -o " + folder.write("file", "") + "/x"), {"file"});
}

TEST_CASE("report: traces are of a kernel, and traces", "[report]") {
  const test::Folder folder;
  const std::string file =
      folder.write("no-trace", "nr_foll_pin_acquired 3\nnr_foll_pin_released 2\n");
  test::check_rejected({"report", "--trace", file}, {"--kernel"});
  test::check_rejected({"report", "--kernel", "6.12"}, {"--trace"});
  test::check_rejected({"report", "--trace", file, "--kernel", "6.12"}, {file, "a trace"});
}

/// A convention that declares nothing of what it does, and whose words are no markup.
const std::string kSilent = R"(name = "silent"
title = "</script><img src=x onerror=alert(1)> & \"quoted\""
based_on = "hubbard-v1-diff"
reclaim.tests_pins = true
)";

/// Walks through a report in Chromium: browser/walk.mjs.
TEST_CASE("report: in a browser", "[report][optimized]") {
  const std::string source = test::variable("PINCHECK_SOURCE_DIR");
  const std::string modules = source + "/build/browser/node_modules";
  if (!std::filesystem::exists(modules) || !std::filesystem::exists("/usr/bin/chromium")) {
    WARN("not tried: scripts/browser installs the browser that opens reports");
    return;
  }
  const test::Folder folder;
  const std::string out = folder.path("out");
  test::Arguments report = test::split(
      "report --convention hubbard-v1-diff --convention find-pages --convention linux-6.12 "
      "--schedules 200 --cases 50 --kernel 6.12 -o " +
      out);
  report.insert(report.end(), {"--convention", folder.write("silent.toml", kSilent), "--trace",
                               source + "/corpus/traces/6.12-pageref-read.txt.gz"});
  REQUIRE(test::pincheck(report).status == 1);
  setenv("PINCHECK_NODE_MODULES", modules.c_str(), 1);
  const std::string pictures = test::variable("PINCHECK_PICTURES");
  test::Process walk({source + "/checker/report/browser/walk.mjs", out + "/index.html",
                      pictures.empty() ? out : pictures},
                     "/usr/bin/node");
  const test::Finished finished = walk.wait();
  CHECK(finished.out + finished.err == "");
  CHECK(finished.status == 0);
}

}  // namespace
}  // namespace pincheck::report
