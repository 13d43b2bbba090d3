// SPDX-License-Identifier: MIT
#include "checker/export/terms.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace pincheck::exporting {
namespace {

std::optional<int> number(const Term& term) {
  int value = 0;
  const char* end = term.data() + term.size();
  const auto [stop, error] = std::from_chars(term.data(), end, value);
  if (error != std::errc() || stop != end) return {};
  return value;
}

/// Page names and numbers; different constants have different values.
bool constant(const Term& term) {
  return number(term) || term == kNone ||
         (term.starts_with(kPagePrefix) && term.find(' ') == std::string::npos);
}

bool has(const Term& term, std::string_view what) { return term.find(what) != std::string::npos; }

bool compound(const Term& term) { return has(term, " && ") || has(term, " || ") || has(term, "?"); }

/// True for "(...)" with brackets that belong to each other.
bool bracketed(const Term& term) {
  if (!term.starts_with("(")) return false;
  int depth = 0;
  for (std::size_t i = 0; i < term.size(); ++i) {
    depth += term[i] == '(' ? 1 : term[i] == ')' ? -1 : 0;
    if (depth == 0) return i + 1 == term.size();
  }
  return false;
}

/// The terms without `neutral`; `decisive` alone where it occurs.
Term join(const std::vector<Term>& terms, const Term& neutral, const Term& decisive,
          std::string_view glue, bool brackets) {
  std::vector<Term> kept;
  for (const Term& term : terms) {
    if (term == decisive) return decisive;
    if (term == neutral || std::find(kept.begin(), kept.end(), term) != kept.end()) continue;
    kept.push_back(term);
  }
  if (kept.empty()) return neutral;
  if (kept.size() == 1) return kept[0];
  Term joined;
  for (const Term& term : kept) {
    if (!joined.empty()) joined += glue;
    joined += brackets && has(term, " && ") && !bracketed(term) ? "(" + term + ")" : term;
  }
  return brackets ? "(" + joined + ")" : joined;
}

}  // namespace

Term all_of(const std::vector<Term>& terms) { return join(terms, "true", "false", " && ", false); }
Term any_of(const std::vector<Term>& terms) { return join(terms, "false", "true", " || ", true); }

Term negated(const Term& term) {
  if (term == "true") return "false";
  if (term == "false") return "true";
  if (!has(term, " ")) return term.starts_with("!") ? term.substr(1) : "!" + term;
  if (bracketed(term)) return "!" + term;
  if (term.starts_with("!") && bracketed(term.substr(1))) return term.substr(1);
  if (!has(term, " == ") || compound(term)) return "!(" + term + ")";
  Term flipped = term;
  return flipped.replace(flipped.find(" == "), 4, " != ");
}

Term equal(const Term& a, const Term& b) {
  if (a == b) return "true";
  if (constant(a) && constant(b)) return "false";
  return a + " == " + b;
}

Term less(const Term& a, const Term& b) {
  const auto low = number(a), high = number(b);
  if (low && high) return *low < *high ? "true" : "false";
  return a + " < " + b;
}

Term choose(const Term& condition, const Term& then, const Term& otherwise) {
  if (condition == "true" || then == otherwise) return then;
  if (condition == "false") return otherwise;
  return "(" + condition + " ? " + then + " : " + otherwise + ")";
}

Term sum_of(const std::vector<Term>& terms) {
  Term sum;
  for (const Term& term : terms)
    if (term != "0") sum += (sum.empty() ? "" : " + ") + term;
  return sum.empty() ? "0" : sum;
}

}  // namespace pincheck::exporting
