// SPDX-License-Identifier: MIT
#include "checker/source/scan/linking.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "checker/source/scan/scan.hpp"
#include "checker/testing/run_binary.hpp"

namespace pincheck::scan {
namespace {

using Groups = std::vector<std::vector<std::size_t>>;

Outline::Function takes(const std::string& name) {
  return {.name = name, .for_all = true, .touches = true};
}
Outline::Function calls(const std::string& name, const std::string& other) {
  return {.name = name, .for_all = true, .calls = {other}};
}

/// Decisions, by file and function.
std::map<std::string, follow::Decision> said(const std::vector<std::string>& paths) {
  std::vector<Source> sources;
  for (const std::string& one : paths) sources.push_back({one, {front::alone(one)}});
  std::map<std::string, follow::Decision> out;
  for (const FileResult& file :
       scan(sources, callee::shipped_callees(), {.functions = {}, .bounds = {}, .threads = 2}))
    for (const follow::Verdict& one : file.verdicts)
      out[std::filesystem::path(file.name).filename().string() + ":" + one.function] = one.decision;
  return out;
}

constexpr const char* kTakes =
    "#include \"pincheck.h\"\nvoid end_it(struct page *);\n"
    "static int helper(void) { return 0; }\n"
    "int both(unsigned long at) { struct page *p;\n"
    "  if (pin_user_pages_fast(at, 1, 0, &p) != 1) return -EFAULT;\n"
    "  end_it(p);\n  return helper(); }\n";

}  // namespace

TEST_CASE("linking: files are together where a call between them can take or drop", "[source]") {
  const Outline a{{takes("a")}}, b{{calls("b", "a")}}, c{{calls("c", "b")}}, d{{calls("d", "x")}};
  CHECK(programs({a, b, c, d}) == Groups{{0, 1, 2}, {3}});
  // What does not come to take is its own affair, but what a taker calls is not.
  const Outline plain{{{.name = "x", .for_all = true}}};
  CHECK(programs({d, plain}) == Groups{{0}, {1}});
  Outline::Function both = takes("e");
  both.calls = {"x"};
  CHECK(programs({{{both}}, plain, d}) == Groups{{0, 1}, {2}});
}

TEST_CASE("linking: a file's own function is no other file's", "[source]") {
  Outline own{{takes("a")}};
  own.functions[0].for_all = false;
  CHECK(programs({own, {{calls("b", "a")}}}) == Groups{{0}, {1}});
  // Nobody knows whose it is.
  CHECK(programs({{{takes("a")}}, {{takes("a")}}, {{calls("b", "a")}}}) == Groups{{0}, {1}, {2}});
}

TEST_CASE("scan: a callee in another file is followed", "[source]") {
  const test::Folder folder;
  const std::string takes = folder.write("takes.c", kTakes);
  const std::string drops = folder.write("drops.c",
                                         "#include \"pincheck.h\"\nstatic int helper(struct page "
                                         "*p) { unpin_user_page(p); return 1; }\n"
                                         "void end_it(struct page *p) { helper(p); }\n");
  const std::string forgets =
      folder.write("forgets.c", "#include \"pincheck.h\"\nvoid end_it(struct page *p) { }\n");
  using follow::Decision;
  using Said = std::map<std::string, Decision>;
  CHECK(said({takes}) == Said{{"takes.c:both", Decision::undecided}});
  CHECK(said({takes, drops}) == Said{{"takes.c:both", Decision::balanced}});
  CHECK(said({drops, takes}) == Said{{"takes.c:both", Decision::balanced}});
  CHECK(said({takes, forgets}) == Said{{"takes.c:both", Decision::violated}});
}

}  // namespace pincheck::scan
