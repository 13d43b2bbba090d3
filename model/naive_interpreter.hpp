// SPDX-License-Identifier: MIT
// A second interpreter of programs, for tests: written from what step.hpp, world.hpp and event.hpp
// say, as plainly as can be, to hold the fast one against.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "model/machine.hpp"

namespace pincheck::naive {

struct PageState {
  int ref = 0;
  int pins = 0;
  Backing backing = Backing::anon;
  int flags = 0;
  bool operator==(const PageState&) const = default;
};

struct Slot {
  std::optional<int> page;
  std::map<Role, Held> held;  ///< without those that hold nothing
  bool left_out = false;
  bool stale = false;   ///< ghost: the page was freed, or is somebody else's
  bool pinned = false;  ///< ghost: was pinned for this I/O
  bool operator==(const Slot&) const = default;
};

struct RequestState {
  std::vector<Slot> slots;
  int count = 0;
  int flags = 0;
  bool operator==(const RequestState&) const = default;
};

struct Buffer {
  int page = 0;
  BufferOps ops = BufferOps::anon;
  bool gift = false;
  bool operator==(const Buffer&) const = default;
};

struct PipeState {
  std::deque<Buffer> ring;  ///< the oldest first
  std::optional<int> tmp_page;
  bool locked = false;
  int readers = 0;
  int writers = 0;
  bool operator==(const PipeState&) const = default;
};

struct ThreadState {
  int pc = 0;
  int slot = 0;
  bool operator==(const ThreadState&) const = default;
};

struct State {
  std::vector<PageState> pages;
  std::vector<RequestState> requests;
  std::vector<PipeState> pipes;
  std::vector<ThreadState> threads;
  std::vector<int> tasks;
  bool operator==(const State&) const = default;
};

/// The fast interpreter's world in plain words.
State plain(const World&);

/// What was told of, and when.
struct Told {
  Event event;
  State state;
};

/// The state of a system, and what steps do to it.
class Interpreter {
 public:
  /// `system` must outlive this: its programs and what does not change are read, no flat array.
  explicit Interpreter(const System& system) : system_(system), state_(plain(system.initial)) {}

  const State& state() const { return state_; }
  /// In order of thread, and of the step's outcomes.
  std::vector<Choice> enabled() const;
  /// Takes an enabled choice. Returns what it told of.
  std::vector<Told> take(Choice);

 private:
  const System& system_;
  State state_;
  int thread_ = 0;  ///< that takes a step
  std::vector<Told> told_;

  bool answer(int thread, const Test&) const;
  bool answer_of_slot(int thread, const Test&) const;
  bool answer_of_pipe(int thread, const Test&) const;
  bool answer_of_page(const PageState&, int page, const Test&) const;

  Slot& slot();
  RequestState& request() { return state_.requests[static_cast<std::size_t>(thread_ / 2)]; }
  ThreadState& thread() { return state_.threads[static_cast<std::size_t>(thread_)]; }
  int page_number() { return slot().page.value(); }
  PageState& page(int number) { return state_.pages[static_cast<std::size_t>(number)]; }
  PageState& page() { return page(page_number()); }
  PipeState& pipe(int number) { return state_.pipes[static_cast<std::size_t>(number)]; }
  bool large(int number) const { return system_.order[static_cast<std::size_t>(number)] > 0; }
  int subpages(int number) const { return 1 << system_.order[static_cast<std::size_t>(number)]; }
  std::optional<int> first_free() const;

  void run(const Effect&);
  bool run_counting(const Effect&);
  bool run_on_page(const Effect&);
  bool run_on_pipe(const Effect&);
  void run_on_request(const Effect&);

  Event event(EventKind, int page);
  void tell(const Event& event) { told_.push_back({event, state_}); }
  void count(int page, int amount);
  void free(int page);
  void forget(int page, const Slot* but);
  void acquire(Role, Held as, int amount, bool counts_pin, bool from_page);
  void release(Role, Held as);
  void drop(int page, int amount, Event);
  void drop_structural(int page, int amount);
  void written(EventKind);
  void put_into_slot(int page);
};

}  // namespace pincheck::naive
