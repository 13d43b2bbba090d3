// SPDX-License-Identifier: MIT
#include "checker/export/conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace pincheck::exporting {
namespace {

using Condition = Term (*)(const View&, const Moment&);

/// Every count on the page: what its places and its ledger entries add up to.
Term freeze_sound(const View& view, const Moment& m) {
  // Summed up by the text itself, in `n` (see the actions' freeze).
  const Term cache = choose(view.page_has(m.page, kCached), view.nr_pages(m.page), "0");
  const bool has_role = view.request(m.who).holds[static_cast<int>(Role::array)];
  const Term entry = view.slot_value(m.who, m.slot, role_variable(0));
  const Term mine = has_role ? choose(equal(entry, "NOTHING"), "0", "1") : "0";
  return fmt::format("n > {}", sum_of({cache, mine}));
}

/// At the end: the counter differs from `expected`, by a multiple of the bias or not.
Term off_by(const View& view, const Term& page, bool whole_pins) {
  const Term bias = fmt::format("{}", view.system.arithmetic.bias);
  const Term rest = fmt::format("({} - expected) % {}", view.ref(page), bias);
  const Term differs = fmt::format("{} != expected", view.ref(page));
  return all_of({differs, fmt::format("{} {} 0", rest, whole_pins ? "==" : "!=")});
}

Term pin_unpin_balanced(const View& view, const Moment& m) {
  if (m.kind == EventKind::left_over) return equal(m.held, "PIN");
  if (m.kind == EventKind::quiescent) {
    const Term small = off_by(view, m.page, true);
    const Term pins = view.facts.pins ? view.pins(m.page) + " != expected_pins" : "false";
    return any_of(
        {all_of({view.large(m.page), pins}), all_of({negated(view.large(m.page)), small})});
  }
  if (m.structural) return "false";
  return m.as == Held::pin ? "was != PIN" : "was == PIN";
}

Term get_put_balanced(const View& view, const Moment& m) {
  if (m.kind == EventKind::left_over) return equal(m.held, "GET");
  if (m.kind == EventKind::quiescent) {
    const Term differs = fmt::format("{} != expected", view.ref(m.page));
    const Term unpinned = view.facts.pins ? equal(view.pins(m.page), "0") : Term("true");
    return all_of(
        {unpinned, any_of({all_of({view.large(m.page), differs}),
                           all_of({negated(view.large(m.page)), off_by(view, m.page, false)})})});
  }
  if (m.structural) return "false";
  return m.as == Held::get ? "was != GET" : "was == GET";
}

Term not_freed_while_pinned(const View& view, const Moment& m) { return view.any_pin(m.page); }

Term not_freed_while_in_use(const View& view, const Moment& m) {
  Term free = view.page_has(m.page, kFree);
  switch (m.kind) {
    case EventKind::freed: return view.any_holder(m.page);
    case EventKind::released:
      return any_of({free, fmt::format("before >= 0 && {} < 0", view.ref(m.page))});
    case EventKind::acquired: return free;
    default: break;
  }
  const bool marked = view.request(m.who).stale;
  return any_of({marked ? view.slot_value(m.who, m.slot, "stale") : Term("false"), free});
}

Term no_refcount_on_kernel_pages(const View& view, const Moment& m) {
  return view.backing_is(m.page, Backing::kernel);
}

Term no_overflow(const View& view, const Moment& m) {
  return any_of({fmt::format("{} < before", view.ref(m.page)), "before < 0"});
}

Term no_dirty_after_clean(const View& view, const Moment& m) {
  return all_of({view.page_has(m.page, kBuffersFs), view.page_has(m.page, kCached),
                 negated(view.page_has(m.page, kPrivate))});
}

Term dirty_not_lost(const View& view, const Moment& m) {
  const bool end = m.kind == EventKind::quiescent;
  return all_of({view.page_has(m.page, kUnsaved),
                 end ? negated(view.page_has(m.page, kDirty)) : Term("true")});
}

/// Releases are judged where the step makes them: see judge_release.
Term pin_covers_io(const View& view, const Moment& m) {
  if (m.kind == EventKind::released || !view.request(m.who).pinned) return "false";
  return all_of({view.slot_value(m.who, m.slot, "pinned"), view.in_io(m.who, m.slot),
                 negated(view.slot_pinned(m.who, m.slot))});
}

Term no_late_pin(const View& view, const Moment& m) {
  if (m.as != Held::pin || !m.from_page) return "false";
  return view.page_has(m.page, kLookedAt);
}

/// Writeback and a write of the page meet, whichever comes first.
Term in_writeback(const View& view, const Moment& m, bool pinned) {
  if (m.kind == EventKind::writeback_started) return view.device_may_write(m.page, pinned);
  const Term pin = view.slot_pinned(m.who, m.slot);
  return all_of({view.page_has(m.page, kWriteback), pinned ? pin : negated(pin)});
}

Term not_written_back_while_pinned(const View& view, const Moment& m) {
  return in_writeback(view, m, true);
}
Term stable_under_dma(const View& view, const Moment& m) { return in_writeback(view, m, false); }

Term not_refused(const View& view, const Moment& m) {
  return view.system.baseline_accepts[m.who.actor] ? "true" : "false";
}

Term completes(const View&, const Moment&) { return "true"; }

#define PINCHECK_CONDITION(name) exporting::name,
constexpr std::array<Condition, kProperties> kConditions{PINCHECK_PROPERTIES(PINCHECK_CONDITION)};
#undef PINCHECK_CONDITION

}  // namespace

Term condition(const View& view, const Property& property, const Moment& moment) {
  const auto looks_at = [&](const Watch& watch) { return watch.kind == moment.kind; };
  if (std::none_of(property.events.begin(), property.events.end(), looks_at)) return "false";
  return kConditions[index_of(property.id)](view, moment);
}

void judge(Code& code, const View& view, const Moment& moment) {
  for (const Property& property : properties())
    code.violated(property, condition(view, property, moment));
}

void judge_release(Code& code, const View& view, const Who& who, const Term& slot, int role) {
  if (!view.request(who).pinned) return;
  code.violated(property_of(PropertyId::pin_covers_io),
                all_of({view.slot_value(who, slot, "pinned"), view.in_io(who, slot),
                        equal(view.slot_value(who, slot, role_variable(role)), "PIN"),
                        negated(view.slot_pinned(who, slot, role)), view.in_flight(who)}));
}

}  // namespace pincheck::exporting
