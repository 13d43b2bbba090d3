// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// The exhaustive search itself, for any space of packed states.
//
// Each worker owns the states whose hash is its own: it alone stores and expands them, so tables
// need no locks. Work goes in rounds. A worker expands some of its states and sorts what they lead
// to by owner; when all have done so, each takes what is its own, prefetching the table as it goes.
// Between rounds one thread looks at limits, levels and checkpoints while the others stand still.
#pragma once

#include <algorithm>
#include <array>
#include <barrier>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <thread>
#include <vector>

#include "checker/explore/checkpoint.hpp"
#include "checker/explore/frontier.hpp"
#include "checker/explore/transitions.hpp"
#include "checker/explore/visited.hpp"

namespace pincheck::explore {

struct EngineOptions {
  int threads = 1;
  bool depth_first = false;   ///< a stack instead of a queue: few states wait
  bool fingerprints = false;  ///< 64 bits a state, see Visited
  std::size_t max_bytes = std::size_t{1} << 30;
};

/// How a search stands.
struct Standing {
  std::uint64_t states = 0;
  std::uint64_t steps = 0;
  std::uint64_t frontier = 0;
  int depth = 0;  ///< breadth first: levels done
  std::size_t bytes = 0;
  PropertySet violated = 0;
};

enum class Ending : std::uint8_t { finished, stopped, memory };

/// Space: initial(), key_bits(), sleeps(), fingerprint(), bytes(), widen() and a Worker with
/// expand(), adopt() and bytes(), as ScenarioSpace has them.
template <class Space>
class Engine {
 public:
  Engine(Space& space, const EngineOptions& options)
      : space_(space), options_(options), waiting_(static_cast<std::size_t>(options.threads)) {
    try {
      start();
    } catch (const std::bad_alloc&) {
      full_ = true;
    }
  }

  /// Goes on where save() was called. The space must have been loaded.
  Engine(Space& space, const EngineOptions& options, CheckpointReader& in)
      : space_(space), options_(options), waiting_(static_cast<std::size_t>(options.threads)) {
    if (in.get<bool>() != options.fingerprints) in.fail("it stores states in another way");
    make_workers();
    load(in);
  }

  /// Writes what is known. Only between rounds, that is, in run()'s `go_on` or outside of run().
  void save(CheckpointWriter& out) const {
    const Standing now = progress();
    out.put(options_.fingerprints);
    out.put(now.steps);
    out.put(now.violated);
    out.put(depth_);
    out.put(now.states);
    for (const Visited& visited : visited_)
      visited.for_each([&](Key entry, std::size_t slot) {
        out.put(entry);
        out.put(space_.sleeps() ? visited.value<Sleep>(slot) : Sleep{0});
      });
    for (const bool this_level : {true, false}) {
      std::uint64_t items = 0;
      for (std::size_t i = 0; i < frontier_.size(); ++i)
        items += this_level ? waiting_[i] : frontier_[i].size() - waiting_[i];
      out.put(items);
      for (std::size_t i = 0; i < frontier_.size(); ++i)
        for (std::uint64_t k = this_level ? 0 : waiting_[i];
             k < (this_level ? waiting_[i] : frontier_[i].size()); ++k)
          out.put(frontier_[i][k]);
    }
  }

  /// Searches on until all is done, there is no room, or `go_on` says no; it is asked between
  /// rounds, while all stands still, and may save() then.
  Ending run(const std::function<bool(const Standing&)>& go_on) {
    if (full_) return Ending::memory;
    ending_ = Ending::finished;
    done_ = progress().frontier == 0;
    go_on_ = &go_on;
    const auto completion = [this]() noexcept { between_rounds(); };
    std::barrier expanded(options_.threads);
    std::barrier inserted(options_.threads, completion);
    const auto work = [&](int me) {
      while (!done_) {
        catching(me, &Engine::expand);
        expanded.arrive_and_wait();
        catching(me, &Engine::insert);
        inserted.arrive_and_wait();
      }
    };
    {
      std::vector<std::jthread> helpers;
      for (int i = 1; i < options_.threads; ++i) helpers.emplace_back(work, i);
      work(0);
    }
    if (error_) std::rethrow_exception(error_);
    return ending_;
  }

  Standing progress() const {
    Standing all;
    all.depth = depth_;
    all.bytes = space_.bytes();
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      all.states += visited_[i].size();
      all.frontier += frontier_[i].size();
      all.bytes += visited_[i].bytes() + frontier_[i].bytes() + workers_[i]->bytes();
      all.steps += workers_[i]->steps;
      all.violated |= workers_[i]->violated;
    }
    return all;
  }

 private:
  using Sleep = ThreadSet;
  static constexpr std::size_t kAhead = 32;  ///< states between a prefetch and its use

  struct Message {
    Key key = 0;
    std::uint64_t hash = 0;
    Sleep sleep = 0;
  };
  struct alignas(64) WorkerState {
    explicit WorkerState(Space& space) : worker(space) {}
    std::size_t bytes() const {
      std::size_t all = worker.bytes() + reached.capacity() * sizeof(Reached);
      for (const auto& box : outbox) all += box.capacity() * sizeof(Message);
      return all;
    }
    typename Space::Worker worker;
    std::vector<Reached> reached;
    std::vector<std::vector<Message>> outbox;  ///< by owner
    std::array<Message, kAhead> ahead{};       ///< own states whose places are being fetched
    std::size_t next_ahead = 0;
    std::uint64_t steps = 0;
    PropertySet violated = 0;
    bool overflow = false;
    bool full = false;
    std::exception_ptr error;
  };
  static constexpr std::size_t kBreadthBatch = 1024;
  static constexpr std::size_t kDepthBatch = 32;

  std::uint64_t hash(Key key) const {
    return options_.fingerprints ? space_.fingerprint(key) : hash_of(key);
  }
  /// By the low bits; tables go by the high ones.
  std::size_t owner(std::uint64_t hash) const {
    return (hash & 0xffffffffU) * static_cast<std::uint64_t>(options_.threads) >> 32;
  }

  void start() {
    const auto starts = space_.initial();
    make_workers();
    for (const Key key : starts) {
      const std::uint64_t code = hash(key);
      put(owner(code), {key, code, 0});
    }
    next_level();
  }

  void make_workers() {
    make_tables();
    for (int i = 0; i < options_.threads; ++i) {
      workers_.push_back(std::make_unique<WorkerState>(space_));
      workers_.back()->outbox.resize(static_cast<std::size_t>(options_.threads));
    }
  }

  void load(CheckpointReader& in) {
    workers_[0]->steps = in.get<std::uint64_t>();
    workers_[0]->violated = in.get<PropertySet>();
    depth_ = in.get<int>();
    const auto states = in.get<std::uint64_t>();
    reserve(states);
    for (auto left = states; left > 0; --left) {
      const Key entry = in.get<Key>();
      full_ = !add_entry(entry, in.get<Sleep>()) || full_;
    }
    for (const bool this_level : {true, false}) {
      for (auto left = in.get<std::uint64_t>(); left > 0; --left) {
        const Item item = in.get<Item>();
        frontier_[owner(hash(item.key))].push(item);
      }
      if (this_level) next_level();
    }
  }

  Visited::Shape shape() const {
    return {options_.fingerprints, space_.sleeps() ? sizeof(Sleep) : 0, space_.key_bits()};
  }

  void make_tables() {
    visited_.clear();
    frontier_.clear();
    for (int i = 0; i < options_.threads; ++i) {
      visited_.emplace_back(shape(), options_.max_bytes / waiting_.size());
      frontier_.emplace_back(space_.key_bits(), space_.sleeps());
    }
  }

  /// An exception must not leave a worker's thread.
  void catching(int me, void (Engine::*phase)(int)) {
    try {
      (this->*phase)(me);
    } catch (const std::bad_alloc&) {
      workers_[me]->full = true;
    } catch (...) {
      workers_[me]->error = std::current_exception();
    }
  }

  void expand(int me) {
    WorkerState& mine = *workers_[me];
    Frontier& frontier = frontier_[me];
    for (auto& box : mine.outbox) box.clear();
    std::size_t left = options_.depth_first ? kDepthBatch : kBreadthBatch;
    if (!options_.depth_first) left = std::min(left, waiting_[me]);
    for (; left > 0 && !frontier.empty(); --left) {
      const Item item = options_.depth_first ? frontier.back() : frontier.front();
      mine.reached.clear();
      const Expansion done = mine.worker.expand(item, mine.reached);
      if (!done.complete) {
        mine.overflow = true;
        break;
      }
      if (options_.depth_first) {
        frontier.pop_back();
      } else {
        frontier.pop_front();
        --waiting_[me];
      }
      mine.steps += static_cast<std::uint64_t>(done.steps);
      mine.violated |= done.violated;
      for (const Reached& reached : mine.reached) {
        const std::uint64_t code = hash(reached.key);
        const std::size_t to = owner(code);
        if (to == static_cast<std::size_t>(me))
          put_soon(mine, to, {reached.key, code, reached.sleep});
        else
          mine.outbox[to].push_back({reached.key, code, reached.sleep});
      }
    }
    for (std::size_t i = 0; i < kAhead; ++i) put_soon(mine, static_cast<std::size_t>(me), {});
  }

  /// Starts to fetch the state's place in the table, and puts the one in whose place was asked for
  /// kAhead states ago.
  void put_soon(WorkerState& mine, std::size_t me, const Message& message) {
    Message& slot = mine.ahead[mine.next_ahead];
    mine.next_ahead = (mine.next_ahead + 1) % kAhead;
    if (message.key != 0) visited_[me].prefetch(message.hash);
    if (slot.key != 0) put(me, slot);
    slot = message;
  }

  void insert(int me) {
    const auto owner = static_cast<std::size_t>(me);
    for (const auto& from : workers_)
      for (const Message& message : from->outbox[owner]) put_soon(*workers_[owner], owner, message);
    for (std::size_t i = 0; i < kAhead; ++i) put_soon(*workers_[owner], owner, {});
  }

  void put(std::size_t me, const Message& message) {
    Visited& visited = visited_[me];
    const Visited::Place place = visited.insert(message.key, message.hash);
    if (place.slot == Visited::kFull) {
      workers_[me]->full = true;
      return;
    }
    if (!space_.sleeps()) {
      if (place.fresh) frontier_[me].push({message.key});
      return;
    }
    auto& stored = visited.value<Sleep>(place.slot);
    if (place.fresh) {
      stored = message.sleep;
      const auto awake = static_cast<Sleep>(~message.sleep);
      frontier_[me].push({message.key, message.sleep, awake});
      return;
    }
    // Known, but threads slept then that are awake now: try those (Godefroid, ch. 5.3).
    const auto missing = static_cast<Sleep>(stored & ~message.sleep);
    if (missing == 0) return;
    stored &= message.sleep;
    frontier_[me].push({message.key, stored, missing});
  }

  /// Depth first has no levels: nothing of one ever waits.
  void next_level() {
    for (std::size_t i = 0; i < frontier_.size(); ++i)
      waiting_[i] = options_.depth_first ? 0 : frontier_[i].size();
  }

  void between_rounds() noexcept {
    try {
      look_around();
    } catch (const std::bad_alloc&) {
      full_ = true;
      ending_ = Ending::memory;
      done_ = true;
    } catch (...) {
      error_ = std::current_exception();
      done_ = true;
    }
  }

  void look_around() {
    bool overflow = false;
    for (const auto& worker : workers_) {
      if (worker->error) std::rethrow_exception(worker->error);
      overflow = overflow || worker->overflow;
      full_ = full_ || worker->full;
      worker->overflow = false;
    }
    if (overflow && !full_) full_ = !change_layout();
    const auto none = [](std::size_t left) { return left == 0; };
    if (!options_.depth_first && std::all_of(waiting_.begin(), waiting_.end(), none)) {
      next_level();
      ++depth_;
    }
    const Standing now = progress();
    done_ = now.frontier == 0;
    if (full_ || now.bytes > options_.max_bytes) {
      ending_ = Ending::memory;
      done_ = true;
    } else if (!(*go_on_)(now) && !done_) {
      ending_ = Ending::stopped;
      done_ = true;
    }
    share_memory(now.bytes);
  }

  /// What the tables may grow to: all that is left, in equal parts.
  void share_memory(std::size_t used) {
    std::size_t tables = 0;
    for (const Visited& visited : visited_) tables += visited.bytes();
    const std::size_t others = used - tables;
    const std::size_t left = options_.max_bytes > others ? options_.max_bytes - others : 0;
    for (Visited& visited : visited_) visited.allow(left / visited_.size());
  }

  /// Moves every state to the wider layout. Returns false when there is no memory for it, and the
  /// search cannot go on.
  bool change_layout() {
    const Standing now = progress();
    const auto old = space_.widen();
    for (auto& worker : workers_) worker->worker.adopt(old);
    if (now.bytes + bytes_to_copy(now) > options_.max_bytes) return false;
    const std::vector<Visited> visited = std::move(visited_);
    const std::vector<Frontier> frontier = std::move(frontier_);
    const std::vector<std::size_t> waiting = waiting_;
    make_tables();
    reserve(now.states);
    for (const Visited& one : visited)
      one.for_each([&](Key entry, std::size_t slot) {
        move_state(old, entry, space_.sleeps() ? one.value<Sleep>(slot) : Sleep{0});
      });
    // This level's states first, then the next level's.
    for (std::size_t i = 0; i < frontier.size(); ++i) move_items(old, frontier[i], 0, waiting[i]);
    next_level();
    for (std::size_t i = 0; i < frontier.size(); ++i)
      move_items(old, frontier[i], waiting[i], frontier[i].size());
    return true;
  }

  /// What tables and frontiers of the present layout take for all that is known.
  std::size_t bytes_to_copy(const Standing& now) const {
    return Visited::bytes_for(shape(), with_margin(now.states)) +
           Frontier(space_.key_bits(), space_.sleeps()).bytes_for(now.frontier);
  }

  template <class Old>
  void move_state(const Old& old, Key entry, Sleep sleep) {
    if (!add_entry(options_.fingerprints ? entry : space_.repack(old, entry), sleep))
      throw std::bad_alloc();
  }

  void reserve(std::uint64_t states) {
    for (Visited& visited : visited_) visited.reserve(with_margin(states) / visited_.size());
  }
  /// Owners get about equal parts.
  static std::uint64_t with_margin(std::uint64_t states) { return states + states / 16; }

  /// Returns false when there is no room for it.
  bool add_entry(Key entry, Sleep sleep) {
    const std::uint64_t code = options_.fingerprints ? low_word(entry) : hash_of(entry);
    Visited& visited = visited_[owner(code)];
    const Visited::Place place = visited.insert_entry(entry, code);
    if (place.slot == Visited::kFull) return false;
    if (space_.sleeps()) visited.value<Sleep>(place.slot) = sleep;
    return true;
  }

  template <class Old>
  void move_items(const Old& old, const Frontier& frontier, std::uint64_t begin,
                  std::uint64_t end) {
    for (std::uint64_t i = begin; i < end; ++i) {
      Item item = frontier[i];
      item.key = space_.repack(old, item.key);
      frontier_[owner(hash(item.key))].push(item);
    }
  }

  Space& space_;
  EngineOptions options_;
  std::vector<Visited> visited_;
  std::vector<Frontier> frontier_;
  std::vector<std::size_t> waiting_;  ///< of this level, by owner
  std::vector<std::unique_ptr<WorkerState>> workers_;
  const std::function<bool(const Standing&)>* go_on_ = nullptr;
  std::exception_ptr error_;
  Ending ending_ = Ending::finished;
  int depth_ = 0;
  bool done_ = false;
  bool full_ = false;  ///< of memory, or of numbers: the search cannot go on
};

}  // namespace pincheck::explore
