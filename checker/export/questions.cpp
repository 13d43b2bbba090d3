// SPDX-License-Identifier: MIT
// Tests of steps as expressions.
#include <fmt/format.h>

#include <stdexcept>

#include "checker/export/actions.hpp"

namespace pincheck::exporting {
namespace {

/// The cursor's slot, moved by `by`.
Term slot_at(const View& view, const Mover& m, int by) {
  Term cursor = view.cursor(m.who, m.completion);
  if (by == 0) return cursor;
  if (cursor == "0") return fmt::format("{}", by);
  return fmt::format("{} {} 1", cursor, by > 0 ? "+" : "-");
}

Term same_as_previous(const View& view, const Mover& m) {
  if (view.cursor(m.who, m.completion) == "0") return "false";
  return all_of({less("0", slot_at(view, m, 0)), equal(view.page_of(m.who, slot_at(view, m, 0)),
                                                       view.page_of(m.who, slot_at(view, m, -1)))});
}

Term listed_before(const View& view, const Mover& m) {
  if (view.cursor(m.who, m.completion) == "0") return "false";
  std::vector<Term> repeats;
  for (int slot = 1; slot < view.request(m.who).slots; ++slot) {
    const Term here = view.page_of(m.who, fmt::format("{}", slot));
    for (int earlier = 0; earlier < slot; ++earlier)
      repeats.push_back(
          all_of({equal(slot_at(view, m, 0), fmt::format("{}", slot)), negated(equal(here, kNone)),
                  equal(view.page_of(m.who, fmt::format("{}", earlier)), here)}));
  }
  return any_of(repeats);
}

Term more_listed(const View& view, const Mover& m) {
  const RequestFacts& facts = view.request(m.who);
  const Term next = slot_at(view, m, 1);
  Term exists = less(next, fmt::format("{}", facts.slots));
  if (!facts.pages_vary || exists == "false") return exists;
  return all_of({exists, negated(equal(view.page_of(m.who, next), kNone))});
}

/// Questions about the page in the thread's slot; the answer is no where it holds none.
Term of_page(const View& view, const Mover& m, const Test& test) {
  const Term page = view.page_of(m.who, view.cursor(m.who, m.completion));
  if (page == kNone) return "false";
  Term answer;
  switch (test.ask) {
    case Ask::page_has: answer = view.page_has(page, static_cast<PageFlag>(test.arg)); break;
    case Ask::pte_has: answer = view.pte_has(page, mm_of(test), pte_flags_of(test)); break;
    case Ask::maybe_pinned: answer = view.maybe_pinned(page); break;
    case Ask::ref_is: {
      const Term cache = choose(view.page_has(page, kCached), view.nr_pages(page), "0");
      answer = equal(view.ref(page), sum_of({fmt::format("{}", test.arg), cache}));
      break;
    }
    case Ask::ref_positive: answer = less("0", view.ref(page)); break;
    case Ask::ref_nonzero: answer = negated(equal(view.ref(page), "0")); break;
    case Ask::large: answer = view.large(page); break;
    default: answer = view.backing_is(page, static_cast<Backing>(test.arg)); break;
  }
  if (!view.request(m.who).pages_vary) return answer;
  return all_of({negated(equal(page, kNone)), answer});
}

Term of_pipe(const View& view, const Mover& m, const Test& test) {
  const std::string& pipe = view.pipe_name(test.arg);
  const PipeFacts& facts = view.facts.pipe[test.arg];
  const Term filled = less("0", pipe + "_count");
  const Term head = value_at(view.language, view.pipe_cells(test.arg, "page"), "0");
  const int anon = static_cast<int>(BufferOps::anon);
  const Term no_tmp = facts.keeps ? equal(pipe + "_tmp", kNone) : Term("true");
  switch (test.ask) {
    case Ask::pipe_locked: return facts.locks ? pipe + "_locked" : "false";
    case Ask::pipe_has_room: return less(pipe + "_count", fmt::format("{}", kRingSlots));
    case Ask::pipe_empty: return equal(pipe + "_count", "0");
    case Ask::pipe_reaches: return less(slot_at(view, m, 0), pipe + "_count");
    case Ask::pipe_reaches_next: return less(slot_at(view, m, 1), pipe + "_count");
    case Ask::head_recyclable:
      return all_of({filled, equal(view.buffer_ops(test.arg, "0"), fmt::format("{}", anon)), no_tmp,
                     equal(view.ref(head), "1")});
    case Ask::head_ref_positive: return all_of({filled, less("0", view.ref(head))});
    case Ask::pipe_has_readers: return less("0", pipe + "_readers");
    default: return negated(no_tmp);
  }
}

Term question(const View& view, const Mover& m, const Test& test) {
  const Term slot = slot_at(view, m, 0);
  const RequestFacts& facts = view.request(m.who);
  switch (test.ask) {
    case Ask::slot_empty:
      return facts.slots == 0 ? "true" : equal(view.page_of(m.who, slot), kNone);
    case Ask::in_io: return view.in_io(m.who, slot);
    case Ask::same_as_previous: return same_as_previous(view, m);
    case Ask::listed_before: return listed_before(view, m);
    case Ask::first_slot: return equal(slot, "0");
    case Ask::more_listed: return more_listed(view, m);
    case Ask::more_slots:
      if (slot == "0" && facts.slots < 2) return "false";
      return less(slot_at(view, m, 1), view.count(m.who));
    case Ask::request_has: return view.request_has(m.who, test.arg);
    case Ask::page_available: {
      std::vector<Term> free;
      for (int page = 0; page < view.system.pages; ++page)
        if (!view.system.large(page)) free.push_back(view.page_has(view.page_name(page), kFree));
      return any_of(free);
    }
    case Ask::page_has:
    case Ask::pte_has:
    case Ask::maybe_pinned:
    case Ask::ref_is:
    case Ask::ref_positive:
    case Ask::ref_nonzero:
    case Ask::backing_is:
    case Ask::large: return of_page(view, m, test);
    case Ask::pipe_locked:
    case Ask::pipe_has_room:
    case Ask::pipe_empty:
    case Ask::pipe_reaches:
    case Ask::pipe_reaches_next:
    case Ask::head_recyclable:
    case Ask::head_ref_positive:
    case Ask::pipe_has_readers:
    case Ask::has_tmp_page: return of_pipe(view, m, test);
    case Ask::pipe_last: {
      const std::string& pipe = view.pipe_name(pipe_of(test));
      const Pipe mine{{}, 0, 0, 0, static_cast<std::uint8_t>(ends_of(test))};
      return all_of({equal(pipe + "_readers", fmt::format("{}", mine.readers())),
                     equal(pipe + "_writers", fmt::format("{}", mine.writers()))});
    }
    case Ask::process_left: return equal(view.tasks(test.arg), "0");
  }
  throw std::invalid_argument(
      fmt::format("test number {} cannot be exported", static_cast<int>(test.ask)));
}

}  // namespace

Mover mover(const View& view, const Group& group, bool completion) {
  return {group, completion, view.who(group)};
}

Term answer(const View& view, const Mover& mover, const Test& test) {
  const Term term = question(view, mover, test);
  return test.expect ? term : negated(term);
}

Term guard(const View& view, const Mover& mover, const Outcome& outcome) {
  std::vector<Term> terms;
  for (const Test& test : outcome.when) terms.push_back(answer(view, mover, test));
  return all_of(terms);
}

Term can_leave(const View& view, const Mover& mover, const Step& step) {
  if (!may_wait(view.facts, step)) return "true";
  std::vector<Term> guards;
  for (const Outcome& outcome : step.outcomes) guards.push_back(guard(view, mover, outcome));
  return any_of(guards);
}

}  // namespace pincheck::exporting
