// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// One state for all that differ by a renaming (see symmetry.hpp).
#pragma once

#include <array>
#include <vector>

#include "checker/explore/frontier.hpp"
#include "checker/explore/scenario_space.hpp"

namespace pincheck::explore {

/// Finds the state that stands for its orbit. One worker's: it remembers parts that were renamed.
class Orbits {
 public:
  /// `space` must outlive this.
  explicit Orbits(ScenarioSpace& space);

  /// Each state is an orbit of its own.
  bool trivial() const { return symmetries_.renamings.empty(); }
  /// The renamed state whose parts come first by rank, compared field by field. Where the layout
  /// has no room for a number, the space is asked for it, and the key is 0.
  Reached least(const Layout& layout, const Reached& reached) {
    return symmetries_.only_swaps ? sorted(layout, reached) : least_of_all(layout, reached);
  }
  std::size_t bytes() const { return list_bytes_; }

 private:
  /// A renaming as seen from where things go.
  struct Source {
    std::array<std::uint8_t, kMaxFields> field{};  ///< whose part comes to each field
    bool renames = false;                          ///< parts themselves change: pages move
    /// By field it comes from, each number's image, plus 1; 0 where not known yet.
    std::array<std::vector<std::uint32_t>, kMaxFields> images;
  };

  Reached sorted(const Layout& layout, const Reached& reached);
  Reached least_of_all(const Layout& layout, const Reached& reached);
  /// The number that a field gets: that of the field `from`, renamed.
  std::uint32_t image(std::size_t renaming, int from, std::uint32_t number);
  std::uint64_t rank(int field, std::uint32_t number);

  ScenarioSpace& space_;
  Components& components_;
  const Symmetries& symmetries_;
  int actors_;
  std::vector<Source> sources_;                               ///< none where sorting is enough
  std::array<std::vector<std::uint64_t>, kMaxFields> ranks_;  ///< by family; 0 where not known
  std::size_t list_bytes_ = 0;                                ///< of images and ranks
};

}  // namespace pincheck::explore
