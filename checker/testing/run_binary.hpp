// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// Runs the pincheck binary as a user does: arguments in; stdout, stderr and exit status out.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace pincheck::test {

using Arguments = std::vector<std::string>;

/// "check --seed 1" as its words.
inline Arguments split(const std::string& line) {
  std::istringstream words(line);
  return {std::istream_iterator<std::string>(words), {}};
}

/// The whole file; "" when it cannot be read.
inline std::string contents(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// An environment variable; "" when it is not set.
inline std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The optimized program where scripts/test names one: for what sanitizers only slow down.
inline std::string optimized() {
  const std::string built_by_gcc = variable("PINCHECK_GCC");
  return built_by_gcc.empty() ? variable("PINCHECK_BINARY") : built_by_gcc;
}

/// A file of the source tree.
inline std::string source_file(const std::string& path) {
  std::string text = contents(variable("PINCHECK_SOURCE_DIR") + "/" + path);
  INFO("PINCHECK_SOURCE_DIR is the source tree; read from it: " << path);
  REQUIRE_FALSE(text.empty());
  return text;
}

/// A temporary folder, removed with what is in it.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "pincheck-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string path(const std::string& name) const { return path_ + "/" + name; }
  /// Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }

 private:
  std::string path_;
};

struct Finished {
  int status = 0;  ///< exit status; 128 and the signal's number when a signal ended it
  std::string out;
  std::string err;
  std::size_t peak_bytes = 0;  ///< resident memory at its peak, as seen some hundred times a second
};

/// A running pincheck. Its output goes to files, so that no pipe can fill up.
class Process {
 public:
  /// `output`, `errors`: devices that become stdout and stderr instead of files.
  explicit Process(Arguments arguments, std::string binary = variable("PINCHECK_BINARY"),
                   const std::string& output = "", const std::string& errors = "") {
    INFO("PINCHECK_BINARY is the program to test");
    REQUIRE_FALSE(binary.empty());
    const std::string out = output.empty() ? folder_.path("stdout") : output;
    const std::string err = errors.empty() ? folder_.path("stderr") : errors;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    const int flags = O_WRONLY | O_CREAT | O_NOCTTY;
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), flags, 0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), flags, 0600);
    // What it saves by itself goes into its folder.
    posix_spawn_file_actions_addchdir_np(&actions, folder_.path(".").c_str());
    std::vector<char*> words{binary.data()};
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    const int error = posix_spawn(&pid_, binary.c_str(), &actions, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) pid_ = -1;
    INFO(binary);
    REQUIRE(error == 0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() { kill_and_reap(); }

  /// Below the folder it runs in.
  std::string path(const std::string& name) const { return folder_.path(name); }
  /// What it has printed until now.
  std::string out() const { return contents(folder_.path("stdout")); }
  std::string err() const { return contents(folder_.path("stderr")); }
  /// Ctrl-C, once it is listened to: a slow machine may not have got that far.
  void interrupt() const {
    for (int tries = 0; tries < 30000 && !catches_interrupts(); ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    kill(pid_, SIGINT);
  }
  /// Returns whether it was still running.
  bool kill_now() { return kill_and_reap(); }

  /// Waits for its end. One that takes longer than `seconds` is killed and fails the test.
  Finished wait(int seconds = 300) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    int status = 0;
    std::size_t peak = 0;
    while (waitpid(pid_, &status, WNOHANG) == 0) {
      peak = std::max(peak, peak_bytes());
      if (std::chrono::steady_clock::now() > deadline) {
        kill_and_reap();
        FAIL("pincheck still runs after " << seconds << " s");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    pid_ = -1;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), out(), err(), peak};
  }

 private:
  bool catches_interrupts() const {
    const std::string status = contents("/proc/" + std::to_string(pid_) + "/status");
    const std::size_t at = status.find("SigCgt:");
    return at != std::string::npos &&
           (std::stoull(status.substr(at + 7), nullptr, 16) >> (SIGINT - 1) & 1) != 0;
  }
  /// Not wait4's: ru_maxrss counts what the parent had before exec.
  std::size_t peak_bytes() const {
    const std::string status = contents("/proc/" + std::to_string(pid_) + "/status");
    const std::size_t at = status.find("VmHWM:");
    return at == std::string::npos ? 0 : std::size_t{1024} * std::stoul(status.substr(at + 6));
  }
  bool kill_and_reap() {
    if (pid_ <= 0) return false;
    int status = 0;
    kill(pid_, SIGKILL);
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFSIGNALED(status);
  }

  Folder folder_;
  pid_t pid_ = -1;
};

inline Finished pincheck(const Arguments& arguments) { return Process(arguments).wait(); }

/// The counterexample of a property in a folder where one of it was saved.
inline std::string saved_file(const std::string& folder, const std::string& property) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().filename().string().starts_with(property))
      found.push_back(entry.path().string());
  INFO(folder << " has one of " << property);
  REQUIRE(found.size() == 1);
  return found.front();
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The text with the first `from` replaced, which must be there.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  INFO("replaced: " << from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// A good scenario to make wrong.
inline constexpr const char* kScenario = R"(name = "t"
title = "t"
bias = 1024
width = 32
asks = ["completes"]
without = []

[[page]]
name = "a"
backing = "anon"

[[actor]]
name = "x"
path = "direct-write"
caller = "bio"
kind = "ubuf"
pages = ["a"]
async = true
)";

/// Five actors: a violation is found at once, a shortest schedule for it in seconds.
inline constexpr const char* kSlowScenario = R"(name = "slow"
page = [{name = "a", backing = "file"}, {name = "b", backing = "file"},
        {name = "c", backing = "file"}, {name = "d", backing = "anon"}]
actor = [
  {name = "one", path = "sendfile", caller = "nfs-write", pages = ["a", "b", "c"]},
  {name = "two", path = "direct-read", caller = "bio", kind = "ubuf", pages = ["d"]},
  {name = "three", path = "direct-read", caller = "nfs-read", kind = "ubuf", pages = ["d"]},
  {name = "four", path = "direct-write", caller = "nfs-write", kind = "ubuf", pages = ["d"]},
  {name = "kswapd", path = "reclaim", pages = ["a"]}
]
)";

/// The text again and again, with the round's number for '#'.
inline std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i)
    for (const char c : text) {
      if (c == '#')
        out += std::to_string(i);
      else
        out += c;
    }
  return out;
}

inline std::string noise(std::size_t bytes) {
  std::mt19937 random(1);
  std::string out(bytes, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

/// One thing made wrong in a good file, and what the message must then say.
struct Change {
  std::string from, to;
  std::string line = to;  ///< text of the line that the message must name; "": no line
  std::string word{};
};

inline int line_of(const std::string& text, const std::string& part) {
  const auto at = static_cast<std::ptrdiff_t>(text.find(part));
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + at, '\n'));
}

/// Exit status 2, nothing on stdout, one line on stderr, which has all of the words.
inline void check_rejected(const Arguments& arguments, std::vector<std::string> words) {
  words.emplace_back("expected");
  const Finished finished = pincheck(arguments);
  const std::string& err = finished.err;
  std::string problems = finished.status == 2 ? "" : std::to_string(finished.status) + " is no 2. ";
  if (!finished.out.empty()) problems += "Something is on stdout. ";
  if (std::count_if(err.begin(), err.end(), [](unsigned char c) { return c < ' '; }) != 1 ||
      err.back() != '\n')
    problems += "Not one line of text. ";
  for (const auto& word : words)
    if (!contains(err, word)) problems += "No '" + word + "' on stderr. ";
  CAPTURE(arguments, err.substr(0, 500));
  CHECK(problems == "");
}

inline void check_changes(const std::string& good, const Arguments& command,
                          const std::vector<Change>& changes) {
  const Folder folder;
  Arguments arguments = command;
  arguments.push_back(folder.write("bad.toml", good));
  REQUIRE(pincheck(arguments).status != 2);
  for (const Change& change : changes) {
    const std::string bad = replaced(good, change.from, change.to);
    const std::string file = folder.write("bad.toml", bad);
    const std::string line =
        change.line.empty() ? "" : ":" + std::to_string(line_of(bad, change.line)) + ":";
    INFO("changed to: " << change.to);
    check_rejected(arguments, {file + line, change.word});
  }
}

}  // namespace pincheck::test
