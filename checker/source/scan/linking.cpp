// SPDX-License-Identifier: MIT
#include "checker/source/scan/linking.hpp"

#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>

#include <map>
#include <numeric>
#include <optional>
#include <unordered_map>

#include "checker/source/follow/code.hpp"

namespace pincheck::scan {
namespace {

using callee::Callees;
using callee::Does;

void add_calls(const llvm::CallBase& call, const Callees& callees, Outline::Function& out) {
  const auto add = [&](const llvm::Function& called) {
    const std::string name = called.getName().str();
    const callee::Callee* known = callees.find(name);
    if (known == nullptr) out.calls.push_back(name);
    if (known != nullptr && known->does <= Does::drop_range) out.touches = true;
  };
  if (const llvm::Function* called = follow::called(call)) add(*called);
  for (const llvm::Use& argument : call.args())
    if (const auto* given = llvm::dyn_cast<llvm::Function>(argument->stripPointerCasts()))
      add(*given);
}

/// A function of one of the files.
struct Id {
  std::size_t file, function;
};

/// Finds functions by name, from inside a file.
class Names {
 public:
  explicit Names(const std::vector<Outline>& all) : own_(all.size()) {
    for (std::size_t file = 0; file < all.size(); ++file)
      for (std::size_t i = 0; i < all[file].functions.size(); ++i) {
        const Outline::Function& one = all[file].functions[i];
        own_[file][one.name] = i;
        if (!one.for_all) continue;
        const auto [found, is_new] = for_all_.try_emplace(one.name, Id{file, i});
        if (!is_new) found->second.reset();
      }
  }
  std::optional<Id> find(std::size_t from, const std::string& name) const {
    if (const auto own = own_[from].find(name); own != own_[from].end())
      return Id{from, own->second};
    const auto found = for_all_.find(name);
    return found == for_all_.end() ? std::nullopt : found->second;
  }

 private:
  std::vector<std::unordered_map<std::string, std::size_t>> own_;
  std::unordered_map<std::string, std::optional<Id>> for_all_;
};

struct Call {
  Id from, to;
};

std::vector<Call> calls_of(const std::vector<Outline>& all) {
  const Names names(all);
  std::vector<Call> calls;
  for (std::size_t file = 0; file < all.size(); ++file)
    for (std::size_t i = 0; i < all[file].functions.size(); ++i)
      for (const std::string& name : all[file].functions[i].calls)
        if (const auto to = names.find(file, name)) calls.push_back({{file, i}, *to});
  return calls;
}

/// Which functions come to take or drop, by themselves or through others.
std::vector<std::vector<bool>> touching(const std::vector<Outline>& all,
                                        const std::vector<Call>& calls) {
  std::vector<std::vector<bool>> touches;
  for (const Outline& one : all) {
    touches.emplace_back();
    for (const Outline::Function& function : one.functions)
      touches.back().push_back(function.touches);
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [from, to] : calls)
      if (touches[to.file][to.function] && !touches[from.file][from.function])
        changed = touches[from.file][from.function] = true;
  }
  return touches;
}

}  // namespace

Outline outline_of(const llvm::Module& module, const Callees& callees) {
  Outline out;
  for (const llvm::Function& function : module) {
    if (function.isDeclaration()) continue;
    out.functions.push_back(
        {.name = function.getName().str(), .for_all = function.hasExternalLinkage()});
    for (const llvm::Instruction& one : llvm::instructions(function))
      if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&one);
          call != nullptr && !call->isInlineAsm() && !llvm::isa<llvm::IntrinsicInst>(one))
        add_calls(*call, callees, out.functions.back());
  }
  return out;
}

std::vector<std::vector<std::size_t>> programs(const std::vector<Outline>& all) {
  const std::vector<Call> calls = calls_of(all);
  const auto touches = touching(all, calls);
  // Each file leads to one of its program that has a lower number, and the lowest to itself.
  std::vector<std::size_t> leads(all.size());
  std::iota(leads.begin(), leads.end(), 0);
  const auto lowest = [&](std::size_t file) {
    while (leads[file] != file) file = leads[file] = leads[leads[file]];
    return file;
  };
  for (const auto& [from, to] : calls) {
    if (!touches[from.file][from.function]) continue;
    const std::size_t a = lowest(from.file), b = lowest(to.file);
    leads[std::max(a, b)] = std::min(a, b);
  }
  std::map<std::size_t, std::vector<std::size_t>> by_lowest;
  for (std::size_t file = 0; file < all.size(); ++file) by_lowest[lowest(file)].push_back(file);
  std::vector<std::vector<std::size_t>> out;
  for (auto& [first, files] : by_lowest) out.push_back(std::move(files));
  return out;
}

}  // namespace pincheck::scan
