// SPDX-License-Identifier: MIT
// The command line of patch.
#include <catch2/catch.hpp>

#include "checker/testing/run_binary.hpp"

namespace pincheck::test {
namespace {

/// A folder with a copy of a plan.
struct Plan : Folder {
  explicit Plan(const std::string& name) { write(name, source_file("corpus/plans/" + name)); }
  std::string edit(const std::string& keys) const {
    return write("edits.toml", "[[edit]]\nfile = \"" + path("arrays.c") + "\"\n" + keys);
  }
};

const std::string kDropped =
    "does = \"drop\"\nfunction = \"drops_what_came\"\ncall = \"unpin_user_pages\"\n";

}  // namespace

TEST_CASE("patch: a put that is dropped makes it worse, and one that is added better") {
  const Plan plan("arrays.c");
  const std::string before = contents(plan.path("arrays.c"));
  const Finished worse = pincheck({"patch", plan.edit(kDropped)});
  CHECK(worse.status == 1);
  CHECK(contains(worse.out, "gets worse\n"));
  CHECK(contains(worse.out, "drops_what_came(): violated, was"));
  CHECK(contains(worse.out, "leak: "));
  CHECK(contains(worse.out, "1 function touched: 1 worse, 0 better, 0 otherwise, 0 the same"));
  std::istringstream lines(worse.out);
  for (std::string line; std::getline(lines, line);)
    if (!contains(line, plan.path(""))) CHECK(line.size() <= 80);
  CHECK(contents(plan.path("arrays.c")) == before);
  const Finished better =
      pincheck({"patch", plan.edit("does = \"replace\"\nfunction = \"puts_pins\"\n"
                                   "call = \"release_pages\"\nto = \"unpin_user_pages\"\n")});
  CHECK(better.status == 0);
  CHECK(contains(better.out, "gets better\n"));
  CHECK(contains(better.out, "puts_pins(): balanced, was violated"));
  CHECK(contains(better.out, "gone: wrong primitive: "));
}

TEST_CASE("patch: a diff, which is tried after the changes before it") {
  const Plan plan("arrays.c");
  const std::string name = plan.path("arrays.c");
  const std::string fix =
      plan.write("fix.patch", "--- " + name + "\n+++ " + name +
                                  "\n@@ -9,4 +9,3 @@\n \n   if (n < 0) return n;\n"
                                  "-  unpin_user_pages(pages, n);\n"
                                  "   return n == 4 ? 0 : -EFAULT;\n");
  const Finished worse = pincheck({"patch", fix});
  CHECK(worse.status == 1);
  CHECK(contains(worse.out, "drops_what_came(): violated, was"));
  check_rejected({"patch", fix, fix}, {fix + ":3: hunk 1 of ", "does not apply: at line 11"});
  check_rejected({"patch", plan.edit(kDropped), plan.edit(kDropped)},
                 {"edits.toml:1:1: [[edit]]: there is no call of unpin_user_pages()"});
}

TEST_CASE("patch: what does not matter, and what nobody can read") {
  const Plan plan("arrays.c");
  const Finished same =
      pincheck({"patch", plan.edit("does = \"insert-before\"\nfunction = \"drops_what_came\"\n"
                                   "call = \"unpin_user_pages\"\ncode = \"n += 0;\"\n")});
  CHECK(same.status == 5);
  const Finished nothing =
      pincheck({"patch", plan.edit("does = \"add-function\"\nfunction = \"drops_what_came\"\n"
                                   "code = \"int mine(int x) { return x; }\"\n")});
  CHECK(nothing.status == 5);
  CHECK(contains(nothing.out, "no function that takes references is touched"));
  check_rejected({"patch", plan.edit("does = \"body\"\nfunction = \"drops_what_came\"\n"
                                     "code = \"return nobody;\"\n")},
                 {"arrays.c: does not compile when it is changed", "error:"});
  check_rejected({"patch", "/no/such"}, {"/no/such: cannot be opened"});
  check_rejected({"patch", "-"}, {"standard input: no diff in it"});
  check_rejected({"patch", plan.write("x.patch", "hello")}, {"x.patch: no diff in it"});
}

TEST_CASE("patch: a header that is changed is read with its users") {
  const Folder folder;
  folder.write("mine.h", "static inline void mine_put(struct page *p) { put_page(p); }\n");
  folder.write("user.c",
               "#include \"pincheck.h\"\n#include \"mine.h\"\n"
               "void f(void) { struct page *p = alloc_page(GFP_KERNEL); if (p) mine_put(p); }\n");
  const Finished finished =
      pincheck({"patch", folder.write("e.toml", "[[edit]]\nfile = \"" + folder.path("mine.h") +
                                                    "\"\ndoes = \"drop\"\nfunction = \"mine_put\"\n"
                                                    "call = \"put_page\"\n")});
  CHECK(finished.status == 1);
  CHECK(contains(finished.out, "user.c: f(): violated, was"));
  CHECK(contains(finished.out, "not read: files of other folders that include "));
}

TEST_CASE("patch: callers are left with something else, unless one of them is changed, too") {
  const Folder folder;
  const std::string file =
      folder.write("swap.c",
                   "#include \"pincheck.h\"\n"
                   "int swaps(struct page *old) {\n"
                   "  struct page *fresh = alloc_page(GFP_KERNEL);\n"
                   "  if (!fresh) return -ENOMEM;\n"
                   "  put_page(old);\n"
                   "  __free_page(fresh);\n"
                   "  return 0;\n"
                   "}\n"
                   "int user(struct page *page) { int r = swaps(page); return r; }\n");
  const std::string drop = "[[edit]]\nfile = \"" + file +
                           "\"\ndoes = \"drop\"\nfunction = \"swaps\"\ncall = \"put_page\"\n";
  const Finished worse = pincheck({"patch", folder.write("worse.toml", drop)});
  CHECK(worse.status == 1);
  CHECK(contains(worse.out, "swaps(): balanced before and now"));
  CHECK(contains(worse.out, "callers: now success: nothing"));
  CHECK(contains(worse.out, "callers: no longer success: 1 get of the caller's dropped"));
  const std::string adapted = "[[edit]]\nfile = \"" + file +
                              "\"\ndoes = \"body\"\nfunction = \"user\"\ncode = "
                              "\"int r = swaps(page); if (!r) put_page(page); return r;\"\n";
  const Finished other = pincheck({"patch", folder.write("other.toml", drop + adapted)});
  CHECK(other.status == 0);
  CHECK(contains(other.out, "0 worse, 0 better, 1 otherwise, 1 the same"));
}

TEST_CASE("patch: an answer for each reading of what a callee does") {
  const Plan plan("arrays.c");
  const auto reading = [&](const std::string& name, const std::string& by) {
    return plan.write(name,
                      "subsystem = \"mine\"\nsource = \"mine.c\"\n[[callee]]\n"
                      "names = [\"mine_drop\"]\ndoes = \"drop-array\"\npages = 0\n"
                      "count = 1\nby = \"" +
                          by + "\"\n");
  };
  const std::string edit = plan.write(
      "edits.toml",
      "[[edit]]\nfile = \"" + plan.path("arrays.c") + "\"\ndoes = \"replace\"\n" +
          "function = \"drops_what_came\"\ncall = \"unpin_user_pages\"\nto = \"mine_drop\"\n"
          "[[edit]]\nfile = \"" +
          plan.path("arrays.c") +
          "\"\ndoes = \"add-function\"\n"
          "function = \"drops_what_came\"\ncode = \"void mine_drop(struct page **, int);\"\n");
  const Finished finished = pincheck({"patch", edit, "--reading", reading("pins.toml", "pin"),
                                      "--reading", reading("gets.toml", "get")});
  CHECK(finished.status == 1);
  const std::size_t second = finished.out.find("gets.toml says");
  REQUIRE(second != std::string::npos);
  CHECK_FALSE(contains(finished.out.substr(0, second), "gets worse"));
  CHECK(contains(finished.out.substr(second), "wrong primitive"));
}

}  // namespace pincheck::test
