// SPDX-License-Identifier: MIT
// Functions that are made from numbers are read, and they are run on all their choices: both must
// say the same. One of which they do not is shown as simple as it can be.
#include <fmt/format.h>
#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <regex>
#include <sstream>

#include "checker/source/scan/scan.hpp"
#include "checker/testing/made_c.hpp"
#include "checker/testing/run_binary.hpp"

namespace pincheck::scan {
namespace {

using Numbers = std::vector<std::uint32_t>;

/// A bit for each follow::Wrong, as counting_stubs.c has them; and not all could be run.
using Bits = unsigned;
constexpr Bits kUnfinished = 16;

/// Functions as C, a group from each one's numbers; the group of each by its name.
struct Program {
  std::string text;
  std::map<std::string, std::size_t> group{};
};

Program program_of(const std::vector<Numbers>& all) {
  Program out{.text = "#include \"pincheck.h\"\n" + test::made_prelude()};
  std::string table = "const struct made all_made[] = {\n";
  for (std::size_t i = 0; i < all.size(); ++i) {
    const test::Made made = test::made_functions(fmt::format("f{}", i), all[i]);
    out.text += made.text;
    for (const auto& [name, bits] : made.functions) {
      table += fmt::format("  {{\"{0}\", {0}, {1}}},\n", name, bits);
      out.group[name] = i;
    }
  }
  out.text += table + "  {}};\n";
  return out;
}

/// What running each function shows.
std::map<std::string, Bits> run_all(const test::Folder& folder, const std::string& file) {
  const std::string source = test::variable("PINCHECK_SOURCE_DIR");
  const std::string binary = folder.path("run");
  const auto compiled = test::Process({"-w", "-O0", "-std=gnu11", "-ftrivial-auto-var-init=pattern",
                                       "-I" + source + "/model/callees", "-o", binary, file,
                                       source + "/checker/testing/counting_stubs.c"},
                                      "/usr/bin/clang-19")
                            .wait();
  INFO(compiled.err);
  REQUIRE(compiled.status == 0);
  std::istringstream lines(test::Process({}, binary).wait().out);
  std::map<std::string, Bits> all;
  std::string name;
  long runs = 0;
  for (Bits bits = 0; lines >> name >> bits >> runs;) all[name] = bits;
  return all;
}

std::map<std::string, follow::Verdict> read_all(const std::string& file) {
  const auto files = scan({{file, {front::alone(file)}}}, callee::shipped_callees(), {});
  INFO(files.at(0).error);
  REQUIRE(files.at(0).error.empty());
  std::map<std::string, follow::Verdict> all;
  for (const follow::Verdict& one : files[0].verdicts) all[one.function] = one;
  return all;
}

std::string names_of(Bits bits) {
  std::string out;
  for (unsigned i = 0; i < 4; ++i)
    if ((bits & 1U << i) != 0)
      out += (out.empty() ? "" : ", ") + std::string(name_of(static_cast<follow::Wrong>(i)));
  return out.empty() ? "nothing" : out;
}

Bits bits_of(const follow::Verdict& verdict) {
  Bits bits = 0;
  for (const follow::Finding& one : verdict.findings)
    bits |= 1U << static_cast<unsigned>(one.wrong);
  return bits;
}

/// How the two differ; empty: not. What is undecided differs from nothing.
std::string difference(Bits ran, const follow::Verdict& verdict) {
  if (verdict.decision == follow::Decision::undecided) return "";
  const Bits shown = ran & ~kUnfinished, said = bits_of(verdict);
  // What was not run, or was not read, is not known not to be.
  const bool too_much = (said & ~shown) != 0 && (ran & kUnfinished) == 0;
  const bool too_little = (shown & ~said) != 0 && verdict.cuts.empty() && verdict.open.empty();
  if (!too_much && !too_little) return "";
  return fmt::format("running shows {}, reading finds {}", names_of(shown), names_of(said));
}

struct Differs {
  Numbers numbers;
  std::string function, how;
  follow::Verdict verdict;
};

struct Compared {
  int functions = 0, violated = 0, undecided = 0;
  int unfinished = 0;               ///< not all was run
  int beyond = 0;                   ///< running shows more than reading, which came to its bounds
  std::map<std::string, int> open;  ///< what would decide those that are undecided
  std::vector<Differs> differ;      ///< one of each group
};

/// Without names and places.
std::string kind_of(const std::string& question) {
  static const std::regex place("(at )?made\\.c:[0-9]+"), name("f[0-9]+(_h[0-9]+)*");
  return std::regex_replace(std::regex_replace(question, place, "..."), name, "f");
}

Compared compared(const std::vector<Numbers>& all) {
  const test::Folder folder;
  const Program program = program_of(all);
  const std::string file = folder.write("made.c", program.text);
  const auto ran = run_all(folder, file);
  REQUIRE(ran.size() == program.group.size());
  Compared out;
  std::vector<bool> differs(all.size());
  for (const auto& [name, verdict] : read_all(file)) {
    if (!program.group.contains(name)) continue;
    const std::size_t group = program.group.at(name);
    ++out.functions;
    out.violated += verdict.findings.empty() ? 0 : 1;
    out.unfinished += (ran.at(name) & kUnfinished) != 0 ? 1 : 0;
    const Bits more = ran.at(name) & ~kUnfinished & ~bits_of(verdict);
    out.beyond += !verdict.cuts.empty() && more != 0 ? 1 : 0;
    if (verdict.decision == follow::Decision::undecided) {
      ++out.undecided;
      for (const auto& one : verdict.open) ++out.open[kind_of(one.first)];
      if (verdict.open.empty()) ++out.open["not followed to the end"];
    }
    std::string how = difference(ran.at(name), verdict);
    if (how.empty() || differs[group]) continue;
    differs[group] = true;
    out.differ.push_back({all[group], name, std::move(how), verdict});
  }
  return out;
}

std::size_t size_of(const Numbers& numbers) {
  return test::made_functions("f", numbers).text.size();
}

/// Of less text: with fewer numbers, or smaller ones.
std::vector<Numbers> simpler(const Numbers& numbers) {
  std::vector<Numbers> all;
  const auto add = [&, most = size_of(numbers)](const Numbers& one) {
    if (size_of(one) < most) all.push_back(one);
  };
  for (std::size_t size = numbers.size(); size > 0; size /= 2)
    for (std::size_t at = 0; at + size <= numbers.size(); at += size) {
      Numbers one = numbers;
      one.erase(one.begin() + static_cast<std::ptrdiff_t>(at),
                one.begin() + static_cast<std::ptrdiff_t>(at + size));
      add(one);
    }
  for (std::size_t at = 0; at < numbers.size(); ++at)
    for (const std::uint32_t less : {0U, 1U, 2U, numbers[at] - 1}) {
      Numbers one = numbers;
      one[at] = less;
      add(one);
    }
  return all;
}

Differs as_simple_as_can_be(Differs one) {
  while (true) {
    auto differ = compared(simpler(one.numbers)).differ;
    if (differ.empty()) return one;
    one = std::move(
        *std::min_element(differ.begin(), differ.end(), [](const Differs& a, const Differs& b) {
          return size_of(a.numbers) < size_of(b.numbers);
        }));
  }
}

std::string shown(const Differs& one) {
  std::string out = fmt::format("{}(): {}\n{}\n", one.function, one.how,
                                test::made_functions("f", one.numbers).text);
  for (const follow::Finding& finding : one.verdict.findings) {
    out += finding.sentence + "\n";
    for (const follow::Line& line : finding.path)
      out += fmt::format("  {} {} {}\n", follow::place_of(line), line.text, line.counts);
  }
  return out;
}

/// So many groups of functions, others for each seed.
std::vector<Numbers> numbers_from(std::uint64_t seed, std::size_t count) {
  constexpr std::size_t kMost = 120;
  std::mt19937_64 random(seed);
  std::vector<Numbers> all(count);
  for (Numbers& one : all) {
    one.resize(random() % kMost);
    for (std::uint32_t& number : one) number = static_cast<std::uint32_t>(random());
  }
  return all;
}

/// Fails with the simplest one of a difference.
void must_be_the_same(const Compared& all) {
  if (all.differ.empty()) return;
  std::string list;
  for (const Differs& one : all.differ) list += fmt::format("{}(): {}\n", one.function, one.how);
  FAIL(all.differ.size() << " differ, of " << all.functions << "\n"
                         << list << shown(as_simple_as_can_be(all.differ.front())));
}

}  // namespace

TEST_CASE("generated functions: read and run, the same is said of them", "[source]") {
  const Compared all = compared(numbers_from(rc::detail::configuration().testParams.seed, 700));
  must_be_the_same(all);
  // Neither all right, nor all wrong, and hardly any open.
  CHECK(all.functions > 700);
  CHECK(all.violated > all.functions / 5);
  CHECK(all.violated < all.functions * 4 / 5);
  CHECK(all.undecided < all.functions / 20);
  CHECK(all.unfinished < all.functions / 20);
  CHECK(all.beyond < all.functions / 50);
}

TEST_CASE("generated functions: those of a seed, for scripts/made", "[.made]") {
  const Compared all = compared(numbers_from(std::stoull(test::variable("PINCHECK_MADE")), 700));
  std::cout << fmt::format(
      "{} functions, {} violated, {} undecided, {} beyond the bounds, {} not all run\n",
      all.functions, all.violated, all.undecided, all.beyond, all.unfinished);
  for (const auto& [question, times] : all.open)
    std::cout << times << " open: " << question << "\n";
  must_be_the_same(all);
}

}  // namespace pincheck::scan
