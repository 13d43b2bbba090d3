// SPDX-License-Identifier: MIT
// model/machine: uses model/question; used by model/compile, properties.
// Questions about who holds a page. The ledger is ghost state: flags and ring slots name the
// structural holders, Request::held the rest. The modelled kernel never reads it.
#pragma once

#include <vector>

#include "model/machine/machine.hpp"

namespace pincheck {

/// Number of ledger entries of `what` on `page` over all requests; `except` leaves one actor out.
int ledger_entries(const System&, const World&, int page, Held what, int except = -1);

/// References held by the page itself being somewhere: cache, PTE, buffers, pipe rings, tmp_page;
/// the zero page is the kernel's own from boot on, with one reference that nobody ever drops.
int structural_references(const System&, const World&, int page);

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
