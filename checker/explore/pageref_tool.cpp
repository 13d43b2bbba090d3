// SPDX-License-Identifier: MIT
// Searches the bench system, for scripts/compare: pincheck_pageref P-D-S-W-R [symmetry] [merge]
// [threads=N]. Prints states, steps, errors (bits), CPU seconds and bytes per state.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "checker/clock.hpp"
#include "checker/explore/pageref_search.hpp"

namespace pincheck {
namespace {

int run(int argc, char** argv) {
  PagerefConfig config;
  if (argc < 2 || std::sscanf(argv[1], "%d-%d-%d-%d-%d", &config.pages, &config.readers,
                              &config.splices, &config.writebacks, &config.reclaimers) != 5) {
    fmt::print(stderr, "usage: pincheck_pageref P-D-S-W-R [symmetry] [merge] [threads=N]\n");
    return 2;
  }
  EngineOptions options;
  options.max_bytes = std::size_t{16} << 30;
  bool symmetry = false;
  for (int i = 2; i < argc; ++i) {
    const std::string_view word = argv[i];
    symmetry = symmetry || word == "symmetry";
    config.merge_local = config.merge_local || word == "merge";
    if (word.substr(0, 8) == "threads=") options.threads = std::atoi(argv[i] + 8);
  }
  const double start = cpu_seconds();
  PagerefSearch search(config, symmetry);
  Engine<PagerefSearch> engine(search, options);
  const Ending ending = engine.run([](const Standing&) { return true; });
  const Standing found = engine.progress();
  fmt::print(
      "{{\"states\": {}, \"steps\": {}, \"errors\": {}, \"finished\": {}, "
      "\"seconds_cpu\": {:.3f}, \"bytes_per_state\": {:.1f}}}\n",
      found.states, found.steps, found.violated, ending == Ending::finished, cpu_seconds() - start,
      static_cast<double>(found.bytes) / static_cast<double>(found.states));
  return 0;
}

}  // namespace
}  // namespace pincheck

int main(int argc, char** argv) {
  try {
    return pincheck::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "pincheck_pageref: {}\n", error.what());
    return 2;
  }
}
