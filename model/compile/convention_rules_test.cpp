// SPDX-License-Identifier: MIT
// Every key of a row counts or is refused: all values of all keys, for every caller, kind and
// direction, by the programs that come of them.
#include "model/compile/convention_rules.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <map>

#include "checker/testing/test_support.hpp"

namespace pincheck {
namespace {

const std::vector<Take> kExtracts{Take::none, Take::get, Take::pin, Take::refuse};
const std::vector<Drop> kDrops{Drop::as_acquired, Drop::put, Drop::unpin, Drop::none};
const std::vector<When> kWhens{When::completion, When::after_submit, When::deferred};
const std::vector<Decide> kAsks{Decide::extract, Decide::release};
const std::vector<Take> kRequests{Take::none, Take::get, Take::pin, Take::hand_over};

/// A row by which of each key's values it has.
using Values = std::array<int, 6>;
const Values kCounts{4, 4, 3, 2, 4, 4};
const std::array<const char*, 6> kKeys{"extract", "release", "when",
                                       "ask",     "request", "request_release"};

Row row_of(const Values& v) {
  return {kExtracts[v[0]], kDrops[v[1]], kWhens[v[2]], kAsks[v[3]], kRequests[v[4]], kDrops[v[5]]};
}

int number_of(const Values& v) {
  int number = 0;
  for (std::size_t key = 0; key < v.size(); ++key) number = number * kCounts[key] + v[key];
  return number;
}

std::vector<Values> all_values() {
  std::vector<Values> all;
  Values v{};
  for (std::size_t key = 0; key < v.size();) {
    if (key == 0) all.push_back(v);
    if (++v[key] < kCounts[key]) {
      key = 0;
      continue;
    }
    v[key++] = 0;
  }
  return all;
}

/// Both programs of the caller's I/O, for each I/O that the row is about.
std::vector<Program> programs_of(const Row& row, const Caller& caller, const Kind& kind,
                                 std::optional<Direction> direction) {
  std::vector<Program> all;
  for (const bool dest : {false, true}) {
    const bool goes = dest ? caller.reads : caller.writes && !kind.in_ring;
    if (!goes || (direction && (*direction == Direction::dest) != dest)) continue;
    for (const bool sync : {true, false}) {
      if (!sync && (!caller.may_be_async || kind.in_ring)) continue;
      Io io;
      io.kind = &kind;
      io.row = row;
      io.dest = dest;
      io.sync = sync;
      io.pipe = kind.in_ring ? 0 : -1;
      io.stale_answers = {Drop::none, Drop::put, Drop::unpin};
      std::set<std::string> checks;
      const CheckSet all_there;
      Builder main("main", all_there, checks);
      Builder completion("completion", all_there, checks);
      caller.submit(main, io);
      main.label("returned");
      caller.finish(completion, io);
      all.push_back(main.finish());
      all.push_back(completion.finish());
    }
  }
  return all;
}

/// The only values that say the same as another: what as-acquired comes to.
bool are_synonyms(const Row& row, std::size_t key, Drop one, Drop other) {
  const Take request = row.request == Take::hand_over ? row.extract : row.request;
  const Drop due = matching(key == 1 ? row.extract : request);
  return (one == Drop::as_acquired || one == due) && (other == Drop::as_acquired || other == due);
}

/// All rows of a caller, kind and direction; the programs of those that are not refused.
void check_cell(const Caller& caller, const Kind& kind, std::optional<Direction> direction) {
  static const auto kAll = all_values();
  std::map<int, std::vector<Program>> accepted;
  for (const Values& v : kAll) {
    const auto problem = row_problem(row_of(v), caller, kind, direction);
    if (!problem)
      accepted.emplace(number_of(v), programs_of(row_of(v), caller, kind, direction));
    else if (problem->message.find("expected ") == std::string::npos)
      FAIL_CHECK(problem->message);
  }
  CHECK_FALSE(accepted.empty());
  for (const Values& v : kAll) {
    const auto one = accepted.find(number_of(v));
    if (one == accepted.end()) continue;
    for (std::size_t key = 0; key < v.size(); ++key) {
      Values w = v;
      while (++w[key] < kCounts[key]) {
        const auto other = accepted.find(number_of(w));
        if (other == accepted.end() || one->second != other->second) continue;
        const bool drops = key == 1 || key == 5;
        if (drops && are_synonyms(row_of(v), key, kDrops[v[key]], kDrops[w[key]])) continue;
        FAIL_CHECK(fmt::format("{} {} {}: values {} and {} of '{}' do the same", caller.name,
                               kind.name, fmt::join(v, " "), v[key], w[key], kKeys[key]));
      }
    }
  }
}

std::string refusal(const std::string& rules) {
  try {
    parse_convention("name = \"c\"\n" + rules, "c.toml", test::model().kinds);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

struct Refused {
  const char* rules;
  const char* what;  ///< in the message
};

}  // namespace

TEST_CASE("every key of a row changes some program, or is refused", "[rules]") {
  for (const Caller& caller : callers())
    for (const Kind& kind : test::model().kinds)
      for (const std::optional<Direction> direction :
           {std::optional<Direction>{}, {Direction::dest}, {Direction::source}}) {
        INFO(caller.name << " " << kind.name);
        const std::string never = pair_problem(caller, kind, direction);
        if (never.empty()) check_cell(caller, kind, direction);
      }
}

TEST_CASE("pairs that cannot meet are refused", "[rules]") {
  for (const Refused& one : std::initializer_list<Refused>{
           {"[callers.tcp]\nubuf.dest = { extract = \"get\" }", "'tcp' only writes, expected no"},
           {"[callers.nfs-read]\nubuf.source = { extract = \"get\" }", "'nfs-read' only reads"},
           {"[callers.nfs-write]\nubuf.dest = { extract = \"get\" }", "'nfs-write' only writes"},
           {"[callers.tcp]\npipe = { extract = \"get\" }", "ITER_PIPE is only ever read into"},
           {"[callers.nfs-write]\npipe = { extract = \"get\" }",
            "ITER_PIPE is only ever read into"},
           {"[callers.bio]\npipe.source = { extract = \"get\" }", "ITER_PIPE is only ever read"},
           {"splice.read = \"copy\"\n[callers.bio]\npipe = { extract = \"get\" }",
            "ITER_PIPE is met by splice.read = \"iter-pipe\" only"}}) {
    INFO(one.rules);
    CHECK_THAT(refusal(one.rules), Catch::Contains(one.what) && Catch::Contains("c.toml:"));
  }
}

TEST_CASE("keys that contradict each other are refused, with what would be right", "[rules]") {
  const auto row = [](const char* caller, const char* text) {
    return fmt::format("[callers.{}]\nubuf = {{ {} }}", caller, text);
  };
  const std::vector<std::pair<std::string, const char*>> all{
      {row("nfs-read", R"(extract = "pin", request = "take-over", release = "put")"),
       "expected no 'release'"},
      {row("nfs-read", R"(extract = "pin", request = "take-over", when = "completion")"),
       "expected no 'when'"},
      {row("tcp", R"(extract = "pin", request = "take-over", ask = "at-release")"),
       "expected no 'ask'"},
      {row("nfs-write", R"(extract = "none", request = "take-over")"), "takes nothing"},
      {row("bio", R"(extract = "refuse", release = "put")"), "expected no 'release'"},
      {row("fuse", R"(extract = "refuse", when = "completion")"), "expected no 'when'"},
      {row("legacy", R"(extract = "pin", request = "take-over")"), "take-over is expected only"},
      {row("legacy", R"(extract = "pin", ask = "at-release")"), "expected no 'ask'"},
      {row("legacy", R"(extract = "pin", when = "completion")"), "expected no 'when'"},
      {row("fuse", R"(extract = "pin", request_release = "put")"), "expected request_release only"},
      {row("ceph", R"(extract = "none", when = "deferred")"), "expected no 'when'"},
      {row("tcp", R"(extract = "get", when = "deferred")"), "late enough"},
      {row("fuse", R"(extract = "pin", when = "after-submit", ask = "at-release")"),
       "or a later 'when'"},
      {row("bio", R"(extract = "pin", ask = "at-release")"), "all rows of 'bio' drop alike"},
      {row("nfs-write", R"(extract = "pin", release = "none", request_release = "unpin")"),
       "expected request = \"take-over\""},
      {row("nfs-write",
           R"(extract = "get", release = "unpin", request = "pin", request_release = "put")"),
       "expected each to drop its own"},
      {"[callers.bio]\nubuf.dest = { extract = \"pin\", when = \"deferred\" }", "late enough"},
      {"[callers.bio]\ndiscard = { extract = \"get\" }", "has no pages to take"},
      {"[callers.bio]\ndiscard = { extract = \"none\", when = \"deferred\" }", "has no pages"},
      {"[callers.bio]", "says nothing, expected a row"},
      {"[callers]", "says nothing"},
      {"[reclaim]", "says nothing, expected tests_pins"},
      {"[zero_page]\npins_are_noops = false\nstruct_page_pins_too = true",
       "expected struct_page_pins_too = false"},
      {"[[expect]]\nproperty = \"completes\"\nreason = \"r\"", "expected 'scenarios'"},
      {"[[expect]]\nproperty = \"completes\"\nreason = \"r\"\ncallers = [\"nobody\"]",
       "unknown caller 'nobody'"},
  };
  for (const auto& [rules, what] : all) {
    INFO(rules);
    CHECK_THAT(refusal(rules), Catch::Contains(what) && Catch::Contains("expected"));
  }
}

TEST_CASE("asking late is worth a key where the caller's rows drop differently", "[rules]") {
  CHECK(refusal("[callers.bio]\nubuf = { extract = \"pin\", ask = \"at-release\" }\n"
                "bvec = { extract = \"none\" }") == "");
}

}  // namespace pincheck
