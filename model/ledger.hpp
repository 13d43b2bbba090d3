// SPDX-License-Identifier: MIT
// Questions about who holds a page. The ledger is ghost state: flags and ring slots name the
// structural holders, Request::held the rest. The modelled kernel never reads it.
#pragma once

#include <tuple>
#include <vector>

#include "model/machine.hpp"

namespace pincheck {

/// Number of ledger entries of `what` on `page` over all requests; `except` leaves one actor out.
int ledger_entries(const System&, const World&, int page, Held what, int except = -1);

/// References held by the page itself being somewhere: cache, PTE, buffers, pipe rings, tmp_page.
int structural_references(const System&, const World&, int page);

/// Who holds a page: what the page itself is in, a pipe, or an actor's request.
struct Reference {
  enum class By : std::uint8_t { cache, slab, pte, buffers, pipe, tmp_page, request };
  By by = By::cache;
  std::uint8_t owner = 0;   ///< the pipe's or the actor's index
  Role role = Role::array;  ///< of a request
  Held held = Held::get;
  bool operator<(const Reference& other) const {
    return std::tie(by, owner, role, held) <
           std::tie(other.by, other.owner, other.role, other.held);
  }
};

/// Everybody who holds `page`, in ascending order; a pipe once for every buffer. A page that is
/// free has lost its structural holders.
std::vector<Reference> references(const World&, int page);

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
