// SPDX-License-Identifier: MIT
// checker/source/scan: uses checker/source/front, checker/source/follow, checker/report; used by checker/source/patch.
// checker/command. The verdicts of one program's functions: callees first, each once.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "checker/source/follow/callers.hpp"
#include "checker/source/follow/follow.hpp"
#include "checker/source/follow/order.hpp"
#include "checker/source/front/program.hpp"
#include "checker/source/scan/store.hpp"

namespace pincheck::scan {

/// What threads that each have read the program know of its roots, by their number.
class Shared {
 public:
  std::optional<follow::Verdict> find(std::size_t root) const {
    const std::lock_guard lock(one_at_a_time_);
    const auto found = known_.find(root);
    return found == known_.end() ? std::nullopt : std::optional(found->second);
  }
  void keep(std::size_t root, const follow::Verdict& verdict) {
    const std::lock_guard lock(one_at_a_time_);
    known_.emplace(root, verdict);
  }

 private:
  mutable std::mutex one_at_a_time_;
  std::map<std::size_t, follow::Verdict> known_;
};

class Following {
 public:
  /// Without a store verdicts are kept in `shared` only.
  Following(const std::vector<std::string_view>& codes, const callee::Callees&,
            const follow::Bounds&, std::optional<Store>, Shared&);

  /// In an order in which callees come before their callers.
  const follow::Functions& roots() const { return roots_; }
  bool is_root(const llvm::Function& one) const { return numbers_.contains(&one); }
  const follow::Verdict& verdict(const llvm::Function& root);

 private:
  follow::Verdict made(const llvm::Function& root);

  front::Program program_;
  const callee::Callees& callees_;
  follow::Bounds bounds_;
  std::optional<Store> store_;
  Shared& shared_;
  follow::Reach reach_;
  follow::Functions roots_;
  follow::Order order_;
  std::map<const llvm::Function*, std::size_t> numbers_;
  follow::Verdicts known_;
};

}  // namespace pincheck::scan
