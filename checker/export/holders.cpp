// SPDX-License-Identifier: MIT
// Questions about a page: its bits and counts, and who holds it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checker/export/view.hpp"

namespace pincheck::exporting {
namespace {

std::string number(int value) { return fmt::format("{}", value); }

/// The zero page, as long as nobody has freed it.
Term kept_by_kernel(const View& view, const Term& page) {
  return all_of({view.backing_is(page, Backing::zero), negated(view.page_has(page, kFree))});
}

/// The address space's PTE holds a reference to the page.
Term counted_by_pte(const View& view, const Term& page, int mm) {
  return all_of({view.pte_has(page, mm, kMapped), negated(view.backing_is(page, Backing::zero))});
}

}  // namespace

Term View::page_field(const Term& page, std::string_view name) const {
  if (language == Language::promela) return fmt::format("{}[{}]", name, page);
  return fmt::format("page[{}].{}", page, name);
}

PageFlags View::page_flags() const { return {kPageFlagNames, facts.page_flags, "flags"}; }

PageFlags View::pte_flags(int mm) const {
  const std::string of = mm == 0 ? "" : number(mm);
  return {kPteFlagNames, facts.pte_flags[mm], "pte" + of, of};
}

Term View::has(const PageFlags& flags, const Term& page, int mask) const {
  std::vector<Term> terms;
  const bool promela = language == Language::promela;
  if (page == kNone) return "false";
  for (const FlagName& bit : flags.bits)
    if ((mask & bit.bit & flags.used) != 0)
      terms.push_back(promela ? upper(bit.variable)
                              : page_field(page, fmt::format("{}{}", bit.variable, flags.of)));
  if (!promela || terms.empty()) return any_of(terms);
  const std::string bits = fmt::format("{}", fmt::join(terms, " | "));
  return fmt::format("({}[{}] & {})", flags.array, page,
                     terms.size() == 1 ? bits : "(" + bits + ")");
}

void View::set(Code& code, const PageFlags& flags, const Term& page, int mask, bool value) const {
  std::vector<std::string> names;
  for (const FlagName& bit : flags.bits) {
    if ((mask & bit.bit & flags.used) == 0) continue;
    names.push_back(upper(bit.variable));
    if (language == Language::murphi)
      code.set(page_field(page, fmt::format("{}{}", bit.variable, flags.of)),
               value ? "true" : "false");
  }
  if (language == Language::murphi || names.empty()) return;
  const std::string array = page_field(page, flags.array);
  const std::string bits = fmt::format("{}", fmt::join(names, " | "));
  code.set(array, fmt::format("{} {}({})", array, value ? "| " : "& ~", bits));
}

void View::assign(Code& code, const PageFlags& flags, const Term& page, int mask) const {
  if (language == Language::murphi) {
    set(code, flags, page, ~mask, false);
    return set(code, flags, page, mask, true);
  }
  if (flags.used == 0) return;
  std::vector<std::string> names;
  for (const FlagName& bit : flags.bits)
    if ((mask & bit.bit) != 0) names.push_back(upper(bit.variable));
  code.set(page_field(page, flags.array),
           names.empty() ? "0" : fmt::format("{}", fmt::join(names, " | ")));
}

Term View::page_has(const Term& page, PageFlag mask) const { return has(page_flags(), page, mask); }
Term View::pte_has(const Term& page, int mm, PteFlag mask) const {
  return has(pte_flags(mm), page, mask);
}
void View::set_flags(Code& code, const Term& page, PageFlag mask, bool value) const {
  set(code, page_flags(), page, mask, value);
}
void View::set_pte(Code& code, const Term& page, int mm, PteFlag mask, bool value) const {
  set(code, pte_flags(mm), page, mask, value);
}
void View::assign_flags(Code& code, const Term& page, int mask) const {
  assign(code, page_flags(), page, mask);
}
void View::assign_pte(Code& code, const Term& page, int mm, int mask) const {
  assign(code, pte_flags(mm), page, mask);
}
void View::clear_ptes(Code& code, const Term& page) const {
  for (int mm = 0; mm < system.mms; ++mm) assign_pte(code, page, mm, 0);
}

Term View::backing_is(const Term& page, Backing backing) const {
  std::vector<Term> terms;
  bool all = true;
  for (int p = 0; p < system.pages; ++p) {
    const bool same = system.initial.page[p].backing == backing;
    all = all && same;
    if (same) terms.push_back(equal(page, page_name(p)));
  }
  if (facts.backing_varies) {
    if (terms.empty() && backing != Backing::pipe) return "false";
    return equal(this->backing(page), Term(backing_constant(backing)));
  }
  return all ? "true" : any_of(terms);
}

Term View::large(const Term& page) const {
  std::vector<Term> terms;
  bool all = true;
  for (int p = 0; p < system.pages; ++p) {
    all = all && system.large(p);
    if (system.large(p)) terms.push_back(equal(page, page_name(p)));
  }
  return all ? "true" : any_of(terms);
}

Term View::nr_pages(const Term& page) const {
  Term term = number(system.nr_pages(system.pages - 1));
  for (int p = system.pages - 2; p >= 0; --p)
    term = choose(equal(page, page_name(p)), number(system.nr_pages(p)), term);
  return term;
}

Term View::maybe_pinned(const Term& page) const {
  const Term bias = number(system.arithmetic.bias);
  // The counter is looked at as unsigned: a negative one is a very large number.
  Term negative = less(ref(page), "0");
  if (facts.wraps) {
    const int modulus = 1 << system.arithmetic.width;
    negative = all_of({negative, fmt::format("{} + {} >= {}", ref(page), modulus, bias)});
  }
  Term small = any_of({fmt::format("{} >= {}", ref(page), bias), negative});
  const Term is_large = large(page);
  if (is_large == "false") return small;
  const Term counted = facts.pins ? less("0", pins(page)) : "false";
  return choose(is_large, counted, small);
}

int View::wrapped(int amount) const { return wrap(amount, system.arithmetic.width); }

Term View::wrapped(const Term& sum) const { return facts.wraps ? "wrap(" + sum + ")" : sum; }

Term View::pin_weight(const Term& page) const {
  return choose(large(page), "1", number(wrapped(system.arithmetic.bias)));
}

Term View::pin_skipped(const Term& page) const {
  return system.arithmetic.zero_pins_are_noops ? backing_is(page, Backing::zero) : "false";
}

std::vector<std::pair<std::string, Term>> View::slots_on(const Who& who, const Term& page) const {
  std::vector<std::pair<std::string, Term>> found;
  for (int s = 0; s < request(who).slots; ++s) {
    const Term here = equal(page_of(who, number(s)), page);
    if (here != "false") found.emplace_back(number(s), here);
  }
  return found;
}

std::vector<Term> View::ledger(const Who& who, const std::string& slot) const {
  std::vector<Term> entries;
  for (int role = 0; role < kRoles; ++role)
    if (request(who).holds[role]) entries.push_back(slot_value(who, slot, role_variable(role)));
  return entries;
}

Term View::any_request(const std::function<Term(const Who&)>& question) const {
  std::vector<Term> terms;
  for (const Group& group : groups) {
    const Term term = question(who(group, "r"));
    const bool some = language == Language::murphi && group.many() && term != "false";
    terms.push_back(some ? fmt::format("(exists r: {} do {} end)", group.type, term) : term);
  }
  return any_of(terms);
}

void View::for_each_request(Code& code, const std::function<void(const Who&)>& statements) const {
  for (const Group& group : groups) {
    const bool loop = group.many() && language == Language::murphi;
    if (loop) {
      code.line(fmt::format("for r: {} do", group.type));
      code.indent(1);
    }
    statements(who(group, "r"));
    if (!loop) continue;
    code.indent(-1);
    code.line("end;");
  }
}

void View::for_each_page(Code& code, const std::function<void(const Term&)>& statements) const {
  if (!pages_alike) {
    for (int page = 0; page < system.pages; ++page) statements(page_name(page));
    return;
  }
  code.line("for p: page_t do");
  code.indent(1);
  statements("p");
  code.indent(-1);
  code.line("end;");
}

Term View::any_pin(const Term& page) const {
  return any_request([&](const Who& who) {
    std::vector<Term> terms;
    for (const auto& [slot, here] : slots_on(who, page))
      terms.push_back(all_of({here, slot_pinned(who, slot)}));
    return any_of(terms);
  });
}

Term View::any_holder(const Term& page) const {
  const Term in_ledger = any_request([&](const Who& who) {
    std::vector<Term> terms;
    for (const auto& [slot, here] : slots_on(who, page)) {
      std::vector<Term> some;
      for (const Term& entry : ledger(who, slot)) some.push_back(negated(equal(entry, "NOTHING")));
      terms.push_back(all_of({here, any_of(some)}));
    }
    return any_of(terms);
  });
  return any_of({any_structural(page), in_ledger});
}

std::vector<Term> View::in_pipes(const Term& page) const {
  std::vector<Term> terms;
  for (std::size_t i = 0; i < facts.pipe.size(); ++i) {
    const std::string& pipe = pipe_names_[i];
    const Cells pages = pipe_cells(static_cast<int>(i), "page");
    for (int k = 0; k < facts.pipe[i].capacity; ++k)
      terms.push_back(all_of(
          {less(number(k), pipe + "_count"), equal(value_at(language, pages, number(k)), page)}));
    if (facts.pipe[i].keeps) terms.push_back(equal(pipe + "_tmp", page));
  }
  return terms;
}

Term View::any_structural(const Term& page) const {
  std::vector<Term> terms = in_pipes(page);
  terms.push_back(page_has(page, kCached | kPrivate));
  terms.push_back(kept_by_kernel(*this, page));
  for (int mm = 0; mm < system.mms; ++mm) terms.push_back(counted_by_pte(*this, page, mm));
  return any_of(terms);
}

Term View::structural(const Term& page) const {
  const Term by_cache = choose(backing_is(page, Backing::kernel), "1", nr_pages(page));
  std::vector<Term> terms{choose(page_has(page, kCached), by_cache, "0"),
                          choose(page_has(page, kPrivate), "1", "0"),
                          choose(kept_by_kernel(*this, page), "1", "0")};
  for (int mm = 0; mm < system.mms; ++mm)
    terms.push_back(choose(counted_by_pte(*this, page, mm), "1", "0"));
  for (const Term& here : in_pipes(page)) terms.push_back(choose(here, "1", "0"));
  return sum_of(terms);
}

Term View::device_may_write(const Term& page, bool pinned) const {
  return any_request([&](const Who& who) -> Term {
    if (!system.initial.request[who.actor].has(kDest)) return "false";
    std::vector<Term> terms;
    for (const auto& [slot, here] : slots_on(who, page)) {
      const Term pin = slot_pinned(who, slot);
      terms.push_back(all_of({here, in_io(who, slot), pinned ? pin : negated(pin)}));
    }
    return all_of({in_flight(who), negated(request_has(who, kIoError)), any_of(terms)});
  });
}

}  // namespace pincheck::exporting
