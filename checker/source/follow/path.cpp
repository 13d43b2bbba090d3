// SPDX-License-Identifier: MIT
#include "checker/source/follow/path.hpp"

#include <fmt/format.h>
#include <llvm/Analysis/ConstantFolding.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/GetElementPtrTypeIterator.h>
#include <llvm/IR/Operator.h>

#include <algorithm>

#include "checker/source/value/solver.hpp"

namespace pincheck::follow {
namespace {

/// How long the solver may think about a finding, and about how many of the same kind.
constexpr long kLeastMilliseconds = 100;
constexpr long kMostMilliseconds = 1500;
constexpr int kTries = 20;

int& times(std::vector<Turn>& all, const llvm::Instruction& at) {
  for (Turn& one : all)
    if (one.at == &at) return one.count;
  all.push_back({&at, 0});
  return all.back().count;
}

std::vector<Line> lines_of(const Run& run, MarkId last);

}  // namespace

void Path::cut(Cut why) {
  ++run.verdict.cuts[why];
  throw PathEnds{};
}

void Path::go_to(const llvm::BasicBlock* block) {
  Frame& frame = state.frame();
  frame.previous = frame.block;
  frame.block = block;
  // All phis read before one is written.
  std::vector<std::pair<const llvm::PHINode*, Words>> values;
  for (const llvm::PHINode& phi : block->phis())
    values.emplace_back(&phi, words(phi.getIncomingValueForBlock(frame.previous)));
  for (auto& [phi, all] : values)
    std::copy(all.begin(), all.end(), frame.registers.begin() + frame.code->place(phi));
  frame.next = block->getFirstNonPHIIt();
  const llvm::Loop* loop = frame.code->loop_of(block);
  if (loop != nullptr && loop->getHeader() == block) count_turn(loop);
}

void Path::count_turn(const llvm::Loop* loop) {
  Frame& frame = state.frame();
  for (LoopTurn& one : frame.loops) {
    if (one.loop != loop) continue;
    if (loop->contains(frame.previous) && state.opened > one.opened) ++one.count;
    one.opened = state.opened;
    return;
  }
  frame.loops.push_back({.loop = loop, .opened = state.opened});
}

bool Path::went_round_enough() const {
  return std::any_of(state.frames.begin(), state.frames.end(), [&](const Frame& frame) {
    return std::any_of(frame.loops.begin(), frame.loops.end(), [&](const LoopTurn& one) {
      return one.count >= run.bounds.turns && one.loop->contains(frame.block);
    });
  });
}

std::optional<int> Path::chosen_before() {
  ++asked_;
  for (const Choice& one : state.chosen)
    if (one.question == asked_) return one.answer;
  return std::nullopt;
}

int Path::choose_new(int n) {
  if (went_round_enough()) cut(Cut::turns);
  ++state.opened;
  if (run.waiting.size() + static_cast<std::size_t>(n) > run.bounds.waiting) {
    ++run.verdict.cuts[Cut::waiting];
  } else {
    for (int other = n - 1; other > 0; --other) {
      run.waiting.push_back(state);
      run.waiting.back().chosen.push_back({asked_, other});
    }
  }
  state.chosen.push_back({asked_, 0});
  return 0;
}

int Path::choose(int n) {
  const auto before = chosen_before();
  if (n == 1) return 0;
  return before ? *before : choose_new(n);
}

void Path::assume(Term bit, bool value) {
  if (!state.facts.assume(terms, bit, value)) throw PathEnds{};
}

bool Path::is_possible() {
  const std::size_t now = state.facts.assumed().size();
  if (state.possible == now) return true;
  state.possible = now;
  return value::feasible(terms, state.facts, milliseconds_left()) != value::Feasible::no;
}

bool Path::truth(Term bit) {
  bit = simplified(bit);
  if (const auto before = chosen_before()) {
    assume(bit, *before == 0);
    return *before == 0;
  }
  if (const auto known = state.facts.decide(terms, bit)) return *known;
  value::Facts other = state.facts;
  if (!other.assume(terms, bit, false)) {
    assume(bit, true);
    return true;
  }
  choose_new(2);
  assume(bit, true);
  return true;
}

std::uint64_t Path::pick(Term term, const std::vector<std::uint64_t>& words, Cut otherwise) {
  term = simplified(term);
  const auto before = chosen_before();
  if (!before)
    if (const auto known = terms.constant_of(term)) return *known;
  value::Range rest = state.facts.range_of(terms, term);
  for (const std::uint64_t word : words)
    rest = rest.without(value::Range::one(word), terms[term].width);
  if (!before && !rest.empty()) ++run.verdict.cuts[otherwise];
  const auto at =
      static_cast<std::size_t>(before ? *before : choose_new(static_cast<int>(words.size())));
  const std::uint64_t word = words[at];
  assume(terms.compare(value::Op::equal, term, constant(word, terms[term].width)), true);
  return word;
}

Term Path::unknown(unsigned width, std::string_view what) {
  const int number = times(state.unknowns, at())++;
  return terms.fresh(fmt::format("{}:{}:{}", what, static_cast<const void*>(&at()), number), width);
}

Term Path::forgotten(unsigned width) {
  const int number = times(state.unknowns, at())++;
  return terms.forgotten(fmt::format("{}:{}", static_cast<const void*>(&at()), number), width);
}

void Path::must_be_address(Term address) {
  const auto base = terms.split(address).base;
  if (base == value::kNoTerm) throw PathEnds{};
  if (terms[base].has_object) return;
  if (!state.facts.narrow(terms, base, value::Range::between(0x1000, value::kHighestAddress)))
    throw PathEnds{};
}

Words Path::constants(const llvm::Constant* one) {
  const llvm::Type* type = one->getType();
  if (const auto* integer = llvm::dyn_cast<llvm::ConstantInt>(one);
      integer != nullptr && integer->getBitWidth() <= 64)
    return {constant(integer->getZExtValue(), integer->getBitWidth())};
  if (llvm::isa<llvm::ConstantPointerNull>(one)) return {constant(0)};
  if (const auto* global = llvm::dyn_cast<llvm::GlobalValue>(one)) {
    for (std::uint32_t i = 0; i < state.objects.size(); ++i)
      if (state.objects[i].global == global) return {terms.object(i)};
    const std::uint32_t made = memory.make(Place::global, nullptr);
    state.objects[made].global = global;
    return {terms.object(made)};
  }
  if (const auto* expression = llvm::dyn_cast<llvm::ConstantExpr>(one))
    return of_expression(expression);
  if (one->isNullValue() || llvm::isa<llvm::UndefValue>(one)) {
    if (!type->isAggregateType()) return {constant(0, width_of(type, run.layout))};
  }
  Words all;
  if (type->isAggregateType()) {
    for (unsigned i = 0; const llvm::Constant* part = one->getAggregateElement(i); ++i) {
      const Words words = constants(part);
      all.insert(all.end(), words.begin(), words.end());
    }
  }
  if (all.size() == words_of(type)) return all;
  const std::vector<unsigned> widths = widths_of(type, run.layout);
  while (all.size() < widths.size()) all.push_back(unknown(widths[all.size()], "constant"));
  return all;
}

Words Path::of_expression(const llvm::ConstantExpr* one) {
  // Sizes that are written as the difference of addresses near null.
  if (const llvm::Constant* folded = llvm::ConstantFoldConstant(one, run.layout); folded != one)
    return constants(folded);
  if (const auto* inside = llvm::dyn_cast<llvm::GEPOperator>(one)) {
    llvm::APInt offset(64, 0);
    if (inside->accumulateConstantOffset(run.layout, offset))
      return {terms.plus(word(inside->getPointerOperand()), offset.getSExtValue())};
  }
  if (one->isCast()) {
    const unsigned width = width_of(one->getType(), run.layout);
    const Term inner = word(one->getOperand(0));
    const bool narrower = width < terms[inner].width;
    return {terms.cast(narrower ? value::Op::trunc : value::Op::zext, inner, width)};
  }
  return {unknown(width_of(one->getType(), run.layout), "expression")};
}

const llvm::Constant* Path::constant_at(Term address, unsigned width) {
  const auto [base, offset] = terms.split(address);
  const Object* object = memory.object_at(address);
  if (object == nullptr || terms[base].kind != value::Kind::object) return nullptr;
  const auto* global = llvm::dyn_cast_or_null<llvm::GlobalVariable>(object->global);
  if (global == nullptr || !global->isConstant() || !global->hasDefinitiveInitializer())
    return nullptr;
  auto* whole = const_cast<llvm::Constant*>(global->getInitializer());
  llvm::Type* type = llvm::IntegerType::get(global->getContext(), width);
  return llvm::ConstantFoldLoadFromConst(
      whole, type, llvm::APInt(64, static_cast<std::uint64_t>(offset)), run.layout);
}

Term Path::load(Term address, unsigned width) {
  if (const Object* object = memory.object_at(address); object && object->global)
    if (const auto word = word_of_layout(object->global->getName())) return constant(*word, width);
  if (const llvm::Constant* known = constant_at(address, width)) return constants(known).front();
  return memory.load(address, width);
}

Words Path::words(const llvm::Value* one) {
  if (const auto* fixed = llvm::dyn_cast<llvm::Constant>(one)) return constants(fixed);
  if (llvm::isa<llvm::MetadataAsValue>(one) || llvm::isa<llvm::InlineAsm>(one) ||
      llvm::isa<llvm::BasicBlock>(one))
    return {constant(0)};
  const Frame& frame = state.frame();
  const auto begin = frame.registers.begin() + frame.code->place(one);
  return {begin, begin + words_of(one->getType())};
}

Term Path::word(const llvm::Value* one) {
  const Words all = words(one);
  return all.empty() ? constant(0) : simplified(all.front());
}

/// What is made of one page's address, as simple as it can be said.
Term Path::of_page(Term word) {
  const value::Node& node = terms[word];
  if (!node.has_object || node.width != 64 || node.kind == value::Kind::object) return word;
  const auto plain = terms.object_of(word);
  if (plain && node.parts.size() == 1 && std::abs(value::as_signed(node.value, 64)) < 2 * kContents)
    return word;
  std::vector<std::uint32_t> objects;
  terms.objects_in(word, objects);
  if (state.objects[objects.front()].place != Place::page) return word;
  return run.page_numbers.simplified(word, objects.front());
}

void Path::set(const llvm::Instruction& one, Words words) {
  Frame& frame = state.frame();
  const unsigned wanted = words_of(one.getType());
  if (words.size() < wanted) {
    const std::vector<unsigned> widths = widths_of(one.getType(), run.layout);
    while (words.size() < wanted) words.push_back(unknown(widths[words.size()]));
  }
  for (Term& word : words) word = of_page(word);
  std::copy_n(words.begin(), wanted, frame.registers.begin() + frame.code->place(&one));
}

Term Path::page_of(Term pointer) const {
  const auto [base, offset] = terms.split(pointer);
  return base == value::kNoTerm ? pointer : base;
}

Count& Path::count(Term page) {
  if (Count* known = state.count_of(page)) return *known;
  state.counts.push_back({.page = page});
  return state.counts.back();
}

void Path::mark(std::string text, const std::vector<Term>& pages) {
  std::vector<Count> counts;
  for (const Term page : pages) counts.push_back(count(page));
  if (!pages.empty()) run.reached.insert(&at());
  state.trail = run.trail.add({state.trail, &at(), std::move(text), pages, std::move(counts)});
}

namespace {

/// "page 2", or what the source's pointer is.
std::string name_of_page(const Run& run, Term page) {
  if (const auto object = run.terms.object_of(page)) return fmt::format("page {}", *object);
  return fmt::format("borrowed page {}", static_cast<std::uint32_t>(page));
}

std::string counts_text(const Run& run, const std::vector<Count>& counts) {
  std::string out;
  for (const Count& one : counts) {
    const std::string held = one.pins != 0 && one.gets != 0
                                 ? fmt::format("{} gets, {} pins", one.gets, one.pins)
                             : one.pins != 0 ? fmt::format("pins {}", one.pins)
                                             : fmt::format("gets {}", one.gets);
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", name_of_page(run, one.page), held);
  }
  return out;
}

std::vector<Line> lines_of(const Run& run, MarkId last) {
  std::vector<Line> lines;
  for (const Mark* mark : run.trail.to(last)) {
    const auto [file, line] = source_line(*mark->at);
    lines.push_back({file, line, source_name(*mark->at->getFunction()), mark->text,
                     counts_text(run, mark->counts)});
  }
  return lines;
}

}  // namespace

namespace {

std::string name_of_callee(const llvm::Instruction& call) {
  const llvm::Function* function = called(llvm::cast<llvm::CallBase>(call));
  return function == nullptr ? "a function pointer" : function->getName().str();
}

}  // namespace

unsigned Path::milliseconds_left() const {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(run.deadline - ProcessorClock::now());
  return static_cast<unsigned>(
      std::clamp<long>(left.count(), kLeastMilliseconds, kMostMilliseconds));
}

/// Whether the path cannot be if those callees leave alone what they are given, of which this says
/// so.
template <class F>
bool Path::needs_change(unsigned milliseconds, F&& counts) {
  value::Facts facts = state.facts;
  bool any = false;
  for (const LeftAlone& one : state.left_alone) {
    if (!counts(one)) continue;
    any = true;
    if (!facts.assume(terms, terms.compare(value::Op::equal, one.later, one.before), true))
      return true;
  }
  return any && value::feasible(terms, facts, milliseconds) == value::Feasible::no;
}

bool Path::is_of_a_change(const std::string& sentence) {
  if (run.knowledge != Knowledge::all || state.left_alone.empty()) return false;
  const unsigned milliseconds = milliseconds_left();
  const auto was_set = [&](const LeftAlone& one) { return terms.constant_of(one.before) != 0; };
  const llvm::Instruction* last = nullptr;
  for (const LeftAlone& each : state.left_alone) {
    if (each.by == last) continue;
    last = each.by;
    const auto by = [&](const LeftAlone& one) { return one.by == last; };
    const std::string name = name_of_callee(*last);
    if (needs_change(milliseconds, [&](const auto& one) { return by(one) && was_set(one); })) {
      run.verdict.assumptions.insert(fmt::format("{}() changes no field that was set", name));
      return true;
    }
    if (needs_change(milliseconds, by)) {
      ++run.verdict.open[fmt::format("{}, if {}() changes what it is given at {}: does it?",
                                     sentence, name, place_in_source(*last))];
      return true;
    }
  }
  return false;
}

void Path::suspect(std::string sentence) {
  run.suspicion = std::move(sentence);
  run.waiting.clear();
  throw PathEnds{};
}

void Path::found(Wrong wrong, std::string sentence, const std::string& key) {
  if (run.knowledge != Knowledge::all) suspect(std::move(sentence));
  const std::string whole = fmt::format("{} {}", static_cast<int>(wrong), key);
  int& tried = run.tried[whole];
  if (tried >= kTries) return;
  ++tried;
  const auto answer = value::feasible(terms, state.facts, milliseconds_left());
  if (answer == value::Feasible::no) {
    run.impossible = true;
    if (tried == kTries)
      run.verdict
          .open[fmt::format("{}; that cannot be on {} paths: on another one?", sentence, kTries)] =
          kTries;
    return;
  }
  if (answer == value::Feasible::unknown) {
    ++run.verdict.open[fmt::format("{}: on a path that can be? The solver did not say", sentence)];
    return;
  }
  if (is_of_a_change(sentence)) return;
  tried = kTries;
  run.verdict.findings.push_back({wrong, std::move(sentence), whole, lines_of(run, state.trail)});
}

}  // namespace pincheck::follow
