// SPDX-License-Identifier: MIT
#include "checker/source/follow/verdict.hpp"

#include <fmt/format.h>

namespace pincheck::follow {

std::string place_of(const Line& line) {
  if (line.line == 0) return "?";
  return fmt::format("{}:{}", line.file.substr(line.file.rfind('/') + 1), line.line);
}

std::string_view name_of(Wrong wrong) {
  switch (wrong) {
    case Wrong::leak: return "leak";
    case Wrong::dropped_twice: return "dropped twice";
    case Wrong::wrong_primitive: return "wrong primitive";
    case Wrong::never_taken: return "never taken";
  }
  return "?";
}

std::string_view name_of(Decision decision) {
  switch (decision) {
    case Decision::balanced: return "balanced";
    case Decision::violated: return "violated";
    case Decision::undecided: return "undecided";
    case Decision::takes_nothing: return "takes nothing";
  }
  return "?";
}

std::string_view name_of(Cut cut) {
  switch (cut) {
    case Cut::turns: return "loop turns";
    case Cut::pages: return "pages";
    case Cut::steps: return "steps";
    case Cut::time: return "time";
    case Cut::waiting: return "waiting paths";
    case Cut::strange: return "instructions not followed";
  }
  return "?";
}

}  // namespace pincheck::follow
