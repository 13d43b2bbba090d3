// SPDX-License-Identifier: MIT
// `pincheck man`: the man page, from what --help is made of.
#include <fmt/format.h>

#include "checker/command/command.hpp"
#include "checker/report/printer.hpp"
#include "model/base/version.hpp"

namespace pincheck::command {
namespace {

/// As text of a line of its own in roff, which has commands in lines that begin with a dot.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == ',')
      out += ",\\:";  // the line may end here
    else
      out += c == '\n' ? ' ' : c;
  }
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : escaped(text)) out += c == '"' ? "\\(dq" : std::string(1, c);
  return "\"" + out + "\"";
}

std::string section(std::string_view name, std::string_view text) {
  return fmt::format(".SH {}\n{}\n", name, escaped(text));
}

std::string command_text(const Interface& of) {
  std::string out = fmt::format(".SS {}\n{}\n", quoted(usage(of)), escaped(of.about));
  for (const bool option : {false, true})
    for (const Parameter& one : of.parameters)
      if (one.is_option() == option)
        out += fmt::format(".TP\n.B {}\n{}\n", quoted(synopsis(one)), escaped(meaning(one)));
  return out;
}

class Man final : public Command {
 public:
  Man() : Command("man", "the man page: pincheck man | man -l -") {}

  void declare(const Arguments&) override {}

  ExitCode run() override {
    std::string out = fmt::format(".\\\" SPDX-License-Identifier: MIT\n.TH PINCHECK 1 {} {}\n",
                                  kVersionDate, quoted(fmt::format("pincheck {}", kVersion)));
    out +=
        ".nh\n.ad l\n.SH NAME\npincheck \\- page reference semantics of the Linux kernel, "
        "checked\n";
    out += ".SH SYNOPSIS\n.B pincheck\n.I COMMAND\n.RI [ ARGUMENT\\ ... ]\n";
    out += section("DESCRIPTION", program_about());
    out += ".SH COMMANDS\nA command and its arguments may come in any order.\n";
    for (const Interface& one : interfaces()) out += command_text(one);
    out += section("EXIT STATUS", program_status());
    out += section("ENVIRONMENT", program_environment());
    report::write_out(out);
    return kAsExpected;
  }
};

}  // namespace

Made commands::man() { return std::make_unique<Man>(); }

}  // namespace pincheck::command
