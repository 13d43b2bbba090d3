// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "checker/render/terminal.hpp"
#include "checker/render/words.hpp"
#include "checker/report/campaign.hpp"
#include "checker/report/parts.hpp"

namespace pincheck::report {
namespace {

constexpr std::size_t kColumn = 9;

bool is_vacuous(const judge::Cell& cell) { return cell.verdict == judge::Verdict::vacuous; }

std::string coloured_cell(const judge::Cell& cell) {
  const std::string padded = fmt::format("{:>{}}", cell_text(cell), kColumn);
  if (!cell.as_expected() || is_vacuous(cell)) return render::red(padded);
  return cell.verdict == judge::Verdict::holds ? render::green(padded) : padded;
}

/// "CODE     what it says", wrapped behind the code.
std::string explained(std::string_view code, const std::string& text, std::size_t width) {
  constexpr std::size_t kCode = 8;
  std::string out;
  for (const std::string& line : render::wrapped(text, width - kCode - 1))
    out += fmt::format("{:{}} {}\n", out.empty() ? code : "", kCode, line);
  return out;
}

std::string legend(const std::vector<judge::Cell>& cells,
                   const std::vector<Convention>& conventions, std::size_t width) {
  PropertySet seen = 0;
  for (const judge::Cell& cell : cells) seen |= cell.answer();
  std::string out = "\n";
  out += explained("ok N",
                   "proved within the scenario's bounds, every interleaving; N atomic counter "
                   "operations per page",
                   width);
  out += explained("ok~N", "not violated in the schedules tried", width);
  out += explained("-", "not stated", width);
  if (std::any_of(cells.begin(), cells.end(), is_vacuous)) {
    out += explained("vacuous", "some actor can do nothing, see below", width);
    out += explained("vacuous~", "some actor was not seen to do anything", width);
  }
  for (PropertySet rest = seen; rest != 0; rest &= rest - 1) {
    const Property& property = properties()[std::countr_zero(rest)];
    out +=
        explained(property.code, fmt::format("{}: {}", property.name, property.holds_when), width);
  }
  out += '\n';
  for (const Convention& convention : conventions)
    out += explained(convention.label, fmt::format("{} ({})", convention.title, convention.name),
                     width);
  return out;
}

std::string property_list(PropertySet set) {
  return set == 0 ? "nothing" : judge::property_names(set);
}

}  // namespace

std::string cell_text(const judge::Cell& cell) {
  if (cell.verdict == judge::Verdict::not_stated) return "-";
  const std::string mark = cell.as_expected() ? "" : "!";
  if (cell.verdict == judge::Verdict::holds)
    return fmt::format("ok{}{:.2g}{}", cell.proved ? ' ' : '~', cell.operations_per_page, mark);
  if (cell.verdict == judge::Verdict::refused) return "refused" + mark;
  if (cell.verdict == judge::Verdict::vacuous) return (cell.proved ? "vacuous" : "vacuous~") + mark;
  return std::string(properties()[std::countr_zero(cell.answer())].code) + mark;
}

std::string table_text(const std::vector<judge::Cell>& cells,
                       const std::vector<Convention>& conventions, std::size_t width) {
  std::size_t name_width = 8;
  for (const judge::Cell& cell : cells)
    name_width = std::max(name_width, cell.scenario->name.size());
  const std::size_t columns = conventions.size();
  const std::size_t per_block =
      width > name_width + kColumn ? (width - name_width) / kColumn : std::size_t{1};
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
  return out + legend(cells, conventions, width);
}

std::string random_text(const judge::Campaign& campaign,
                        const std::vector<Convention>& conventions) {
  const judge::RandomPart& random = campaign.random;
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
      kThreads, kSteps, search::pct_bound(kThreads, kSteps, 2),
      search::pct_bound(kThreads, kSteps, 3));
  for (std::size_t c = 0; c < random.violated.size(); ++c)
    out += fmt::format(
        "  {:20} {}{}\n", conventions[c].name, property_list(random.violated[c]),
        random.surprises[c] == 0
            ? ""
            : render::red(" (not declared: " + judge::property_names(random.surprises[c]) + ")"));
  if (random.directed != 0)
    out +=
        fmt::format("{} scenarios were made for what all that had not reached.\n", random.directed);
  return out;
}

std::string corpus_text(const std::vector<counterexample::Replayed>& corpus) {
  std::string out;
  std::size_t good = 0;
  for (const counterexample::Replayed& one : corpus) {
    good += one.replay.reproduced ? 1 : 0;
    if (!one.replay.reproduced)
      out += fmt::format("{} {}: {}\n", render::red("not reproduced:"), one.file.path,
                         one.replay.problem);
  }
  if (corpus.empty()) return "";
  return fmt::format("Corpus: {} of {} reproduced.\n{}\n", good,
                     plural(corpus.size(), "counterexample"), out);
}

std::string VerdictsReport::text() const {
  return shown_text(campaign_.shown) + random_text(campaign_, conventions_) +
         closing_text(campaign_, options_);
}

}  // namespace pincheck::report
