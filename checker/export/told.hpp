// SPDX-License-Identifier: MIT
// checker/export: uses properties; used by checker/command.
// The questions that properties ask, answered by terms of the exported text: for a property as SPIN
// and Rumur read it. What each question means is written again here: scripts/compare holds the two
// against each other.
#pragma once

#include <optional>
#include <utility>

#include "checker/export/view.hpp"

namespace pincheck::exporting {

/// A condition as text; C++'s operators make longer ones.
class Formula {
 public:
  Formula(bool known) : term_(known ? "true" : "false") {}  // NOLINT(google-explicit-constructor)
  explicit Formula(Term term) : term_(std::move(term)) {}

  const Term& term() const { return term_; }

  friend Formula operator&&(const Formula& a, const Formula& b) {
    return Formula(all_of({a.term_, b.term_}));
  }
  friend Formula operator||(const Formula& a, const Formula& b) {
    return Formula(any_of({a.term_, b.term_}));
  }
  friend Formula operator!(const Formula& a) { return Formula(negated(a.term_)); }

 private:
  Term term_;
};

/// A number as text.
class Quantity {
 public:
  Quantity(int known) : term_(std::to_string(known)) {}  // NOLINT(google-explicit-constructor)
  explicit Quantity(Term term) : term_(std::move(term)) {}

  friend Quantity operator+(const Quantity& a, const Quantity& b) {
    return Quantity(sum_of({a.term_, b.term_}));
  }
  friend Quantity operator-(const Quantity& a, const Quantity& b) {
    return Quantity("(" + a.term_ + " - " + b.term_ + ")");
  }
  friend Quantity operator%(const Quantity& a, const Quantity& b) {
    return Quantity(a.term_ + " % " + b.term_);
  }
  friend Formula operator==(const Quantity& a, const Quantity& b) {
    return Formula(equal(a.term_, b.term_));
  }
  friend Formula operator!=(const Quantity& a, const Quantity& b) { return !(a == b); }
  friend Formula operator<(const Quantity& a, const Quantity& b) {
    return Formula(less(a.term_, b.term_));
  }
  friend Formula operator>(const Quantity& a, const Quantity& b) { return b < a; }
  friend Formula operator>=(const Quantity& a, const Quantity& b) {
    return Formula(a.term_ + " >= " + b.term_);
  }

 private:
  Term term_;
};

/// An event, told by terms of the exported text at the place where it happens. A release is told
/// twice: before it by the actor, with the ledger entry, and in the primitive by what it does to
/// the page.
struct Moment {
  EventKind kind{};
  Term page{};
  Held as = Held::none;      ///< acquired, released
  bool from_page = false;    ///< acquired
  bool structural = false;   ///< acquired, released
  Term held{};               ///< left_over, and before a release: the ledger entry
  std::optional<Who> who{};  ///< whose request matters
  Term slot{};
  int role = -1;  ///< before a release: of the entry that goes
};

/// The moment's answers. In an acquisition or a release the text has the variables `before` and
/// `was`: the count and the ledger entry before it. Throws std::invalid_argument where it does not
/// know.
class Told {
 public:
  Told(const View& view, const Moment& moment) : view_(view), moment_(moment) {}

  static Formula no() { return false; }
  EventKind kind() const { return moment_.kind; }
  bool as(Held done) const { return moment_.as == done; }
  Formula held(Held what) const;
  bool from_page() const { return moment_.from_page; }
  bool structural() const { return moment_.structural; }
  Quantity before() const;
  Quantity after() const;
  int bias() const { return view_.system.arithmetic.bias; }

  Formula has(PageFlag any) const { return Formula(view_.page_has(moment_.page, any)); }
  Formula backing(Backing what) const { return Formula(view_.backing_is(moment_.page, what)); }
  Formula large() const { return Formula(view_.large(moment_.page)); }
  Quantity pins() const;
  Quantity expected_pins() const;
  Quantity holders() const;
  Quantity cache() const;
  Formula any_holder() const { return Formula(view_.any_holder(moment_.page)); }
  Formula any_pin() const { return Formula(view_.any_pin(moment_.page)); }
  Formula device_may_write(bool pinned) const {
    return Formula(view_.device_may_write(moment_.page, pinned));
  }

  Formula in_io() const { return Formula(view_.in_io(who(), moment_.slot)); }
  Formula pinned_for_io() const;
  Formula slot_pinned() const {
    return Formula(view_.slot_pinned(who(), moment_.slot, moment_.role));
  }
  Formula in_flight() const { return Formula(view_.in_flight(who())); }
  Quantity own(Role role) const;
  Formula gone() const;
  bool accepted() const { return view_.system.baseline_accepts[who().actor]; }

 private:
  const View& view_;
  const Moment& moment_;

  const Who& who() const;
  bool is_before_release() const {
    return moment_.kind == EventKind::released && moment_.who.has_value();
  }
};

}  // namespace pincheck::exporting
