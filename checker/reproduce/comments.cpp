// SPDX-License-Identifier: MIT
#include "checker/reproduce/comments.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/render/render.hpp"
#include "checker/render/words.hpp"
#include "checker/reproduce/faults.hpp"
#include "model/paths/path.hpp"
#include "properties/property.hpp"

namespace pincheck::reproduce {
namespace {

constexpr std::size_t kColumns = 96;

std::string way_comment(const story::StoryStep& step) {
  std::string out;
  for (const std::string& line : render::wrapped(way_to(step.step, step.outcome), kColumns - 8))
    out += comment("        " + line);
  return out;
}

/// The steps of one actor, and below those that the environment chose what makes it do so.
std::string steps_of(const story::Story& story, const Turn& turn) {
  std::size_t width = 0;
  const auto is_its = [&](const story::StoryStep& step) {
    return step.choice.thread / 2 == turn.actor;
  };
  for (const story::StoryStep& step : story.steps)
    if (is_its(step)) width = std::max(width, step.function.size());
  std::string out;
  for (std::size_t i = 0; i < story.steps.size(); ++i) {
    const story::StoryStep& step = story.steps[i];
    const int number = static_cast<int>(i) + 1;
    if (!is_its(step)) continue;
    out += comment(fmt::format("  {} {:>2}  {:<{}}  {}", step.fault ? '!' : ' ', number,
                               step.function, width, render::step_words(step)));
    if (step.fault && number != turn.kill) out += way_comment(step);
  }
  return out;
}

std::string conditions(const story::Story& story, const std::vector<Turn>& turns) {
  std::string out;
  const Scenario& scenario = story.scenario;
  if (scenario.width != 32 || scenario.bias != 1024)
    out += remark(fmt::format(
        "The scenario's counter has {} bits, and a pin is {} references in it. A real one has 32, "
        "and a pin is 1024: this drives the same path, but does not come to the end of the "
        "counter.",
        scenario.width, scenario.bias));
  if (!scenario.without.empty())
    out += remark(fmt::format("The scenario's kernel lacks what a real one does: {}.",
                              fmt::join(scenario.without, ", ")));
  const bool rounds =
      std::any_of(turns.begin(), turns.end(), [](const Turn& turn) { return !turn.waits.empty(); });
  if (rounds)
    out += remark(
        "Only where calls begin is up to user space: between two steps of one call nobody can be "
        "held. So the calls begin as in the schedule, in rounds=N rounds.");
  for (const Turn& turn : turns) {
    if (!turn.device_between) continue;
    out += remark(fmt::format(
        "The schedule needs {}'s device, or server, to be busy for long: a slow one makes it "
        "likely (null_blk with completion_nsec, dm-delay, tc netem).",
        scenario.actors[turn.actor].name));
  }
  return out.empty() ? "" : "//\n" + out;
}

}  // namespace

std::string comment(std::string_view text, std::string_view indent) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return c < ' ' || c > '~' || c == '\\'; },
        '?');
    // A trigraph for a backslash.
    for (auto at = line.find("?\?/"); at != std::string::npos; at = line.find("?\?/", at))
      line.insert(at + 2, " ");
    while (line.ends_with(' ')) line.pop_back();
    out += fmt::format("{}//{}{}\n", indent, line.empty() ? "" : " ", line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string remark(std::string_view text, std::string_view indent) {
  std::string out;
  for (const std::string& line : render::wrapped(text, kColumns - indent.size()))
    out += comment(line, indent);
  return out;
}

std::string head_comment(const counterexample::Counterexample& example, const story::Story& story,
                         const explain::Explanation& why, const std::vector<Turn>& turns,
                         const std::string& usage) {
  const Convention& convention = example.convention;
  std::string out = "// SPDX-License-Identifier: MIT\n";
  out += remark(fmt::format(
      "Does on a real kernel what this counterexample of pincheck does in the model: {} is "
      "violated by {} under {}{}{}{}.",
      example.property, story.scenario.name, convention.name,
      convention.title.empty() ? "" : ", " + convention.title,
      convention.source.empty() ? "" : "; ", convention.source));
  out += remark(
      fmt::format("{} holds when {}. ", example.property, properties()[story.property].holds_when) +
      "A kernel that keeps another convention shows the same calls without that end.");
  out += "//\n" + comment(render::render_text(story, why, {.width = 100}));
  out += conditions(story, turns);
  out += fmt::format(
      "//\n"
      "//   gcc -std=gnu17 -O2 -Wall -Wextra -static -pthread -o reproduce THIS.c\n"
      "//   ./reproduce {}      (as root; what they name is OVERWRITTEN)\n"
      "//\n"
      "// To see which pages are taken and dropped on the way: set the probes that\n"
      "// `pincheck trace --print-probes --kernel 6.12` prints, run it, and give the trace to\n"
      "// `pincheck trace --kernel 6.12`. This program's line DRIVES says what it must show.\n",
      usage);
  return out;
}

std::string actor_comment(const story::Story& story, const Turn& turn, const Route& route) {
  const ActorSpec& actor = story.scenario.actors[turn.actor];
  std::string out = remark(fmt::format(
      "{}: {}{}. {}", actor.name, find_path(actor.path)->summary,
      route.caller.empty() ? "" : fmt::format(" (caller {})", route.caller),
      turn.step == 0 ? "The schedule ends before its first step." : "In the schedule:"));
  out += steps_of(story, turn);
  for (const std::string& text : route.remarks) out += remark(text);
  return out;
}

std::string wait_comment(const story::Story& story, int step, const Wait& wait) {
  const std::string& other = story.scenario.actors[wait.actor].name;
  const std::string when = step == 0 ? "At the end of the schedule" : fmt::format("Step {}", step);
  switch (wait.stage) {
    case Stage::returned: return fmt::format("{}: {} has returned.", when, other);
    case Stage::in_flight: return fmt::format("{}: the request of {} is on its way.", when, other);
    case Stage::completing:
      return fmt::format("{}: the completion of {} stands between two steps: a race.", when, other);
    case Stage::begun: break;
  }
  return fmt::format(
      "{}: {} stands between two steps of its call, where user space cannot hold it: a race.", when,
      other);
}

std::string page_remark(const PageSpec& page) {
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : " ") + text; };
  if (page.order > 0)
    add(fmt::format("It is a folio of order {} where the file system makes large ones (xfs).",
                    page.order));
  if (page.buffers) add("It has buffers on ext4.");
  if (page.stable) add("Writes to it wait for writeback on a device with stable pages.");
  return out;
}

}  // namespace pincheck::reproduce
