// SPDX-License-Identifier: MIT
// The conventions and scenarios that come inside the program.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/embedded.hpp"
#include "model/compile/files.hpp"
#include "model/compile/shipped.hpp"

namespace pincheck {
namespace {

constexpr std::string_view kConventions = "model/conventions/";
constexpr std::string_view kToml = ".toml";

/// All embedded files below `folder`, each through `parse`.
template <class T, class Parse>
std::vector<T> read_all(std::string_view folder, const Parse& parse) {
  std::vector<T> all;
  for (const EmbeddedFile& file : embedded_files())
    if (file.path.starts_with(folder) && file.path.ends_with(kToml))
      all.push_back(parse(file.text, std::string(file.path)));
  return all;
}

template <class T, class Parse>
T find(const std::vector<T>& shipped, const std::string& name_or_file, std::string_view what,
       const Parse& parse) {
  for (const T& one : shipped)
    if (one.name == name_or_file) return one;
  const bool looks_like_file =
      name_or_file.find('/') != std::string::npos || name_or_file.ends_with(kToml);
  if (!looks_like_file)
    throw InputError(fmt::format("no {} is named '{}', expected a file or {}", what, name_or_file,
                                 one_of(name_or_file, names_in(shipped))));
  return parse(read_file(name_or_file), name_or_file);
}

/// Larger scenarios for measuring: found by name, but not part of any table.
const std::vector<Scenario>& bench_scenarios(const Kinds& kinds) {
  static const auto all =
      read_all<Scenario>("corpus/bench/", [&](std::string_view text, const std::string& file) {
        return parse_scenario(text, file, kinds);
      });
  return all;
}

}  // namespace

const std::vector<Convention>& shipped_conventions(const Kinds& kinds) {
  static const auto all = [&] {
    auto found =
        read_all<Convention>(kConventions, [&](std::string_view text, const std::string& file) {
          return parse_convention(text, file, kinds);
        });
    std::sort(found.begin(), found.end(),
              [](const Convention& a, const Convention& b) { return a.label < b.label; });
    return found;
  }();
  return all;
}

const std::vector<Scenario>& shipped_scenarios(const Kinds& kinds) {
  static const auto all =
      read_all<Scenario>("corpus/thread/", [&](std::string_view text, const std::string& file) {
        return parse_scenario(text, file, kinds);
      });
  return all;
}

std::string shipped_convention_file(std::string_view name) {
  return fmt::format("{}{}{}", kConventions, name, kToml);
}

Names shipped_convention_names() {
  Names names;
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.path.starts_with(kConventions)) continue;
    std::string_view name = file.path.substr(kConventions.size());
    name.remove_suffix(kToml.size());
    names.push_back(name);
  }
  return names;
}

std::optional<std::string_view> shipped_text(std::string_view file) {
  for (const EmbeddedFile& one : embedded_files())
    if (one.path == file) return one.text;
  return {};
}

const Convention* impersonated_by(const Convention& convention, const Kinds& kinds) {
  for (const Convention& shipped : shipped_conventions(kinds)) {
    const bool same_name = convention.name == shipped.name || convention.label == shipped.label ||
                           convention.name == shipped.label || convention.label == shipped.name;
    if (same_name && write_convention(convention, "") != write_convention(shipped, ""))
      return &shipped;
  }
  return nullptr;
}

Convention find_convention(const std::string& name_or_file, const Kinds& kinds) {
  return find(shipped_conventions(kinds), name_or_file, "convention",
              [&](const std::string& text, const std::string& file) {
                Convention read = parse_convention(text, file, kinds);
                if (impersonated_by(read, kinds) != nullptr) read.label = read.name;
                if (const Convention* shipped = impersonated_by(read, kinds))
                  throw InputError(fmt::format(
                      "{}: convention '{}' is not the shipped '{}' (label '{}'), expected a name "
                      "of its own, and for what is kept of another based_on = \"{}\"",
                      file, read.name, shipped->name, shipped->label, shipped->name));
                return read;
              });
}

Scenario find_scenario(const std::string& name_or_file, const Kinds& kinds) {
  for (const Scenario& one : bench_scenarios(kinds))
    if (one.name == name_or_file) return one;
  return find(shipped_scenarios(kinds), name_or_file, "scenario",
              [&](const std::string& text, const std::string& file) {
                return parse_scenario(text, file, kinds);
              });
}

}  // namespace pincheck
