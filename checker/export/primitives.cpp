// SPDX-License-Identifier: MIT
#include "checker/export/primitives.hpp"

#include <fmt/format.h>

#include <functional>

#include "checker/export/conditions.hpp"

namespace pincheck::exporting {
namespace {

const Term kPage = "p";

/// The ledger entry that a primitive is given: in Promela, slot `s` of the packed entries `held`.
Cells entry_of(const View& view) {
  return {"held", view.language == Language::promela ? kMaxSlots : 1, 2};
}

/// A procedure on page `p`, and with `entry` on a ledger entry `held` of it.
std::string procedure(const View& view, const std::string& name, bool entry,
                      const std::string& what, const std::function<void(Code&)>& body) {
  Code code(view.language);
  body(code);
  if (view.language == Language::promela)
    return fmt::format("/* {} */\ninline {}({}) {{\n{}}}\n\n", what, name,
                       entry ? "p, held, s" : "p", code.empty() ? "  skip;\n" : code.text());
  return fmt::format("-- {}\nprocedure {}(p: page_t{});\nvar before: count_t;{}\nbegin\n{}end;\n\n",
                     what, name, entry ? "; var held: held_t" : "", entry ? " was: held_t;" : "",
                     code.text());
}

void add(Code& code, const View& view, const Term& amount, bool down) {
  if (amount == "0") return;
  const Term sum = fmt::format("{} {} {}", view.ref(kPage), down ? "-" : "+", amount);
  code.set(view.ref(kPage), view.wrapped(sum));
}

void count_pin(Code& code, const View& view, const Term& condition, int step) {
  if (!view.facts.pins || !code.when(condition)) return;
  const Term pins = view.pins(kPage);
  code.set(pins, fmt::format("{} {} 1", pins, step > 0 ? "+" : "-"));
  code.done();
}

/// get, pin, pin_page and pin_rest: `amount` more on the counter, `pinning` when on `_pincount`.
void acquire(Code& code, const View& view, Held as, bool from_page, const Term& amount,
             const Term& pinning) {
  code.set("before", view.ref(kPage));
  add(code, view, amount, false);
  count_pin(code, view, pinning, 1);
  set_at(code, entry_of(view), "s", as == Held::pin ? "PIN" : "GET");
  judge(code, view, {.kind = EventKind::acquired, .page = kPage, .as = as, .from_page = from_page});
}

/// "sub and test" and its report; a count that reaches zero frees the page.
void drop(Code& code, const View& view, const Term& amount, const Term& counts, Held as,
          bool structural) {
  add(code, view, amount, true);
  judge(code, view,
        {.kind = EventKind::released, .page = kPage, .as = as, .structural = structural});
  const Term free = negated(view.page_has(kPage, kFree));
  if (!code.when(all_of({equal(view.ref(kPage), "0"), counts, free}))) return;
  code.call("free_page", {kPage});
  code.done();
}

void release(Code& code, const View& view, Held as) {
  const bool unpin = as == Held::pin;
  const Term skipped = unpin ? view.pin_skipped(kPage) : Term("false");
  code.set("before", view.ref(kPage));
  code.set("was", value_at(view.language, entry_of(view), "s"));
  set_at(code, entry_of(view), "s", "0");
  if (unpin) count_pin(code, view, view.large(kPage), -1);
  const Term weight = unpin ? choose(skipped, "0", view.pin_weight(kPage)) : Term("1");
  drop(code, view, weight, negated(skipped), as, false);
}

void free_page(Code& code, const View& view) {
  judge(code, view, {EventKind::freed, kPage});
  view.assign_flags(code, kPage, kFree);
  view.clear_ptes(code, kPage);
  code.call("mark_stale", {kPage});
}

/// Slots that still point at a page whose contents now belong to somebody else.
void mark_stale(Code& code, const View& view) {
  view.for_each_request(code, [&](const Who& who) {
    for (const auto& [slot, here] : view.slots_on(who, kPage)) {
      code.when(here);
      view.set_slot(code, who, slot, "stale", "true");
      code.done();
    }
  });
}

std::string acquisitions(const View& view) {
  const Facts& facts = view.facts;
  const Arithmetic& arithmetic = view.system.arithmetic;
  const Term large = view.large(kPage);
  const Term weight = view.pin_weight(kPage);
  std::string text;
  const auto define = [&](Do op, const char* name, const char* what, Held as, bool from_page,
                          const Term& amount, const Term& pinning) {
    if (!facts.uses(op)) return;
    text += procedure(view, name, true, what,
                      [&](Code& code) { acquire(code, view, as, from_page, amount, pinning); });
  };
  define(Do::get, "get_page", "a reference", Held::get, true, "1", "false");
  const Term skipped = view.pin_skipped(kPage);
  define(Do::pin, "pin_by_pte", "a pin under the page-table lock", Held::pin, false,
         choose(skipped, "0", weight), all_of({large, negated(skipped)}));
  const Term skips = arithmetic.page_pins_skip_zero ? skipped : Term("false");
  define(Do::pin_page, "pin_by_page", "a pin from a struct page", Held::pin, true,
         choose(skips, "0", weight), all_of({large, negated(skips)}));
  const Term rest = fmt::format("{}", view.wrapped(arithmetic.bias - 1));
  define(Do::pin_rest, "pin_rest", "the second half of a lockless pin", Held::pin, false,
         choose(large, "0", rest), large);
  return text;
}

/// All holders of a page, counted.
std::string counting_holders(const View& view) {
  Code code(view.language);
  code.set("n", view.structural(kPage));
  view.for_each_request(code, [&](const Who& who) {
    for (const auto& [slot, here] : view.slots_on(who, kPage))
      for (const Term& entry : view.ledger(who, slot)) {
        code.when(all_of({here, negated(equal(entry, "NOTHING"))}));
        code.set("n", "n + 1");
        code.done();
      }
  });
  const bool promela = view.language == Language::promela;
  return fmt::format("{}\n{}{}{}\n\n",
                     promela ? "/* how many references there are to the page */"
                             : "-- how many references there are to the page",
                     promela ? "inline count_holders(p, n) {\n"
                             : "procedure count_holders(p: page_t; var n: number_t);\nbegin\n",
                     code.text(), promela ? "}" : "end;");
}

}  // namespace

std::string primitives(const View& view) {
  const Facts& facts = view.facts;
  std::string text;
  const auto define = [&](bool used, const char* name, bool entry, const char* what,
                          const std::function<void(Code&)>& body) {
    if (used) text += procedure(view, name, entry, what, body);
  };
  define(facts.frees || facts.reuses, "mark_stale", false,
         "whoever points at the page holds something else from now on",
         [&](Code& code) { mark_stale(code, view); });
  define(facts.frees, "free_page", false, "the page goes to the allocator",
         [&](Code& code) { free_page(code, view); });
  text += acquisitions(view);
  define(facts.uses(Do::put), "put_page_of", true, "a reference dropped",
         [&](Code& code) { release(code, view, Held::get); });
  define(facts.uses(Do::unpin), "unpin_page_of", true, "a pin dropped",
         [&](Code& code) { release(code, view, Held::pin); });
  define(facts.frees, "drop_page", false, "a reference that no request holds, dropped",
         [&](Code& code) {
           code.set("before", view.ref(kPage));
           drop(code, view, "1", "true", Held::get, true);
         });
  define(facts.uses(Do::drop_cache), "drop_from_cache", false,
         "the page cache's references, one per subpage, dropped", [&](Code& code) {
           code.set("before", view.ref(kPage));
           drop(code, view, view.nr_pages(kPage), "true", Held::get, true);
         });
  define(facts.uses(Do::pipe_dup_head), "get_for_buffer", false, "a reference for a pipe's buffer",
         [&](Code& code) {
           code.set("before", view.ref(kPage));
           add(code, view, "1", false);
           judge(code, view,
                 {.kind = EventKind::acquired,
                  .page = kPage,
                  .as = Held::get,
                  .from_page = true,
                  .structural = true});
         });
  return text + (facts.uses(Do::freeze) ? counting_holders(view) : "");
}

}  // namespace pincheck::exporting
