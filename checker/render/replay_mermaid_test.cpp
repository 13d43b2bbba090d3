// SPDX-License-Identifier: MIT
// Which rendering `replay --format` prints.
#include "checker/render/render.hpp"
#include "checker/testing/test_stories.hpp"

namespace pincheck::test {
namespace {

TEST_CASE("replay prints the format it is asked for", "[render]") {
  const Folder folder;
  const std::string file =
      folder.write("x.toml", source_file(golden_path(std::string(kKilled) + ".toml")));
  const auto out = [&](const std::string& more) {
    const Finished finished = pincheck(split("replay " + file + more));
    CHECK(finished.status == 0);
    return finished.out;
  };
  CHECK(out("") == out(" --format text"));
  const auto [story, why] = golden_story(kKilled);
  CHECK(contains(out(""), render::render_text(story, why, {})));
  CHECK(out(" --format mermaid") ==
        "```mermaid\n" + render::render_mermaid(story, why) + "```\nreproduced\n");
  CHECK(out(" --format json") == out(" --json"));
  CHECK(pincheck(split("replay --format html " + file)).status == 2);
  CHECK(pincheck(split("replay --format text --json " + file)).status == 2);
}

}  // namespace
}  // namespace pincheck::test
