// SPDX-License-Identifier: MIT
#include "checker/source/follow/fingerprint.hpp"

#include <algorithm>

namespace pincheck::follow {
namespace {

class Mixer {
 public:
  void add(std::uint64_t word) {
    out_.low = turn(out_.low ^ word) * 0x9fb21c651e98df25;
    out_.high = turn(out_.high + word) * 0xd6e8feb86659fd93;
  }
  template <class T>
  void add(const T* pointer) {
    add(reinterpret_cast<std::uintptr_t>(pointer));
  }
  void add(Term term) { add(static_cast<std::uint64_t>(term)); }
  Fingerprint done() const { return out_; }

 private:
  Fingerprint out_{0x243f6a8885a308d3, 0x13198a2e03707344};
  static std::uint64_t turn(std::uint64_t word) { return (word << 29 | word >> 35) + word; }
};

/// The terms that values and memory are made of.
class Live {
 public:
  explicit Live(const value::Terms& terms) : terms_(terms), marked_(terms.size()) {}

  void mark(Term term) {
    if (term == value::kNoTerm || marked_[static_cast<std::uint32_t>(term)]) return;
    marked_[static_cast<std::uint32_t>(term)] = true;
    const value::Node& node = terms_[term];
    mark(node.a);
    mark(node.b);
    for (const value::Part& part : node.parts) mark(part.of);
  }
  /// Everything in it is marked, or constant.
  bool has(Term term) const {
    if (term == value::kNoTerm || marked_[static_cast<std::uint32_t>(term)]) return true;
    const value::Node& node = terms_[term];
    if (node.kind == value::Kind::constant) return true;
    if (node.kind == value::Kind::symbol || node.kind == value::Kind::object) return false;
    return has(node.a) && has(node.b) &&
           std::all_of(node.parts.begin(), node.parts.end(),
                       [&](const value::Part& part) { return has(part.of); });
  }

 private:
  const value::Terms& terms_;
  std::vector<bool> marked_;
};

std::uint64_t bits_of(const Object& one) {
  return static_cast<std::uint64_t>(one.place) | (one.zeroed ? 8U : 0) | (one.freed ? 16U : 0) |
         (one.changed ? 32U : 0) | (one.shared ? 64U : 0);
}

}  // namespace

void forget_dead(Path& path) {
  Frame& frame = path.state.frame();
  const llvm::BitVector& live = frame.code->live(frame.block);
  const Term zero = path.constant(0);
  for (unsigned i = 0; i < frame.registers.size(); ++i)
    if (!live[i]) frame.registers[i] = zero;
}

Fingerprint fingerprint(Path& path) {
  Mixer mixer;
  Live live(path.terms);
  const State& state = path.state;
  for (const Frame& frame : state.frames) {
    mixer.add(frame.block);
    mixer.add(&*frame.next);
    for (const Term word : frame.registers) {
      mixer.add(word);
      live.mark(word);
    }
  }
  for (const Cell& cell : state.cells) {
    mixer.add(cell.base);
    mixer.add(static_cast<std::uint64_t>(cell.offset));
    mixer.add(cell.value);
    mixer.add(cell.stored ? 1U : 0U);
    live.mark(cell.base);
    live.mark(cell.value);
  }
  for (const Count& one : state.counts) {
    if (one.gets == 0 && one.pins == 0 && !live.has(one.page)) continue;
    mixer.add(one.page);
    mixer.add(static_cast<std::uint64_t>(one.gets) << 32 ^ static_cast<std::uint32_t>(one.pins));
    mixer.add(one.passed_at);
    live.mark(one.page);
  }
  mixer.add(std::any_of(state.counts.begin(), state.counts.end(),
                        [](const Count& one) { return one.counted; })
                ? 1U
                : 0U);
  for (std::uint32_t i = 0; i < state.objects.size(); ++i) {
    if (!live.has(path.terms.object(i))) continue;
    mixer.add(i);
    mixer.add(bits_of(state.objects[i]));
  }
  for (const value::Facts::Known& one : state.facts.known()) {
    if (!live.has(one.term)) continue;
    mixer.add(one.term);
    for (const value::Range::Interval& part : one.range) {
      mixer.add(part.low);
      mixer.add(part.high);
    }
  }
  return mixer.done();
}

}  // namespace pincheck::follow
