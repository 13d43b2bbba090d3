// SPDX-License-Identifier: MIT
// Systems of random instructions for tests. They mean nothing, and meet
// everywhere.
#pragma once

#include "checker/testing/sample.hpp"

namespace pincheck::test {

/// Two or three actors with short programs over two pages and two pipes, the
/// same for the same seed. Often some actors and pages are alike.
class MadeUp {
 public:
  explicit MadeUp(std::uint64_t seed) : rng_(seed), made_(2, 2) {
    like_pages_ = coin();
    const int actors = 2 + number(2);
    const std::uint64_t programs = rng_.next();
    for (int actor = 0; actor < actors; ++actor) {
      const int page = number(2);
      const bool like = actor == 0 || coin();
      search::Rng own(like ? programs : rng_.next());
      made_.actor(
          coin() ? std::vector<int>{page} : std::vector<int>{page, 1 - page},
          [&](Builder& b) { write(b, own); }, [&](Builder& b) { write(b, own); });
    }
    for (int page = 0; page < 2; ++page) start_page(page);
    for (int actor = 0; actor < actors; ++actor) start_request(actor);
    for (int pipe = 0; pipe < 2; ++pipe) start_pipe(made_.start().pipe[pipe]);
    made_.start().tasks[0] = 2;
  }

  System system() const {
    System done = made_.system();
    for (int actor = 0; actor < done.actors; ++actor) done.baseline_accepts[actor] = true;
    done.processes = 1;
    return done;
  }

 private:
  /// An effect, and the tests that it needs to make sense.
  struct Instruction {
    Effect effect;
    std::vector<Test> when;
  };

  search::Rng rng_;
  HandMade made_;
  bool like_pages_ = false;

  int number(int below) { return static_cast<int>(rng_.below(static_cast<std::uint32_t>(below))); }
  bool coin() { return number(2) == 0; }

  void start_page(int page) {
    World& start = made_.start();
    if (page == 1 && like_pages_) {
      start.page[1] = start.page[0];
      start.pte[0][1] = start.pte[0][0];
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
    start.page[page] = {number(4), 0, static_cast<Backing>(number(5)), 0};
    const Flags& flags = kFlags[static_cast<std::size_t>(number(6))];
    start.page[page].flags = flags.page;
    start.pte[0][page].flags = flags.pte;
  }

  void start_request(int actor) {
    Request& request = made_.start().request[actor];
    if (like_pages_ && actor > 0) {
      request.flags = made_.start().request[0].flags;
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

  /// Up to three steps, each with one or two outcomes.
  static void write(Builder& b, search::Rng& rng) {
    const auto pick = [&](std::uint32_t below) { return static_cast<int>(rng.below(below)); };
    for (int left = pick(4); left > 0; --left) {
      Instruction one = any_instruction(rng);
      if (pick(3) == 0) one.when.push_back(any_test(rng));
      StepRef step = b.step("step" + std::to_string(left), "");
      step.outcome("do", one.when, {one.effect});
      if (pick(2) == 0) step.outcome("leave", {}, {});
      if (pick(2) == 0 && !one.when.empty()) step.outcome("not", {!one.when.back()}, {});
      if (pick(4) == 0) step.fault("give up", {}, {}, at("end"));
    }
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

inline Sample made_up_sample(std::uint64_t seed) {
  return {"made up with seed " + std::to_string(seed), MadeUp(seed).system()};
}

}  // namespace pincheck::test
