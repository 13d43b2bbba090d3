// SPDX-License-Identifier: MIT
#include "model/machine/loops.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <vector>

#include "model/machine/meaning.hpp"

namespace pincheck {
namespace {

constexpr int kBits = kPageFlagBits + kMaxMms * kPteFlagBits;
constexpr int kAnyBit = (1 << kBits) - 1;

/// State bits of a page and of its PTEs as one set.
constexpr int bits_of(PageFlag mask) { return mask; }
constexpr int bits_of(int mm, PteFlag mask) { return mask << (kPageFlagBits + mm * kPteFlagBits); }

/// Those that the test asks for.
int bits_of(const Test& test) {
  if (test.ask == Ask::page_has) return bits_of(static_cast<PageFlag>(test.arg));
  return test.ask == Ask::pte_has ? bits_of(mm_of(test), pte_flags_of(test)) : 0;
}

/// An outcome at a slot: an edge between places, a place being a step at a slot.
struct Edge {
  int thread;
  int from;
  int to;
  const FlatOutcome* outcome;
};
using Edges = std::vector<Edge>;

int place_of(int pc, int slot) { return pc * kMaxSlots + slot; }
int slot_of(int place) { return place % kMaxSlots; }

/// The outcome is only enabled where the pipe has a buffer. Dropping one from an empty pipe changes
/// nothing.
bool needs_buffer(const System& system, const FlatOutcome& outcome, int pipe) {
  for (int t = outcome.test_begin; t < outcome.test_end; ++t) {
    const Test& test = system.tests[t];
    const bool empty = test.ask == Ask::pipe_empty;
    const bool filled = test.ask == Ask::pipe_reaches || test.ask == Ask::head_recyclable ||
                        test.ask == Ask::head_ref_positive;
    if (test.arg == pipe && ((empty && !test.expect) || (filled && test.expect))) return true;
  }
  return false;
}

/// Notes what an outcome's effects may do to the page in the slot, to the pipes and to the request.
class Changes : public Worldless {
 public:
  int sets = 0;
  int clears = 0;
  int fills = 0;    ///< pipes, by bit
  int empties = 0;  ///< likewise
  int raised = 0;   ///< request flags

  Changes() = default;
  Changes(const System& system, const FlatOutcome& outcome, int slot = 0) : slot_(slot) {
    for (int e = outcome.effect_begin; e < outcome.effect_end; ++e)
      execute(system.effects[e], *this);
    for (int pipe = 0; pipe < system.pipes; ++pipe)
      if (!needs_buffer(system, outcome, pipe)) empties &= ~(1 << pipe);
  }
  void operator|=(const Changes& other) {
    sets |= other.sets;
    clears |= other.clears;
    fills |= other.fills;
    empties |= other.empties;
    raised |= other.raised;
  }

  int slot() const { return slot_; }
  void go_to(int slot) { slot_ = slot; }

  void set(SomePage, PageFlag mask) { sets |= bits_of(mask); }
  void clear(SomePage, PageFlag mask) { clears |= bits_of(mask); }
  void set_pte(SomePage, int mm, PteFlag mask) { sets |= bits_of(mm, mask); }
  void clear_pte(SomePage, int mm, PteFlag mask) { clears |= bits_of(mm, mask); }
  void free(SomePage) { set_and_clear_any(); }
  void fill_slot(SomePage) { set_and_clear_any(); }
  void empty_slots() { set_and_clear_any(); }
  void push(int pipe, SomePage, BufferOps) { fills |= 1 << pipe; }
  SomePage dup_head(int, int other) {
    fills |= 1 << other;
    return {};
  }
  SomePage pop(int pipe, bool) {
    empties |= 1 << pipe;
    return {};
  }
  void raise(int mask) { raised |= mask; }

 private:
  int slot_ = 0;

  void set_and_clear_any() {
    sets |= kAnyBit;
    clears |= kAnyBit;
  }
};

/// The outcome sets a request flag that it tests to be clear, so it is taken once.
bool happens_once(const System& system, const FlatOutcome& outcome) {
  int clear = 0;
  for (int t = outcome.test_begin; t < outcome.test_end; ++t) {
    const Test& test = system.tests[t];
    if (test.ask == Ask::request_has && !test.expect) clear |= test.arg;
  }
  return (Changes(system, outcome).raised & clear) != 0;
}

Edges all_edges(const System& system) {
  Edges edges;
  for (int thread = 0; thread < system.thread_count(); ++thread) {
    const FlatThread& program = system.threads[thread];
    for (int at = 0; at < program.steps * kMaxSlots; ++at) {
      const FlatStep& step = system.flat_step(thread, at / kMaxSlots);
      for (std::uint32_t o = step.outcome_begin; o < step.outcome_end; ++o) {
        const FlatOutcome& outcome = system.outcomes[o];
        const int slot = Changes(system, outcome, slot_of(at)).slot();
        if (slot >= kMaxSlots || outcome.next == program.steps) continue;
        if (happens_once(system, outcome)) continue;
        edges.push_back({thread, at, place_of(outcome.next, slot), &outcome});
      }
    }
  }
  return edges;
}

/// Tarjan's strongly connected components of one thread's edges; only their own edges are kept.
class Loops {
 public:
  explicit Loops(const Edges& edges) {
    for (const Edge& edge : edges) next_[edge.from].push_back(edge);
    for (const auto& [place, unused] : next_)
      if (number_[place] == 0) visit(place);
  }
  std::vector<Edges> found;

 private:
  int visit(int place) {
    int low = number_[place] = ++count_;
    const std::size_t bottom = stack_.size();
    stack_.push_back(place);
    for (const Edge& edge : next_[place]) {
      const int number = number_[edge.to];
      low = std::min(low, number == 0 ? visit(edge.to) : number);
    }
    if (low != number_[place]) return low;
    keep(bottom);
    return kDone;
  }
  void keep(std::size_t bottom) {
    const std::vector<int> places(stack_.begin() + static_cast<std::ptrdiff_t>(bottom),
                                  stack_.end());
    stack_.resize(bottom);
    Edges loop;
    for (const int place : places) {
      number_[place] = kDone;
      for (const Edge& edge : next_[place])
        if (std::find(places.begin(), places.end(), edge.to) != places.end()) loop.push_back(edge);
    }
    if (!loop.empty()) found.push_back(std::move(loop));
  }

  static constexpr int kDone = 1 << 30;
  std::map<int, Edges> next_;
  std::map<int, int> number_;
  std::vector<int> stack_;
  int count_ = 0;
};

std::vector<Edges> loops_of(const System& system, const Edges& edges) {
  std::vector<Edges> all;
  for (int thread = 0; thread < system.thread_count(); ++thread) {
    Edges own;
    for (const Edge& edge : edges)
      if (edge.thread == thread) own.push_back(edge);
    for (Edges& loop : Loops(own).found) all.push_back(std::move(loop));
  }
  return all;
}

/// What all edges together do.
Changes sum(const System& system, const Edges& edges) {
  Changes all;
  for (const Edge& edge : edges) all |= Changes(system, *edge.outcome);
  return all;
}

/// Whether the outcome can be taken, and changes nothing, where the page's bit has this value.
bool fits(const System& system, const FlatOutcome& outcome, int bit, bool value) {
  const Changes changes(system, outcome);
  if (((value ? changes.clears : changes.sets) & bit) != 0) return false;
  for (int t = outcome.test_begin; t < outcome.test_end; ++t) {
    const Test& test = system.tests[t];
    if (bits_of(test) == bit && test.expect != value) return false;
  }
  return true;
}

/// Whether the loop cannot repeat for ever while only `repeated` steps do. `bits` are the state
/// bits that stay as they are meanwhile.
bool dies(const System& system, Edges loop, const Changes& repeated, int bits) {
  std::erase_if(loop, [&](const Edge& edge) {
    return (Changes(system, *edge.outcome).empties & ~repeated.fills) != 0;
  });
  for (const Edges& part : loops_of(system, loop)) {
    const int slot = slot_of(part.front().from);
    const auto elsewhere = [&](const Edge& edge) { return slot_of(edge.from) != slot; };
    if (bits == 0 || std::any_of(part.begin(), part.end(), elsewhere)) return false;
    const int bit = bits & -bits;
    for (const bool value : {false, true}) {
      Edges rest = part;
      std::erase_if(rest,
                    [&](const Edge& edge) { return !fits(system, *edge.outcome, bit, value); });
      if (!dies(system, std::move(rest), repeated, bits & ~bit)) return false;
    }
  }
  return true;
}

/// State bits that some edge tests.
int tested(const System& system, const Edges& edges) {
  int bits = 0;
  for (const Edge& edge : edges)
    for (int t = edge.outcome->test_begin; t < edge.outcome->test_end; ++t)
      if (const int asked = bits_of(system.tests[t]); std::has_single_bit(unsigned(asked)))
        bits |= asked;
  return bits;
}

}  // namespace

bool always_ends(const System& system) {
  std::vector<Edges> loops = loops_of(system, all_edges(system));
  for (bool changed = true; changed && !loops.empty();) {
    Edges edges;
    for (const Edges& loop : loops) edges.insert(edges.end(), loop.begin(), loop.end());
    const Changes repeated = sum(system, edges);
    const int constant = ~(repeated.sets & repeated.clears);
    const auto dead = [&](const Edges& loop) {
      return dies(system, loop, repeated, constant & tested(system, loop));
    };
    changed = std::erase_if(loops, dead) > 0;
  }
  return loops.empty();
}

}  // namespace pincheck
