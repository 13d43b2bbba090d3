// SPDX-License-Identifier: MIT
// Calls: what is followed into, what intrinsics do, and what is assumed of everybody else.
#include <fmt/format.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/IntrinsicInst.h>

#include <algorithm>

#include "checker/source/follow/forget.hpp"

namespace pincheck::follow {
namespace {

using value::Op;

/// Largest functions that are followed into although no reference is taken or dropped there.
constexpr int kSmall = 25;
/// The same, where they are given something that holds pages.
constexpr int kMedium = 300;
/// Longer constants are copied as what nobody knows, bytes.
constexpr std::int64_t kMostOfAConstant = 1024;
/// How deep a look at what an object holds goes.
constexpr int kReach = 3;

void past(Path& path, const llvm::CallBase& one, Words result = {}) {
  if (!one.getType()->isVoidTy()) path.set(one, std::move(result));
  ++path.state.frame().next;
}

Term argument(Path& path, const llvm::CallBase& one, unsigned i) {
  return path.word(one.getArgOperand(i));
}

std::int64_t length_of(Path& path, Term length) {
  constexpr std::int64_t kUnknown = 1 << 20;
  const auto known = path.terms.constant_of(length);
  return known ? static_cast<std::int64_t>(std::min<std::uint64_t>(*known, kUnknown)) : kUnknown;
}

void move_memory(Path& path, Term to, Term from, Term length) {
  path.must_be_address(to);
  path.must_be_address(from);
  const std::int64_t bytes = length_of(path, length);
  if (!path.is_constant_at(from) || bytes > kMostOfAConstant)
    return path.memory.copy(to, from, bytes);
  for (std::int64_t i = 0; i < bytes;) {
    const int width = bytes - i >= 8 ? 8 : 1;
    path.memory.store(path.terms.plus(to, i),
                      path.load(path.terms.plus(from, i), static_cast<unsigned>(width) * 8));
    i += width;
  }
}

void fill_memory(Path& path, Term to, Term with, Term length) {
  path.must_be_address(to);
  if (path.terms.constant_of(with) == 0)
    path.memory.clear(to, length_of(path, length));
  else
    path.memory.change(to, length_of(path, length));
}

/// Whatever the operands are, as far as the path knows them, the result fits.
bool always_fits(Path& path, const llvm::WithOverflowInst& one, Op op, Term a, Term b) {
  if (one.isSigned()) return false;
  const value::Range of_a = path.state.facts.range_of(path.terms, a);
  const value::Range of_b = path.state.facts.range_of(path.terms, b);
  if (of_a.empty() || of_b.empty()) return false;
  const std::uint64_t most_a = of_a.highest(), most_b = of_b.highest();
  const std::uint64_t limit = value::mask(path.terms[a].width);
  if (op == Op::sub) return of_a.lowest() >= most_b;
  if (op == Op::add) return most_a <= limit - most_b;
  return most_b == 0 || most_a <= limit / most_b;
}

Words arithmetic(Path& path, const llvm::WithOverflowInst& one) {
  const Term a = path.word(one.getLHS()), b = path.word(one.getRHS());
  const Op op = one.getBinaryOp() == llvm::Instruction::Add   ? Op::add
                : one.getBinaryOp() == llvm::Instruction::Sub ? Op::sub
                                                              : Op::mul;
  const Term result = path.terms.binary(op, a, b);
  const bool fits = path.terms.is_constant(result) || always_fits(path, one, op, a, b);
  return {result, fits ? path.constant(0, 1) : path.unknown(1, "overflow")};
}

Words smaller_or_larger(Path& path, const llvm::MinMaxIntrinsic& one) {
  const Term a = path.word(one.getLHS()), b = path.word(one.getRHS());
  const Op op = one.isSigned() ? Op::less : Op::below;
  const bool smaller = one.getPredicate() == llvm::CmpInst::ICMP_ULT ||
                       one.getPredicate() == llvm::CmpInst::ICMP_SLT;
  return {path.truth(path.terms.compare(op, a, b)) == smaller ? a : b};
}

/// The upper or lower word of two that follow each other, shifted: a rotation where they are one.
/// Compilers write switches so.
Words funnel_shift(Path& path, const llvm::IntrinsicInst& one, bool left) {
  const Term upper = path.word(one.getArgOperand(0)), lower = path.word(one.getArgOperand(1));
  const auto by = path.terms.constant_of(path.word(one.getArgOperand(2)));
  if (!by) return {};
  const unsigned width = path.terms[upper].width;
  const std::uint64_t turned = *by % width;
  if (turned == 0) return {left ? upper : lower};
  const std::uint64_t up = left ? turned : width - turned;
  return {path.terms.binary(Op::bit_or, path.terms.binary(Op::shl, upper, path.constant(up, width)),
                            path.terms.binary(Op::lshr, lower, path.constant(width - up, width)))};
}

Words intrinsic(Path& path, const llvm::IntrinsicInst& one) {
  if (const auto* it = llvm::dyn_cast<llvm::WithOverflowInst>(&one)) return arithmetic(path, *it);
  if (const auto* it = llvm::dyn_cast<llvm::MinMaxIntrinsic>(&one))
    return smaller_or_larger(path, *it);
  if (const auto* it = llvm::dyn_cast<llvm::MemTransferInst>(&one)) {
    move_memory(path, path.word(it->getRawDest()), path.word(it->getRawSource()),
                path.word(it->getLength()));
    return {};
  }
  if (const auto* it = llvm::dyn_cast<llvm::MemSetInst>(&one)) {
    fill_memory(path, path.word(it->getRawDest()), path.word(it->getValue()),
                path.word(it->getLength()));
    return {};
  }
  switch (one.getIntrinsicID()) {
    case llvm::Intrinsic::expect: return path.words(one.getArgOperand(0));
    case llvm::Intrinsic::is_constant: {
      const bool known = path.terms.is_constant(path.word(one.getArgOperand(0)));
      return {path.constant(known ? 1 : 0, 1)};
    }
    case llvm::Intrinsic::fshl: return funnel_shift(path, one, true);
    case llvm::Intrinsic::fshr: return funnel_shift(path, one, false);
    case llvm::Intrinsic::objectsize: return {path.constant(~std::uint64_t{0})};
    case llvm::Intrinsic::trap: throw PathEnds{};
    default: return {};
  }
}

/// Addresses of objects that lie where a base points to.
Words held_in(Path& path, Term base) {
  Words all;
  const auto add = [&](const Cell& cell) {
    if (path.terms[cell.value].has_object) all.push_back(cell.value);
  };
  if (const auto object = path.terms.object_of(base))
    path.memory.each_cell_in(*object, add);
  else
    path.memory.each_cell(base, add);
  return all;
}

/// Whether pages with references, or objects that hold such, can be reached from the address.
bool holds_pages(Path& path, Term address, int deep) {
  const Term base = path.terms.split(address).base;
  if (base == value::kNoTerm) return false;
  if (const Count* count = path.state.count_of(base); count && (count->gets > 0 || count->pins > 0))
    return true;
  if (deep == 0) return false;
  const Words inside = held_in(path, base);
  return std::any_of(inside.begin(), inside.end(),
                     [&](Term each) { return holds_pages(path, each, deep - 1); });
}

/// A callee nobody knows was given the address: what is held there may be dropped, or kept.
void pass(Path& path, Term address, int deep) {
  const Term base = path.terms.split(address).base;
  if (base == value::kNoTerm) return;
  if (Count* count = path.state.count_of(base); count && (count->gets > 0 || count->pins > 0))
    count->passed_at = &path.at();
  if (Object* object = path.memory.object_at(base)) {
    if (object->place == Place::global) return;
    object->shared = object->shared || object->place == Place::heap;
  }
  if (deep == 0) return;
  for (const Term each : held_in(path, base)) pass(path, each, deep - 1);
}

/// The same, of a number that was made of an address: a page's number, say.
void pass_number(Path& path, Term number) {
  std::vector<std::uint32_t> inside;
  path.terms.objects_in(number, inside);
  for (const std::uint32_t object : inside) pass(path, path.memory.address_of(object), 0);
}

/// A callee that is not followed stores into locals that it is given, and otherwise leaves pages
/// alone; whether it drops what it is given is open.
void pass_by(Path& path, const llvm::CallBase& one) {
  for (const llvm::Use& use : one.args()) {
    const Term given = path.word(use.get());
    if (!use->getType()->isPointerTy()) {
      pass_number(path, given);
      continue;
    }
    pass(path, given, kReach);
    const Object* object = path.memory.object_at(given);
    if (object != nullptr && object->place == Place::local) path.memory.lend(given, one);
  }
  past(path, one);
}

/// That is assumed of one that nobody knows.
void unknown_call(Path& path, const llvm::CallBase& one, const std::string& name) {
  path.run.verdict.assumptions.insert(name);
  pass_by(path, one);
}

bool is_running(const Path& path, const llvm::Function& function) {
  return std::any_of(path.state.frames.begin(), path.state.frames.end(),
                     [&](const Frame& one) { return &one.code->function() == &function; });
}

bool follows(Path& path, const llvm::CallBase& one, const llvm::Function& function) {
  if (function.isDeclaration() || function.isVarArg() || is_running(path, function)) return false;
  if (static_cast<int>(path.state.frames.size()) > path.run.bounds.depth) return false;
  const bool settled = path.run.settled.contains(&function);
  if (path.run.reach.takes_or_drops(function) && !settled) return true;
  const int size = path.run.reach.size(function);
  if (size <= kSmall && !path.run.reach.has_loop(function)) return true;
  if (size > kMedium && !settled) return false;
  return std::any_of(one.arg_begin(), one.arg_end(), [&](const llvm::Use& use) {
    return use->getType()->isPointerTy() && holds_pages(path, path.word(use.get()), kReach);
  });
}

void assembly(Path& path, const llvm::CallBase& one) {
  const auto* code = llvm::cast<llvm::InlineAsm>(one.getCalledOperand());
  // One that does nothing but hide where its operand comes from.
  if (one.arg_size() == 1 && one.getType() == one.getArgOperand(0)->getType() &&
      code->getAsmString().empty())
    return past(path, one, path.words(one.getArgOperand(0)));
  for (const llvm::Use& use : one.args()) {
    if (!use->getType()->isPointerTy()) {
      if (use->getType()->isIntegerTy()) pass_number(path, path.word(use.get()));
      continue;
    }
    const Term given = path.word(use.get());
    const Object* object = path.memory.object_at(given);
    if (object != nullptr && object->place == Place::local) path.memory.change(given, 8);
  }
  past(path, one);
}

/// The function that a pointer is known to be of.
const llvm::Function* pointed_to(Path& path, const llvm::CallBase& one) {
  if (const llvm::Function* direct = called(one)) return direct;
  const Object* object = path.memory.object_at(path.word(one.getCalledOperand()));
  if (object == nullptr || object->global == nullptr) return nullptr;
  return llvm::dyn_cast<llvm::Function>(object->global);
}

}  // namespace

void enter(Path& path, const llvm::Function& function, const std::vector<Words>& arguments) {
  const Code& code = path.run.codes.of(function);
  Frame frame;
  frame.code = &code;
  frame.block = &function.getEntryBlock();
  frame.next = frame.block->getFirstNonPHIIt();
  frame.registers.assign(code.registers(), path.constant(0));
  frame.entered = path.state.trail;
  frame.first_local = static_cast<std::uint32_t>(path.state.objects.size());
  for (std::size_t i = 0; i < arguments.size() && i < function.arg_size(); ++i)
    std::copy(arguments[i].begin(), arguments[i].end(),
              frame.registers.begin() + code.place(function.getArg(static_cast<unsigned>(i))));
  path.state.frames.push_back(std::move(frame));
}

void call(Path& path, const llvm::CallBase& one) {
  if (one.isInlineAsm()) return assembly(path, one);
  if (const auto* known = llvm::dyn_cast<llvm::IntrinsicInst>(&one))
    return past(path, one, intrinsic(path, *known));
  const llvm::Function* function = pointed_to(path, one);
  if (function == nullptr) return unknown_call(path, one, "<called through a pointer>");
  const std::string name{callee::plain_name(function->getName().str())};
  if (const callee::Callee* known = path.run.callees.find(name)) return apply(path, one, *known);
  if (name == "memcpy" || name == "memmove" || name == "__memcpy" || name == "memset") {
    const Term to = argument(path, one, 0), second = argument(path, one, 1);
    if (name == "memset")
      fill_memory(path, to, path.terms.cast(Op::trunc, second, 8), argument(path, one, 2));
    else
      move_memory(path, to, second, argument(path, one, 2));
    return past(path, one, {to});
  }
  if (follows(path, one, *function)) {
    std::vector<Words> arguments;
    for (const llvm::Use& use : one.args()) arguments.push_back(path.words(use.get()));
    forget_dead(path.state.frame(), path.state.frame().code->live_at(one), path.constant(0));
    return enter(path, *function, arguments);
  }
  if (path.run.reach.is_pure(*function)) return past(path, one);
  const auto settled = path.run.settled.find(function);
  if (settled == path.run.settled.end()) return unknown_call(path, one, name);
  path.state.took = path.state.took || settled->second;
  pass_by(path, one);
}

}  // namespace pincheck::follow
