// SPDX-License-Identifier: MIT
#include "checker/testing/made_parts.hpp"

namespace pincheck::test {

std::string dropped(bool pinned, const std::string& page) {
  return (pinned ? "unpin_user_page(" : "put_page(") + page + ");";
}

std::string drop_array(Draft& d, const Pages& pages) {
  const auto& [array, count, pinned, one_call] = pages;
  const bool by = d.spoils() ? !pinned : pinned;
  const std::string one = dropped(by, array + "[i]");
  const std::string first = d.spoils() ? "1" : "0";
  const std::string n = d.spoils() ? count + " - 1" : count;
  switch (d.draw(one_call ? 8 : 6)) {
    case 0: return fill("for (i = %0; i < %1; i++) %2", {first, n, one});
    case 1: return fill("%0(%1, %2);", {by ? "unpin_user_pages" : "release_pages", array, n});
    case 2: return fill("drop_%0s(%1, %2);", {by ? "pin" : "get", array, n});
    case 3: return fill("while (%0 > 0) %1", {count, dropped(by, array + "[--" + count + "]")});
    case 4: return fill("i = 0; do { if (i >= %0) break; %1 } while (++i < %0);", {n, one});
    case 5: {
      std::string text = fill("switch (%0) {", {n});
      for (const char* left : {"3", "2", "1"})
        text += fill(" case %0: %1", {left, dropped(by, fill("%0[%1 - 1]", {array, left}))});
      return text + " default: ; }";
    }
    case 6:
      return fill("if (%0 > 0) %1(page_folio(%2[0]), %3);",
                  {count, by ? "unpin_user_folio" : "folio_put_refs", array, n});
    default:
      if (!by) return fill("for (i = %0 - 1; i >= %1; i--) %2", {count, first, one});
      return fill("if (%0 > 0) unpin_user_page_range_dirty_lock(%1[0], %2, true);",
                  {count, array, n});
  }
}

Taken array_taken(Draft& d, std::string text, const Pages& pages) {
  return {.text = std::move(text),
          .drop = drop_array(d, pages),
          .check = pages.count + " > 0",
          .forget = pages.count + " = 0;",
          .page = pages.array + "[0]",
          .keep = fill("for (i = 0; i < %1; i++) box_add(%9, %0[i], %2);",
                       {pages.array, pages.count, pages.pinned ? 1 : 0}),
          .array = pages.array,
          .count = pages.count,
          .pinned = pages.pinned};
}

Taken page_taken(Draft& d, std::string text, int id, bool pinned) {
  const std::string page = fill("p%0", {id});
  const bool by = d.spoils() ? !pinned : pinned;
  const std::string_view put = d.one_of(
      {"put_page(%0);", "__free_page(%0);", "folio_put(page_folio(%0));", "page_drop(%0, 0);"});
  return {.text = std::move(text),
          .drop = by ? dropped(true, page) : fill(put, {page}),
          .check = page,
          .forget = page + " = NULL;",
          .page = page,
          .keep = fill("box_add(%9, %0, %1);", {page, pinned ? 1 : 0}),
          .single = page,
          .pinned = pinned};
}

Taken list_taken(Draft& d, std::string text, int id) {
  const std::string drop = d.draw(2) == 0
                               ? fill("nodes_drop(&h%0);", {id})
                               : fill("for (d%0 = h%0; d%0; d%0 = d%0->next) %1",
                                      {id, d.spoils() ? fill("put_page(d%0->page);", {id})
                                                      : fill("unpin_user_page(d%0->page);", {id})});
  return {
      .text = std::move(text),
      .drop = drop,
      .check = fill("h%0", {id}),
      .forget = fill("h%0 = NULL;", {id}),
      .page = fill("h%0->page", {id}),
      .keep = d.draw(2) == 0
                  ? fill("for (d%0 = h%0; d%0; d%0 = d%0->next) box_add(%9, d%0->page, 1);", {id})
                  : fill("(%9)->kept[%0 & 3] = h%0;", {id})};
}

Taken box_taken(std::string text, int id) {
  return {
      .text = std::move(text),
      .drop = fill("box_drop(&l%0);", {id}),
      .check = fill("l%0.n > 0", {id}),
      .forget = fill("l%0.n = 0;", {id}),
      .keep = fill("for (i = 0; i < l%0.n; i++) box_add(%9, l%0.page[i], l%0.pinned[i]);", {id})};
}

}  // namespace pincheck::test
