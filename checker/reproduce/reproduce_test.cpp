// SPDX-License-Identifier: MIT
// Every counterexample becomes a program that compiles, or one clear message.
// PINCHECK_UPDATE_GOLDEN=1 writes golden/.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "checker/counterexample/corpus.hpp"
#include "checker/reproduce/comments.hpp"
#include "checker/reproduce/runtime.hpp"
#include "checker/testing/program_support.hpp"

namespace pincheck::reproduce {
namespace {

using test::compiles;
using test::contains;
using test::program;

/// The message of the InputError, or nothing after the program has been written to `out`.
std::string refusal(const counterexample::CorpusFile& one, const std::string& out) {
  try {
    std::ofstream(out) << program(one.example, one.path);
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

/// A generated scenario under some shipped convention, and some schedule of it.
std::optional<std::string> random_program(std::uint64_t seed) {
  const auto& all = shipped_conventions(test::model().kinds);
  const Convention& under = all[search::Rng(seed).below(static_cast<std::uint32_t>(all.size()))];
  return test::any_program(generate::generate_scenario(test::model().kinds, seed), under, seed);
}

}  // namespace

TEST_CASE("every counterexample of the corpus is a program, or a clear message", "[reproduce]") {
  const test::Folder folder;
  int programs = 0;
  for (const counterexample::CorpusFile& one : counterexample::shipped_corpus(test::model())) {
    const std::string out = folder.path(std::filesystem::path(one.path).stem().string() + ".c");
    const std::string message = refusal(one, out);
    INFO(one.path << ": " << message);
    if (message.empty()) {
      ++programs;
      continue;
    }
    CHECK(message.starts_with(one.path + ": actor '"));
    CHECK(contains(message, "kmalloc"));
    CHECK(contains(message, "expected"));
  }
  CHECK(programs >= 45);
  CHECK(compiles(folder.path("")));
}

TEST_CASE("a what-if counterexample becomes a program", "[reproduce]") {
  const auto example = test::found_by_search(R"(name = "what-if"
page = [{ name = "a-b", backing = "file", dirty = true }, { name = "a.b", backing = "anon" },
        { name = "z", backing = "zero" }]
pipe = [{ name = "do", holds = ["a-b", "z"] }, { name = "int" }]
[[actor]]
name = "if"
path = "splice-write"
caller = "nfs-write"
pipe = "do"
[[actor]]
name = "read"
path = "direct-read"
caller = "bio"
kind = "iovec"
pages = ["a.b", "a-b"]
async = true
[[actor]]
name = "copy"
path = "tee"
pipe = "do"
to = "int"
[[actor]]
name = "cut"
path = "truncate"
pages = ["a-b"]
)",
                                             "hubbard-v1", "not-refused");
  const std::string text = program(example, "what-if.toml");
  CHECK(contains(text, "tee(pipe_do[0], pipe_int[1]"));
  CHECK(contains(text, "IOCB_CMD_PREADV"));
  CHECK(contains(text, "FALLOC_FL_PUNCH_HOLE"));
  CHECK(contains(text, "nfs=FILE"));
  const test::Folder folder;
  folder.write("x.c", text);
  CHECK(compiles(folder.path("")));
}

TEST_CASE("whatever the generator comes up with compiles, or is refused clearly", "[reproduce]") {
  const test::Folder folder;
  int programs = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    try {
      const auto text = random_program(seed);
      if (!text) continue;
      folder.write(std::to_string(seed) + ".c", *text);
      ++programs;
    } catch (const InputError& error) {
      CHECK(std::string(error.what()).starts_with("random.toml: actor '"));
    }
  }
  CHECK(programs > 40);
  CHECK(compiles(folder.path("")));
}

TEST_CASE("who is killed is a child, and the kill waits for the request", "[reproduce]") {
  const std::string file = "corpus/regression/not-freed-while-in-use-4ea254ed.toml";
  const std::string text = program(
      counterexample::parse_counterexample(test::source_file(file), file, test::model().kinds),
      file);
  const auto wait = text.rfind("wait_in_flight(&actors[0])");
  CHECK(wait < text.rfind("kill_child(&actors[0]"));
  CHECK(contains(text, "tell_path(&actors[0], \"nfs-write\", \"bvec\")"));
}

TEST_CASE("free text cannot leave a program's comments", "[reproduce]") {
  const std::string file = "corpus/regression/pin-unpin-balanced-d00badee.toml";
  auto example =
      counterexample::parse_counterexample(test::source_file(file), file, test::model().kinds);
  CHECK(reproduce::comment("\xc3\xa9/\nx") == "// ?? /\n// x\n");  // no trigraph
  const std::string turns_text{'\xe2', '\x80', '\xae'};
  example.convention.title = "ends in \\\nint x; */ " + turns_text + " \\";
  const test::Folder folder;
  folder.write("x.c", program(example, file));
  CHECK(compiles(folder.path("")));
}

TEST_CASE("the thread's splice to NFS is as in the golden file", "[reproduce]") {
  const std::string file = "corpus/regression/pin-unpin-balanced-d00badee.toml";
  const std::string text = program(
      counterexample::parse_counterexample(test::source_file(file), file, test::model().kinds),
      file);
  const std::string golden = "checker/reproduce/golden/splice-to-nfs.txt";
  if (std::getenv("PINCHECK_UPDATE_GOLDEN") != nullptr)
    std::ofstream(test::variable("PINCHECK_SOURCE_DIR") + "/" + golden) << text;
  CHECK(text == test::source_file(golden));
}

TEST_CASE("helpers come with those they use, and no others", "[reproduce]") {
  const std::string text = reproduce::helpers_for("x = reclaim(y); // store(z)\n");
  CHECK(contains(text, "static long reclaim("));
  CHECK_FALSE(contains(text, "static long store("));
  CHECK(contains(reproduce::helpers_for("store(z);"), "static int open_file("));
}

TEST_CASE("reproduce writes a whole file or none", "[reproduce][cli]") {
  const test::Folder folder;
  const std::string file = folder.write(
      "x.toml", test::source_file("corpus/regression/pin-unpin-balanced-d00badee.toml"));
  const auto printed = test::pincheck({"reproduce", file});
  CHECK(printed.status == 0);
  CHECK(test::pincheck({"reproduce", file, "-o", folder.path("x.c")}).status == 0);
  CHECK(test::contents(folder.path("x.c")) == printed.out);
  test::check_rejected({"reproduce", file, "-o", folder.path("none/x.c")}, {"none"});
  const std::string slab = folder.write(
      "slab.toml", test::source_file("corpus/regression/not-freed-while-in-use-3635ebd9.toml"));
  test::check_rejected({"reproduce", slab, "-o", folder.path("slab.c")}, {slab, "kmalloc"});
  CHECK_FALSE(std::filesystem::exists(folder.path("slab.c")));
}

}  // namespace pincheck::reproduce
