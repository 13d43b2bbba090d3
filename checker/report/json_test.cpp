// SPDX-License-Identifier: MIT
// What --json prints is what checker/report/output.schema.json says, no more and no less.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "checker/testing/run_binary.hpp"

namespace pincheck::report {
namespace {

using Json = nlohmann::json;

/// Says where and why documents do not fit a schema, of which it checks that it is one.
constexpr const char* kValidator = R"(
import json, jsonschema, sys

schema, *documents = (json.load(open(path)) for path in sys.argv[1:])
kind = jsonschema.Draft202012Validator
kind.check_schema(schema)
for document in documents:
    problem = jsonschema.exceptions.best_match(kind(schema).iter_errors(document))
    if problem:
        print(list(problem.absolute_path), problem.message[:10000])
)";

const std::string kSchema = "checker/report/output.schema.json";

const Json& schema() {
  static const Json read = Json::parse(test::source_file(kSchema));
  return read;
}

/// The documents of a test, which must fit the schema: all are checked at its end, since Python
/// takes its time to begin.
class Documents {
 public:
  Documents() = default;
  Documents(const Documents&) = delete;
  Documents& operator=(const Documents&) = delete;
  ~Documents() { CHECK(problems() == ""); }

  /// Runs pincheck and returns the document it prints.
  Json document(const std::string& line) {
    const auto arguments = test::split(line);
    const test::Finished finished = test::pincheck(arguments);
    INFO(finished.err);
    Json printed = Json::parse(finished.out, nullptr, false);
    REQUIRE_FALSE(printed.is_discarded());
    CHECK(printed["command"] == arguments[0]);
    add(printed);
    return printed;
  }
  void add(const Json& document) {
    files_.push_back(folder_.write(std::to_string(files_.size()), document.dump()));
  }
  /// What is wrong with those that were added; forgets them.
  std::string problems() {
    test::Arguments words{folder_.write("validator.py", kValidator),
                          test::variable("PINCHECK_SOURCE_DIR") + "/" + kSchema};
    words.insert(words.end(), files_.begin(), files_.end());
    files_.clear();
    const test::Finished finished = test::Process(words, "/usr/bin/python3").wait();
    return finished.out + finished.err;
  }

 private:
  test::Folder folder_;
  test::Arguments files_;
};

/// No object is open, keys are optional only where that is said here, and every key says what it
/// means and may be.
void check_closed(const Json& part) {
  if (!part.is_structured()) return;
  for (const Json& inner : part) check_closed(inner);
  if (!part.is_object() || !part.contains("properties")) return;
  static const std::set<std::string> optional{"random",     "swept", "not_stated", "subsumed_by",
                                              "statistics", "would", "in_flight",  "violation",
                                              "idle",       "fails", "command"};
  INFO(part.dump().substr(0, 300));
  CHECK(part["additionalProperties"] == false);
  std::set<std::string> missing = part["required"];
  for (const auto& [key, value] : part["properties"].items()) {
    INFO(key);
    const bool named = value.contains("$ref");
    const Json& meant =
        named ? schema().at(Json::json_pointer(value["$ref"].get<std::string>().substr(1))) : value;
    const bool described = value.contains("description") || meant.contains("description");
    CHECK(described);
    const bool limited = meant.contains("type") || meant.contains("enum") ||
                         meant.contains("const") || meant.contains("oneOf");
    CHECK(limited);
    if (missing.erase(key) == 0) CHECK(optional.contains(key));
  }
  CHECK(missing.empty());
}

TEST_CASE_METHOD(Documents, "json: the schema describes every key, and nothing else fits") {
  check_closed(schema());
  Json list = document("list kinds --json");
  CHECK(problems() == "");
  list["surprise"] = 1;
  add(list);
  CHECK(test::contains(problems(), "surprise"));
}

TEST_CASE_METHOD(Documents, "json: check, and counterexamples that replay reads") {
  const test::Folder folder;
  const Json check = document(
      "check --json --cases 20 --schedules 200 --convention easy-fix --convention linux-6.12 "
      "--save " +
      folder.path("saved"));
  CHECK(check["random"]["scenarios"] == 20);
  CHECK(check["cells"].size() % 2 == 0);
  REQUIRE_FALSE(check["counterexamples"].empty());
  std::size_t saved = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder.path("saved"))) {
    if (++saved > 3) continue;
    const Json replay = document("replay --json " + file.path().string());
    CHECK(replay["reproduced"] == true);
  }
  // Less what another one subsumes.
  CHECK(saved > 10);
  CHECK(saved <= check["counterexamples"].size());
}

TEST_CASE_METHOD(Documents, "json: what was shrunk, and the corpus") {
  const test::Folder folder;
  const std::string saved = folder.path("saved");
  document(
      "check --json --scenario s2-splice-to-nfs --scenario s3-splice-to-nfs-killed "
      "--convention hubbard-v1-diff --schedules 200 --save " +
      saved);
  const std::string file =
      folder.write("old.toml", test::source_file("checker/counterexample/format-1/"
                                                 "s2-splice-to-nfs-pin-unpin-balanced-"
                                                 "hubbard-v1-diff.toml"));
  const Json shrunk = document("shrink --json " + file);
  CHECK(shrunk["minimal"] == "proved");
  document("shrink --json " + file + " -o " + saved + "/again.toml");
  const Json corpus = document("corpus --json " + saved);
  CHECK(std::any_of(corpus["files"].begin(), corpus["files"].end(),
                    [](const Json& one) { return one.contains("subsumed_by"); }));
}

TEST_CASE_METHOD(Documents, "json: verdicts of every kind") {
  const Json verdicts =
      document("verdicts --json --schedules 200 --convention hubbard-v1 --convention find-pages");
  std::set<std::string> seen;
  for (const Json& cell : verdicts["cells"]) {
    seen.insert(cell["verdict"]);
    CHECK(cell.contains("not_stated") == (cell["verdict"] == "not stated"));
  }
  CHECK(seen.contains("holds"));
  CHECK(seen.contains("violated"));
  CHECK(seen.contains("refused"));
}

TEST_CASE_METHOD(Documents, "json: a report, and what its names mean") {
  const test::Folder folder;
  const Json report = document(
      "report --json --schedules 200 --scenario s4-direct-to-pipe --scenario s8-slab-over-tcp "
      "--convention easy-fix --convention linux-6.12 "
      "--kernel 6.12 --trace " +
      test::variable("PINCHECK_SOURCE_DIR") + "/corpus/traces/6.12-pageref-read.txt.gz -o " +
      folder.path("page"));
  CHECK(report["traces"].size() == 1);
  CHECK(report["conventions"].size() == 2);
  CHECK_FALSE(report["counterexamples"].empty());
  CHECK_FALSE(report["runs"].empty());
  CHECK_FALSE(report["coverage"]["outcomes"].empty());
}

TEST_CASE_METHOD(Documents, "json: explorations of every kind") {
  const test::Folder folder;
  const std::string silent = folder.write("silent.toml", "name = \"silent\"\n");
  const std::vector<std::string> lines{
      "s6-legacy-bvec --convention easy-fix",
      "s5-reclaim-under-dio --convention linux-6.12 --states fingerprints",
      "s2-splice-to-nfs --convention hubbard-v1",
      "bench-four-writers --convention linux-6.12 --memory 1M",
      "s6-legacy-bvec --convention " + silent};
  std::set<std::string> seen;
  for (const std::string& line : lines) {
    const Json explored = document("explore --json " + line);
    CHECK(explored["explorations"].size() == 1);
    CHECK_FALSE(explored.contains("swept"));
    seen.insert(explored["explorations"][0]["verdict"]);
  }
  CHECK(seen ==
        std::set<std::string>{"holds", "violated", "refused", "not stated", "not finished"});
}

TEST_CASE_METHOD(Documents, "json: all scenarios within a bound") {
  const Json swept =
      document("explore --json --pages 1 --actors 1 --flags 0 --convention easy-fix");
  CHECK_FALSE(swept["explorations"].empty());
  CHECK(swept["swept"]["ending"] == "finished");
  CHECK(swept["swept"]["complete"] == true);
  const Json late =
      document("explore --json --pages 2 --actors 3 --convention linux-6.12 --budget 0.1");
  CHECK(late["swept"]["ending"] == "time");
  CHECK(late["swept"]["complete"] == false);
  CHECK(late["swept"]["unfinished"] == 0);
}

TEST_CASE_METHOD(Documents, "json: a trace with everything that can be found in one") {
  const test::Folder folder;
  const auto line = [](int second, const std::string& event) {
    return " dd-7 [000] d..1. " + std::to_string(second) + ".5: " + event + "\n";
  };
  const auto grab = [&](int second, const std::string& page, const std::string& after) {
    return line(second,
                "g: (try_grab_folio_fast+0x0/0x1) page=" + page + " refs=1 flags=0x80001 ref=2") +
           line(second, "g: (f+0x1/0x2 <- try_grab_folio_fast) folio=" + page + " ref=" + after);
  };
  const std::string file = folder.write(
      "trace", grab(1, "0xffffea0000000140", "1026") + grab(2, "0xffffea0000000180", "1027") +
                   line(3, "w: (__folio_start_writeback+0x4/0x5) folio=0xffffea0000000140") +
                   line(4, "g: (f+0x1/0x2 <- try_grab_folio_fast) folio=0x40 ref=3") +
                   line(5, "page_ref_mod: pfn=0x9 flags=lru count=3 val=1") +
                   line(6, "tracing_mark_write: x") +
                   "CPU:0 [LOST 7 EVENTS]\nnot a line\nkprobes:gup_put\n");
  const Json odd = document("trace --json --kernel 6.12 " + file);
  CHECK(odd["good"] == false);
  CHECK(odd["events"] == 8);
  CHECK(odd["unreadable"] == 1);
  for (const char* key : {"violations", "contradictions", "unexplained"})
    REQUIRE(odd[key].size() == 1);
  CHECK(odd["lost_references"] == 2);
  CHECK(odd["violations"][0]["property"] == "not-written-back-while-pinned");
  CHECK(odd["violations"][0]["lines"][0]["number"] == 1);
  const Json open = document("trace --json --kernel 6.12 " + test::variable("PINCHECK_SOURCE_DIR") +
                             "/corpus/traces/6.12-pageref-read.txt.gz");
  CHECK(open["good"] == true);
  CHECK(open["open"].size() == 4);
}

TEST_CASE_METHOD(Documents, "json: counts that moved, stacks, and pages that are free") {
  const test::Folder folder;
  const auto line = [](int second, const std::string& event) {
    return " dd-7 [000] ..... " + std::to_string(second) + ".5: " + event + "\n";
  };
  const Json free =
      document("trace --json --kernel 6.12 " +
               folder.write("trace", line(1, "mm_page_free: page=0 pfn=0x5 order=0") +
                                         line(2, "mm_page_free: page=0 pfn=0x5 order=0") +
                                         line(3, "page_ref_mod: pfn=0x9 flags=lru count=3 val=1") +
                                         line(3, "<stack trace>") + " => f\n => g\n"));
  CHECK(free["status"] == 1);
  CHECK(free["violations"][0]["unless_allocated"] == true);
  REQUIRE(free["moved"].size() == 1);
  CHECK(free["moved"][0]["end"] == 3);
  CHECK(free["moved"][0]["lines"][0]["stack"] == Json{"f", "g"});
}

TEST_CASE_METHOD(
    Documents,
    "json: a trace in which nothing was judged, of two machines, and a file that is none") {
  const test::Folder folder;
  const std::string event = ": k-1 [000] ..... 3.1: sched_wakeup: pid=7\n";
  const Json nothing =
      document("trace --json --kernel 6.12 " + folder.write("n", " k-1 [000] ..... 3.1: x: y\n"));
  CHECK(nothing["status"] == 5);
  CHECK(nothing["why_nothing"].size() == 1);
  const Json two =
      document("trace --json --kernel 6.12 " + folder.write("two", "a" + event + "b" + event));
  REQUIRE(two["machines"].size() == 2);
  CHECK(two["machines"][1]["machine"] == "b");
  const Json none =
      document("trace --json --kernel 6.12 " +
               folder.write("none", "nr_foll_pin_acquired 3\nnr_foll_pin_released 2\n"));
  CHECK(none["says"].size() == 2);
}

TEST_CASE_METHOD(Documents, "json: what C functions do") {
  const std::string plans = test::variable("PINCHECK_SOURCE_DIR") + "/corpus/plans/";
  const Json scan = document("scan " + plans + "objects.c " + plans + "arrays.c --json");
  REQUIRE(scan["files"].size() == 2);
  CHECK(scan["files"][1]["functions"][1]["verdict"] == "violated");
  CHECK_FALSE(scan["files"][1]["functions"][1]["findings"][0]["path"].empty());
}

TEST_CASE_METHOD(Documents, "json: what a change of C makes of it") {
  const test::Folder folder;
  const std::string edit =
      folder.write("e.toml", "[[edit]]\nfile = \"" + test::variable("PINCHECK_SOURCE_DIR") +
                                 "/corpus/plans/arrays.c\"\ndoes = \"drop\"\n"
                                 "function = \"drops_what_came\"\ncall = \"unpin_user_pages\"\n");
  const Json patch = document("patch --json " + edit);
  REQUIRE(patch["answers"].size() == 1);
  const Json& function = patch["answers"][0]["functions"][0];
  CHECK(function["change"] == "worse");
  CHECK(function["before"] == "balanced");
  CHECK(function["new"][0]["kind"] == "leak");
}

TEST_CASE_METHOD(Documents, "json: predictions") {
  const Json predicted = document("predict ext4-write ext4-splice --convention linux-6.12 --json");
  REQUIRE(predicted["predictions"].size() == 2);
  CHECK(predicted["predictions"][0]["pages"] == 16);
  CHECK(predicted["predictions"][1]["syscalls"].size() == 2);
}

TEST_CASE_METHOD(Documents, "json: predictions that fail, or violate a property") {
  const Json cut = document("predict nfs-splice --convention hubbard-v1-diff --json");
  CHECK(cut["predictions"][0]["syscalls"].size() == 1);
  CHECK(cut["predictions"][0]["violation"]["property"] == "pin-unpin-balanced");
  const Json refused = document("predict nfs-splice-read --convention hubbard-v1 --json");
  CHECK(refused["predictions"][0]["syscalls"][0]["fails"] == true);
}

TEST_CASE_METHOD(Documents, "json: steps predicted and seen") {
  const Json compared =
      document("predict --convention linux-6.12 --json --against " +
               test::variable("PINCHECK_SOURCE_DIR") + "/corpus/traces/steps/ext4-splice.txt.gz");
  const Json& one = compared["comparisons"][0];
  CHECK(one["agrees"] == true);
  CHECK(one["syscalls"].size() == 2);
  CHECK(one["syscalls"][0]["pages"].size() == 4);
}

TEST_CASE_METHOD(Documents, "json: statistics are in it where they are asked for") {
  const std::string line = "check --json --scenario s3-tmp-page --convention find-pages ";
  const Json plain = document(line);
  CHECK_FALSE(plain.contains("statistics"));
  Json with = document(line + "--statistics");
  const Json all = with["statistics"];
  CHECK(all["complete"] == true);
  CHECK(all["first_violations"][0]["violated"] == Json{"not-freed-while-in-use"});
  CHECK(std::any_of(all["exercised"].begin(), all["exercised"].end(),
                    [](const Json& one) { return one.contains("would"); }));
  with.erase("statistics");
  CHECK(with == plain);
}

TEST_CASE_METHOD(Documents, "json: what a name stands for") {
  for (const std::string name : {"INUSE", "linux-6.12", "s2-splice-to-nfs", "nfs-read", "bvec",
                                 "splice-read", "ext4-write", "submit_bio"}) {
    const Json told = document("explain " + name + " --json");
    REQUIRE(told["items"].size() > 0);
    CHECK_FALSE(told["items"][0]["commands"].empty());
  }
}

TEST_CASE_METHOD(Documents, "json: every list") {
  const Json& words = schema()["$defs"]["what"]["enum"];
  const std::string help = test::pincheck({"list", "--help"}).out;
  std::string all;
  for (const std::string word : words) all += (all.empty() ? "{" : ",") + word;
  CHECK(test::contains(help, all + "}"));
  for (const std::string word : words) {
    const Json list = document("list " + word + " --json");
    CHECK(list["what"] == word);
    CHECK_FALSE(list["items"].empty());
  }
}

}  // namespace
}  // namespace pincheck::report
