// SPDX-License-Identifier: MIT
// checker/command: uses checker/report, checker/export, checker/predict, checker/reproduce, checker/source/patch.
// checker/source/scan. The command line: how a command declares its arguments. CLI11 is behind it,
// whose templates take seconds to compile.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "checker/command/interface.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace pincheck::report {
class Printer;
}

namespace pincheck::command {

/// What else is to be said of an argument.
class Argument {
 public:
  Argument(CLI::Option* option, Parameter& parameter) : option_(option), parameter_(parameter) {}
  Argument is(Value) const;
  Argument required() const;
  Argument one_of(const std::vector<std::string>&) const;
  /// FORMAT=FILE of these.
  Argument formats(const std::vector<std::string>& names) const;
  Argument comma_separated() const;
  Argument between(std::int64_t low, std::int64_t high) const;
  Argument not_negative() const;
  Argument excludes(const std::string& other) const;
  Argument shows_default() const;

 private:
  CLI::Option* option_;
  Parameter& parameter_;
};

/// A command's arguments. What they are read into, and what is called, outlives the reading.
/// `names` is "name" of one without dashes, "--name", or "-n,--name".
class Arguments {
 public:
  Arguments(CLI::App& app, Interface& interface) : app_(app), interface_(interface) {}
  Argument add(const std::string& names, std::string&, const std::string& about) const;
  Argument add(const std::string& names, std::vector<std::string>&, const std::string& about) const;
  Argument add(const std::string& names, int&, const std::string& about) const;
  Argument add(const std::string& names, std::uint64_t&, const std::string& about) const;
  Argument add(const std::string& names, double&, const std::string& about) const;
  /// "500M", "2G".
  Argument bytes(const std::string& names, std::size_t&, const std::string& about) const;
  Argument flag(const std::string& names, bool&, const std::string& about) const;
  Argument call(const std::string& names, const std::function<void(const std::string&)>&,
                const std::string& about) const;
  Argument call_all(const std::string& names,
                    const std::function<void(const std::vector<std::string>&)>&,
                    const std::string& about) const;
  /// --json, --color, and --format and --report of those that the printer has.
  void formats(report::Printer&) const;
  /// --quiet, of a command that judges.
  void quiet(report::Printer&) const;

 private:
  Parameter& parameter(const std::string& names, Value, const std::string& about) const;

  CLI::App& app_;
  Interface& interface_;
};

/// Runs the command that the words name, wherever among them its name is, and returns the exit
/// status. Throws what it throws, and InputError.
int run(int argc, char** argv);

}  // namespace pincheck::command
