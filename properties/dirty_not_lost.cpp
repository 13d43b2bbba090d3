// SPDX-License-Identifier: MIT
#include "properties/property.hpp"

namespace pincheck {
namespace {

/// Device data that no writeback has read, on a page that is clean or goes away: nobody will write
/// it. Truncation drops the data on purpose (the ghost bit goes with the cache entry).
bool violated(const System&, const World& world, const Event& event) {
  const Page& page = world.page[event.page];
  return page.has(kUnsaved) && (event.kind == EventKind::freed || !page.has(kDirty));
}

}  // namespace

/// Checked when the page is freed and when everybody has finished.
Property dirty_not_lost() {
  return {
      .id = PropertyId::dirty_not_lost,
      .name = "dirty-not-lost",
      .code = "LOST",
      .holds_when =
          "what direct I/O wrote is on its way to disk, or still dirty, when the last user goes",
      .events = {{EventKind::freed, Reads{.page = kUnsaved}},
                 {EventKind::quiescent, Reads{.page = kUnsaved | kDirty}}},
      .violated = violated};
}

}  // namespace pincheck
