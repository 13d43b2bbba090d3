// SPDX-License-Identifier: MIT
#include "checker/source/patch/touched.hpp"

#include <llvm/IR/DebugInfo.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/Support/raw_ostream.h>

#include <vector>

namespace pincheck::patch {
namespace {

/// Numbers of metadata and attributes are a file's, not a function's.
void strip(llvm::Module& module) {
  llvm::StripDebugInfo(module);
  for (llvm::Function& function : module) {
    function.clearMetadata();
    function.setAttributes({});
    for (llvm::Instruction& one : llvm::instructions(function)) {
      one.dropUnknownNonDebugMetadata();
      if (auto* call = llvm::dyn_cast<llvm::CallBase>(&one)) call->setAttributes({});
    }
  }
}

void add_uses(const llvm::Value& value, std::set<std::string>& uses,
              std::set<const llvm::Value*>& seen) {
  if (!llvm::isa<llvm::Constant>(value) || !seen.insert(&value).second) return;
  if (const auto* global = llvm::dyn_cast<llvm::GlobalValue>(&value)) {
    uses.insert(global->getName().str());
    return;
  }
  for (const llvm::Use& one : llvm::cast<llvm::Constant>(value).operands())
    add_uses(*one, uses, seen);
}

std::set<std::string> uses_of(const llvm::GlobalValue& value) {
  std::set<std::string> uses;
  std::set<const llvm::Value*> seen;
  if (const auto* function = llvm::dyn_cast<llvm::Function>(&value)) {
    for (const llvm::Instruction& one : llvm::instructions(*function))
      for (const llvm::Use& operand : one.operands()) add_uses(*operand, uses, seen);
  } else if (const auto* variable = llvm::dyn_cast<llvm::GlobalVariable>(&value)) {
    if (variable->hasInitializer()) add_uses(*variable->getInitializer(), uses, seen);
  }
  return uses;
}

/// Names that differ, and all that use them.
std::set<std::string> with_users(std::set<std::string> names, const Makeup& before,
                                 const Makeup& after) {
  std::map<std::string, std::set<std::string>> users;
  for (const Makeup* side : {&before, &after})
    for (const auto& [name, part] : side->parts())
      for (const std::string& used : part.uses) users[used].insert(name);
  std::vector<std::string> next(names.begin(), names.end());
  while (!next.empty()) {
    const std::string one = std::move(next.back());
    next.pop_back();
    for (const std::string& user : users[one])
      if (names.insert(user).second) next.push_back(user);
  }
  return names;
}

}  // namespace

void Makeup::add(llvm::Module& module) {
  strip(module);
  for (const llvm::GlobalValue& one : module.global_values()) {
    if (one.isDeclaration()) continue;
    Part& part = parts_[one.getName().str()];
    part.is_function = llvm::isa<llvm::Function>(one);
    llvm::raw_string_ostream out(part.text);
    one.print(out);
    part.uses.merge(uses_of(one));
  }
}

Touched touched(const Makeup& before, const Makeup& after) {
  std::set<std::string> differ, functions;
  Touched out;
  for (const auto& [side, other] : {std::pair(&before, &after), std::pair(&after, &before)})
    for (const auto& [name, part] : side->parts()) {
      if (part.is_function) functions.insert(name);
      const auto found = other->parts().find(name);
      const bool on_both = found != other->parts().end();
      if (on_both && found->second.text == part.text) continue;
      differ.insert(name);
      if (on_both && part.is_function) out.changed.insert(name);
    }
  for (const Makeup* side : {&before, &after})
    for (const auto& [name, part] : side->parts())
      if (differ.contains(name) && part.is_function)
        out.adapted.insert(part.uses.begin(), part.uses.end());
  out.all = with_users(std::move(differ), before, after);
  std::erase_if(out.all, [&](const auto& name) { return !functions.contains(name); });
  return out;
}

}  // namespace pincheck::patch
