// SPDX-License-Identifier: MIT
// What made functions do to what they hold.
#include "checker/testing/made_parts.hpp"

namespace pincheck::test {
namespace {

/// What is moved, and the statements behind which it is there no longer.
struct Source {
  const Taken& array;
  std::string forget;
};

Taken into_box(Draft& d, const Source& from) {
  const int id = d.name();
  d.declared += fill("struct box l%0 = {0};\n", {id});
  return box_taken(given_to(fill("&l%0", {id}), from.array) + from.forget + "\n", id);
}

Taken into_memory(Draft& d, const Source& from, const Exits& exits) {
  const int id = d.name();
  d.declared += fill("struct page **a%0 = NULL;\nint n%0 = 0;\n", {id});
  std::string text =
      fill("a%0 = kmalloc_array(3, sizeof(void *), 0xcc0);\nif (!a%0) { ret = -12; %1 }\n",
           {id, d.spoils(3) ? exits.without : exits.with});
  const std::string_view copies =
      d.one_of({"for (n%0 = 0; n%0 < %2; n%0++) a%0[n%0] = %1[n%0];\n",
                "if (%2 > 0) __builtin_memcpy(a%0, %1, %2 * sizeof(void *));\nn%0 = %2;\n"});
  text += fill(copies, {id, from.array.array, from.array.count}) + from.forget + "\n";
  Taken taken = array_taken(
      d, std::move(text),
      {.array = fill("a%0", {id}), .count = fill("n%0", {id}), .pinned = from.array.pinned});
  taken.page = "";
  return taken;
}

Taken into_table(Draft& d, const Source& from) {
  const int id = d.name();
  const bool pinned = from.array.pinned;
  d.declared += fill("int n%0 = 0;\n", {id});
  d.storage += fill("struct scatterlist t%0[4], *e%0;\n", {id});
  std::string text =
      fill("n%0 = %1;\nif (n%0 > 0) sg_init_table(t%0, n%0);\n", {id, from.array.count});
  text += fill("for (i = 0; i < n%0; i++) sg_set_page(&t%0[i], %1[i], PAGE_SIZE, 0);\n%2\n",
               {id, from.array.array, from.forget});
  const std::string one = dropped(d.spoils() ? !pinned : pinned, fill("sg_page(e%0)", {id}));
  return {.text = std::move(text),
          .drop = fill("for (e%0 = n%0 > 0 ? t%0 : NULL; e%0; e%0 = sg_next(e%0)) %1", {id, one}),
          .check = fill("n%0 > 0", {id}),
          .forget = fill("n%0 = 0;", {id}),
          .keep = fill("for (i = 0; i < n%0; i++) box_add(%9, sg_page(&t%0[i]), %1);",
                       {id, pinned ? 1 : 0})};
}

/// Only the first page is needed.
Taken to_first(Draft& d, const Source& from, const Exits& exits) {
  const int id = d.name();
  const Taken& array = from.array;
  d.declared += fill("struct page *p%0 = NULL;\n", {id});
  const std::string rest = d.spoils() ? ";" : dropped(array.pinned, array.array + "[i]");
  std::string text = fill("if (%0 <= 0) { ret = -22; %1 }\n", {array.count, exits.with});
  text += fill("p%0 = %1[0];\nfor (i = 1; i < %2; i++) %3\n%4\n",
               {id, array.array, array.count, rest, from.forget});
  return page_taken(d, std::move(text), id, array.pinned);
}

Taken into_list(Draft& d, const Source& from, const Exits& exits) {
  const int id = d.name();
  const std::string &pages = from.array.array, &count = from.array.count;
  d.declared += fill("struct node *h%0 = NULL;\n", {id});
  d.storage += fill("struct node *d%0;\nint j%0;\n", {id});
  const std::string next = fill(d.spoils() ? "++j%0" : "j%0++", {id});
  std::string text = fill(
      "for (j%0 = 0; j%0 < %1; j%0++) {\n  d%0 = kmalloc(sizeof(*d%0), 0xcc0);\n", {id, count});
  text += fill("  if (!d%0) {\n    while (j%0 < %1) unpin_user_page(%2[%3]);\n",
               {id, count, pages, next});
  text +=
      fill("    nodes_drop(&h%0);\n    %1 = 0; ret = -12; %2\n  }\n", {id, count, exits.without});
  text += fill("  d%0->page = %1[j%0];\n  d%0->next = h%0;\n  h%0 = d%0;\n}\n%2\n",
               {id, pages, from.forget});
  Taken taken = list_taken(d, std::move(text), id);
  taken.page = "";
  return taken;
}

}  // namespace

Taken moved(Draft& d, const Taken& array, const Exits& exits) {
  const Source from{array, d.spoils() ? "" : array.forget};
  switch (d.draw(array.pinned ? 5 : 4)) {
    case 0: return into_box(d, from);
    case 1: return into_memory(d, from, exits);
    case 2: return into_table(d, from);
    case 3: return to_first(d, from, exits);
    default: return into_list(d, from, exits);
  }
}

std::string twist(Draft& d, const Taken& held) {
  if (!held.array.empty() && d.draw(3) == 0)
    return fill("if (%0 > 1) { for (i = 1; i < %0; i++) %1 %2 }\n",
                {held.count, dropped(held.pinned, held.array + "[i]"),
                 d.spoils() ? "" : held.count + " = 1;"});
  if (held.page.empty()) return "";
  const std::string put = d.spoils() ? "" : fill("put_page(%0);", {held.page});
  switch (d.draw(4)) {
    case 0: return fill("get_page(%0); %1\n", {held.page, put});
    case 1: return fill("if (choice()) { get_page(%0); %1 }\n", {held.page, put});
    case 2: return fill("if (try_get_page(%0)) { %1 }\n", {held.page, put});
    default:
      return fill(
          "switch (three()) { case 1: get_page(%0); %1 break; case 2: get_page(%0); "
          "folio_put(page_folio(%0)); default: ; }\n",
          {held.page, put});
  }
}

}  // namespace pincheck::test
