// SPDX-License-Identifier: MIT
// checker/command: uses checker/report, checker/export, checker/predict, checker/reproduce, checker/source/patch.
// checker/source/scan. What the commands take, as a value: --help, the man page and the completion
// of shells are made from it.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace pincheck::command {

/// What an argument's value is: how it is called, and what can be offered for it.
enum class Value : std::uint8_t {
  nothing,  ///< of a flag
  text,
  number,
  seconds,
  size,        ///< "500M"
  choice,      ///< one of Parameter::choices
  convention,  ///< a shipped name or a file
  scenario,    ///< the same
  kase,        ///< a shipped name of `predict`, or a file
  topic,       ///< whatever has a name
  file,
  folder,
  format_file,  ///< FORMAT=FILE, of Parameter::choices
};

/// An option, or what is given without a name.
struct Parameter {
  std::vector<std::string> names;  ///< "-o", "--output"; "file" of one without a name
  Value value = Value::text;
  std::string about;
  std::vector<std::string> choices{};
  std::string bounds{};  ///< "1 to 100"; "" where there are none
  std::string preset{};  ///< without it; "" where nothing is to be said
  bool required = false;
  bool repeats = false;  ///< may be given more than once

  bool is_option() const { return names.front().starts_with('-'); }
  bool has_name(std::string_view name) const;
};

struct Interface {
  std::string name;   ///< of the command
  std::string about;  ///< one line
  std::deque<Parameter> parameters;

  /// The option of that name, or null.
  const Parameter* option(std::string_view name) const;
};

/// "FILE", "{on,off}"; "" of a flag.
std::string placeholder(const Parameter&);
/// "-o, --output FILE", "FILE ...".
std::string synopsis(const Parameter&);
/// "pincheck check [OPTION ...]".
std::string usage(const Interface&);
/// The whole sentence: what it is about, its bounds, what it is without.
std::string meaning(const Parameter&);

/// What is said of the program: what it is, what its exit status says, and what the environment
/// changes.
std::string_view program_about();
std::string_view program_status();
std::string_view program_environment();

/// What --help prints, of a command or of the program, in lines of at most `width` columns.
std::string help_text(const Interface&, std::size_t width);
std::string help_text(const std::vector<Interface>&, std::size_t width);

/// Where the command's name is among the words, wherever that is, or else the first word that is
/// neither an option nor its value; their number where all are.
std::size_t place_of_command(const std::vector<std::string>& words, const std::vector<Interface>&);

/// Of all commands, in the order of --help.
std::vector<Interface> interfaces();

}  // namespace pincheck::command
