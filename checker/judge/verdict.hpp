// SPDX-License-Identifier: MIT
// checker/judge: uses checker/counterexample, checker/generate; used by checker/report.
// One cell of the verdict table: a scenario under a convention.
#pragma once

#include <string>
#include <vector>

#include "checker/explore/livelock.hpp"
#include "checker/judge/activity.hpp"
#include "checker/judge/expectations.hpp"
#include "checker/search/search.hpp"
#include "model/base/exit_code.hpp"
#include "model/compile/compile.hpp"

namespace pincheck::judge {

enum class Verdict : std::uint8_t {
  holds,       ///< nothing the scenario asks about was violated; see Cell::proved
  violated,    ///< something was, and there is a schedule for it
  refused,     ///< the only complaint, asked or declared: the convention refuses what the
               ///< baseline takes
  vacuous,     ///< nothing was violated, and some actor could do nothing; see Cell::idle
  not_stated,  ///< the convention does not say how to treat an actor's caller and kind
};

struct Cell {
  const Scenario* scenario = nullptr;
  const Convention* convention = nullptr;
  Verdict verdict = Verdict::not_stated;
  std::string not_stated;    ///< what is missing
  PropertySet asked = 0;     ///< what the scenario is about
  PropertySet expected = 0;  ///< violations the convention declares of this scenario
  PropertySet required = 0;  ///< those it declares for this very scenario
  search::SearchResult
      result;  ///< of the random search; `violated` and `taken` are of either search
  /// Actors that were not seen to do anything, and when proved can do nothing.
  std::vector<IdleActor> idle;
  bool proved = false;         ///< every interleaving was visited
  std::uint64_t states = 0;    ///< those visited, after reductions
  explore::Livelock livelock;  ///< violates `completes`; only looked for where programs have loops
  double operations_per_page = 0;  ///< atomic counter operations, when nothing goes wrong

  PropertySet answer() const { return result.violated & asked; }
  /// Violations nobody declared, and declared ones that did not show.
  PropertySet surprises() const { return (result.violated & ~expected) & asked; }
  PropertySet missing() const { return required & ~result.violated; }
  bool as_expected() const { return surprises() == 0 && missing() == 0; }
  /// kAsExpected, kDiffers or kVacuous.
  ExitCode exit_code() const;
};

struct JudgeOptions {
  search::SearchOptions random;
  /// Visit every interleaving too, unless there are more states; 0 for random search alone.
  std::uint64_t max_states = 0;
};

/// Most states of a cell of the verdict table that is to be proved: a second or two.
inline constexpr std::uint64_t kVerdictStates = 1'000'000;

/// A cell with what scenario and convention say about it, nothing searched yet.
Cell make_cell(const Scenario&, const Convention&);

/// Searches one cell. `visits` may be null; it grows with the catalogue. Throws what compile throws
/// except NotStated, which becomes a verdict; std::logic_error when the two searches disagree.
Cell judge(const Scenario&, const Convention&, const Model&, Catalogue&, const JudgeOptions&,
           search::Visits* visits);

/// What also shows without those whom the convention blames is not expected. `violated_in` judges
/// the rest of the scenario.
void acquit(Cell&, const Kinds&, const Violations& violated_in);

/// Looks for a cycle that no fair schedule leaves, where the programs have loops at all. Without an
/// answer nothing is proved.
void look_for_livelock(Cell&, const System&, std::size_t max_bytes, const Stopped& stopped);

/// Puts what was violated, and who did anything, into a verdict.
void decide(Cell&, const System&);
/// Says of each idle actor what it found.
void explain_idle(Cell&, const System&);

/// Atomic counter operations per page of the scenario's callers in an undisturbed run.
double operations_per_page(const Scenario&, const System&);

/// "holds", "violated", "refused", "vacuous", "not stated".
std::string_view verdict_name(Verdict);
/// Names of the set's properties, comma separated.
std::string property_names(PropertySet);

}  // namespace pincheck::judge
