// SPDX-License-Identifier: MIT
// Paths, callers and kinds are known in their own files only; a scenario's fields in one list.
#include <filesystem>
#include <regex>

#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"
#include "model/question/fields.hpp"

namespace pincheck::judge {
namespace {

namespace fs = std::filesystem;

fs::path source_folder(const std::string& name) {
  return fs::path(test::variable("PINCHECK_SOURCE_DIR")) / name;
}

bool is_source(const fs::path& file) {
  const std::string name = file.filename().string();
  return (name.ends_with(".cpp") || name.ends_with(".hpp")) && !name.ends_with("_test.cpp");
}

/// Another value than the setting usually has.
template <class T>
T other_than(const T& usual, int low, int high) {
  if constexpr (std::same_as<T, std::optional<bool>>)
    return false;
  else if constexpr (std::same_as<T, int>)
    return usual == high ? low : high;
  else if constexpr (std::same_as<T, bool>)
    return !usual;
  else
    return static_cast<T>(1);
}

}  // namespace

TEST_CASE("nobody else asks for a path, caller or kind by its name", "[facts]") {
  std::string names;
  const auto add = [&](const auto& all) {
    for (const auto& one : all) names += (names.empty() ? "" : "|") + std::string(one.name);
  };
  add(paths());
  add(callers());
  add(linux_kinds());
  const std::regex compares("[=!]= *\"(" + names + ")\"");
  int files = 0;
  for (const char* folder : {"model", "properties", "shrinkers", "checker"})
    for (const auto& entry : fs::recursive_directory_iterator(source_folder(folder))) {
      const bool of_traces = entry.path().parent_path().filename() == "trace" &&
                             entry.path().filename() == "fields.cpp";  // keys of their own
      if (!is_source(entry.path()) || of_traces) continue;
      ++files;
      const std::string text = test::contents(entry.path().string());
      std::smatch found;
      std::regex_search(text, found, compares);
      INFO(entry.path());
      CHECK(found.str() == "");
    }
  CHECK(files > 200);
}

TEST_CASE("a setting that is not as usual is written, and counts", "[facts]") {
  int settings = 0;
  const auto check = [&](auto part, const auto& table) {
    each_setting<decltype(part)>([&](const auto& f) {
      ++settings;
      auto changed = part;
      changed.*f.at = other_than(part.*f.at, f.low, f.high);
      Scenario s;
      (s.*table).push_back(changed);
      INFO(f.key);
      CHECK_THAT(write_scenario(s, ""), Catch::Contains("\n" + std::string(f.key) + " = "));
      CHECK(std::abs(flags_of(changed) - flags_of(part)) == 1);
    });
  };
  check(PageSpec{}, &Scenario::pages);
  check(ActorSpec{}, &Scenario::actors);
  CHECK(settings == 8);
}

}  // namespace pincheck::judge
