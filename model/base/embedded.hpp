// SPDX-License-Identifier: MIT
// model/base: used by model/language, checker/mail, checker/source/value, checker/source/callee, checker/source/front.
// checker/source/front. The data files, by name.
#pragma once

#include <span>
#include <string_view>

namespace pincheck {

/// A data file compiled into the binary; its path is relative to the project's top.
struct EmbeddedFile {
  std::string_view path;
  std::string_view text;
};

/// All embedded files, sorted by path.
std::span<const EmbeddedFile> embedded_files();

}  // namespace pincheck
