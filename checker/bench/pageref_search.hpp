// SPDX-License-Identifier: MIT
// checker/bench: uses checker/judge, checker/trace.
// The bench system as Engine searches it.
#pragma once

#include <stdexcept>
#include <vector>

#include "checker/bench/pageref_turn.hpp"
#include "checker/explore/engine.hpp"

namespace pincheck::bench {

/// PagerefSpace with the interface of ScenarioSpace. What is violated is the set of errors, as
/// bits.
class PagerefSearch {
 public:
  class Worker;

  PagerefSearch(const PagerefConfig& config, bool symmetry) : space_(config), symmetry_(symmetry) {}

  std::vector<explore::Key> initial() const { return {canonical(space_.initial())}; }
  int key_bits() const { return space_.key_bits(); }
  static bool sleeps() { return false; }
  static std::uint64_t fingerprint(explore::Key key) { return explore::hash_of(key); }
  static std::size_t bytes() { return 0; }
  /// Keys have one layout, so these are never needed.
  static int widen() { throw std::logic_error("pageref's keys do not grow"); }
  static explore::Key repack(int /*old*/, explore::Key key) { return key; }

 private:
  explore::Key canonical(explore::Key key) const { return symmetry_ ? space_.canonical(key) : key; }

  PagerefSpace space_;
  bool symmetry_;
};

class PagerefSearch::Worker {
 public:
  explicit Worker(const PagerefSearch& search) : search_(search) {}

  explore::Expansion expand(const explore::Item& item, std::vector<explore::Reached>& out) const {
    explore::Expansion done;
    search_.space_.expand(item.key, [&](explore::Key next, std::uint32_t errors, std::uint32_t) {
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

}  // namespace pincheck::bench
