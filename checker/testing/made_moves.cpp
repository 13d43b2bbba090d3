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
  d.declared += fill("struct page **a%0 = NULL;\n%1 n%0 = 0;\n",
                     {id, d.one_of({"int", "unsigned char", "unsigned long", "short"})});
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

/// In a word whose lowest bit says how it is held.
Taken with_tag(Draft& d, const Taken& page) {
  const int id = d.name();
  d.declared += fill("unsigned long z%0 = 0;\n", {id});
  const std::string both = fill("(struct page *)(z%0 & ~1UL), z%0 & 1", {id});
  return {
      .text = fill("z%0 = (unsigned long)%1 | %2;\n", {id, page.single, page.pinned ? 1 : 0}),
      .drop = fill(
          "page_drop(%0);",
          {d.spoils() ? fill("(struct page *)(z%0 & ~1UL), %1", {id, page.pinned ? 0 : 1}) : both}),
      .check = fill("z%0", {id}),
      .forget = fill("z%0 = 0;", {id}),
      .keep = fill("box_add(%9, %0);", {both})};
}

/// Where the caller can reach it.
Taken in_reach(Draft& d, const Taken& page) {
  const std::string slot = fill("out->page[%0]", {static_cast<int>(40 + d.draw(4))});
  const bool by = d.spoils() ? !page.pinned : page.pinned;
  const std::string forget = slot + " = NULL;";
  return {.text = fill("%0 = %1;\n", {slot, page.single}),
          .drop = dropped(by, slot) + " " + (d.spoils() ? "" : forget),
          .check = slot,
          .forget = forget,
          .page = slot};
}

Taken in_a_copy(Draft& d, const Taken& page) {
  const int id = d.name(), copy = d.name();
  d.declared += fill("struct box l%0 = {0}, l%1 = {0};\n", {id, copy});
  std::string text = given_to(fill("&l%0", {id}), page);
  text += fill(" l%1 = l%0; l%0.n = 0;\n", {id, copy});
  return box_taken(std::move(text), copy);
}

Taken with_bits(Draft& d, const Taken& page) {
  const int id = d.name();
  d.declared += fill("struct held v%0 = {0};\n", {id});
  const int pinned = page.pinned ? 1 : 0;
  return {.text = fill("v%0 = (struct held){%1, %2, 1};\n",
                       {id, page.single, d.spoils() ? 1 - pinned : pinned}),
          .drop = fill("if (v%0.valid) page_drop(v%0.page, v%0.pinned); %1",
                       {id, d.spoils() ? "" : fill("v%0.valid = 0;", {id})}),
          .check = fill("v%0.valid", {id}),
          .forget = fill("v%0.valid = 0;", {id}),
          .page = fill("v%0.page", {id}),
          .keep = fill("box_add(%9, v%0.page, v%0.pinned);", {id})};
}

/// Another pointer points to its pointer.
Taken by_its_place(Draft& d, const Taken& page) {
  const int id = d.name();
  d.declared += fill("struct page **y%0 = &%1;\n", {id, page.single});
  const std::string place = fill("*y%0", {id});
  Taken taken = page;
  taken.text = "";
  taken.drop = dropped(page.pinned, place) + (d.spoils() ? "" : fill(" %0 = NULL;", {place}));
  taken.single = "";
  return taken;
}

/// New pages take its place.
Taken replaced(Draft& d, const Taken& page, const Exits& exits) {
  const int id = d.name();
  d.storage += fill("struct page *q%0;\n", {id});
  Taken taken = page;
  taken.text =
      fill("do {\n  q%0 = alloc_page(0xcc0);\n  if (!q%0) { ret = -12; %1 }\n", {id, exits.with});
  taken.text += fill("  %0\n  %1 = q%2;\n} while (more());\n",
                     {d.spoils() ? "" : dropped(false, page.single), page.single, id});
  return taken;
}

Taken moved_page(Draft& d, const Taken& page, const Exits& exits) {
  switch (d.draw(page.pinned ? 5 : 6)) {
    case 0: return with_tag(d, page);
    case 1: return in_a_copy(d, page);
    case 2: return with_bits(d, page);
    case 3: return in_reach(d, page);
    case 4: return by_its_place(d, page);
    default: return replaced(d, page, exits);
  }
}

}  // namespace

Taken moved(Draft& d, const Taken& array, const Exits& exits) {
  if (!array.single.empty()) return moved_page(d, array, exits);
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
