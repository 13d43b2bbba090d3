// SPDX-License-Identifier: MIT
// checker/command: uses checker/report, checker/export, checker/predict, checker/reproduce, checker/source/patch.
// checker/source/scan. The commands: each is one file, and one line here.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "checker/command/command_line.hpp"
#include "model/base/exit_code.hpp"

/// In the order of --help. `exporting` and the like: where the command's name is C++'s, too.
#define PINCHECK_COMMANDS(COMMAND) \
  COMMAND(check)                   \
  COMMAND(verdicts)                \
  COMMAND(report)                  \
  COMMAND(explore)                 \
  COMMAND(exporting)               \
  COMMAND(replay)                  \
  COMMAND(shrink)                  \
  COMMAND(reproduce)               \
  COMMAND(corpus)                  \
  COMMAND(trace)                   \
  COMMAND(predict)                 \
  COMMAND(scan)                    \
  COMMAND(patch)                   \
  COMMAND(list)                    \
  COMMAND(explain)                 \
  COMMAND(completion)              \
  COMMAND(man)

namespace pincheck::command {

/// A command owns its arguments. What it found it hands, as a value, to a printer
/// (report/printer.hpp), and knows of no format.
class Command {
 public:
  Command(std::string_view its_name, std::string what_it_does)
      : name(its_name), about(std::move(what_it_does)) {}
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  virtual ~Command() = default;

  virtual void declare(const Arguments&) = 0;
  /// When its arguments are read. Throws InputError.
  virtual ExitCode run() = 0;

  const std::string_view name;
  const std::string about;
};

using Made = std::unique_ptr<Command>;

/// Each is defined by its qualified name, which does not compile unless it is listed above.
namespace commands {
#define PINCHECK_DECLARE(name) Made name();
PINCHECK_COMMANDS(PINCHECK_DECLARE)
#undef PINCHECK_DECLARE
}  // namespace commands

std::vector<Made> all_commands();

}  // namespace pincheck::command
