// SPDX-License-Identifier: MIT
#include "checker/source/front/compiler.hpp"

#include <fmt/format.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Program.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "checker/source/front/cache.hpp"
#include "checker/source/front/overlay.hpp"
#include "checker/source/front/temporary.hpp"
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

/// All but where the results go, and where our own header lies.
std::vector<std::string> command_of(const Recipe& recipe, const std::string& clang) {
  std::vector<std::string> words{clang};
  words.insert(words.end(), recipe.flags.begin(), recipe.flags.end());
  if (!recipe.folder.empty()) words.insert(words.end(), {"-working-directory", recipe.folder});
  for (const char* word : {"-w", "-g", "-O1", "-Xclang", "-disable-llvm-passes", "-emit-llvm",
                           "-fno-color-diagnostics", "-c"})
    words.emplace_back(word);
  words.push_back(recipe.file);
  return words;
}

std::string_view own_header() {
  for (const EmbeddedFile& one : embedded_files())
    if (one.path == kOwnHeader) return one.text;
  return "";
}

/// pincheck.h in a folder of its own, once a run.
const std::string& folder_of_own_header() {
  static const struct Folder : TemporaryFolder {
    Folder() { std::ofstream(path() + "/pincheck.h") << own_header(); }
  } folder;
  return folder.path();
}

/// What a list for make names: "x: a.c \\", "  b\\ c.h".
std::vector<std::string> files_of_rule(const std::string& rule, const std::string& folder) {
  std::vector<std::string> files;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty() && !word.ends_with(':'))
      files.push_back(std::filesystem::path(folder) / word);
    word.clear();
  };
  for (std::size_t i = 0; i < rule.size(); ++i) {
    const bool escaped = rule[i] == '\\' && i + 1 < rule.size();
    if (escaped && rule[i + 1] == ' ')
      word += rule[++i];
    else if (escaped && rule[i + 1] == '\n')
      ++i;
    else if (std::isspace(static_cast<unsigned char>(rule[i])))
      end_word();
    else
      word += rule[i];
  }
  end_word();
  return files;
}

/// What the same command means anew when it changes: the compiler, our own header, other texts.
std::string key_of(const std::vector<std::string>& command, const Recipe& recipe) {
  llvm::sys::fs::file_status clang;
  llvm::sys::fs::status(command.front(), clang);
  return fmt::format("{} {} {}\n{}{}", fmt::join(command, "\n"), clang.getSize(),
                     clang.getLastModificationTime().time_since_epoch().count(),
                     recipe.has_own_header ? own_header() : "",
                     recipe.overlay ? recipe.overlay->digest() : "");
}

}  // namespace

Compiler::Compiler(const std::string& cache) {
  if (!cache.empty()) cache_ = std::make_unique<Cache>(cache);
}

Compiler::~Compiler() = default;

Compiled Compiler::compile(const Recipe& recipe) const {
  if (!recipe.overlay && !std::filesystem::is_regular_file(recipe.file))
    throw InputError(fmt::format("{}: no such file, expected C", recipe.file));
  const auto clang = llvm::sys::findProgramByName(kClang);
  if (!clang)
    throw InputError(
        fmt::format("{} is not installed, expected Debian's package of that name", kClang));
  std::vector<std::string> words = command_of(recipe, *clang);
  const std::string key = cache_ ? key_of(words, recipe) : "";
  if (cache_)
    if (auto known = cache_->find(key)) return {std::move(*known), ""};
  const Temporary code("bc"), rule("d"), messages("txt");
  if (recipe.has_own_header) words.insert(words.end(), {"-I", folder_of_own_header()});
  if (recipe.overlay) words.insert(words.end(), {"-ivfsoverlay", recipe.overlay->file()});
  words.insert(words.end(), {"-o", code.path(), "-MD", "-MF", rule.path()});
  const std::vector<llvm::StringRef> views(words.begin(), words.end());
  const std::string log = messages.path();
  const std::array<std::optional<llvm::StringRef>, 3> redirects{llvm::StringRef(), log, log};
  const int status = llvm::sys::ExecuteAndWait(*clang, views, std::nullopt, redirects);
  if (status != 0) return {"", first_error(messages.text())};
  Compiled made{code.text(), ""};
  if (!cache_) return made;
  std::vector<std::string> files = files_of_rule(rule.text(), recipe.folder);
  if (recipe.has_own_header)
    std::erase_if(files, [](const auto& one) { return one.starts_with(folder_of_own_header()); });
  cache_->keep(key, files, made.code);
  return made;
}

Recipe alone(const std::string& file) {
  return {.file = file, .flags = {"-std=gnu11", "-ffreestanding"}, .has_own_header = true};
}

}  // namespace pincheck::front
