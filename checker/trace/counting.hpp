// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// One page's `_refcount` as page_ref's lines and the probes' readings tell it.
#pragma once

#include <cstdint>
#include <optional>

#include "checker/trace/reader.hpp"
#include "model/language/world.hpp"

namespace pincheck::trace {

inline constexpr std::int64_t kBias = 1024;  ///< GUP_PIN_COUNTING_BIAS

/// A release that the steps show to be of the wrong kind.
struct WrongStep {
  Held held, as;
};

/// Adds steps up and compares with the count that each line prints. The kernel reads that count
/// after the step, not in it (include/trace/events/page_ref.h), and a probe after its line has got
/// its time, so other contexts' steps may be in it already, of which the lines come later, even
/// after lines that read the count without them. What stays off, or is put right by the same
/// context, is a step that no line shows, or a line that is wrong.
class Counting {
 public:
  bool known() const { return known_; }
  /// A step of it was seen: page_ref's lines are not kept from us (by a filter, or by KASLR).
  bool stepped() const { return stepped_; }
  /// What the steps add up to.
  std::int64_t sum() const { return sum_; }
  std::int64_t start() const { return start_; }
  std::int64_t pins() const { return pins_; }
  std::uint32_t last_pin() const { return last_pin_; }  ///< the record that took it
  /// A line says that `val` was added (0: it only read the count) and the count is `count`. `over`:
  /// the context of early() has gone on. Returns the index of an earlier record that cannot be
  /// right.
  std::optional<std::uint32_t> observe(std::int64_t count, std::int64_t val, std::uint32_t index,
                                       const Context& context, bool over);
  /// The kind of reference that the step takes or drops; only once per step, before observe().
  /// Returns what is wrong with it.
  std::optional<WrongStep> step(std::int64_t count, std::int64_t val, bool large,
                                std::uint32_t index);

  /// The count is that, whatever the steps add up to: some have no line.
  void resync(std::int64_t count);

  /// The count was 0 and is set to that: a folio's as it was, or, once it is split, each page's.
  void unfreeze(std::int64_t count);

  /// How much more the count is than the steps; 0 when all is well.
  std::int64_t off() const { return off_; }
  std::uint32_t off_since() const { return off_since_; }

  /// A count that has other contexts' steps in it.
  struct Early {
    std::int64_t left = 0;  ///< of what it is more, whose lines are to come
    std::uint32_t index = 0;
    Context context{};
  };
  const std::optional<Early>& early() const { return early_; }

 private:
  std::optional<std::uint32_t> weigh(std::int64_t off, std::int64_t val, const Context&, bool over);
  std::optional<WrongStep> take_back(std::int64_t pins, std::int64_t plain);

  bool known_ = false;
  bool stepped_ = false;
  std::int64_t sum_ = 0;
  std::int64_t start_ = 0;  // before the first line
  std::int64_t base_ = 0;   // of that, what may still be there: whose, nobody knows
  std::int64_t gets_ = 0;
  std::int64_t pins_ = 0;
  /// page_frag_alloc and network drivers take many gets at once: kinds cannot be told any more.
  bool in_bulk_ = false;
  std::uint32_t last_pin_ = 0;
  std::int64_t off_ = 0;
  std::uint32_t off_since_ = 0;
  std::optional<Early> early_;
};

}  // namespace pincheck::trace
