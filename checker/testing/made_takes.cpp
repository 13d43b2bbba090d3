// SPDX-License-Identifier: MIT
// How made functions take references, and what drops them.
#include "checker/testing/made_parts.hpp"

namespace pincheck::test {
namespace {

/// How many are asked for; `may_be_none`: none is possible.
std::string asked(Draft& d, bool& may_be_none) {
  may_be_none = false;
  switch (d.draw(6)) {
    case 0: return "1";
    case 1: return "2";
    case 2: return "3";
    case 3: return fill("(%0 ? 2 : 1)", {d.bit()});
    case 4: return fill("DIV_ROUND_UP((%0 ? 4096 : 0) + 512, PAGE_SIZE)", {d.bit()});
    default:
      may_be_none = true;
      d.bits = 2;
      return "min((int)(s & 3), 2)";
  }
}

/// Calls that fill an array: %0 of pages, %1 asked for, %2 the array.
std::string_view call_for(Draft& d, bool pinned) {
  if (!pinned)
    return d.one_of({"get_user_pages_fast(%0, %1, 0, %2)", "get_user_pages(%0, %1, 0, %2)"});
  return d.one_of({"pin_user_pages_fast(%0, %1, 0, %2)", "pin_user_pages(%0, %1, 0, %2)",
                   "pin_user_pages_unlocked(%0, %1, %2, 0)"});
}

/// Memory for three pages.
std::string array_made(Draft& d, int id, const Exits& exits) {
  const std::string_view call =
      d.one_of({"", "kmalloc(3 * sizeof(void *), 0xcc0)", "kcalloc(3, sizeof(void *), 0xcc0)",
                "kvmalloc_array(3, sizeof(void *), 0xcc0)"});
  if (call.empty()) {
    d.storage += fill("struct page *a%0[4];\n", {id});
    return "";
  }
  d.declared += fill("struct page **a%0 = NULL;\n", {id});
  return fill("a%0 = %1;\nif (!a%0) { ret = -12; %2 }\n", {id, call, exits.without});
}

/// Calls until there are as many as were asked for, in `w`.
std::string taken_by_and_by(Draft& d, int id, std::string_view call, const std::string& partial) {
  const std::string array = fill("a%0", {id}), n = fill("n%0", {id});
  if (d.draw(2) == 0)
    return fill(
        "for (n%0 = 0; n%0 < w%0; n%0++) {\n  if (%1 != 1) { ret = -14; %2 }\n}\n",
        {id, fill(call, {fill("s + n%0 * 4096", {id}), "1", fill("&a%0[n%0]", {id})}), partial});
  d.storage += fill("int g%0;\n", {id});
  const std::string next = d.spoils() ? array : array + " + " + n;
  return fill(
      "while (n%0 < w%0) {\n  g%0 = %1;\n  if (g%0 <= 0) { ret = g%0 ? g%0 : -14; %2 }\n"
      "  n%0 += g%0;\n}\n",
      {id, fill(call, {fill("s + n%0 * 4096", {id}), fill("w%0 - n%0", {id}), next}), partial});
}

/// Of what was asked for it has all, or some.
Taken take_array(Draft& d, const Exits& exits) {
  const int id = d.name();
  bool may_be_none = false;
  const std::string array = fill("a%0", {id}), n = fill("n%0", {id});
  Pages pages{.array = array, .count = n, .pinned = d.draw(2) == 0, .one_call = true};
  d.declared +=
      fill("int w%0 = 0;\n%1 n%0 = 0;\n", {id, d.one_of({"int", "long"})});
  std::string text = fill("w%0 = %1;\n", {id, asked(d, may_be_none)});
  const std::string memory = array_made(d, id, exits);
  text += memory;
  const std::string& partial = d.spoils() ? exits.without : exits.with;
  const std::string_view call = call_for(d, pages.pinned);
  const unsigned way = d.draw(4);
  pages.one_call = way < 3;
  if (pages.one_call) text += fill("%0 = %1;\n", {n, fill(call, {"s", fill("w%0", {id}), array})});
  switch (way) {
    case 0:
      text += fill("if (n%0 != w%0) { ret = n%0 < 0 ? n%0 : -14; %1 }\n", {id, partial});
      break;
    case 1:
      text += fill("if (n%0 <= 0) { ret = n%0 ? n%0 : -14; %1 }\n", {id, exits.without});
      may_be_none = false;
      break;
    case 2:
      text += fill("if (n%0 < 0) { ret = n%0; %1 }\n", {id, exits.without});
      text += fill("if (n%0 < w%0) { %1 %2 ret = -14; %3 }\n",
                   {id, drop_array(d, pages), d.spoils() ? "" : n + " = 0;", exits.without});
      break;
    default: text += taken_by_and_by(d, id, call, partial);
  }
  Taken taken = array_taken(d, std::move(text), pages);
  if (may_be_none) taken.page = "";
  if (!memory.empty()) taken.drop += fill(" kfree(a%0);", {id});
  return taken;
}

Taken take_page(Draft& d, const Exits& exits) {
  const int id = d.name();
  const std::string null =
      d.spoils(12) ? "" : fill("if (!p%0) { ret = -12; %1 }\n", {id, exits.without});
  const std::string error =
      d.spoils(12) ? ""
                   : fill("if (IS_ERR(p%0)) { ret = PTR_ERR(p%0); %1 %2 }\n",
                          {id, d.spoils() ? "" : fill("p%0 = NULL;", {id}), exits.without});
  const auto makes = [&](std::string_view call) { return fill("p%0 = %1;\n", {id, call}); };
  switch (d.draw(7)) {
    case 0:
      d.declared += fill("struct page *p%0 = NULL;\n", {id});
      return page_taken(d, makes("alloc_page(0xcc0)") + null, id, false);
    case 1:
      d.declared += fill("struct page *p%0 = NULL;\n", {id});
      return page_taken(d, makes("page_or_error()") + error, id, false);
    case 2:
      d.declared += fill("struct page *p%0 = NULL;\n", {id});
      return page_taken(d, makes("read_cache_page(NULL, 0, NULL, NULL)") + error, id, false);
    case 3:
      d.declared += fill("struct page *p%0 = NULL;\n", {id});
      return page_taken(d, makes("pagecache_get_page(NULL, 0, 0, 0)") + null, id, false);
    case 4:
      d.declared += fill("struct page *p%0 = NULL;\n", {id});
      return page_taken(d,
                        makes("vmalloc_to_page((void *)s)") + null + fill("get_page(p%0);\n", {id}),
                        id, false);
    case 5:
      d.declared += fill("struct page *p%0 = NULL;\n", {id});
      d.storage += fill("int e%0;\n", {id});
      return page_taken(d,
                        fill("e%0 = page_at(s, &p%0);\nif (e%0) { ret = e%0; p%0 = NULL; %1 }\n",
                             {id, exits.without}),
                        id, true);
    default: {
      d.declared += fill("struct page *p%0 __attribute__((cleanup(page_cleanup))) = NULL;\n", {id});
      Taken taken = page_taken(d, makes("alloc_page(0xcc0)") + null, id, false);
      taken.keep += d.spoils() ? "" : " " + taken.forget;
      taken.drop = d.spoils() ? taken.drop : "";
      taken.forget = taken.single = "";
      return taken;
    }
  }
}

Taken take_again(Draft& d, const Exits& exits, const std::string& page) {
  const int id = d.name();
  d.declared += fill("struct page *p%0 = NULL;\n", {id});
  std::string text = fill("p%0 = %1;\n", {id, page});
  switch (d.draw(3)) {
    case 0: text += fill("get_page(p%0);\n", {id}); break;
    case 1: text += fill("folio_get(page_folio(p%0));\n", {id}); break;
    default:
      text += fill("if (!try_get_page(p%0)) { ret = -11; p%0 = NULL; %1 }\n", {id, exits.without});
  }
  return page_taken(d, std::move(text), id, false);
}

/// An object with a page in it.
Taken take_object(Draft& d, const Exits& exits) {
  const int id = d.name();
  d.declared += fill("struct box *b%0 = NULL;\n", {id});
  std::string text = fill(
      "b%0 = kzalloc(sizeof(*b%0), 0xcc0);\nif (!b%0) { ret = -12; %1 }\n"
      "b%0->page[1] = alloc_page(0xcc0);\n",
      {id, exits.without});
  const bool guarded = d.draw(2) == 0;
  text += guarded ? fill("if (!b%0->page[1]) { ret = -12; %1 }\n", {id, exits.with})
                  : fill("if (!b%0->page[1]) { kfree(b%0); b%0 = NULL; ret = -12; %1 }\n",
                         {id, exits.without});
  return {.text = std::move(text),
          .drop = fill("%1put_page(b%0->page[1]);%2",
                       {id, guarded ? fill("if (b%0->page[1]) ", {id}) : std::string(),
                        d.draw(2) == 0 ? fill(" kfree(b%0);", {id}) : std::string()}),
          .check = fill("b%0", {id}),
          .forget = fill("b%0 = NULL;", {id}),
          .page = fill("b%0->page[1]", {id}),
          .keep = d.draw(2) == 0 ? fill("box_add(%9, b%0->page[1], 0); kfree(b%0);", {id})
                                 : fill("(%9)->kept[%0 & 3] = b%0;", {id})};
}

/// A box of pages that are held in several ways.
Taken take_box(Draft& d, const Exits& exits) {
  const int id = d.name();
  d.declared += fill("struct box l%0 = {0};\n", {id});
  d.storage += fill("struct page *q%0;\nint j%0;\n", {id});
  const std::string& partial = d.spoils() ? exits.without : exits.with;
  std::string text =
      fill("for (j%0 = 0; j%0 < %1; j%0++) {\n", {id, static_cast<int>(1 + d.draw(2))});
  const std::string_view which = d.one_of({"1", "j%0 & 1", "choice()"});
  text += fill("  if (%0) {\n", {fill(which, {id})});
  text +=
      fill("    if (page_at(s, &q%0)) { ret = -14; %1 }\n    box_add(&l%0, q%0, %2);\n  } else {\n",
           {id, partial, d.spoils() ? 0 : 1});
  text += fill("    q%0 = alloc_page(0xcc0);\n    if (!q%0) { ret = -12; %1 }\n", {id, partial});
  text += fill("    box_add(&l%0, q%0, 0);\n  }\n}\n", {id});
  Taken taken = box_taken(std::move(text), id);
  taken.page = fill("l%0.page[0]", {id});
  return taken;
}

Taken take_list(Draft& d, const Exits& exits) {
  const int id = d.name();
  d.declared += fill("struct node *h%0 = NULL;\nint j%0 = 0;\n", {id});
  d.storage += fill("struct node *d%0;\nint e%0;\n", {id});
  const std::string& partial = d.spoils() ? exits.without : exits.with;
  const std::string text = fill(
      "do {\n  e%0 = node_add(&h%0, s);\n  if (e%0) { ret = e%0; %1 }\n} while (++j%0 < %2);\n",
      {id, partial, d.one_of({"1", "2", "3"})});
  return list_taken(d, text, id);
}

/// A counted object, or an error.
Taken take_holder(Draft& d, const Exits& exits) {
  const int id = d.name();
  d.declared += fill("struct holder *o%0 = NULL;\n", {id});
  std::string text = fill("o%0 = holder_make(s, %1);\n", {id, d.one_of({"1", "2"})});
  text += fill("if (IS_ERR(o%0)) { ret = PTR_ERR(o%0); %2 %1 }\n",
               {id, exits.without, d.spoils() ? "" : fill("o%0 = NULL;", {id})});
  std::string drop = fill("holder_put(o%0);", {id});
  if (d.once_in(3)) {
    text += fill("kref_get(&o%0->refs);\n", {id});
    if (!d.spoils(3)) drop += " " + drop;
  }
  return {.text = std::move(text),
          .drop = std::move(drop),
          .check = fill("o%0", {id}),
          .forget = fill("o%0 = NULL;", {id}),
          .page = fill("o%0->pages[0]", {id}),
          .keep = fill("(%9)->kept[%0 & 3] = o%0;", {id})};
}

/// Of an iterator: who made it decides what is held.
Taken take_iterator(Draft& d, const Exits& exits) {
  const int id = d.name();
  d.declared += fill(
      "struct page **a%0 = v%0;\nsize_t o%0 = 0;\nssize_t g%0 = 0;\nint n%0 = 0, u%0 = 0;\n", {id});
  d.storage += fill("struct page *v%0[2];\n", {id});
  const bool extracts = d.draw(2) == 0;
  const std::string call =
      extracts ? fill("iov_iter_extract_pages(&out->iter, &a%0, 8192, 2, 0, &o%0)", {id})
               : fill("iov_iter_get_pages2(&out->iter, a%0, 8192, 2, &o%0)", {id});
  std::string text =
      fill("g%0 = %1;\nif (g%0 <= 0) { ret = g%0 ? g%0 : -14; %2 }\n", {id, call, exits.without});
  text += fill("n%0 = DIV_ROUND_UP(g%0 + o%0, PAGE_SIZE);\nu%0 = %1;\n",
               {id, extracts ? "iov_iter_extract_will_pin(&out->iter)" : "1"});
  Taken taken = array_taken(d, std::move(text),
                            {.array = fill("a%0", {id}),
                             .count = fill("n%0", {id}),
                             .pinned = extracts,
                             .one_call = true});
  if (!extracts) return taken;
  const std::string guard = d.spoils() ? "" : fill("if (u%0) ", {id});
  taken.drop = guard + "{ " + taken.drop + " }";
  taken.keep = guard + "{ " + taken.keep + " }";
  taken.array = "";
  return taken;
}

Taken take_batch(Draft& d) {
  const int id = d.name();
  d.declared += fill("struct folio_batch f%0 = {0};\nunsigned long x%0 = 0;\n", {id});
  return {.text = fill("filemap_get_folios(NULL, &x%0, 1, &f%0);\n", {id}),
          .drop = d.draw(2) == 0 ? fill("__folio_batch_release(&f%0);", {id})
                                 : fill("for (i = %1; i < f%0.nr; i++) folio_put(f%0.folios[i]);",
                                        {id, d.spoils() ? 1 : 0}),
          .check = fill("f%0.nr > 0", {id}),
          .forget = fill("f%0.nr = 0;", {id}),
          .keep = fill("for (i = 0; i < f%0.nr; i++) box_add(%9, (struct page *)f%0.folios[i], 0);",
                       {id})};
}

/// New pages, one after the other.
Taken take_pages(Draft& d, const Exits& exits) {
  const int id = d.name();
  d.declared += fill("int n%0 = 0, w%0 = 0;\n", {id});
  d.storage += fill("struct page *a%0[3];\n", {id});
  bool may_be_none = false;
  std::string text = fill("w%0 = %1;\n", {id, asked(d, may_be_none)});
  const std::string& partial = d.spoils() ? exits.without : exits.with;
  text += fill(
      "for (n%0 = 0; n%0 < w%0; n%0++) {\n  a%0[n%0] = alloc_page(0xcc0);\n"
      "  if (!a%0[n%0]) { ret = -12; %1 }\n}\n",
      {id, partial});
  Taken taken =
      array_taken(d, std::move(text), {.array = fill("a%0", {id}), .count = fill("n%0", {id})});
  if (may_be_none) taken.page = "";
  return taken;
}

}  // namespace

Taken take(Draft& d, const Exits& exits, const std::string& held_page) {
  switch (d.draw(12)) {
    case 0:
    case 1: return take_page(d, exits);
    case 2:
    case 3:
    case 4: return take_array(d, exits);
    case 5: return take_object(d, exits);
    case 6: return take_box(d, exits);
    case 7: return take_list(d, exits);
    case 8: return take_holder(d, exits);
    case 9: return d.draw(2) == 0 ? take_iterator(d, exits) : take_batch(d);
    case 10: return take_pages(d, exits);
    default: return held_page.empty() ? take_page(d, exits) : take_again(d, exits, held_page);
  }
}

}  // namespace pincheck::test
