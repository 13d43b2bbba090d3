// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// The questions that properties ask, answered by an event and the world that it happens in.
#pragma once

#include "properties/property.hpp"

namespace pincheck {

class Instant {
 public:
  Instant(const System& system, const World& world, const Event& event)
      : system_(system), world_(world), event_(event) {}

  static bool no() { return false; }
  EventKind kind() const { return event_.kind; }
  /// acquired, released: what was done.
  bool as(Held done) const { return event_.as == done; }
  /// released, left_over: what the ledger says was held.
  bool held(Held what) const { return event_.held == what; }
  bool from_page() const { return event_.from_page; }
  bool structural() const { return event_.structural; }
  /// The count before it, and after it; quiescent: what it is, and what it should be.
  std::int64_t before() const { return event_.before; }
  std::int64_t after() const { return event_.after; }
  /// What a pin of a small page counts.
  int bias() const { return system_.arithmetic.bias; }

  // The page.
  bool has(PageFlag any) const { return page().has(any); }
  bool backing(Backing what) const { return page().backing == what; }
  bool large() const { return system_.large(event_.page); }
  /// `_pincount`, and what it should be.
  int pins() const { return page().pins; }
  int expected_pins() const { return expected_counts(system_, world_, event_.page).pins; }
  /// References that there are to it, and those that the page cache has.
  int holders() const { return pincheck::holders(system_, world_, event_.page); }
  int cache() const { return has(kCached) ? system_.nr_pages(event_.page) : 0; }
  bool any_holder() const { return holders() > 0; }
  bool any_pin() const { return ledger_entries(system_, world_, event_.page, Held::pin) > 0; }
  /// For some request, with a pin on the page or without one.
  bool device_may_write(bool pinned) const {
    return pincheck::device_may_write(system_, world_, event_.page, pinned);
  }

  // The actor's request, and its slot.
  bool in_io() const { return request().in_io(event_.slot); }
  bool pinned_for_io() const { return request().pinned_for_io(event_.slot); }
  bool slot_pinned() const { return pincheck::slot_pinned(request(), event_.slot); }
  bool in_flight() const { return pincheck::in_flight(request()); }
  /// References, 0 or 1, that it has in that role.
  int own(Role role) const { return request().holds(event_.slot, role) == Held::none ? 0 : 1; }
  /// The page is free; or, for a touch of what is in it, was freed since it was listed.
  bool gone() const {
    const bool counts = kind() == EventKind::released || kind() == EventKind::acquired;
    return has(kFree) || (!counts && request().stale(event_.slot));
  }
  /// The baseline convention accepts the request.
  bool accepted() const { return system_.baseline_accepts[event_.actor]; }

 private:
  const System& system_;
  const World& world_;
  const Event& event_;

  const Page& page() const { return world_.page[event_.page]; }
  const Request& request() const { return world_.request[event_.actor]; }
};

}  // namespace pincheck
