// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// Runs the pincheck binary on a terminal.
#pragma once

#include <sys/ioctl.h>

#include <atomic>
#include <regex>

#include "checker/testing/run_binary.hpp"

namespace pincheck::test {

/// A terminal of so many columns, and what a run of pincheck shows there: line ends as LF.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) : terminal_(posix_openpt(O_RDWR | O_NOCTTY)) {
    REQUIRE(terminal_ >= 0);
    REQUIRE(grantpt(terminal_) == 0);
    REQUIRE(unlockpt(terminal_) == 0);
    device_ = ptsname(terminal_);
    keep_open_ = open(device_.c_str(), O_RDWR | O_NOCTTY);
    const winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    REQUIRE(ioctl(terminal_, TIOCSWINSZ, &size) == 0);
    fcntl(terminal_, F_SETFL, O_NONBLOCK);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    close(keep_open_);
    close(terminal_);
  }

  std::string shows(const Arguments& arguments) {
    Process process(arguments, variable("PINCHECK_BINARY"), device_, device_);
    std::string shown;
    std::atomic<bool> ended = false;
    // A terminal holds some thousand bytes, and then makes who writes wait.
    std::thread reader([&] {
      for (bool last = false; !last;) {
        last = ended;
        std::string part(4096, '\0');
        for (ssize_t size = 0; (size = read(terminal_, part.data(), part.size())) > 0;)
          shown.append(part, 0, static_cast<std::size_t>(size));
        if (!last) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
    });
    process.wait();
    ended = true;
    reader.join();
    return std::regex_replace(shown, std::regex("\r\n"), "\n");
  }

 private:
  int terminal_;
  int keep_open_ = -1;
  std::string device_;
};

}  // namespace pincheck::test
