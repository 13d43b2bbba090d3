// SPDX-License-Identifier: MIT
// checker/reproduce: uses checker/counterexample; used by checker/command.
// What of a schedule user space can arrange: which call begins when, and when somebody is killed.
#pragma once

#include <vector>

#include "checker/story/story.hpp"

namespace pincheck::reproduce {

/// How far another actor is when a turn comes.
enum class Stage : std::uint8_t {
  begun,       ///< between two steps of its call, where user space cannot hold it
  in_flight,   ///< its request is on its way to the device
  completing,  ///< between two steps of an asynchronous request's completion
  returned,    ///< its call has returned
};

struct Wait {
  int actor = 0;
  Stage stage = Stage::begun;
};

struct Turn {
  int actor = 0;
  int step = 0;             ///< number of its first step, 0 when it takes none
  std::vector<Wait> waits;  ///< before its call begins
  int kill = 0;             ///< number of the step that is its SIGKILL, 0 for none
  std::vector<Wait> kill_waits;
  bool device_between = false;  ///< others act while its device is busy, or it is killed then
};

/// A turn for each actor, in the order in which they begin.
std::vector<Turn> turns(const story::Story&, const System&);

}  // namespace pincheck::reproduce
