// SPDX-License-Identifier: MIT
// What `check` says in a screen.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "checker/render/terminal.hpp"
#include "checker/render/words.hpp"
#include "checker/report/campaign.hpp"
#include "checker/report/parts.hpp"

namespace pincheck::report {
namespace {

using judge::Campaign;
using judge::Cell;
using judge::Verdict;

/// Findings of a kind that are told one by one; the others are counted.
constexpr std::size_t kTold = 5;

std::string hanging(const std::string& text) {
  return render::hanging(text, render::terminal_width(), 2, 2);
}

std::size_t count(const std::vector<Cell>& cells, const std::function<bool(const Cell&)>& is) {
  return static_cast<std::size_t>(std::count_if(cells.begin(), cells.end(), is));
}

std::string verdicts_line(const Campaign& campaign, std::size_t conventions) {
  const std::vector<Cell>& cells = campaign.cells;
  std::string out = fmt::format("{} under {}: {}",
                                plural((cells.size() + conventions - 1) / conventions, "scenario"),
                                plural(conventions, "convention"), plural(cells.size(), "verdict"));
  for (const Verdict verdict : {Verdict::holds, Verdict::violated, Verdict::refused,
                                Verdict::vacuous, Verdict::not_stated}) {
    const std::size_t some = count(cells, [&](const Cell& one) { return one.verdict == verdict; });
    const std::string_view name =
        verdict == Verdict::holds && some > 1 ? "hold" : judge::verdict_name(verdict);
    if (some != 0) out += fmt::format(", {} {}", some, name);
  }
  const std::size_t proved = count(cells, [](const Cell& one) { return one.proved; });
  return out + (proved == cells.size() ? "; all proved" : fmt::format("; {} proved", proved));
}

/// What was looked at.
std::string looked_at(const Campaign& campaign, const std::vector<Convention>& conventions) {
  std::string out = hanging(verdicts_line(campaign, conventions.size()));
  if (!campaign.corpus.empty()) {
    const auto good = std::count_if(campaign.corpus.begin(), campaign.corpus.end(),
                                    [](const auto& one) { return one.replay.reproduced; });
    out += hanging(fmt::format("{} of the corpus, {} reproduced",
                               plural(campaign.corpus.size(), "counterexample"), good));
  }
  const judge::RandomPart& random = campaign.random;
  if (random.scenarios != 0)
    out += hanging(fmt::format("{}, {} made for what others had not reached: {} schedules",
                               plural(random.scenarios, "random scenario"), random.directed,
                               random.schedules));
  const auto [reached, all] = campaign.coverage;
  if (campaign.covers)
    out +=
        hanging(fmt::format("{} of {} steps, outcomes and meetings reached, {} named unreachable",
                            reached, all, all - reached - campaign.unreached.size()));
  return out;
}

/// Findings, of which the first ones are told.
class Findings {
 public:
  void add(const std::string& text, const std::string& command) {
    if (++count_ > kTold) return;
    text_ += render::red(render::hanging(text, render::terminal_width(), 2, 4));
    if (!command.empty()) text_ += fmt::format("    {}\n", command);
  }
  std::string text() const {
    if (count_ <= kTold) return text_;
    return text_ + fmt::format("  and {} more: -v tells all\n", count_ - kTold);
  }

 private:
  std::size_t count_ = 0;
  std::string text_;
};

std::string without_end(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string differences(const Campaign& campaign, const std::vector<Convention>& conventions,
                        const Command& command) {
  Findings found;
  for (const counterexample::Replayed& one : campaign.corpus)
    if (!one.replay.reproduced)
      found.add(fmt::format("{}: not reproduced: {}", one.file.path, one.replay.problem), "");
  for (const Cell& cell : campaign.cells)
    if (!cell.as_expected()) found.add(without_end(difference_text(cell)), command(cell));
  for (std::size_t c = 0; c < campaign.random.surprises.size(); ++c)
    if (const PropertySet fresh = campaign.random.surprises[c])
      found.add(fmt::format("random scenarios under {}: found, but not declared: {}",
                            conventions[c].name, judge::property_names(fresh)),
                campaign.saved.empty() ? "the same with -v, or with --save FOLDER and replay" : "");
  return found.text();
}

std::string nothing_said(const Campaign& campaign, const Command& command) {
  Findings found;
  for (const Cell& cell : campaign.cells)
    if (cell.verdict == Verdict::vacuous || cell.verdict == Verdict::not_stated)
      found.add(fmt::format("{} under {}: {}", cell.scenario->name, cell.convention->name,
                            judge::verdict_name(cell.verdict)),
                command(cell));
  for (const search::Target& one : campaign.unreached)
    found.add(fmt::format("never reached: {}", one.name), "");
  return found.text();
}

std::string saved(const Campaign& campaign) {
  std::string out;
  for (std::size_t i = 0; i < std::min(kTold, campaign.saved.size()); ++i)
    out += fmt::format("  pincheck replay {}\n", campaign.saved[i]);
  if (out.empty()) return "";
  return fmt::format("\n{} saved:\n{}", plural(campaign.saved.size(), "counterexample"), out);
}

/// For each property that conventions declare and that is violated, the shortest command that tells
/// a story of it.
std::string declared(const Campaign& campaign, const Command& command) {
  std::string out;
  for (const Property& property : properties()) {
    std::string shortest;
    std::size_t cells = 0;
    for (const Cell& cell : campaign.cells) {
      if ((cell.answer() & cell.expected & set_of(property.id)) == 0) continue;
      const std::string mine = command(cell);
      if (++cells == 1 || mine.size() < shortest.size()) shortest = mine;
    }
    if (cells != 0) out += fmt::format("  {:7} {:3}  {}\n", property.code, cells, shortest);
  }
  return out.empty() ? "" : "\nViolated as declared, how often, and the story of one:\n" + out;
}

}  // namespace

std::string screen_text(const Campaign& campaign, const std::vector<Convention>& conventions,
                        const judge::CampaignOptions& options, const Command& command) {
  const std::string wrong =
      differences(campaign, conventions, command) + nothing_said(campaign, command);
  std::string out = "Checked:\n" + looked_at(campaign, conventions);
  out += wrong.empty() ? declared(campaign, command) : "\nTo look at:\n" + wrong;
  out += saved(campaign) + "\n" + conclusion_text(campaign, options);
  return out + "The same with -v has the table and every story.\n";
}

}  // namespace pincheck::report
