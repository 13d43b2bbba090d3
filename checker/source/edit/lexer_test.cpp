// SPDX-License-Identifier: MIT
#include "checker/source/edit/lexer.hpp"

#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>
#include <string>

#include "checker/source/edit/outline.hpp"

namespace pincheck::edit {
namespace {

std::vector<std::string> words(const std::string& source) {
  std::vector<std::string> all;
  for (const Token& one : tokens(source))
    all.push_back(source.substr(one.begin, one.end - one.begin));
  return all;
}

std::string texts(const std::string& source, const std::vector<Span>& spans) {
  std::string all;
  for (const Span& one : spans) all += "[" + source.substr(one.begin, one.end - one.begin) + "]";
  return all;
}

}  // namespace

TEST_CASE("tokens: comments, quotes and directives are what they are in C", "[source]") {
  using All = std::vector<std::string>;
  CHECK(words("a/*b(*/c//d\\\ne\nf") == All{"a", "c", "f"});
  CHECK(words("\"/*\" '\\'' \"\\\"(\"") == All{"\"/*\"", "'\\''", "\"\\\"(\""});
  CHECK(words("  # define X \\\n f(y)\nz") == All{"# define X \\\n f(y)", "z"});
  CHECK(words("#if 0 /* a\nb */ c\nd") == All{"#if 0 /* a\nb */ c", "d"});
  CHECK(words("a # b") == All{"a", "#", "b"});
  CHECK(words("don't\nf()") == All{"don", "'t", "f", "(", ")"});
  CHECK(words("x /* open") == All{"x"});
  CHECK(on_one_line("a; // b\n  c(\"d  e\");") == "a; c(\"d  e\");");
  CHECK(has_directives("a\n#b"));
  CHECK_FALSE(has_directives("a #b"));
}

TEST_CASE("tokens: any text, in order, and nothing but blanks and comments between", "[source]") {
  rc::prop("any", [](const std::vector<std::uint8_t>& numbers) {
    constexpr std::string_view kSome = "ab1 \n\t\"'\\/*#(){};";
    std::string text;
    for (const std::uint8_t one : numbers) text += kSome[one % kSome.size()];
    std::size_t end = 0;
    for (const Token& one : tokens(text)) {
      RC_ASSERT(one.begin >= end);
      RC_ASSERT(one.end > one.begin);
      end = one.end;
    }
    RC_ASSERT(end <= text.size());
    const Outline outline(text);
    RC_ASSERT(outline.functions("nobody").empty());
  });
}

TEST_CASE("outline: functions at file scope", "[source]") {
  const std::string source =
      "struct f { int x; };\n"
      "#define f(x) g(x) {\n"
      "int f(int);\n"
      "struct ops o = { .f = f, };\n"
      "static int __printf(1, 2) f(int x)\n\t__acquires(x)\n{ if (x) { return 1; } return 0; }\n"
      "SYSCALL_DEFINE1(name, int, a) { return f(a); }\n"
      "#ifdef A\nint h(void) {\n#else\nint h(int x) {\n#endif\n return 2; }\n"
      "struct f *last(void) __init { return 0; }\n";
  const Outline outline(source);
  REQUIRE(outline.functions("f").size() == 1);
  const Definition f = outline.functions("f")[0];
  CHECK(texts(source, {f.body}) == "[{ if (x) { return 1; } return 0; }]");
  CHECK(source.substr(f.all.begin, 10) == "static int");
  CHECK(outline.functions("name").size() == 1);
  CHECK(outline.functions("h").size() == 1);
  CHECK(outline.functions("last").size() == 1);
  CHECK(outline.functions("g").empty());
}

TEST_CASE("outline: calls, and what they are part of", "[source]") {
  const std::string source =
      "int f(int a) {\n"
      "#define M g(1)\n"
      "  g(2);\n"
      "  (void)g(3);\n"
      "  if (g(4, (5, 6))) g(7);\n"
      "  else { a = g(8); }\n"
      "  while (g(9)) ;\n"
      "  o->g(10); o.g(11); \"g(12)\"; /* g(13) */\n"
      "  a = a ? 1 : g(14);\n"
      "out:\n  g(15);\n"
      "  list_for_each(a) g(16);\n"
      "  return g();\n"
      "}\n";
  const Outline outline(source);
  const std::vector<Call> calls = outline.calls(outline.functions("f").at(0), "g");
  const auto S = Around::statement, E = Around::expression, C = Around::condition, L = Around::loop;
  std::vector<Around> around;
  std::string first;
  for (const Call& one : calls) {
    around.push_back(one.around);
    first += texts(source, {one.statement.begin == 0 ? Span{} : one.all});
  }
  CHECK(around == std::vector<Around>{S, S, C, S, E, L, E, S, S, C});
  REQUIRE(calls.size() == 10);
  CHECK(texts(source, calls[2].arguments) == "[4][(5, 6)]");
  CHECK(calls[9].arguments.empty());
  CHECK(texts(source, {calls[4].statement}) == "[a = g(8);]");
  CHECK(texts(source, {calls[3].statement}) == "[g(7);]");
  CHECK_FALSE(calls[3].has_braces);
  CHECK(calls[7].has_braces);
  CHECK_FALSE(calls[8].has_braces);
}

TEST_CASE("outline: structs, enums and macros", "[source]") {
  const std::string source =
      "struct s { int a; };\nenum e { A, B = (1, 2), C };\n"
      "#define D \\\n  5 /* d */\n#define F(x) x\n#define G\n";
  const Outline outline(source);
  REQUIRE(outline.ends_of_structs("s").size() == 1);
  CHECK(source[outline.ends_of_structs("s")[0]] == '}');
  CHECK(texts(source, outline.enumerators("A")) == "[]");
  CHECK(texts(source, outline.enumerators("B")) == "[ = (1, 2)]");
  CHECK(texts(source, outline.macros("D")) == "[ \\\n  5 /* d */]");
  CHECK(outline.macros("F").empty());
  CHECK(texts(source, outline.macros("G")) == "[]");
}

}  // namespace pincheck::edit
