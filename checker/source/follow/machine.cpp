// SPDX-License-Identifier: MIT
// What each instruction of the intermediate code does to a path.
#include <fmt/format.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/GetElementPtrTypeIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Operator.h>

#include "checker/source/follow/path.hpp"

namespace pincheck::follow {
namespace {

using value::Op;

void next(Path& path) { ++path.state.frame().next; }

void branch(Path& path, const llvm::BranchInst& one) {
  if (one.isUnconditional()) return path.go_to(one.getSuccessor(0));
  const Term bit = path.word(one.getCondition());
  const bool open =
      !path.state.chosen.empty() || !path.state.facts.decide(path.terms, bit).has_value();
  const bool taken = path.truth(bit);
  if (open) path.mark(taken ? "taken" : "not taken");
  path.go_to(one.getSuccessor(taken ? 0 : 1));
}

void choose_case(Path& path, const llvm::SwitchInst& one) {
  const Term term = path.word(one.getCondition());
  const unsigned width = path.terms[term].width;
  // The cases in their order, and then what is none of them.
  const auto is = [&](std::uint64_t word) {
    return path.terms.compare(Op::equal, term, path.constant(word, width));
  };
  const llvm::BasicBlock* target = one.getDefaultDest();
  for (const auto& each : one.cases()) {
    if (!path.truth(is(each.getCaseValue()->getZExtValue()))) continue;
    target = each.getCaseSuccessor();
    break;
  }
  path.go_to(target);
}

Op binary_of(unsigned code) {
  switch (code) {
    case llvm::Instruction::Add: return Op::add;
    case llvm::Instruction::Sub: return Op::sub;
    case llvm::Instruction::Mul: return Op::mul;
    case llvm::Instruction::UDiv: return Op::udiv;
    case llvm::Instruction::SDiv: return Op::sdiv;
    case llvm::Instruction::URem: return Op::urem;
    case llvm::Instruction::SRem: return Op::srem;
    case llvm::Instruction::Shl: return Op::shl;
    case llvm::Instruction::LShr: return Op::lshr;
    case llvm::Instruction::AShr: return Op::ashr;
    case llvm::Instruction::And: return Op::bit_and;
    case llvm::Instruction::Or: return Op::bit_or;
    default: return Op::bit_xor;
  }
}

Term binary(Path& path, const llvm::BinaryOperator& one) {
  if (!one.getType()->isIntegerTy() || one.getType()->getIntegerBitWidth() > 64)
    return path.unknown(width_of(one.getType(), path.run.layout));
  const auto* exact = llvm::dyn_cast<llvm::PossiblyExactOperator>(&one);
  return path.terms.binary(binary_of(one.getOpcode()), path.word(one.getOperand(0)),
                           path.word(one.getOperand(1)), exact != nullptr && exact->isExact());
}

Term cast(Path& path, const llvm::CastInst& one) {
  const unsigned width = width_of(one.getType(), path.run.layout);
  if (!one.getSrcTy()->isIntOrPtrTy() || !one.getDestTy()->isIntOrPtrTy())
    return path.unknown(width);
  const Term inner = path.word(one.getOperand(0));
  if (path.terms[inner].width > width) return path.terms.cast(Op::trunc, inner, width);
  return path.terms.cast(one.getOpcode() == llvm::Instruction::SExt ? Op::sext : Op::zext, inner,
                         width);
}

Term address(Path& path, const llvm::GetElementPtrInst& one) {
  Term sum = path.word(one.getPointerOperand());
  for (auto part = llvm::gep_type_begin(one), end = llvm::gep_type_end(one); part != end; ++part) {
    const llvm::Value* index = part.getOperand();
    if (llvm::StructType* record = part.getStructTypeOrNull()) {
      const auto field = llvm::cast<llvm::ConstantInt>(index)->getZExtValue();
      const auto offset =
          path.run.layout.getStructLayout(record)->getElementOffset(static_cast<unsigned>(field));
      sum = path.terms.plus(sum, static_cast<std::int64_t>(offset.getFixedValue()));
      continue;
    }
    const auto stride = part.getSequentialElementStride(path.run.layout).getFixedValue();
    const Term wide = path.terms.cast(Op::sext, path.word(index), 64);
    sum = path.terms.add(sum, path.terms.times(wide, stride));
  }
  return sum;
}

Term compare(Path& path, llvm::CmpInst::Predicate how, Term a, Term b) {
  value::Terms& terms = path.terms;
  // What was just made is nowhere in what was there before.
  const auto fresh = [&](Term one, Term other) {
    const Object* object = path.memory.object_at(one);
    return object != nullptr && object->place != Place::global && !terms[other].has_object &&
           terms[other].kind == value::Kind::symbol;
  };
  const auto ordered = [&](Op op, Term one, Term other) {
    return path.simplified(terms.compare(op, one, other));
  };
  switch (how) {
    case llvm::CmpInst::ICMP_EQ:
      if (fresh(a, b) || fresh(b, a)) return path.constant(0, 1);
      return ordered(Op::equal, a, b);
    case llvm::CmpInst::ICMP_NE: return terms.negated(compare(path, llvm::CmpInst::ICMP_EQ, a, b));
    case llvm::CmpInst::ICMP_ULT: return ordered(Op::below, a, b);
    case llvm::CmpInst::ICMP_UGT: return ordered(Op::below, b, a);
    case llvm::CmpInst::ICMP_UGE: return terms.negated(ordered(Op::below, a, b));
    case llvm::CmpInst::ICMP_ULE: return terms.negated(ordered(Op::below, b, a));
    case llvm::CmpInst::ICMP_SLT: return ordered(Op::less, a, b);
    case llvm::CmpInst::ICMP_SGT: return ordered(Op::less, b, a);
    case llvm::CmpInst::ICMP_SGE: return terms.negated(ordered(Op::less, a, b));
    case llvm::CmpInst::ICMP_SLE: return terms.negated(ordered(Op::less, b, a));
    default: return path.unknown(1);
  }
}

Words select(Path& path, const llvm::SelectInst& one) {
  Words yes = path.words(one.getTrueValue()), no = path.words(one.getFalseValue());
  if (yes == no) return yes;
  const Term bit = path.word(one.getCondition());
  if (one.getType()->isIntegerTy(1)) {
    if (path.terms.constant_of(no.front()) == 0)
      return {path.terms.binary(Op::bit_and, bit, yes.front())};
    if (path.terms.constant_of(yes.front()) == 1)
      return {path.terms.binary(Op::bit_or, bit, no.front())};
  }
  return path.truth(bit) ? yes : no;
}

/// The words of a type's scalars in memory, with their offsets.
template <class F>
void each_scalar(const llvm::Type* type, const llvm::DataLayout& layout, std::int64_t at, F&& f) {
  if (auto* record = llvm::dyn_cast<llvm::StructType>(const_cast<llvm::Type*>(type))) {
    const auto* places = layout.getStructLayout(record);
    for (unsigned i = 0; i < record->getNumElements(); ++i)
      each_scalar(record->getElementType(i), layout,
                  at + static_cast<std::int64_t>(places->getElementOffset(i).getFixedValue()), f);
  } else if (const auto* array = llvm::dyn_cast<llvm::ArrayType>(type)) {
    const auto size = layout.getTypeAllocSize(array->getElementType()).getFixedValue();
    for (std::uint64_t i = 0; i < array->getNumElements(); ++i)
      each_scalar(array->getElementType(), layout, at + static_cast<std::int64_t>(i * size), f);
  } else {
    f(at, width_of(type, layout));
  }
}

Words load(Path& path, const llvm::LoadInst& one) {
  const Term from = path.word(one.getPointerOperand());
  path.must_be_address(from);
  Words words;
  each_scalar(one.getType(), path.run.layout, 0, [&](std::int64_t offset, unsigned width) {
    words.push_back(path.load(path.terms.plus(from, offset), width));
  });
  return words;
}

void store(Path& path, const llvm::StoreInst& one) {
  const Term to = path.word(one.getPointerOperand());
  path.must_be_address(to);
  const Words words = path.words(one.getValueOperand());
  const bool number = one.getValueOperand()->getType()->isIntegerTy();
  std::size_t i = 0;
  each_scalar(one.getValueOperand()->getType(), path.run.layout, 0,
              [&](std::int64_t offset, unsigned) {
                path.memory.store(path.terms.plus(to, offset), path.simplified(words[i++]), number);
              });
}

/// First word and number of words of a part of an aggregate.
std::pair<std::size_t, std::size_t> part_of(const llvm::Type* type,
                                            llvm::ArrayRef<unsigned> indices) {
  std::size_t first = 0;
  for (const unsigned index : indices) {
    const auto* record = llvm::dyn_cast<llvm::StructType>(type);
    for (unsigned i = 0; i < index; ++i)
      first += words_of(record ? record->getElementType(i) : type->getArrayElementType());
    type = record ? record->getElementType(index) : type->getArrayElementType();
  }
  return {first, words_of(type)};
}

Words extract(Path& path, const llvm::ExtractValueInst& one) {
  const Words all = path.words(one.getAggregateOperand());
  const auto [first, count] = part_of(one.getAggregateOperand()->getType(), one.getIndices());
  return {all.begin() + static_cast<std::ptrdiff_t>(first),
          all.begin() + static_cast<std::ptrdiff_t>(first + count)};
}

Words insert(Path& path, const llvm::InsertValueInst& one) {
  Words all = path.words(one.getAggregateOperand());
  const auto [first, count] = part_of(one.getType(), one.getIndices());
  const Words put = path.words(one.getInsertedValueOperand());
  std::copy_n(put.begin(), count, all.begin() + static_cast<std::ptrdiff_t>(first));
  return all;
}

/// What was taken in the function that returns is left to its callers with an error.
void note_error(Path& path, const Words& returned) {
  const Frame& frame = path.state.frame();
  if (!is_error(path, returned)) return;
  for (Count& count : path.state.counts)
    if (count.taken > frame.entered && is_held(count)) count.after_error = true;
}

void leave(Path& path, const llvm::ReturnInst& one) {
  const Words returned = one.getReturnValue() ? path.words(one.getReturnValue()) : Words{};
  if (path.state.frames.size() == 1) {
    judge(path, returned);
    throw PathEnds{};
  }
  note_error(path, returned);
  path.memory.leave(path.state.frame().first_local);
  path.state.frames.pop_back();
  const llvm::Instruction& call = path.at();
  // One that was called through kref_put() and the like returns nothing to the call.
  if (!returned.empty() && !call.getType()->isVoidTy()) path.set(call, returned);
  if (const auto* jumps = llvm::dyn_cast<llvm::InvokeInst>(&call))
    return path.go_to(jumps->getNormalDest());
  next(path);
}

/// An atomic operation returns what was there, whatever that was.
Words atomic(Path& path, const llvm::Instruction& one, const llvm::Value* pointer) {
  const Term to = path.word(pointer);
  path.must_be_address(to);
  const auto* swap = llvm::dyn_cast<llvm::AtomicCmpXchgInst>(&one);
  const auto* type = swap ? swap->getNewValOperand()->getType() : one.getType();
  const unsigned width = width_of(type, path.run.layout);
  const Term old = path.unknown(width, "atomic");
  if (swap == nullptr) {
    path.memory.store(to, path.unknown(width, "atomic"));
    return {old};
  }
  const Term done = path.unknown(1, "swapped");
  path.memory.store(to, path.unknown(width, "atomic"));
  return {old, done};
}

Words plain(Path& path, const llvm::Instruction& one) {
  if (const auto* it = llvm::dyn_cast<llvm::BinaryOperator>(&one)) return {binary(path, *it)};
  if (const auto* it = llvm::dyn_cast<llvm::CastInst>(&one)) return {cast(path, *it)};
  if (const auto* it = llvm::dyn_cast<llvm::GetElementPtrInst>(&one)) return {address(path, *it)};
  if (const auto* it = llvm::dyn_cast<llvm::ICmpInst>(&one))
    return {compare(path, it->getPredicate(), path.word(it->getOperand(0)),
                    path.word(it->getOperand(1)))};
  if (const auto* it = llvm::dyn_cast<llvm::SelectInst>(&one)) return select(path, *it);
  if (const auto* it = llvm::dyn_cast<llvm::LoadInst>(&one)) return load(path, *it);
  if (const auto* it = llvm::dyn_cast<llvm::ExtractValueInst>(&one)) return extract(path, *it);
  if (const auto* it = llvm::dyn_cast<llvm::InsertValueInst>(&one)) return insert(path, *it);
  if (const auto* it = llvm::dyn_cast<llvm::FreezeInst>(&one)) return path.words(it->getOperand(0));
  if (const auto* it = llvm::dyn_cast<llvm::AtomicRMWInst>(&one))
    return atomic(path, one, it->getPointerOperand());
  if (const auto* it = llvm::dyn_cast<llvm::AtomicCmpXchgInst>(&one))
    return atomic(path, one, it->getPointerOperand());
  if (llvm::isa<llvm::AllocaInst>(one))
    return {path.memory.address_of(path.memory.make(Place::local, &one))};
  return {};
}

void jump(Path& path, const llvm::Instruction& one) {
  if (const auto* returns = llvm::dyn_cast<llvm::ReturnInst>(&one)) return leave(path, *returns);
  if (const auto* branches = llvm::dyn_cast<llvm::BranchInst>(&one)) return branch(path, *branches);
  if (const auto* switches = llvm::dyn_cast<llvm::SwitchInst>(&one))
    return choose_case(path, *switches);
  // A static key: off.
  if (const auto* calls = llvm::dyn_cast<llvm::CallBrInst>(&one))
    return path.go_to(calls->getDefaultDest());
  if (!llvm::isa<llvm::UnreachableInst>(one)) path.cut(Cut::strange);
  throw PathEnds{};
}

void compute(Path& path, const llvm::Instruction& one) {
  if (const auto* it = llvm::dyn_cast<llvm::StoreInst>(&one))
    store(path, *it);
  else if (!one.getType()->isVoidTy())
    path.set(one, plain(path, one));
  next(path);
}

}  // namespace

void step(Path& path) {
  if (++path.state.steps > path.run.bounds.steps) path.cut(Cut::steps);
  path.begin();
  const llvm::Instruction& one = path.at();
  if (one.isTerminator())
    jump(path, one);
  else if (const auto* it = llvm::dyn_cast<llvm::CallBase>(&one))
    call(path, *it);
  else
    compute(path, one);
  path.state.chosen.clear();
}

}  // namespace pincheck::follow
