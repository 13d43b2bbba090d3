// SPDX-License-Identifier: MIT
// checker/command: uses checker/report, checker/export, checker/predict, checker/reproduce, checker/source/patch.
// checker/source/scan. What the sources say of what they define, in their comments.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pincheck::command {

struct Doc {
  std::string file;                ///< relative to the project's top
  std::vector<std::string> about;  ///< paragraphs: those above the definition, then the file's
};

/// Of what `pattern` defines in some source below `folder`, as "Caller caller::{}()" does, where {}
/// is the name with underscores. Empty where nothing does.
Doc doc_of(std::string_view folder, std::string_view pattern, std::string name);

}  // namespace pincheck::command
