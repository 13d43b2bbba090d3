// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. Where a path is: its frames, what it knows of memory, and who holds how many
// references.
#pragma once

#include <llvm/IR/Instruction.h>

#include <vector>

#include "checker/source/follow/code.hpp"
#include "checker/source/value/facts.hpp"

namespace pincheck::follow {

using value::Term;

/// A value's words, in the order of its scalars.
using Words = std::vector<Term>;

/// Number of a mark on the trail (trail.hpp); 0: none.
using MarkId = std::uint32_t;

enum class Place : std::uint8_t { local, heap, page, global };

/// What an address is of. What the function was given are symbols, not objects.
struct Object {
  Place place{};
  bool zeroed = false;  ///< what nobody stored is zero
  bool freed = false;
  bool changed = false;  ///< somebody unknown stored into it
  bool shared = false;   ///< its address was given away
  const llvm::GlobalValue* global = nullptr;
  const llvm::Instruction* made = nullptr;
};

struct Cell {
  Term base{};  ///< of its address
  std::int64_t offset = 0;
  Term value{};
  std::uint8_t size = 0;  ///< bytes
  bool stored = false;    ///< by this path; else it was read, and is as it was
  bool number = false;    ///< it was stored, and is no pointer
};

/// What lay in a struct of the path's own when somebody unknown was given that.
struct Lent {
  Term base{};
  std::int64_t offset = 0;
  Term value{};
  const llvm::Instruction* to = nullptr;
};

/// A word that was read from there later: the same as before, if it was left alone.
struct LeftAlone {
  Term later{};
  Term before{};
  const llvm::Instruction* by = nullptr;
};

/// References to one page that the path has taken, less those it dropped.
struct Count {
  Term page{};
  int gets = 0;
  int pins = 0;
  int kept = 0;              ///< so many of them somebody has for good, who drops them later
  bool ours = false;         ///< the path took the page itself: nobody else's count is in this one
  bool counted = false;      ///< a reference was taken at some time
  MarkId taken = 0;          ///< the last time
  MarkId dropped = 0;        ///< the last time
  bool after_error = false;  ///< a function has returned an error, and left it
  const llvm::Instruction* passed_at = nullptr;  ///< to whom nobody knows
};

/// What the environment does where an instruction leaves it open.
struct Choice {
  int question = 0;  ///< of the instruction's, from 1
  int answer = 0;
};

struct Turn {
  const llvm::Instruction* at = nullptr;
  int count = 0;
};

/// How often a loop went round with something open in it.
struct LoopTurn {
  const llvm::Loop* loop = nullptr;
  int count = 0;
  int opened = 0;  ///< State::opened, when it began its turn
};

struct Frame {
  const Code* code = nullptr;
  const llvm::BasicBlock* block = nullptr;
  const llvm::BasicBlock* previous = nullptr;
  llvm::BasicBlock::const_iterator next;
  Words registers;
  std::vector<LoopTurn> loops;
  MarkId entered = 0;             ///< what was on the trail
  std::uint32_t first_local = 0;  ///< objects from this one on are this frame's, or newer
};

/// How often what lies at a base was changed by somebody unknown.
struct Change {
  Term base{};
  std::uint32_t times = 0;
};

struct State {
  std::vector<Frame> frames;
  std::vector<Object> objects;
  std::vector<Cell> cells;  ///< by base and offset
  std::vector<Count> counts;
  std::vector<Change> changes;
  std::vector<Lent> lent;
  std::vector<LeftAlone> left_alone;
  value::Facts facts;
  std::vector<Turn> unknowns;  ///< how often each instruction made one
  MarkId trail = 0;
  int steps = 0;
  bool took = false;           ///< a callee that was not followed took references, and dropped them
  int opened = 0;              ///< branches and outcomes that were open, so far
  std::size_t possible = 0;    ///< so many of the assumptions can hold together
  std::vector<Choice> chosen;  ///< for the instruction that is next, which is executed again
  /// Where it waits for others to join it (joined.hpp): how many did, and how many had then.
  const int* joining = nullptr;
  int joined = 0;

  Frame& frame() { return frames.back(); }
  const Frame& frame() const { return frames.back(); }
  Count* count_of(Term page);
  std::uint32_t changes_of(Term base) const;
};

}  // namespace pincheck::follow
