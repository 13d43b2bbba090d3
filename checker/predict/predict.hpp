// SPDX-License-Identifier: MIT
// checker/predict: uses checker/trace; used by checker/command.
// What a real kernel's counters must show of a case that nothing disturbs, from the model alone.
//
// The model has at most four pages a request, a case may have hundreds. Pages of one request do not
// know of each other: what happens to each must be the same, which predict() checks on the
// scenario's pages, and so the numbers of one page are multiplied.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "checker/predict/case.hpp"
#include "model/compile/compile.hpp"

namespace pincheck::predict {

/// One step that changed a page's `_refcount`.
struct RefChange {
  std::string function;  ///< kernel function
  std::string step;      ///< `<program>/<step>`
  int before = 0;
  int after = 0;
  bool operator==(const RefChange&) const = default;
};

/// What was taken and dropped, and what /proc/vmstat counts of it.
struct RefCounts {
  int gets = 0;
  int puts = 0;
  int pins = 0;
  int unpins = 0;
  int pin_acquired = 0;  ///< nr_foll_pin_acquired: GUP counts its pins, a helper perhaps its own
  int pin_released = 0;  ///< nr_foll_pin_released: gup_put_folio counts every unpin
  bool operator==(const RefCounts&) const = default;
};

/// What one system call does to each page.
struct SyscallPrediction {
  std::string name;
  RefCounts per_page;
  std::vector<RefChange> changes;
  int held = 0;  ///< `_refcount` afterwards, above what it was before the first call
  std::optional<int> in_flight;  ///< the same while the device touches the page
  bool fails = false;            ///< it returns an error and hands nothing to the device
  bool operator==(const SyscallPrediction&) const = default;
};

/// The first property that does not hold, though nothing disturbs the calls.
struct Violation {
  std::string property;
  std::string syscall;   ///< during which; empty when it shows at the end
  std::string function;  ///< kernel function; empty too
  std::string step;      ///< `<program>/<step>`; empty too
  std::string sentence;  ///< what is wrong
  std::string then;      ///< the property whose violation ends the run, where it is another one
  /// Where the prediction ends with it: what the page goes through in that call, as far as the
  /// model can follow.
  std::vector<RefChange> changes;
};

struct Prediction {
  Case of;
  std::string convention;
  /// Without those after one that fails, or from one on whose violation leaves nothing to say.
  std::vector<SyscallPrediction> syscalls;
  std::optional<Violation> violation;

  bool whole() const { return syscalls.size() == of.syscalls.size(); }
};

/// Runs the case's scenario undisturbed. Throws InputError when its pages are not treated alike,
/// when a call could only wait, or when it has not as many parts as the case has system calls, and
/// what compile() throws.
Prediction predict(const Case&, const Convention&, const Model&);

std::string predictions_text(const std::vector<Prediction>&);
nlohmann::ordered_json predictions_data(const std::vector<Prediction>&);

}  // namespace pincheck::predict
