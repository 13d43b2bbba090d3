// SPDX-License-Identifier: MIT
// model/machine: uses model/question; used by model/compile, properties.
// What a naive interpreter answers to the questions that steps ask, for tests: written from what
// step.hpp and world.hpp say.
#pragma once

#include <cstdint>
#include <stdexcept>

#include "model/machine/machine.hpp"
#include "model/machine/naive_state.hpp"

namespace pincheck::naive {

class Questions {
 public:
  Questions(const System& system, const State& state) : system_(system), state_(state) {}

  std::vector<Choice> enabled() const {
    std::vector<Choice> choices;
    for (int thread = 0; thread < 2 * system_.actors; ++thread) {
      const Program& program = system_.programs[thread];
      const auto pc = static_cast<std::size_t>(state_.threads[thread].pc);
      if (pc == program.size()) continue;
      const std::vector<Outcome>& outcomes = program[pc].outcomes;
      for (std::size_t outcome = 0; outcome < outcomes.size(); ++outcome) {
        bool all = true;
        for (const Test& test : outcomes[outcome].when)
          if (answer(thread, test) != test.expect) all = false;
        if (all)
          choices.push_back(
              {static_cast<std::uint8_t>(thread), static_cast<std::uint8_t>(outcome)});
      }
    }
    return choices;
  }

  /// What the allocator would give.
  std::optional<int> first_free() const {
    for (int page = 0; page < system_.pages; ++page)
      if ((state_.pages[page].flags & kFree) != 0 && !large(page)) return page;
    return {};
  }

  bool answer(int thread, const Test& test) const {
    switch (test.ask) {
      case Ask::pipe_locked:
      case Ask::pipe_has_room:
      case Ask::pipe_empty:
      case Ask::pipe_reaches:
      case Ask::pipe_reaches_next:
      case Ask::head_recyclable:
      case Ask::head_ref_positive:
      case Ask::has_tmp_page:
      case Ask::pipe_has_readers:
      case Ask::pipe_last: return answer_of_pipe(thread, test);
      default: return answer_of_slot(thread, test);
    }
  }

 private:
  const System& system_;
  const State& state_;

  bool large(int page) const { return system_.order[page] > 0; }

  bool answer_of_page(const PageState& p, int number, const Test& test) const {
    const Arithmetic& numbers = system_.arithmetic;
    switch (test.ask) {
      case Ask::page_has: return (p.flags & test.arg) != 0;
      case Ask::maybe_pinned: {
        if (large(number)) return p.pins > 0;
        const std::int64_t without_sign =
            p.ref >= 0 ? p.ref : p.ref + (std::int64_t{1} << numbers.width);
        return without_sign >= numbers.bias;
      }
      case Ask::ref_is: {
        const bool cached = (p.flags & kCached) != 0;
        return p.ref == test.arg + (cached ? 1 << system_.order[number] : 0);
      }
      case Ask::ref_positive: return p.ref > 0;
      case Ask::ref_nonzero: return p.ref != 0;
      case Ask::backing_is: return p.backing == static_cast<Backing>(test.arg);
      case Ask::large: return large(number);
      default: throw std::logic_error("unknown question");
    }
  }

  bool answer_of_slot(int thread, const Test& test) const {
    const RequestState& request = state_.requests[thread / 2];
    const int index = state_.threads[thread].slot;
    const Slot& slot = request.slots[index];
    switch (test.ask) {
      case Ask::slot_empty: return !slot.page;
      case Ask::in_io: return index < request.count && slot.page && !slot.left_out;
      case Ask::same_as_previous: return index > 0 && slot.page == request.slots[index - 1].page;
      case Ask::listed_before:
        for (int earlier = 0; earlier < index; ++earlier)
          if (slot.page && request.slots[earlier].page == slot.page) return true;
        return false;
      case Ask::first_slot: return index == 0;
      case Ask::more_slots: return index + 1 < request.count;
      case Ask::more_listed: return index + 1 < kMaxSlots && request.slots[index + 1].page;
      case Ask::request_has: return (request.flags & test.arg) != 0;
      case Ask::page_available: return first_free().has_value();
      case Ask::process_left: return state_.tasks[test.arg] == 0;
      case Ask::pte_has:
        return slot.page && (state_.ptes[mm_of(test)][*slot.page] & pte_flags_of(test)) != 0;
      default: return slot.page && answer_of_page(state_.pages[*slot.page], *slot.page, test);
    }
  }

  bool answer_of_pipe(int thread, const Test& test) const {
    const PipeState& pipe = state_.pipes[pipe_of(test)];
    const auto index = static_cast<std::size_t>(state_.threads[thread].slot);
    const PageState* head = pipe.ring.empty() ? nullptr : &state_.pages[pipe.ring.front().page];
    switch (test.ask) {
      case Ask::pipe_locked: return pipe.locked;
      case Ask::pipe_has_room: return pipe.ring.size() < kRingSlots;
      case Ask::pipe_empty: return pipe.ring.empty();
      case Ask::pipe_reaches: return index < pipe.ring.size();
      case Ask::pipe_reaches_next: return index + 1 < pipe.ring.size();
      case Ask::head_recyclable:
        return head != nullptr && pipe.ring.front().ops == BufferOps::anon && head->ref == 1 &&
               !pipe.tmp_page;
      case Ask::head_ref_positive: return head != nullptr && head->ref > 0;
      case Ask::has_tmp_page: return pipe.tmp_page.has_value();
      case Ask::pipe_has_readers: return pipe.readers > 0;
      case Ask::pipe_last: {
        const int ends = ends_of(test);
        return pipe.readers == ends % 16 && pipe.writers == ends / 16;
      }
      default: throw std::logic_error("unknown question");
    }
  }
};

}  // namespace pincheck::naive
