// SPDX-License-Identifier: MIT
// Orderly generation (Read 1978, Faradzev 1978): a scenario is written as numbers, and yielded only
// if no renaming of it that is well formed, too, is written with smaller ones. Nothing that was
// yielded has to be remembered.
//
// A scenario is a stage (the pages, and what each ring holds) and a multiset of actors. For each
// size come all stages, and for each of them all multisets in ascending order of their codes.
#include "checker/enumerate.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "checker/grammar.hpp"

namespace pincheck {
namespace {

int flags_of(const PageSpec& page) {
  if (page.backing != Backing::file) return 0;
  return int{page.order != 0} + int{page.mapped} + int{page.dirty} + int{page.buffers} +
         int{page.stable};
}

int flags_of(const ActorSpec& actor) {
  return int{actor.async} + int{actor.gift} + int{actor.holds != Holds::by_kind} +
         int{actor.until != Until::completion};
}

/// Pages in ascending order, each as 1 + index, then zeros.
using List = std::array<std::uint8_t, kMaxSlots>;
static_assert(kRingSlots == kMaxSlots, "what a ring holds is such a list, too");

/// What each 1 + index becomes; nothing stays nothing.
using Renaming = std::array<std::uint8_t, 1 + std::max(kMaxPages, kMaxPipes)>;

List list_of(const std::vector<int>& pages) {
  List list{};
  for (std::size_t i = 0; i < pages.size(); ++i) list[i] = static_cast<std::uint8_t>(1 + pages[i]);
  return list;
}

int length_of(const List& list) {
  return static_cast<int>(std::find(list.begin(), list.end(), 0) - list.begin());
}

std::vector<int> pages_of(const List& list) {
  std::vector<int> pages;
  for (int i = 0; i < length_of(list); ++i) pages.push_back(list[i] - 1);
  return pages;
}

/// A bit a page.
unsigned mask_of(const List& list) {
  unsigned mask = 0;
  for (const unsigned page : list) mask |= 1U << page >> 1;
  return mask;
}

/// False when the list is not ascending any more.
bool rename(List& list, const Renaming& to) {
  std::uint8_t before = 0;
  for (std::uint8_t& page : list) {
    page = to[page];
    if (page != 0 && page < before) return false;
    before = page;
  }
  return true;
}

/// An actor as numbers: its size, what has no name, then the names. A renaming changes only those.
struct Code {
  std::uint8_t slots = 0;
  std::uint8_t flags = 0;
  std::uint16_t shape = 0;  ///< path, caller, kind and flags together
  List list{};
  std::uint8_t pipe = 0;  ///< 0 for none, else 1 + index
  std::uint8_t pipe2 = 0;

  auto numbers() const { return std::tie(slots, flags, shape, list, pipe, pipe2); }
  bool operator==(const Code&) const = default;
  bool operator<(const Code& other) const { return numbers() < other.numbers(); }
};

/// What actors come to, one or several.
struct Sum {
  int slots = 0;
  int flags = 0;
  unsigned pages = 0;  ///< listed, a bit each
  unsigned pipes = 0;  ///< named, a bit each
  bool allocates = false;
  Claim claim;
};

struct Actor {
  Code code;
  Sum sum;
};

/// Who can act on pages of given backings with a number of pipes, and what can be in the rings.
struct Cast {
  std::vector<Actor> actors;             ///< ascending
  std::vector<std::vector<List>> rings;  ///< one list a pipe, ascending

  /// The first actor of at least this size.
  int first(int slots, int flags) const {
    const auto smaller = [&](const Actor& actor) {
      return std::pair(actor.sum.slots, actor.sum.flags) < std::pair(slots, flags);
    };
    return static_cast<int>(std::partition_point(actors.begin(), actors.end(), smaller) -
                            actors.begin());
  }
};

/// What the grammar yields, part by part.
class Parts {
 public:
  Parts(Kinds kinds, int slots) : kinds_(std::move(kinds)), grammar_(kinds_, slots, odometer_) {
    do {
      const PageSpec page = grammar_.page();
      if (std::find(pages_.begin(), pages_.end(), page) == pages_.end()) pages_.push_back(page);
    } while (odometer_.turn());
    std::stable_sort(pages_.begin(), pages_.end(), [](const PageSpec& a, const PageSpec& b) {
      return flags_of(a) < flags_of(b);
    });
  }

  /// Pages without names, those with fewer flags first.
  const std::vector<PageSpec>& pages() const { return pages_; }

  /// The actor without its name.
  ActorSpec actor(const Code& code) const {
    ActorSpec actor = shapes_[code.shape];
    actor.pages = pages_of(code.list);
    actor.pipe = code.pipe - 1;
    actor.pipe2 = code.pipe2 - 1;
    return actor;
  }

  /// For pages by their numbers; it stays where it is.
  const Cast& cast(const std::vector<int>& pages, int pipes) {
    std::pair<int, std::vector<Backing>> key{pipes, {}};
    for (const int page : pages) key.second.push_back(pages_[page].backing);
    const auto [found, fresh] = casts_.try_emplace(key);
    if (fresh) {
      std::vector<PageSpec> specs;
      for (const int page : pages) specs.push_back(pages_[page]);
      found->second = {all_actors(specs, pipes), all_rings(specs, pipes)};
    }
    return found->second;
  }

 private:
  Kinds kinds_;
  Odometer odometer_;
  Grammar grammar_;
  std::vector<PageSpec> pages_;
  std::vector<ActorSpec> shapes_;
  std::map<std::pair<int, std::vector<Backing>>, Cast> casts_;

  std::vector<Actor> all_actors(const std::vector<PageSpec>& pages, int pipes) {
    std::vector<Actor> actors;
    for (const Path& path : paths()) {
      do {
        const auto spec = grammar_.actor(path, callers(), pages, pipes, {});
        if (spec) actors.push_back(numbered(*spec, pages));
      } while (odometer_.turn());
    }
    const auto less = [](const Actor& a, const Actor& b) { return a.code < b.code; };
    const auto same = [](const Actor& a, const Actor& b) { return a.code == b.code; };
    std::sort(actors.begin(), actors.end(), less);
    actors.erase(std::unique(actors.begin(), actors.end(), same), actors.end());
    return actors;
  }

  Actor numbered(const ActorSpec& spec, const std::vector<PageSpec>& pages) {
    Actor actor;
    actor.code.slots = static_cast<std::uint8_t>(spec.pages.size());
    actor.code.flags = static_cast<std::uint8_t>(flags_of(spec));
    actor.code.shape = shape_of(spec);
    actor.code.list = list_of(spec.pages);
    actor.code.pipe = static_cast<std::uint8_t>(spec.pipe + 1);
    actor.code.pipe2 = static_cast<std::uint8_t>(spec.pipe2 + 1);
    const unsigned pipes = 1U << actor.code.pipe | 1U << actor.code.pipe2;
    actor.sum = {actor.code.slots, actor.code.flags,       mask_of(actor.code.list),
                 pipes >> 1,       allocates(spec, pages), claim_of(spec, pages)};
    return actor;
  }

  std::uint16_t shape_of(ActorSpec spec) {
    spec.pages.clear();
    spec.pipe = spec.pipe2 = -1;
    const auto found = std::find(shapes_.begin(), shapes_.end(), spec);
    const auto number = static_cast<std::uint16_t>(found - shapes_.begin());
    if (found == shapes_.end()) shapes_.push_back(std::move(spec));
    return number;
  }

  std::vector<std::vector<List>> all_rings(const std::vector<PageSpec>& pages, int pipes) {
    std::vector<List> one;
    do {
      one.push_back(list_of(grammar_.pipe(pages).holds));
    } while (odometer_.turn());
    std::sort(one.begin(), one.end());
    std::vector<std::vector<List>> rings{{}};
    for (int pipe = 0; pipe < pipes; ++pipe) {
      const auto shorter = std::exchange(rings, {});
      for (const auto& some : shorter)
        for (const List& ring : one)
          if (some.empty() || some.back() <= ring) {
            rings.push_back(some);
            rings.back().push_back(ring);
          }
    }
    return rings;
  }
};

/// All permutations of so many things, the one that changes nothing first.
const std::vector<Renaming>& permutations(std::size_t count) {
  static const auto by_count = [] {
    std::array<std::vector<Renaming>, std::tuple_size_v<Renaming>> all;
    for (std::size_t many = 0; many < all.size(); ++many) {
      Renaming order{};
      std::iota(order.begin(), order.end(), std::uint8_t{0});
      do {
        all[many].push_back(order);
      } while (std::next_permutation(order.begin() + 1, order.begin() + 1 + many));
    }
    return all;
  }();
  return by_count[count];
}

/// A renaming that takes the stage to itself, or to one with smaller numbers.
struct Rival {
  Renaming pages;
  Renaming pipes;
  bool smaller;
};

/// The pages by number, and the rings.
struct Stage {
  std::vector<int> pages;
  std::vector<List> rings;
  const Cast* cast = nullptr;
  unsigned allocatable = 0;  ///< pages of backing pipe, a bit each
  std::vector<Rival> rivals;

  void find_rivals() {
    rivals.clear();
    std::vector<int> renamed_pages(pages.size());
    std::vector<List> renamed_rings(rings.size());
    for (const Renaming& page_order : permutations(pages.size())) {
      for (std::size_t i = 0; i < pages.size(); ++i)
        renamed_pages[page_order[1 + i] - 1] = pages[i];
      if (pages < renamed_pages) continue;
      for (const Renaming& pipe_order : permutations(rings.size())) {
        bool ascending = true;
        for (std::size_t i = 0; i < rings.size(); ++i) {
          List& ring = renamed_rings[pipe_order[1 + i] - 1];
          ring = rings[i];
          ascending = rename(ring, page_order) && ascending;
        }
        const bool same_pages = renamed_pages == pages;
        if (!ascending || (same_pages && rings < renamed_rings)) continue;
        rivals.push_back({page_order, pipe_order, !same_pages || renamed_rings != rings});
      }
    }
    rivals.erase(rivals.begin());  // the one that changes nothing
  }

  /// False when a smaller scenario says the same: what Enumeration leaves out.
  bool is_used_by(const Sum& actors) const {
    const unsigned all = (1U << pages.size()) - 1;
    unsigned reached = actors.pages;
    unsigned idle = 0;  // in rings that no actor names
    for (std::size_t i = 0; i < rings.size(); ++i) {
      const unsigned holds = mask_of(rings[i]);
      const bool named = (actors.pipes >> i & 1) != 0;
      if (!named && holds == 0) return false;
      (named ? reached : idle) |= holds;
    }
    if ((idle & ~reached) != 0) return false;
    return reached == all || (actors.allocates && (all & ~reached & ~allocatable) == 0);
  }

  /// False when a renaming has smaller numbers. `renamed` is room for as many.
  bool is_least_with(const std::vector<Code>& actors, std::vector<Code>& renamed) const {
    return std::none_of(rivals.begin(), rivals.end(), [&](const Rival& rival) {
      for (std::size_t i = 0; i < actors.size(); ++i) {
        renamed[i] = actors[i];
        if (!rename(renamed[i].list, rival.pages)) return false;  // not well formed: no rival
        renamed[i].pipe = rival.pipes[actors[i].pipe];
        renamed[i].pipe2 = rival.pipes[actors[i].pipe2];
      }
      if (rival.smaller) return true;
      std::sort(renamed.begin(), renamed.end());
      return renamed < actors;
    });
  }
};

/// Multisets of a cast's actors that come to a given size, in ascending order.
class Multisets {
 public:
  void start(const Cast& cast, int count, int pipes, int slots, int flags) {
    cast_ = &cast;
    pipes_ = pipes;
    levels_.assign(static_cast<std::size_t>(count), {});
    wanted_ = {slots, flags};
    depth_ = 0;
    enter();
  }

  /// On to the next one; false after the last.
  bool next() {
    while (depth_ >= 0) {
      Level& level = levels_[depth_];
      if (++level.at >= level.end) {
        --depth_;
      } else if (choose(cast_->actors[level.at].sum)) {
        if (is_last()) return true;
        ++depth_;
        enter();
      }
    }
    return false;
  }

  const Sum& sum() const { return levels_.back().sum; }
  void codes(std::vector<Code>& out) const {
    out.resize(levels_.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = cast_->actors[levels_[i].at].code;
  }

 private:
  struct Level {
    int at = 0;
    int end = 0;
    Sum sum;  ///< up to this actor
  };
  const Cast* cast_ = nullptr;
  int pipes_ = 0;
  std::pair<int, int> wanted_;  ///< slots and flags
  std::vector<Level> levels_;
  int depth_ = -1;

  bool is_last() const { return depth_ + 1 == static_cast<int>(levels_.size()); }
  Sum before() const { return depth_ == 0 ? Sum{} : levels_[depth_ - 1].sum; }

  /// Which actors can come next: none with more slots than its share, as they are ascending.
  void enter() {
    const Sum sum = before();
    const int slots = wanted_.first - sum.slots;
    const int flags = wanted_.second - sum.flags;
    const int left = static_cast<int>(levels_.size()) - depth_;
    Level& level = levels_[depth_];
    level.at = depth_ == 0 ? 0 : levels_[depth_ - 1].at;
    if (is_last()) level.at = std::max(level.at, cast_->first(slots, flags));
    level.end = is_last() ? cast_->first(slots, flags + 1) : cast_->first(slots / left + 1, 0);
    --level.at;
  }

  bool choose(const Sum& actor) {
    Sum sum = before();
    if (sum.flags + actor.flags > wanted_.second || !join(sum.claim, actor.claim, pipes_))
      return false;
    sum.slots += actor.slots;
    sum.flags += actor.flags;
    sum.pages |= actor.pages;
    sum.pipes |= actor.pipes;
    sum.allocates |= actor.allocates;
    levels_[depth_].sum = sum;
    return true;
  }
};

}  // namespace

Size size_of(const Scenario& scenario) {
  Size size{static_cast<int>(scenario.actors.size()), static_cast<int>(scenario.pages.size()),
            static_cast<int>(scenario.pipes.size())};
  for (const PageSpec& page : scenario.pages) size.flags += flags_of(page);
  for (const PipeSpec& pipe : scenario.pipes) size.slots += static_cast<int>(pipe.holds.size());
  for (const ActorSpec& actor : scenario.actors) {
    size.slots += static_cast<int>(actor.pages.size());
    size.flags += flags_of(actor);
  }
  return size;
}

class Enumeration::Walk {
 public:
  Walk(const Kinds& kinds, const Bounds& bounds) : parts_(kinds, bounds.slots), bounds_(bounds) {
    page_flags_ = flags_of(parts_.pages().back());
  }

  /// On to the next scenario; false after the last.
  bool advance() {
    while (true) {
      while (multisets_.next())
        if (is_wanted()) return true;
      while (!next_stage())
        if (!next_size()) return false;
    }
  }

  Scenario scenario(std::uint64_t number) const {
    Scenario scenario;
    scenario.name = fmt::format("enumerated-{}", number);
    for (const int page : stage_.pages) {
      scenario.pages.push_back(parts_.pages()[page]);
      scenario.pages.back().name = page_name(static_cast<int>(scenario.pages.size()) - 1);
    }
    for (const List& ring : stage_.rings)
      scenario.pipes.push_back(
          {pipe_name(static_cast<int>(scenario.pipes.size())), pages_of(ring)});
    for (const Code& code : codes_) {
      ActorSpec actor = parts_.actor(code);
      actor.name = actor_name(actor.path, static_cast<int>(scenario.actors.size()));
      scenario.actors.push_back(std::move(actor));
    }
    return scenario;
  }

 private:
  static constexpr int kActorFlags = 3;  ///< at most, of one actor

  Parts parts_;
  Bounds bounds_;
  int page_flags_ = 0;  ///< at most, of one page
  Size size_{0, 0, 0, 0, 0};
  Stage stage_;
  std::size_t rings_ = 0;  ///< the next of the cast's
  Multisets multisets_;
  std::vector<Code> codes_;
  std::vector<Code> room_;

  bool is_wanted() {
    if (!stage_.is_used_by(multisets_.sum())) return false;
    multisets_.codes(codes_);
    room_.resize(codes_.size());
    return stage_.is_least_with(codes_, room_);
  }

  int most_slots() const {
    return size_.actors * bounds_.slots + size_.pipes * std::min(size_.pages, bounds_.slots);
  }
  int most_flags() const {
    return std::min(bounds_.flags, size_.actors * kActorFlags + size_.pages * page_flags_);
  }

  bool next_size() {
    const auto raise = [](int& value, int most) {
      const bool raised = value < most;
      value = raised ? value + 1 : 0;
      return raised;
    };
    if (size_.actors > bounds_.actors) return false;
    if (size_.actors == 0 ||
        !(raise(size_.flags, most_flags()) || raise(size_.slots, most_slots()) ||
          raise(size_.pipes, bounds_.pipes) || raise(size_.pages, bounds_.pages)))
      ++size_.actors;
    stage_ = {};
    return size_.actors <= bounds_.actors;
  }

  /// On to the next stage that leaves room for the actors; false after the last of this size.
  bool next_stage() {
    while (size_.actors >= 1 && size_.actors <= bounds_.actors) {
      if (stage_.cast == nullptr || rings_ == stage_.cast->rings.size()) {
        if (!next_pages()) return false;
        continue;
      }
      stage_.rings = stage_.cast->rings[rings_++];
      int slots = size_.slots;
      for (const List& ring : stage_.rings) slots -= length_of(ring);
      int flags = size_.flags;
      for (const int page : stage_.pages) flags -= flags_of(parts_.pages()[page]);
      if (slots < 0 || flags < 0) continue;
      stage_.find_rivals();
      multisets_.start(*stage_.cast, size_.actors, size_.pipes, slots, flags);
      return true;
    }
    return false;
  }

  bool next_pages() {
    const int last = static_cast<int>(parts_.pages().size()) - 1;
    if (stage_.cast == nullptr) {
      stage_.pages.assign(static_cast<std::size_t>(size_.pages), 0);
    } else {
      while (!stage_.pages.empty() && stage_.pages.back() == last) stage_.pages.pop_back();
      if (stage_.pages.empty()) return false;
      ++stage_.pages.back();
      stage_.pages.resize(static_cast<std::size_t>(size_.pages), 0);
    }
    stage_.allocatable = 0;
    for (std::size_t i = 0; i < stage_.pages.size(); ++i)
      if (parts_.pages()[stage_.pages[i]].backing == Backing::pipe) stage_.allocatable |= 1U << i;
    stage_.cast = &parts_.cast(stage_.pages, size_.pipes);
    rings_ = 0;
    return true;
  }
};

Enumeration::Enumeration(const Kinds& kinds, const Bounds& bounds) {
  const auto check = [](const char* what, int value, int low, int high) {
    if (value < low || value > high)
      throw std::invalid_argument(
          fmt::format("{} is {}, expected {} to {}", what, value, low, high));
  };
  check("actors", bounds.actors, 1, kMaxActors);
  check("pages", bounds.pages, 0, kMaxPages);
  check("pipes", bounds.pipes, 0, kMaxPipes);
  check("slots", bounds.slots, 1, kMaxSlots);
  check("flags", bounds.flags, 0, std::numeric_limits<int>::max());
  walk_ = std::make_unique<Walk>(kinds, bounds);
}

Enumeration::~Enumeration() = default;

std::optional<Scenario> Enumeration::next() {
  if (!walk_->advance()) return {};
  return walk_->scenario(++produced_);
}

void Enumeration::skip(std::uint64_t count) {
  for (; count > 0 && walk_->advance(); --count) ++produced_;
}

}  // namespace pincheck
