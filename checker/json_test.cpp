// SPDX-License-Identifier: MIT
// What --json prints is what checker/report/output.schema.json says, no more and no less.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "checker/report/report.hpp"
#include "checker/run_binary.hpp"

namespace pincheck {
namespace {

using Json = nlohmann::json;

bool is_type(const Json& value, const std::string& type) {
  return type == "integer"  ? value.is_number_integer()
         : type == "number" ? value.is_number()
                            : type == value.type_name();
}

/// The part of JSON Schema (draft 2020-12) that the schema uses; any other keyword is a problem.
class Schema {
 public:
  explicit Schema(Json root) : root_(std::move(root)) {}

  /// Where and why the document does not fit; "" when it does.
  std::string problem(const Json& document) const { return check(root_, document, ""); }
  const Json& root() const { return root_; }
  const Json& resolve(const Json& schema) const {
    if (!schema.contains("$ref")) return schema;
    return root_.at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1)));
  }

 private:
  std::string check(const Json& schema, const Json& value, const std::string& at) const {
    for (const auto& [keyword, argument] : schema.items()) {
      const std::string found = check_keyword(keyword, schema, value, at);
      if (!found.empty()) return found;
    }
    return "";
  }

  std::string check_keyword(const std::string& keyword, const Json& schema, const Json& value,
                            const std::string& at) const {
    static const std::set<std::string> annotations{"$schema", "$id",   "$comment",
                                                   "title",   "$defs", "description"};
    const Json& argument = schema[keyword];
    const auto unless = [&](bool good) { return good ? "" : at + ": " + keyword + " is violated"; };
    if (annotations.contains(keyword)) return "";
    if (keyword == "$ref") return check(resolve(schema), value, at);
    if (keyword == "type") return unless(is_type(value, argument));
    if (keyword == "const") return unless(value == argument);
    if (keyword == "minimum") return unless(!value.is_number() || value >= argument);
    if (keyword == "enum")
      return unless(std::find(argument.begin(), argument.end(), value) != argument.end());
    if (keyword == "oneOf") return check_one_of(argument, value, at);
    if (keyword == "items") return check_items(argument, value, at);
    if (keyword == "required") return check_required(argument, value, at);
    if (keyword == "properties") return check_properties(argument, value, at);
    if (keyword == "additionalProperties") return check_known(schema, value, at);
    return at + ": this validator does not know the keyword " + keyword;
  }

  std::string check_one_of(const Json& schemas, const Json& value, const std::string& at) const {
    std::string problems;
    int fitting = 0;
    for (const Json& schema : schemas) {
      const std::string found = check(schema, value, at);
      if (found.empty()) ++fitting;
      problems += "\n  " + found;
    }
    return fitting == 1 ? "" : at + ": fits " + std::to_string(fitting) + " of oneOf:" + problems;
  }

  std::string check_items(const Json& schema, const Json& value, const std::string& at) const {
    if (!value.is_array()) return "";
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string found = check(schema, value[i], at + "/" + std::to_string(i));
      if (!found.empty()) return found;
    }
    return "";
  }

  static std::string check_required(const Json& keys, const Json& value, const std::string& at) {
    if (!value.is_object()) return "";
    for (const Json& key : keys)
      if (!value.contains(key)) return at + ": no " + key.get<std::string>();
    return "";
  }

  std::string check_properties(const Json& keys, const Json& value, const std::string& at) const {
    if (!value.is_object()) return "";
    for (const auto& [key, schema] : keys.items()) {
      if (!value.contains(key)) continue;
      const std::string found = check(schema, value[key], at + "/" + key);
      if (!found.empty()) return found;
    }
    return "";
  }

  /// additionalProperties, of which the schema uses `false` only.
  static std::string check_known(const Json& schema, const Json& value, const std::string& at) {
    if (schema["additionalProperties"] != false) return at + ": expected false";
    if (!value.is_object()) return "";
    for (const auto& [key, part] : value.items())
      if (!schema["properties"].contains(key)) return at + ": unknown " + key;
    return "";
  }

  Json root_;
};

const Schema& schema() {
  static const Schema read{Json::parse(test::source_file("checker/report/output.schema.json"))};
  return read;
}

/// Runs pincheck and returns the document it prints, which must fit the schema.
Json document(const std::string& line) {
  const auto arguments = test::split(line);
  const test::Finished finished = test::pincheck(arguments);
  INFO(finished.err);
  const Json printed = Json::parse(finished.out, nullptr, false);
  REQUIRE_FALSE(printed.is_discarded());
  CHECK(schema().problem(printed) == "");
  CHECK(printed["command"] == arguments[0]);
  return printed;
}

/// The document with only the first element of every array: as many shapes, less to try.
Json trimmed(const Json& value) {
  Json out = value;
  if (out.is_array() && out.size() > 1) out.erase(out.begin() + 1, out.end());
  if (out.is_structured())
    for (Json& part : out) part = trimmed(part);
  return out;
}

void list_objects(const Json& value, const Json::json_pointer& at,
                  std::vector<Json::json_pointer>& found) {
  if (value.is_object()) found.push_back(at);
  if (value.is_object())
    for (const auto& [key, part] : value.items()) list_objects(part, at / key, found);
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i) list_objects(value[i], at / i, found);
}

/// Every object of the document with one key more, and with each key that is not optional missing.
void check_mutations_rejected(const Json& whole) {
  const Json small = trimmed(whole);
  REQUIRE(schema().problem(small) == "");
  std::vector<Json::json_pointer> objects;
  list_objects(small, Json::json_pointer(), objects);
  for (const auto& at : objects) {
    Json more = small;
    more[at]["surprise"] = 1;
    INFO("in " << at.to_string());
    CHECK(schema().problem(more) != "");
    for (const auto& [key, value] : small[at].items()) {
      static const std::set<std::string> optional{
          "random", "swept", "not_stated", "subsumed_by", "in_flight", "breach", "fails"};
      if (optional.contains(key)) continue;
      Json less = small;
      less[at].erase(key);
      INFO("without " << key);
      CHECK(schema().problem(less) != "");
      less[at][key] = value.is_object() ? Json("text") : Json::object();
      CHECK(schema().problem(less) != "");
    }
  }
}

/// Every schema of a key says what the key means, and no object is open.
void check_described(const Json& part) {
  if (!part.is_structured()) return;
  if (part.is_object() && part.contains("properties")) {
    CHECK(part.value("additionalProperties", true) == false);
    for (const auto& [key, value] : part["properties"].items()) {
      INFO(key);
      CHECK((value.contains("description") || schema().resolve(value).contains("description")));
    }
  }
  for (const Json& inner : part) check_described(inner);
}

TEST_CASE("json: the schema describes every key") { check_described(schema().root()); }

TEST_CASE("json: check, and counterexamples that replay reads") {
  const test::Folder folder;
  const Json check = document(
      "check --json --cases 20 --schedules 200 --convention easy-fix --convention linux-6.12 "
      "--save " +
      folder.path("saved"));
  CHECK(check["random"]["scenarios"] == 20);
  CHECK(check["cells"].size() % 2 == 0);
  REQUIRE_FALSE(check["counterexamples"].empty());
  check_mutations_rejected(check);
  std::size_t saved = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder.path("saved"))) {
    if (++saved > 3) continue;
    const Json replay = document("replay --json " + file.path().string());
    CHECK(replay["reproduced"] == true);
    if (saved == 1) check_mutations_rejected(replay);
  }
  // Less what another one subsumes.
  CHECK((saved > 10 && saved <= check["counterexamples"].size()));
}

TEST_CASE("json: what was shrunk, and the corpus") {
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
  check_mutations_rejected(shrunk);
  document("shrink --json " + file + " -o " + saved + "/again.toml");
  const Json corpus = document("corpus --json " + saved);
  check_mutations_rejected(corpus);
  CHECK(std::any_of(corpus["files"].begin(), corpus["files"].end(),
                    [](const Json& one) { return one.contains("subsumed_by"); }));
}

TEST_CASE("json: verdicts of every kind") {
  const Json verdicts =
      document("verdicts --json --schedules 200 --convention hubbard-v1 --convention find-pages");
  check_mutations_rejected(verdicts);
  std::set<std::string> seen;
  for (const Json& cell : verdicts["cells"]) {
    seen.insert(cell["verdict"]);
    CHECK(cell.contains("not_stated") == (cell["verdict"] == "not stated"));
  }
  CHECK(seen.contains("holds"));
  CHECK(seen.contains("violated"));
  CHECK(seen.contains("refused"));
}

TEST_CASE("json: explorations of every kind") {
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
    check_mutations_rejected(explored);
  }
  CHECK(seen ==
        std::set<std::string>{"holds", "violated", "refused", "not stated", "not finished"});
}

TEST_CASE("json: all scenarios within a bound") {
  const Json swept =
      document("explore --json --pages 1 --actors 1 --flags 0 --convention easy-fix");
  CHECK_FALSE(swept["explorations"].empty());
  CHECK(swept["swept"]["ending"] == "finished");
  CHECK(swept["swept"]["complete"] == true);
  check_mutations_rejected(swept);
  const Json late =
      document("explore --json --pages 2 --actors 3 --convention linux-6.12 --budget 0.1");
  CHECK(late["swept"]["ending"] == "time");
  CHECK(late["swept"]["complete"] == false);
  CHECK(late["swept"]["unfinished"] == 0);
}

TEST_CASE("json: a trace with everything that can be found in one") {
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
  check_mutations_rejected(odd);
  const Json open = document("trace --json --kernel 6.12 " + test::variable("PINCHECK_SOURCE_DIR") +
                             "/corpus/traces/6.12-pageref-read.txt.gz");
  CHECK(open["good"] == true);
  CHECK(open["open"].size() == 4);
  check_mutations_rejected(open);
}

TEST_CASE("json: counts that moved, stacks, and pages that are free") {
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
  check_mutations_rejected(free);
}

TEST_CASE("json: a trace in which nothing was judged, of two machines, and a file that is none") {
  const test::Folder folder;
  const std::string event = ": k-1 [000] ..... 3.1: sched_wakeup: pid=7\n";
  const Json nothing =
      document("trace --json --kernel 6.12 " + folder.write("n", " k-1 [000] ..... 3.1: x: y\n"));
  CHECK(nothing["status"] == 5);
  CHECK(nothing["why_nothing"].size() == 1);
  check_mutations_rejected(nothing);
  const Json two =
      document("trace --json --kernel 6.12 " + folder.write("two", "a" + event + "b" + event));
  REQUIRE(two["machines"].size() == 2);
  CHECK(two["machines"][1]["machine"] == "b");
  const Json none =
      document("trace --json --kernel 6.12 " +
               folder.write("none", "nr_foll_pin_acquired 3\nnr_foll_pin_released 2\n"));
  CHECK(none["says"].size() == 2);
  check_mutations_rejected(none);
}

TEST_CASE("json: predictions") {
  const Json predicted = document("predict ext4-write ext4-splice --convention linux-6.12 --json");
  REQUIRE(predicted["predictions"].size() == 2);
  CHECK(predicted["predictions"][0]["pages"] == 16);
  CHECK(predicted["predictions"][1]["syscalls"].size() == 2);
  check_mutations_rejected(predicted);
}

TEST_CASE("json: predictions that fail, or violate a property") {
  const Json cut = document("predict nfs-splice --convention hubbard-v1-diff --json");
  CHECK(cut["predictions"][0]["syscalls"].size() == 1);
  CHECK(cut["predictions"][0]["breach"]["property"] == "pin-unpin-balanced");
  check_mutations_rejected(cut);
  const Json refused = document("predict nfs-splice-read --convention hubbard-v1 --json");
  CHECK(refused["predictions"][0]["syscalls"][0]["fails"] == true);
  check_mutations_rejected(refused);
}

TEST_CASE("json: steps predicted and seen") {
  const Json compared =
      document("predict --convention linux-6.12 --json --against " +
               test::variable("PINCHECK_SOURCE_DIR") + "/corpus/traces/steps/ext4-splice.txt.gz");
  const Json& one = compared["comparisons"][0];
  CHECK(one["agrees"] == true);
  CHECK(one["syscalls"].size() == 2);
  CHECK(one["syscalls"][0]["pages"].size() == 4);
  check_mutations_rejected(compared);
}

TEST_CASE("json: every list") {
  const Json& words = schema().root()["$defs"]["what"]["enum"];
  CHECK(words == Json(listable()));
  for (const std::string word : words) {
    const Json list = document("list " + word + " --json");
    CHECK(list["what"] == word);
    CHECK_FALSE(list["items"].empty());
    check_mutations_rejected(list);
  }
}

}  // namespace
}  // namespace pincheck
