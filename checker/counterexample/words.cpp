// SPDX-License-Identifier: MIT
#include "checker/counterexample/words.hpp"

#include <fmt/format.h>

#include <span>

#include "model/language/flag_names.hpp"

namespace pincheck::counterexample {
namespace {

std::string flag_words(std::span<const FlagName> all, std::uint16_t mask) {
  std::string out;
  for (const FlagName& one : all)
    if ((mask & one.bit) != 0) out += fmt::format("{}{}", out.empty() ? "" : " or ", one.is);
  return out;
}

/// The test's question with its answer: "page a is not locked".
std::string sentence(const std::string& page, const std::string& pipe, const Test& test, bool yes) {
  const std::string_view is = yes ? "is" : "is not";
  const std::string_view has = yes ? "has a" : "has no";
  switch (test.ask) {
    case Ask::page_has:
      return fmt::format("{} {} {}", page, is, flag_words(kPageFlagNames, test.arg));
    case Ask::pte_has:
      return fmt::format("{} {} {}", page, is, flag_words(kPteFlagNames, pte_flags_of(test)));
    case Ask::maybe_pinned: return fmt::format("{} {} maybe pinned", page, is);
    case Ask::ref_is:
      return fmt::format("{} {} referenced {} times besides the page cache", page, is, test.arg);
    case Ask::ref_positive: return fmt::format("the count of {} {} positive", page, is);
    case Ask::ref_nonzero: return fmt::format("the count of {} {} other than zero", page, is);
    case Ask::backing_is: return fmt::format("{} {} of the kind asked for", page, is);
    case Ask::large: return fmt::format("{} {} large", page, is);
    case Ask::slot_empty: return fmt::format("the slot {} empty", is);
    case Ask::in_io: return fmt::format("{} {} in the I/O", page, is);
    case Ask::same_as_previous: return fmt::format("{} {} the page before", page, is);
    case Ask::listed_before: return fmt::format("{} {} listed before", page, is);
    case Ask::first_slot: return fmt::format("this {} the first page", is);
    case Ask::more_slots:
    case Ask::more_listed: return fmt::format("there {} a page after it", is);
    case Ask::request_has:
      return fmt::format("the request {} {}", is, flag_words(kRequestFlagNames, test.arg));
    case Ask::pipe_locked: return fmt::format("{} {} locked", pipe, is);
    case Ask::pipe_has_room: return fmt::format("{} has {}room", pipe, yes ? "" : "no ");
    case Ask::pipe_empty: return fmt::format("{} {} empty", pipe, is);
    case Ask::pipe_reaches: return fmt::format("{} {} buffer there", pipe, has);
    case Ask::pipe_reaches_next: return fmt::format("{} {} buffer after it", pipe, has);
    case Ask::head_recyclable: return fmt::format("{}'s oldest buffer {} recyclable", pipe, is);
    case Ask::head_ref_positive:
      return fmt::format("the count of {}'s oldest page {} positive", pipe, is);
    case Ask::has_tmp_page: return fmt::format("{} {} page kept for the next write", pipe, has);
    case Ask::pipe_has_readers: return fmt::format("{} {} open for reading", pipe, is);
    case Ask::pipe_last: return fmt::format("{} {} open for nobody else", pipe, is);
    case Ask::process_left: return fmt::format("the process {} without a task", is);
    case Ask::page_available: return fmt::format("a free page {} to be had", is);
  }
  return "";
}

}  // namespace

std::string what_hinders(const System& system, const Scenario& scenario, const World& world,
                         int thread, std::span<const Test> when) {
  const int slot = world.thread[thread].slot;
  const int page = world.request[thread / 2].slot[slot];
  const std::string page_name = page == kNoPage ? "its page" : "page " + scenario.pages[page].name;
  std::string out;
  for (const Test& test : when) {
    if (holds(system, world, thread, test)) continue;
    const auto pipe_index = static_cast<std::size_t>(pipe_of(test));
    const std::string pipe = pipe_index < scenario.pipes.size()
                                 ? "pipe " + scenario.pipes[pipe_index].name
                                 : "sendfile's pipe";
    out += (out.empty() ? "" : ", ") + sentence(page_name, pipe, test, !test.expect);
  }
  return out;
}

}  // namespace pincheck::counterexample
