// SPDX-License-Identifier: MIT
// libFuzzer's entry: the target is named by PINCHECK_FUZZ, one of test::kFuzzTargets.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "checker/testing/fuzz.hpp"

namespace {

const pincheck::test::FuzzTarget& target() {
  const char* wanted = std::getenv("PINCHECK_FUZZ");
  for (const auto& one : pincheck::test::kFuzzTargets)
    if (wanted != nullptr && one.name == wanted) return one;
  std::fputs("PINCHECK_FUZZ: expected scenario, convention, counterexample or trace\n", stderr);
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const pincheck::test::FuzzTarget& chosen = target();
  pincheck::test::fuzz(chosen, {reinterpret_cast<const char*>(data), size});
  return 0;
}
