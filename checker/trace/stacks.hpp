// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// Kernel stacks in a trace: whose they are, and the functions in them.
//
// ftrace (option or trigger `stacktrace`) and trace-cmd (-T) print a stack as an event of its own,
// which belongs to its CPU's event before it; perf script (-g) prints it below its event.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "checker/trace/line.hpp"

namespace pincheck::trace {

/// The kernel stack of a record.
struct Stack {
  std::uint32_t line = 0;  ///< the record's
  std::string_view text;   ///< its lines, innermost first
};
/// Function names, innermost first; what has none is as it is printed.
std::vector<std::string_view> functions_of(const Stack&);

/// The event that heads a stack: " <stack trace>" or kernel_stack, also of the user's.
bool heads_stack(const Line&);

class Stacks {
 public:
  /// An event. `record`: the number of its line if it tells something of references, else 0.
  void saw(const Line&, std::uint32_t record);
  void head(const Line&);
  /// A line that is neither an event nor a comment. False when it is of no stack.
  bool take(std::string_view raw, bool frame);
  /// A line that ends any stack.
  void end() { open_ = under_event_ = false; }
  std::vector<Stack> all() { return std::move(stacks_); }

 private:
  struct Last {
    std::uint32_t record = 0;
    char interrupt = '.';
  };
  Last& last(std::uint16_t cpu);

  std::vector<Stack> stacks_;
  std::vector<Last> last_;    // by CPU
  bool open_ = false;         // the line before heads a stack, or is of one
  bool under_event_ = false;  // the line before is an event, or of perf's stack of one
  std::uint32_t of_ = 0;      // the line of its record, 0 if it has none
};

}  // namespace pincheck::trace
