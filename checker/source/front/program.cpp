// SPDX-License-Identifier: MIT
#include "checker/source/front/program.hpp"

#include <fmt/format.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Linker/Linker.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>

#include "model/base/input.hpp"

namespace pincheck::front {
namespace {

std::unique_ptr<llvm::Module> read(std::string_view code, llvm::LLVMContext& context) {
  auto module = llvm::parseBitcodeFile(llvm::MemoryBufferRef(code, "code"), context);
  if (module) return std::move(*module);
  throw InputError(llvm::toString(module.takeError()));
}

/// What both define for all stays each one's own, by another name: what nobody else can see, the
/// linker leaves out where it finds no use for it.
void keep_apart(const llvm::Module& all, llvm::Module& next) {
  for (llvm::GlobalValue& one : next.global_values()) {
    if (one.isDeclaration() || one.hasLocalLinkage()) continue;
    const llvm::GlobalValue* other = all.getNamedValue(one.getName());
    if (other == nullptr || other->isDeclaration() || other->hasLocalLinkage()) continue;
    if (auto* object = llvm::dyn_cast<llvm::GlobalObject>(&one)) object->setComdat(nullptr);
    std::string name = one.getName().str();
    do name += ".other";
    while (all.getNamedValue(name) != nullptr);
    one.setName(name);
  }
}

}  // namespace

Program::Program(const std::vector<std::string_view>& codes) {
  for (const std::string_view code : codes) {
    auto next = read(code, *context_);
    if (module_) keep_apart(*module_, *next);
    if (!module_)
      module_ = std::move(next);
    else if (llvm::Linker::linkModules(*module_, std::move(next)))
      throw InputError("the files can't be linked");
  }
}

void Program::tidy() {
  llvm::PassBuilder builder;
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  llvm::FunctionPassManager passes;
  passes.addPass(llvm::SROAPass(llvm::SROAOptions::PreserveCFG));
  passes.addPass(llvm::SimplifyCFGPass(
      llvm::SimplifyCFGOptions().speculateBlocks(false).hoistCommonInsts(false).sinkCommonInsts(
          false)));
  passes.addPass(llvm::EarlyCSEPass(true));
  for (llvm::Function& function : *module_)
    if (!function.isDeclaration()) passes.run(function, functions);
}

}  // namespace pincheck::front
