// SPDX-License-Identifier: MIT
// checker/reproduce: uses checker/counterexample; used by checker/command.
// How user space gets at each path of the model: the system calls of one actor.
#pragma once

#include <string>
#include <vector>

#include "checker/reproduce/layout.hpp"

namespace pincheck::reproduce {

/// The lines of C for one actor. `fd`, `at` and `me` are its target, where in it, and its entry.
struct Route {
  std::string target;                ///< its key on the command line; "" for none
  std::string cache;                 ///< the key of the cached file, where it must be a certain one
  std::vector<std::string> ready;    ///< before its turn
  std::vector<std::string> turn;     ///< the turn; sets `n`
  std::vector<std::string> after;    ///< when it has returned
  std::vector<std::string> remarks;  ///< where this differs from the model's actor
  std::string caller;                ///< who consumes the iterator, as a trace names it
  std::string kind;                  ///< the iterator's kind: a C expression
  int bytes = 0;                     ///< what it transfers when all goes well; 0: unknown
  bool reads_into_pages = false;     ///< what it reads is in the scenario's pages then
};

/// Throws InputError, which begins with `file`, where no system call leads there.
Route route_of(const Scenario&, const ActorSpec&, const Layout&, const Kinds&,
               const std::string& file);

/// What is to be said of a target on the command line.
std::string target_words(const std::string& key);

}  // namespace pincheck::reproduce
