// SPDX-License-Identifier: MIT
#include "checker/trace/decisions.hpp"

#include <algorithm>
#include <array>

#include "checker/trace/counting.hpp"
#include "properties/property.hpp"
#include "properties/rules.hpp"

namespace pincheck::trace {
namespace {

struct Decision {
  std::string_view property;
  EventKind on;
  bool (*violated)(const Observed&);
};

constexpr std::array kDecisions{
    Decision{"pin-unpin-balanced", EventKind::released,
             [](const Observed& o) { return rules::wrong_release(Held::pin, o.held, o.as); }},
    Decision{"pin-unpin-balanced", EventKind::left_over,
             [](const Observed& o) { return o.held == Held::pin; }},
    Decision{"pin-unpin-balanced", EventKind::quiescent,
             [](const Observed& o) { return rules::off_by_pins(o.before, o.after, kBias); }},
    Decision{"get-put-balanced", EventKind::released,
             [](const Observed& o) { return rules::wrong_release(Held::get, o.held, o.as); }},
    Decision{"get-put-balanced", EventKind::left_over,
             [](const Observed& o) { return o.held == Held::get; }},
    Decision{"get-put-balanced", EventKind::quiescent,
             [](const Observed& o) { return rules::off_by_gets(o.before, o.after, kBias); }},
    Decision{"not-freed-while-pinned", EventKind::freed,
             [](const Observed& o) { return rules::still_held(o.pins); }},
    Decision{"not-freed-while-in-use", EventKind::freed,
             [](const Observed& o) { return rules::still_held(o.holders); }},
    Decision{"not-freed-while-in-use", EventKind::freed, [](const Observed& o) { return o.free; }},
    Decision{"not-freed-while-in-use", EventKind::acquired,
             [](const Observed& o) { return o.free; }},
    Decision{"not-freed-while-in-use", EventKind::released,
             [](const Observed& o) { return o.free || rules::underflows(o.before, o.after); }},
    Decision{"not-freed-while-in-use", EventKind::dirtied,
             [](const Observed& o) { return o.free; }},
    Decision{"not-freed-while-in-use", EventKind::writeback_started,
             [](const Observed& o) { return o.free; }},
    Decision{"not-written-back-while-pinned", EventKind::writeback_started,
             [](const Observed& o) { return rules::still_held(o.written); }},
};

void add_once(std::vector<int>& to, int property) {
  if (std::find(to.begin(), to.end(), property) == to.end()) to.push_back(property);
}

}  // namespace

std::vector<int> violated_by(const Observed& observed) {
  std::vector<int> found;
  for (const Decision& decision : kDecisions)
    if (decision.on == observed.kind && decision.violated(observed))
      add_once(found, property_index(decision.property));
  return found;
}

}  // namespace pincheck::trace
