// SPDX-License-Identifier: MIT
#include "checker/source/edit/diff.hpp"

#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>

#include "checker/source/edit/fixes.hpp"
#include "checker/testing/run_binary.hpp"
#include "model/base/input.hpp"

namespace pincheck::edit {
namespace {

/// Few lines that are often the same, the last perhaps without its newline.
std::string some_text(const std::vector<std::uint8_t>& numbers) {
  std::string text;
  for (const std::uint8_t one : numbers) {
    text += static_cast<char>('a' + one % 4);
    if (one % 7 != 0 || &one != &numbers.back()) text += '\n';
  }
  return text;
}

std::string patched(const std::string& text, const std::string& diff) {
  const test::Folder folder;
  folder.write("x.c", text);
  Texts texts(folder.path("."));
  apply_fix(diff, "fix", texts);
  return texts.now("x.c", "").value_or("(deleted)");
}

std::string refused(const std::string& text, const std::string& diff) {
  try {
    patched(text, diff);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

const std::string kHead = "--- a/x.c\n+++ b/x.c\n";

}  // namespace

TEST_CASE("diffs: of any two texts, by diff and by git", "[source]") {
  rc::prop("any", [](const std::vector<std::uint8_t>& one, const std::vector<std::uint8_t>& other) {
    const std::string before = some_text(one), after = some_text(other);
    RC_PRE(before != after);
    const test::Folder folder;
    std::filesystem::create_directories(folder.path("a"));
    std::filesystem::create_directories(folder.path("b"));
    const std::string a = folder.write("a/x.c", before), b = folder.write("b/x.c", after);
    const std::string context = "-U" + std::to_string(one.size() % 4);
    const auto plain =
        test::Process({context, a, b, "--label", "a/x.c", "--label", "b/x.c"}, "/usr/bin/diff")
            .wait();
    RC_ASSERT(plain.status == 1);
    RC_ASSERT(patched(before, plain.out) == after);
    const auto git = test::Process({"diff", "--no-index", context, a, b}, "/usr/bin/git").wait();
    // The names are those of temporary files.
    const std::size_t hunks = git.out.find("\n@@ ");
    if (hunks != std::string::npos)
      RC_ASSERT(patched(before, kHead + git.out.substr(hunks + 1)) == after);
  });
}

TEST_CASE("diffs: lines may have moved, and nothing else", "[source]") {
  const std::string diff = kHead + "@@ -2,3 +2,3 @@ f\n b\n-c\n+C\n d\n";
  CHECK(patched("a\nb\nc\nd\n", diff) == "a\nb\nC\nd\n");
  CHECK(patched("0\n0\n0\na\nb\nc\nd\n", diff) == "0\n0\n0\na\nb\nC\nd\n");
  CHECK(refused("a\nb\nx\nd\n", diff) ==
        "fix:3: hunk 1 of x.c does not apply: at line 3 expected 'c', found 'x'");
  CHECK(
      test::contains(refused("a\nb\n", diff), "at line 3 expected 'c', found the end of the file"));
  CHECK(test::contains(refused("", kHead + "@@ -1,9 +1 @@\n a\n"), "the text ends in the hunk"));
  CHECK(test::contains(refused("", kHead + "@@ -1 +1 @@\n*a\n"), "expected ' ', '-' or '+'"));
  CHECK(test::contains(refused("", kHead + "@@ -x +1 @@\n"), "is no hunk"));
  CHECK(test::contains(refused("", kHead + "x\n"), "expected a hunk"));
  CHECK(test::contains(refused("", "--- a/y.c\n+++ b/y.c\n@@ -1 +1 @@\n-a\n+b\n"), "no file y.c"));
  CHECK(
      test::contains(refused("", "--- a/../y.c\n+++ b/../y.c\n@@ -1 +1 @@\n-a\n+b\n"), "no path"));
  CHECK(test::contains(refused("a\n", "hello\n"), "no diff in it"));
}

TEST_CASE("diffs: files that are created, deleted, renamed", "[source]") {
  const test::Folder folder;
  folder.write("x.c", "a\nb\n");
  Texts texts(folder.path("."));
  apply_fix(
      "diff --git a/n.c b/n.c\nnew file mode 100644\n--- /dev/null\n+++ b/n.c\n@@ -0,0 +1 @@\n+n\n"
      "diff --git a/x.c b/y.c\nsimilarity index 50%\nrename from x.c\nrename to y.c\n"
      "--- a/x.c\n+++ b/y.c\n@@ -1,2 +1,2 @@\n a\n-b\n+B\n"
      "diff --git a/e.c b/e.c\nnew file mode 100644\nindex 000..111\n",
      "fix", texts);
  CHECK(texts.now("n.c", "") == "n\n");
  CHECK(texts.now("y.c", "") == "a\nB\n");
  CHECK(texts.now("e.c", "") == "");
  CHECK_FALSE(texts.now("x.c", ""));
  const auto all = texts.all();
  REQUIRE(all.size() == 4);
  CHECK(all[3].path == "y.c");
  CHECK(all[3].old_path == "x.c");
  apply_fix("--- a/y.c\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-B\n", "fix", texts);
  CHECK_FALSE(texts.now("y.c", ""));
  CHECK_THROWS_WITH(apply_fix("--- /dev/null\n+++ b/n.c\n@@ -0,0 +1 @@\n+n\n", "fix", texts),
                    Catch::Contains("creates n.c, which is there"));
  CHECK(test::contents(folder.path("x.c")) == "a\nb\n");
}

TEST_CASE("mails: several, encoded in each way", "[source]") {
  const std::string diff = "@@ -1 +1 @@\n-a=\n+b\n";
  const std::string mail = "From 0123 Mon Sep 17 00:00:00 2001\nSubject: [PATCH] x\n";
  CHECK(patched("a=\n", mail + "\nText.\n---\n x.c | 2 +-\n\n" + kHead + diff + "-- \n2.39\n") ==
        "b\n");
  CHECK(patched("a=\n", mail + "Content-Transfer-Encoding: quoted-printable\n\n--- a/x.=\nc\n+++ "
                               "b/x.c\n@@ -1 +1 @@\n-a=3D\n+b\n") == "b\n");
  CHECK(patched("a=\n", mail + "Content-Transfer-Encoding: base64\n\n"
                               "LS0tIGEveC5jCisrKyBiL3guYwpAQCAtMSArMSBAQAotYT0KK2IK\n") == "b\n");
  CHECK(patched("a=\n", mail + "\n" + kHead + diff + "-- \n2.39\n\n" + mail + "\n" + kHead +
                            "@@ -1 +1 @@\n-b\n+c\n-- \n2.39\n") == "c\n");
  CHECK(patched("a=\n", mail + "Content-Type: multipart/mixed; boundary=x\n\n--x\n\n" + kHead +
                            diff + "--x--\n") == "b\n");
  CHECK(test::contains(refused("a\n", mail + "Content-Type: multipart/mixed; x\n\n"),
                       "fix:1: a mail of several parts"));
  CHECK(test::contains(refused("a\n", mail + "Content-Transfer-Encoding: uuencode\n\n"),
                       "encoded as 'uuencode'"));
  // Lines in messages are those of the file.
  CHECK(test::contains(refused("x\n", mail + "\n" + kHead + diff), "fix:6: hunk 1"));
}

}  // namespace pincheck::edit
