// SPDX-License-Identifier: MIT
// checker/report: uses checker/judge; used by checker/source/scan, checker/command.
// Standard output, in the format that was asked for.
#pragma once

#include <concepts>

#include "checker/report/format.hpp"
#include "model/base/exit_code.hpp"

namespace pincheck::report {

/// Errors show at the end, in main: what can still be saved goes first.
void write_out(const std::string& text);

/// Prints what a command reports. Its formats are those that can print all of its reports.
class Printer {
 public:
  /// The names of its formats, the default first.
  std::vector<std::string> formats() const;
  /// Those that files can be in: whole documents.
  std::vector<std::string> file_formats() const;
  /// From now on text is printed only where all is not well.
  void be_quiet() { quiet_ = true; }
  /// From now on in this format, one of formats().
  void choose(std::string_view format);
  /// Besides, to a file, or after the rest of the output: "junit=FILE", "junit=-", in one of
  /// formats() that is a whole document; "github" is "github=-". Throws InputError: another format,
  /// or no file.
  void add_file(const std::string& what);
  /// Tells people what is known already. Formats that print whole documents leave it out.
  void now(const std::string& text) const;

 protected:
  explicit Printer(Facets has) : has_(has) {}
  /// Throws InputError where a file can't be written, when all else is.
  void print(const Report&, ExitCode) const;

 private:
  /// For people at a terminal.
  std::string shown(const std::string& text) const;

  struct File {
    const Format* format = nullptr;
    std::string path;
  };
  Facets has_;
  const Format* format_ = &all_formats().front();
  std::vector<File> files_;
  bool quiet_ = false;
  mutable std::string untold_;  ///< what people are told if all is not well
};

/// Of a command that reports nothing but these.
template <std::derived_from<Report>... Reports>
class PrinterOf : public Printer {
 public:
  PrinterOf() : Printer((facets_of<Reports> & ...)) {}
  /// `code` is what the command ends with.
  template <class R>
  requires(std::same_as<R, Reports> || ...) void report(const R& it, ExitCode code) const {
    print(it, code);
  }
};

}  // namespace pincheck::report
