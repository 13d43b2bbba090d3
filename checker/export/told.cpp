// SPDX-License-Identifier: MIT
#include "checker/export/told.hpp"

#include <array>
#include <stdexcept>

namespace pincheck::exporting {
namespace {

/// The ledger entry in the text, by Held.
constexpr std::array kEntries{"NOTHING", "GET", "PIN"};

[[noreturn]] void unknown(const std::string& what) {
  throw std::invalid_argument("the exported text does not know " + what + " at such an event");
}

}  // namespace

const Who& Told::who() const {
  if (!moment_.who) unknown("the request");
  return *moment_.who;
}

Formula Told::held(Held what) const {
  const Term entry = kEntries[static_cast<std::size_t>(what)];
  if (!moment_.held.empty()) return Formula(equal(moment_.held, entry));
  if (moment_.kind != EventKind::released) unknown("what was held");
  if (moment_.structural) return what == Held::get;
  return Formula(equal("was", entry));
}

Quantity Told::before() const {
  if (moment_.kind == EventKind::quiescent) return Quantity(view_.ref(moment_.page));
  const bool counts = moment_.kind == EventKind::acquired || moment_.kind == EventKind::released;
  if (!counts || is_before_release()) unknown("the count");
  return Quantity("before");
}

Quantity Told::after() const {
  if (moment_.kind == EventKind::quiescent) return Quantity("expected");
  const bool counts = moment_.kind == EventKind::acquired || moment_.kind == EventKind::released;
  if (!counts || is_before_release()) unknown("the count");
  return Quantity(view_.ref(moment_.page));
}

Quantity Told::pins() const {
  return view_.facts.pins ? Quantity(view_.pins(moment_.page)) : Quantity(0);
}

Quantity Told::expected_pins() const {
  if (moment_.kind != EventKind::quiescent) unknown("the pins that there should be");
  return view_.facts.pins ? Quantity("expected_pins") : Quantity(0);
}

/// Summed up by the text itself, in `n` (see the actions' freeze).
Quantity Told::holders() const {
  if (moment_.kind != EventKind::frozen) unknown("the number of holders");
  return Quantity("n");
}

Quantity Told::cache() const {
  return Quantity(choose(view_.page_has(moment_.page, kCached), view_.nr_pages(moment_.page), "0"));
}

Formula Told::pinned_for_io() const {
  if (!view_.request(who()).pinned) return false;
  return Formula(view_.slot_value(who(), moment_.slot, "pinned"));
}

Quantity Told::own(Role role) const {
  const int index = static_cast<int>(role);
  if (!view_.request(who()).holds[index]) return 0;
  const Term entry = view_.slot_value(who(), moment_.slot, role_variable(index));
  return Quantity(choose(equal(entry, "NOTHING"), "0", "1"));
}

Formula Told::gone() const {
  const bool counts = moment_.kind == EventKind::acquired || moment_.kind == EventKind::released;
  if (counts || !view_.request(who()).stale) return has(kFree);
  return Formula(view_.slot_value(who(), moment_.slot, "stale")) || has(kFree);
}

}  // namespace pincheck::exporting
