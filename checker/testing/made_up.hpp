// SPDX-License-Identifier: MIT
// checker/testing: uses checker/report, checker/predict, checker/reproduce; used by all tests.
// Systems of random instructions for tests. They mean nothing, and meet
// everywhere.
#pragma once

#include <fmt/format.h>

#include "checker/testing/forall.hpp"

namespace pincheck::test {

/// What a made-up system is made of: as data, so that one in which a property fails shrinks.
struct MadeUp {
  struct Instruction {
    Effect effect;
    std::vector<Test> when;  ///< what it needs to make sense
  };
  struct Step {
    Instruction does;
    std::optional<Test> also;  ///< has to hold, too
    bool may_leave = false, may_not = false, may_give_up = false;
  };
  struct Program {
    std::vector<Step> own, completion;
  };
  struct Actor {
    std::size_t program = 0;  ///< like actors have the same one
    std::vector<int> pages;
    Request start{};  ///< flags, what the first slot holds, and stale_slots
  };
  std::vector<Program> programs;
  std::vector<Actor> actors;
  std::array<Page, 2> page{};
  std::array<Pte, 2> pte{};
  std::array<Pipe, 2> pipe{};
};

inline void write(const std::vector<MadeUp::Step>& steps, Builder& b) {
  auto left = steps.size();
  for (const MadeUp::Step& one : steps) {
    std::vector<Test> when = one.does.when;
    if (one.also) when.push_back(*one.also);
    StepRef step = b.step("step" + std::to_string(left--), "");
    step.outcome("do", when, {one.does.effect});
    if (one.may_leave) step.outcome("leave", {}, {});
    if (one.may_not && !when.empty()) step.outcome("not", {!when.back()}, {});
    if (one.may_give_up) step.fault("give up", {}, {}, at("end"));
  }
}

inline System system_of(const MadeUp& plan) {
  HandMade made(2, 2);
  for (const MadeUp::Actor& actor : plan.actors) {
    const MadeUp::Program& program = plan.programs[actor.program];
    made.actor(
        actor.pages, [&](Builder& b) { write(program.own, b); },
        [&](Builder& b) { write(program.completion, b); });
  }
  for (std::size_t i = 0; i < plan.actors.size(); ++i) {
    Request& request = made.start().request[i];
    const Request& start = plan.actors[i].start;
    request.flags = start.flags;
    request.held[0] = start.held[0];
    request.stale_slots = start.stale_slots;
  }
  for (int i = 0; i < 2; ++i) {
    made.start().page[i] = plan.page[i];
    made.start().pte[0][i] = plan.pte[i];
    made.start().pipe[i] = plan.pipe[i];
  }
  made.start().tasks[0] = 2;
  System done = made.system();
  for (int actor = 0; actor < done.actors; ++actor) done.baseline_accepts[actor] = true;
  done.processes = 1;
  return done;
}

/// Draws two or three actors with short programs over two pages and two pipes, the same for the
/// same seed. Often some actors and pages are alike.
class MakingUp {
 public:
  explicit MakingUp(std::uint64_t seed) : rng_(seed) {
    like_pages_ = coin();
    const int actors = 2 + number(2);
    const std::uint64_t programs = rng_.next();
    for (int actor = 0; actor < actors; ++actor) {
      const int page = number(2);
      const bool like = actor == 0 || coin();
      search::Rng own(like ? programs : rng_.next());
      made_.actors.push_back({made_.programs.size(),
                              coin() ? std::vector<int>{page} : std::vector<int>{page, 1 - page}});
      if (like && actor > 0)
        made_.actors.back().program = 0;
      else
        made_.programs.push_back({any_steps(own), any_steps(own)});
    }
    for (std::size_t page = 0; page < 2; ++page) start_page(page);
    for (MadeUp::Actor& actor : made_.actors) start_request(actor.start);
    for (Pipe& pipe : made_.pipe) start_pipe(pipe);
  }

  const MadeUp& made() const { return made_; }

 private:
  using Instruction = MadeUp::Instruction;

  search::Rng rng_;
  MadeUp made_;
  bool like_pages_ = false;

  int number(int below) { return static_cast<int>(rng_.below(static_cast<std::uint32_t>(below))); }
  bool coin() { return number(2) == 0; }

  void start_page(std::size_t page) {
    if (page == 1 && like_pages_) {
      made_.page[1] = made_.page[0];
      made_.pte[1] = made_.pte[0];
      return;
    }
    struct Flags {
      PageFlag page;
      PteFlag pte;
    };
    constexpr std::array<Flags, 6> kFlags{{{{}, kMapped},
                                           {kCached, {}},
                                           {kCached, kMapped | kPteDirty},
                                           {kPrivate, {}},
                                           {kFree, {}},
                                           {kCached | kBuffersFs | kUnsaved, {}}}};
    made_.page[page] = {number(4), 0, static_cast<Backing>(number(5)), 0};
    const Flags& flags = kFlags[static_cast<std::size_t>(number(6))];
    made_.page[page].flags = flags.page;
    made_.pte[page].flags = flags.pte;
  }

  void start_request(Request& request) {
    if (like_pages_ && &request != &made_.actors[0].start) {
      request.flags = made_.actors[0].start.flags;
      return;
    }
    request.flags = static_cast<std::uint16_t>(coin() ? kDest | kSubmitted : 0);
    request.set_held(0, Role::array, static_cast<Held>(number(3)));
    if (number(4) == 0) request.stale_slots = 1;
  }

  void start_pipe(Pipe& pipe) {
    for (int left = number(3); left > 0; --left)
      pipe.ring[pipe.count++] = PipeBuffer::make(number(2), BufferOps::anon);
    pipe.open = 2 * kReadEnd;
    if (number(3) == 0) pipe.tmp_page = static_cast<std::uint8_t>(number(2));
  }

  /// Up to three.
  static std::vector<MadeUp::Step> any_steps(search::Rng& rng) {
    std::vector<MadeUp::Step> steps(rng.below(4));
    for (MadeUp::Step& step : steps) {
      step.does = any_instruction(rng);
      if (rng.below(3) == 0) step.also = any_test(rng);
      step.may_leave = rng.below(2) == 0;
      step.may_not = rng.below(2) == 0;
      step.may_give_up = rng.below(4) == 0;
    }
    return steps;
  }

  static Test any_test(search::Rng& rng) {
    const std::vector<Test> all{is::page(kDirty),
                                is::page(kWriteback),
                                is::page(kFree),
                                is::page(kCached),
                                is::pte(kMapped),
                                is::locked,
                                is::request(kFailed),
                                is::request(kDeviceDone),
                                is::ref(1),
                                is::ref_positive,
                                is::ref_nonzero,
                                is::pinned,
                                is::in_io,
                                is::same_page,
                                is::listed_before,
                                is::backing(Backing::pipe),
                                is::more,
                                is::page_available,
                                is::pipe(Ask::pipe_locked, 0),
                                is::pipe(Ask::pipe_empty, 0),
                                is::pipe(Ask::head_recyclable, 0),
                                is::pipe(Ask::head_ref_positive, 1),
                                is::pipe(Ask::pipe_reaches_next, 1),
                                is::pipe(Ask::pipe_has_readers, 0),
                                is::pipe(Ask::pipe_last, kReadEnd << 4),
                                {Ask::process_left}};
    const Test test = all[rng.below(static_cast<std::uint32_t>(all.size()))];
    return rng.below(2) == 0 ? test : !test;
  }

  static Instruction any_instruction(search::Rng& rng) {
    const std::vector<Instruction> all = instructions();
    return all[rng.below(static_cast<std::uint32_t>(all.size()))];
  }

  static std::vector<Instruction> instructions() {
    const std::vector<Test> page{!is::slot_empty};
    std::vector<Instruction> all;
    for (const Effect& effect : {to::get(Role::array),
                                 to::put(Role::array),
                                 to::put(Role::own),
                                 to::pin(Role::array),
                                 to::pin_page(Role::own),
                                 to::pin_rest(Role::array),
                                 to::unpin(Role::array),
                                 to::move(Role::array, Role::own),
                                 to::set(kLocked),
                                 to::clear(kLocked),
                                 to::set(kLookedAt),
                                 to::set(kDirty),
                                 to::clear(kDirty),
                                 to::set_pte(kPteDirty),
                                 to::clear_pte(kPteDirty),
                                 to::map,
                                 to::unmap,
                                 Effect{Do::attach_private},
                                 Effect{Do::drop_private},
                                 Effect{Do::drop_cache},
                                 Effect{Do::freeze},
                                 Effect{Do::unfreeze, 1},
                                 Effect{Do::free_frozen},
                                 Effect{Do::free_object},
                                 to::device_read,
                                 to::device_write,
                                 Effect{Do::cpu_write},
                                 Effect{Do::writeback_read},
                                 Effect{Do::start_writeback},
                                 Effect{Do::start_writeback},
                                 Effect{Do::end_writeback},
                                 to::dirty,
                                 to::leave_out})
      all.push_back({effect, page});
    for (const Effect& effect :
         {to::first_slot, to::count_here, to::count(1), to::cut_here, to::complete, to::refuse,
          to::request(kDeviceDone), to::request(kSubmitted), to::request(kFailed),
          to::request(kCancelled), to::pipe(Do::pipe_lock, 0), to::pipe(Do::pipe_unlock, 0)})
      all.push_back({effect, {}});
    const Test empty = is::pipe(Ask::pipe_empty, 0);
    const Test room = is::pipe(Ask::pipe_has_room, 0);
    const Test kept = is::pipe(Ask::has_tmp_page, 0);
    all.push_back({to::alloc(Role::array), {is::page_available}});
    all.push_back({to::next_slot, {is::more}});
    all.push_back({to::push(0, BufferOps::anon, Role::array), {room, !is::slot_empty}});
    all.push_back({to::pipe(Do::pipe_peek, 0), {is::pipe(Ask::pipe_reaches, 0)}});
    all.push_back({to::pipe(Do::pipe_drop_head, 0), {!empty}});
    all.push_back({to::pipe(Do::pipe_drop_tail, 0), {!empty}});
    all.push_back({to::pipe(Do::pipe_keep_head, 0), {!empty, !kept}});
    all.push_back({to::pipe(Do::pipe_take_tmp, 0, static_cast<int>(Role::array)), {kept}});
    all.push_back({to::pipe(Do::pipe_drop_tmp, 0), {kept}});
    all.push_back({to::pipe(Do::pipe_close, 0, kReadEnd), {is::pipe(Ask::pipe_has_readers, 0)}});
    all.push_back({{Do::leave}, {{Ask::process_left, false}}});
    all.push_back({to::pipe(Do::pipe_dup_head, 1, 0), {!is::pipe(Ask::pipe_empty, 1), room}});
    return all;
  }
};

/// Plans with one thing less. Like actors stay alike.
class SimplerMadeUp {
 public:
  explicit SimplerMadeUp(const MadeUp& plan) : plan_(plan) {
    for (std::size_t i = 0; i < plan.actors.size(); ++i) {
      if (plan.actors.size() > 1)
        add([&](MadeUp& less) { less.actors.erase(less.actors.begin() + at(i)); });
      add_of(plan.actors[i].pages.size() > 1,
             [&](MadeUp& less) { less.actors[i].pages.pop_back(); });
      add_of(plan.actors[i].start.flags != 0,
             [&](MadeUp& less) { less.actors[i].start.flags = 0; });
      add_of(plan.actors[i].start.stale_slots != 0,
             [&](MadeUp& less) { less.actors[i].start.stale_slots = 0; });
    }
    for (std::size_t i = 0; i < plan.programs.size(); ++i) {
      add_steps(i, &MadeUp::Program::own);
      add_steps(i, &MadeUp::Program::completion);
    }
    for (std::size_t i = 0; i < plan.pipe.size(); ++i)
      add_of(plan.pipe[i].count > 0,
             [&](MadeUp& less) { less.pipe[i].ring[--less.pipe[i].count] = {}; });
  }

  const std::vector<MadeUp>& all() const { return all_; }

 private:
  const MadeUp& plan_;
  std::vector<MadeUp> all_;

  static std::ptrdiff_t at(std::size_t i) { return static_cast<std::ptrdiff_t>(i); }

  template <class Change>
  void add(const Change& change) {
    change(all_.emplace_back(plan_));
  }
  template <class Change>
  void add_of(bool there, const Change& change) {
    if (there) add(change);
  }
  void add_steps(std::size_t program, std::vector<MadeUp::Step> MadeUp::Program::*part) {
    const auto& steps = plan_.programs[program].*part;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto step = [=](MadeUp& less) -> MadeUp::Step& {
        return (less.programs[program].*part)[i];
      };
      add([&](MadeUp& less) {
        auto& fewer = less.programs[program].*part;
        fewer.erase(fewer.begin() + at(i));
      });
      add_of(steps[i].also.has_value(), [&](MadeUp& less) { step(less).also.reset(); });
      add_of(steps[i].may_leave, [&](MadeUp& less) { step(less).may_leave = false; });
      add_of(steps[i].may_not, [&](MadeUp& less) { step(less).may_not = false; });
      add_of(steps[i].may_give_up, [&](MadeUp& less) { step(less).may_give_up = false; });
    }
  }
};

/// How RapidCheck shows one: instructions and tests by their numbers.
inline void showValue(const MadeUp& plan, std::ostream& out) {
  const auto show = [&](const char* part, const std::vector<MadeUp::Step>& steps) {
    for (const MadeUp::Step& one : steps) {
      const Effect& effect = one.does.effect;
      out << fmt::format("  {}: do {}({}, {})", part, static_cast<int>(effect.op), effect.a,
                         effect.b);
      if (one.also)
        out << fmt::format(" if {}{}", one.also->expect ? "" : "not ",
                           static_cast<int>(one.also->ask));
      out << (one.may_leave ? ", leave" : "") << (one.may_not ? ", not" : "")
          << (one.may_give_up ? ", give up" : "") << '\n';
    }
  };
  for (const MadeUp::Actor& actor : plan.actors) {
    out << fmt::format("actor of program {}, pages {}, flags {:#x}, stale {}\n", actor.program,
                       fmt::join(actor.pages, " "), actor.start.flags, actor.start.stale_slots);
    show("own", plan.programs[actor.program].own);
    show("completion", plan.programs[actor.program].completion);
  }
}

inline Sample made_up_sample(std::uint64_t seed) {
  return {"made up with seed " + std::to_string(seed), system_of(MakingUp(seed).made())};
}

/// Inside a property.
inline Sample any_made_up_sample() {
  const MadeUp plan =
      *made_from_seeds([](std::uint64_t seed) { return MakingUp(seed).made(); },
                       [](const MadeUp& made) { return SimplerMadeUp(made).all(); });
  return {"made up", system_of(plan)};
}

}  // namespace pincheck::test
