// SPDX-License-Identifier: MIT
// The bench system as Engine searches it.
#pragma once

#include <stdexcept>
#include <vector>

#include "checker/explore/engine.hpp"
#include "checker/explore/pageref.hpp"

namespace pincheck {

/// PagerefSpace with the interface of ScenarioSpace. What is violated is the set of errors, as
/// bits.
class PagerefSearch {
 public:
  class Worker;

  PagerefSearch(const PagerefConfig& config, bool symmetry) : space_(config), symmetry_(symmetry) {}

  std::vector<Key> initial() const { return {canonical(space_.initial())}; }
  int key_bits() const { return space_.key_bits(); }
  bool sleeps() const { return false; }
  std::uint64_t fingerprint(Key key) const { return hash_of(key); }
  std::size_t bytes() const { return 0; }
  /// Keys have one layout, so these are never needed.
  int widen() { throw std::logic_error("pageref's keys do not grow"); }
  Key repack(int /*old*/, Key key) const { return key; }

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
  std::size_t bytes() const { return 0; }

 private:
  const PagerefSearch& search_;
};

}  // namespace pincheck
