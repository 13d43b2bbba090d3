// SPDX-License-Identifier: MIT
// What the callers share. Each piece is a loop over the request's pages, one atomic step a page.
#include "model/callers/caller.hpp"

namespace pincheck {

Drop matching(Take take) {
  if (take == Take::get) return Drop::put;
  if (take == Take::pin) return Drop::unpin;
  return Drop::none;
}

Drop array_release(const Io& io) {
  if (io.row.request == Take::hand_over) return Drop::none;
  return io.row.release == Drop::as_acquired ? matching(io.row.extract) : io.row.release;
}

Drop request_release(const Io& io) {
  if (io.row.request_release != Drop::as_acquired) return io.row.request_release;
  return matching(io.row.request == Take::hand_over ? io.row.extract : io.row.request);
}

std::vector<Effect> drop_effect(Drop drop, Role role) {
  if (drop == Drop::put) return {to::put(role)};
  if (drop == Drop::unpin) return {to::unpin(role)};
  return {};
}

std::vector<Effect> take_request(const Io& io, Role role) {
  if (io.row.request == Take::hand_over) return {to::move(Role::array, role)};
  return take_struct_page(io.row.request, role);
}

void extract(Builder& b, const Io& io, std::string_view function, const std::string& failed) {
  if (io.row.extract == Take::refuse) {
    b.step("extract", function).always({to::count(0), to::refuse}, at(failed));
    return;
  }
  const auto done = b.fresh("extracted");
  io.kind->extract(b, {io.row.extract, io.dest, io.pipe, std::string(function), done, failed});
  b.label(done);
}

void release_each(Builder& b, std::string_view step, std::string_view function, Role role,
                  Drop drop) {
  if (drop == Drop::none) return;
  const auto top = b.fresh("release");
  const auto after = b.fresh("released");
  b.label(top);
  b.step(step, function)
      .outcome("", {is::in_io}, drop_effect(drop, role), each_page(top, after))
      .outcome("not in it", {!is::in_io}, {}, each_page(top, after));
  b.label(after);
}

namespace {

bool asks_late(const Io& io) {
  return io.row.decide == Decide::release && io.stale_answers.size() > 1;
}

}  // namespace

void drop_array(StepRef step, const Io& io, const std::vector<Test>& when, const Next& next) {
  const auto own = drop_effect(array_release(io), Role::array);
  if (!asks_late(io)) {
    step.outcome("", when, own, next);
    return;
  }
  const auto also = [&](const Test& test) {
    auto tests = when;
    tests.push_back(test);
    return tests;
  };
  step.outcome("the kind says so", also(!is::request(kReturned)), own, next);
  for (const Drop answer : io.stale_answers) {
    const std::string_view name = answer == Drop::put     ? "dead iterator says put"
                                  : answer == Drop::unpin ? "dead iterator says unpin"
                                                          : "dead iterator says nothing to drop";
    step.outcome(name, also(is::request(kReturned)), drop_effect(answer, Role::array), next);
  }
}

void release_array(Builder& b, const Io& io, std::string_view step, std::string_view function) {
  if (!asks_late(io)) return release_array_alive(b, io, step, function);
  const auto top = b.fresh("release");
  const auto after = b.fresh("released");
  b.label(top);
  auto release = b.step(step, function);
  drop_array(release, io, {is::in_io}, each_page(top, after));
  release.outcome("not in it", {!is::in_io}, {}, each_page(top, after));
  b.label(after);
}

void release_array_alive(Builder& b, const Io& io, std::string_view step,
                         std::string_view function) {
  release_each(b, step, function, Role::array, array_release(io));
}

void dirty_each(Builder& b, std::string_view step, std::string_view function) {
  const auto top = b.fresh("dirty");
  const auto after = b.fresh("dirtied");
  b.label(top);
  b.step(step, function)
      .outcome("", {is::in_io, !is::locked}, {to::dirty}, each_page(top, after))
      .outcome("not in it", {!is::in_io}, {}, each_page(top, after));
  b.label(after);
}

void transfer_each(Builder& b, const Io& io, std::string_view step, std::string_view function) {
  const auto top = b.fresh("transfer");
  const auto after = b.fresh("transferred");
  b.label(top);
  b.step(step, function)
      .outcome(io.dest ? "device writes the page" : "device reads the page", {is::in_io},
               {io.dest ? to::device_write : to::device_read}, each_page(top, after))
      .outcome("not in it", {!is::in_io}, {}, each_page(top, after));
  b.label(after);
}

void device_starts(Builder& b, std::string_view step, std::string_view function,
                   const std::string& failed) {
  b.step(step, function)
      .outcome("starts", {is::request(kSubmitted)}, {})
      .fault("I/O error", {is::request(kSubmitted)}, {to::request(kIoError)}, at(failed));
}

}  // namespace pincheck
