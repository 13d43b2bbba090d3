// SPDX-License-Identifier: MIT
// `pincheck trace`.
#pragma once

#include <cstdint>
#include <string>

#include "checker/trace/reader.hpp"

namespace pincheck::trace {

struct Options {
  std::string file;
  std::string kernel;
  std::uint64_t vmemmap = kVmemmap;
  bool print_probes = false;
  bool json = false;
};

/// Returns the exit status; throws InputError.
int run(const Options&);

}  // namespace pincheck::trace
