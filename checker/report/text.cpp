// SPDX-License-Identifier: MIT
// Text for people, at a terminal or in a mail.
#include "checker/report/format.hpp"

namespace pincheck::report {

Format formats::text() {
  return {
      .name = "text", .print = [](const Report& report) { return report.text(); }, .at_once = true};
}

}  // namespace pincheck::report
