// SPDX-License-Identifier: MIT
#include "checker/reproduce/runtime.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include "checker/reproduce/helpers.hpp"

namespace pincheck::reproducing {
namespace {

std::vector<Helper> all_helpers() {
  auto all = helpers_to_prepare();
  const auto more = helpers_to_act();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

bool part_of_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Whether code calls the function, or names the struct.
bool uses(std::string_view code, std::string_view name) {
  const char after = name.starts_with("struct ") ? ' ' : '(';
  for (auto at = code.find(name); at != std::string_view::npos; at = code.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || !part_of_word(code[at - 1]);
    if (begins && end < code.size() && (code[end] == after || (after == ' ' && code[end] == '*')))
      return true;
  }
  return false;
}

std::string without_comments(std::string_view code) {
  std::string out;
  while (!code.empty()) {
    const std::size_t comment = std::min(code.find("//"), code.size());
    out += code.substr(0, comment);
    code.remove_prefix(std::min(code.find('\n', comment), code.size()));
  }
  return out;
}

}  // namespace

std::string helpers_for(const std::string& code) {
  static const std::vector<Helper> all = all_helpers();
  std::string out;
  std::string users = without_comments(code);
  // Helpers use only what stands before them.
  std::for_each(all.rbegin(), all.rend(), [&](const Helper& helper) {
    if (!uses(users, helper.name)) return;
    out.insert(0, helper.text);
    users += without_comments(helper.text);
  });
  return out;
}

}  // namespace pincheck::reproducing
