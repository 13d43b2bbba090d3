// SPDX-License-Identifier: MIT
// What a step did, as the properties see it. Events are ghost state: no program reads them.
#pragma once

#include <cstdint>

#include "model/world.hpp"

namespace pincheck {

enum class EventKind : std::uint8_t {
  acquired,  ///< get, pin or pin half: `before`/`after` are the counter
  released,  ///< put or unpin: `held` is what the ledger said, `as` what was done
  freed,     ///< the page goes to the allocator; its holders are still in the world
  frozen,    ///< a freeze succeeded
  device_read,
  device_write,
  cpu_write,
  writeback_started,  ///< PG_writeback was set; the disk may read the page from now on
  dirtied,            ///< folio_mark_dirty, before the flag is set
  refused,            ///< extraction said -EINVAL
  left_over,          ///< all actors finished, and the ledger still has this reference
  quiescent,          ///< once per page at the end, after teardown
  stuck,              ///< somebody has not finished and nobody can take a step
};
inline constexpr int kEventKinds = 13;

struct Event {
  EventKind kind;
  std::uint8_t actor = 0;
  std::uint8_t slot = 0;
  std::uint8_t page = kNoPage;
  Role role = Role::array;
  Held held = Held::none;   ///< released, left_over: what the ledger says was held
  Held as = Held::none;     ///< acquired, released: get/put or pin/unpin
  bool from_page = false;   ///< acquired: made from a bare struct page, not through a PTE
  bool structural = false;  ///< for cache, PTE, buffers or pipe, not for a request
  std::int32_t before = 0;
  std::int32_t after = 0;
};

}  // namespace pincheck
