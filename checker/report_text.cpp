// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <filesystem>

#include "checker/render/render.hpp"
#include "checker/report.hpp"
#include "checker/terminal.hpp"

namespace pincheck {
namespace {

constexpr std::size_t kColumn = 9;

/// "ok 4", "ok~4" where not proved, "refused", "UNPIN"; a '!' marks what was not declared.
std::string cell_text(const Cell& cell) {
  if (cell.verdict == Verdict::not_stated) return "-";
  const std::string mark = cell.as_expected() ? "" : "!";
  if (cell.verdict == Verdict::holds)
    return fmt::format("ok{}{:.2g}{}", cell.proved ? ' ' : '~', cell.operations_per_page, mark);
  if (cell.verdict == Verdict::refused) return "refused" + mark;
  if (cell.verdict == Verdict::vacuous) return (cell.proved ? "vacuous" : "vacuous~") + mark;
  return std::string(properties()[std::countr_zero(cell.answer())].code) + mark;
}

bool is_vacuous(const Cell& cell) { return cell.verdict == Verdict::vacuous; }

std::string coloured_cell(const Cell& cell) {
  const std::string padded = fmt::format("{:>{}}", cell_text(cell), kColumn);
  if (!cell.as_expected() || is_vacuous(cell)) return red(padded);
  return cell.verdict == Verdict::holds ? green(padded) : padded;
}

std::string legend(const std::vector<Cell>& cells, const std::vector<Convention>& conventions) {
  PropertySet seen = 0;
  for (const Cell& cell : cells) seen |= cell.answer();
  std::string out =
      "\nok N: proved within the scenario's bounds, every interleaving; N atomic counter "
      "operations "
      "per page\nok~N: not violated in the schedules tried; -: not stated\n";
  if (std::any_of(cells.begin(), cells.end(), is_vacuous))
    out += "vacuous: some actor can do nothing, see below; vacuous~: was not seen to do anything\n";
  for (PropertySet rest = seen; rest != 0; rest &= rest - 1) {
    const Property& property = properties()[std::countr_zero(rest)];
    out += fmt::format("{:8} {}: {}\n", property.code, property.name, property.holds_when);
  }
  out += '\n';
  for (const Convention& convention : conventions)
    out += fmt::format("{:8} {} ({})\n", convention.label, convention.title, convention.name);
  return out;
}

/// What is proved of a counterexample, for people.
std::string_view proof_text(Minimality minimality) {
  switch (minimality) {
    case Minimality::proved: return "proved minimal: no smaller scenario, no shorter schedule";
    case Minimality::schedule: return "no schedule of this scenario is shorter";
    case Minimality::none: return "not proved minimal";
  }
  return "";
}

std::string length_text(const Shown& shown) {
  std::string steps = fmt::format("{} steps", shown.story.steps.size());
  if (shown.livelock) return steps;
  return fmt::format("{}; {}", steps, proof_text(shown.minimality));
}

std::string plural(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string how_it_went(const Replay& replay) {
  return replay.reproduced ? "reproduced\n" : fmt::format("not reproduced: {}\n", replay.problem);
}

std::string property_list(PropertySet set) { return set == 0 ? "nothing" : property_names(set); }

}  // namespace

std::string table_text(const std::vector<Cell>& cells, const std::vector<Convention>& conventions,
                       int width) {
  std::size_t name_width = 8;
  for (const Cell& cell : cells) name_width = std::max(name_width, cell.scenario->name.size());
  const std::size_t columns = conventions.size();
  const auto room = static_cast<std::size_t>(width);
  const std::size_t per_block =
      room > name_width + kColumn ? (room - name_width) / kColumn : std::size_t{1};
  std::string out;
  for (std::size_t first = 0; first < columns; first += per_block) {
    const std::size_t last = std::min(columns, first + per_block);
    out += fmt::format("{}{:{}}", first == 0 ? "" : "\n", "", name_width);
    for (std::size_t c = first; c < last; ++c)
      out += fmt::format("{:>{}}", conventions[c].label, kColumn);
    out += '\n';
    for (std::size_t row = 0; row < cells.size(); row += columns) {
      out += fmt::format("{:{}}", cells[row].scenario->name, name_width);
      for (std::size_t c = first; c < last && row + c < cells.size(); ++c)
        out += coloured_cell(cells[row + c]);
      out += '\n';
    }
  }
  return out + legend(cells, conventions);
}

std::string shown_text(const std::vector<Shown>& all) {
  std::string out;
  for (const Shown& shown : all) {
    std::string who;
    for (const Convention* convention : shown.conventions)
      who += (who.empty() ? "" : ", ") + convention->name;
    const std::string heading =
        fmt::format("{}: {} ", shown.story.scenario.name, property_names(shown.violated));
    out += fmt::format("\n{}{}\n  under {}\n  {}\n", heading,
                       shown.expected ? "violated, as declared" : red("violated"), who,
                       length_text(shown));
    if (shown.story.scenario.name == "generated") {
      std::string scenario = write_scenario(shown.story.scenario, "");
      for (std::size_t at = 0; (at = scenario.find('\n', at)) + 1 < scenario.size(); ++at)
        scenario.insert(at + 1, "    ");
      out += "    " + scenario;
    }
    out += "\n" + render_text(shown.story, shown.why, colours());
  }
  return out;
}

std::string random_text(const Campaign& campaign, const std::vector<Convention>& conventions) {
  const RandomPart& random = campaign.random;
  if (random.scenarios + random.directed == 0) return "";
  const auto share = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  };
  std::string out = fmt::format(
      "\nRandom scenarios: {} under {} conventions, {} schedules, {} steps.\n"
      "  steps by the environment (errors, kills, failed allocations): {:.1f} %\n"
      "  steps after a switch to another thread: {:.1f} %, longest run: {} steps\n"
      "  scenario and convention pairs that were not stated: {}\n"
      "  pairs in which some actor was not seen to do anything: {}\n"
      "  scenarios by actors:",
      random.scenarios, conventions.size(), random.schedules, random.steps,
      share(random.faults, random.steps), share(random.switches, random.steps), random.longest,
      random.not_stated, random.idle);
  for (std::size_t n = 1; n < random.actors.size(); ++n)
    if (random.actors[n] > 0) out += fmt::format(" {}: {}", n, random.actors[n]);
  constexpr int kThreads = 4;
  constexpr int kSteps = 40;
  out += fmt::format(
      "\n  PCT: for {} threads and {} steps one run finds a bug of depth 2 with "
      "probability at least {:.4f}, of depth 3 with {:.6f}\n",
      kThreads, kSteps, pct_bound(kThreads, kSteps, 2), pct_bound(kThreads, kSteps, 3));
  for (std::size_t c = 0; c < random.violated.size(); ++c)
    out += fmt::format("  {:20} {}{}\n", conventions[c].name, property_list(random.violated[c]),
                       random.surprises[c] == 0
                           ? ""
                           : red(" (not declared: " + property_names(random.surprises[c]) + ")"));
  if (random.directed != 0)
    out +=
        fmt::format("{} scenarios were made for what all that had not reached.\n", random.directed);
  return out;
}

std::string replay_text(const Replay& replay, const Counterexample& example) {
  std::string out = fmt::format("{}: {} under {}\n\n", example.scenario.name, example.property,
                                example.convention.name);
  out += render_text(replay.story, replay.why, colours());
  return out + how_it_went(replay);
}

std::string replay_mermaid(const Replay& replay) {
  return fmt::format("```mermaid\n{}```\n{}", render_mermaid(replay.story, replay.why),
                     how_it_went(replay));
}

std::string corpus_text(const std::vector<Replayed>& corpus) {
  std::string out;
  std::size_t good = 0;
  for (const Replayed& one : corpus) {
    good += one.replay.reproduced ? 1 : 0;
    if (!one.replay.reproduced)
      out += fmt::format("{} {}: {}\n", red("not reproduced:"), one.file.path, one.replay.problem);
  }
  if (corpus.empty()) return "";
  return fmt::format("Corpus: {} of {} reproduced.\n{}\n", good,
                     plural(corpus.size(), "counterexample"), out);
}

std::string corpus_list_text(const std::vector<CorpusLine>& lines, bool pruned) {
  std::string out;
  for (const CorpusLine& line : lines) {
    const Replayed& one = *line.replayed;
    const Counterexample& example = one.file.example;
    const std::string name = std::filesystem::path(one.file.path).filename().string();
    out += fmt::format(
        "- `{}`: {} under {}, {}: {}\n", name, example.scenario.name, example.convention.name,
        plural(example.schedule.size(), "step"),
        one.replay.reproduced ? one.replay.why.sentence : "NOT REPRODUCED: " + one.replay.problem);
    if (line.subsumer == nullptr) continue;
    out += fmt::format("  {} {} shows the same with less\n", pruned ? "removed:" : "superfluous:",
                       std::filesystem::path(line.subsumer->file.path).filename().string());
  }
  return out;
}

std::string shrink_text(const Shrunk& shrunk) {
  return fmt::format(
      "{}: {} under {}\n{}\n{} steps and {} parts, from {} and {}; {}\n"
      "{} schedules tried, {} scenarios searched\n{} to {}\n",
      shrunk.best.scenario.name, shrunk.best.property, shrunk.best.convention.name,
      render_text(shrunk.story, shrunk.why, colours()), shrunk.best.schedule.size(),
      parts(shrunk.best.scenario), shrunk.given.schedule.size(), parts(shrunk.given.scenario),
      proof_text(shrunk.minimal.minimality), shrunk.minimal.replays, shrunk.minimal.scenarios,
      shrunk.written ? "written" : "not written", shrunk.output);
}

}  // namespace pincheck
