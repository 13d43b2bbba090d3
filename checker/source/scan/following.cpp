// SPDX-License-Identifier: MIT
#include "checker/source/scan/following.hpp"

#include <llvm/IR/DebugInfoMetadata.h>

#include <algorithm>

#include "checker/source/follow/code.hpp"

namespace pincheck::scan {
namespace {

front::Program tidied(const std::vector<std::string_view>& codes) {
  front::Program program(codes);
  program.tidy();
  return program;
}

}  // namespace

Following::Following(const std::vector<std::string_view>& codes, const callee::Callees& callees,
                     const follow::Bounds& bounds, std::optional<Store> store, Shared& shared)
    : program_(tidied(codes)),
      callees_(callees),
      bounds_(bounds),
      store_(std::move(store)),
      shared_(shared),
      reach_(program_.module(), callees),
      roots_(follow::roots(program_.module(), reach_, callees)),
      order_(roots_, reach_) {
  std::stable_sort(roots_.begin(), roots_.end(), [&](const auto* a, const auto* b) {
    return order_.level(*a) < order_.level(*b);
  });
  for (std::size_t i = 0; i < roots_.size(); ++i) numbers_[roots_[i]] = i;
}

const follow::Verdict& Following::verdict(const llvm::Function& root) {
  const auto found = known_.find(&root);
  if (found != known_.end()) return found->second;
  const std::size_t number = numbers_.at(&root);
  auto verdict = shared_.find(number);
  if (!verdict && store_)
    verdict = store_->find(root.getSubprogram()->getFilename().str(), follow::source_name(root));
  if (!verdict) {
    verdict = made(root);
    if (store_) store_->keep(*verdict);
  }
  shared_.keep(number, *verdict);
  return known_.emplace(&root, std::move(*verdict)).first->second;
}

follow::Verdict Following::made(const llvm::Function& root) {
  follow::Settled settled;
  for (const llvm::Function* callee : order_.before(root)) {
    const follow::Verdict& known = verdict(*callee);
    if (follow::is_settled(known))
      settled.emplace(callee, known.decision == follow::Decision::balanced);
  }
  return follow::follow(root, reach_, callees_, settled, bounds_);
}

}  // namespace pincheck::scan
