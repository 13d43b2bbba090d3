// SPDX-License-Identifier: MIT
#include "checker/source/front/program.hpp"

#include <fmt/format.h>
#include <llvm/IRReader/IRReader.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Program.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "model/base/embedded.hpp"
#include "model/base/input.hpp"

namespace pincheck::front {
namespace {

constexpr std::string_view kOwnHeader = "model/callees/pincheck.h";
constexpr const char* kClang = "clang-19";

/// A file of ours for a while.
class Temporary {
 public:
  explicit Temporary(const char* suffix) {
    if (const auto error = llvm::sys::fs::createTemporaryFile("pincheck", suffix, path_))
      throw InputError(fmt::format("no temporary file: {}", error.message()));
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() { llvm::sys::fs::remove(path_); }
  std::string path() const { return std::string(path_); }
  std::string text() const {
    const auto buffer = llvm::MemoryBuffer::getFile(path_);
    return buffer ? (*buffer)->getBuffer().str() : "";
  }

 private:
  llvm::SmallString<128> path_;
};

/// The first line of clang's output that tells of an error.
std::string first_error(const std::string& output) {
  const std::size_t at = output.find("error:");
  if (at == std::string::npos) return output.empty() ? "the compiler failed" : output;
  const std::size_t begin = output.rfind('\n', at) + 1;
  return output.substr(begin, output.find('\n', at) - begin);
}

/// Locals become values, empty blocks go; no call is inlined, nothing is speculated.
void tidy(llvm::Module& module) {
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
  for (llvm::Function& function : module)
    if (!function.isDeclaration()) passes.run(function, functions);
}

std::vector<std::string> command_of(const Recipe& recipe, const std::string& clang,
                                    const std::string& output) {
  std::vector<std::string> words{clang};
  words.insert(words.end(), recipe.flags.begin(), recipe.flags.end());
  if (!recipe.folder.empty()) words.insert(words.end(), {"-working-directory", recipe.folder});
  for (const char* word : {"-w", "-g", "-O1", "-Xclang", "-disable-llvm-passes", "-emit-llvm",
                           "-fno-color-diagnostics", "-c", "-o"})
    words.emplace_back(word);
  words.push_back(output);
  words.push_back(recipe.file);
  return words;
}

/// pincheck.h in a folder of its own, once a run.
const std::string& folder_of_own_header() {
  static const struct Folder {
    std::string path;
    Folder() {
      llvm::SmallString<128> made;
      if (const auto error = llvm::sys::fs::createUniqueDirectory("pincheck", made))
        throw InputError(fmt::format("no temporary folder: {}", error.message()));
      path = std::string(made);
      for (const EmbeddedFile& one : embedded_files())
        if (one.path == kOwnHeader) std::ofstream(path + "/pincheck.h") << one.text;
    }
    ~Folder() { llvm::sys::fs::remove_directories(path); }
  } folder;
  return folder.path;
}

}  // namespace

Compiled compile(const Recipe& recipe) {
  if (!std::filesystem::is_regular_file(recipe.file))
    throw InputError(fmt::format("{}: no such file", recipe.file));
  const auto clang = llvm::sys::findProgramByName(kClang);
  if (!clang)
    throw InputError(
        fmt::format("{} is not installed, expected Debian's package of that name", kClang));
  const Temporary bitcode("bc"), messages("txt");
  const std::vector<std::string> words = command_of(recipe, *clang, bitcode.path());
  const std::vector<llvm::StringRef> views(words.begin(), words.end());
  const std::string log = messages.path();
  const std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(), llvm::StringRef(log),
                                                      llvm::StringRef(log)};
  const int status = llvm::sys::ExecuteAndWait(*clang, views, std::nullopt, redirects);
  if (status != 0) return {nullptr, first_error(messages.text())};
  auto context = std::make_unique<llvm::LLVMContext>();
  llvm::SMDiagnostic problem;
  auto module = llvm::parseIRFile(bitcode.path(), problem, *context);
  if (!module) return {nullptr, problem.getMessage().str()};
  tidy(*module);
  return {std::make_unique<Program>(std::move(context), std::move(module)), ""};
}

Recipe alone(const std::string& file) {
  return {file, "", {"-std=gnu11", "-ffreestanding", "-I", folder_of_own_header()}};
}

}  // namespace pincheck::front
