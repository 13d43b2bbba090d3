// SPDX-License-Identifier: MIT
#include "model/base/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace pincheck {
namespace {

/// Shorter words are as near to any other.
constexpr std::size_t kShortest = 3;
/// Longer words are not typed by hand; bounds the work on any input.
constexpr std::size_t kLongest = 64;

bool same(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

/// Damerau and Levenshtein's distance, where no part is edited twice.
std::size_t distance(std::string_view a, std::string_view b) {
  using Row = std::vector<std::size_t>;
  Row before(b.size() + 1);
  Row above(b.size() + 1);
  Row row(b.size() + 1);
  for (std::size_t k = 0; k <= b.size(); ++k) row[k] = k;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(above, row);
    row[0] = i;
    for (std::size_t k = 1; k <= b.size(); ++k) {
      const bool equal = same(a[i - 1], b[k - 1]);
      row[k] = std::min({above[k] + 1, row[k - 1] + 1, above[k - 1] + (equal ? 0 : 1)});
      const bool exchanged = i > 1 && k > 1 && same(a[i - 1], b[k - 2]) && same(a[i - 2], b[k - 1]);
      if (exchanged) row[k] = std::min(row[k], before[k - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, const Names& names) {
  if (word.size() < kShortest || word.size() > kLongest) return "";
  std::string_view found;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view name : names) {
    if (name.size() > kLongest) continue;
    const std::size_t edits = distance(word, name);
    if (edits >= least) continue;
    least = edits;
    found = name;
  }
  return found;
}

std::string did_you_mean(std::string_view word, const Names& names) {
  const std::string_view name = nearest(word, names);
  return name.empty() ? "" : fmt::format("; did you mean '{}'?", name);
}

std::string one_of(std::string_view word, const Names& names) {
  return fmt::format("one of: {}{}", fmt::join(names, ", "), did_you_mean(word, names));
}

}  // namespace pincheck
