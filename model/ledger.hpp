// SPDX-License-Identifier: MIT
// Questions about who holds a page. The ledger is ghost state: flags and ring slots name the
// structural holders, Request::held the rest. The modelled kernel never reads it.
#pragma once

#include <vector>

#include "model/machine.hpp"

namespace pincheck {

/// Number of ledger entries of `what` on `page` over all requests; `except` leaves one actor out.
int ledger_entries(const System&, const World&, int page, Held what, int except = -1);

/// References held by the page itself being somewhere: cache, PTE, buffers, pipe rings, tmp_page;
/// the zero page is the kernel's own from boot on, with one reference that nobody ever drops.
int structural_references(const System&, const World&, int page);

/// One reference to a page, by who holds it.
struct Reference {
  enum class Kind : std::uint8_t { cache, kernel, pte, buffers, ring, tmp_page, request };
  Kind kind = Kind::cache;
  std::uint8_t page = kNoPage;
  std::uint8_t owner = 0;   ///< ring, tmp_page: the pipe; request: the actor
  std::uint8_t place = 0;   ///< ring: the position, 0 is the oldest; request: the slot
  Role role = Role::array;  ///< request: what it is for
  Held held = Held::get;    ///< request: a get or a pin
  bool operator==(const Reference&) const = default;
};

/// Every reference to the page: structural ones first, then the ledger's, actor by actor.
std::vector<Reference> references_to(const World&, int page);

/// What a put, or an unpin, takes off the page's `_refcount`.
int release_weight(const System&, const World&, int page, Held as);

/// What `_refcount` would be if every reference were in the ledger, and `_pincount` likewise.
struct Expected {
  int ref = 0;
  int pins = 0;
};
Expected expected_counts(const System&, const World&, int page);

/// True while the request's device may be touching `slot`'s page.
inline bool in_flight(const Request& request) {
  return request.has(kSubmitted) && !request.has(kDeviceDone | kCancelled);
}

/// True when any role of the slot holds a pin.
bool slot_pinned(const Request& request, int slot);

}  // namespace pincheck
