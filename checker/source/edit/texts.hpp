// SPDX-License-Identifier: MIT
// checker/source/edit: uses checker/mail; used by checker/source/patch.
// Files of a folder, and what changes make of them. On the disk nothing is changed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pincheck::edit {

class Texts {
 public:
  /// `folder`: a tree, which paths are relative to and do not leave. If empty, paths are as the
  /// user says them.
  explicit Texts(std::string folder) : folder_(std::move(folder)) {}

  /// The file's text after all changes until now; none where there is no file. Throws InputError
  /// for a path that leaves the folder; `where` is what the message begins with.
  const std::optional<std::string>& now(const std::string& path, const std::string& where);
  /// None: the file is deleted.
  void change(const std::string& path, std::optional<std::string> text, const std::string& where);
  void renamed(const std::string& from, const std::string& to) { old_names_[to] = from; }

  struct Changed {
    std::string path;
    std::string old_path;  ///< the same unless it was renamed
    std::optional<std::string> before, after;
  };
  /// All files that differ, by their paths.
  std::vector<Changed> all() const;

 private:
  struct File {
    std::optional<std::string> before, now;
  };
  File& file(const std::string& path, const std::string& where);

  std::string folder_;
  std::map<std::string, File> files_;
  std::map<std::string, std::string> old_names_;
};

/// A file of any size up to 64 MiB, or none. Throws InputError where it is larger.
std::optional<std::string> text_of_file(const std::string& path);

}  // namespace pincheck::edit
