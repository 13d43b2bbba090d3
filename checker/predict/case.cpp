// SPDX-License-Identifier: MIT
#include "checker/predict/case.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/embedded.hpp"
#include "model/files.hpp"

namespace pincheck {
namespace {

constexpr std::int64_t kMostBytes = std::int64_t{1} << 30;

Case read_case(Reader& reader, const Scenario& scenario) {
  Case one;
  one.name = reader.name();
  one.program = reader.text("program");
  one.syscalls = reader.texts_or_none("syscalls");
  one.bytes = reader.integer_or("bytes", 16 * kPageBytes, 1, kMostBytes);
  one.offset = reader.integer_or("offset", 0, 0, kPageBytes - 1);
  one.scenario = scenario;
  reader.finish();
  return one;
}

/// The shipped case of that name, or what the file of that name has.
std::vector<Case> find_some(const std::string& name_or_file, const Kinds& kinds) {
  const auto& shipped = shipped_cases(kinds);
  const auto found = std::find_if(shipped.begin(), shipped.end(),
                                  [&](const Case& one) { return one.name == name_or_file; });
  if (found != shipped.end()) return {*found};
  if (name_or_file.find('/') == std::string::npos && !name_or_file.ends_with(".toml"))
    throw InputError(
        fmt::format("no case is named '{}', expected a file or one of those that "
                    "'pincheck list cases' lists",
                    name_or_file));
  return parse_cases(read_file(name_or_file), name_or_file, kinds);
}

}  // namespace

std::vector<Case> parse_cases(std::string_view text, const std::string& file, const Kinds& kinds) {
  const toml::table table = parse_toml(text, file);
  Reader reader(table, file, "cases");
  auto inner = reader.table("scenario");
  if (!inner) reader.fail("scenario", "expected a [scenario] that the cases stand for");
  const Scenario scenario = read_scenario(*inner, kinds);
  std::vector<Case> all;
  for (Reader& one : reader.tables("case")) all.push_back(read_case(one, scenario));
  if (all.empty()) reader.fail("case", "expected at least one [[case]]");
  reader.finish();
  return all;
}

const std::vector<Case>& shipped_cases(const Kinds& kinds) {
  static const auto all = [&] {
    std::vector<Case> found;
    for (const EmbeddedFile& file : embedded_files()) {
      if (!file.path.starts_with("corpus/cases/")) continue;
      for (Case& one : parse_cases(file.text, std::string(file.path), kinds))
        found.push_back(std::move(one));
    }
    return found;
  }();
  return all;
}

std::vector<Case> find_cases(const std::vector<std::string>& names_or_files, const Kinds& kinds) {
  if (names_or_files.empty()) return shipped_cases(kinds);
  std::vector<Case> all;
  for (const std::string& name : names_or_files)
    for (Case& one : find_some(name, kinds)) all.push_back(std::move(one));
  return all;
}

}  // namespace pincheck
