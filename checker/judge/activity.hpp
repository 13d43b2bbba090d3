// SPDX-License-Identifier: MIT
// checker/judge: uses checker/counterexample, checker/generate; used by checker/report.
// Who did something that a verdict can be about, and what kept the others from it.
//
// An actor with a caller is there for its I/O: its device must touch a page. An actor without one
// must change something besides locks and what is its own (the references it takes for itself,
// where it stands). What an actor can do is read off the outcomes that were taken, so an exhaustive
// search decides it: reductions keep every outcome that can be taken, but for renamings (see
// explore.cpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/machine/machine.hpp"
#include "model/question/scenario.hpp"

namespace pincheck::judge {

/// Which outcomes were taken, by index in System::outcomes.
using OutcomeSet = std::vector<bool>;

/// What an actor never did.
enum class Lack : std::uint8_t {
  submission,  ///< its I/O was never handed to a device
  transfer,    ///< it was, and the device touched no page
  effect,      ///< no I/O of its own: it changed nothing
};

/// An actor that did nothing.
struct IdleActor {
  int actor = 0;
  Lack lacks = Lack::effect;
  bool refused = false;  ///< the convention refuses its iterator
  std::string why;       ///< what it found, in one sentence; empty until explained
};

/// Those that did nothing in the outcomes taken. Without explanations.
std::vector<IdleActor> idle_actors(const Scenario&, const System&, const OutcomeSet&);

/// Says why: the steps at which it turned away from what it is there for, and its pages.
void explain(IdleActor&, const Scenario&, const System&, const OutcomeSet&);

/// "submission", "transfer", "effect".
std::string_view lack_name(Lack);

}  // namespace pincheck::judge
