// SPDX-License-Identifier: MIT
// checker/search: uses properties, model/compile; used by checker/explore.
// What the model has, and what a run has reached of it.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "checker/search/search.hpp"
#include "model/compile/compile.hpp"
#include "model/question/scenario.hpp"

namespace pincheck::search {

/// Compiles every path x caller x kind x direction under every convention, so that the catalogue
/// has all steps there are.
void list_everything(const std::vector<Convention>&, const Model&, Catalogue&);

/// Something to reach: an outcome of the catalogue, or a meeting of path, caller and kind.
struct Target {
  bool meeting = false;
  std::size_t number = 0;  ///< in the catalogue
  std::string name;        ///< "STEP", "STEP: OUTCOME", "PATH CALLER KIND"
};

/// An actor and a convention under which it has a target in its programs.
struct Place {
  ActorSpec actor;  ///< path, caller, kind and whether it is asynchronous
  const Convention* convention = nullptr;
};

/// Where each outcome and meeting of the catalogue can be met.
class Places {
 public:
  /// Lists everything, as list_everything() does. The conventions must outlive this.
  Places(const std::vector<Convention>&, const Model&, Catalogue&);
  const std::vector<Place>& of(const Target&) const;
  /// A meeting, and an outcome that an actor of it has in its programs; numbers of the catalogue.
  using Pair = std::pair<std::size_t, std::size_t>;
  const std::set<Pair>& pairs() const { return pairs_; }

 private:
  std::set<Pair> pairs_;
  std::vector<std::vector<Place>> outcomes_;
  std::vector<std::vector<Place>> meetings_;
};

/// What a full run need not reach, and why (corpus/unreachable.toml).
struct Unreachable {
  std::string step;
  std::string outcome;
  std::string reason;
};
const std::vector<Unreachable>& unreachable();
/// Whether the catalogue has what it is about.
bool names_something(const Unreachable&, const Catalogue&);

/// How much of the catalogue's outcomes and meetings a run has reached.
struct Coverage {
  std::size_t reached = 0;
  std::size_t all = 0;  ///< those that are named unreachable, too
};
Coverage coverage(const Catalogue&, const Visits&);

/// Every outcome and meeting of the catalogue that was never taken and is not named unreachable.
std::vector<Target> unreached(const Catalogue&, const Visits&);
bool reached(const Target&, const Visits&);

}  // namespace pincheck::search
