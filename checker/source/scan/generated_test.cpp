// SPDX-License-Identifier: MIT
// Functions that are made from numbers are read, and they are run on all their choices: both must
// say the same.
#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <sstream>

#include "checker/source/scan/scan.hpp"
#include "checker/testing/made_c.hpp"
#include "checker/testing/run_binary.hpp"

namespace pincheck::scan {
namespace {

using Numbers = std::vector<std::uint32_t>;

std::string name_of(std::size_t i) { return "f" + std::to_string(i); }

/// Whether running it shows something wrong, by function.
std::map<std::string, bool> run_all(const test::Folder& folder, const std::string& functions,
                                    std::size_t count) {
  std::string table = "const struct function functions[] = {\n";
  for (std::size_t i = 0; i < count; ++i)
    table += "  {\"" + name_of(i) + "\", " + name_of(i) + "},\n";
  // The stubs say what a box is, too.
  std::string prelude = test::made_prelude();
  const std::size_t box = prelude.find("struct box");
  prelude.erase(box, prelude.find('\n', box) - box);
  const std::string source =
      folder.write("run.c", "#include \"" + test::variable("PINCHECK_SOURCE_DIR") +
                                "/checker/testing/counting_stubs.c\"\n" + prelude + functions +
                                table + "  {0, 0}};\n");
  const std::string binary = folder.path("run");
  const auto compiled =
      test::Process({"-w", "-O0", "-o", binary, source}, "/usr/bin/clang-19").wait();
  INFO(compiled.err);
  REQUIRE(compiled.status == 0);
  std::istringstream lines(test::Process({}, binary).wait().out);
  std::map<std::string, bool> wrong;
  std::string name;
  for (unsigned bits = 0; lines >> name >> bits;) wrong[name] = bits != 0;
  return wrong;
}

std::map<std::string, follow::Verdict> read_all(const test::Folder& folder,
                                                const std::string& functions) {
  const std::string file =
      folder.write("read.c", "#include \"pincheck.h\"\n" + test::made_prelude() + functions);
  const auto files = scan({{file, {front::alone(file)}}}, callee::shipped_callees(), {});
  INFO(files.at(0).error);
  REQUIRE(files.at(0).error.empty());
  std::map<std::string, follow::Verdict> all;
  for (const follow::Verdict& one : files[0].verdicts) all[one.function] = one;
  return all;
}

}  // namespace

TEST_CASE("generated functions: read and run, the verdict is the same", "[source]") {
  int functions = 0, violated = 0, undecided = 0;
  rc::prop("both ways", [&](const std::vector<Numbers>& all) {
    std::string text;
    for (std::size_t i = 0; i < all.size(); ++i) text += test::made_function(name_of(i), all[i]);
    const test::Folder folder;
    const auto wrong = run_all(folder, text, all.size());
    const auto verdicts = read_all(folder, text);
    RC_ASSERT(wrong.size() == all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto found = verdicts.find(name_of(i));
      RC_ASSERT(found != verdicts.end());
      ++functions;
      const follow::Decision said = found->second.decision;
      undecided += said == follow::Decision::undecided ? 1 : 0;
      violated += said == follow::Decision::violated ? 1 : 0;
      if (said == follow::Decision::undecided) continue;
      if ((said == follow::Decision::violated) == wrong.at(name_of(i))) continue;
      RC_LOG() << test::made_function(name_of(i), all[i]);
      for (const follow::Finding& one : found->second.findings) {
        RC_LOG() << one.sentence << "\n";
        for (const follow::Line& line : one.path)
          RC_LOG() << "  " << follow::place_of(line) << " " << line.text << " " << line.counts
                   << "\n";
      }
      RC_FAIL(wrong.at(name_of(i)) ? "reading it finds nothing" : "running it finds nothing");
    }
  });
  // Neither all right, nor all wrong, and hardly any open.
  INFO(functions << " functions, " << violated << " violated, " << undecided << " undecided");
  if (functions > 500) {
    CHECK(violated > functions / 10);
    CHECK(violated < functions * 9 / 10);
    CHECK(undecided < functions / 20);
  }
}

}  // namespace pincheck::scan
