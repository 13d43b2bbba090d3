// SPDX-License-Identifier: MIT
#include "checker/command/reading.hpp"

#include "model/base/input.hpp"

namespace pincheck::command {

void Reading::declare(const Arguments& arguments) {
  arguments.add("--tree", tree_, "a kernel's sources; without, files include only pincheck.h")
      .is(Value::folder);
  arguments
      .add("--headers", headers_,
           "folders of headers that the tree's own come after: of Debian's "
           "linux-headers-*-common and -amd64")
      .is(Value::folder);
  arguments.add("--model", model_, "files that say what more functions do to pages")
      .is(Value::file);
  arguments.add("--function", options_.functions, "only these functions");
  arguments.add("--pages", options_.bounds.pages, "most pages of a call that takes some")
      .between(1, 4)
      .shows_default();
  arguments.add("--turns", options_.bounds.turns, "how often a branch is left open, in a call")
      .between(1, 16)
      .shows_default();
  arguments.add("--seconds", options_.bounds.seconds, "for a function").shows_default();
  arguments
      .add("--cache", options_.cache, "a folder for what was read before, made if it is not there")
      .is(Value::folder);
  arguments.add("--threads", options_.threads, "files at a time").between(1, 64);
}

callee::Callees Reading::callees() const {
  const auto version = tree_.empty() ? std::nullopt : front::Tree(tree_, headers_).version();
  callee::Callees all = callee::shipped_callees(version.value_or(callee::kNewest));
  for (const std::string& file : model_) all.read(read_file(file), file);
  return all;
}

std::optional<front::Tree> Reading::tree() const {
  if (!tree_.empty()) return front::Tree(tree_, headers_);
  if (!headers_.empty()) throw InputError("--headers is of a tree, expected --tree with it");
  return std::nullopt;
}

scan::Options Reading::options(render::Progress& progress) const {
  render::catch_interrupts();
  scan::Options options = options_;
  options.stopped = render::interrupted;
  options.progress = [&progress](std::string_view what, std::size_t done, std::size_t of) {
    progress.show(what, done, of);
  };
  return options;
}

}  // namespace pincheck::command
