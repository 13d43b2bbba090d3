// SPDX-License-Identifier: MIT
#include "checker/report/printer.hpp"

#include <algorithm>
#include <cstdio>

namespace pincheck::report {

const std::vector<Format>& all_formats() {
#define PINCHECK_CALL(name) formats::name(),
  static const std::vector<Format> all{PINCHECK_FORMATS(PINCHECK_CALL)};
#undef PINCHECK_CALL
  return all;
}

void write_out(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

std::vector<std::string> Printer::formats() const {
  std::vector<std::string> names;
  for (const Format& format : all_formats())
    if ((format.needs & ~has_) == 0) names.emplace_back(format.name);
  return names;
}

void Printer::choose(std::string_view format) {
  const auto& all = all_formats();
  format_ =
      &*std::find_if(all.begin(), all.end(), [&](const Format& one) { return one.name == format; });
}

void Printer::now(const std::string& text) const {
  if (format_->at_once) write_out(text);
}

}  // namespace pincheck::report
