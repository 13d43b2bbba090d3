// SPDX-License-Identifier: MIT
// The program: runs a command, and says what kept it from its end.
#include <algorithm>
#include <cstdio>
#include <exception>

#include "checker/command/command_line.hpp"
#include "model/base/exit_code.hpp"
#include "model/base/input.hpp"
#include "model/compile/compile.hpp"

namespace {

/// Messages quote what files say, which is not to talk to the terminal.
int complain(std::string text, pincheck::ExitCode code) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
  std::fprintf(stderr, "pincheck: %s\n", text.c_str());
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int status = pincheck::command::run(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
      throw pincheck::InputError("standard output: cannot be written, expected room for all of it");
    return status;
  } catch (const pincheck::NotStated& error) {
    return complain(std::string("not stated: ") + error.what(), pincheck::kVacuous);
  } catch (const std::exception& error) {
    // Everything else that an input can cause is an InputError; its message is complete.
    return complain(error.what(), pincheck::kBadInput);
  }
}
