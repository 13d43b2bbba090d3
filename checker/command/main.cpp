// SPDX-License-Identifier: MIT
// The program: runs a command, and says what kept it from its end.
#include <cstdio>
#include <exception>
#include <new>

#include "checker/command/command_line.hpp"
#include "checker/render/terminal.hpp"
#include "model/base/exit_code.hpp"
#include "model/base/input.hpp"
#include "model/compile/compile.hpp"

int main(int argc, char** argv) {
  try {
    const int status = pincheck::command::run(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
      throw pincheck::InputError("standard output: cannot be written, expected room for all of it");
    return status;
  } catch (const pincheck::NotStated& error) {
    pincheck::render::complain(std::string("not stated: ") + error.what());
    return pincheck::kVacuous;
  } catch (const std::bad_alloc&) {
    pincheck::render::complain("out of memory, expected more of it, or a smaller question");
    return pincheck::kBadInput;
  } catch (const std::exception& error) {
    // Everything else that an input can cause is an InputError; its message is complete.
    pincheck::render::complain(error.what());
    return pincheck::kBadInput;
  }
}
