// SPDX-License-Identifier: MIT
#include "checker/report/printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "checker/render/terminal.hpp"
#include "model/base/atomic_file.hpp"
#include "model/base/input.hpp"
#include "model/base/nearest.hpp"

namespace pincheck::report {
namespace {

/// A report's file that is standard output.
constexpr const char* kOutput = "-";

const Format* find(std::string_view name) {
  const auto& all = all_formats();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Format& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<Format>& all_formats() {
#define PINCHECK_CALL(name) formats::name(),
  static const std::vector<Format> all{PINCHECK_FORMATS(PINCHECK_CALL)};
#undef PINCHECK_CALL
  return all;
}

void write_out(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

std::vector<std::string> Printer::formats() const {
  std::vector<std::string> names;
  for (const Format& format : all_formats())
    if ((format.needs & ~has_) == 0) names.emplace_back(format.name);
  return names;
}

std::vector<std::string> Printer::file_formats() const {
  std::vector<std::string> names;
  for (const Format& format : all_formats())
    if (!format.at_once && (format.needs & ~has_) == 0) names.emplace_back(format.name);
  return names;
}

void Printer::choose(std::string_view format) { format_ = find(format); }

void Printer::add_file(const std::string& what) {
  const std::size_t at = what.find('=');
  const std::vector<std::string> names = file_formats();
  const std::string name = what.substr(0, at);
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    const Format* format = find(name);
    const bool named = at != std::string::npos;
    const std::string path = named ? what.substr(at + 1) : format->in_output ? kOutput : "";
    if (!path.empty()) return files_.push_back({format, path});
  }
  throw InputError(fmt::format("--report {}: expected FORMAT=FILE with {}", what,
                               one_of(name, Names(names.begin(), names.end()))));
}

void Printer::print(const Report& report, ExitCode code) const {
  const bool untold = quiet_ && format_->at_once && code == kAsExpected;
  if (!untold) write_out(shown(untold_ + format_->print(report)));
  for (const File& one : files_)
    if (one.path == kOutput)
      write_out(one.format->print(report));
    else
      write_atomically(one.path, one.format->print(report));
}

void Printer::now(const std::string& text) const {
  if (!format_->at_once) return;
  if (quiet_)
    untold_ += text;
  else
    write_out(shown(text));
}

std::string Printer::shown(const std::string& text) const {
  return format_->at_once ? render::fitted_to_terminal(text) : text;
}

}  // namespace pincheck::report
