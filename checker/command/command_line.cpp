// SPDX-License-Identifier: MIT
#include "checker/command/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "checker/command/command.hpp"
#include "checker/render/terminal.hpp"
#include "checker/report/printer.hpp"
#include "model/base/input.hpp"
#include "model/base/nearest.hpp"
#include "model/base/version.hpp"

namespace pincheck::command {
namespace {

using Words = std::vector<std::string>;

/// Says what is wrong with a value, "" if nothing is.
CLI::Validator checked(std::function<std::string(const std::string&)> problem) {
  return CLI::Validator([problem = std::move(problem)](std::string& word) { return problem(word); },
                        "");
}

template <class T>
CLI::Validator number(std::string_view what) {
  return checked([what](const std::string& word) {
    T value{};
    return CLI::detail::lexical_cast(word, value) ? std::string()
                                                  : fmt::format("'{}', expected {}", word, what);
  });
}

/// A command, and how it reads what it takes.
struct Declared {
  explicit Declared(Made made) : command(std::move(made)) {
    interface.name = command->name;
    interface.about = command->about;
    interface.parameters.push_back({.names = {"-h", "--help"},
                                    .value = Value::nothing,
                                    .about = "print what the command takes, and leave"});
    app->allow_extras();
    command->declare(Arguments(*app, interface));
  }

  Made command;
  std::unique_ptr<CLI::App> app = std::make_unique<CLI::App>();
  Interface interface {};
};

std::vector<Declared> declared() {
  std::vector<Declared> all;
  for (Made& command : all_commands()) all.emplace_back(std::move(command));
  return all;
}

std::vector<Interface> interfaces_of(const std::vector<Declared>& all) {
  std::vector<Interface> found;
  for (const Declared& one : all) found.push_back(one.interface);
  return found;
}

/// What CLI11 has against the words, as it would be said here.
std::string problem_of(const Interface& of, const CLI::ParseError& error) {
  const std::string what = error.what();
  const std::string name = what.substr(0, what.find_first_of(": "));
  for (const Parameter& one : of.parameters) {
    if (!one.has_name(name)) continue;
    if (error.get_name() == "RequiredError")
      return fmt::format("{} is missing, expected {}", synopsis(one), one.about);
    if (error.get_name() == "ArgumentMismatch")
      return fmt::format("{} is without a value, expected {}", name, synopsis(one));
  }
  if (error.get_name() == "ExcludesError") return fmt::format("{}, expected one of the two", what);
  return what;
}

[[noreturn]] void refuse(const Interface& of, const std::string& problem) {
  throw InputError(fmt::format("{}: {} (pincheck {} --help)", of.name, problem, of.name));
}

/// Words that nothing of the command reads. One of them says best what went wrong, also where
/// something else is missing.
void refuse_extras(const Interface& of, Words extras) {
  std::erase(extras, "--");
  if (extras.empty()) return;
  const auto is_option = [](const std::string& word) { return word.starts_with('-'); };
  const auto option = std::find_if(extras.begin(), extras.end(), is_option);
  if (option == extras.end())
    refuse(of, fmt::format("'{}' is one too many, expected nothing more", extras.front()));
  const std::string name = option->substr(0, option->find('='));
  Names names;
  for (const Parameter& one : of.parameters)
    if (one.is_option()) names.insert(names.end(), one.names.begin(), one.names.end());
  refuse(of, fmt::format("there is no option {}, expected one that it has{}", name,
                         did_you_mean(name, names)));
}

/// Reads the words. Returns whether the command is to run: not where they ask for help.
bool read(const Declared& one, Words words) {
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  try {
    one.app->parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    report::write_out(help_text(one.interface, render::terminal_width()));
    return false;
  } catch (const CLI::ParseError& error) {
    refuse_extras(one.interface, one.app->remaining());
    refuse(one.interface, problem_of(one.interface, error));
  }
  refuse_extras(one.interface, one.app->remaining());
  return true;
}

/// Words without a command: what they ask of the program itself.
int answer(const Words& words, const std::vector<Declared>& all) {
  const auto has = [&](std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (!has("--help") && !has("-h")) throw InputError("no command is named (pincheck --help)");
  report::write_out(help_text(interfaces_of(all), render::terminal_width()));
  return kAsExpected;
}

}  // namespace

Argument Argument::is(Value value) const {
  parameter_.value = value;
  return *this;
}
Argument Argument::required() const {
  option_->required();
  parameter_.required = true;
  return *this;
}
Argument Argument::one_of(const std::vector<std::string>& words) const {
  parameter_.choices = words;
  parameter_.value = Value::choice;
  option_->check(checked([words](const std::string& word) {
    const bool known = std::find(words.begin(), words.end(), word) != words.end();
    return known ? std::string()
                 : fmt::format("'{}' is unknown, expected {}", word,
                               pincheck::one_of(word, Names(words.begin(), words.end())));
  }));
  return *this;
}
Argument Argument::formats(const std::vector<std::string>& names) const {
  parameter_.choices = names;
  return is(Value::format_file);
}
Argument Argument::comma_separated() const {
  option_->delimiter(',');
  return *this;
}
Argument Argument::between(std::int64_t low, std::int64_t high) const {
  parameter_.bounds = fmt::format("{} to {}", low, high);
  option_->check(checked([low, high, bounds = parameter_.bounds](const std::string& word) {
    std::int64_t value = 0;
    const bool good = CLI::detail::lexical_cast(word, value) && low <= value && value <= high;
    return good ? std::string() : fmt::format("'{}', expected {}", word, bounds);
  }));
  return *this;
}
Argument Argument::not_negative() const {
  option_->check(checked([](const std::string& word) {
    double value = 0;
    return CLI::detail::lexical_cast(word, value) && value >= 0
               ? std::string()
               : fmt::format("'{}', expected a number that is not negative", word);
  }));
  return *this;
}
Argument Argument::excludes(const std::string& other) const {
  option_->excludes(other);
  return *this;
}
Argument Argument::shows_default() const {
  option_->capture_default_str();
  parameter_.preset = option_->get_default_str();
  return *this;
}

Parameter& Arguments::parameter(const std::string& names, Value value,
                                const std::string& about) const {
  Parameter one{.names = CLI::detail::split(names, ','), .value = value, .about = about};
  return interface_.parameters.emplace_back(std::move(one));
}

Argument Arguments::add(const std::string& names, std::string& value,
                        const std::string& about) const {
  return {app_.add_option(names, value), parameter(names, Value::text, about)};
}
Argument Arguments::add(const std::string& names, std::vector<std::string>& values,
                        const std::string& about) const {
  Parameter& one = parameter(names, Value::text, about);
  one.repeats = true;
  // One value each time it is given: what follows may be a file.
  return {app_.add_option(names, values)->allow_extra_args(!one.is_option()), one};
}
Argument Arguments::add(const std::string& names, int& value, const std::string& about) const {
  return {app_.add_option(names, value)->check(number<int>("a whole number")),
          parameter(names, Value::number, about)};
}
Argument Arguments::add(const std::string& names, std::uint64_t& value,
                        const std::string& about) const {
  return {app_.add_option(names, value)->check(number<std::uint64_t>("a whole number")),
          parameter(names, Value::number, about)};
}
Argument Arguments::add(const std::string& names, double& value, const std::string& about) const {
  return {app_.add_option(names, value)->check(number<double>("a number")),
          parameter(names, Value::seconds, about)};
}
Argument Arguments::bytes(const std::string& names, std::size_t& value,
                          const std::string& about) const {
  return {app_.add_option(names, value)->transform(CLI::AsSizeValue(false)),
          parameter(names, Value::size, about)};
}
Argument Arguments::flag(const std::string& names, bool& value, const std::string& about) const {
  return {app_.add_flag(names, value), parameter(names, Value::nothing, about)};
}
Argument Arguments::call(const std::string& names,
                         const std::function<void(const std::string&)>& use,
                         const std::string& about) const {
  return {app_.add_option_function(names, use), parameter(names, Value::text, about)};
}
Argument Arguments::call_all(const std::string& names,
                             const std::function<void(const std::vector<std::string>&)>& use,
                             const std::string& about) const {
  Parameter& one = parameter(names, Value::text, about);
  one.repeats = true;
  return {app_.add_option_function(names, use)->allow_extra_args(!one.is_option()), one};
}

void Arguments::formats(report::Printer& printer) const {
  parameter("--json", Value::nothing, "print JSON (checker/report/output.schema.json)");
  app_.add_flag_callback("--json", [&printer] { printer.choose("json"); });
  call(
      "--format", [&printer](const std::string& name) { printer.choose(name); },
      "how to print it; --json is json")
      .one_of(printer.formats())
      .excludes("--json");
  call_all(
      "--report",
      [&printer](const std::vector<std::string>& all) {
        for (const std::string& one : all) printer.add_file(one);
      },
      "besides, to a file; - is standard output, as is github alone")
      .formats(printer.file_formats());
  call(
      "--color", [](const std::string& when) { render::choose_colours(when); },
      "without it on a terminal only")
      .one_of({"auto", "always", "never"});
}

void Arguments::quiet(report::Printer& printer) const {
  parameter("-q,--quiet", Value::nothing,
            "as text, say nothing when all is well: the exit status tells");
  app_.add_flag_callback("-q,--quiet", [&printer] { printer.be_quiet(); });
}

std::vector<Interface> interfaces() { return interfaces_of(declared()); }

int run(int argc, char** argv) {
  const auto all = declared();
  Words words(argv + 1, argv + argc);
  const auto place =
      words.begin() + static_cast<std::ptrdiff_t>(place_of_command(words, interfaces_of(all)));
  if (std::find(words.begin(), place, "--version") != place) {
    report::write_out(fmt::format("{} ({})\n", kVersion, tool_commit()));
    return kAsExpected;
  }
  if (place == words.end()) return answer(words, all);
  const std::string name = *place;
  words.erase(place);
  for (const Declared& one : all)
    if (one.interface.name == name)
      return read(one, std::move(words)) ? one.command->run() : kAsExpected;
  Names names;
  for (const Declared& one : all) names.emplace_back(one.interface.name);
  throw InputError(
      fmt::format("there is no command '{}', expected {}", name, pincheck::one_of(name, names)));
}

}  // namespace pincheck::command
