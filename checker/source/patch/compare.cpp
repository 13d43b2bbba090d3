// SPDX-License-Identifier: MIT
#include "checker/source/patch/compare.hpp"

#include <algorithm>
#include <iterator>

namespace pincheck::patch {
namespace {

using follow::Decision;
using follow::Finding;
using follow::Verdict;

enum class By : std::uint8_t { places, events, callees };

/// What two findings have in common that are one.
std::string likeness(const Finding& finding, By by) {
  std::string all(follow::name_of(finding.wrong));
  if (by == By::places) return all + "\n" + finding.cause;
  for (const follow::Line& line : finding.path) {
    const std::size_t end =
        by == By::events ? std::string::npos : std::min(line.text.find('('), line.text.find(' '));
    all += "\n" + line.function + " " + line.text.substr(0, end);
  }
  return all;
}

/// Takes out of both what is alike.
void cancel(std::vector<Finding>& before, std::vector<Finding>& after, By by) {
  std::erase_if(after, [&](const Finding& one) {
    const auto found = std::find_if(before.begin(), before.end(), [&](const Finding& other) {
      return likeness(one, by) == likeness(other, by);
    });
    if (found == before.end()) return false;
    before.erase(found);
    return true;
  });
}

Decision decision(const std::optional<Verdict>& verdict) {
  return verdict ? verdict->decision : Decision::takes_nothing;
}

/// No question is open, and nothing is wrong.
bool is_closed(Decision one) { return one == Decision::balanced || one == Decision::takes_nothing; }

std::vector<std::string> questions(const std::optional<Verdict>& verdict) {
  std::vector<std::string> all;
  if (verdict)
    for (const auto& [what, paths] : verdict->open) all.push_back(what);
  return all;
}

/// What callers were left with on the one side only. The other side, if less was known there, has
/// too many ends, not too few.
std::vector<std::string> left_by_one(const std::optional<Verdict>& one,
                                     const std::optional<Verdict>& other) {
  if (!one || !other || one->passes < other->passes || one->turns != other->turns) return {};
  if (!follow::is_complete(*one) || !follow::is_complete(*other)) return {};
  std::vector<std::string> out;
  std::set_difference(one->ends.begin(), one->ends.end(), other->ends.begin(), other->ends.end(),
                      std::back_inserter(out));
  return out;
}

bool has_new_contract(const Pair& pair) {
  return !pair.now_left.empty() || !pair.no_longer_left.empty();
}

How how(const Pair& pair, bool adapted) {
  const Decision before = decision(pair.before), after = decision(pair.after);
  if (!pair.fresh.empty()) return How::worse;
  if (pair.before && pair.after && is_closed(before) && !is_closed(after)) return How::worse;
  if (!pair.gone.empty() && pair.after) return How::better;
  if (pair.before && pair.after && !is_closed(before) && is_closed(after)) return How::better;
  if (before != after || !pair.before || !pair.after) return How::other;
  if (has_new_contract(pair)) return adapted ? How::other : How::worse;
  return questions(pair.before) == questions(pair.after) ? How::same : How::other;
}

}  // namespace

std::vector<Pair> compare(const std::vector<scan::FileResult>& before,
                          const std::vector<scan::FileResult>& after,
                          const std::map<std::string, std::string>& new_names,
                          const std::set<std::string>& adapted) {
  std::vector<Pair> all;
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  const auto pair_of = [&](const std::string& file, const Verdict& verdict) -> Pair& {
    const auto [place, is_new] = places.try_emplace({file, verdict.function}, all.size());
    if (is_new) all.push_back({.file = file, .function = verdict.function});
    return all[place->second];
  };
  for (const scan::FileResult& file : after)
    for (const Verdict& one : file.verdicts) pair_of(file.name, one).after = one;
  for (const scan::FileResult& file : before) {
    const auto renamed = new_names.find(file.name);
    for (const Verdict& one : file.verdicts)
      pair_of(renamed == new_names.end() ? file.name : renamed->second, one).before = one;
  }
  std::erase_if(all, [](const Pair& pair) {
    return decision(pair.before) == Decision::takes_nothing &&
           decision(pair.after) == Decision::takes_nothing;
  });
  for (Pair& pair : all) {
    if (pair.before) pair.gone = pair.before->findings;
    if (pair.after) pair.fresh = pair.after->findings;
    for (const By by : {By::places, By::events, By::callees}) cancel(pair.gone, pair.fresh, by);
    pair.now_left = left_by_one(pair.after, pair.before);
    pair.no_longer_left = left_by_one(pair.before, pair.after);
    pair.how = how(pair, adapted.contains(pair.function));
  }
  return all;
}

}  // namespace pincheck::patch
