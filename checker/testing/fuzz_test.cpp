// SPDX-License-Identifier: MIT
// The inputs that the fuzzers found something with, in corpus/fuzz, and the files that they begin
// from.
#include <catch2/catch.hpp>
#include <filesystem>

#include "checker/testing/fuzz.hpp"
#include "checker/testing/run_binary.hpp"

namespace pincheck::test {
namespace {

std::size_t fuzzed(const FuzzTarget& target, const std::string& folder) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    INFO(entry.path().string());
    const std::string text = contents(entry.path().string());
    CHECK_NOTHROW(fuzz(target, text));
    ++files;
  }
  return files;
}

}  // namespace

TEST_CASE("what fuzzers found once is read or refused", "[fuzz]") {
  const std::string corpus = variable("PINCHECK_SOURCE_DIR") + "/corpus/fuzz/";
  for (const FuzzTarget& target : kFuzzTargets) {
    INFO(target.name);
    CHECK(fuzzed(target, corpus + std::string(target.name)) > 0);
  }
}

TEST_CASE("what is shipped is read as the other kind of file without harm", "[fuzz]") {
  const std::string root = variable("PINCHECK_SOURCE_DIR") + "/";
  for (const FuzzTarget& target : kFuzzTargets)
    for (const char* folder : {"model/conventions", "corpus/thread", "corpus/regression"}) {
      INFO(target.name << " reads " << folder);
      CHECK(fuzzed(target, root + folder) > 10);
    }
}

}  // namespace pincheck::test
