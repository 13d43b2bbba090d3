// SPDX-License-Identifier: MIT
#include "checker/source/front/tree.hpp"

#include <fmt/format.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/StringSaver.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "checker/source/front/kbuild.hpp"
#include "model/base/input.hpp"

namespace pincheck::front {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kCommands = "compile_commands.json";
constexpr const char* kConfiguration = "include/generated/autoconf.h";

/// Flags of any compiler that change what the code means; each may have its value in the next word.
constexpr std::array kWithValue{"-I", "-isystem", "-iquote", "-include", "-D", "-U"};
constexpr std::array kKept{"-nostdinc",   "-std=",          "-m64",
                           "-mcmodel=",   "-fshort-wchar",  "-funsigned-char",
                           "-mno-",       "-ffreestanding", "-fno-strict-aliasing",
                           "-fno-common", "-fms-extensions"};

bool is_of_a_name(char one) {
  return std::isalnum(static_cast<unsigned char>(one)) != 0 || one == '_';
}

/// Whether the text has `function(` in it, in code or in words.
bool calls(const std::string& file, std::string_view function) {
  const auto text = llvm::MemoryBuffer::getFile(file);
  if (!text) return false;
  const std::string_view all = (*text)->getBuffer();
  for (std::size_t at = all.find(function); at != std::string_view::npos;
       at = all.find(function, at + 1)) {
    const std::size_t end = all.find_first_not_of(" \t\n", at + function.size());
    const bool whole = at == 0 || !is_of_a_name(all[at - 1]);
    if (whole && end != std::string_view::npos && all[end] == '(') return true;
  }
  return false;
}

std::vector<std::string> words_of(const Json& entry) {
  if (entry.contains("arguments")) return entry["arguments"].get<std::vector<std::string>>();
  llvm::BumpPtrAllocator allocator;
  llvm::StringSaver saver(allocator);
  llvm::SmallVector<const char*, 64> words;
  llvm::cl::TokenizeGNUCommandLine(entry.at("command").get<std::string>(), saver, words);
  return {words.begin(), words.end()};
}

/// What clang understands, whoever the command is for.
std::vector<std::string> understood(const std::vector<std::string>& words) {
  std::vector<std::string> flags;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    const auto begins = [&](const char* start) { return word.starts_with(start); };
    if (std::any_of(std::begin(kWithValue), std::end(kWithValue), begins)) {
      flags.push_back(word);
      const bool alone = std::any_of(std::begin(kWithValue), std::end(kWithValue),
                                     [&](const char* flag) { return word == flag; });
      if (alone && i + 1 < words.size()) flags.push_back(words[++i]);
    } else if (std::any_of(std::begin(kKept), std::end(kKept), begins)) {
      flags.push_back(word);
    }
  }
  return flags;
}

}  // namespace

Tree::Tree(std::string folder, std::vector<std::string> headers)
    : folder_(std::move(folder)), headers_(std::move(headers)) {
  if (!fs::is_directory(folder_))
    throw InputError(fmt::format("{}: no such folder, expected a kernel's sources", folder_));
  for (std::string& one : headers_) {
    if (!fs::is_directory(one))
      throw InputError(fmt::format("{}: no such folder, expected one of headers", one));
    one = fs::absolute(one).lexically_normal().string();
  }
  folder_ = fs::absolute(folder_).lexically_normal().string();
  if (folder_.ends_with('/')) folder_.pop_back();
  const std::string commands = folder_ + "/" + kCommands;
  if (fs::exists(commands)) {
    read_commands(commands);
    return;
  }
  headers_.push_back(folder_);
  read_configuration();
}

void Tree::read_configuration() {
  bool configured = false;
  for (const std::string& one : headers_) {
    std::ifstream in(one + "/" + kConfiguration);
    configured = configured || in.is_open();
    for (std::string line; std::getline(in, line);) {
      std::istringstream words(line);
      std::string define, name;
      if (words >> define >> name && define == "#define") set_.insert(name);
    }
  }
  if (!configured)
    throw InputError(fmt::format(
        "{}: not configured, expected {} or {} there, or --headers with the folders of Debian's "
        "linux-headers packages",
        folder_, kCommands, kConfiguration));
}

void Tree::read_commands(const std::string& file) {
  std::ifstream in(file);
  const Json all = Json::parse(in, nullptr, false);
  if (!all.is_array()) throw InputError(fmt::format("{}: not a list of commands", file));
  try {
    for (const Json& entry : all) {
      const fs::path folder = entry.at("directory").get<std::string>();
      const fs::path source = (folder / entry.at("file").get<std::string>()).lexically_normal();
      if (source.extension() != ".c") continue;
      commands_[source.lexically_relative(folder_).string()] = {source.string(), folder.string(),
                                                                understood(words_of(entry))};
    }
  } catch (const Json::exception& problem) {
    throw InputError(fmt::format("{}: {}", file, problem.what()));
  }
}

std::vector<std::string> Tree::files(const std::vector<std::string>& paths) const {
  std::vector<std::string> all;
  for (const std::string& path : paths) {
    const fs::path whole = fs::path(folder_) / path;
    if (fs::is_regular_file(whole)) {
      all.push_back(fs::path(path).lexically_normal().string());
      continue;
    }
    if (!fs::is_directory(whole))
      throw InputError(
          fmt::format("{}: no such file or folder in {}, expected one of it", path, folder_));
    const std::size_t before = all.size();
    for (const auto& entry : fs::recursive_directory_iterator(whole))
      if (entry.is_regular_file() && entry.path().extension() == ".c")
        all.push_back(entry.path().lexically_relative(folder_).string());
    if (all.size() == before)
      throw InputError(fmt::format("{}: no .c file in it, in {}", path, folder_));
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::vector<std::string> Tree::near(const std::string& file, std::string_view function) const {
  constexpr std::size_t kMost = 6;
  const fs::path own = fs::path(file).parent_path(), above = own.parent_path();
  std::vector<std::string> all = callers_in(own, 0, function);
  std::erase(all, file);
  // What lies at the top are subsystems of all kinds.
  if (all.empty() && !above.parent_path().empty()) all = callers_in(above, 1, function);
  std::sort(all.begin(), all.end());
  return all.size() <= kMost ? all : std::vector<std::string>{};
}

std::vector<std::string> Tree::callers_in(const fs::path& below, int depth,
                                          std::string_view function) const {
  std::vector<std::string> all;
  for (auto entry = fs::recursive_directory_iterator(folder_ / below);
       entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory() && entry.depth() >= depth) entry.disable_recursion_pending();
    const bool is_source = entry->is_regular_file() && entry->path().extension() == ".c";
    if (is_source && calls(entry->path().string(), function))
      all.push_back(entry->path().lexically_relative(folder_).string());
  }
  return all;
}

/// As the kernel's makefiles for x86 have them, as far as they change meanings.
std::vector<std::string> Tree::kernel_flags(const std::string& file) const {
  std::vector<std::string> flags{"-nostdinc"};
  for (const char* below :
       {"arch/x86/include", "arch/x86/include/generated", "include", "arch/x86/include/uapi",
        "arch/x86/include/generated/uapi", "include/uapi", "include/generated/uapi"})
    for (const std::string& one : headers_)
      if (fs::is_directory(one + "/" + below)) flags.push_back("-I" + one + "/" + below);
  for (const char* first : {"compiler-version.h", "kconfig.h", "compiler_types.h"})
    for (const std::string& one : headers_) {
      const std::string path = one + "/include/linux/" + first;
      if (!fs::exists(path)) continue;
      flags.insert(flags.end(), {"-include", path});
      break;
    }
  std::string name = fs::path(file).stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  for (const char* flag :
       {"-D__KERNEL__", "-DCC_USING_FENTRY", "-std=gnu11", "-fshort-wchar", "-funsigned-char",
        "-fno-common", "-fno-PIE", "-fno-strict-aliasing", "-mno-sse", "-mno-mmx", "-mno-sse2",
        "-mno-avx", "-mno-80387", "-m64", "-mno-red-zone", "-mcmodel=kernel",
        "-fno-delete-null-pointer-checks", "-fno-stack-protector"})
    flags.emplace_back(flag);
  for (const char* macro : {"KBUILD_MODNAME", "KBUILD_BASENAME"})
    flags.push_back(fmt::format("-D{}=\"{}\"", macro, name));
  flags.push_back(fmt::format("-D__KBUILD_MODNAME=kmod_{}", name));
  flags.push_back(fmt::format("-I{}/{}", folder_, fs::path(file).parent_path().string()));
  return flags;
}

std::vector<std::string> Tree::places(const std::string& file) const {
  std::vector<std::string> all{folder_ + "/" + file};
  for (const std::string& one : headers_)
    if (const std::string path = fmt::format("{}/{}", one, file); fs::exists(path))
      all.push_back(path);
  return all;
}

std::optional<std::uint32_t> Tree::version() const {
  constexpr std::string_view kDefine = "#define LINUX_VERSION_CODE ";
  std::vector<std::string> folders = headers_;
  folders.push_back(folder_);
  for (const std::string& one : folders) {
    std::ifstream in(one + "/include/generated/uapi/linux/version.h");
    for (std::string line; std::getline(in, line);)
      if (line.starts_with(kDefine))
        return static_cast<std::uint32_t>(std::strtoul(line.c_str() + kDefine.size(), nullptr, 10));
  }
  return std::nullopt;
}

std::vector<Recipe> Tree::recipes(const std::string& file) const {
  if (!commands_.empty()) {
    const auto found = commands_.find(file);
    if (found == commands_.end()) return {};
    return {found->second};
  }
  const KbuildFile kbuild = kbuild_of(folder_, file);
  Recipe built_in{folder_ + "/" + file, folder_, kernel_flags(file)};
  built_in.flags.insert(built_in.flags.end(), kbuild.flags.begin(), kbuild.flags.end());
  Recipe module = built_in;
  module.flags.emplace_back("-DMODULE");
  const bool is_module =
      std::any_of(kbuild.conditions.begin(), kbuild.conditions.end(),
                  [&](const std::string& one) { return set_.contains(one + "_MODULE"); });
  if (is_module) return {module, built_in};
  return {built_in, module};
}

std::string Tree::not_built(const std::string& file) const {
  if (!commands_.empty())
    return commands_.contains(file) ? "" : fmt::format("it is not in {}", kCommands);
  for (const std::string& one : kbuild_of(folder_, file).conditions)
    if (!set_.contains(one) && !set_.contains(one + "_MODULE"))
      return fmt::format("{} is not set", one);
  return "";
}

}  // namespace pincheck::front
