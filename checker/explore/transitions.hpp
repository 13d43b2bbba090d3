// SPDX-License-Identifier: MIT
// checker/explore: uses checker/search; used by shrinkers, checker/story.
// The steps out of a state, remembered by the parts they touch.
//
// Three reductions live here, each with a switch, each sound for what the search reports: the set
// of properties violated in any step or where nobody can move.
//
// Merging. A step that touches nothing any other actor, or the other thread of its actor, will ever
// touch again is taken at once after the step before it, and the state between is never stored. It
// is a partial-order reduction with an ample set of one, decided when the part is first seen.
// Traces have the merged steps again, see Worker::walks.
//
// Partial order. At a state, a thread whose step conflicts with no future step of any other thread
// (or an actor, whose two threads' steps conflict with no future step of another actor) goes alone:
// its steps are a persistent set (Godefroid, "Partial-Order Methods", LNCS 1032, ch. 4). Every step
// that is put off stays enabled and does the same later, violations included, since monitors' reads
// are part of the footprint. A set in which a step ends the run is not used. Persistent sets keep
// all states where nobody can move; they are used only where always_ends() says that the state
// graph has no cycle, so that nothing is put off for ever (the ignoring problem).
//
// Sleep sets (Godefroid, ch. 5; with stored states ch. 5.3): of two steps of different actors that
// do not conflict, only one order is taken. They save steps, not states.
//
// Symmetry is in symmetry.hpp and orbits.hpp.
#pragma once

#include <vector>

#include "checker/explore/context_table.hpp"
#include "checker/explore/macro_steps.hpp"
#include "checker/explore/orbits.hpp"

namespace pincheck::explore {

/// What expanding a state showed.
struct Expansion {
  bool complete = true;      ///< false: numbers outgrew the layout; what was added is not all
  PropertySet violated = 0;  ///< in its steps, or at the end when it has none
  int steps = 0;             ///< steps taken
};

/// One thread's view of a space: its own memory of steps.
class ScenarioSpace::Worker {
 public:
  explicit Worker(ScenarioSpace& space);

  /// Adds the states that the item's state leads to.
  Expansion expand(const Item& item, std::vector<Reached>& out);
  /// Takes over the space's layout, which was widened from `old`.
  void adopt(const Layout& old);
  std::size_t bytes() const;

 private:
  /// One result of a thread's step: the change to the key, by exclusive or.
  struct Change {
    Key bits = 0;
    PropertySet violated = 0;
  };
  /// What is remembered of a thread's step in a context.
  struct Entry {
    std::uint32_t first = 0;  ///< its changes
    std::uint16_t count = 0;
    bool everybody = false;  ///< depends on all actors: to be worked out each time
    bool ends = false;       ///< one of its changes ends the run
  };
  /// A thread that has a step left, at the state being expanded.
  struct Mover {
    int thread = 0;
    std::uint32_t number = 0;  ///< of the entry
    Entry entry;
    const ActorInfo* info = nullptr;
  };

  /// What is remembered of a thread's step while its actor's part has one number.
  struct Row {
    const ActorInfo* info = nullptr;  ///< null where the number has not been met yet
    std::int8_t field = kNoField;     ///< the only one besides its actor's that the step depends on
    bool still = false;  ///< the thread has finished, or waits for its actor's other one
    std::vector<std::uint32_t> by_number;  ///< entry by that field's number; of none, one entry
  };
  static constexpr std::int8_t kNoField = -1;     ///< it depends on none
  static constexpr std::int8_t kManyFields = -2;  ///< on several, or on who is in a pipe

  Row& row_of(Key key, int thread);
  void describe(Row& row, Key key, int thread);
  std::uint32_t lookup(Key key, int thread, Row& row);
  std::uint32_t lookup_many(Key key, int thread, const ActorInfo::OfThread& info);
  std::uint32_t remember(Key key, FieldSet touched, int thread, bool everybody);
  /// Adds the changes of the walks of `walks_`, which started in `world`.
  void add_changes(const World& world, std::vector<Change>& out);
  /// The fields that the thread's step depends on.
  FieldSet touched_by(Key key, const ActorInfo::OfThread& info) const;
  bool collect_movers(Key key);
  ThreadSet choose() const;
  bool goes_alone(int first, int last, const Footprint& others) const;
  bool independent(const Mover& one, const Mover& other) const;
  void emit(Key key, const Mover& mover, ThreadSet sleep, Expansion& done,
            std::vector<Reached>& out);
  PropertySet judge_end(Key key) const;
  void make_masks();

  ScenarioSpace& space_;
  const System& system_;
  Components& components_;
  MacroSteps steps_;
  Layout layout_;
  World blank_;  ///< the parts that a context does not have
  std::array<std::vector<Row>, kMaxThreads> rows_;
  ContextTable table_;          ///< entries of steps that depend on many fields
  std::vector<Entry> entries_;  ///< the first is nobody's
  /// Of entries, with partial order or sleep sets.
  struct Touch {
    Footprint all;
    Footprint shared;  ///< as far as other actors see it
  };
  std::vector<Touch> footprints_;
  std::vector<Change> changes_;
  std::vector<Change> scratch_;  ///< of an entry that is worked out each time
  std::vector<Walk> walks_;
  std::vector<Key> mask_of_;  ///< by set of fields
  std::array<Mover, kMaxThreads> movers_{};
  int mover_count_ = 0;
  bool overflow_ = false;
  Orbits orbits_;
  std::size_t list_bytes_ = 0;  ///< of rows
};

}  // namespace pincheck::explore
