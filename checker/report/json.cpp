// SPDX-License-Identifier: MIT
// JSON for programs; output.schema.json describes it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checker/report/format.hpp"

namespace pincheck::report {
namespace {

/// Names of files and commands are any bytes.
std::string dumped(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string print_json(const Report& report) {
  const Json data = report.data();
  if (!data.is_array()) return dumped(data);
  std::string out;
  for (const Json& document : data) out += (out.empty() ? "[" : ",\n") + dumped(document);
  return out + "]\n";
}

}  // namespace

Format formats::json() { return {.name = "json", .print = print_json}; }

}  // namespace pincheck::report
