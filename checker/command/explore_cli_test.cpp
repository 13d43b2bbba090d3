// SPDX-License-Identifier: MIT
// `pincheck explore` as a user runs it: verdicts, limits, checkpoints.
#include <nlohmann/json.hpp>

#include "checker/testing/run_binary.hpp"

namespace pincheck::test {
namespace {

using Json = nlohmann::json;

const std::string kLarge = "explore bench-three-nfs-readers --convention linux-6.12";

Json exploration(const std::string& line, int status) {
  const Finished finished = pincheck(split("explore " + line + " --json"));
  CAPTURE(line, finished.out, finished.err);
  REQUIRE(finished.status == status);
  return Json::parse(finished.out)["explorations"][0];
}

TEST_CASE("explore: what holds is proved") {
  const Finished finished = pincheck(split("explore s5-reclaim-under-dio --convention linux-6.12"));
  CHECK(finished.status == 0);
  CHECK(contains(finished.out, "holds: "));
  CHECK(contains(finished.out, "  of read, flusher, kswapd and every outcome"));
  CHECK(finished.err.empty());
}

TEST_CASE("explore: what is violated has a shortest counterexample, which replays") {
  const Folder folder;
  const Finished finished = pincheck(
      split("explore s6-legacy-bvec --convention easy-fix --save " + folder.path("saved")));
  CHECK(finished.status == 0);  // it is declared
  CHECK(contains(finished.out, "violated: pin-unpin-balanced"));
  CHECK(contains(finished.out, "(as declared)"));
  CHECK(contains(finished.out, "no smaller scenario, no shorter schedule"));
  const auto saved = saved_file(folder.path("saved"), "pin-unpin-balanced");
  CHECK(pincheck({"replay", saved}).status == 0);
}

TEST_CASE("explore: switches change the effort and not the verdict") {
  const std::string line = "bench-two-readers-flusher --convention linux-6.12";
  const Json plain = exploration(line + " --reductions none", 0);
  CHECK(plain["states"] == 141135);
  for (const char* more :
       {"", " --reductions merge", " --reductions partial-order,sleep", " --reductions symmetry",
        " --reductions all", " --order depth", " --states fingerprints", " --threads 1"}) {
    const Json other = exploration(line + more, 0);
    CAPTURE(more);
    CHECK(other["violated"] == plain["violated"]);
    CHECK(other["states"] <= plain["states"]);
  }
}

TEST_CASE("explore: running out of memory, time or patience is a verdict") {
  const Json memory = exploration(
      "bench-three-nfs-readers --convention linux-6.12 --reductions none --memory 1M", 3);
  CHECK(memory["verdict"] == "not finished");
  CHECK(memory["ending"] == "memory");
  const Json time =
      exploration("bench-four-writers --convention linux-6.12 --reductions none --budget 0.05", 3);
  CHECK(time["verdict"] == "not finished");
  CHECK(time["ending"] == "time");

  Process process(split("explore bench-four-writers --convention linux-6.12 --reductions none"));
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  process.interrupt();
  const Finished finished = process.wait(10);
  CHECK(finished.status == 3);
  CHECK(contains(finished.out, "not finished: interrupted"));
}

TEST_CASE("explore: the verdict is there before its stories") {
  const Folder folder;
  const std::string scenario = folder.write("slow.toml", kSlowScenario);
  Process process(split("explore " + scenario +
                        " --convention find-pages --threads 1 --order depth --budget 1"));
  for (int tries = 0; tries < 3000 && process.out().empty(); ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  process.kill_now();
  CHECK(contains(process.out(), "not finished: time; violated: not-freed-while-in-use"));
  CHECK(contains(process.out(), "reductions: "));
  CHECK_FALSE(contains(process.out(), "no schedule is shorter"));
}

TEST_CASE("explore: killed at any moment and resumed, it finds the same") {
  const Folder folder;
  const std::string checkpoint = folder.path("checkpoint");
  std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<int> moment(10, 400);
  for (const char* how : {" --reductions none --threads 1", " --threads 2"}) {
    const std::string line = std::string("bench-two-readers-flusher --convention linux-6.12") + how;
    const Json undisturbed = exploration(line, 0);
    std::string resumed = line;
    resumed.append(" --every 0 --resume --checkpoint ").append(checkpoint);
    CAPTURE(how);
    int tries = 0;
    for (int kills = 0; kills < 10; kills += std::filesystem::exists(checkpoint) ? 1 : 0) {
      REQUIRE(++tries <= 200);
      Process process(split("explore " + resumed + " --json"));
      std::this_thread::sleep_for(std::chrono::milliseconds(moment(random)));
      process.kill_now();
    }
    const Json found = exploration(resumed, 0);
    CHECK(found["resumed_at"] > 0);
    CHECK(undisturbed["resumed_at"] == 0);
    for (const char* key : {"verdict", "violated", "also_violated", "states", "steps"})
      CHECK(found[key] == undisturbed[key]);
    CHECK_FALSE(std::filesystem::exists(checkpoint));
  }
}

TEST_CASE("explore: stopped and resumed, it goes on where it was") {
  const Folder folder;
  const std::string whole = "bench-three-nfs-readers --convention linux-6.12 --reductions none";
  const std::string line = whole + " --checkpoint " + folder.path("checkpoint");
  const Json undisturbed = exploration(whole, 0);
  const Json stopped = exploration(line + " --budget 0.02", 3);
  CHECK(stopped["ending"] == "time");
  CHECK(stopped["resumed_at"] == 0);
  CHECK(stopped["states"] < undisturbed["states"]);
  const Json again = exploration(line + " --resume --budget 0.001", 3);
  CHECK(again["resumed_at"] == stopped["states"]);
  const Finished finished = pincheck(split("explore " + line + " --resume"));
  CHECK(finished.status == 0);
  CHECK(contains(finished.out, "resumed at " + again["states"].dump() + " states"));
  CHECK(contains(finished.out, "holds: " + undisturbed["states"].dump() + " states"));
}

TEST_CASE("explore: a checkpoint that cannot be used is refused") {
  const Folder folder;
  const std::string checkpoint = folder.path("checkpoint");
  const std::string line = kLarge + " --reductions none --threads 1 --checkpoint " + checkpoint;
  CHECK(pincheck(split(line + " --every 0 --budget 0.02")).status == 3);
  REQUIRE(std::filesystem::exists(checkpoint));
  const std::string good = contents(checkpoint);
  const auto refused = [&](const std::string& text, const std::string& arguments) {
    folder.write("checkpoint", text);
    check_rejected(split(arguments), {checkpoint});
  };
  std::string damaged = good;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
  refused(damaged, line + " --resume");
  refused(good.substr(0, good.size() / 2), line + " --resume");
  refused("nonsense", line + " --resume");
  refused("", line + " --resume");
  refused(good, replaced(line, "linux-6.12", "linux-6.1") + " --resume");
  refused(good, replaced(line, "--reductions none", "--reductions merge") + " --resume");
  refused(good, line + " --resume --states fingerprints");
  folder.write("checkpoint", good);
  CHECK(pincheck(split(line + " --resume")).status == 0);
}

TEST_CASE("explore: every scenario up to a bound, smallest first") {
  const Finished finished =
      pincheck(split("explore --pages 1 --actors 1 --flags 0 --pipes 0 --convention easy-fix"));
  CHECK(finished.status == 0);
  CHECK(contains(finished.out, "every scenario within the bound"));
  CHECK(contains(finished.out, "pin-unpin-balanced, get-put-balanced"));
}

TEST_CASE("explore: a sweep that does not finish says why") {
  const std::string large = "explore --pages 2 --actors 3 --convention linux-6.12";
  const Finished late = pincheck(split(large + " --budget 0.3"));
  CHECK(late.status == 3);
  CHECK(contains(late.out, "not finished: time: the last had"));
  CHECK_FALSE(contains(late.out, "memory"));

  Process process(split(large));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  process.interrupt();
  const Finished interrupted = process.wait(10);
  CHECK(interrupted.status == 3);
  CHECK(contains(interrupted.out, "not finished: interrupted: the last had"));
  CHECK_FALSE(contains(interrupted.out, "memory"));

  const Finished full =
      pincheck(split("explore --pages 1 --actors 1 --flags 0 --convention easy-fix --memory 1K"));
  CHECK(full.status == 3);
  CHECK(contains(full.out, "every scenario within the bound"));
  CHECK(contains(full.out, "pairs not finished: memory"));
}

TEST_CASE("explore: usage errors") {
  for (const char* line :
       {"explore", "explore --pages 1", "explore s6-legacy-bvec --pages 1 --actors 1",
        "explore s6-legacy-bvec --convention easy-fix --resume",
        "explore s6-legacy-bvec --checkpoint /tmp/none",
        "explore --pages 1 --actors 1 --checkpoint /tmp/none", "explore nonsense",
        "explore s6-legacy-bvec --convention nonsense"})
    check_rejected(split(line), {});
  for (const char* line :
       {"explore --pages 9 --actors 1", "explore s6-legacy-bvec --threads 0",
        "explore s6-legacy-bvec --reductions some", "explore s6-legacy-bvec --memory lots",
        "export s6-legacy-bvec", "export s6-legacy-bvec --to tla --convention easy-fix"})
    CHECK(pincheck(split(line)).status == 2);
}

}  // namespace
}  // namespace pincheck::test
