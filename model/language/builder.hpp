// SPDX-License-Identifier: MIT
// model/language: uses model/base; used by model/question.
// Writes programs: steps in order, outcomes that jump by label, loops over a request's pages.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/language/step.hpp"

namespace pincheck {

/// Where an outcome goes on. Default: the step written next.
struct Next {
  enum class Kind : std::uint8_t {
    following,
    label,
    each_page,
    each_listed
  } kind = Kind::following;
  std::string label;  ///< target, or the top of the loop
  std::string after;  ///< where a loop goes after its last page; empty means following
};

/// Goes on at `label`; "end" finishes the thread.
inline Next at(std::string_view label) { return {Next::Kind::label, std::string(label), {}}; }

/// Goes back to `top` for the next page, or on to `after` when this was the last one. The slot
/// index is advanced in the same atomic step: it is local to the thread.
inline Next each_page(std::string_view top, std::string_view after = {}) {
  return {Next::Kind::each_page, std::string(top), std::string(after)};
}

/// The same over all pages the request lists, even those its caller did not take.
inline Next each_listed(std::string_view top, std::string_view after = {}) {
  return {Next::Kind::each_listed, std::string(top), std::string(after)};
}

/// Names of checks that a "what if" takes out of the model (Scenario::without).
using CheckSet = std::set<std::string, std::less<>>;

class Builder;

/// Handle to the step being written.
class StepRef {
 public:
  StepRef(Builder& builder, int index) : builder_(builder), index_(index) {}
  StepRef& outcome(std::string_view name, std::vector<Test> when, std::vector<Effect> effects,
                   const Next& next = {});
  /// An outcome the environment chooses: an error, a failed allocation, a signal.
  StepRef& fault(std::string_view name, std::vector<Test> when, std::vector<Effect> effects,
                 const Next& next = {});
  /// The only outcome, without a name.
  StepRef& always(std::vector<Effect> effects, const Next& next = {}) {
    return outcome("", {}, std::move(effects), next);
  }

 private:
  StepRef& add(std::string_view name, std::vector<Test> when, std::vector<Effect> effects,
               const Next& next, bool fault);
  Builder& builder_;
  int index_;
};

class Builder {
 public:
  /// `prefix` names the program: steps become `<prefix>/<step>`.
  Builder(std::string prefix, const CheckSet& without, std::set<std::string>& checks_seen)
      : prefix_(std::move(prefix)), without_(without), checks_seen_(checks_seen) {}

  StepRef step(std::string_view name, std::string_view function);
  int size() const { return static_cast<int>(program_.size()); }
  /// Names the next step for jumps. "end" may be named once; else it finishes the thread.
  void label(std::string_view name);
  /// A fresh label, for loops that are written more than once.
  std::string fresh(std::string_view stem);
  /// True unless the check `<prefix>/<name>` was taken out. Each call also lists the check.
  bool has_check(std::string_view name) {
    return has_check_named(prefix_ + "/" + std::string(name));
  }
  bool has_check_named(const std::string& name);
  /// Later steps belong to another program of the same thread.
  void prefix(std::string_view name) { prefix_ = name; }
  const std::string& prefix() const { return prefix_; }

  /// Resolves labels. Throws std::logic_error on an unknown one or more than kMaxProgramSteps
  /// steps.
  Program finish();

 private:
  friend class StepRef;
  struct Jump {
    int step;
    int outcome;
    std::string label;
  };
  std::string prefix_;
  const CheckSet& without_;
  std::set<std::string>& checks_seen_;
  Program program_;
  std::vector<Jump> jumps_;
  std::map<std::string, int, std::less<>> labels_;
  int fresh_ = 0;
};

}  // namespace pincheck
