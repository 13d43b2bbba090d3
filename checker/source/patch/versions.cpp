// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "checker/source/edit/lexer.hpp"
#include "checker/source/front/overlay.hpp"
#include "checker/source/patch/patch.hpp"
#include "model/base/input.hpp"

namespace pincheck::patch {
namespace {

namespace fs = std::filesystem;

bool is_header(const std::string& path) { return path.ends_with(".h"); }
bool is_c(const std::string& path) { return path.ends_with(".c"); }

/// Whether a line of the preprocessor includes the header by its own name.
bool includes(const std::string& text, const std::string& header) {
  const std::string name = fs::path(header).filename().string();
  const std::vector<edit::Token> all = edit::tokens(text);
  return std::any_of(all.begin(), all.end(), [&](const edit::Token& one) {
    const std::string line = text.substr(one.begin, one.end - one.begin);
    return one.kind == edit::Token::Kind::directive && line.find("include") != std::string::npos &&
           (line.find("\"" + name + "\"") != std::string::npos ||
            line.find("/" + name) != std::string::npos);
  });
}

class Finder {
 public:
  Finder(const edit::Texts& texts, const front::Tree* tree) : changes_(texts.all()), tree_(tree) {
    if (changes_.empty()) throw InputError("nothing is changed, expected a change");
    std::map<std::string, std::string> other_texts;
    for (const edit::Texts::Changed& one : changes_)
      for (const std::string& place : places(one.path))
        other_texts[place] =
            one.after.value_or(fmt::format("#error \"{} is deleted\"\n", one.path));
    overlay_ = std::make_shared<front::Overlay>(other_texts);
  }

  Versions find(const std::vector<std::string>& others) {
    for (const edit::Texts::Changed& one : changes_) add(one);
    for (const std::string& path :
         tree_ != nullptr && !others.empty() ? tree_->files(others) : others)
      add_unchanged(path);
    return std::move(out_);
  }

 private:
  std::vector<edit::Texts::Changed> changes_;
  const front::Tree* tree_;
  std::shared_ptr<const front::Overlay> overlay_;
  Versions out_;
  std::set<std::string> seen_;

  std::vector<std::string> places(const std::string& path) const {
    if (tree_ != nullptr) return tree_->places(path);
    return {fs::absolute(path).lexically_normal().string()};
  }

  scan::Source source(const std::string& path, bool changed) const {
    scan::Source one{path, {}};
    if (tree_ != nullptr) {
      one.recipes = tree_->recipes(path);
      one.not_built = tree_->not_built(path);
    } else {
      one.recipes = {front::alone(fs::absolute(path).lexically_normal().string())};
    }
    if (changed)
      for (front::Recipe& recipe : one.recipes) recipe.overlay = overlay_;
    return one;
  }

  void add(const edit::Texts::Changed& one) {
    out_.changed.push_back(one.path);
    if (is_header(one.path)) return add_users(one.path);
    if (!is_c(one.path)) {
      out_.not_read.push_back(one.path + ": is no C");
      return;
    }
    seen_.insert(one.path);
    if (one.path != one.old_path) out_.new_names[one.old_path] = one.path;
    if (one.before) out_.before.push_back(source(one.path, false));
    if (one.after) out_.after.push_back(source(one.path, true));
  }

  void add_unchanged(const std::string& path) {
    if (!seen_.insert(path).second) return;
    out_.before.push_back(source(path, false));
    out_.after.push_back(source(path, true));
  }

  /// Files beside the header; the others would be much of a tree.
  void add_users(const std::string& header) {
    const fs::path folder = fs::path(places(header).front()).parent_path();
    std::error_code is_new;
    for (const auto& entry : fs::directory_iterator(folder, is_new)) {
      const std::string path =
          (fs::path(header).parent_path() / entry.path().filename()).lexically_normal().string();
      if (!is_c(path) || is_changed(path)) continue;
      const auto text = edit::text_of_file(entry.path().string());
      if (text && includes(*text, header)) add_unchanged(path);
    }
    out_.not_read.push_back(
        fmt::format("files of other folders that include {}: name them by --with", header));
  }
  bool is_changed(const std::string& path) const {
    return std::any_of(changes_.begin(), changes_.end(),
                       [&](const auto& one) { return one.path == path; });
  }
};

}  // namespace

Versions versions(const edit::Texts& texts, const front::Tree* tree,
                  const std::vector<std::string>& others) {
  return Finder(texts, tree).find(others);
}

}  // namespace pincheck::patch
