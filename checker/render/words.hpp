// SPDX-License-Identifier: MIT
// checker/render: uses checker/explain; used by checker/counterexample.
// What renderings say about pages: who holds one, and what a step changed of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checker/story/story.hpp"
#include "model/machine/ledger.hpp"

namespace pincheck::render {

/// "3", and "3/1" for a large folio: _refcount, and _pincount.
std::string count_words(const story::Story&, const World&, int page);

/// A pipe's name; "splice_pipe" for the one that a task has of its own, as the kernel calls it.
std::string pipe_name(const Scenario&, int pipe);

/// "page cache", "buffer (p)", "pin (read, request)".
std::string holder_words(const Scenario&, const Reference&);

/// Names of the flags of the page, and of PTEs that map it, that are set: FlagName::variable.
std::vector<std::string_view> flags_set(const World&, int page);

/// "held by page cache, PTE, buffer (p), get (read), pin (read, request)"; "free".
std::string held_words(const Scenario&, const World&, int page);

/// "unpin of a get (read)", "unmapped": what the step did to the page besides counting.
std::vector<std::string> change_words(const Scenario&, const story::StoryStep&, int page);

/// "isolate: isolated": the step without its program, and the outcome.
std::string step_words(const story::StoryStep&);

/// The text in lines of at most `width` columns, where no word is longer.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// The same as text, the first line `indent` columns in, the others `hang` more.
std::string hanging(std::string_view text, std::size_t width, std::size_t indent, std::size_t hang);

/// The text with each line that has more than `width` columns broken, and its rest below its last
/// column that begins in the left half, or else indented by two more. Colours take no room, and a
/// command stays whole.
std::string fitted(std::string_view text, std::size_t width);

/// The same for parts that stay whole where they fit a line.
std::vector<std::string> packed(const std::vector<std::string>& parts, std::size_t width);

}  // namespace pincheck::render
