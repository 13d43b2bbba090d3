// SPDX-License-Identifier: MIT
// `pincheck explain`: whatever has a name is told of, from where it is defined.
#include <set>

#include "checker/command/explained.hpp"
#include "checker/command/known.hpp"
#include "checker/testing/run_binary.hpp"
#include "checker/testing/test_support.hpp"
#include "properties/property.hpp"

namespace pincheck::test {
namespace {

using command::Explained;

TEST_CASE("explain: everything that lists show", "[explain]") {
  for (const command::Topic& topic : command::topics()) {
    std::set<std::string> names;
    for (const command::Listing& one : topic.list(model()))
      names.insert(one.name.substr(0, one.name.find(": ")));
    // A step takes the whole catalogue.
    if (topic.name == "steps") names = {"bio/end-io", "creator/hold", "reclaim/pin-check"};
    if (topic.name == "checks") names = {*names.begin()};
    for (const std::string& name : names) {
      CAPTURE(topic.name, name);
      for (const Explained& one : command::explained(name, model())) {
        CHECK_FALSE(one.summary.empty());
        CHECK_FALSE(one.commands.empty());
      }
    }
  }
}

TEST_CASE("explain: the words are those of the sources", "[explain]") {
  const auto text = [](const std::string& name) { return pincheck({"explain", name}).out; };
  const auto said = [&](const std::string& name, const std::vector<std::string>& parts) {
    const std::string out = text(name);
    INFO(out);
    for (const std::string& part : parts) CHECK(contains(out, part));
  };
  said("bio", {"bio (caller): block layer through iomap", "fs/iomap/direct-io.c and block/bio.c.",
               "iomap_dio_bio_end_io", "Defined in model/callers/bio.cpp."});
  said("nfs-write", {"fs/nfs/pagelist.c", "Defined in model/callers/nfs.cpp."});
  said("bvec", {"ITER_BVEC", "An array of struct pages", "2 in 6.12"});
  said("reclaim", {"shrink_folio_list (mm/vmscan.c)", "Defined in model/paths/reclaim.cpp."});
  said("dirty-not-lost", {"dirty-not-lost (property)", "Defined in properties/dirty_not_lost.hpp.",
                          "nfs_direct_read_completion never dirties a large folio"});
  said("linux-6.12", {"Linux 6.12.117 as it is", "Defined in model/conventions/linux-6.12.toml.",
                      "sendpage_ok refuses slab pages"});
  said("s3-tmp-page", {"s3-tmp-page (scenario)", "pincheck explore s3-tmp-page --convention"});
  said("reclaim/pin-check", {"folio_maybe_dma_pinned", "takes it out of"});
  said("folio_maybe_dma_pinned", {"reclaim/pin-check (step)"});
  CHECK(text("OVERFL") == text("no-overflow"));
  CHECK(text("6.12") == text("linux-6.12"));
  CHECK(text("ITER_UBUF") == text("ubuf"));
}

TEST_CASE("explain: every definition is found, with its comments", "[explain]") {
  const auto documented = [](const std::string& name, const std::string& what) {
    for (const Explained& one : command::explained(name, model()))
      if (one.what == what) return !one.file.empty() && !one.about.empty();
    return false;
  };
  for (const Property& one : properties()) {
    CAPTURE(one.name);
    CHECK(documented(one.name, "property"));
  }
  for (const command::Listing& one : command::listed("kinds", model())) {
    CAPTURE(one.name);
    CHECK(documented(one.name, "kind"));
  }
  for (const std::string topic : {"callers", "paths"})
    for (const command::Listing& one : command::listed(topic, model())) {
      CAPTURE(one.name);
      CHECK(documented(one.name, topic.substr(0, topic.size() - 1)));
    }
}

TEST_CASE("explain: the commands that it ends with are right", "[explain]") {
  for (const std::string name : {"no-overflow", "bio/end-io", "nfs-read", "ext4-write"}) {
    const Explained one = command::explained(name, model()).front();
    for (const std::string& line : one.commands) {
      if (line == "pincheck verdicts") continue;  // takes seconds
      Arguments words = split(line);
      words.erase(words.begin());
      const Finished finished = pincheck(words);
      INFO(line << ": " << finished.err);
      CHECK(finished.status != 2);
    }
  }
}

}  // namespace
}  // namespace pincheck::test
