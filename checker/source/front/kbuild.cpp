// SPDX-License-Identifier: MIT
#include "checker/source/front/kbuild.hpp"

#include <fmt/format.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/StringSaver.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

namespace pincheck::front {
namespace {

namespace fs = std::filesystem;

struct Assignment {
  std::string name;
  std::string value;
  bool conditional = false;  ///< between ifdef and endif
};

/// A line and those that go on with it.
bool next_line(std::istream& in, std::string& line) {
  if (!std::getline(in, line)) return false;
  std::string more;
  while (line.ends_with('\\') && std::getline(in, more))
    line.replace(line.size() - 1, 1, " " + more);
  line = line.substr(0, line.find('#'));
  return true;
}

/// One makefile, with the value of each of its variables.
class Makefile {
 public:
  /// `folder` is relative to the tree.
  Makefile(const fs::path& file, std::string folder) : folder_(std::move(folder)) {
    static const std::regex assignment(R"(\s*([^\s:=+?]+)\s*(?::|\+|\?)?=\s*(.*))");
    static const std::regex begins(R"(\s*if(n?def|n?eq)\b.*)"), ends(R"(\s*endif\b.*)");
    std::ifstream in(file);
    int inside = 0;
    std::smatch found;
    for (std::string line; next_line(in, line);) {
      if (std::regex_match(line, begins)) ++inside;
      if (std::regex_match(line, ends)) --inside;
      if (std::regex_match(line, found, assignment))
        all_.push_back({found[1], found[2], inside > 0});
    }
  }

  /// The words of all that is assigned to the name, and to the name for this file only.
  std::vector<std::string> flags(const std::string& name) const {
    std::vector<std::string> out;
    for (const Assignment& one : all_)
      if (one.name == name) add_flags(one, out);
    return out;
  }

  /// CONFIG_… that `object` ("gem/userptr.o", "exynos/") is built under.
  void add_conditions(const std::string& object, std::vector<std::string>& out,
                      int deep = 4) const {
    static const std::regex conditional(R"((.*)-\$\((CONFIG_\w+)\))"), part(R"((.*)-(?:y|objs))");
    for (const Assignment& one : all_) {
      if (!has_word(expanded(one.value), object)) continue;
      std::smatch found;
      std::string whole;
      if (std::regex_match(one.name, found, conditional)) {
        out.push_back(found[2]);
        whole = found[1];
      } else if (std::regex_match(one.name, found, part)) {
        whole = found[1];
      }
      if (deep > 0 && !whole.empty() && whole != "obj") add_conditions(whole + ".o", out, deep - 1);
      return;
    }
  }

 private:
  static bool has_word(const std::string& text, const std::string& word) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      const std::size_t end = at + word.size();
      const bool begins = at == 0 || std::isspace(static_cast<unsigned char>(text[at - 1]));
      if (begins && (end == text.size() || std::isspace(static_cast<unsigned char>(text[end]))))
        return true;
    }
    return false;
  }

  /// With variables replaced; what is not known stays.
  std::string expanded(std::string text, int deep = 8) const {
    static const std::regex variable(R"(\$[({]([A-Za-z0-9_-]+)[)}])");
    std::smatch found;
    std::string out;
    while (std::regex_search(text, found, variable)) {
      out += found.prefix();
      out += deep > 0 ? value(found[1], deep - 1).value_or(found[0]) : found[0].str();
      text = found.suffix();
    }
    return out + text;
  }

  std::optional<std::string> value(const std::string& name, int deep) const {
    if (name == "src" || name == "obj") return folder_;
    if (name == "srctree" || name == "objtree") return ".";
    std::optional<std::string> out;
    for (const Assignment& one : all_)
      if (one.name == name) out = (out ? *out + " " : "") + expanded(one.value, deep);
    return out;
  }

  void add_flags(const Assignment& one, std::vector<std::string>& out) const {
    llvm::BumpPtrAllocator allocator;
    llvm::StringSaver saver(allocator);
    llvm::SmallVector<const char*, 32> words;
    llvm::cl::TokenizeGNUCommandLine(expanded(one.value), saver, words);
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string word = words[i];
      if (word.find("$(") != std::string::npos) continue;
      const bool takes_next = word == "-I" || word == "-include" || word == "-D";
      if (!takes_next && !word.starts_with("-I") && !word.starts_with("-D")) continue;
      if (takes_next && i + 1 == words.size()) continue;
      const std::string next = takes_next ? words[++i] : "";
      // Whether the condition holds is not known; more folders to look into do no harm.
      if (one.conditional && !word.starts_with("-I")) continue;
      out.push_back(word);
      if (takes_next) out.push_back(next);
    }
  }

  std::string folder_;
  std::vector<Assignment> all_;
};

std::optional<Makefile> makefile_in(const fs::path& tree, const fs::path& folder) {
  for (const char* name : {"Kbuild", "Makefile"})
    if (const fs::path file = tree / folder / name; fs::is_regular_file(file))
      return Makefile(file, folder.string());
  return std::nullopt;
}

void append(std::vector<std::string>& all, const std::vector<std::string>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

KbuildFile kbuild_of(const std::string& tree, const std::string& file) {
  KbuildFile out;
  fs::path object = fs::path(file).replace_extension(".o");
  fs::path folder = object.parent_path();
  bool is_own = true;
  for (; !folder.empty(); folder = folder.parent_path()) {
    const auto makefile = makefile_in(tree, folder);
    if (!makefile) continue;
    append(out.flags, makefile->flags("subdir-ccflags-y"));
    const std::string name = object.lexically_relative(folder).string();
    makefile->add_conditions(is_own ? name : name + "/", out.conditions);
    if (is_own) {
      append(out.flags, makefile->flags("ccflags-y"));
      append(out.flags, makefile->flags("CFLAGS_" + name));
    }
    is_own = false;
    object = folder;
  }
  return out;
}

}  // namespace pincheck::front
