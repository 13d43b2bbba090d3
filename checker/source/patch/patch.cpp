// SPDX-License-Identifier: MIT
#include "checker/source/patch/patch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/source/front/program.hpp"
#include "checker/source/front/temporary.hpp"
#include "checker/source/patch/touched.hpp"
#include "model/base/input.hpp"

namespace pincheck::patch {
namespace {

/// Compiles both versions: what comes of it is in the cache.
class Compiling {
 public:
  Compiling(const Versions& versions, const scan::Options& options)
      : versions_(versions), options_(options), compiler_(options.cache) {}

  Touched touched() {
    std::map<std::string, bool> before;
    for (const scan::Source& one : versions_.before)
      before[one.name] = add(one, old_makeup).empty();
    for (const scan::Source& one : versions_.after) {
      const std::string error = add(one, new_makeup);
      if (error.empty()) continue;
      const auto old = before.find(old_name(one.name));
      // A new file may be for another architecture, or configuration.
      if (old != before.end() && old->second)
        throw InputError(fmt::format("{}: does not compile when it is changed, expected C: {}",
                                     one.name, error));
      not_compiled.push_back(fmt::format("{}: does not compile: {}", one.name, error));
    }
    return patch::touched(old_makeup, new_makeup);
  }

  std::vector<std::string> not_compiled;
  Makeup old_makeup, new_makeup;

 private:
  const Versions& versions_;
  const scan::Options& options_;
  front::Compiler compiler_;
  std::size_t done_ = 0;

  /// The error, if there is one.
  std::string add(const scan::Source& source, Makeup& makeup) {
    if (says(options_.stopped)) return "";
    const front::Compiled made = scan::compiled(source, compiler_);
    if (options_.progress)
      options_.progress("files", ++done_, versions_.before.size() + versions_.after.size());
    if (!made.error.empty()) return made.error;
    front::Program program({made.code});
    program.tidy();
    makeup.add(program.module());
    return "";
  }
  std::string old_name(const std::string& name) const {
    for (const auto& [old, now] : versions_.new_names)
      if (now == name) return old;
    return name;
  }
};

/// Whether they say the same of all that the files call or name.
bool agree(const callee::Callees& one, const callee::Callees& other, const Makeup& makeup) {
  const auto same = [&](const std::string& name) {
    const callee::Callee* a = one.find(name);
    const callee::Callee* b = other.find(name);
    return a == nullptr || b == nullptr ? a == b : *a == *b;
  };
  const auto& parts = makeup.parts();
  return std::all_of(parts.begin(), parts.end(), [&](const auto& part) {
    const auto& uses = part.second.uses;
    return same(part.first) && std::all_of(uses.begin(), uses.end(), same);
  });
}

std::vector<std::string> names_to_ask(const std::set<std::string>& all,
                                      const std::vector<std::string>& asked) {
  std::vector<std::string> names;
  for (const std::string& one : all)
    if (asked.empty() || std::find(asked.begin(), asked.end(), one) != asked.end())
      names.push_back(one);
  return names;
}

bool is_interrupted(const std::vector<scan::FileResult>& files, std::size_t asked) {
  return files.size() < asked ||
         std::any_of(files.begin(), files.end(), [](const auto& one) { return one.interrupted; });
}

}  // namespace

Comparison compare_versions(const Versions& versions, const callee::Callees& common,
                            const std::vector<Reading>& readings, const scan::Options& asked) {
  scan::Options options = asked;
  // Each file is compiled once, whoever needs it.
  std::optional<front::TemporaryFolder> cache;
  if (options.cache.empty()) options.cache = cache.emplace().path();
  Compiling compiling(versions, options);
  const Touched touched = compiling.touched();
  Comparison out{.changed = versions.changed, .not_read = versions.not_read, .answers = {}};
  out.not_read.insert(out.not_read.end(), compiling.not_compiled.begin(),
                      compiling.not_compiled.end());
  options.functions = names_to_ask(touched.all, asked.functions);
  for (const Reading& reading : readings) {
    Answer answer{.name = reading.name, .pairs = {}, .at_their_word = {}};
    for (const std::string& name : touched.changed)
      if (reading.callees.find(name) != nullptr) answer.at_their_word.push_back(name);
    // Without names all would be asked for.
    if (!options.functions.empty()) {
      // What readings are about may be new: then what was before is read once, and known then.
      const bool the_same = agree(common, reading.callees, compiling.old_makeup);
      const auto before = scan::scan(versions.before, the_same ? common : reading.callees, options);
      const auto after = scan::scan(versions.after, reading.callees, options);
      out.interrupted |= is_interrupted(before, versions.before.size()) ||
                         is_interrupted(after, versions.after.size());
      answer.pairs = compare(before, after, versions.new_names, touched.adapted);
    }
    out.answers.push_back(std::move(answer));
  }
  return out;
}

}  // namespace pincheck::patch
