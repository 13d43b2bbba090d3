// SPDX-License-Identifier: MIT
// The bench system as Engine searches it.
#pragma once

#include <stdexcept>
#include <vector>

#include "checker/explore/engine.hpp"
#include "checker/explore/pageref_turn.hpp"

namespace pincheck {

/// PagerefSpace with the interface of ScenarioSpace. What is violated is the set of errors, as
/// bits.
class PagerefSearch {
 public:
  class Worker;

  PagerefSearch(const PagerefConfig& config, bool symmetry) : space_(config), symmetry_(symmetry) {}

  std::vector<Key> initial() const { return {canonical(space_.initial())}; }
  int key_bits() const { return space_.key_bits(); }
  static bool sleeps() { return false; }
  static std::uint64_t fingerprint(Key key) { return hash_of(key); }
  static std::size_t bytes() { return 0; }
  /// Keys have one layout, so these are never needed.
  static int widen() { throw std::logic_error("pageref's keys do not grow"); }
  static Key repack(int /*old*/, Key key) { return key; }

 private:
  Key canonical(Key key) const { return symmetry_ ? space_.canonical(key) : key; }

  PagerefSpace space_;
  bool symmetry_;
};

class PagerefSearch::Worker {
 public:
  explicit Worker(const PagerefSearch& search) : search_(search) {}

  Expansion expand(const Item& item, std::vector<Reached>& out) const {
    Expansion done;
    search_.space_.expand(item.key, [&](Key next, std::uint32_t errors, std::uint32_t) {
      done.violated |= errors;
      ++done.steps;
      out.push_back({search_.canonical(next)});
    });
    done.violated |= search_.space_.at_end(item.key);
    return done;
  }
  void adopt(int /*old*/) {}
  static std::size_t bytes() { return 0; }

 private:
  const PagerefSearch& search_;
};

}  // namespace pincheck
