// SPDX-License-Identifier: MIT
// The corpus: everything in it reproduces, is listed, and adds something.
#include "checker/counterexample/corpus.hpp"

#include <catch2/catch.hpp>

#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"
#include "model/base/atomic_file.hpp"

namespace pincheck::counterexample {
namespace {

using test::model;

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  const std::string path = test::variable("PINCHECK_SOURCE_DIR") + "/" + folder;
  for (const auto& entry : std::filesystem::directory_iterator(path))
    if (entry.path().extension() == ".toml") names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

Counterexample shipped(std::size_t index) { return shipped_corpus(model()).at(index).example; }

}  // namespace

TEST_CASE("corpus: every shipped counterexample reproduces, under its own name", "[corpus]") {
  const auto corpus = shipped_corpus(model());
  CHECK(corpus.size() == files_in("corpus/regression").size());
  Catalogue catalogue;
  for (const Replayed& one : replay_all(corpus, model(), catalogue, nullptr)) {
    INFO(one.file.path);
    CHECK(one.replay.problem == "");
    CHECK(one.file.path.ends_with("/" + file_name_of(one.file.example)));
    CHECK(one.file.example.minimality == shrinkers::Minimality::proved);
    // As this version would write it, story included; PINCHECK_UPDATE_GOLDEN=1 does.
    const std::string text =
        counterexample_text(one.file.example, one.replay.story, one.replay.why);
    if (!test::variable("PINCHECK_UPDATE_GOLDEN").empty())
      write_atomically(test::variable("PINCHECK_SOURCE_DIR") + "/" + one.file.path, text);
    CHECK(test::source_file(one.file.path) == text);
  }
}

TEST_CASE("corpus: each folder's README has a line for every file", "[corpus]") {
  for (const std::string folder : {"corpus/thread", "corpus/regression"}) {
    const std::string readme = test::source_file(folder + "/README.md");
    for (const std::string& name : files_in(folder)) {
      INFO(folder << "/" << name);
      CHECK(test::contains(readme, "\n- `" + name + "`: "));
    }
  }
}

TEST_CASE("corpus: no shipped counterexample is superfluous", "[corpus]") {
  Catalogue catalogue;
  const auto all = replay_all(shipped_corpus(model()), model(), catalogue, nullptr);
  for (const Replayed& one : all) {
    INFO(one.file.path);
    CHECK(subsumer_of(one, all, model(), catalogue) == nullptr);
  }
}

TEST_CASE("corpus: what has more and shows nothing else is subsumed", "[corpus]") {
  Catalogue catalogue;
  const Counterexample small = shipped(0);
  CHECK(subsumes(small, small, model(), catalogue));

  Counterexample more = small;  // an actor who only watches
  more.scenario.pages.push_back({.name = "more"});
  ActorSpec watcher;
  watcher.name = "watcher";
  watcher.path = "store";
  watcher.pages = {static_cast<int>(more.scenario.pages.size()) - 1};
  more.scenario.actors.push_back(watcher);
  CHECK(subsumes(small, more, model(), catalogue));
  CHECK_FALSE(subsumes(more, small, model(), catalogue));

  Counterexample other = more;
  other.property = "completes";
  CHECK_FALSE(subsumes(small, other, model(), catalogue));
  other = more;  // not violated under its convention
  for (RowEntry& row : other.convention.rows) row.row = {};
  CHECK_FALSE(subsumes(small, other, model(), catalogue));
  other = more;  // by others
  other.scenario.actors.erase(other.scenario.actors.begin());
  CHECK_FALSE(subsumes(small, other, model(), catalogue));
  other = more;  // in fewer steps
  other.schedule.pop_back();
  CHECK_FALSE(subsumes(small, other, model(), catalogue));
}

TEST_CASE("corpus: the command lists, checks and prunes", "[corpus]") {
  const test::Folder folder;
  const std::filesystem::path source = test::variable("PINCHECK_SOURCE_DIR") + "/corpus/regression";
  for (const std::string& name : files_in("corpus/regression"))
    std::filesystem::copy_file(source / name, folder.path(name));
  const test::Finished listed = test::pincheck({"corpus", folder.path(".")});
  CHECK(listed.status == 0);
  CHECK(test::contains(test::source_file("corpus/regression/README.md"), listed.out));

  const std::string first = files_in("corpus/regression").front();
  const std::string text = test::source_file("corpus/regression/" + first);
  folder.write("a-copy.toml", text);
  const test::Finished pruned = test::pincheck({"corpus", folder.path("."), "--prune"});
  CHECK(pruned.status == 0);
  CHECK(test::contains(pruned.out, "removed: a-copy.toml shows the same with less"));
  CHECK_FALSE(std::filesystem::exists(folder.path(first)));

  folder.write("a-copy.toml", test::replaced(text, "outcome = \"", "outcome = \"new "));
  const test::Finished broken = test::pincheck({"corpus", folder.path(".")});
  CHECK(broken.status == 1);
  CHECK(test::contains(broken.out, "NOT REPRODUCED: step "));
  CHECK(test::pincheck({"corpus", folder.path("missing")}).status == 2);
}

TEST_CASE("corpus: check replays it first, and adds nothing that it has", "[corpus]") {
  const test::Folder folder;
  const auto check = [&](const std::string& more) {
    return test::pincheck(
        test::split("check --cases 0 --schedules 200 --scenario "
                    "s2-splice-to-nfs --convention hubbard-v1-diff " +
                    more));
  };
  const test::Finished known = check("");
  CHECK(test::contains(known.out, " of the corpus, "));
  CHECK_FALSE(test::contains(known.out, "saved "));
  const std::string saved = folder.path("saved");
  CHECK(test::contains(check("--save " + saved).out, "pincheck replay " + saved + "/"));
  const auto written = std::filesystem::last_write_time(test::saved_file(saved, "pin-unpin"));
  check("--seed 2 --save " + saved);
  CHECK(std::filesystem::last_write_time(test::saved_file(saved, "pin-unpin")) == written);
}

}  // namespace pincheck::counterexample
