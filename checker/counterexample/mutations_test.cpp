// SPDX-License-Identifier: MIT
// Counterexample files made wrong in all the ways that disks, editors and merges do it: each one
// replays, does not, or is refused with a message.
#include <array>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "checker/counterexample/corpus.hpp"
#include "checker/counterexample/mailed.hpp"
#include "checker/report/replay.hpp"
#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"

namespace pincheck::test {
namespace {

constexpr int kMutants = 10'000 / kShare;
constexpr int kReplayedByBinary = 40 + 160 / kShare;
constexpr int kShrunkByBinary = 10 + 30 / kShare;
/// So many bytes before a string tell what it is a value of.
constexpr std::size_t kKey = 8;

/// Random choices that are the same with every standard library.
class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }
  template <class Container>
  auto& one_of(Container& all) {
    return all[below(all.size())];
  }

 private:
  std::mt19937 random_;
};

/// Part of a text.
struct Span {
  std::size_t at = 0;
  std::size_t size = 0;
};

std::string text_of(const std::string& text, Span span) { return text.substr(span.at, span.size); }

/// Lines that say something, with their line feeds.
std::vector<Span> lines_of(const std::string& text) {
  std::vector<Span> all;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    if (text[at] != '#' && text[at] != '\n') all.push_back({at, end - at});
    at = end;
  }
  return all;
}

/// What is between quotes, comments left out.
std::vector<Span> strings_of(const std::string& text) {
  std::vector<Span> all;
  for (const Span line : lines_of(text)) {
    const std::size_t end = line.at + line.size;
    for (std::size_t open = text.find('"', line.at); open < end; open = text.find('"', open)) {
      const std::size_t close = text.find('"', open + 1);
      if (close >= end) break;
      all.push_back({open + 1, close - open - 1});
      open = close + 1;
    }
  }
  return all;
}

/// What is to the right of `=`, to the end of the line.
std::vector<Span> values_of(const std::string& text) {
  std::vector<Span> all;
  for (const Span line : lines_of(text)) {
    const std::size_t equals = text.find(" = ", line.at);
    if (equals < line.at + line.size) all.push_back({equals + 3, line.at + line.size - equals - 4});
  }
  return all;
}

/// Puts two parts into each other's places.
void swap_parts(std::string& text, Span one, Span two) {
  if (one.at > two.at) std::swap(one, two);
  if (one.at + one.size > two.at) return;
  const std::string first = text_of(text, one);
  const std::string second = text_of(text, two);
  text.replace(two.at, two.size, first);
  text.replace(one.at, one.size, second);
}

void truncate(std::string& text, Dice& dice) { text.resize(dice.below(text.size() + 1)); }

void flip_bit(std::string& text, Dice& dice) {
  if (text.empty()) return;
  char& byte = dice.one_of(text);
  byte = static_cast<char>(byte ^ (1 << dice.below(8)));
}

void insert_bytes(std::string& text, Dice& dice) {
  std::string bytes;
  for (std::size_t left = 1 + dice.below(8); left > 0; --left)
    bytes += static_cast<char>(dice.below(256));
  text.insert(dice.below(text.size() + 1), bytes);
}

void remove_line(std::string& text, Dice& dice) {
  auto lines = lines_of(text);
  if (lines.empty()) return;
  const Span line = dice.one_of(lines);
  text.erase(line.at, line.size);
}

void repeat_line(std::string& text, Dice& dice) {
  constexpr std::array<int, 4> kTimes{1, 1, 5, 300};
  auto lines = lines_of(text);
  if (lines.empty()) return;
  const Span line = dice.one_of(lines);
  std::string more;
  for (int left = dice.one_of(kTimes); left > 0; --left) more += text_of(text, line);
  text.insert(line.at, more);
}

void swap_lines(std::string& text, Dice& dice) {
  auto lines = lines_of(text);
  if (!lines.empty()) swap_parts(text, dice.one_of(lines), dice.one_of(lines));
}

void swap_strings(std::string& text, Dice& dice) {
  auto strings = strings_of(text);
  if (!strings.empty()) swap_parts(text, dice.one_of(strings), dice.one_of(strings));
}

/// Swaps the values of two keys of one name: still a counterexample, of something else.
void swap_alike(std::string& text, Dice& dice) {
  auto strings = strings_of(text);
  if (strings.empty()) return;
  const Span one = dice.one_of(strings);
  const auto key = [&](Span span) { return text.substr(span.at - std::min(span.at, kKey), kKey); };
  std::erase_if(strings, [&](Span other) { return key(other) != key(one); });
  swap_parts(text, one, dice.one_of(strings));
}

/// Takes a step out of the schedule, doubles it, or swaps it with another.
void change_schedule(std::string& text, Dice& dice) {
  auto steps = lines_of(text);
  std::erase_if(steps, [&](Span line) { return text.compare(line.at, 3, "  {") != 0; });
  if (steps.empty()) return;
  const Span step = dice.one_of(steps);
  switch (dice.below(3)) {
    case 0: text.erase(step.at, step.size); break;
    case 1: text.insert(step.at, text_of(text, step)); break;
    default: swap_parts(text, step, dice.one_of(steps));
  }
}

/// Leaves the value without its key, or takes one `key = value` out of a row.
void remove_key(std::string& text, Dice& dice) {
  auto strings = strings_of(text);
  if (strings.empty()) return;
  const std::size_t end = dice.one_of(strings).at;
  const std::size_t begin = text.find_last_of("{,\n", end);
  if (begin == std::string::npos) return;
  const std::size_t value = dice.below(2) == 0 ? end - 1 : text.find('"', end) + 1;
  text.erase(begin + 1, value - begin - 1);
}

void change_value(std::string& text, Dice& dice) {
  static const std::vector<std::string> kValues{"0",
                                                "-1",
                                                "3",
                                                "8",
                                                "16",
                                                "1048576",
                                                "4294967296",
                                                "9223372036854775807",
                                                "9223372036854775808",
                                                "-9223372036854775808",
                                                "1e308",
                                                "nan",
                                                "true",
                                                "false",
                                                "1979-05-27T07:32:00Z",
                                                "\"\"",
                                                "\"end\"",
                                                "\"completes\"",
                                                "\"\\u0000\\u001b[31m\\n\"",
                                                "\"\"\"a\n\"b\\n\"\"\"",
                                                "[]",
                                                "{}",
                                                "[{}]",
                                                "[\"a\", \"a\", \"a\", \"a\"]",
                                                "[\"completes\"]"};
  auto values = values_of(text);
  if (values.empty()) return;
  const Span value = dice.one_of(values);
  text.replace(value.at, value.size, dice.one_of(kValues));
}

void add_number(std::string& text, Dice& dice) {
  static const std::vector<std::string> kLines{"width = 8\n",
                                               "width = 9\n",
                                               "width = 64\n",
                                               "bias = 16\n",
                                               "bias = 1048576\n",
                                               "bias = 0\n",
                                               "order = 3\n",
                                               "order = -1\n",
                                               "async = true\n",
                                               "gift = true\n",
                                               "dirty = true\n",
                                               "mapped = false\n",
                                               "holds = \"pin\"\n",
                                               "until = \"submit\"\n",
                                               "reclaim_tests_pins = false\n",
                                               "format = 1\n",
                                               "without = [\"splice-write/lock\"]\n"};
  auto lines = lines_of(text);
  if (!lines.empty()) text.insert(dice.one_of(lines).at, dice.one_of(kLines));
}

void make_huge(std::string& text, Dice& dice) {
  constexpr std::array<std::size_t, 4> kSizes{41, 500, 3000, 5000};
  auto strings = strings_of(text);
  if (!strings.empty()) text.insert(dice.one_of(strings).at, std::string(dice.one_of(kSizes), 'x'));
}

void nest_deeply(std::string& text, Dice& dice) {
  const std::string dots = repeated("a.", 2000) + "a";
  const std::vector<std::string> nested{
      "x = " + std::string(200, '[') + "\n",
      "x = " + std::string(200, '[') + std::string(200, ']') + "\n",
      "x = " + repeated("[\n", 5000),
      "x = " + repeated("{ a = ", 300) + "\n",
      dots + " = 1\n",
      "[" + dots + "]\n" + dots + " = 1\n",
      "[[" + dots + "]]\n[[" + dots + "]]\n",
      "x = " + repeated("{ " + dots + " = [\n", 100),
      "x = " + repeated("{ " + dots + " = [\n", 100) + "1\n" + repeated("]}\n", 100)};
  auto lines = lines_of(text);
  text.insert(lines.empty() ? 0 : dice.one_of(lines).at, dice.one_of(nested));
}

using Mutation = void (*)(std::string&, Dice&);
/// Those that leave most of a file's sense come more than once.
constexpr std::array<Mutation, 18> kMutations{
    truncate,        flip_bit,        insert_bytes,    remove_line, repeat_line, swap_lines,
    swap_strings,    remove_key,      change_value,    add_number,  make_huge,   nest_deeply,
    change_schedule, change_schedule, change_schedule, swap_alike,  swap_alike,  swap_alike};

/// The mutants are the same in every run.
std::string mutant_of(const std::vector<std::string>& good, int number) {
  Dice dice(static_cast<unsigned>(number));
  std::string text = good[dice.below(good.size())];
  for (std::size_t left = 1 + dice.below(2); left > 0; --left) dice.one_of(kMutations)(text, dice);
  return text;
}

/// Files as people have them: of the first format, and of today's.
std::vector<std::string> good_files() {
  const Folder folder;
  pincheck(
      split("check --schedules 100 --shrink-budget 1 --convention hubbard-v1-diff "
            "--convention find-pages --scenario s2-splice-to-nfs --scenario s4-direct-to-pipe "
            "--scenario s10-late-pin-nfs --scenario s3-tmp-page --scenario overflow-by-pins "
            "--scenario s5-reclaim-under-dio --save " +
            folder.path("")));
  std::set<std::string> paths;
  const std::string old = variable("PINCHECK_SOURCE_DIR") + "/checker/counterexample/format-1";
  for (const auto& where : {folder.path(""), old})
    for (const auto& entry : std::filesystem::directory_iterator(where))
      paths.insert(entry.path().string());
  std::vector<std::string> all;
  for (const auto& path : paths) all.push_back(contents(path));
  REQUIRE(all.size() >= 7);
  return all;
}

/// What the file's own story comes to when it is written down and read back.
bool survives_writing(const counterexample::Counterexample& example,
                      const counterexample::Replay& replay) {
  const std::string text = counterexample::counterexample_text(
      counterexample::make_counterexample(replay.story, example.convention, example.minimality,
                                          example.seed),
      replay.story, replay.why);
  const counterexample::Counterexample again =
      counterexample::parse_counterexample(text, "again.toml", model().kinds);
  Catalogue catalogue;
  const System system =
      counterexample::compile_counterexample(again, "again.toml", model(), catalogue);
  return counterexample::replay_counterexample(again, "again.toml", system).reproduced;
}

/// What `pincheck corpus` exits with. All that is thrown besides InputError is a bug.
int status_of(const std::string& text) {
  const std::string file = "mutant.toml";
  try {
    const counterexample::Counterexample example =
        counterexample::parse_counterexample(text, file, model().kinds);
    counterexample::check_names(file, example.scenario, model());
    counterexample::check_names(file, example.convention);
    Catalogue catalogue;
    const System system = counterexample::compile_counterexample(example, file, model(), catalogue);
    const counterexample::Replay replay =
        counterexample::replay_counterexample(example, file, system);
    const report::ReplayReport report({{file, example, replay}});
    CHECK_FALSE(report.text().empty());
    CHECK_FALSE(report.data().dump().empty());
    if (!replay.reproduced) return 1;
    CHECK(survives_writing(example, replay));
    return 0;
  } catch (const InputError& error) {
    CHECK(std::string(error.what()).starts_with(file + ":"));
    return 2;
  }
}

/// What `pincheck replay` exits with: broken lines are no harm to it.
int replay_status_of(const std::string& text) {
  ExitCode code = kAsExpected;
  for (const auto& one : counterexample::find_counterexamples(text, "mutant.toml", model())) {
    if (!one.example || one.alone) {
      code = graver(code, one.example ? static_cast<ExitCode>(status_of(text)) : kBadInput);
      continue;
    }
    Catalogue catalogue;
    const System system =
        counterexample::compile_counterexample(*one.example, one.place, model(), catalogue);
    const auto replay = counterexample::replay_counterexample(*one.example, one.place, system);
    code = graver(code, replay.reproduced ? kAsExpected : kDiffers);
  }
  return code;
}

TEST_CASE("mutated counterexamples replay, do not, or are refused", "[mutations]") {
  const auto good = good_files();
  for (const std::string& text : good) REQUIRE(status_of(text) == 0);
  std::array<int, 3> count{};
  for (int number = 0; number < kMutants; ++number) {
    INFO("mutant " << number);
    ++count[static_cast<std::size_t>(status_of(mutant_of(good, number)))];
  }
  CAPTURE(count[0], count[1], count[2]);
  CHECK(std::all_of(count.begin(), count.end(), [](int n) { return n >= kMutants / 50; }));
}

/// Nothing on stdout and lines on stderr where the input is bad; never a crash.
void check_ending(const Finished& finished) {
  CAPTURE(finished.status, finished.err.substr(0, 500));
  REQUIRE(finished.status <= 3);  // 3: shrinking had no time to prove it
  CHECK((finished.status == 2) == finished.out.empty());
  const auto control = [](unsigned char c) { return c < ' '; };
  // A line for each place where one begins.
  const auto lines = std::count_if(finished.err.begin(), finished.err.end(), control);
  CHECK((lines > 0) == (finished.status == 2));
}

TEST_CASE("mutated counterexamples through the program", "[mutations]") {
  const auto good = good_files();
  const Folder folder;
  std::filesystem::create_directory(folder.path("corpus"));
  for (int number = 0; number < kReplayedByBinary; ++number) {
    INFO("mutant " << number);
    const std::string text = mutant_of(good, number);
    const std::string file = folder.write("corpus/mutant.toml", text);
    const Finished replayed = pincheck({"replay", file});
    check_ending(replayed);
    CHECK(replayed.status == replay_status_of(text));
    if (number >= kShrunkByBinary) continue;
    const std::string output = folder.path("small.toml");
    check_ending(pincheck({"shrink", file, "--shrink-budget", "0.05", "-o", output}));
    if (std::filesystem::exists(output)) CHECK(status_of(contents(output)) == 0);
    std::filesystem::remove(output);
    const Finished listed = pincheck({"corpus", folder.path("corpus")});
    check_ending(listed);
    CHECK(listed.status == status_of(text));
  }
}

}  // namespace
}  // namespace pincheck::test
