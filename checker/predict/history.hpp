// SPDX-License-Identifier: MIT
// checker/predict: uses checker/trace; used by checker/command.
// What a scenario does when nothing disturbs it: page by page, call by call.
#pragma once

#include <array>
#include <vector>

#include "checker/predict/predict.hpp"
#include "properties/run.hpp"

namespace pincheck::predict {

/// Parts of an actor that are system calls of their own: a creator registers its buffer before the
/// I/O and unregisters it afterwards (io_uring_register).
enum Part : std::uint8_t { kRegister, kIo, kUnregister, kParts };

/// A system call of a scenario.
struct Call {
  int actor = 0;
  Part part = kIo;
  bool operator==(const Call&) const = default;
};

/// All calls that the scenario's programs have, in order.
std::vector<Call> calls_of(const System&);

/// One value for each call that there can be.
template <class T>
using ByCall = std::array<std::array<T, kParts>, kMaxActors>;

/// The first property that was violated, and when.
struct FirstViolation {
  int property = 0;
  Call call;
  bool at_end = false;  ///< it shows when all has come to its end; `call` says nothing
  int page = kNoPage;   ///< what it is about, if a page
};

struct History {
  std::array<ByCall<SyscallPrediction>, kMaxPages> page;
  ByCall<bool> touched{};        ///< it did something to a page
  ByCall<bool> failed{};         ///< it returned an error before anything was in flight
  std::vector<Choice> schedule;  ///< the whole run
  std::optional<FirstViolation> violation;
  std::optional<int> ender;  ///< property after whose violation the model says nothing
};

/// Runs the scenario, one actor after another and without a fault.
History run_scenario(const System&, const Convention&);

}  // namespace pincheck::predict
