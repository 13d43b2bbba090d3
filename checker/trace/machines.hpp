// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// Traces of several machines in one file, as `trace-cmd report -i host.dat -i guest.dat` prints
// them: each line has its file's name in front, "%*s: ". Buffers of one machine (trace-cmd record
// -B) look the same; an event may be in two of them, so they are kept apart as well.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace pincheck::trace {

class Machines {
 public:
  /// Nothing unless all events' lines have a name, or blanks, that end in the same column, and
  /// there are two of them. A command's name may have a colon as well, but no more than the 16
  /// columns of one behind the blanks.
  static std::optional<Machines> find(std::string_view text);
  const std::vector<std::string_view>& names() const { return names_; }
  /// The machine of the next line, by index; lines are to be asked for in order.
  std::size_t next(std::string_view line);

 private:
  bool name(std::string_view line, std::string_view& name) const;

  std::size_t column_ = 0;  ///< where the line proper begins
  std::vector<std::string_view> names_;
  std::size_t now_ = 0;
  bool after_loss_ = false;  ///< trace-cmd prints the name before the loss, not before its event
};

}  // namespace pincheck::trace
