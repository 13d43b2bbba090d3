// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// Symmetry reduction: states that differ by a renaming of like pages and like actors are one.
//
// A renaming is a permutation of pages and of actors that maps the System to itself: programs,
// folio orders, what the baseline accepts, and the start. Programs name no page (pages stand in the
// slots), so each step of a renamed world is the renamed step of the world, and so are its events;
// properties do not look at numbers (that is part of what Reads says of them). Hence it is enough
// to visit one state of each orbit (Emerson and Sistla, "Symmetry and model checking", FMSD 1996;
// Ip and Dill, "Better verification through symmetry", FMSD 1996). One instruction does look at
// numbers: the allocator takes the free page with the lowest. Where a program allocates
// (Footprint::by_number), pages keep their names.
#pragma once

#include <array>
#include <vector>

#include "model/machine/parts.hpp"

namespace pincheck::explore {

/// Each state is held against so many renamings at most where pages move: 7!, while four like pages
/// and five like actors come to 2880. Where none does, actors are sorted.
inline constexpr std::size_t kMostMovingPages = 5040;

/// Every renaming that maps the system to itself, but the identity. Where those would be more than
/// `most`, only those that move no page, and none where these are more than 8!: that is a part of
/// the symmetry, too.
std::vector<Renaming> automorphisms(const System&, std::size_t most = kMostMovingPages);

/// The group of renamings in use.
struct Symmetries {
  std::vector<Renaming> renamings;  ///< but the identity
  /// By actor, the last one before it that it may change places with, all else staying as it is; or
  /// -1.
  std::array<int, kMaxActors> like_before;
  /// Such swaps make up the whole group: sorting gives the least state.
  bool only_swaps = true;

  /// None.
  Symmetries() { like_before.fill(-1); }
  explicit Symmetries(const System&);
  std::size_t order() const { return renamings.size() + 1; }
};

/// Whether two actors run the same programs, and the properties treat them alike.
bool like_actors(const System&, int one, int other);

}  // namespace pincheck::explore
