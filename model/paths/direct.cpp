// SPDX-License-Identifier: MIT
// read(2) and write(2) with O_DIRECT, io_submit, and in-kernel I/O on an iterator of the creator's
// own. User-backed kinds have no creator to speak of; a kernel iterator's creator holds its pages
// until completion (or lets go after an asynchronous submit, when the scenario breaks that rule).
#include <algorithm>

#include "model/paths/list.hpp"

namespace pincheck {
namespace {

Holds creator_holds(const PathContext& c, bool dest) {
  if (c.actor.holds != Holds::by_kind) return c.actor.holds;
  const Kind& kind = *find_kind(c.kinds, c.actor.kind);
  return dest ? kind.creator_dest : kind.creator_source;
}

/// The creator finds or allocates its pages; it goes on with those it got.
void hold(Builder& b, Holds holds) {
  const auto stop = [&](StepRef step, const std::vector<Test>& when) {
    auto none = when;
    none.push_back(is::first);
    step.outcome("gone", none, {to::cut_here}, at("end"));
    auto some = when;
    some.push_back(!is::first);
    step.outcome("gone", some, {to::cut_here, to::first_slot}, at("submit-io"));
  };
  const Next loop = each_page("hold", "submit-io");
  const Test cached = is::page(kCached);
  const Test again = is::listed_before;
  b.label("hold");
  if (holds == Holds::lock) {
    // A folio that is read into was added for it: no writeback of it can be running.
    auto step = b.step("lock", "filemap_add_folio");
    step.outcome("", {!again, cached, !is::locked, !is::page(kWriteback)}, {to::lock}, loop);
    step.outcome("same folio", {again}, {}, loop);
    stop(step, {!again, !cached});
    return;
  }
  if (holds == Holds::writeback) {
    auto step = b.step("start-writeback", "folio_start_writeback");
    step.outcome("", {!again, cached, !is::locked, !is::page(kWriteback)},
                 {to::clear(kDirty),
                  to::clear_pte(kPteDirty | kPteWritable),
                  {Do::start_writeback},
                  {Do::writeback_read}},
                 loop);
    step.outcome("same folio", {again}, {}, loop);
    stop(step, {!again, !cached});
    return;
  }
  const Effect take = holds == Holds::pin ? to::pin(Role::creator) : to::get(Role::creator);
  const auto user = [](Backing backing, bool mapped) {
    return std::vector<Test>{is::backing(backing), mapped ? is::pte(kMapped) : !is::pte(kMapped)};
  };
  auto step = b.step("hold", "bvec creator");
  step.outcome("allocates", {is::slot_empty, is::page_available}, {to::alloc(Role::creator)}, loop);
  stop(step, {is::slot_empty, !is::page_available});
  step.outcome("owns the object", {is::backing(Backing::kernel)}, {}, loop);
  step.outcome("finds it in the page cache", {is::backing(Backing::file), cached, is::ref_nonzero},
               {take}, loop);
  stop(step, {is::backing(Backing::file), !cached});
  const bool pins = holds == Holds::pin;
  step.outcome("user page", user(Backing::anon, true), {pins ? to::get(Role::creator) : take},
               pins ? at("hold-pin") : loop);
  step.outcome("user page", user(Backing::zero, true), {take}, loop);
  for (const Backing backing : {Backing::anon, Backing::zero}) stop(step, user(backing, false));
  stop(step, {is::backing(Backing::pipe)});  // its page was freed and is somebody else's now
  if (!pins) return;
  // io_uring registers buffers with GUP, whose lockless pin begins as a get (6.12: io_pin_pages;
  // 6.1 asks for the vmas too and goes the slow way, in one step: fewer interleavings).
  b.label("hold-pin");
  b.step("hold-pin", "try_grab_folio").always({to::pin_rest(Role::creator)}, loop);
}

/// The creator lets its pages go: kfree, put, unpin, folio_unlock or folio_end_writeback. A
/// reference goes for each time that a page is listed, all else once for the object.
void let_go(Builder& b, Holds holds) {
  const Next loop = each_listed("let-go", "end");
  const auto once = [&](StepRef step, const Effect& effect) {
    step.outcome("", {!is::listed_before}, {effect}, loop);
    step.outcome("same folio", {is::listed_before}, {}, loop);
  };
  b.label("let-go");
  if (holds == Holds::lock) {
    once(b.step("unlock", "folio_unlock"), to::unlock);
    return;
  }
  if (holds == Holds::writeback) {
    once(b.step("end-writeback", "folio_end_writeback"), {Do::end_writeback});
    return;
  }
  const Test kernel = is::backing(Backing::kernel);
  auto step = b.step("let-go", "bvec creator");
  step.outcome("kfree", {kernel, !is::listed_before}, {{Do::free_object}}, loop);
  step.outcome("same object", {kernel, is::listed_before}, {}, loop);
  if (holds == Holds::none) {
    step.outcome("nothing held", {!kernel}, {}, loop);
    return;
  }
  step.outcome("", {!kernel},
               {holds == Holds::pin ? to::unpin(Role::creator) : to::put(Role::creator)}, loop);
}

bool has_creator(const PathContext& c, Holds holds) {
  if (find_kind(c.kinds, c.actor.kind)->user_backed) return false;
  if (holds != Holds::none) return true;
  return std::any_of(c.actor.pages.begin(), c.actor.pages.end(),
                     [&](int page) { return c.scenario.pages[page].backing == Backing::kernel; });
}

void build(const PathContext& c, bool dest) {
  Builder& b = c.main;
  Io io = c.io(c.actor.kind, dest ? Direction::dest : Direction::source);
  io.sync = !c.actor.async;
  const Holds holds = creator_holds(c, dest);
  const bool creator = has_creator(c, holds);
  b.prefix("creator");
  if (creator && holds != Holds::none) hold(b, holds);
  b.label("submit-io");
  b.prefix(c.actor.caller);
  c.caller().submit(b, io);
  c.caller().finish(c.completion, io);
  b.label("returned");
  b.prefix("creator");
  if (!creator) return;
  if (c.actor.async && c.actor.until == Until::completion)
    b.step("reap", "ki_complete").outcome("", {is::request(kCompleted | kFailed)}, {});
  b.step("first-page", "bvec creator").always({to::first_slot});
  let_go(b, holds);
}

void build_read(const PathContext& c) { build(c, true); }
void build_write(const PathContext& c) { build(c, false); }

}  // namespace

Path path::direct_read() {
  return {.name = "direct-read",
          .summary = "read with O_DIRECT: the device writes the iterator's pages",
          .needs = kNeedsCaller | kNeedsKind,
          .acts = kLooksAtDirty,
          .dest = true,
          .build = build_read};
}

Path path::direct_write() {
  return {.name = "direct-write",
          .summary = "write with O_DIRECT: the device reads the iterator's pages",
          .needs = kNeedsCaller | kNeedsKind,
          .build = build_write};
}

}  // namespace pincheck
