// SPDX-License-Identifier: MIT
#include "model/iterators/list.hpp"

namespace pincheck {
namespace {

/// iter_xarray_populate_pages: an RCU walk that stops at the first hole. Its get_page is
/// unconditional: only the creator's lock or PG_writeback keeps the folio from going away between
/// the load and the get.
void walk(Builder& b, const Extraction& x) {
  const auto top = b.fresh("xas");
  b.label(top);
  auto load = b.step("xas-load", "iter_xarray_populate_pages");
  const bool takes = x.take != Take::none;
  load.outcome("present", {is::page(kCached)}, {}, takes ? Next{} : each_page(top, x.done));
  stops_here(load, "hole", {!is::page(kCached)}, x);
  if (!takes) return;
  b.step("extract", x.function)
      .always(take_struct_page(x.take, Role::array), each_page(top, x.done));
}

}  // namespace

/// Folios of an address_space between two positions (ceph, afs, netfs).
Kind kind::xarray() {
  return {.name = "xarray",
          .symbol = "ITER_XARRAY",
          .summary =
              "page cache folios that the creator keeps locked (read) or under writeback (write)",
          .iter_type = {.v6_1 = 4, .v6_12 = 5},
          .backings = {Backing::file},
          .page_cache = true,
          .creator_dest = Holds::lock,
          .creator_source = Holds::writeback,
          .extract = walk};
}

}  // namespace pincheck
