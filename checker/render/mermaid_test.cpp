// SPDX-License-Identifier: MIT
// Stories as Mermaid: every line is of the few kinds we write, whatever the names are.
#include <algorithm>
#include <regex>
#include <sstream>

#include "checker/render/render.hpp"
#include "checker/testing/test_stories.hpp"

namespace pincheck::test {
namespace {

/// Lines that are no statement of ours, or have text that Mermaid would not take as text.
std::string problems(const std::string& diagram) {
  const std::string id = "(?:thread|page|pipe)[0-9]+";
  const std::string text = "((?:[^#;:<>\"'%{}`&\\x01-\\x1f]|#[0-9]+;|<br/>)*)";
  const std::regex statement("sequenceDiagram|  end|  rect rgba\\([0-9., ]+\\)|  participant " +
                             id + " as " + text + "|  Note over " + id + "(?:," + id +
                             ")?: " + text + "|  " + id + "->>" + id + ": " + text);
  const std::regex end("\\bend\\b", std::regex::icase);
  std::istringstream stream(diagram);
  std::string out;
  for (std::string line; std::getline(stream, line);)
    if (!std::regex_match(line, statement) || (line != "  end" && std::regex_search(line, end)))
      out += line + "\n";
  return out;
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size())
    ++found;
  return found;
}

std::string mermaid(const Told& told) { return render::render_mermaid(told.story, told.why); }

TEST_CASE("mermaid: every counterexample that ships", "[render]") {
  for (const auto& [story, why] : shipped_stories()) {
    INFO(story.scenario.name << " under " << story.convention);
    const std::string diagram = render::render_mermaid(story, why);
    CHECK(problems(diagram) == "");
    CHECK(times(diagram, "  rect ") == times(diagram, "\n  end\n"));
    CHECK(contains(diagram, " is violated<br/>"));
    for (std::size_t i = 0; i < story.steps.size(); ++i)
      CHECK(contains(diagram, ": " + std::to_string(i + 1) + " "));
  }
}

TEST_CASE("mermaid: golden stories", "[render]") {
  for (const std::string name : {kKilled, kTwoPages})
    check_golden(name + ".mmd", mermaid(golden_story(name)));
}

TEST_CASE("mermaid: hostile names and sentences stay text", "[render]") {
  const std::string diagram = mermaid(hostile_story());
  CHECK(problems(diagram) == "");
  check_golden("hostile.mmd", diagram);
}

TEST_CASE("mermaid: the reasons are the last note", "[render]") {
  auto [story, why] = golden_story(kKilled);
  why.because = {"it was put", "nobody held it"};
  CHECK(render::render_mermaid(story, why)
            .ends_with("  end\n  Note over thread0,page0: it was put<br/>nobody held it\n"));
}

}  // namespace
}  // namespace pincheck::test
