// SPDX-License-Identifier: MIT
// Searches the bench system, for scripts/compare: pincheck_pageref P-D-S-W-R [symmetry] [merge]
// [threads=N]. Prints states, steps, errors (bits), CPU seconds and bytes per state.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "checker/bench/pageref_search.hpp"
#include "model/base/clock.hpp"

namespace pincheck::bench {
namespace {

int run(int argc, char** argv) {
  PagerefConfig config;
  if (argc < 2 || std::sscanf(argv[1], "%d-%d-%d-%d-%d", &config.pages, &config.readers,
                              &config.splices, &config.writebacks, &config.reclaimers) != 5) {
    fmt::print(stderr, "usage: pincheck_pageref P-D-S-W-R [symmetry] [merge] [threads=N]\n");
    return 2;
  }
  explore::EngineOptions options;
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
  explore::Engine<PagerefSearch> engine(search, options);
  const explore::Ending ending = engine.run([](const explore::Standing&) { return true; });
  const explore::Standing found = engine.progress();
  fmt::print(
      "{{\"states\": {}, \"steps\": {}, \"errors\": {}, \"finished\": {}, "
      "\"seconds_cpu\": {:.3f}, \"bytes_per_state\": {:.1f}}}\n",
      found.states, found.steps, found.violated, ending == explore::Ending::finished,
      cpu_seconds() - start, static_cast<double>(found.bytes) / static_cast<double>(found.states));
  return 0;
}

}  // namespace
}  // namespace pincheck::bench

int main(int argc, char** argv) {
  try {
    return pincheck::bench::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "pincheck_pageref: {}\n", error.what());
    return 2;
  }
}
