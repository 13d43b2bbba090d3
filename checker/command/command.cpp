// SPDX-License-Identifier: MIT
#include "checker/command/command.hpp"

namespace pincheck::command {

std::vector<Made> all_commands() {
  std::vector<Made> all;
#define PINCHECK_ADD(name) all.push_back(commands::name());
  PINCHECK_COMMANDS(PINCHECK_ADD)
#undef PINCHECK_ADD
  return all;
}

}  // namespace pincheck::command
