// SPDX-License-Identifier: MIT
// model/language: uses model/base; used by model/question.
// What a step did, as the properties see it, and who got which reference from whom. Events are
// ghost state: no program reads them. Whoever follows acquired, released, installed, allocated,
// moved and freed from the start knows all holders of a page at any time.
#pragma once

#include <cstdint>

#include "model/language/world.hpp"

namespace pincheck {

enum class EventKind : std::uint8_t {
  acquired,  ///< get, pin or pin half: `before`/`after` are the counter, here and below
  released,  ///< put or unpin: `held` is what the ledger said, `as` what was done
  freed,     ///< the page goes to the allocator; its holders are still in the world
  frozen,    ///< a freeze succeeded
  device_read,
  device_write,
  cpu_write,
  writeback_started,  ///< PG_writeback was set; the disk may read the page from now on
  dirtied,            ///< folio_mark_dirty, before the flag is set
  refused,            ///< extraction said -EINVAL
  installed,          ///< a PTE or buffers (`to`) come with a reference of their own
  allocated,          ///< the allocator gives the page, with the reference `to`
  moved,      ///< `from` becomes `to`, and the count stays; `to` nobody: freed with the page
  left_over,  ///< all actors finished, and the ledger still has this reference
  quiescent,  ///< once per page at the end, after teardown
  stuck,      ///< somebody has not finished and nobody can take a step
};
inline constexpr int kEventKinds = 16;

/// One reference to a page, by who holds it.
struct Reference {
  enum class Kind : std::uint8_t { cache, kernel, pte, buffers, ring, tmp_page, request, nobody };
  Kind kind = Kind::nobody;
  std::uint8_t page = kNoPage;
  std::uint8_t owner = 0;   ///< PTE: the mm; ring, tmp_page: the pipe; request: the actor
  std::uint8_t place = 0;   ///< ring: the position, 0 is the oldest; request: the slot
  Role role = Role::array;  ///< request: what it is for
  Held held = Held::get;    ///< request: a get or a pin
  bool operator==(const Reference&) const = default;
  /// The page's and its PTEs' bits say whether it is there, and it goes when the page is freed.
  bool is_state() const { return kind < Kind::ring; }
};

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
  Reference from{};         ///< released, moved: what goes; acquired: what it takes the place of
  Reference to{};           ///< acquired, installed, allocated, moved: what comes
  std::int32_t before = 0;
  std::int32_t after = 0;
  bool operator==(const Event&) const = default;
};

}  // namespace pincheck
