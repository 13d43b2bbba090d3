// SPDX-License-Identifier: MIT
// TOML in short lines is the same TOML, and so it is when its lines were changed on the way.
#include "checker/counterexample/layout.hpp"

#include <catch2/catch.hpp>

#include "checker/testing/forall.hpp"
#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"
#include "model/base/reader.hpp"

namespace pincheck::counterexample {
namespace {

std::size_t longest_line(const std::string& text) {
  std::istringstream stream(text);
  std::size_t longest = 0;
  for (std::string line; std::getline(stream, line);) longest = std::max(longest, line.size());
  return longest;
}

/// What TOML says, whatever its layout.
std::string meaning(const std::string& toml) {
  std::ostringstream out;
  out << toml::json_formatter{parse_toml(toml, "x.toml")};
  return out.str();
}

/// Text as titles may have it: words, long ones and quotes, blanks that are several or others.
std::string any_text() {
  static const std::vector<std::string> kParts{" ",
                                               " ",
                                               " ",
                                               "  ",
                                               "word",
                                               "x",
                                               "\"",
                                               "\\",
                                               "\n",
                                               "\t",
                                               "\xc2\xa0",
                                               "\xe2\x80\x9c",
                                               std::string(90, 'y'),
                                               "# a = [",
                                               "\"\"\"",
                                               "mid-air",
                                               "\xc2\xa7"};
  test::DrawnChooser choose;
  std::string out;
  for (int left = choose.number(0, 60); left > 0; --left) out += choose.one_of(kParts);
  if (out.size() > kMaxTextBytes) return "";
  return out;
}

}  // namespace

TEST_CASE("folded TOML has short lines and says the same", "[counterexample]") {
  test::forall(300, [] {
    const auto quoted = [] { return toml_quoted(any_text()); };
    const std::string row =
        fmt::format("{{ a = {}, b = {}, key = {} }}", quoted(), quoted(), quoted());
    const std::string toml = fmt::format(
        "title = {}\ncallers.nfs.bvec = {}\nschedule = [\n  {},\n  {},\n]\nasks = [{}, "
        "{}, \"c\"]\n[a.table]\nseed = 1\n",
        quoted(), row, row, row, quoted(), quoted());
    const std::string made = folded(toml);
    RC_ASSERT(longest_line(made) <= kMailColumns);
    RC_ASSERT(meaning(made) == meaning(toml));
    const std::string again = unfolded(made).statements;
    RC_ASSERT(unfolded(again).statements == again);
    RC_ASSERT(meaning(again) == meaning(toml));
  });
}

TEST_CASE("what fits stays as it is, and what does not is broken where people would",
          "[counterexample]") {
  const std::string fits = "key = \"" + std::string(68, 'x') + "\"\n";
  CHECK(folded(fits) == fits);
  CHECK(folded("callers.nfs-write.iovec = { extract = \"pin\", when = \"after-submit\", request = "
               "\"get\" }\n") ==
        "callers.nfs-write.iovec.extract = \"pin\"\ncallers.nfs-write.iovec.when = "
        "\"after-submit\"\ncallers.nfs-write.iovec.request = \"get\"\n");
  CHECK(folded("  { actor = \"splice\", step = \"splice-write/build-bvec\", outcome = \"last "
               "buffer of it\" },\n") ==
        "  { actor = \"splice\", step = \"splice-write/build-bvec\", outcome = \"\"\"\\\n"
        "    last buffer of it\"\"\" },\n");
}

TEST_CASE("comments have short lines", "[counterexample]") {
  CHECK(as_comment("a\n\n  b\n") == "# a\n#\n#   b\n");
  CHECK(as_comment("  | one " + test::repeated("word ", 20) + "last") ==
        "#   | one word word word word word word word word word word word word\n"
        "#       word word word word word word word word last\n");
  CHECK(longest_line(as_comment(std::string(60, ' ') + std::string(500, 'x'))) <= kMailColumns);
}

TEST_CASE("the checksum is that of FNV-1a with 64 bits", "[counterexample]") {
  CHECK(checksum_of("") == "cbf29ce484222325");
  CHECK(checksum_of("foobar") == "85944171f73967e8");
}

}  // namespace pincheck::counterexample
