// SPDX-License-Identifier: MIT
// A what-if says what it is based on and what it changes; a shipped name is the shipped
// convention's.
#include <fmt/format.h>

#include "checker/counterexample/corpus.hpp"
#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck {
namespace {

const Kinds& kinds() { return test::model().kinds; }

Convention parsed(const std::string& text, const std::string& file = "c.toml") {
  return parse_convention(text, file, kinds());
}

/// The message that refuses a file that is given as a convention.
std::string refusal(const std::string& file) {
  try {
    find_convention(file, kinds());
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::string cell_of(const Convention& c, const char* caller, const char* kind, Direction way) {
  const Row* row = c.find(caller, kind, way);
  return row == nullptr ? "" : std::to_string(static_cast<int>(row->extract));
}

}  // namespace

TEST_CASE("a convention based on another differs by what it says", "[based-on]") {
  const Convention base = test::convention("linux-6.12");
  const Convention mine = parsed(R"(
name = "mine"
based_on = "linux-6.12"
reclaim.tests_pins = false
callers.nfs-write.bvec = { extract = "none" }
)");
  CHECK(mine.name == "mine");
  CHECK(mine.label == "mine");
  CHECK(mine.source.empty());
  CHECK(mine.expect.empty());
  CHECK_FALSE(base.expect.empty());
  CHECK(mine.rows.size() == base.rows.size());
  CHECK_FALSE(mine.reclaim_tests_pins);
  CHECK(mine.splice_read == base.splice_read);
  CHECK(mine.page_pins_counted == base.page_pins_counted);
  CHECK(*mine.find("nfs-write", "bvec", Direction::source) == parsed(R"(name = "x"
callers.nfs-write.bvec = { extract = "none" })")
                                                                  .rows[0]
                                                                  .row);
  for (const RowEntry& entry : base.rows)
    for (const Direction way : {Direction::dest, Direction::source})
      if (entry.caller != "nfs-write" || entry.kind != "bvec")
        CHECK(*mine.find(entry.caller, entry.kind, way) == entry.row);
  const Convention again = parsed(write_convention(mine, ""));
  CHECK(write_convention(again, "") == write_convention(mine, ""));
}

TEST_CASE("a row replaces the base's of its directions", "[based-on]") {
  const test::Folder folder;
  folder.write("base.toml", R"(name = "base"
callers.bio.ubuf = { extract = "get" }
callers.bio.iovec = { dest = { extract = "get" }, source = { extract = "pin" } }
)");
  const Convention mine = find_convention(folder.write("mine.toml", R"(name = "mine"
based_on = "base.toml"
callers.bio.ubuf.dest = { extract = "pin" }
callers.bio.iovec = { extract = "none" }
)"),
                                          kinds());
  CHECK(mine.find("bio", "ubuf", Direction::dest)->extract == Take::pin);
  CHECK(mine.find("bio", "ubuf", Direction::source)->extract == Take::get);
  CHECK(mine.find("bio", "iovec", Direction::dest)->extract == Take::none);
  CHECK(mine.find("bio", "iovec", Direction::source)->extract == Take::none);
  CHECK(cell_of(mine, "bio", "bvec", Direction::dest).empty());
}

TEST_CASE("a switch that follows another follows the one that is changed", "[based-on]") {
  const Convention off = parsed(R"(name = "off"
based_on = "linux-6.12"
zero_page.pins_are_noops = false)");
  CHECK_FALSE(off.page_pins_skip_zero);
  const Convention copies = parsed(R"(name = "copies"
based_on = "linux-6.1"
splice.read = "copy")");
  CHECK(copies.find("bio", "pipe", Direction::dest) == nullptr);
}

TEST_CASE("what a difference says differs", "[based-on]") {
  const auto difference = [](const std::string& text) {
    parsed("name = \"mine\"\nbased_on = \"linux-6.12\"\n" + text);
  };
  for (const char* same :
       {"reclaim.tests_pins = true", "writeback.skips_pinned = false",
        "zero_page.pins_are_noops = true", "zero_page.struct_page_pins_too = true",
        "zero_page = { pins_are_noops = false, struct_page_pins_too = false }",
        "vmstat.counts_struct_page_pins = false", "splice.read = \"copy\"",
        "net.sendpage_ok = true", "callers.bio.ubuf = { extract = \"pin\" }",
        "callers.bio.ubuf.dest = { extract = \"pin\", when = \"completion\" }",
        "callers.nfs-read.kvec.dest = { extract = \"refuse\" }"}) {
    INFO(same);
    CHECK_THROWS_WITH(difference(same), Catch::Contains("c.toml:3") &&
                                            Catch::Contains("what 'linux-6.12' says already"));
  }
  CHECK_NOTHROW(difference("zero_page.struct_page_pins_too = false"));
  CHECK_NOTHROW(difference("callers.bio.ubuf.dest = { extract = \"get\" }"));
  CHECK_NOTHROW(parsed("name = \"whole\"\nreclaim.tests_pins = true"));
}

TEST_CASE("rows are in one order, whoever says them", "[based-on]") {
  const Convention base = test::convention("get-put");
  for (const Convention& c : shipped_conventions(kinds()))
    CHECK(write_convention(parsed(write_convention(c, "")), "") == write_convention(c, ""));
  const Convention mine = parsed(
      "name = \"mine\"\nbased_on = \"get-put\"\n"
      "callers.bio.folioq = { source = { extract = \"pin\" } }\n"
      "callers.bio.ubuf.source = { extract = \"pin\" }");
  CHECK(write_convention(parsed(write_convention(mine, "")), "") == write_convention(mine, ""));
  CHECK(mine.rows.size() == base.rows.size() + 2);
}

TEST_CASE("chains of conventions end", "[based-on]") {
  const test::Folder folder;
  folder.write("a.toml", "name = \"a\"\nbased_on = \"linux-6.1\"\nwriteback.skips_pinned = true\n");
  const auto b = folder.write("b.toml", "name = \"b\"\nbased_on = \"./a.toml\"\n");
  CHECK(find_convention(b, kinds()).writeback_skips_pinned);
  folder.write("x.toml", "name = \"x\"\nbased_on = \"y.toml\"\n");
  folder.write("y.toml", "name = \"y\"\nbased_on = \"z/../x.toml\"\n");
  const auto self = folder.write("self.toml", "name = \"self\"\nbased_on = \"self.toml\"\n");
  for (const auto& file : {folder.path("x.toml"), folder.path("y.toml"), self})
    CHECK_THAT(refusal(file), Catch::Contains("expected a chain that ends"));
  CHECK_THAT(refusal(folder.write("n.toml", "name = \"n\"\nbased_on = \"nothing\"\n")),
             Catch::Contains("n.toml:2") && Catch::Contains("expected a shipped one"));
  CHECK_THAT(refusal(folder.write("m.toml", "name = \"m\"\nbased_on = \"missing.toml\"\n")),
             Catch::Contains("missing.toml") && Catch::Contains("cannot be opened"));
}

TEST_CASE("a shipped name or label is for what is shipped", "[based-on]") {
  const test::Folder folder;
  const std::string shipped = write_convention(test::convention("linux-6.12"), "");
  CHECK(refusal(folder.write("same.toml", shipped)).empty());
  const std::string other = test::replaced(shipped, "tests_pins = true", "tests_pins = false");
  for (const std::string& text :
       {other, test::replaced(other, "label = \"6.12\"", "label = \"mine\""),
        test::replaced(other, "\"linux-6.12\"", "\"6.1\"")})
    CHECK_THAT(refusal(folder.write("other.toml", text)),
               Catch::Contains("other.toml") && Catch::Contains("expected a name of its own") &&
                   Catch::Contains("based_on"));
  const std::string mine = test::replaced(other, "\"linux-6.12\"", "\"mine\"");
  for (const char* label : {"6.12", "6.1", "find-pages"}) {
    const auto file = folder.write(
        "mine.toml",
        test::replaced(mine, "label = \"6.12\"", fmt::format("label = \"{}\"", label)));
    CHECK(find_convention(file, kinds()).label == "mine");
  }
  CHECK(refusal(folder.write(
            "mine.toml",
            test::replaced(test::replaced(other, "name = \"linux-6.12\"", "name = \"mine\""),
                           "label = \"6.12\"\n", ""))) == "");
}

TEST_CASE("a counterexample's own convention is told apart from the shipped one", "[based-on]") {
  const std::string name = "pin-unpin-balanced-d00badee.toml";
  const std::string good = test::source_file("corpus/regression/" + name);
  const auto convention = [&](const std::string& text) {
    return counterexample::parse_counterexample(text, name, kinds()).convention;
  };
  CHECK(convention(good).name == "hubbard-v1-diff");
  const std::string other =
      test::replaced(good, "reclaim.tests_pins = false", "reclaim.tests_pins = true");
  CHECK(convention(other).name == "hubbard-v1-diff-in-file");
  CHECK(convention(other).label == "hubbard-v1-diff-in-file");
  CHECK_THROWS_WITH(convention(test::replaced(good, "reclaim.tests_pins",
                                              "based_on = \"a\"\nreclaim.tests_pins")),
                    Catch::Contains("carries its convention whole"));
}

TEST_CASE("the README's recipe for a what-if works", "[based-on]") {
  const test::Folder folder;
  const std::string readme = test::source_file("README.md");
  const std::size_t begin = readme.find("    name = \"nfs-bvec-bare\"");
  REQUIRE(begin != std::string::npos);
  const std::string text = readme.substr(begin, readme.find("\n\n", begin) - begin);
  const auto file = folder.write("my.toml", text);
  const auto done = test::pincheck(test::split(
      "check -v --schedules 500 --scenario s3-splice-to-nfs-killed --convention " + file));
  CHECK(done.status == 1);
  CHECK_THAT(done.out, Catch::Contains(
                           "under nfs-bvec-bare: found, but not declared: not-freed-while-in-use"));
}

}  // namespace pincheck
