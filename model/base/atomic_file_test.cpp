// SPDX-License-Identifier: MIT
// What stands in the place of an output file stays what it is.
#include "model/base/atomic_file.hpp"

#include <sys/stat.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "checker/testing/run_binary.hpp"
#include "model/base/input.hpp"

namespace pincheck {

TEST_CASE("a FIFO is written to, not replaced", "[files][reproduce]") {
  const test::Folder folder;
  const std::string fifo = folder.path("fifo");
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  const int reader = open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
  write_atomically(fifo, "text");
  CHECK(std::filesystem::is_fifo(fifo));
  std::string read_back(8, ' ');
  CHECK(read(reader, read_back.data(), read_back.size()) == 4);
  CHECK(read_back == "text    ");
  close(reader);
}

TEST_CASE("a link stays, and leads to what was written", "[files][reproduce]") {
  const test::Folder folder;
  std::filesystem::create_directory(folder.path("there"));
  std::filesystem::create_symlink("there/last", folder.path("first"));
  std::filesystem::create_symlink("file", folder.path("there/last"));
  for (const std::string text : {"new", "newer"}) {
    write_atomically(folder.path("first"), text);
    CHECK(std::filesystem::is_symlink(folder.path("first")));
    CHECK(std::filesystem::is_symlink(folder.path("there/last")));
    CHECK(test::contents(folder.path("there/file")) == text);
  }
}

TEST_CASE("a folder, and links in a circle, are refused", "[files][reproduce]") {
  const test::Folder folder;
  std::filesystem::create_symlink("circle", folder.path("circle"));
  CHECK_THROWS_AS(write_atomically(folder.path("circle"), "text"), InputError);
  CHECK(std::filesystem::is_symlink(folder.path("circle")));
  CHECK_THROWS_AS(write_atomically(folder.path(""), "text"), InputError);
}

TEST_CASE("a file that two threads write at once is whole, and neither fails") {
  const test::Folder folder;
  const std::string path = folder.path("shared.json");
  std::atomic<int> failed = 0;
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < 2; ++i)
      writers.emplace_back([&] {
        for (int n = 0; n < 50; ++n) failed += problem_writing(path, "all of it").empty() ? 0 : 1;
      });
  }
  CHECK(failed == 0);
  CHECK(test::contents(path) == "all of it");
}

}  // namespace pincheck
