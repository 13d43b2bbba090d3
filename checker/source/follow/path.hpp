// SPDX-License-Identifier: MIT
// checker/source/follow: uses checker/source/value, checker/source/callee; used by checker/source/scan.
// checker/source/scan. A path that is being followed, and what following one function needs:
// instructions (machine.cpp), callees (calls.cpp) and endings (ending.cpp) are said in terms of
// these.
#pragma once

#include <llvm/IR/Constants.h>

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "checker/source/callee/callee.hpp"
#include "checker/source/follow/follow.hpp"
#include "checker/source/follow/memory.hpp"
#include "checker/source/follow/page_numbers.hpp"
#include "checker/source/follow/processor_clock.hpp"
#include "checker/source/follow/reach.hpp"
#include "checker/source/follow/trail.hpp"
#include "checker/source/follow/verdict.hpp"

namespace pincheck::follow {

/// What a path keeps of what it learns, where it meets others. With less there are fewer paths, and
/// more that cannot be: what they find is suspected only.
enum class Knowledge : std::uint8_t {
  joined,  ///< as with `pages`, and of numbers what those have in common that have the same pages
  pages,   ///< of numbers that were computed only the sign, and nothing of what was only read
  held,    ///< nothing of what was only read
  all,
};

/// What following one function needs, and what comes of it.
struct Run {
  const llvm::DataLayout& layout;
  Codes& codes;
  const Reach& reach;
  const callee::Callees& callees;
  const Settled& settled;
  Bounds bounds;
  Knowledge knowledge{};
  ProcessorClock::time_point deadline{};
  std::string suspicion{};  ///< the first one; with it nothing more is followed
  value::Terms terms{};
  PageNumbers page_numbers{terms};
  Trail trail{};
  std::vector<State> waiting{};
  Verdict verdict{};
  std::unordered_map<std::string, int> tried{};  ///< findings by key: how often one was looked at
  std::unordered_set<const llvm::Instruction*> reached{};  ///< where counts changed
  bool impossible = false;  ///< something was found on a path that cannot be
  /// Only paths that can be go on, and all that they assume of what is at hand tells them apart.
  bool asks_often = false;
};

/// The path ends here: nobody gets further, or we do not.
struct PathEnds {};

class Path {
 public:
  Path(Run& its_run, State& its_state)
      : run(its_run), state(its_state), terms(its_run.terms), memory(its_run.terms, its_state) {}

  /// Begins the instruction that is next: what was chosen for it is chosen again.
  void begin() { asked_ = 0; }
  /// One of `n` things that the environment does; the others wait. Nothing may have been changed by
  /// the instruction yet.
  int choose(int n);
  /// Whether the bit is one: what is open is chosen and assumed.
  bool truth(Term bit);
  /// The word that the term is, of these; what is none of them is cut.
  std::uint64_t pick(Term term, const std::vector<std::uint64_t>& words, Cut otherwise);
  /// Goes on at a block of the same function.
  void go_to(const llvm::BasicBlock*);

  Term simplified(Term term) const { return state.facts.simplified(terms, term); }
  void assume(Term bit, bool value);
  /// As far as the solver knows.
  bool is_possible();
  Term constant(std::uint64_t word, unsigned width = 64) { return terms.constant(word, width); }
  /// A word nobody knows, of this instruction.
  Term unknown(unsigned width, std::string_view what = "");
  /// In the place of what is known.
  Term forgotten(unsigned width);

  /// What is there: of a constant of the program's, what was written down; else what memory knows.
  Term load(Term address, unsigned width);
  /// The address is in a constant whose words are here to be read.
  bool is_constant_at(Term address) { return constant_at(address, 8) != nullptr; }
  Words words(const llvm::Value*);
  Term word(const llvm::Value*);
  void set(const llvm::Instruction&, Words);
  const llvm::Instruction& at() const { return *state.frame().next; }
  /// Null pointers and errors are not followed.
  void must_be_address(Term);

  /// The page that a pointer is about: pages are compound heads or not, all one.
  Term page_of(Term pointer) const;
  Count& count(Term page);
  void mark(std::string text, const std::vector<Term>& pages = {});
  void found(Wrong, std::string sentence, const std::string& key);
  /// Only a pass with more knowledge can tell; this one ends.
  [[noreturn]] void suspect(std::string sentence);
  /// What the sentence says can be only where somebody unknown has changed a struct that was lent
  /// to it: fields that were set are assumed to stay, and whether zeros do is open.
  bool is_of_a_change(const std::string& sentence);
  [[noreturn]] void cut(Cut);

  Run& run;
  State& state;
  value::Terms& terms;
  Memory memory;

 private:
  Words constants(const llvm::Constant*);
  Words of_expression(const llvm::ConstantExpr*);
  const llvm::Constant* constant_at(Term address, unsigned width);
  Term of_page(Term word);
  std::optional<int> chosen_before();
  void count_turn(const llvm::Loop*);
  bool went_round_enough() const;
  int choose_new(int n);
  template <class F>
  bool needs_change(unsigned milliseconds, F&& counts);
  unsigned milliseconds_left() const;
  int asked_ = 0;  ///< questions to the environment, in this instruction
};

/// Executes the next instruction; throws PathEnds.
void step(Path&);
/// A call that is no intrinsic; moves on, into the callee or past it.
void call(Path&, const llvm::CallBase&);
/// Begins a function, with its arguments' words.
void enter(Path&, const llvm::Function&, const std::vector<Words>& arguments);
/// What a callee does that model/callees describes.
void apply(Path&, const llvm::CallBase&, const callee::Callee&);
/// The page that a callee is given, as the source has it. Null, an error and what nobody filled in
/// are none, and found; where only the path's conditions make it null, the caller gave it.
Term given_page(Path&, const callee::Callee&, Term source);
/// Read from memory of this path's own before anybody stored there.
bool is_unfilled(Path&, Term page);
/// Only the answer decides the path, which ends: "foo() at file.c:12 is given what ...?"
[[noreturn]] void ask(Path&, const callee::Callee&, std::string_view question);
/// Of these, what has to do with objects that pages are kept in, and with iterators.
void apply_to_object(Path&, const llvm::CallBase&, const callee::Callee&);
/// A bit: whether an iov_iter is of this kind.
Term is_kind(Path&, Term iterator, callee::Kind);
/// So many pages come of an iov_iter; the path ends where it has not that many.
void advance_iterator(Path&, Term iterator, std::int64_t pages);
/// Drops one of an object's own count: is it the last?
bool count_ends(Path&, Term place);
/// What `store` has put into an object, which has nothing then.
Words take_stored(Path&, Term object);
/// More references than somebody has for good.
bool is_held(const Count&);
/// What the frame's function returns is an error by the kernel's habits: a negative number, an
/// ERR_PTR, a null pointer. Suspected where that was forgotten, and it matters.
bool is_error(Path&, const Words& returned);
/// The root returns: what is held is judged.
void judge(Path&, const Words& returned);

}  // namespace pincheck::follow
