// SPDX-License-Identifier: MIT
// Orderly generation (Read 1978, Faradzev 1978): a scenario is written as numbers, and yielded only
// if no renaming of it that is well formed, too, is written with smaller ones. Nothing that was
// yielded has to be remembered.
//
// A scenario is a stage (the pages, and what each ring holds) and a multiset of actors. For each
// size come all stages, and for each of them all multisets in ascending order of their codes.
#include "checker/generate/enumerate.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "checker/generate/enumerate_parts.hpp"

namespace pincheck::generate {

namespace {

/// What each 1 + index becomes; nothing stays nothing.
using Renaming = std::array<std::uint8_t, 1 + std::max(kMaxPages, kMaxPipes)>;

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
  unsigned dirty = 0;        ///< dirty pages
  unsigned stable = 0;       ///< pages with stable writes
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
    if ((dirty & ~actors.dirty) != 0) return false;
    if ((stable & ~(actors.faults & actors.written_back)) != 0) return false;
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
    sum.add(actor);
    levels_[depth_].sum = sum;
    return true;
  }
};

}  // namespace

Size size_of(const Scenario& scenario) {
  Size size{static_cast<int>(scenario.actors.size()), static_cast<int>(scenario.pages.size()),
            static_cast<int>(scenario.pipes.size())};
  for (const PageSpec& page : scenario.pages) size.flags += flags_of(page);
  for (const ActorSpec& actor : scenario.actors) size.flags += flags_of(actor);
  each_page_list(scenario, [&](const std::vector<int>& pages) {
    size.slots += static_cast<int>(pages.size());
  });
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
    stage_.allocatable = stage_.dirty = stage_.stable = 0;
    for (std::size_t i = 0; i < stage_.pages.size(); ++i) {
      const PageSpec& page = parts_.pages()[stage_.pages[i]];
      if (page.backing == Backing::pipe) stage_.allocatable |= 1U << i;
      if (page.dirty) stage_.dirty |= 1U << i;
      if (page.stable) stage_.stable |= 1U << i;
    }
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

}  // namespace pincheck::generate
