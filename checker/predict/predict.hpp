// SPDX-License-Identifier: MIT
// What a real kernel's counters must show of a case that nothing disturbs, from the model alone.
//
// The model has at most four pages a request, a case may have hundreds. Pages of one request do not
// know of each other: what happens to each must be the same, which predict() checks on the
// scenario's pages, and so the numbers of one page are multiplied.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/predict/case.hpp"
#include "model/compile.hpp"

namespace pincheck {

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
  bool operator==(const SyscallPrediction&) const = default;
};

struct Prediction {
  Case of;
  std::string convention;
  std::vector<SyscallPrediction> syscalls;
};

/// Runs the case's scenario undisturbed. Throws InputError when its pages are not treated alike or
/// when it has not as many parts as the case has system calls, and what compile() throws.
Prediction predict(const Case&, const Convention&, const Model&);

std::string predictions_text(const std::vector<Prediction>&);
std::string predictions_json(const std::vector<Prediction>&);

}  // namespace pincheck
