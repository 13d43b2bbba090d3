// SPDX-License-Identifier: MIT
// The numbers of stories on acquire and release, for every kind of page, way to
// hold it and way to release it, against what the machine did.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <regex>

#include "checker/explain/explain.hpp"
#include "checker/testing/sample.hpp"
#include "model/machine/ledger.hpp"

namespace pincheck::explain {
namespace {

enum class Taking : std::uint8_t { nothing, get, pin, pin_page, lockless_pin };
enum class Giving : std::uint8_t { nothing, put, unpin };

struct Combination {
  Backing backing = Backing::anon;
  int order = 0;
  Taking taking = Taking::get;
  Giving giving = Giving::put;
  Held other = Held::none;  ///< what another actor holds from the start
  Arithmetic arithmetic;

  std::string text() const {
    return fmt::format(
        "backing {}, order {}, taking {}, giving {}, other {}, bias {}, width {}, {} {}",
        static_cast<int>(backing), order, static_cast<int>(taking), static_cast<int>(giving),
        static_cast<int>(other), arithmetic.bias, arithmetic.width, arithmetic.zero_pins_are_noops,
        arithmetic.page_pins_skip_zero);
  }
};

void start_page(World& world, Backing backing) {
  const bool cached = backing == Backing::kernel || backing == Backing::file;
  const bool mapped = backing != Backing::kernel && backing != Backing::pipe;
  world.page[0] = {0, 0, backing, cached ? kCached : PageFlag{}};
  world.pte[0][0] = {mapped ? kMapped : PteFlag{}};
}

/// One actor that takes and gives, and one that has something of its own. It starts balanced.
System system_of(const Combination& one) {
  test::HandMade made(1);
  const auto write = [&](Builder& b) {
    const auto step = [&](const char* name, const Effect& effect) {
      b.step(name, name).always({effect});
    };
    switch (one.taking) {
      case Taking::nothing: break;
      case Taking::get: step("get", to::get(Role::array)); break;
      case Taking::pin: step("pin", to::pin(Role::array)); break;
      case Taking::pin_page: step("pin_page", to::pin_page(Role::array)); break;
      case Taking::lockless_pin:
        step("try", to::get(Role::array));
        step("rest", to::pin_rest(Role::array));
        break;
    }
    if (one.giving == Giving::put) step("put", to::put(Role::array));
    if (one.giving == Giving::unpin) step("unpin", to::unpin(Role::array));
  };
  made.actor({0}, write).actor({0}, [](Builder&) {});
  start_page(made.start(), one.backing);
  made.start().request[1].set_held(0, Role::array, one.other);
  System system = made.system();
  system.arithmetic = one.arithmetic;
  system.order[0] = static_cast<std::uint8_t>(one.order);
  const Expected right = expected_counts(system, system.initial, 0);
  system.initial.page[0].ref = wrap(right.ref, one.arithmetic.width);
  system.initial.page[0].pins = static_cast<Page::Pins>(right.pins);
  return system;
}

Scenario scenario_of(const Combination& one) {
  Scenario scenario;
  scenario.name = "numbers";
  scenario.pages = {{.name = "a", .backing = one.backing, .order = one.order}};
  scenario.actors.resize(2);
  scenario.actors[0].name = "taker";
  scenario.actors[1].name = "other";
  return scenario;
}

std::vector<Combination> combinations() {
  std::vector<Arithmetic> all;
  for (const auto& [bias, width] : {std::pair{1024, 32}, {48, 8}, {64, 8}})
    for (const auto& [pins, page_pins] : {std::pair{true, true}, {true, false}, {false, false}})
      all.push_back({bias, width, pins, page_pins});
  std::vector<Combination> found;
  for (const Arithmetic& arithmetic : all)
    for (const Backing backing :
         {Backing::anon, Backing::file, Backing::pipe, Backing::kernel, Backing::zero})
      for (const int order : {0, 2})
        for (int taking = 0; taking < 5; ++taking)
          for (int giving = 0; giving < 3; ++giving)
            for (const Held other : {Held::none, Held::get, Held::pin})
              if (order == 0 || backing == Backing::file)
                found.push_back({backing, order, static_cast<Taking>(taking),
                                 static_cast<Giving>(giving), other, arithmetic});
  return found;
}

/// The schedule: every step in turn.
Moves all_moves(const System& system) {
  std::vector<Choice> schedule;
  Run run(system);
  while (!run.ended()) {
    schedule.push_back(*run.choices().begin());
    run.take(schedule.back());
  }
  return moves_of(system, schedule);
}

/// A story's claims, held against the world at the violation.
class Claims {
 public:
  Claims(const Combination& one, const System& system, const Moves& moves, int property)
      : one_(one), system_(system), run_(system) {
    run_.watch(property);
    const story::Story story = story::tell(scenario_of(one), system, "", moves, property);
    event_ = story.event;
    steps_ = story.steps;
    for (const story::StoryStep& step : story.steps) take(step);
    if (story.at_end) run_.finish();
    const Explanation why = explain(story, system);
    text_ = why.sentence;
    for (const std::string& line : why.because) text_ += "\n" + line;
  }

  void check() {
    INFO(one_.text() << "\n" << text_);
    each(R"((_pincount |)(-?\d+) -> (-?\d+))", [&](const std::smatch& m) {
      CHECK(happened(m[1].length() > 0, number(m[2]), number(m[3])));
    });
    each(R"(the count is (-?\d+))", [&](const std::smatch& m) { CHECK(number(m[1]) == count()); });
    each(R"(holders add up to (-?\d+))", [&](const std::smatch& m) {
      CHECK(number(m[1]) == expected_counts(system_, run_.watched_world(), 0).ref);
    });
    each(R"((put_page|unpin_user_page)\(\) subtracts (\w+), (put_page|unpin_user_page)\(\) (\w+))",
         [&](const std::smatch& m) {
           CHECK(amount(m[2]) == subtracts(m[1] == "put_page"));
           CHECK(amount(m[4]) == subtracts(m[3] == "put_page"));
         });
    each(R"((\d+) stays? in the count)", [&](const std::smatch& m) {
      CHECK(number(m[1]) ==
            subtracts(event_.held == Held::get) - subtracts(event_.as == Held::get));
    });
    each(R"(keeps a count of (-?\d+) where (-?\d+) would)", [&](const std::smatch& m) {
      CHECK(number(m[1]) == count());
      CHECK(number(m[2]) == structure());
      CHECK(number(m[1]) != number(m[2]));
    });
    each(R"(the count of page a is (-?\d+) all the same)", [&](const std::smatch& m) {
      CHECK(number(m[1]) == count());
      CHECK(count() == structure());
    });
    each(R"(_pincount: it (went to|stays) (-?\d+))",
         [&](const std::smatch& m) { CHECK(number(m[2]) == pins()); });
    each(R"(_pincount (?:of|is) (-?\d+))",
         [&](const std::smatch& m) { CHECK(number(m[1]) == pins()); });
    each(R"(took off (\d+) where \(\d\) \w+\(\) had added (\d+))", [&](const std::smatch& m) {
      CHECK(number(m[1]) == subtracts(one_.giving == Giving::put));
      CHECK(number(m[2]) == added());
    });
    each(R"((\d+) of them do not fit)", [&](const std::smatch& m) {
      const std::int64_t least = number(m[1]);
      const std::int64_t most = (std::int64_t{1} << (one_.arithmetic.width - 1)) - 1;
      CHECK(least * one_.arithmetic.bias > most);
      CHECK((least - 1) * one_.arithmetic.bias <= most);
    });
    each(R"(is freed)", [&](const std::smatch&) { CHECK(freed()); });
    each(R"(never freed|never gets to 0)", [&](const std::smatch&) {
      CHECK_FALSE(freed());
      CHECK(wrap(std::int64_t{count()} - expected_counts(system_, run_.watched_world(), 0).ref,
                 one_.arithmetic.width) != 0);
    });
  }
  const std::string& text() const { return text_; }

 private:
  const Combination& one_;
  const System& system_;
  Run run_;
  Event event_{};
  std::vector<story::StoryStep> steps_;
  std::string text_;

  void take(const story::StoryStep& step) { run_.take(step.choice); }
  template <class Use>
  void each(const char* pattern, const Use& use) const {
    const std::regex regex(pattern);
    for (std::sregex_iterator at(text_.begin(), text_.end(), regex), end; at != end; ++at) {
      INFO(at->str());
      use(*at);
    }
  }
  static int number(const std::string& text) { return std::stoi(text); }
  static int amount(const std::string& text) { return text == "nothing" ? 0 : std::stoi(text); }
  int count() const { return run_.watched_world().page[0].ref; }
  int pins() const { return run_.watched_world().page[0].pins; }
  int low(std::int64_t value) const {
    return static_cast<int>(value & ((std::int64_t{1} << one_.arithmetic.width) - 1));
  }

  bool happened(bool pincount, int before, int after) const {
    for (const story::StoryStep& step : steps_) {
      if (pincount && step.before.page[0].pins == before && step.after.page[0].pins == after)
        return true;
      for (const Event& event : step.events)
        if (!pincount && event.before == before && event.after == after) return true;
    }
    return false;
  }
  bool freed() const {
    return std::any_of(steps_.begin(), steps_.end(), [](const story::StoryStep& step) {
      return std::any_of(step.events.begin(), step.events.end(),
                         [](const Event& e) { return e.kind == EventKind::freed; });
    });
  }
  /// What the primitive takes off this page's counter, as the machine does it.
  int subtracts(bool put) const {
    Combination other = one_;
    other.taking = Taking::nothing;
    other.giving = put ? Giving::put : Giving::unpin;
    const System system = system_of(other);
    Run run(system);
    run.take(*run.choices().begin());
    return low(std::int64_t{system.initial.page[0].ref} - run.world().page[0].ref);
  }
  /// What the taking of this combination adds.
  int added() const {
    Combination other = one_;
    other.giving = Giving::nothing;
    const System system = system_of(other);
    Run run(system);
    while (!run.ended()) run.take(*run.choices().begin());
    return low(std::int64_t{run.world().page[0].ref} - system.initial.page[0].ref);
  }
  /// The count of a page that no request holds.
  int structure() const {
    Combination other = one_;
    other.other = Held::none;
    return system_of(other).initial.page[0].ref;
  }
};

/// Every story of the combination, by property.
template <class Use>
void each_story(const Combination& one, const Use& use) {
  const System system = system_of(one);
  const Moves moves = all_moves(system);
  for (int property = 0; property < static_cast<int>(properties().size()); ++property)
    if (replay(system, moves, property)) use(Claims(one, system, moves, property));
}

}  // namespace

TEST_CASE("the numbers of a story are those of its events", "[explain]") {
  int told = 0;
  for (const Combination& one : combinations())
    each_story(one, [&](Claims claims) {
      claims.check();
      ++told;
    });
  CHECK(told > 1000);
}

TEST_CASE("a put of a pin of the zero page takes what the pin did not add", "[explain]") {
  const Combination one{Backing::zero, 0, Taking::pin, Giving::put, Held::none, {}};
  bool found = false;
  each_story(one, [&](const Claims& claims) {
    if (claims.text().find("put_page() by taker on page a, which it had pinned: 1 -> 0") ==
        std::string::npos)
      return;
    found = true;
    INFO(claims.text());
    CHECK(claims.text().find("pins of the zero page are no-ops\n"
                             "put_page() subtracts 1, unpin_user_page() nothing: the count is 0, "
                             "its holders add up to 1") != std::string::npos);
    CHECK(claims.text().find("at 0 page a is freed") != std::string::npos);
    CHECK(claims.text().find("1023") == std::string::npos);
  });
  CHECK(found);
}

TEST_CASE("what kfree() drops was not dropped by put_page()", "[explain]") {
  test::HandMade made(1);
  made.actor({0}, [](Builder& b) { b.step("kfree", "kfree").always({{Do::free_object}}); });
  made.start().page[0] = {0, 0, Backing::kernel, kCached};
  const System system = made.system();
  const Combination one{Backing::kernel, 0, Taking::nothing, Giving::nothing, Held::none, {}};
  Scenario scenario = scenario_of(one);
  scenario.actors.resize(1);
  const int property = property_index("not-freed-while-in-use");
  const story::Story story = story::tell(scenario, system, "", all_moves(system), property);
  const Explanation why = explain(story, system);
  REQUIRE_FALSE(why.because.empty());
  CHECK(why.because[0] == "(1) kfree() dropped the slab's reference: the count was too low before");
}

}  // namespace pincheck::explain
