// SPDX-License-Identifier: MIT
// Counterexample files under kill -9, Ctrl-C and full disks: whole or not there.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <set>

#include "checker/counterexample/corpus.hpp"
#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::test {
namespace {

using Clock = std::chrono::steady_clock;

/// Two conventions, all scenarios: some thirty counterexamples, each as small as it gets.
const std::string kCheck =
    "check -v --cases 0 --schedules 200 --shrink-budget 0 --convention hubbard-v1-diff "
    "--convention find-pages --save ";
/// The same, soon done.
const std::string kShortCheck =
    "check -v --schedules 100 --convention find-pages --scenario s3-splice-to-nfs-killed "
    "--scenario s4-direct-to-pipe";

constexpr int kMoments = 20;

/// A counterexample that is far from minimal.
std::string long_counterexample(const Folder& folder) {
  const std::string scenario = folder.write("slow.toml", kSlowScenario);
  pincheck(
      split("check --convention find-pages --schedules 100 --shrink-budget 0.000001 --scenario " +
            scenario + " --save " + folder.path("long")));
  return saved_file(folder.path("long"), "not-freed-while-in-use");
}

/// The only counterexample of a scenario.
std::string short_counterexample(const Folder& folder) {
  pincheck(
      split("check --schedules 100 --convention find-pages --scenario "
            "s3-splice-to-nfs-killed --save " +
            folder.path("short")));
  return saved_file(folder.path("short"), "not-freed-while-in-use");
}

/// One whose first step is missing.
std::string broken_counterexample(const Folder& folder) {
  std::string text = contents(short_counterexample(folder));
  const std::size_t first = text.find("  {", text.find("schedule = ["));
  text.erase(first, text.find('\n', first) + 1 - first);
  return folder.write("broken.toml", text);
}

std::set<std::string> files_in(const std::string& folder, const std::string& extension = "") {
  std::set<std::string> names;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(folder, missing))
    if (extension.empty() || entry.path().extension() == extension)
      names.insert(entry.path().filename().string());
  return names;
}

/// Replays the file, which must be all there.
void check_whole(const std::string& file) {
  INFO(file);
  const counterexample::Counterexample example = counterexample::read_counterexample(file, model());
  Catalogue catalogue;
  const System system = counterexample::compile_counterexample(example, file, model(), catalogue);
  CHECK(counterexample::replay_counterexample(example, file, system).problem == "");
}

void check_all_whole(const std::string& folder) {
  for (const auto& name : files_in(folder, ".toml"))
    check_whole(std::filesystem::path(folder) / name);
}

/// How long the command takes when nothing happens to it.
Clock::duration length_of(const std::string& line) {
  const auto start = Clock::now();
  CHECK(Process(split(line), optimized()).wait().status == 0);
  return Clock::now() - start;
}

/// Waits until the folder has so many files, temporary ones included.
void wait_for_files(const std::string& folder, std::size_t count) {
  const auto deadline = Clock::now() + std::chrono::seconds(60);
  while (files_in(folder).size() < count && Clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::microseconds(200));
}

TEST_CASE("check killed at any moment leaves whole counterexamples", "[durability][optimized]") {
  const Folder folder;
  const auto length = length_of(kCheck + folder.path("undisturbed"));
  const auto undisturbed = files_in(folder.path("undisturbed"));
  REQUIRE(undisturbed.size() > kMoments);
  int in_between = 0;
  for (int moment = 0; moment < 2 * kMoments; ++moment) {
    const std::string saved = folder.path(std::to_string(moment));
    INFO("moment " << moment);
    Process process(split(kCheck + saved), optimized());
    if (moment < kMoments)
      std::this_thread::sleep_for(length * (2 * moment + 1) / (2 * kMoments));
    else  // while one of them is being written
      wait_for_files(saved, static_cast<std::size_t>(moment - kMoments) + 1);
    const bool killed = process.kill_now();
    const auto whole = files_in(saved, ".toml");
    if (killed && !whole.empty() && whole.size() < undisturbed.size()) ++in_between;
    check_all_whole(saved);
    if (!std::filesystem::exists(saved)) continue;
    CHECK(pincheck({"corpus", saved}).status == (files_in(saved, ".toml").empty() ? 5 : 0));
    if (moment % 10 != 9) continue;
    CHECK(Process(split(kCheck + saved), optimized()).wait().status == 0);
    CHECK(files_in(saved, ".toml") == undisturbed);
  }
  CHECK(in_between >= kMoments / 2);
}

TEST_CASE("shrink killed at any moment leaves a whole counterexample or none",
          "[durability][optimized]") {
  const Folder folder;
  const std::string line =
      "shrink --shrink-budget 0 " + long_counterexample(folder) + " -o " + folder.path("out/");
  std::filesystem::create_directory(folder.path("out"));
  const auto length = length_of(line + "undisturbed.toml");
  const std::string smallest = contents(folder.path("out/undisturbed.toml"));
  std::filesystem::remove(folder.path("out/undisturbed.toml"));
  int in_between = 0;
  for (int moment = 0; moment < 2 * kMoments; ++moment) {
    INFO("moment " << moment);
    const std::string output = folder.path("out/small.toml");
    std::filesystem::remove(output);
    Process process(split(line + "small.toml"), optimized());
    if (moment < kMoments) {
      std::this_thread::sleep_for(length * (2 * moment + 1) / (2 * kMoments));
    } else {  // while it is being written
      const std::size_t before = files_in(folder.path("out")).size();
      wait_for_files(folder.path("out"), before + 1);
    }
    const bool killed = process.kill_now();
    check_all_whole(folder.path("out"));
    const std::string left = contents(output);
    if (killed && !left.empty() && left != smallest) ++in_between;
  }
  CHECK(in_between > 0);
}

/// Runs where no file can grow, as on a full disk: writes fail when SIGXFSZ is ignored. Output goes
/// through pipes, which have no such limit.
Finished on_full_disk(const std::string& line) {
  Arguments arguments = split(line);
  arguments.insert(
      arguments.begin(),
      {"-c",
       "mkfifo out err; cat out & cat err >&2 & "
       "(trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\" >out 2>err); status=$?; wait; exit $status",
       variable("PINCHECK_BINARY")});
  return Process(arguments, "/bin/sh").wait();
}

/// Exit status 2, one message that has the word, and nothing else on stderr.
void check_refused(const Finished& finished, const std::string& word) {
  CAPTURE(finished.err);
  CHECK(finished.status == 2);
  CHECK(std::count(finished.err.begin(), finished.err.end(), '\n') == 1);
  CHECK(finished.err.starts_with("pincheck: "));
  CHECK(contains(finished.err, word));
  CHECK(contains(finished.err, "expected"));
}

/// The report without what it says about files.
std::string report_of(const std::string& out) {
  std::istringstream lines(out);
  std::string kept;
  for (std::string line; std::getline(lines, line);)
    if (!contains(line, "saved ") && !contains(line, "written to ") && !contains(line, "  mv ") &&
        !line.empty())
      kept += line + "\n";
  return kept;
}

TEST_CASE("a full disk: nothing is lost, the report is complete, one message", "[durability]") {
  const Folder folder;
  const std::string too_large = "File too large";
  SECTION("check") {
    const Finished good = pincheck(split(kShortCheck + " --save " + folder.path("good")));
    REQUIRE(good.status == 0);
    REQUIRE(files_in(folder.path("good")).size() > 1);
    const auto names = files_in(folder.path("good"));
    const std::string old = contents(folder.path("good/" + *names.begin()));
    std::filesystem::create_directory(folder.path("full"));
    folder.write("full/" + *names.begin(), old);
    const Finished full = on_full_disk(kShortCheck + " --save " + folder.path("full"));
    check_refused(full, folder.path("full"));
    check_refused(full, too_large);
    CHECK(report_of(full.out) == report_of(good.out));
    CHECK(files_in(folder.path("full")) == std::set{*names.begin()});
    CHECK(contents(folder.path("full/" + *names.begin())) == old);
  }
  SECTION("shrink") {
    const std::string line = "shrink " + long_counterexample(folder) + " -o ";
    const Finished good = pincheck(split(line + folder.path("good.toml")));
    REQUIRE(good.status == 0);
    folder.write("full.toml", "old");
    const Finished full = on_full_disk(line + folder.path("full.toml"));
    check_refused(full, folder.path("full.toml"));
    check_refused(full, too_large);
    CHECK(report_of(full.out) == report_of(good.out));
    CHECK(contains(full.out, "not written to " + folder.path("full.toml")));
    CHECK(contents(folder.path("full.toml")) == "old");
    CHECK(files_in(folder.path(""), ".tmp").empty());
  }
  SECTION("replay --refind") {
    const std::string broken = broken_counterexample(folder);
    const std::string old = contents(broken);
    const Finished full = on_full_disk("replay --refind " + broken);
    check_refused(full, broken + ".new");
    check_refused(full, too_large);
    CHECK_FALSE(std::filesystem::exists(broken + ".new"));
    const Finished good = pincheck({"replay", "--refind", broken});
    REQUIRE(good.status == 1);
    CHECK(report_of(full.out) == report_of(good.out));
    CHECK(contains(full.out, "found again"));
    CHECK(contents(broken) == old);
    check_whole(broken + ".new");
  }
}

TEST_CASE("places that take no file", "[durability]") {
  const Folder folder;
  const std::string file = folder.write("file", "old");
  check_rejected(split(kShortCheck + " --save " + file), {file});
  CHECK(contents(file) == "old");
  // Even root makes no files there.
  check_refused(pincheck(split(kShortCheck + " --save /proc")), "/proc/");

  pincheck(split(kShortCheck + " --save " + folder.path("saved")));
  for (const auto& name : files_in(folder.path("saved")))
    std::filesystem::create_directories(folder.path("taken/" + name));
  const Finished taken = pincheck(split(kShortCheck + " --save " + folder.path("taken")));
  check_refused(taken, "Is a directory");
  CHECK_FALSE(contains(taken.out, "saved "));

  const std::string broken = broken_counterexample(folder);
  const Finished shrunk =
      pincheck({"shrink", short_counterexample(folder), "-o", folder.path("saved")});
  check_refused(shrunk, "Is a directory");
  CHECK(contains(shrunk.out, "not written to "));

  std::filesystem::create_directory(broken + ".new");
  const Finished again = pincheck({"replay", "--refind", broken});
  check_refused(again, broken + ".new");
  CHECK(contains(again.out, "found again"));
  CHECK(files_in(folder.path(""), ".tmp").empty());
}

TEST_CASE("a FIFO among the counterexamples is refused, not waited for", "[durability]") {
  const Folder folder;
  const std::string fifo = folder.path("pipe.toml");
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  check_rejected({"corpus", folder.path("")}, {"pipe.toml", "no regular file"});
}

TEST_CASE("a folder that may not be written or read", "[durability]") {
  if (geteuid() == 0) {
    WARN("root may write everywhere: nothing is tested");
    return;
  }
  const Folder folder;
  pincheck(split(kShortCheck + " --save " + folder.path("saved")));
  const auto before = files_in(folder.path("saved"));
  using std::filesystem::perms;
  std::filesystem::permissions(folder.path("saved"), perms::owner_read | perms::owner_exec);
  CHECK(pincheck(split(kShortCheck + " --save " + folder.path("saved"))).status == 0);
  std::filesystem::create_directory(folder.path("closed"));
  for (const perms allowed : {perms::owner_read | perms::owner_exec, perms::none}) {
    std::filesystem::permissions(folder.path("closed"), allowed);
    check_refused(pincheck(split(kShortCheck + " --save " + folder.path("closed"))),
                  "Permission denied");
  }
  check_rejected({"corpus", folder.path("closed")}, {"Permission denied"});
  const std::string one = folder.path("saved/" + *before.begin());
  check_refused(pincheck({"shrink", one}), "Permission denied");
  std::filesystem::permissions(folder.path("saved"), perms::owner_all);
  std::filesystem::permissions(folder.path("closed"), perms::owner_all);
  CHECK(files_in(folder.path("saved")) == before);
  CHECK(files_in(folder.path("closed")).empty());
}

TEST_CASE("a report that cannot be printed is an error, and what was found is saved",
          "[durability]") {
  const Folder folder;
  const std::string line = kShortCheck + " --save " + folder.path("saved");
  const Finished full = Process(split(line), variable("PINCHECK_BINARY"), "/dev/full").wait();
  check_refused(full, "standard output");
  check_all_whole(folder.path("saved"));
  CHECK_FALSE(files_in(folder.path("saved"), ".toml").empty());
}

/// find-pages, which declares nothing: all that is found is news.
std::string undeclared(const Folder& folder) {
  std::string rules = source_file("model/conventions/find-pages.toml");
  rules.resize(rules.find("[[expect]]"));
  return folder.write("mine.toml", replaced(replaced(rules, "\"find-pages\"", "\"mine\""),
                                            "label = \"V\"", "label = \"mine\""));
}

TEST_CASE("news that cannot be told on stderr do not end the run", "[durability]") {
  const Folder folder;
  const std::string line = "check --schedules 100 --scenario s4-direct-to-pipe --convention " +
                           undeclared(folder) + " --save " + folder.path("saved");
  Arguments arguments = split(line);
  arguments.insert(arguments.begin(),
                   {"-c", "exec \"$0\" \"$@\" 2>/dev/full", variable("PINCHECK_BINARY")});
  const Finished finished = Process(arguments, "/bin/sh").wait();
  CHECK(finished.status == 1);
  CHECK(contains(finished.out, "found, but not declared"));
  CHECK_FALSE(files_in(folder.path("saved"), ".toml").empty());
}

TEST_CASE("shrink interrupted saves the best so far", "[durability]") {
  const Folder folder;
  const std::string line = "shrink --shrink-budget 0 " + long_counterexample(folder) + " -o ";
  std::filesystem::create_directory(folder.path("out"));
  const std::string output = folder.path("out/small.toml");
  Process process(split(line + output));
  wait_for_files(folder.path("out"), 1);
  process.interrupt();
  const Finished finished = process.wait(20);
  CHECK(finished.status == 3);
  CHECK(contains(finished.out, "written to " + output));
  CHECK(files_in(folder.path("out")) == std::set<std::string>{"small.toml"});
  check_whole(output);
}

TEST_CASE("check interrupted prints and saves what was found", "[durability]") {
  const Folder folder;
  Process process(split(kCheck + folder.path("saved")));
  wait_for_files(folder.path("saved"), 3);
  process.interrupt();
  const Finished finished = process.wait(20);
  CHECK(finished.status == 3);
  CHECK(contains(finished.out, "Interrupted"));
  const auto saved = files_in(folder.path("saved"));
  CHECK(saved.size() >= 2);
  for (const auto& name : saved)
    CHECK(contains(finished.out, "saved " + folder.path("saved/" + name)));
  check_all_whole(folder.path("saved"));
}

TEST_CASE("check interrupted while it judges saves the news", "[durability]") {
  const Folder folder;
  Process process(split("check --cases 0 --schedules 20000 --convention " + undeclared(folder) +
                        " --save " + folder.path("saved")));
  for (int tries = 0; tries < 6000 && !contains(process.err(), "found: "); ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.interrupt();
  const Finished finished = process.wait(20);
  CHECK(finished.status == 1);
  CHECK(contains(finished.out, "Interrupted"));
  CHECK_FALSE(files_in(folder.path("saved"), ".toml").empty());
  check_all_whole(folder.path("saved"));
}

}  // namespace
}  // namespace pincheck::test
