// SPDX-License-Identifier: MIT
#include "checker/command/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "checker/command/command.hpp"
#include "checker/report/printer.hpp"
#include "model/base/version.hpp"

namespace pincheck::command {

Argument Argument::required() const { return Argument(option_->required()); }
Argument Argument::one_of(const std::vector<std::string>& words) const {
  return Argument(option_->check(CLI::IsMember(words)));
}
Argument Argument::comma_separated() const { return Argument(option_->delimiter(',')); }
Argument Argument::between(std::int64_t low, std::int64_t high) const {
  return Argument(option_->check(CLI::Range(low, high)));
}
Argument Argument::not_negative() const { return Argument(option_->check(CLI::NonNegativeNumber)); }
Argument Argument::excludes(const std::string& other) const {
  return Argument(option_->excludes(other));
}
Argument Argument::shows_default() const { return Argument(option_->capture_default_str()); }

Argument Arguments::add(const std::string& names, std::string& value,
                        const std::string& about) const {
  return Argument(app_.add_option(names, value, about));
}
Argument Arguments::add(const std::string& names, std::vector<std::string>& values,
                        const std::string& about) const {
  // One value each time it is given: what follows may be a file.
  return Argument(app_.add_option(names, values, about)->allow_extra_args(!names.starts_with("-")));
}
Argument Arguments::add(const std::string& names, int& value, const std::string& about) const {
  return Argument(app_.add_option(names, value, about));
}
Argument Arguments::add(const std::string& names, std::uint64_t& value,
                        const std::string& about) const {
  return Argument(app_.add_option(names, value, about));
}
Argument Arguments::add(const std::string& names, double& value, const std::string& about) const {
  return Argument(app_.add_option(names, value, about));
}
Argument Arguments::bytes(const std::string& names, std::size_t& value,
                          const std::string& about) const {
  return Argument(app_.add_option(names, value, about)->transform(CLI::AsSizeValue(false)));
}
Argument Arguments::flag(const std::string& names, bool& value, const std::string& about) const {
  return Argument(app_.add_flag(names, value, about));
}
Argument Arguments::call(const std::string& names,
                         const std::function<void(const std::string&)>& use,
                         const std::string& about) const {
  return Argument(app_.add_option_function(names, use, about));
}
Argument Arguments::call_all(const std::string& names,
                             const std::function<void(const std::vector<std::string>&)>& use,
                             const std::string& about) const {
  return Argument(
      app_.add_option_function(names, use, about)->allow_extra_args(!names.starts_with("-")));
}

void Arguments::formats(report::Printer& printer) const {
  const std::vector<std::string> names = printer.formats();
  app_.add_flag_callback(
      "--json", [&printer] { printer.choose("json"); },
      "print JSON (checker/report/output.schema.json)");
  call(
      "--format", [&printer](const std::string& name) { printer.choose(name); },
      fmt::format("how to print it: {} by default; --json is json", names.front()))
      .one_of(names)
      .excludes("--json");
  call_all(
      "--report",
      [&printer](const std::vector<std::string>& all) {
        for (const std::string& one : all) printer.add_file(one);
      },
      "FORMAT=FILE: besides, to a file; - is standard output, as is github alone");
}

int run(int argc, char** argv) {
  CLI::App app{
      "pincheck: checks who takes and drops which page reference, in every order.\n"
      "Exit status: 0 as declared, holds, reproduced; 1 violated, or differing from what is\n"
      "declared; 2 bad input or usage; 3 not finished (time, memory, interrupted); 4 something\n"
      "was never reached; 5 nothing was judged (vacuous, not stated); 6 a trace that cannot be\n"
      "read. Where several apply: 2, 1, 3, 5, 4."};
  app.set_version_flag("--version", fmt::format("{} ({})", kVersion, tool_commit()));
  app.require_subcommand(1);
  const auto commands = all_commands();
  for (const auto& command : commands)
    command->declare(Arguments(*app.add_subcommand(std::string(command->name), command->about)));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11's own exit codes differ; usage errors are bad input here.
    return app.exit(error) == 0 ? kAsExpected : kBadInput;
  }
  const std::string chosen = app.get_subcommands().front()->get_name();
  for (const auto& command : commands)
    if (command->name == chosen) return command->run();
  return kBadInput;
}

}  // namespace pincheck::command
