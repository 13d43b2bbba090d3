// SPDX-License-Identifier: MIT
#include "model/language/builder.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace pincheck {

StepRef& StepRef::outcome(std::string_view name, std::vector<Test> when,
                          std::vector<Effect> effects, const Next& next) {
  return add(name, std::move(when), std::move(effects), next, false);
}

StepRef& StepRef::fault(std::string_view name, std::vector<Test> when, std::vector<Effect> effects,
                        const Next& next) {
  return add(name, std::move(when), std::move(effects), next, true);
}

StepRef& StepRef::add(std::string_view name, std::vector<Test> when, std::vector<Effect> effects,
                      const Next& next, bool fault) {
  auto& outcomes = builder_.program_[index_].outcomes;
  const auto emit = [&](std::vector<Test> tests, std::vector<Effect> does, std::string_view label) {
    const int number = static_cast<int>(outcomes.size());
    outcomes.push_back({std::string(name), std::move(tests), std::move(does), index_ + 1, fault});
    if (!label.empty()) builder_.jumps_.push_back({index_, number, std::string(label)});
  };
  const bool loops = next.kind == Next::Kind::each_page || next.kind == Next::Kind::each_listed;
  const Test another = next.kind == Next::Kind::each_listed ? is::more_listed : is::more;
  if (!loops) {
    emit(std::move(when), std::move(effects), next.label);
    return *this;
  }
  auto more_when = when;
  auto more_effects = effects;
  more_when.push_back(another);
  more_effects.push_back(to::next_slot);
  emit(std::move(more_when), std::move(more_effects), next.label);
  when.push_back(!another);
  effects.push_back(to::first_slot);
  emit(std::move(when), std::move(effects), next.after);
  return *this;
}

StepRef Builder::step(std::string_view name, std::string_view function) {
  program_.push_back({fmt::format("{}/{}", prefix_, name), std::string(function), {}});
  return {*this, static_cast<int>(program_.size()) - 1};
}

void Builder::label(std::string_view name) {
  labels_.insert_or_assign(std::string(name), static_cast<int>(program_.size()));
}

std::string Builder::fresh(std::string_view stem) { return fmt::format("{}#{}", stem, fresh_++); }

bool Builder::has_check_named(const std::string& name) {
  checks_seen_.insert(name);
  return !without_.contains(name);
}

Program Builder::finish() {
  labels_.try_emplace("end", static_cast<int>(program_.size()));
  if (program_.size() > kMaxProgramSteps) throw std::logic_error("program of too many steps");
  for (const auto& jump : jumps_) {
    const auto found = labels_.find(jump.label);
    if (found == labels_.end()) throw std::logic_error("no label " + jump.label);
    program_[jump.step].outcomes[jump.outcome].next = found->second;
  }
  return std::move(program_);
}

}  // namespace pincheck
