// SPDX-License-Identifier: MIT
#include "checker/trace/surplus.hpp"

#include "checker/trace/counting.hpp"

namespace pincheck::trace {
namespace {

/// More of a page are counted, not kept: nobody reads them, and each step down looks through them.
constexpr std::size_t kMostKept = 64;

}  // namespace

void Surplus::keep(const Step& step, std::vector<Step>& steps) {
  if (steps.size() == kMostKept) {
    steps.erase(steps.begin());
    ++unlisted_;
  }
  steps.push_back(step);
}

bool Surplus::undo(std::int64_t val) {
  for (std::size_t i = up_.size(); i-- > 0;) {
    if (up_[i].val != val) continue;
    up_.erase(up_.begin() + static_cast<std::ptrdiff_t>(i));
    return true;
  }
  return false;
}

/// try_grab_folio's pin: 1, and then the rest.
bool Surplus::undo_halves() {
  for (std::size_t i = up_.size(); i-- > 1;) {
    if (up_[i].val != kBias - 1) continue;
    for (std::size_t first = i; first-- > 0;) {
      if (up_[first].val != 1) continue;
      up_.erase(up_.begin() + static_cast<std::ptrdiff_t>(i));
      up_.erase(up_.begin() + static_cast<std::ptrdiff_t>(first));
      return true;
    }
  }
  return false;
}

/// Returns what is left of it.
std::int64_t Surplus::undo_several(std::int64_t val) {
  for (std::size_t i = up_.size(); i-- > 0 && val > 0;) {
    if (up_[i].val > val) continue;
    val -= up_[i].val;
    up_.erase(up_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return val;
}

void Surplus::step(std::int64_t val, std::uint32_t record) {
  if (val > 0) return keep({val, record}, up_);
  if (val == 0 || undo(-val)) return;
  if (val == -kBias && undo_halves()) return;
  const std::int64_t left = undo_several(-val);
  if (left > 0) keep({-left, record}, down_);
}

Evidence Surplus::steps() const {
  Evidence evidence;
  for (const Step& step : up_) evidence.push_back(step.record);
  for (const Step& step : down_) evidence.push_back(step.record);
  return evidence;
}

}  // namespace pincheck::trace
