// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "checker/render/terminal.hpp"
#include "checker/render/words.hpp"
#include "checker/report/exploration.hpp"
#include "properties/words.hpp"

namespace pincheck::report {
namespace {

std::string hanging(const std::string& text, std::size_t indent) {
  return render::hanging(text, render::terminal_width(), indent, 2);
}

std::string reductions_text(const explore::ExploreResult& result) {
  std::string out;
  const auto add = [&](bool used, const std::string& name) {
    if (used) out += (out.empty() ? "" : ", ") + name;
  };
  add(result.reductions.merge, "merge");
  add(result.reductions.partial_order, "partial-order");
  add(result.reductions.sleep, "sleep");
  add(result.reductions.symmetry, fmt::format("symmetry ({} renaming{})", result.symmetries,
                                              result.symmetries == 1 ? "" : "s"));
  if (result.unstated.empty()) return "reductions: " + (out.empty() ? "none" : out);
  const bool one = result.unstated.size() == 1;
  return fmt::format("no reductions: {} {} not say what {} read{}", in_words(result.unstated),
                     one ? "does" : "do", one ? "it" : "they", one ? "s" : "");
}

std::string effort_text(const explore::ExploreResult& result) {
  const std::string exact =
      result.missed == 0
          ? "each state stored exactly"
          : fmt::format("fingerprints: a state was missed with probability {:.1e}", result.missed);
  const std::string resumed =
      result.resumed_at == 0 ? "" : fmt::format("  resumed at {} states\n", result.resumed_at);
  return hanging(fmt::format("{} states, {} steps, {:.2f} s CPU, {:.1f} MB; {}", result.states,
                             result.steps, result.cpu_seconds,
                             1e-6 * static_cast<double>(result.bytes), exact),
                 2) +
         resumed + hanging(reductions_text(result), 2);
}

std::string actors_text(const Scenario& scenario) {
  std::string out;
  for (const ActorSpec& actor : scenario.actors) out += (out.empty() ? "" : ", ") + actor.name;
  return out;
}

std::string not_finished(explore::Explored why) {
  return render::red(fmt::format("not finished: {}", explore::explored_name(why)));
}

/// Who does nothing, and why.
std::string idle_text(const judge::Cell& cell) {
  if (cell.verdict != judge::Verdict::vacuous) return "";
  std::string out;
  for (const judge::IdleActor& idle : cell.idle)
    out += hanging((cell.proved ? "" : "not shown to do anything: ") + idle.why, 2);
  return out;
}

std::string verdict_text(const Exploration& one) {
  const judge::Cell& cell = one.cell;
  const std::string declared = cell.surprises() == 0 ? " (as declared)" : "";
  const std::string violated = cell.answer() == 0
                                   ? std::string("nothing violated")
                                   : "violated: " + judge::property_names(cell.answer()) + declared;
  if (!one.result.finished())
    return not_finished(one.result.ending) + fmt::format("; {} so far", violated);
  if (cell.answer() != 0) return render::red(violated);
  if (cell.verdict == judge::Verdict::refused)
    return "refused, as declared: nothing violated, and no I/O of those refused";
  if (cell.verdict == judge::Verdict::vacuous)
    return render::red("vacuous") +
           fmt::format(": nothing violated in {} states, and nothing happens:", one.result.states);
  return render::green("holds") +
         fmt::format(": {} states, every interleaving of {} and every outcome", one.result.states,
                     actors_text(*cell.scenario));
}

}  // namespace

std::string exploration_text(const Exploration& one) {
  const judge::Cell& cell = one.cell;
  std::string out = fmt::format("{} under {}: ", cell.scenario->name, cell.convention->name);
  if (cell.verdict == judge::Verdict::not_stated)
    return hanging(out + "not stated: " + cell.not_stated, 0);
  out = hanging(out + verdict_text(one), 0) + idle_text(cell) + effort_text(one.result);
  const PropertySet also = cell.result.violated & ~cell.asked;
  if (also != 0)
    out += fmt::format("  not asked about, but violated: {}\n", judge::property_names(also));
  if (one.result.finished() && cell.missing() != 0)
    out += fmt::format("  declared, but not found: {}\n", judge::property_names(cell.missing()));
  return out;
}

std::string sweep_text(const Swept& swept, const std::vector<Convention>& conventions) {
  const generate::Size& size = swept.largest;
  std::string out = fmt::format(
      "\n{} scenarios, each class under renaming once, smallest first; {} states\n"
      "  {}: the last had {} actors, {} pages, {} pipes, {} pages listed\n",
      swept.scenarios, swept.states,
      swept.complete() ? "every scenario within the bound" : not_finished(swept.ending),
      size.actors, size.pages, size.pipes, size.slots);
  if (swept.not_stated != 0)
    out += fmt::format("  {} pairs of scenario and convention are not stated\n", swept.not_stated);
  if (swept.vacuous != 0)
    out += fmt::format("  {} pairs are vacuous: nothing violated, and some actor does nothing\n",
                       swept.vacuous);
  if (swept.unfinished != 0)
    out += render::red(fmt::format("  {} pairs not finished: memory\n", swept.unfinished));
  for (std::size_t c = 0; c < conventions.size(); ++c)
    out += fmt::format("  {}: {}\n", conventions[c].name,
                       swept.seen[c] != 0 ? "violated: " + judge::property_names(swept.seen[c])
                       : swept.judged[c] == 0
                           ? render::red("nothing was judged: vacuous, or not stated")
                           : render::green("holds"));
  return out;
}

}  // namespace pincheck::report
