// SPDX-License-Identifier: MIT
#include "checker/source/edit/edit.hpp"

#include <rapidcheck/catch.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

#include "checker/testing/made_c.hpp"
#include "checker/testing/run_binary.hpp"
#include "model/base/input.hpp"

namespace pincheck::edit {
namespace {

std::string toml(const std::string& keys) { return "[[edit]]\nfile = \"x.c\"\n" + keys; }

std::string changed(const std::string& source, const std::string& keys) {
  return edited(read_edits(toml(keys), "e.toml").at(0), source);
}

/// The message; "" where there is none.
std::string refused(const std::string& source, const std::string& keys) {
  try {
    changed(source, keys);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

auto lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

const std::string kSource =
    "#define SIZE \\\n  4\n"
    "enum { ONE, TWO = 2 };\n"
    "struct s {\n  int a;\n};\n"
    "int f(struct s *s) {\n"
    "  int n = take(s,\n    SIZE);\n"
    "  if (n < 0) return n;\n"
    "  if (n) put(s);\n"
    "  free(s);\n"
    "  put(s);\n"
    "  return check(n);\n"
    "}\n";

struct Case {
  std::string keys, from, to;
};

const std::string kF = "function = \"f\"\n";

}  // namespace

TEST_CASE("edits: each kind", "[source]") {
  const std::vector<Case> all{
      {"does = \"drop\"\ncall = \"free\"\n" + kF, "  free(s);", "  (void)0;"},
      {"does = \"drop\"\ncall = \"put\"\noccurrence = 2\n" + kF, ";\n  put(s)", ";\n  (void)0"},
      {"does = \"replace\"\ncall = \"take\"\nto = \"hold\"\n" + kF, "take(", "hold("},
      {"does = \"repeat\"\ncall = \"take\"\n" + kF, "take(s,\n    SIZE)",
       "(take(s,\n    SIZE), take(s, SIZE))"},
      {"does = \"argument\"\ncall = \"take\"\nargument = 2\ncode = \"1 + 1\"\n" + kF, "\n    SIZE)",
       "\n    1 + 1)"},
      {"does = \"instead\"\ncall = \"take\"\ncode = \"-5\"\n" + kF, "take(s,\n    SIZE);",
       "(-5)\n;"},
      {"does = \"insert-before\"\ncall = \"free\"\ncode = \"g();\"\n" + kF, "  free",
       "  g(); free"},
      {"does = \"insert-after\"\ncall = \"take\"\ncode = \"g()\"\n" + kF, "SIZE);", "SIZE); g();"},
      {"does = \"insert-before\"\ncall = \"put\"\noccurrence = 1\ncode = \"g()\"\n" + kF,
       "put(s);\n  free", "{ g(); put(s); }\n  free"},
      {"does = \"insert-after\"\ncall = \"put\"\noccurrence = 1\ncode = \"g()\"\n" + kF,
       "put(s);\n  free", "{ put(s); g(); }\n  free"},
      {"does = \"insert-before\"\ncall = \"check\"\ncode = \"g()\"\n" + kF, "return check",
       "g(); return check"},
      {"does = \"move-before\"\ncall = \"free\"\nto = \"take\"\n" + kF, "int n = take",
       "free(s); int n = take"},
      {"does = \"move-after\"\ncall = \"free\"\nto = \"put\"\nto-occurrence = 2\n" + kF,
       ";\n  put(s);", ";\n  put(s); free(s);"},
      {"does = \"add-function\"\ncode = \"\"\"\nint g(void) {\n  return 1; // one\n}\"\"\"\n" + kF,
       "int f(", "int g(void) { return 1; } int f("},
      {"does = \"add-field\"\nstruct = \"s\"\ncode = \"int b\"\n", "};\nint f", "int b; };\nint f"},
      {"does = \"constant\"\nconstant = \"SIZE\"\ncode = \"7\"\n", "SIZE \\\n  4", "SIZE 7\n"},
      {"does = \"constant\"\nconstant = \"ONE\"\ncode = \"7\"\n", "ONE,", "ONE = 7,"},
      {"does = \"constant\"\nconstant = \"TWO\"\ncode = \"7\"\n", "TWO = 2", "TWO = 7"}};
  for (const auto& [keys, from, to] : all) {
    INFO(keys);
    std::string wanted = test::replaced(kSource, from, to);
    if (keys.find("move") != std::string::npos)
      wanted = test::replaced(wanted, "\n  free(s);\n", "\n  (void)0;\n");
    CHECK(changed(kSource, keys) == wanted);
    CHECK(lines(wanted) == lines(kSource));
  }
  const std::string body = changed(kSource, "does = \"body\"\ncode = \"return 3;\"\n" + kF);
  CHECK(test::contains(body, "int f(struct s *s) { return 3; }\n\n\n"));
  CHECK(lines(body) == lines(kSource));
}

TEST_CASE("edits: what cannot be is one message that says where", "[source]") {
  for (const auto& [keys, message] : std::vector<std::pair<std::string, std::string>>{
           {"does = \"drop\"\ncall = \"put\"\n" + kF,
            "there are 2 calls of put() in f() of x.c, on lines 11, 13: expected occurrence = 1 to "
            "2"},
           {"does = \"drop\"\ncall = \"put\"\noccurrence = 3\n" + kF,
            "expected occurrence = 1 to 2"},
           {"does = \"drop\"\ncall = \"free\"\noccurrence = 2\n" + kF, "on line 12: expected"},
           {"does = \"drop\"\ncall = \"nobody\"\n" + kF, "there is no call of nobody() in f()"},
           {"does = \"drop\"\ncall = \"put\"\nfunction = \"g\"\n", "no definition of g() in x.c"},
           {"does = \"drop\"\ncall = \"take\"\n" + kF, "expected does = \"instead\""},
           {"does = \"argument\"\ncall = \"take\"\nargument = 3\ncode = \"1\"\n" + kF,
            "expected argument = 1 to 2"},
           {"does = \"argument\"\ncall = \"take\"\ncode = \"1\"\n" + kF,
            "expected a key 'argument'"},
           {"does = \"insert-after\"\ncall = \"check\"\ncode = \"1\"\n" + kF,
            "nothing can be put behind it"},
           {"does = \"move-before\"\ncall = \"take\"\nto = \"free\"\n" + kF,
            "expected a call that is a statement"},
           {"does = \"move-before\"\ncall = \"free\"\nto = \"free\"\n" + kF,
            "expected another one"},
           {"does = \"constant\"\nconstant = \"THREE\"\ncode = \"1\"\n", "no definition of the"},
           {"does = \"body\"\ncode = \"#if 1\"\n" + kF, "lines of the preprocessor"},
           {"does = \"body\"\ncode = \"/* */\"\n" + kF, "'code' is empty"},
           {"does = \"drop\"\ncall = \"a b\"\n" + kF, "expected one of C"},
           {"does = \"fly\"\n" + kF, "expected one of: drop, replace"},
           {"does = \"drop\"\ncall = \"put\"\ncode = \"x\"\n" + kF, "unknown key 'code'"},
           {kF, "expected a key 'does'"}}) {
    INFO(keys);
    const std::string said = refused(kSource, keys);
    CAPTURE(said);
    CHECK(test::contains(said, message));
    CHECK(said.starts_with("e.toml:"));
  }
  CHECK_THROWS_WITH(read_edits("title = \"x\"\n", "e.toml"), Catch::Contains("no edit in it"));
}

TEST_CASE("edits: of two definitions one is named", "[source]") {
  const std::string source =
      "#ifdef A\nint f(void) { g(); }\n#else\nint f(void) { g(); }\n#endif\n";
  const std::string keys = "does = \"drop\"\ncall = \"g\"\n" + kF;
  CHECK(test::contains(refused(source, keys), "on lines 2, 4: expected definition = 1 to 2"));
  CHECK(changed(source, keys + "definition = 2\n") ==
        "#ifdef A\nint f(void) { g(); }\n#else\nint f(void) { (void)0; }\n#endif\n");
}

TEST_CASE("edits: of generated functions compile, and change nothing else", "[source]") {
  rc::prop(
      "any", [](const std::vector<std::uint32_t>& numbers, std::uint8_t which, std::uint8_t kind) {
        const std::string head = "#include \"pincheck.h\"\n" + test::made_prelude();
        const std::string before = test::made_functions("before", numbers).text;
        const std::string after = test::made_functions("after", numbers).text;
        const std::string source = head + before + test::made_functions("f", numbers).text + after;
        constexpr std::array<std::string_view, 5> kCallees{
            "put_page", "kfree", "alloc_page", "unpin_user_page", "pin_user_pages_fast"};
        constexpr std::array<std::string_view, 5> kKinds{
            "does = \"drop\"\n", "does = \"repeat\"\n", "does = \"instead\"\ncode = \"(0)\"\n",
            "does = \"argument\"\nargument = 1\ncode = \"0\"\n",
            "does = \"insert-before\"\ncode = \";\"\n"};
        std::string keys = std::string(kKinds[kind % 5]) + kF + "occurrence = 1\n";
        keys += "call = \"" + std::string(kCallees[which % 5]) + "\"\n";
        std::string made;
        try {
          made = changed(source, keys);
        } catch (const InputError&) {
          RC_DISCARD("there is no such call");
        }
        RC_ASSERT(lines(made) == lines(source));
        RC_ASSERT(made.starts_with(head + before));
        RC_ASSERT(made.ends_with(after));
        const test::Folder folder;
        const auto compiled =
            test::Process({"-w", "-Wno-error", "-fsyntax-only", "-ffreestanding", "-std=gnu11",
                           "-I" + test::variable("PINCHECK_SOURCE_DIR") + "/model/callees",
                           folder.write("x.c", made)},
                          "/usr/bin/clang-19")
                .wait();
        RC_LOG() << keys << made << compiled.err;
        RC_ASSERT(compiled.status == 0);
      });
}

}  // namespace pincheck::edit
