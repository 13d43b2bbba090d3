// SPDX-License-Identifier: MIT
// What those who are told of events look at. Partial-order reduction and the like put steps off
// that make no difference, so they must know what makes a difference to a monitor.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "model/event.hpp"

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
  bool operator==(const Reads&) const = default;
};

/// What all monitors together read, by kind of event.
struct Watched {
  /// Nothing where one of them does not say: it may be anything.
  std::array<std::optional<Reads>, kEventKinds> reads;
  std::vector<std::string> unstated;  ///< names of those that do not say

  Watched() { reads.fill(Reads{}); }
  const std::optional<Reads>& of(EventKind kind) const { return reads[static_cast<int>(kind)]; }
  /// Adds a monitor of this name.
  void add(const std::string& name, EventKind kind, const std::optional<Reads>& what) {
    std::optional<Reads>& all = reads[static_cast<int>(kind)];
    if (all && what) *all |= *what;
    if (what) return;
    all.reset();
    if (unstated.empty() || unstated.back() != name) unstated.push_back(name);
  }
};

}  // namespace pincheck
