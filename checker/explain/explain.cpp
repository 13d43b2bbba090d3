// SPDX-License-Identifier: MIT
#include "checker/explain/explain.hpp"

#include <array>

#include "checker/explain/explanations.hpp"

namespace pincheck::explain {
namespace {

#define PINCHECK_WORDS(name) &words::name,
constexpr std::array<const Words*, kProperties> kWords{PINCHECK_PROPERTIES(PINCHECK_WORDS)};
#undef PINCHECK_WORDS

}  // namespace

Explanation explain(const story::Story& story, const System& system) {
  if (!story.violated) return {};
  const Words& said = story.cycle > 0 ? words::livelock : *kWords[story.property];
  const Case c(story, system);
  return {said.sentence(c), said.why(c)};
}

}  // namespace pincheck::explain
