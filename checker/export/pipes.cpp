// SPDX-License-Identifier: MIT
// Pipe rings in the exported text: entry 0 is the oldest, entries without a buffer are zero.
#include <fmt/format.h>

#include "checker/export/view.hpp"

namespace pincheck::exporting {

Cells View::pipe_cells(int pipe, std::string_view part) const {
  const int bits = part == "page" ? page_value_bits() : 2;
  return {fmt::format("{}_{}", pipe_name(pipe), part), facts.pipe[pipe].capacity, bits};
}

std::vector<Cells> View::pipe_parts(int pipe) const {
  std::vector<Cells> parts{pipe_cells(pipe, "page")};
  if (facts.pipe[pipe].ops.size() > 1) parts.push_back(pipe_cells(pipe, "ops"));
  return parts;
}

Term View::buffer_ops(int pipe, const Term& index) const {
  const std::set<int>& possible = facts.pipe[pipe].ops;
  if (possible.size() > 1) return value_at(language, pipe_cells(pipe, "ops"), index);
  return fmt::format("{}", possible.empty() ? 0 : *possible.begin());
}

void View::push(Code& code, int pipe, const Term& page, const Term& ops) const {
  const std::string count = pipe_name(pipe) + "_count";
  set_at(code, pipe_cells(pipe, "page"), count, page);
  if (facts.pipe[pipe].ops.size() > 1) set_at(code, pipe_cells(pipe, "ops"), count, ops);
  code.set(count, count + " + 1");
}

void View::move_down(Code& code, int pipe) const {
  const std::string count = pipe_name(pipe) + "_count";
  for (const Cells& part : pipe_parts(pipe)) shift_down(code, part);
  code.set(count, count + " - 1");
}

void View::release_buffer(Code& code, int pipe, bool head) const {
  const std::string count = pipe_name(pipe) + "_count";
  const Cells pages = pipe_cells(pipe, "page");
  code.when(less("0", count));
  if (head) {
    code.set("q", value_at(language, pages, "0"));
    move_down(code, pipe);
  } else {
    code.set(count, count + " - 1");
    code.set("q", value_at(language, pages, count));
    for (const Cells& part : pipe_parts(pipe)) set_at(code, part, count, zero_of(part));
  }
  code.call("drop_page", {"q"});
  code.done();
}

void View::duplicate_head(Code& code, int from, int onto) const {
  code.set("q", value_at(language, pipe_cells(from, "page"), "0"));
  push(code, onto, "q", buffer_ops(from, "0"));
  code.call("get_for_buffer", {"q"});
}

}  // namespace pincheck::exporting
