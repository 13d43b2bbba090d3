// SPDX-License-Identifier: MIT
#include "checker/command/completed.hpp"

#include <algorithm>
#include <set>

#include "checker/command/chosen.hpp"
#include "checker/command/known.hpp"
#include "properties/property.hpp"

namespace pincheck::command {
namespace {

using Words = std::vector<std::string>;

void add_listed(Candidates& found, std::string_view topic) {
  for (Listing& one : listed(topic, make_model()))
    found.all.push_back({std::move(one.name), std::move(one.text)});
}

/// Whatever `explain` knows. Steps go without their outcomes.
void add_everything(Candidates& found) {
  const Model model = make_model();
  std::set<std::string> seen;
  for (const Topic& topic : topics())
    for (const Listing& one : topic.list(model))
      if (std::string name = one.name.substr(0, one.name.find(": ")); seen.insert(name).second)
        found.all.push_back({std::move(name), one.text});
  for (const Property& one : properties()) found.all.push_back({std::string(one.code), one.name});
}

Candidates values_of(const Parameter& parameter) {
  Candidates found;
  switch (parameter.value) {
    case Value::nothing:
    case Value::text:
    case Value::number:
    case Value::seconds:
    case Value::size: return found;
    case Value::choice:
      for (const std::string& word : parameter.choices) found.all.push_back({word});
      return found;
    case Value::format_file:
      for (const std::string& word : parameter.choices) found.all.push_back({word + "="});
      found.goes_on = true;
      return found;
    case Value::convention:
      add_listed(found, "conventions");
      found.files = true;
      return found;
    case Value::scenario:
      add_listed(found, "scenarios");
      found.files = true;
      return found;
    case Value::kase:
      add_listed(found, "cases");
      found.files = true;
      return found;
    case Value::topic: add_everything(found); return found;
    case Value::file: found.files = true; return found;
    case Value::folder: found.folders = true; return found;
  }
  return found;
}

/// The words before the one that is completed, as if nobody had split any, and that one.
struct Typed {
  Words before;
  std::string word;
};

/// bash splits at '=': "--report", "json", "=", "file" are two words, "--format", "=", "json" one.
Typed typed(const Words& words, std::size_t at) {
  Typed now;
  for (std::size_t i = 0; i <= at; ++i) {
    const std::string word = i < words.size() ? words[i] : "";
    const bool joins = i > 0 && (word == "=" || (words[i - 1] == "=" && i > 1));
    if (joins)
      now.word += word;
    else {
      if (i > 0) now.before.push_back(std::move(now.word));
      now.word = word;
    }
  }
  return now;
}

const Parameter* operand(const Interface& of, const Words& before, std::size_t place) {
  std::size_t given = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const Parameter* left = i > 0 ? of.option(before[i - 1]) : nullptr;
    const bool value = left != nullptr && left->value != Value::nothing;
    given += i != place && !before[i].starts_with('-') && !value ? 1 : 0;
  }
  const Parameter* last = nullptr;
  for (const Parameter& one : of.parameters) {
    if (one.is_option()) continue;
    last = &one;
    if (given-- == 0) return last;
  }
  return last != nullptr && last->repeats ? last : nullptr;
}

void add_options(Candidates& found, const Interface& of) {
  for (const Parameter& one : of.parameters)
    if (one.is_option()) found.all.push_back({one.names.back(), one.about});
}

/// All that can be where the word is; it may begin otherwise.
Candidates possible(const Typed& now, const std::vector<Interface>& all, std::size_t& keeps) {
  Candidates found;
  const std::size_t place = place_of_command(now.before, all);
  if (place == now.before.size()) {
    for (const Interface& one : all) found.all.push_back({one.name, one.about});
    found.all.push_back({"--help", "what commands there are"});
    found.all.push_back({"--version", "which version this is"});
    return found;
  }
  const auto of = std::find_if(all.begin(), all.end(),
                               [&](const Interface& one) { return one.name == now.before[place]; });
  if (of == all.end()) return found;
  const std::size_t equals = now.word.find('=');
  const Parameter* left = now.before.empty() ? nullptr : of->option(now.before.back());
  if (left != nullptr && left->value != Value::nothing) {
    if (left->value != Value::format_file || equals == std::string::npos) return values_of(*left);
    keeps = equals + 1;
    found.files = true;
    return found;
  }
  if (!now.word.starts_with('-')) {
    const Parameter* next = operand(*of, now.before, place);
    return next == nullptr ? found : values_of(*next);
  }
  if (equals == std::string::npos) {
    add_options(found, *of);
    return found;
  }
  keeps = equals + 1;
  const Parameter* here = of->option(now.word.substr(0, equals));
  return here == nullptr ? found : values_of(*here);
}

}  // namespace

Candidates completed(const Words& words, std::size_t at, const std::vector<Interface>& all) {
  const Typed now = typed(words, std::min(at, words.size()));
  std::size_t keeps = 0;  // of the word, before what is looked for
  Candidates found = possible(now, all, keeps);
  const std::string kept = now.word.substr(0, keeps);
  const std::string begun = now.word.substr(keeps);
  std::erase_if(found.all,
                [&](const Candidates::One& one) { return !one.word.starts_with(begun); });
  // A shell that splits at '=' has only the part behind it.
  const bool split = at < words.size() ? words[at] != now.word : !now.word.empty();
  if (!split)
    for (Candidates::One& one : found.all) one.word.insert(0, kept);
  return found;
}

}  // namespace pincheck::command
