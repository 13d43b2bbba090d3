// SPDX-License-Identifier: MIT
// checker/source/front: uses model/base; used by checker/source/scan.
// What was compiled before, by what it was made of: the command, and the content of all files that
// were read.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pincheck::front {

/// A digest of the text, in hexadecimal: 128 bits.
std::string digest(std::string_view text);

/// May be used by several threads and processes at once: files are written whole, or not at all.
class Cache {
 public:
  /// Makes the folder if it is not there. Throws InputError where that can't be.
  explicit Cache(std::string folder);
  /// The code that `command` made when all files were as they are now.
  std::optional<std::string> find(const std::string& command);
  /// `files`: all that were read. Throws InputError where the folder can't be written.
  void keep(const std::string& command, const std::vector<std::string>& files,
            const std::string& code);

 private:
  std::string path(const std::string& command) const;
  std::string digest_of_file(const std::string& file);

  std::string folder_;
  std::mutex one_at_a_time_;
  std::map<std::string, std::string> digests_;  ///< of files, in this run
};

}  // namespace pincheck::front
