// SPDX-License-Identifier: MIT
// model/language: uses model/base; used by model/question.
// What those who are told of events look at. Partial-order reduction and the like put steps off
// that make no difference, so they must know what makes a difference to a monitor.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "model/language/event.hpp"

namespace pincheck {

/// What a monitor reads of the world, besides the event itself, when it is told of an event. It
/// treats pages alike, and actors that run the same programs.
struct Reads {
  int page = 0;           ///< state bits of the event's page (PageFlag)
  int request = 0;        ///< state bits of the actor's own request (RequestFlag)
  bool counters = false;  ///< the page's `_refcount`, `_pincount` and backing
  bool holders = false;  ///< who holds the page: every request's ledger, cache, PTE, buffers, pipes
  bool in_flight = false;  ///< for which requests a device may touch the page, be it for reading
  bool slots = false;      ///< the actor's own slots: what they hold, and were pinned for
  bool stale = false;      ///< whether the actor's slots point at what is somebody else's by now

  Reads& operator|=(const Reads& other) {
    page |= other.page;
    request |= other.request;
    counters = counters || other.counters;
    holders = holders || other.holders;
    in_flight = in_flight || other.in_flight;
    slots = slots || other.slots;
    stale = stale || other.stale;
    return *this;
  }
  /// None of this where the event is structural: the monitor has nothing to say of it.
  bool requests_only = false;

  bool operator==(const Reads&) const = default;
};

/// What all monitors together read, by kind of event.
class Watched {
 public:
  /// Nothing where one of them does not say: it may be anything.
  const std::optional<Reads>& of(EventKind kind, bool structural) const {
    return reads_[static_cast<std::size_t>(kind)][structural ? 1 : 0];
  }
  /// Names of those that do not say.
  const std::vector<std::string>& unstated() const { return unstated_; }

  /// Adds a monitor of this name.
  void add(const std::string& name, EventKind kind, const std::optional<Reads>& what) {
    if (!what && (unstated_.empty() || unstated_.back() != name)) unstated_.push_back(name);
    for (const bool structural : {false, true}) {
      std::optional<Reads>& all = reads_[static_cast<std::size_t>(kind)][structural ? 1 : 0];
      if (!what)
        all.reset();
      else if (all && !(structural && what->requests_only))
        *all |= *what;
    }
  }

 private:
  using OfKind = std::array<std::optional<Reads>, 2>;  // for requests, and structural
  static constexpr OfKind kNothing{Reads{}, Reads{}};
  std::array<OfKind, kEventKinds> reads_ = all_nothing();
  std::vector<std::string> unstated_;

  static std::array<OfKind, kEventKinds> all_nothing() {
    std::array<OfKind, kEventKinds> all;
    all.fill(kNothing);
    return all;
  }
};

}  // namespace pincheck
