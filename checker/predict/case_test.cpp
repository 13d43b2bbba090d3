// SPDX-License-Identifier: MIT
// A page's numbers are multiplied by the buffer's pages: cases for which that would be wrong are
// refused.
#include "checker/predict/case.hpp"

#include <catch2/catch.hpp>

#include "checker/testing/run_binary.hpp"

namespace pincheck::predict {
namespace {

constexpr const char* kVectors = R"([scenario]
name = "t"

[[scenario.page]]
name = "a"
backing = "anon"

[[scenario.page]]
name = "b"
backing = "anon"

[[scenario.actor]]
path = "direct-read"
caller = "nfs-read"
kind = "iovec"
pages = ["a", "b"]

[[case]]
name = "t"
program = "readv nfs anon"
syscalls = ["readv"]
bytes = 65536
offset = 0
)";

constexpr const char* kPipe = R"([scenario]
name = "t"

[[scenario.page]]
name = "a"
backing = "file"
mapped = false

[[scenario.page]]
name = "b"
backing = "file"
mapped = false

[[scenario.pipe]]
name = "ring"

[[scenario.actor]]
path = "splice-read"
pages = ["a", "b"]
pipe = "ring"

[[case]]
name = "t"
program = "splice ext4"
syscalls = ["splice"]
bytes = 65536
)";

const test::Arguments kPredict{"predict", "--convention", "linux-6.12"};

}  // namespace

TEST_CASE("predict: vectors that meet inside a page are refused, since it is taken twice") {
  test::check_changes(kVectors, kPredict,
                      {{"offset = 0", "offset = 512", "offset = 512", "meet inside a page"},
                       {"bytes = 65536", "bytes = 4096", "bytes = 4096", "meet inside a page"},
                       {"bytes = 65536", "bytes = 12288", "bytes = 12288", "meet inside a page"}});
  const test::Folder folder;
  const std::string aligned = test::replaced(kVectors, "bytes = 65536", "bytes = 8192");
  const auto done =
      test::pincheck({"predict", folder.write("t.toml", aligned), "--convention", "linux-6.12"});
  CHECK(done.status == 0);
  CHECK(test::contains(done.out, "readv: 4 gets, 4 puts"));
}

TEST_CASE("predict: a long buffer from inside a page is refused, as are parts of a block") {
  const std::string plain = test::replaced(kVectors, "readv nfs", "read nfs");
  test::check_changes(test::replaced(plain, "bytes = 65536", "bytes = 2097152"), kPredict,
                      {{"offset = 0", "offset = 512", "offset = 512", "at most 65536"},
                       {"bytes = 2097152", "bytes = 1000", "bytes = 1000", "multiple of 512"},
                       {"offset = 0", "offset = 100", "offset = 100", "multiple of 512"}});
}

TEST_CASE("predict: a pipe has sixteen buffers") {
  test::check_changes(kPipe, kPredict,
                      {{"bytes = 65536", "bytes = 65537", "bytes = 65537", "multiple"},
                       {"bytes = 65536", "bytes = 69632", "bytes = 69632", "17 pages"}});
}

TEST_CASE("predict: one page does not stand for several, nor a large or repeated one for any") {
  test::check_changes(kPipe, kPredict,
                      {{"mapped = false", "order = 1", "", "order 1"},
                       {"[\"a\", \"b\"]", "[\"a\", \"a\"]", "", "2 times"}});
  const std::string one = test::replaced(
      test::replaced(kPipe, "[[scenario.page]]\nname = \"b\"\nbacking = \"file\"\nmapped = false\n",
                     ""),
      "[\"a\", \"b\"]", "[\"a\"]");
  const test::Folder folder;
  test::check_rejected({"predict", folder.write("one.toml", one), "--convention", "linux-6.12"},
                       {"one.toml:", "16 pages, but one in the scenario"});
}

}  // namespace pincheck::predict
