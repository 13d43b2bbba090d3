// SPDX-License-Identifier: MIT
// checker/reproduce: uses checker/counterexample; used by checker/command.
// Where a program keeps a scenario's pages and pipes, and what it calls them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/iterators/kind.hpp"
#include "model/question/scenario.hpp"

namespace pincheck::reproduce {

inline constexpr int kPageBytes = 4096;
/// Bytes of its target that an actor has for itself: four pages of order 3 fit.
inline constexpr int kRegionBytes = 128 << 10;

/// How names that come from a scenario begin, and no others: no helper, nothing in a header.
inline constexpr std::string_view kPagePrefix = "page";
inline constexpr std::string_view kPipePrefix = "pipe";
inline constexpr std::string_view kRunPrefix = "run";

struct PagePlace {
  std::string name;  ///< of the C variable that points to it
  int bytes = 0;
  int offset = 0;  ///< in the memory for all pages, and in the cached file; a multiple of bytes
  bool mapped = false;  ///< the program has it in its address space
  bool cached = false;  ///< it is of the cached file
  int byte = 0;         ///< what it is filled with
};

/// What a page is filled with, as C says it.
std::string byte_of(const PagePlace&);

struct Layout {
  std::vector<PagePlace> pages;
  std::vector<std::string> pipes;  ///< names of the C variables
  std::vector<std::string> runs;   ///< names of the actors' functions
  int bytes = 0;                   ///< where the last page ends

  /// The pages lie one after the other: one buffer, or one call, takes them all.
  bool adjacent(const std::vector<int>& wanted) const;
  int bytes_of(const std::vector<int>& wanted) const;
};

Layout lay_out(const Scenario&, const Kinds&);

}  // namespace pincheck::reproduce
