// SPDX-License-Identifier: MIT
#include <array>
#include <nlohmann/json.hpp>

#include "checker/render/lanes.hpp"
#include "checker/render/render.hpp"
#include "checker/render/words.hpp"
#include "model/machine/ledger.hpp"

namespace pincheck::render {
namespace {

using Json = nlohmann::ordered_json;

std::string_view name(Held held) {
  static constexpr std::array<std::string_view, 3> kNames{"none", "get", "pin"};
  return kNames[static_cast<int>(held)];
}

std::string_view name(Role role) {
  static constexpr std::array<std::string_view, kRoles> kNames{"extraction", "request", "cur_page",
                                                               "creator"};
  return kNames[static_cast<int>(role)];
}

std::string_view name(EventKind kind) {
  static constexpr std::array<std::string_view, kEventKinds> kNames{
      "acquired",  "released",          "freed",     "frozen",  "device-read", "device-write",
      "cpu-write", "writeback-started", "dirtied",   "refused", "installed",   "allocated",
      "moved",     "left-over",         "quiescent", "stuck"};
  return kNames[static_cast<int>(kind)];
}

std::string page_name(const Scenario& scenario, int page) {
  return page == kNoPage ? "" : scenario.pages[page].name;
}

Json to_json(const Scenario& scenario, const Reference& reference) {
  using Kind = Reference::Kind;
  static constexpr std::array<std::string_view, 7> kNames{
      "page cache", "kernel", "PTE", "buffers", "pipe buffer", "tmp_page", "request"};
  if (reference.kind == Kind::nobody) return nullptr;
  const bool slab =
      reference.kind == Kind::cache && scenario.pages[reference.page].backing == Backing::kernel;
  std::string of;
  if (reference.kind == Kind::ring || reference.kind == Kind::tmp_page)
    of = pipe_name(scenario, reference.owner);
  if (reference.kind == Kind::request) of = scenario.actors[reference.owner].name;
  return {{"by", slab ? "slab" : kNames[static_cast<int>(reference.kind)]},
          {"of", of},
          {"role", reference.kind == Kind::request ? name(reference.role) : "structural"},
          {"held", name(reference.held)}};
}

/// What the reference is for that the event is about, before all the one that comes.
std::string_view role_of(const Event& event) {
  const Reference& one = event.to.kind == Reference::Kind::nobody ? event.from : event.to;
  const bool of_nobody = one.kind == Reference::Kind::nobody;
  if (of_nobody ? event.structural : one.kind != Reference::Kind::request) return "structural";
  return name(of_nobody ? event.role : one.role);
}

Json to_json(const Scenario& scenario, const Event& event) {
  return {{"kind", name(event.kind)},
          {"actor", scenario.actors[event.actor].name},
          {"page", page_name(scenario, event.page)},
          {"role", role_of(event)},
          {"held", name(event.held)},
          {"as", name(event.as)},
          {"from", to_json(scenario, event.from)},
          {"to", to_json(scenario, event.to)},
          {"before", event.before},
          {"after", event.after}};
}

/// Those whose device may be touching the page.
Json devices_json(const Scenario& scenario, const World& world, int page) {
  Json names = Json::array();
  for (std::size_t actor = 0; actor < scenario.actors.size(); ++actor) {
    const Request& request = world.request[actor];
    bool touches = false;
    for (int slot = 0; in_flight(request) && slot < request.count; ++slot)
      touches = touches || (request.in_io(slot) && request.slot[slot] == page);
    if (touches) names.push_back(scenario.actors[actor].name);
  }
  return names;
}

/// A page after the first `steps` steps.
Json page_json(const story::Story& story, std::size_t steps, int page) {
  const Scenario& scenario = story.scenario;
  const story::StoryStep& step = story.steps[steps == 0 ? 0 : steps - 1];
  const World& world = steps == 0 ? step.before : step.after;
  const Page& counts = world.page[page];
  const Arithmetic arithmetic{.bias = scenario.bias, .width = scenario.width};
  Json holders = Json::array();
  for (const story::Holder& one : holders_of(story, steps, page)) {
    Json held = to_json(scenario, one.what);
    held["words"] = holder_words(scenario, one.what);
    held["since"] = one.since;
    holders.push_back(std::move(held));
  }
  return {
      {"name", page_name(scenario, page)},
      {"ref", counts.ref},
      {"pincount", counts.pins},
      {"maybe_dma_pinned", maybe_dma_pinned(counts, scenario.pages[page].order > 0, arithmetic)},
      {"flags", flags_set(world, page)},
      {"devices", devices_json(scenario, world, page)},
      {"holders", holders},
      {"changes", steps == 0 ? std::vector<std::string>{} : change_words(scenario, step, page)}};
}

Json pages_json(const story::Story& story, std::size_t steps) {
  Json pages = Json::array();
  for (int page = 0; page < static_cast<int>(story.scenario.pages.size()); ++page)
    pages.push_back(page_json(story, steps, page));
  return pages;
}

Json step_json(const story::Story& story, std::size_t index) {
  const story::StoryStep& step = story.steps[index];
  Json events = Json::array();
  for (const Event& event : step.events) events.push_back(to_json(story.scenario, event));
  return {{"actor", step.actor},
          {"function", step.function},
          {"step", step.step},
          {"outcome", step.outcome},
          {"fault", step.fault},
          {"events", events},
          {"pages", pages_json(story, index + 1)}};
}

}  // namespace

Json render_json(const story::Story& story, const explain::Explanation& why) {
  Json steps = Json::array();
  for (std::size_t i = 0; i < story.steps.size(); ++i) steps.push_back(step_json(story, i));
  Json threads = Json::array();
  for (const Lane& lane : lanes_of(story)) threads.push_back(lane.name);
  return {{"scenario", story.scenario.name},
          {"property", properties()[story.property].name},
          {"sentence", why.sentence},
          {"because", why.because},
          {"at_end", story.at_end},
          {"threads", threads},
          {"start", story.steps.empty() ? Json::array() : pages_json(story, 0)},
          {"steps", steps}};
}

}  // namespace pincheck::render
