// SPDX-License-Identifier: MIT
// Stories as text: what the lines say is what the worlds are.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <sstream>

#include "checker/render/lanes.hpp"
#include "checker/render/render.hpp"
#include "checker/render/words.hpp"
#include "checker/search/undisturbed.hpp"
#include "checker/testing/lines.hpp"
#include "checker/testing/test_stories.hpp"

namespace pincheck::test {
namespace {

const std::string kCounted = "_refcount of";

/// The lines with a step number after the lanes.
std::vector<std::string> step_lines(const story::Story& story, const std::string& text) {
  const std::regex numbered("^ {2}.{" + std::to_string(2 * render::lanes_of(story).size()) +
                            "} *[0-9]+ {2}\\S.*");
  std::vector<std::string> found;
  for (const std::string& line : lines_of(text))
    if (std::regex_match(line, numbered)) found.push_back(line);
  return found;
}

std::size_t counts_column(const std::string& text) {
  for (const std::string& line : lines_of(text))
    if (contains(line, kCounted)) return line.find(kCounted) + kCounted.size();
  return std::string::npos;
}

/// Of "1 -> 2  3  a: get (read)" with two pages: "2 3 ".
std::string counts_after(const std::string& columns, std::size_t pages) {
  std::istringstream stream(columns);
  std::string out;
  std::string count;
  for (std::size_t page = 0; page < pages && stream >> count; ++page) {
    const auto at = stream.tellg();
    std::string arrow;
    if (stream >> arrow && arrow == "->")
      stream >> count;
    else
      stream.clear(), stream.seekg(at);
    out += count + " ";
  }
  return out;
}

std::string without_colours(const std::string& text) {
  return std::regex_replace(text, std::regex("\x1b\\[[0-9]+m"), "");
}

/// A run without faults, which violates nothing.
story::Story quiet_story(std::string_view scenario_text, const std::string& convention_name) {
  Catalogue catalogue;
  const Scenario s = scenario(scenario_text);
  const System system = compile(s, convention(convention_name), model(), catalogue);
  Run run(system);
  std::vector<Choice> taken;
  search::run_undisturbed(system, run, [&](const Run&, Choice choice) { taken.push_back(choice); });
  return story::tell(s, system, convention_name, moves_of(system, taken),
                     property_index("no-overflow"));
}

TEST_CASE("text: every counterexample that ships, line by line", "[render]") {
  CHECK(shipped_stories().size() > 40);
  for (const auto& [story, why] : shipped_stories()) {
    INFO(story.scenario.name << " under " << story.convention);
    const std::string text = render::render_text(story, why, {.width = 120});
    for (const std::string& line : lines_of(text)) CHECK(line.size() <= 120);
    const auto is_control = [](unsigned char c) { return c != '\n' && std::iscntrl(c) != 0; };
    CHECK(std::none_of(text.begin(), text.end(), is_control));
    CHECK(without_colours(render::render_text(story, why, {.width = 120, .colours = true})) ==
          text);

    const auto steps = step_lines(story, text);
    const auto lanes = render::lanes_of(story);
    REQUIRE(steps.size() == story.steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const story::StoryStep& step = story.steps[i];
      CHECK(contains(steps[i], fmt::format(" {}  {} ", i + 1, step.function)));
      CHECK(contains(steps[i], render::step_words(step)));
      std::string counts;
      for (std::size_t page = 0; page < story.scenario.pages.size(); ++page)
        counts += render::count_words(story, step.after, static_cast<int>(page)) + " ";
      CHECK(counts_after(steps[i].substr(counts_column(text)), story.scenario.pages.size()) ==
            counts);
      for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
        const char mark = steps[i][2 + 2 * lane];
        if (lanes[lane].name == step.actor)
          CHECK(mark == (step.fault ? '!' : '*'));
        else
          CHECK(mark == (lanes[lane].alive(i) ? '|' : ' '));
      }
    }
  }
}

TEST_CASE("text: a narrower story says the same", "[render]") {
  for (const auto& [story, why] : shipped_stories()) {
    INFO(story.scenario.name << " under " << story.convention);
    for (const std::size_t width : {200U, 100U, 80U, 74U}) {
      const std::string text = render::render_text(story, why, {.width = width});
      for (const std::string& line : lines_of(text)) CHECK(line.size() <= width);
      for (const story::StoryStep& step : story.steps) {
        CHECK(contains(text, "  " + step.function));
        CHECK(contains(text, "  " + render::step_words(step)));
      }
    }
  }
}

TEST_CASE("text: what is too wide goes on below its column", "[render]") {
  CHECK(render::fitted("", 20) == "");
  CHECK(render::fitted("short\n\nlines\n", 20) == "short\n\nlines\n");
  CHECK(render::fitted("  a word and one more, and more", 20) ==
        "  a word and one\n    more, and more");
  CHECK(render::fitted("name   what it says of it\n", 20) == "name   what it says\n       of it\n");
  CHECK(render::fitted("\x1b[31mred words that go on\x1b[0m", 20) ==
        "\x1b[31mred words that go on\x1b[0m");
  CHECK(render::fitted("\x1b[31mred words that go on more\x1b[0m", 20) ==
        "\x1b[31mred words that go on\n  more\x1b[0m");
  CHECK(render::fitted("  " + std::string(30, 'x') + " y", 20) ==
        "  " + std::string(30, 'x') + "\n    y");
  const std::string command = "  pincheck explore some-scenario --convention other";
  CHECK(render::fitted(command, 20) == command);
}

TEST_CASE("text: golden stories", "[render]") {
  for (const std::string name : {kKilled, kTwoPages}) {
    const Told golden = golden_story(name);
    check_golden(name + ".txt", render::render_text(golden.story, golden.why, {}));
  }
}

TEST_CASE("text: colour marks faults, the sentence, and counts that stay", "[render]") {
  const auto [story, why] = golden_story(kKilled);
  const std::string text = render::render_text(story, why, {.width = 120, .colours = true});
  CHECK(contains(text, "\x1b[33mnfs_direct_wait "));
  CHECK(contains(text, "\x1b[31m  =>  the device of splice reads"));
  CHECK(contains(text, "       \x1b[2m1\x1b[0m\n"));
  CHECK(contains(text, "  1 -> 0  put (ring), FREED\n"));
}

TEST_CASE("text: a large folio shows its _pincount too", "[render]") {
  const story::Story story = quiet_story(R"(name = "large"
[[page]]
name = "f"
backing = "file"
order = 2
[[actor]]
name = "write"
path = "direct-write"
caller = "bio"
kind = "ubuf"
pages = ["f"]
)",
                                         "linux-6.12");
  const std::string text = render::render_text(story, {}, {.width = 100});
  CHECK(contains(text, "_refcount/_pincount of"));
  CHECK(contains(text, "6/0 -> 6/1  get (write) -> pin (write)\n"));
  CHECK(contains(text, "6/1 -> 5/0  unpin (write)\n"));
  CHECK_FALSE(contains(text, "=>"));
}

TEST_CASE("text: the reasons follow the sentence, indented and wrapped", "[render]") {
  auto [story, why] = golden_story(kKilled);
  why.because = {"first", repeated("word ", 30) + "last"};
  const auto lines = lines_of(render::render_text(story, why, {.width = 100}));
  REQUIRE(lines.size() > 4);
  const auto end = lines.end();
  CHECK(contains(end[-4], "  =>  "));
  CHECK(end[-3] == "      first");
  CHECK(end[-2].starts_with("      word"));
  CHECK(end[-2].size() <= 100);
  CHECK(end[-1].starts_with("        word"));
  CHECK(end[-1].ends_with(" last"));
}

}  // namespace
}  // namespace pincheck::test
