// SPDX-License-Identifier: MIT
#include "checker/source/callee/callee.hpp"

#include <catch2/catch.hpp>

namespace pincheck::callee {
namespace {

std::string problem(const std::string& entry) {
  Callees callees;
  try {
    callees.read("subsystem = \"s\"\nsource = \"f.c\"\n[[callee]]\n" + entry, "mine.toml");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("callees: what is shipped can be read, and is found", "[source]") {
  const Callees callees = shipped_callees();
  CHECK(callees.size() > 100);
  REQUIRE(callees.find("pin_user_pages_fast") != nullptr);
  CHECK(callees.find("pin_user_pages_fast")->by == By::pin);
  CHECK(callees.find("alloc_pages_noprof.12")->does == Does::take_new);
  CHECK(callees.find("_Z18fortify_memset_chkmmm")->does == Does::nothing);
  CHECK(plain_name("_Z7strnlenPKcU25pass_dynamic_object_size1m") == "strnlen");
  CHECK(plain_name("_Z99short") == "_Z99short");
  CHECK(plain_name("_Zonk") == "_Zonk");
  CHECK(callees.find("mutex_lock_killable")->does == Does::nothing);
  CHECK(callees.find("my_function") == nullptr);
}

TEST_CASE("callees: a file of the user's says more, and says it again", "[source]") {
  Callees callees = shipped_callees();
  callees.read(R"(
    subsystem = "mine"
    source = "mine.c"
    [[callee]]
    names = ["hold_page", "put_page"]
    does = "take-page"
    by = "pin"
    page = 0
    [[callee]]
    names = ["mine_*"]
    does = "nothing"
  )",
               "mine.toml");
  CHECK(callees.find("hold_page")->by == By::pin);
  CHECK(callees.find("put_page")->does == Does::take_page);
  CHECK(callees.find("mine_a")->does == Does::nothing);
}

TEST_CASE("callees: what differs between kernels is told of each", "[source]") {
  const auto fails = [](Version version) {
    return shipped_callees(version).find("__filemap_get_folio")->fails;
  };
  CHECK(fails(version_of(6, 1)) == Fails::null);
  CHECK(fails(version_of(6, 3) + 99) == Fails::null);
  CHECK(fails(version_of(6, 4)) == Fails::error);
  CHECK(fails(version_of(6, 12) + 117) == Fails::error);
  CHECK(fails(kNewest) == Fails::error);
  CHECK(shipped_callees(version_of(6, 1)).find("memfd_pin_folios") == nullptr);
  CHECK(shipped_callees().find("get_kernel_pages") == nullptr);
}

TEST_CASE("callees: one clear message for what is wrong", "[source]") {
  CHECK(problem("names = [\"f\"]\ndoes = \"nothing\"\n") == "");
  CHECK(problem("does = \"nothing\"\n") ==
        "mine.toml:3:1: [[callee]]: 'names' is missing, or empty");
  CHECK(problem("names = [\"f\"]\n") == "mine.toml:3:1: [[callee]]: 'does' is missing");
  CHECK(problem("names = [\"f\"]\ndoes = \"drop-page\"\n") ==
        "mine.toml:3:1: [[callee]]: 'page' is missing: which argument is it?");
  CHECK(problem("names = [\"f*\"]\ndoes = \"drop-page\"\npage = 0\n").find("'f*'") !=
        std::string::npos);
  CHECK(problem("names = [\"f\"]\ndoes = \"steal\"\n").find("'steal' is unknown") !=
        std::string::npos);
  CHECK(problem("names = [\"f\"]\ndoes = \"nothing\"\nzeroed = true\n").find("zeroed") !=
        std::string::npos);
  CHECK(problem("names = [\"f\"]\ndoes = \"next\"\npage = 0\n").find("'size' is missing") !=
        std::string::npos);
  CHECK(
      problem("names = [\"f\"]\ndoes = \"make-iterator\"\npage = 0\n").find("'kind' is missing") !=
      std::string::npos);
  for (const char* version : {"6", "6.x", "6.1.2", "six.1", "6.", "6.999"})
    CHECK(problem("names = [\"f\"]\ndoes = \"nothing\"\nsince = \"" + std::string(version) + "\"\n")
              .find("is no version, expected one such as 6.3") != std::string::npos);
}

}  // namespace pincheck::callee
