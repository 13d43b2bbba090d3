// SPDX-License-Identifier: MIT
// checker/source/front: uses model/base; used by checker/source/scan.
// A kernel's sources, and how its files are compiled.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "checker/source/front/compiler.hpp"

namespace pincheck::front {

class Tree {
 public:
  /// `folder` has the sources. With compile_commands.json in it, files are compiled as that says;
  /// else `headers` are what comes before the folder's own: for Debian's sources the folders of
  /// linux-headers-*-common and linux-headers-*-amd64; for a configured tree none are needed.
  /// Throws InputError: no such folder, no configuration, a compile_commands.json that is none.
  Tree(std::string folder, std::vector<std::string> headers);

  /// Its whole name, without a slash at the end.
  const std::string& folder() const { return folder_; }
  /// The files of these paths, relative to the folder: .c files themselves, and those below
  /// folders, sorted. Throws InputError where there is none.
  std::vector<std::string> files(const std::vector<std::string>& paths) const;
  /// Of the same folder, or else of those beside it: .c files that call the function, or define it.
  /// None where that are too many to say whose it is.
  std::vector<std::string> near(const std::string& file, std::string_view function) const;
  /// LINUX_VERSION_CODE, where its headers say that.
  std::optional<std::uint32_t> version() const;
  /// Ways to compile the file, the likeliest first: as a module or not is known of few files. None
  /// where compile_commands.json does not have it.
  std::vector<Recipe> recipes(const std::string& file) const;
  /// Where compilers may find the file: in the tree, and in folders of headers that come before it.
  std::vector<std::string> places(const std::string& file) const;
  /// Why the kernel at hand is built without the file; empty if it is not, or nobody knows.
  std::string not_built(const std::string& file) const;

 private:
  /// In folders so deep below that one.
  std::vector<std::string> callers_in(const std::filesystem::path& below, int depth,
                                      std::string_view function) const;
  void read_commands(const std::string& file);
  void read_configuration();
  std::vector<std::string> kernel_flags(const std::string& file) const;

  std::string folder_;
  std::vector<std::string> headers_;
  std::map<std::string, Recipe> commands_;  ///< by file, relative
  std::set<std::string> set_;               ///< CONFIG_…, and CONFIG_…_MODULE
};

}  // namespace pincheck::front
