// SPDX-License-Identifier: MIT
// model/question: uses model/language; used by model/iterators, model/machine.
// What a scenario is made of, said once: for the reader and the writer of files, the generator, the
// shrinker and the sizes. They go through each_field(), which calls a visitor with one description
// a member, in the order of files. A member that is in no list does not compile.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "model/question/scenario.hpp"

namespace pincheck {
namespace field {

/// What every description has: the key in files, and the member.
template <class Spec, class T>
struct Member {
  std::string_view key;
  T Spec::*at;
};

/// Of the scenario, a page, a pipe or an actor.
template <class Spec>
struct Name : Member<Spec, std::string> {};
/// Words for people; "" is none.
template <class Spec>
struct Text : Member<Spec, std::string> {};
struct PathName : Member<ActorSpec, std::string> {};
struct CallerName : Member<ActorSpec, std::string> {};  ///< "" is none
struct KindName : Member<ActorSpec, std::string> {};    ///< "" is none
struct BackingName : Member<PageSpec, Backing> {};
struct PropertyNames : Member<Scenario, std::vector<std::string>> {};
struct CheckNames : Member<Scenario, CheckSet> {};
struct PipeName : Member<ActorSpec, int> {};  ///< below 0 is none
template <class Spec>
struct PageNames : Member<Spec, std::vector<int>> {};
template <class Part>
struct Tables : Member<Scenario, std::vector<Part>> {
  using Spec = Part;
};

/// Whose question a setting is.
enum class Of : std::uint8_t {
  state,     ///< how pages are at the start: it goes where it makes no difference
  question,  ///< what somebody asked about
};

/// What is at its simplest, or could be simpler. The usual value is the member's own.
template <class Spec, class T>
struct Setting {
  std::string_view key;
  T Spec::*at;
  T simplest{};
  Of of = Of::question;
  int turn = 1;     ///< of the settings of one part, from 1, when the shrinker tries it
  int percent = 0;  ///< of random file pages that have it at 1 or true; others draw by rules
  int low = 0;      ///< of numbers, both inclusive
  int high = 0;
};

template <class Spec>
using Flag = Setting<Spec, bool>;
template <class Spec>
using Number = Setting<Spec, int>;

}  // namespace field

// --- the lists ---

template <class V>
constexpr void visit_fields(std::type_identity<PageSpec>, V&& v) {
  using P = PageSpec;
  constexpr auto state = field::Of::state;
  v(field::Name<P>{{"name", &P::name}});
  v(field::BackingName{{"backing", &P::backing}});
  // Only file pages have what follows.
  v(field::Number<P>{.key = "order", .at = &P::order, .turn = 5, .percent = 15, .high = 3});
  v(field::Flag<P>{.key = "mapped", .at = &P::mapped, .of = state, .turn = 4, .percent = 80});
  v(field::Flag<P>{.key = "dirty", .at = &P::dirty, .of = state, .turn = 3, .percent = 30});
  v(field::Flag<P>{.key = "buffers", .at = &P::buffers, .of = state, .turn = 2, .percent = 50});
  v(field::Flag<P>{.key = "stable", .at = &P::stable, .of = state, .turn = 1, .percent = 15});
}

template <class V>
constexpr void visit_fields(std::type_identity<PipeSpec>, V&& v) {
  using P = PipeSpec;
  v(field::Name<P>{{"name", &P::name}});
  v(field::PageNames<P>{{"holds", &P::holds}});
}

template <class V>
constexpr void visit_fields(std::type_identity<ActorSpec>, V&& v) {
  using A = ActorSpec;
  v(field::Name<A>{{"name", &A::name}});
  v(field::PathName{{"path", &A::path}});
  v(field::CallerName{{"caller", &A::caller}});
  v(field::KindName{{"kind", &A::kind}});
  v(field::PageNames<A>{{"pages", &A::pages}});
  v(field::PipeName{{"pipe", &A::pipe}});
  v(field::PipeName{{"to", &A::pipe2}});
  v(field::Text<A>{{"process", &A::process}});
  // Only actors that name a kind have what follows.
  v(field::Flag<A>{.key = "async", .at = &A::async, .turn = 1});
  v(field::Setting<A, Holds>{.key = "holds", .at = &A::holds, .turn = 3});
  v(field::Setting<A, Until>{.key = "until", .at = &A::until, .turn = 2});
}

template <class V>
constexpr void visit_fields(std::type_identity<Scenario>, V&& v) {
  using S = Scenario;
  v(field::Name<S>{{"name", &S::name}});
  v(field::Text<S>{{"title", &S::title}});
  v(field::Text<S>{{"claim", &S::claim}});
  v(field::PropertyNames{{"asks", &S::asks}});
  v(field::CheckNames{{"without", &S::without}});
  v(field::Setting<S, std::optional<bool>>{
      .key = "reclaim_tests_pins", .at = &S::reclaim_tests_pins, .turn = 1});
  v(field::Number<S>{.key = "bias",
                     .at = &S::bias,
                     .simplest = kUsualBias,
                     .turn = 2,
                     .low = 16,
                     .high = 1 << 20});
  v(field::Number<S>{
      .key = "width", .at = &S::width, .simplest = kUsualWidth, .turn = 3, .low = 8, .high = 32});
  v(field::Tables<PageSpec>{{"page", &S::pages}});
  v(field::Tables<PipeSpec>{{"pipe", &S::pipes}});
  v(field::Tables<ActorSpec>{{"actor", &S::actors}});
}

template <class Spec, class V>
constexpr void each_field(V&& v) {
  visit_fields(std::type_identity<Spec>{}, v);
}

// --- every member is in its list ---

namespace counting {

struct Anything {
  template <class T>
  operator T() const;
};

/// How many members an aggregate has: as many as it takes initial values.
template <class T, class... Values>
consteval std::size_t members() {
  if constexpr (requires { T{Values{}..., Anything{}}; })
    return members<T, Values..., Anything>();
  else
    return sizeof...(Values);
}

template <class Spec>
consteval std::size_t listed() {
  std::size_t count = 0;
  each_field<Spec>([&](const auto&) { ++count; });
  return count;
}

}  // namespace counting

template <class Spec>
inline constexpr bool kAllListed = counting::members<Spec>() == counting::listed<Spec>();
static_assert(Holds{} == Holds::by_kind && Until{} == Until::completion, "their simplest values");
static_assert(kAllListed<PageSpec>, "a member of PageSpec is not in its list above");
static_assert(kAllListed<PipeSpec>, "a member of PipeSpec is not in its list above");
static_assert(kAllListed<ActorSpec>, "a member of ActorSpec is not in its list above");
static_assert(kAllListed<Scenario>, "a member of Scenario is not in its list above");

// --- some of the fields ---

template <class Spec, class V>
constexpr void each_setting(const V& v) {
  each_field<Spec>([&](const auto& f) {
    if constexpr (requires { f.simplest; }) v(f);
  });
}

/// How many settings could be simpler.
template <class Spec>
int flags_of(const Spec& spec) {
  int flags = 0;
  each_setting<Spec>([&](const auto& setting) {
    flags += static_cast<int>(spec.*setting.at != setting.simplest);
  });
  return flags;
}
inline int flags_of(const PageSpec& page) {
  return page.backing == Backing::file ? flags_of<PageSpec>(page) : 0;
}

/// Calls `v(field, part)` for every field of every page, pipe and actor.
template <class S, class V>
void each_part_field(S& scenario, const V& v) {
  each_field<Scenario>([&](const auto& table) {
    if constexpr (requires { typename std::remove_cvref_t<decltype(table)>::Spec; })
      for (auto& part : scenario.*table.at)
        each_field<typename std::remove_cvref_t<decltype(table)>::Spec>(
            [&](const auto& f) { v(f, part); });
  });
}

/// Every list of pages, each page by its number.
template <class S, class V>
void each_page_list(S& scenario, const V& v) {
  each_part_field(scenario, [&](const auto& f, auto& part) {
    if constexpr (std::same_as<std::remove_cvref_t<decltype(part.*f.at)>, std::vector<int>>)
      v(part.*f.at);
  });
}

/// Every pipe that an actor may name, by its number.
template <class S, class V>
void each_pipe_name(S& scenario, const V& v) {
  each_part_field(scenario, [&](const auto& f, auto& part) {
    if constexpr (std::same_as<decltype(f), const field::PipeName&>) v(part.*f.at);
  });
}

}  // namespace pincheck
