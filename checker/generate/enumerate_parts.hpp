// SPDX-License-Identifier: MIT
// checker/generate: uses model/compile; used by checker/judge.
// What enumerated scenarios are made of, as numbers.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "checker/generate/grammar.hpp"

namespace pincheck::generate {

/// Pages in ascending order, each as 1 + index, then zeros.
using List = std::array<std::uint8_t, kMaxSlots>;
static_assert(kRingSlots <= kMaxSlots, "what a ring holds is such a list, too");

int length_of(const List&);
std::vector<int> pages_of(const List&);

/// A bit a page.
inline unsigned mask_of(const List& list) {
  unsigned mask = 0;
  for (const unsigned page : list) mask |= 1U << page >> 1;
  return mask;
}

/// An actor as numbers: its size, what has no name, then the names. A renaming changes only those.
struct Code {
  std::uint8_t slots = 0;
  std::uint8_t flags = 0;
  std::uint16_t shape = 0;  ///< path, caller, kind and flags together
  List list{};
  std::uint8_t pipe = 0;  ///< 0 for none, else 1 + index
  std::uint8_t pipe2 = 0;

  auto numbers() const { return std::tie(slots, flags, shape, list, pipe, pipe2); }
  bool operator==(const Code&) const = default;
  bool operator<(const Code& other) const { return numbers() < other.numbers(); }
};

/// What actors come to, one or several.
struct Sum {
  int slots = 0;
  int flags = 0;
  unsigned pages = 0;  ///< listed, a bit each
  unsigned pipes = 0;  ///< named, a bit each
  bool allocates = false;
  Claim claim;
  unsigned dirty = 0;         ///< pages whose being dirty matters, a bit each
  unsigned faults = 0;        ///< pages written through a mapping
  unsigned written_back = 0;  ///< pages that may come under writeback

  void add(const Sum& other) {
    slots += other.slots;
    flags += other.flags;
    pages |= other.pages;
    pipes |= other.pipes;
    allocates |= other.allocates;
    dirty |= other.dirty;
    faults |= other.faults;
    written_back |= other.written_back;
  }
};

struct Actor {
  Code code;
  Sum sum;
};

/// Who can act on pages of given backings with a number of pipes, and what can be in the rings.
struct Cast {
  std::vector<Actor> actors;             ///< ascending
  std::vector<std::vector<List>> rings;  ///< one list a pipe, ascending

  /// The first actor of at least this size.
  int first(int slots, int flags) const;
};

/// What the grammar yields, part by part.
class Parts {
 public:
  Parts(Kinds kinds, int slots);

  /// Pages without names, those with fewer flags first.
  const std::vector<PageSpec>& pages() const { return pages_; }
  /// The actor without its name.
  ActorSpec actor(const Code&) const;
  /// For pages by their numbers; it stays where it is.
  const Cast& cast(const std::vector<int>& pages, int pipes);

 private:
  std::vector<Actor> all_actors(const std::vector<PageSpec>& pages, int pipes);
  Actor numbered(const ActorSpec& spec, const std::vector<PageSpec>& pages);
  std::uint16_t shape_of(ActorSpec spec);
  std::vector<std::vector<List>> all_rings(const std::vector<PageSpec>& pages, int pipes);

  Kinds kinds_;
  Odometer odometer_;
  Grammar grammar_;
  std::vector<PageSpec> pages_;
  std::vector<ActorSpec> shapes_;
  std::map<std::pair<int, std::vector<Backing>>, Cast> casts_;
};

}  // namespace pincheck::generate
