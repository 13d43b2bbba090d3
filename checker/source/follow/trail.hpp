// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. What happened on a path, as marks that point to the ones before: paths that
// parted share them.
#pragma once

#include <string>
#include <vector>

#include "checker/source/follow/state.hpp"

namespace pincheck::follow {

struct Mark {
  MarkId before = 0;
  const llvm::Instruction* at = nullptr;
  std::string text;           ///< "pin_user_pages_fast: 1 of 2", "kmalloc fails", "taken"
  std::vector<Term> pages;    ///< whose counts this changed
  std::vector<Count> counts;  ///< and what they are then
  bool gave_null = false;     ///< a callee failed, and said so by a null pointer
};

class Trail {
 public:
  MarkId add(Mark mark) {
    marks_.push_back(std::move(mark));
    return static_cast<MarkId>(marks_.size());
  }
  const Mark& operator[](MarkId id) const { return marks_[id - 1]; }
  void gives_null(MarkId id) { marks_[id - 1].gave_null = true; }
  /// From the first to the last.
  std::vector<const Mark*> to(MarkId last) const {
    std::vector<const Mark*> all;
    for (MarkId id = last; id != 0; id = (*this)[id].before) all.push_back(&(*this)[id]);
    return {all.rbegin(), all.rend()};
  }

 private:
  std::vector<Mark> marks_;
};

}  // namespace pincheck::follow
