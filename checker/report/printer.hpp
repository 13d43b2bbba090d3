// SPDX-License-Identifier: MIT
// checker/report: uses checker/judge; used by checker/source/scan, checker/command.
// Standard output, in the format that was asked for.
#pragma once

#include <concepts>

#include "checker/report/format.hpp"

namespace pincheck::report {

/// Errors show at the end, in main: what can still be saved goes first.
void write_out(const std::string& text);

/// Prints what a command reports. Its formats are those that can print all of its reports.
class Printer {
 public:
  /// The names of its formats, the default first.
  std::vector<std::string> formats() const;
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
  void print(const Report&) const;

 private:
  struct File {
    const Format* format = nullptr;
    std::string path;
  };
  Facets has_;
  const Format* format_ = &all_formats().front();
  std::vector<File> files_;
};

/// Of a command that reports nothing but these.
template <std::derived_from<Report>... Reports>
class PrinterOf : public Printer {
 public:
  PrinterOf() : Printer((facets_of<Reports> & ...)) {}
  template <class R>
  requires(std::same_as<R, Reports> || ...) void report(const R& it) const { print(it); }
};

}  // namespace pincheck::report
