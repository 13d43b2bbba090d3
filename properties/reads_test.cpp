// SPDX-License-Identifier: MIT
// What properties say they read, against what they do: a world that differs
// only in what a property does not read gets the same verdict.
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include <algorithm>

#include "checker/search/rng.hpp"
#include "model/machine/parts.hpp"
#include "properties/property.hpp"

namespace pincheck {
namespace {

constexpr int kPages = 2;
constexpr int kActors = 3;
constexpr int kFlagBits = 15;  ///< of a page and of a request, at least
constexpr int kFlightFlags = kSubmitted | kDeviceDone | kCancelled | kIoError | kDest;

/// Worlds that mean nothing, of two pages, two pipes and three actors.
class AnyWorld {
 public:
  explicit AnyWorld(search::Rng& rng) : rng_(rng), sparse_(coin()) {}

  World world() {
    World made;
    for (Page& one : made.page) one = page();
    for (auto& mm : made.pte)
      for (Pte& one : mm) one = pte();
    for (Request& one : made.request) one = request();
    for (Pipe& one : made.pipe) one = pipe();
    for (Thread& one : made.thread) one = {number(20), number(kMaxSlots)};
    return made;
  }
  Page page() {
    const int ref = coin() ? number(4) - 1 : 1024 * number(3) + number(3) - 1;
    return {ref, static_cast<Page::Pins>(number(3)), static_cast<Backing>(number(5)), flags()};
  }
  Pte pte() { return {static_cast<std::uint16_t>(number(1 << kPteFlagBits))}; }
  std::uint16_t flags() { return static_cast<std::uint16_t>(rng_.below(1 << kFlagBits)); }
  std::uint8_t page_or_none() {
    if (sparse_ && number(4) != 0) return kNoPage;
    const int page = number(kPages + 1);
    return page == kPages ? kNoPage : static_cast<std::uint8_t>(page);
  }
  Request request() {
    Request made;
    for (std::uint8_t& slot : made.slot) slot = page_or_none();
    for (std::uint8_t& held : made.held) held = any_held();
    made.count = number(kMaxSlots + 1);
    made.left_out = number(1 << kMaxSlots);
    made.stale_slots = number(1 << kMaxSlots);
    made.pinned_slots = number(1 << kMaxSlots);
    made.flags = flags();
    return made;
  }
  std::uint8_t any_held() {
    Request made;
    for (int role = 0; role < kRoles; ++role)
      made.set_held(0, static_cast<Role>(role), coin() ? Held::none : held());
    return made.held[0];
  }
  Pipe pipe() {
    Pipe made;
    made.count = sparse_ && coin() ? 0 : number(kRingSlots + 1);
    for (int k = 0; k < made.count; ++k)
      made.ring[static_cast<std::size_t>(k)] = PipeBuffer::make(number(kPages), ops());
    made.tmp_page = page_or_none();
    made.locked = number(2);
    return made;
  }
  BufferOps ops() { return static_cast<BufferOps>(number(4)); }
  /// As the model tells them: there is no page where a request is refused, or somebody is stuck.
  Event event(EventKind kind) {
    Event made{kind, number(kActors), number(kMaxSlots), number(kPages)};
    if (kind == EventKind::refused || kind == EventKind::stuck) made.page = kNoPage;
    made.role = static_cast<Role>(number(kRoles));
    made.from_page = coin();
    made.structural = coin();
    made.held = made.structural ? Held::get : held();
    made.as = made.structural ? Held::get : held();
    made.before = page().ref;
    made.after = page().ref;
    return made;
  }
  bool coin() { return rng_.below(2) == 0; }
  std::uint8_t number(std::uint32_t below) { return static_cast<std::uint8_t>(rng_.below(below)); }

 private:
  search::Rng& rng_;
  bool sparse_;  ///< pages have few holders
  Held held() { return static_cast<Held>(number(3)); }
};

/// Two pages, the second one large, and three actors that are told apart.
System any_system(search::Rng& rng) {
  System made;
  made.pages = kPages;
  made.pipes = kMaxPipes;
  made.actors = kActors;
  made.arithmetic.zero_pins_are_noops = rng.below(2) == 0;
  made.order[1] = static_cast<std::uint8_t>(rng.below(3));
  for (bool& accepts : made.baseline_accepts) accepts = rng.below(2) == 0;
  return made;
}

/// Gives new values to what a monitor that is told of the event says it does not read.
class Unread {
 public:
  Unread(const Reads& reads, const Event& event, search::Rng& rng, World& world)
      : reads_(reads), event_(event), any_(rng), world_(world) {}

  void change() {
    for (int page = 0; page < kPages; ++page)
      if (page != event_.page) world_.page[page] = any_.page();
    if (event_.page != kNoPage) change_page(world_.page[event_.page]);
    for (auto& mm : world_.pte)
      for (int page = 0; page < kPages; ++page) change_pte(mm[page], page);
    for (Thread& thread : world_.thread) thread = {any_.number(20), any_.number(kMaxSlots)};
    for (Pipe& pipe : world_.pipe) change_pipe(pipe);
    for (int actor = 0; actor < kActors; ++actor) change_request(actor);
  }

 private:
  const Reads& reads_;
  const Event& event_;
  AnyWorld any_;
  World& world_;

  int flags_read() const {
    return reads_.page | (reads_.holders ? kCached | kPrivate | kFree : PageFlag{});
  }
  void change_page(Page& page) {
    const Page other = any_.page();
    page.flags = mixed(page.flags, other.flags, flags_read());
    if (reads_.counters) return;
    page.ref = other.ref;
    page.pins = other.pins;
    page.backing = other.backing;
  }
  void change_pte(Pte& pte, int page) {
    const bool counts = reads_.holders && page == event_.page;
    pte.flags = mixed(pte.flags, any_.pte().flags, counts ? kMapped : PteFlag{});
  }
  static std::uint16_t mixed(int keep, int change, int mask) {
    return static_cast<std::uint16_t>((keep & mask) | (change & ~mask));
  }

  /// Where holders matter, all but which pages are in it.
  void change_pipe(Pipe& pipe) {
    const Pipe old = pipe;
    pipe = any_.pipe();
    if (!reads_.holders) return;
    pipe.count = old.count;
    pipe.tmp_page = old.tmp_page;
    for (std::size_t k = 0; k < old.ring.size(); ++k)
      pipe.ring[k] =
          k < old.count ? PipeBuffer::make(old.ring[k].page(), any_.ops()) : PipeBuffer{};
  }

  void change_request(int actor) {
    Request& request = world_.request[actor];
    const Request old = request;
    const bool own = actor == event_.actor;
    const bool slots = own && reads_.slots;
    if (!slots) request = any_.request();
    if (own && (reads_.slots || reads_.stale)) request.slot = old.slot;
    for (int slot = 0; slot < kMaxSlots && !slots; ++slot) keep_what_is_read(request, old, slot);
    if (!slots && reads_.in_flight) {
      request.count = old.count;
      request.left_out = old.left_out;
    }
    const Request ghosts = any_.request();
    request.pinned_slots = slots ? old.pinned_slots : ghosts.pinned_slots;
    request.stale_slots = own && reads_.stale ? old.stale_slots : ghosts.stale_slots;
    int flags = own ? reads_.request : 0;
    const auto lists = std::find(old.slot.begin(), old.slot.end(), event_.page) != old.slot.end();
    if (reads_.in_flight && lists) flags |= kFlightFlags;
    request.flags = mixed(old.flags, any_.flags(), flags);
  }
  /// Slots that list the event's page go on doing so where that matters, and no others do.
  void keep_what_is_read(Request& request, const Request& old, int slot) const {
    if (!reads_.holders && !reads_.in_flight) return;
    const bool listed = old.slot[slot] == event_.page;
    if (listed || request.slot[slot] == event_.page) request.slot[slot] = old.slot[slot];
    if (listed && reads_.holders) request.held[slot] = old.held[slot];
  }
};

/// The seed of a world in which the property, taken at its word, gives a verdict that what it does
/// not read changes; nothing when none of so many does.
std::optional<std::uint64_t> contradiction(const Property& property, EventKind kind,
                                           const Reads& reads, std::uint64_t first, int worlds) {
  for (std::uint64_t seed = first; seed < first + static_cast<std::uint64_t>(worlds); ++seed) {
    search::Rng rng(seed);
    const System system = any_system(rng);
    AnyWorld any(rng);
    const World world = any.world();
    const Event event = any.event(kind);
    World other = world;
    const bool nothing = event.structural && reads.requests_only;
    Unread(nothing ? Reads{} : reads, event, rng, other).change();
    if (property.violated(system, world, event) != property.violated(system, other, event))
      return seed;
  }
  return std::nullopt;
}

/// The statement with one thing less, for each thing that it has.
std::vector<Reads> with_one_less(const Reads& all) {
  std::vector<Reads> found;
  const auto add = [&](const auto& change) {
    Reads less = all;
    change(less);
    if (!(less == all)) found.push_back(less);
  };
  for (int bit = 0; bit < kFlagBits; ++bit) {
    add([&](Reads& r) { r.page &= ~(1 << bit); });
    add([&](Reads& r) { r.request &= ~(1 << bit); });
  }
  for (bool Reads::*one :
       {&Reads::counters, &Reads::holders, &Reads::in_flight, &Reads::slots, &Reads::stale})
    add([&](Reads& r) { r.*one = false; });
  return found;
}

/// A property that a user might add: a device must not read a page under writeback that others
/// hold.
bool reads_under_writeback(const System& system, const World& world, const Event& event) {
  return world.page[event.page].has(kWriteback) && holders(system, world, event.page) > 1;
}
Property added(const std::vector<Watch>& events) {
  return {.name = "added", .code = "ADDED", .events = events, .violated = reads_under_writeback};
}

}  // namespace

TEST_CASE("every property says what it reads", "[properties]") {
  CHECK(watched().unstated().empty());
  for (const Property& property : properties()) {
    INFO(property.name);
    for (const Watch& watch : property.events) CHECK(watch.reads.has_value());
  }
}

TEST_CASE("no property reads more than it says", "[properties]") {
  rc::prop("verdicts stay", [](std::uint32_t seed) {
    for (const Property& property : properties())
      for (const Watch& watch : property.events) {
        RC_LOG() << property.name << ", event " << static_cast<int>(watch.kind) << '\n';
        RC_ASSERT(!contradiction(property, watch.kind, *watch.reads, seed, 50));
      }
  });
}

TEST_CASE("no property says that it reads what it does not", "[properties]") {
  for (const Property& property : properties()) {
    for (const Watch& watch : property.events) {
      for (const Reads& less : with_one_less(*watch.reads)) {
        INFO(property.name << ", event " << static_cast<int>(watch.kind));
        CHECK(contradiction(property, watch.kind, less, 0, 20000).has_value());
      }
    }
  }
}

TEST_CASE("a property that says too little is found out", "[properties]") {
  const auto kind = EventKind::device_read;
  const Property property = added({{kind, Reads{}}});
  CHECK(contradiction(property, kind, Reads{}, 0, 1000));
  CHECK(contradiction(property, kind, Reads{.page = kWriteback}, 0, 1000));
  CHECK(contradiction(property, kind, Reads{.counters = true, .holders = true}, 0, 1000));
  const Reads right{.page = kWriteback, .counters = true, .holders = true};
  CHECK_FALSE(contradiction(property, kind, right, 0, 20000));
}

TEST_CASE("a property that says nothing may read anything", "[properties]") {
  std::vector<Property> all = properties();
  all.push_back(added({EventKind::device_read, EventKind::device_write}));
  const Watched found = watched_by(all);
  CHECK(found.unstated() == std::vector<std::string>{"added"});
  CHECK_FALSE(found.of(EventKind::device_read, false));
  CHECK_FALSE(found.of(EventKind::device_write, true));
  CHECK(found.of(EventKind::freed, false) == watched().of(EventKind::freed, false));
  CHECK(watched().of(EventKind::freed, false)->holders);
}

TEST_CASE("properties do not look at numbers of pages and actors", "[properties]") {
  rc::prop("renaming changes no verdict", [](std::uint32_t seed) {
    search::Rng rng(seed);
    const System system = any_system(rng);
    AnyWorld any(rng);
    const World world = any.world();
    Renaming to = Renaming::identity();
    if (any.coin()) std::swap(to.page[0], to.page[1]);
    std::next_permutation(to.actor.begin(), to.actor.begin() + 1 + any.number(kActors));
    System other = system;
    for (int page = 0; page < kPages; ++page) other.order[to.page[page]] = system.order[page];
    for (int actor = 0; actor < kActors; ++actor)
      other.baseline_accepts[to.actor[actor]] = system.baseline_accepts[actor];
    for (const Property& property : properties())
      for (const Watch& watch : property.events) {
        const Event event = any.event(watch.kind);
        Event there = event;
        there.actor = to.actor[event.actor];
        if (event.page != kNoPage) there.page = to.page[event.page];
        RC_ASSERT(property.violated(system, world, event) ==
                  property.violated(other, renamed(world, to), there));
      }
  });
}

}  // namespace pincheck
