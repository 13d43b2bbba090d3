// SPDX-License-Identifier: MIT
#include "checker/render/lanes.hpp"

namespace pincheck::render {

std::vector<Lane> lanes_of(const story::Story& story) {
  std::vector<Lane> lanes;
  const int threads = 2 * static_cast<int>(story.scenario.actors.size());
  for (int thread = 0; thread < threads; ++thread) {
    const std::string name = thread_name(story.scenario, thread);
    bool found = false;
    for (std::size_t i = 0; i < story.steps.size(); ++i) {
      if (story.steps[i].actor != name) continue;
      if (!found) lanes.push_back({name, i, i});
      found = true;
      lanes.back().last = i;
    }
  }
  return lanes;
}

}  // namespace pincheck::render
