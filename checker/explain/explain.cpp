// SPDX-License-Identifier: MIT
#include "checker/explain/explain.hpp"

#include <array>

#include "checker/explain/explanations.hpp"

namespace pincheck {
namespace {

struct Explanation {
  std::string_view property;
  Lines (*why)(const Case&);
};

constexpr std::array<Explanation, 15> kExplanations{{
    {"pin-unpin-balanced", why_unbalanced},
    {"get-put-balanced", why_unbalanced},
    {"not-freed-while-pinned", why_freed_in_use},
    {"not-freed-while-in-use", why_freed_in_use},
    {"no-refcount-on-kernel-pages", why_slab_counted},
    {"no-overflow", why_overflowed},
    {"freeze-sound", why_freeze_failed},
    {"no-dirty-after-clean", why_dirty_without_buffers},
    {"dirty-not-lost", why_data_lost},
    {"pin-covers-io", why_pin_too_short},
    {"no-late-pin", why_pinned_late},
    {"not-written-back-while-pinned", why_written_back},
    {"stable-under-dma", why_written_back},
    {"not-refused", why_refused},
    {"completes", why_stuck},
}};

const Explanation* find(std::string_view property) {
  for (const Explanation& one : kExplanations)
    if (one.property == property) return &one;
  return nullptr;
}

constexpr std::size_t kColumns = 100;

/// Lines that are too long, broken between words; what goes on is indented.
Lines wrapped(const Lines& lines) {
  Lines out;
  for (std::string rest : lines) {
    while (rest.size() > kColumns) {
      const std::size_t space = rest.rfind(' ', kColumns);
      if (space == std::string::npos || space < 2) break;
      out.push_back(rest.substr(0, space));
      rest = "  " + rest.substr(space + 1);
    }
    out.push_back(std::move(rest));
  }
  return out;
}

}  // namespace

std::vector<std::string> because(const Story& story, const System& system, const World& world) {
  const Explanation* explanation = find(properties()[story.property].name);
  return explanation == nullptr ? Lines{} : wrapped(explanation->why(Case(story, system, world)));
}

std::vector<std::string> because_of_livelock(const Story& story, const System& system, int cycle) {
  if (story.steps.empty()) return {};
  return wrapped(why_going_round(Case(story, system, story.steps.back().after), cycle));
}

bool has_explanation(std::string_view property) { return find(property) != nullptr; }

}  // namespace pincheck
