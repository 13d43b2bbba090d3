// SPDX-License-Identifier: MIT
#include "checker/trace/counting.hpp"

#include <algorithm>

namespace pincheck::trace {

std::optional<std::uint32_t> Counting::observe(std::int64_t count, std::int64_t val,
                                               std::uint32_t index, const Context& context,
                                               bool over) {
  stepped_ = stepped_ || val != 0;
  if (!known_) {
    known_ = true;
    sum_ = count;
    start_ = base_ = count - val;
    return {};
  }
  sum_ += val;
  const std::int64_t off = count - sum_;
  const auto wrong = weigh(off, val, context, over);
  if (off_ == 0 && off != 0) {
    off_since_ = index;
    if (!early_) early_ = Early{off, index, context};
  }
  off_ = off;
  return wrong;
}

std::optional<std::uint32_t> Counting::weigh(std::int64_t off, std::int64_t val,
                                             const Context& context, bool over) {
  if (!early_) return {};
  if (!over) early_->left -= val;
  const bool this_was_late = off == 0 && val == off_ && context != early_->context;
  const bool explained = this_was_late || (!over && early_->left == 0);
  if (!explained && (!over || off != 0)) return {};
  const std::uint32_t index = early_->index;
  early_.reset();
  return !explained && stepped_ ? std::optional(index) : std::nullopt;
}

std::optional<WrongStep> Counting::step(std::int64_t count, std::int64_t val, bool large,
                                        std::uint32_t index) {
  if (!known_) {
    start_ = base_ = sum_ = count - val;
    known_ = true;
  }
  const std::int64_t whole = large ? 0 : std::abs(val) / kBias;  // a large folio's pin adds 1
  const std::int64_t rest = large ? std::abs(val) : std::abs(val) % kBias;
  // GUP takes a small page once a time. What takes more is no pin.
  in_bulk_ = in_bulk_ || val > kBias;
  if (in_bulk_ || val == 0) return {};
  if (val < 0) return take_back(whole, rest);
  const bool second_half = !large && val == kBias - 1;  // of try_grab_folio's pin, +1 was the first
  if (second_half) --(gets_ > 0 ? gets_ : base_);
  if (second_half || whole > 0) {
    ++pins_;
    last_pin_ = index;
    return {};
  }
  gets_ += rest;
  return {};
}

void Counting::unfreeze(std::int64_t count) {
  base_ = count - gets_ - pins_ * kBias;
  if (base_ >= 0) return;
  gets_ = pins_ = 0;
  base_ = count;
}

void Counting::resync(std::int64_t count) {
  sum_ = count;
  off_ = 0;
  early_.reset();
  unfreeze(count);
}

std::optional<WrongStep> Counting::take_back(std::int64_t pins, std::int64_t plain) {
  const std::int64_t own = std::min(pins, pins_);
  pins_ -= own;
  const std::int64_t others = (pins - own) * kBias;  // pins from before the first line
  if (others > base_) return WrongStep{Held::get, Held::pin};
  base_ -= others;
  const std::int64_t gets = std::min(plain, gets_);
  gets_ -= gets;
  base_ -= plain - gets;
  if (base_ >= 0) return {};
  base_ = 0;
  return WrongStep{pins_ > 0 ? Held::pin : Held::none, Held::get};
}

}  // namespace pincheck::trace
