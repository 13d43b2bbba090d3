// SPDX-License-Identifier: MIT
#include "checker/testing/plain_search.hpp"

#include <cstring>
#include <deque>
#include <string_view>
#include <unordered_set>

namespace pincheck {
namespace {

struct Node {
  World world;
  bool ended = false;
  bool operator==(const Node&) const = default;
};

struct NodeHash {
  std::size_t operator()(const Node& node) const {
    std::array<char, sizeof(World)> bytes;
    std::memcpy(bytes.data(), &node.world, sizeof node.world);
    return std::hash<std::string_view>()({bytes.data(), bytes.size()}) * 2 + (node.ended ? 1 : 0);
  }
};

}  // namespace

PlainResult plain_search(const System& system, std::uint64_t max_states) {
  PlainResult result;
  std::unordered_set<Node, NodeHash> seen;
  std::deque<Node> queue;
  const auto visit = [&](const Node& node) {
    if (seen.insert(node).second) queue.push_back(node);
  };
  visit({system.initial, false});
  while (!queue.empty() && seen.size() <= max_states) {
    const Node node = queue.front();
    queue.pop_front();
    if (node.ended) continue;
    Choices choices;
    enabled(system, node.world, choices);
    if (choices.size == 0) report_end(system, node.world, true, collecting(result.violated));
    for (const Choice& choice : choices) {
      Node next = node;
      PropertySet found = 0;
      apply(system, next.world, choice, collecting(found));
      next.ended = (found & run_enders()) != 0;
      result.violated |= found;
      ++result.edges;
      visit(next);
    }
  }
  result.states = seen.size();
  result.complete = queue.empty();
  return result;
}

}  // namespace pincheck
