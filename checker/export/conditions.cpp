// SPDX-License-Identifier: MIT
#include "checker/export/conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace pincheck::exporting {
namespace {

using Condition = Term (*)(const View&, const Moment&);

/// Every count on the page: what its places and its ledger entries add up to.
Term holders_but(const View& view, const Moment& m) {
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

Term pin_unpin(const View& view, const Moment& m) {
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

Term get_put(const View& view, const Moment& m) {
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

Term freed_while_pinned(const View& view, const Moment& m) { return view.any_pin(m.page); }

Term freed_while_in_use(const View& view, const Moment& m) {
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

Term on_kernel_page(const View& view, const Moment& m) {
  return view.backing_is(m.page, Backing::kernel);
}

Term overflows(const View& view, const Moment& m) {
  return any_of({fmt::format("{} < before", view.ref(m.page)), "before < 0"});
}

Term dirtied_after_clean(const View& view, const Moment& m) {
  return all_of({view.page_has(m.page, kBuffersFs), view.page_has(m.page, kCached),
                 negated(view.page_has(m.page, kPrivate))});
}

Term dirty_lost(const View& view, const Moment& m) {
  const bool end = m.kind == EventKind::quiescent;
  return all_of({view.page_has(m.page, kUnsaved),
                 end ? negated(view.page_has(m.page, kDirty)) : Term("true")});
}

/// Releases are judged where the step makes them: see uncovers_io.
Term uncovered(const View& view, const Moment& m) {
  if (m.kind == EventKind::released || !view.request(m.who).pinned) return "false";
  return all_of({view.slot_value(m.who, m.slot, "pinned"), view.in_io(m.who, m.slot),
                 negated(view.slot_pinned(m.who, m.slot))});
}

Term late_pin(const View& view, const Moment& m) {
  if (m.as != Held::pin || !m.from_page) return "false";
  return view.page_has(m.page, kLookedAt);
}

/// Writeback and a write of the page meet, whichever comes first.
Term in_writeback(const View& view, const Moment& m, bool pinned) {
  if (m.kind == EventKind::writeback_started) return view.device_may_write(m.page, pinned);
  const Term pin = view.slot_pinned(m.who, m.slot);
  return all_of({view.page_has(m.page, kWriteback), pinned ? pin : negated(pin)});
}

Term under_pin(const View& view, const Moment& m) { return in_writeback(view, m, true); }
Term under_dma(const View& view, const Moment& m) { return in_writeback(view, m, false); }

Term refused(const View& view, const Moment& m) {
  return view.system.baseline_accepts[m.who.actor] ? "true" : "false";
}

Term always(const View&, const Moment&) { return "true"; }

struct Entry {
  std::string_view property;
  Condition condition;
};

constexpr std::array kConditions{
    Entry{"pin-unpin-balanced", pin_unpin},
    Entry{"get-put-balanced", get_put},
    Entry{"not-freed-while-pinned", freed_while_pinned},
    Entry{"not-freed-while-in-use", freed_while_in_use},
    Entry{"no-refcount-on-kernel-pages", on_kernel_page},
    Entry{"no-overflow", overflows},
    Entry{"freeze-sound", holders_but},
    Entry{"no-dirty-after-clean", dirtied_after_clean},
    Entry{"dirty-not-lost", dirty_lost},
    Entry{"pin-covers-io", uncovered},
    Entry{"no-late-pin", late_pin},
    Entry{"not-written-back-while-pinned", under_pin},
    Entry{"stable-under-dma", under_dma},
    Entry{"not-refused", refused},
    Entry{"completes", always},
};

}  // namespace

Term condition(const View& view, const Property& property, const Moment& moment) {
  const auto* const found =
      std::find_if(kConditions.begin(), kConditions.end(),
                   [&](const Entry& entry) { return entry.property == property.name; });
  if (found == kConditions.end())
    throw std::invalid_argument(fmt::format(
        "property '{}' cannot be exported: it has no entry in checker/export/conditions.cpp",
        property.name));
  const auto looks_at = [&](const Watch& watch) { return watch.kind == moment.kind; };
  if (std::none_of(property.events.begin(), property.events.end(), looks_at)) return "false";
  return found->condition(view, moment);
}

void judge(Code& code, const View& view, const Moment& moment) {
  for (const Property& property : properties())
    code.violated(property, condition(view, property, moment));
}

Term uncovers_io(const View& view, const Who& who, const Term& slot, int role) {
  if (!view.request(who).pinned) return "false";
  return all_of({view.slot_value(who, slot, "pinned"), view.in_io(who, slot),
                 equal(view.slot_value(who, slot, role_variable(role)), "PIN"),
                 negated(view.slot_pinned(who, slot, role)), view.in_flight(who)});
}

}  // namespace pincheck::exporting
