// SPDX-License-Identifier: MIT
#include "checker/reproduce/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "model/paths/path.hpp"

namespace pincheck::reproduce {
namespace {

/// A C identifier. Names may have '-' and '.'; the number keeps those apart that get alike.
std::string identifier(std::string_view prefix, std::string name, std::size_t index) {
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  if (std::all_of(name.begin(), name.end(), fits)) return fmt::format("{}_{}", prefix, name);
  std::replace_if(
      name.begin(), name.end(), [&](unsigned char c) { return !fits(c); }, '_');
  return fmt::format("{}{}_{}", prefix, index, name);
}

/// Paths that reach a page through the process's page tables.
bool through_memory(const ActorSpec& actor, const Kinds& kinds) {
  if (!actor.kind.empty()) return find_kind(kinds, actor.kind)->user_backed;
  return does(actor, kMapsPages) || does(actor, kReclaims);
}

bool is_mapped(const Scenario& scenario, int page, const Kinds& kinds) {
  const PageSpec& spec = scenario.pages[page];
  if (spec.backing == Backing::anon || spec.backing == Backing::zero) return true;
  if (spec.backing != Backing::file) return false;
  return spec.mapped ||
         std::any_of(scenario.actors.begin(), scenario.actors.end(), [&](const ActorSpec& actor) {
           const bool uses =
               std::find(actor.pages.begin(), actor.pages.end(), page) != actor.pages.end();
           return uses && through_memory(actor, kinds);
         });
}

/// The pages in the order of the actor that has most of them: it finds them side by side.
std::vector<int> in_order(const Scenario& scenario) {
  std::vector<int> order;
  const auto add = [&](int page) {
    if (std::find(order.begin(), order.end(), page) == order.end()) order.push_back(page);
  };
  const auto most = std::max_element(
      scenario.actors.begin(), scenario.actors.end(),
      [](const ActorSpec& a, const ActorSpec& b) { return a.pages.size() < b.pages.size(); });
  if (most != scenario.actors.end()) std::for_each(most->pages.begin(), most->pages.end(), add);
  for (std::size_t page = 0; page < scenario.pages.size(); ++page) add(static_cast<int>(page));
  return order;
}

/// Where a folio of that size may begin in a file.
int aligned(int offset, int bytes) { return (offset + bytes - 1) / bytes * bytes; }

/// Where the first page lies so that they lie as near to each other as they can.
int first_offset(const Scenario& scenario, const std::vector<int>& order) {
  constexpr int kLargest = kPageBytes << 3;
  const auto span = [&](int first) {
    int end = first;
    for (const int page : order) {
      const int bytes = kPageBytes << scenario.pages[page].order;
      end = aligned(end, bytes) + bytes;
    }
    return end - first;
  };
  int best = 0;
  for (int first = 0; first < kLargest; first += kPageBytes)
    if (span(first) < span(best)) best = first;
  return best;
}

}  // namespace

std::string byte_of(const PagePlace& page) {
  return page.byte == 0 ? "0" : fmt::format("'{}'", static_cast<char>(page.byte));
}

bool Layout::adjacent(const std::vector<int>& wanted) const {
  for (std::size_t i = 1; i < wanted.size(); ++i)
    if (pages[wanted[i]].offset != pages[wanted[i - 1]].offset + pages[wanted[i - 1]].bytes)
      return false;
  return true;
}

int Layout::bytes_of(const std::vector<int>& wanted) const {
  int all = 0;
  for (const int page : wanted) all += pages[page].bytes;
  return all;
}

Layout lay_out(const Scenario& scenario, const Kinds& kinds) {
  Layout layout;
  layout.pages.resize(scenario.pages.size());
  const std::vector<int> order = in_order(scenario);
  int end = first_offset(scenario, order);
  for (const int page : order) {
    const PageSpec& spec = scenario.pages[page];
    const auto index = static_cast<std::size_t>(page);
    const bool zero = spec.backing == Backing::zero;
    const int bytes = kPageBytes << spec.order;
    const int offset = aligned(end, bytes);
    layout.pages[page] = {identifier(kPagePrefix, spec.name, index),
                          bytes,
                          offset,
                          is_mapped(scenario, page, kinds),
                          spec.backing == Backing::file,
                          zero ? 0 : 'a' + page};
    end = offset + bytes;
  }
  layout.bytes = end;
  for (std::size_t i = 0; i < scenario.pipes.size(); ++i)
    layout.pipes.push_back(identifier(kPipePrefix, scenario.pipes[i].name, i));
  for (std::size_t i = 0; i < scenario.actors.size(); ++i)
    layout.runs.push_back(identifier(kRunPrefix, scenario.actors[i].name, i));
  return layout;
}

}  // namespace pincheck::reproduce
