// SPDX-License-Identifier: MIT
// A story as events of the Trace Event Format, which the Perfetto UI and chrome://tracing open.
// Time is in steps: each takes a millisecond.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "checker/render/lanes.hpp"
#include "checker/render/render.hpp"
#include "checker/render/words.hpp"

namespace pincheck::render {
namespace {

using Json = nlohmann::ordered_json;

/// When so many steps are done, in the format's microseconds.
std::size_t time_after(std::size_t steps) { return 1000 * steps; }

/// Buffers of a pipe move up in it.
bool is_same(const story::Holder& one, const story::Holder& other) {
  story::Holder moved = one;
  if (one.what.kind == Reference::Kind::ring) moved.what.place = other.what.place;
  return moved.what == other.what && one.since == other.since;
}

/// The events of one story, which is a process to the format.
class Events {
 public:
  Events(const story::Story& story, int process) : story_(story), process_(process) {}

  Json all(const explain::Explanation& why) {
    name("process_name", 0,
         fmt::format("{}: {}", story_.scenario.name, properties()[story_.property].name));
    const std::vector<Lane> lanes = lanes_of(story_);
    for (std::size_t lane = 0; lane < lanes.size(); ++lane)
      name("thread_name", lane + 1, lanes[lane].name);
    for (std::size_t i = 0; i < story_.steps.size(); ++i) add_step(lanes, i);
    for (std::size_t steps = 0; steps <= story_.steps.size(); ++steps) {
      count(steps);
      follow_holders(steps);
    }
    for (const Open& one : open_) end(one, story_.steps.size());
    if (story_.violated) {
      Json& violation = add("i", why.sentence, story_.steps.size());
      violation["s"] = "p";
      violation["args"] = {{"because", why.because}};
    }
    return std::move(events_);
  }

 private:
  struct Open {
    story::Holder holder;
    int id = 0;
  };

  const story::Story& story_;
  int process_;
  Json events_ = Json::array();
  std::vector<Open> open_;
  int ids_ = 0;

  /// Perfetto names a thread by its number alone, whatever its process. That of lane 0 does
  /// nothing.
  std::size_t thread(std::size_t lane) const {
    return 1000 * static_cast<std::size_t>(process_) + lane;
  }

  Json& add(std::string_view phase, std::string_view what, std::size_t steps) {
    events_.push_back({{"ph", phase},
                       {"name", what},
                       {"pid", process_},
                       {"tid", thread(0)},
                       {"ts", time_after(steps)}});
    return events_.back();
  }

  void name(std::string_view what, std::size_t lane, const std::string& is) {
    Json& event = add("M", what, 0);
    event["tid"] = thread(lane);
    event["args"] = {{"name", is}};
  }

  void add_step(const std::vector<Lane>& lanes, std::size_t index) {
    const story::StoryStep& step = story_.steps[index];
    const auto lane = std::find_if(lanes.begin(), lanes.end(),
                                   [&](const Lane& one) { return one.name == step.actor; });
    Json& event = add("X", step.function, index);
    event["tid"] = thread(static_cast<std::size_t>(lane - lanes.begin()) + 1);
    event["dur"] = time_after(1);
    event["cat"] = step.fault ? "fault" : "step";
    event["args"] = {{"number", index + 1}, {"step", step_words(step)}};
    for (std::size_t page = 0; page < story_.scenario.pages.size(); ++page)
      if (const auto words = change_words(story_.scenario, step, static_cast<int>(page));
          !words.empty())
        event["args"][fmt::format("page {}", story_.scenario.pages[page].name)] =
            fmt::format("{}", fmt::join(words, ", "));
  }

  const World& world_after(std::size_t steps) const {
    return steps == 0 ? story_.steps[0].before : story_.steps[steps - 1].after;
  }

  void count(std::size_t steps) {
    if (story_.steps.empty()) return;
    const auto& pages = story_.scenario.pages;
    for (std::size_t page = 0; page < pages.size(); ++page) {
      const Page& now = world_after(steps).page[page];
      add("C", fmt::format("_refcount of {}", pages[page].name),
          steps)["args"] = {{"references", now.ref}};
      if (pages[page].order > 0)
        add("C", fmt::format("_pincount of {}", pages[page].name),
            steps)["args"] = {{"pins", now.pins}};
    }
  }

  /// References begin and end; one that changes hands is another one afterwards.
  void follow_holders(std::size_t steps) {
    std::vector<story::Holder> fresh =
        steps == 0 ? story_.holders : story_.steps[steps - 1].holders;
    std::erase_if(open_, [&](const Open& one) {
      const auto stays = std::find_if(fresh.begin(), fresh.end(), [&](const story::Holder& holder) {
        return is_same(one.holder, holder);
      });
      const bool gone = stays == fresh.end();
      if (gone)
        end(one, steps);
      else
        fresh.erase(stays);
      return gone;
    });
    for (const story::Holder& one : fresh) {
      open_.push_back({one, ++ids_});
      asynchronous("b", open_.back(), steps);
    }
  }

  void end(const Open& one, std::size_t steps) { asynchronous("e", one, steps); }

  void asynchronous(std::string_view phase, const Open& one, std::size_t steps) {
    const Reference& what = one.holder.what;
    Json& event = add(phase, holder_words(story_.scenario, what), steps);
    event["cat"] = fmt::format("page {}", story_.scenario.pages[what.page].name);
    event["id"] = fmt::format("{}.{}", process_, one.id);
  }
};

}  // namespace

Json render_perfetto(const story::Story& story, const explain::Explanation& why, int process) {
  return Events(story, process).all(why);
}

}  // namespace pincheck::render
