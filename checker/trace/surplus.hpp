// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// The steps of a page's count that no other step undoes: why it ends higher or lower than it began.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/trace/findings.hpp"

namespace pincheck::trace {

class Surplus {
 public:
  /// The record's step adds `val` to the count. A step down undoes the newest one up by as much; a
  /// pin of two halves (1 and the rest of GUP_PIN_COUNTING_BIAS) or several gets, if none is.
  void step(std::int64_t val, std::uint32_t record);
  Evidence steps() const;
  std::uint64_t unlisted() const { return unlisted_; }

 private:
  struct Step {
    std::int64_t val;
    std::uint32_t record;
  };
  bool undo(std::int64_t val);
  bool undo_halves();
  std::int64_t undo_several(std::int64_t val);
  void keep(const Step&, std::vector<Step>&);

  std::vector<Step> up_, down_;
  std::uint64_t unlisted_ = 0;
};

}  // namespace pincheck::trace
