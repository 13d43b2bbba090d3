// SPDX-License-Identifier: MIT
#include "checker/source/follow/fingerprint.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

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
  void add(const Fingerprint& one) {
    add(one.low);
    add(one.high);
  }
  Fingerprint done() const { return out_; }

 private:
  Fingerprint out_{0x243f6a8885a308d3, 0x13198a2e03707344};
  static std::uint64_t turn(std::uint64_t word) { return (word << 29 | word >> 35) + word; }
};

std::uint64_t bits_of(const Object& one) {
  return static_cast<std::uint64_t>(one.place) | (one.zeroed ? 8U : 0) | (one.freed ? 16U : 0) |
         (one.changed ? 32U : 0) | (one.shared ? 64U : 0);
}

std::uint64_t word_of(const Count& one) {
  return static_cast<std::uint64_t>(one.kept) << 48 ^
         static_cast<std::uint64_t>(static_cast<std::uint32_t>(one.gets)) << 24 ^
         static_cast<std::uint32_t>(one.pins);
}

/// A state's parts in an order that its names do not decide: objects and fresh symbols are numbered
/// as they are met.
class Walk {
 public:
  explicit Walk(Path& path) : path_(path), terms_(path.terms), state_(path.state) {}

  Fingerprint done() {
    pages();
    if (path_.run.asks_often) assumptions();
    facts();
    if (path_.run.knowledge == Knowledge::all) lent();
    return mixer_.done();
  }
  Shape shape() {
    pages();
    Ranges ranges;
    for (const value::Facts::Known& one : state_.facts.known())
      if (has(one.term) && one.range != value::Range::all(terms_[one.term].width))
        ranges.push_back({of(one.term), one.term, one.range});
    return {mixer_.done(), std::move(ranges)};
  }

 private:
  Path& path_;
  value::Terms& terms_;
  State& state_;
  Mixer mixer_;
  std::unordered_map<Term, Fingerprint> met_;
  std::vector<Term> bases_;  ///< in the order in which they were met
  std::unordered_set<Term> told_;
  std::uint64_t number_ = 0;

  Fingerprint of(Term term) {
    const auto found = met_.find(term);
    if (found != met_.end()) return found->second;
    const value::Node& node = terms_[term];
    Mixer one;
    one.add(static_cast<std::uint64_t>(node.kind) << 16 | static_cast<std::uint64_t>(node.op) << 8 |
            node.width);
    switch (node.kind) {
      case value::Kind::constant: one.add(node.value); break;
      case value::Kind::symbol: symbol(one, term, node); break;
      case value::Kind::object: object(one, static_cast<std::uint32_t>(node.value)); break;
      case value::Kind::sum:
        one.add(node.value);
        for (const value::Part& part : node.parts) {
          one.add(of(part.of));
          one.add(part.times);
        }
        break;
      case value::Kind::binary:
      case value::Kind::compare:
        one.add(of(node.a));
        one.add(of(node.b));
        break;
      case value::Kind::cast: one.add(of(node.a)); break;
    }
    const Fingerprint out = one.done();
    met_.emplace(term, out);
    const Term base = terms_.split(term).base;
    if (base != value::kNoTerm && node.width == 64) bases_.push_back(base);
    return out;
  }
  void symbol(Mixer& one, Term term, const value::Node& node) {
    if (node.whose.fresh) return one.add(++number_);
    if (node.whose.base == value::kNoTerm) return one.add(static_cast<std::uint64_t>(term));
    // What lies in memory now is what is read there next.
    one.add(of(node.whose.base));
    one.add(static_cast<std::uint64_t>(node.whose.offset));
    one.add(node.whose.times == value::kAlways ? ~std::uint64_t{0} : age(node.whose));
  }
  std::uint64_t age(const value::Whose& one) const {
    return state_.changes_of(one.base) - one.times;
  }
  void object(Mixer& one, std::uint32_t number) {
    const Object& object = state_.objects[number];
    if (object.global != nullptr) return one.add(object.global);
    one.add(++number_);
    one.add(bits_of(object));
    one.add(object.made);
    // Pages that follow each other in a range come from one call.
    const bool more = object.place == Place::page && number + 1 < state_.objects.size() &&
                      state_.objects[number + 1].place == Place::page &&
                      state_.objects[number + 1].made == object.made;
    if (more) one.add(of(terms_.object(number + 1)));
  }

  void pages() {
    frames();
    for (std::uint32_t i = 0; i < state_.objects.size(); ++i)
      if (state_.objects[i].shared && !state_.objects[i].freed) of(terms_.object(i));
    memory();
    counts();
  }
  void frames() {
    for (const Frame& frame : state_.frames) {
      mixer_.add(frame.block);
      mixer_.add(&*frame.next);
      for (const Term word : frame.registers) mixer_.add(of(word));
    }
  }
  void cells_at(Term base) {
    if (!told_.insert(base).second) return;
    mixer_.add(of(base));
    path_.memory.each_cell(base, [&](const Cell& cell) {
      mixer_.add(static_cast<std::uint64_t>(cell.offset));
      mixer_.add(of(cell.value));
      mixer_.add((cell.stored ? 256U : 0U) | cell.size);
    });
  }
  void memory() {
    std::size_t done = 0;
    const auto reach = [&] {
      while (done < bases_.size()) cells_at(bases_[done++]);
    };
    reach();
    // Nobody reads what lies in objects of the path's own that it cannot reach.
    for (const Cell& cell : state_.cells) {
      const Object* object = path_.memory.object_at(cell.base);
      if (object != nullptr && object->global == nullptr && !met_.contains(cell.base) &&
          terms_[cell.base].kind == value::Kind::object)
        continue;
      cells_at(cell.base);
      reach();
    }
  }
  void counts() {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> lost;
    bool counted = state_.took;
    for (const Count& one : state_.counts) {
      counted = counted || one.counted;
      if (!has(one.page)) {
        if (word_of(one) != 0) lost.emplace_back(one.taken, word_of(one));
        continue;
      }
      mixer_.add(of(one.page));
      mixer_.add(word_of(one));
      mixer_.add(one.passed_at);
      mixer_.add(one.after_error ? 1U : 0U);
    }
    // How often the same is lost at the same place is lost.
    std::unordered_set<std::uint64_t> places;
    std::vector<std::uint64_t> words;
    for (const auto& [mark, word] : lost) {
      const auto* at = mark == 0 ? nullptr : path_.run.trail[static_cast<MarkId>(mark)].at;
      if (places.insert(reinterpret_cast<std::uintptr_t>(at) ^ word).second)
        words.push_back(reinterpret_cast<std::uintptr_t>(at) ^ word);
    }
    std::sort(words.begin(), words.end());
    for (const std::uint64_t word : words) mixer_.add(word);
    mixer_.add(counted ? 1U : 0U);
  }

  void lent() {
    for (const Lent& one : state_.lent) {
      if (!has(one.base)) continue;
      mixer_.add(of(one.base));
      mixer_.add(static_cast<std::uint64_t>(one.offset));
      mixer_.add(of(one.value));
    }
    for (const LeftAlone& one : state_.left_alone) {
      if (!has(one.later)) continue;
      mixer_.add(of(one.later));
      mixer_.add(of(one.before));
    }
  }

  /// Every word in it was met.
  bool has(Term term) const {
    if (term == value::kNoTerm || met_.contains(term)) return true;
    const value::Node& node = terms_[term];
    if (node.kind == value::Kind::constant) return true;
    if (node.kind == value::Kind::object) return false;
    if (node.kind == value::Kind::symbol) {
      const value::Whose& whose = node.whose;
      return whose.base != value::kNoTerm && has(whose.base) &&
             (whose.times == value::kAlways || age(whose) == 0);
    }
    return has(node.a) && has(node.b) &&
           std::all_of(node.parts.begin(), node.parts.end(),
                       [&](const value::Part& part) { return has(part.of); });
  }
  /// What the term is made of was met, some of it.
  bool has_some(Term term) const {
    if (term == value::kNoTerm) return false;
    const value::Node& node = terms_[term];
    if (node.kind == value::Kind::symbol) return met_.contains(term);
    return has_some(node.a) || has_some(node.b) ||
           std::any_of(node.parts.begin(), node.parts.end(),
                       [&](const value::Part& part) { return has_some(part.of); });
  }
  /// All that say something of what was met, and so of others.
  void assumptions() {
    std::vector<value::Facts::Assumption> rest = state_.facts.assumed();
    for (bool more = true; more;) {
      const std::size_t before = rest.size();
      std::erase_if(rest, [&](const value::Facts::Assumption& one) {
        if (!has_some(one.bit)) return false;
        mixer_.add(of(one.bit));
        mixer_.add(one.value ? 1U : 0U);
        return true;
      });
      more = rest.size() < before;
    }
  }
  void facts() {
    // Their order is by names: added up.
    Fingerprint sum;
    for (const value::Facts::Known& one : state_.facts.known()) {
      if (!has(one.term)) continue;
      Mixer fact;
      fact.add(of(one.term));
      for (const value::Range::Interval& part : one.range) {
        fact.add(part.low);
        fact.add(part.high);
      }
      sum.low += fact.done().low;
      sum.high += fact.done().high;
    }
    mixer_.add(sum);
  }
};

}  // namespace

Fingerprint fingerprint(Path& path) { return Walk(path).done(); }

Shape shape(Path& path) { return Walk(path).shape(); }

}  // namespace pincheck::follow
