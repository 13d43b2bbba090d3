// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// Files that are no trace that can be read, though people have them instead of one: what they are,
// what they say of references, and what to capture.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pincheck::trace {

struct Recognised {
  std::string what;               ///< "a page dump (dump_page())"
  std::vector<std::string> says;  ///< of references, in sentences
  std::string instead;            ///< what to do to have a trace
};

/// By the first bytes: binary files of tools, and compressed ones.
std::optional<Recognised> recognise_binary(std::string_view text);
/// By what its lines are. For texts that are no trace.
std::optional<Recognised> recognise_text(std::string_view text);
/// A trace of functions alone: lines name them, but not the pages.
Recognised function_trace(bool graph);

/// For people.
std::string recognised_text(const Recognised&, const std::string& file);
/// checker/report/output.schema.json describes it.
nlohmann::ordered_json recognised_data(const Recognised&, const std::string& file);

}  // namespace pincheck::trace
