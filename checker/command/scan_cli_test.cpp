// SPDX-License-Identifier: MIT
// The command line of scan.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "checker/testing/run_binary.hpp"

namespace pincheck::test {
namespace {

std::string plan(const std::string& name) {
  return variable("PINCHECK_SOURCE_DIR") + "/corpus/plans/" + name;
}

}  // namespace

TEST_CASE("scan: violated is status 1, and tells how") {
  const Finished finished = pincheck({"scan", plan("arrays.c")});
  CHECK(finished.status == 1);
  CHECK(contains(finished.out, "  one_at_a_time(): balanced\n"));
  CHECK(contains(finished.out, "  forgets_a_short_pin(): violated\n"));
  CHECK(contains(finished.out, "nobody can drop"));
  CHECK(contains(finished.out, "1 file, 0 not compiled: 4 balanced, 8 violated, 2 undecided\n"));
  std::istringstream lines(finished.out);
  for (std::string line; std::getline(lines, line);)
    if (!contains(line, plan(""))) CHECK(line.size() <= 80);
}

TEST_CASE("scan: what is balanced or undecided is status 0, nothing at all 5") {
  const Finished good = pincheck({"scan", plan("objects.c"), "--function", "counted", "--explain"});
  CHECK(good.status == 0);
  CHECK(contains(good.out, "counted(): balanced"));
  CHECK(contains(good.out, "took a reference"));
  const Finished open = pincheck({"scan", plan("objects.c"), "--function", "gives_it_to_somebody"});
  CHECK(open.status == 0);
  CHECK(contains(open.out, "device_keeps() is given what"));
  CHECK(pincheck({"scan", plan("objects.c"), "--function", "nobody"}).status == 5);
}

TEST_CASE("scan: a file of the user's says what a callee does") {
  const Folder folder;
  const std::string model = folder.write("mine.toml",
                                         "subsystem = \"mine\"\nsource = \"mine.c\"\n"
                                         "[[callee]]\nnames = [\"device_keeps\"]\n"
                                         "does = \"drop-page\"\npage = 0\n");
  const Finished finished =
      pincheck({"scan", plan("objects.c"), "--function", "gives_it_to_somebody", "--model", model});
  CHECK(finished.status == 0);
  CHECK(contains(finished.out, "gives_it_to_somebody(): balanced"));
}

TEST_CASE("scan: findings that were read before do not fail") {
  const Folder folder;
  const auto known = [&](const std::string& function, const std::string& more) {
    return folder.write("known.toml", "[[finding]]\nfile = \"" + plan("arrays.c") +
                                          "\"\nfunction = \"" + function + "\"\n" + more);
  };
  const std::string rest =
      "wrong = \"leak\"\nkernels = [\"6.12\"]\nclass = \"real\"\nreading = \"so\"\n";
  const auto scan = [](const std::string& file) {
    return pincheck(
        {"scan", "--function", "forgets_a_short_pin", "--known", file, plan("arrays.c")});
  };
  const Finished read = scan(known("forgets_a_short_pin", rest));
  CHECK(read.status == 0);
  CHECK(contains(read.out, "leak (known: real): "));
  CHECK(contains(read.out, "1 violated (1 known)"));
  CHECK(scan(known("another", rest)).status == 1);
  for (const auto& [text, message] : std::vector<std::pair<std::string, std::string>>{
           {"wrong = \"lost\"\n", "'lost' is unknown, expected one of: leak"},
           {"class = \"real\"\n", "'wrong' is missing"},
           {"wrong = \"leak\"\n", "'class' is missing"},
           {"wrong = \"leak\"\nclass = \"real\"\n", "'kernels' is missing"},
           {rest + "more = 1\n", "more"}}) {
    const Finished bad = scan(known("f", text));
    CAPTURE(message);
    CHECK(bad.status == 2);
    CHECK(contains(bad.err, message));
  }
}

TEST_CASE("scan: bad input is one message and status 2") {
  const Folder folder;
  for (const auto& [words, message] : std::vector<std::pair<Arguments, std::string>>{
           {{"scan", "/no/such.c"}, "/no/such.c: no such file"},
           {{"scan", "x.c", "--tree", "/no/such"}, "/no/such: no such folder"},
           {{"scan", "x.c", "--tree", folder.path(".")}, "not configured, expected"},
           {{"scan", "x.c", "--headers", "/usr"}, "expected --tree with it"}}) {
    const Finished finished = pincheck(words);
    CAPTURE(message);
    CHECK(finished.status == 2);
    CHECK(finished.out == "");
    CHECK(contains(finished.err, message));
    CHECK(std::count(finished.err.begin(), finished.err.end(), '\n') == 1);
  }
}

TEST_CASE("scan: a callee that leaves counts as they were is followed once") {
  const Finished finished =
      pincheck({"scan", plan("lent.c"), "--function", "calls_what_is_settled", "--explain"});
  CHECK(contains(finished.out, "calls_what_is_settled(): balanced"));
  CHECK(contains(finished.out, "1 paths, 1 took a reference, 0 went on like another one"));
}

TEST_CASE("scan: a tree with compile_commands.json, gcc's flags and all") {
  const Folder folder;
  folder.write("mine.h", "int pin_user_pages_fast(unsigned long, int, unsigned, void **);\n");
  folder.write("a.c",
               "#include <mine.h>\nint f(void) { void *p[N];\n"
               "  return pin_user_pages_fast(0, N, 0, p) < 0 ? -14 : 0; }\n");
  folder.write("compile_commands.json",
               "[{\"directory\": \"" + folder.path(".") +
                   "\", \"file\": \"a.c\", \"command\": \"gcc -Wp,-MMD,x -fconserve-stack "
                   "-mpreferred-stack-boundary=3 -I . -DN=\\\"2\\\" -c -o a.o a.c\"}]");
  const Finished finished = pincheck({"scan", "a.c", "--tree", folder.path(".")});
  CHECK(finished.status == 1);
  CHECK(contains(finished.out, "f(): violated"));
}

TEST_CASE("scan: files of the same folder are read where they can decide a function") {
  const Folder folder;
  const std::string header =
      "struct page; struct box { struct page *page; };\n"
      "int get_user_pages_fast(unsigned long, int, unsigned, struct page **);\n"
      "void put_page(struct page *); int starts(struct box *);\n";
  folder.write("a.c", header +
                          "int fills(struct box *b, unsigned long at) {\n"
                          "  if (get_user_pages_fast(at, 1, 0, &b->page) != 1) return -14;\n"
                          "  return starts(b) ? -5 : 0;\n}\n");
  folder.write("b.c", header +
                          "int fills(struct box *, unsigned long);\n"
                          "int user(struct box *b, unsigned long at) {\n"
                          "  b->page = 0;\n"
                          "  int r = fills(b, at);\n"
                          "  if (r && b->page) put_page(b->page);\n"
                          "  return r;\n}\n");
  const auto command = [&](const std::string& name) {
    return fmt::format(R"({{"directory": "{}", "file": "{}", "command": "gcc -c {}"}})",
                       folder.path("."), name, name);
  };
  folder.write("compile_commands.json", fmt::format("[{}, {}]", command("a.c"), command("b.c")));
  const Finished finished = pincheck({"scan", "a.c", "--tree", folder.path(".")});
  CHECK(finished.status == 0);
  CHECK(contains(finished.out, "fills(): balanced"));
  CHECK(contains(finished.out, "read with: b.c"));
  CHECK(!contains(finished.out, "user(): "));
}

}  // namespace pincheck::test
