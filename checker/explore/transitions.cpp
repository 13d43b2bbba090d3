// SPDX-License-Identifier: MIT
#include "checker/explore/transitions.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

#include "model/loops.hpp"

namespace pincheck {
namespace {

/// Where a context has its thread's number, plus 1.
constexpr int kThreadShift = Layout::kMaxBits;

/// What an allocation takes besides what was asked for, about.
constexpr std::size_t kAllocation = 16;

void collect(void* found, const System& system, const World& world, const Event& event) {
  *static_cast<PropertySet*>(found) |= violations(system, world, event);
}

}  // namespace

ScenarioSpace::ScenarioSpace(const System& system, const Reductions& wanted)
    : components_(system),
      layout_(components_.families(), components_.fields()),
      reductions_(wanted) {
  if (reductions_.symmetry) renamings_ = automorphisms(system);
  find_swaps();
  if (!always_ends(system)) reductions_ = {false, false, false, wanted.symmetry};
}

/// Sets of actors of which any two may change places, all else staying as it is. When their
/// permutations are the whole group, sorting gives the least state.
void ScenarioSpace::find_swaps() {
  std::size_t permutations = 1;
  std::array<std::size_t, kMaxActors> size{};
  like_before_.fill(-1);
  for (int actor = 0; actor < system().actors; ++actor) {
    size[actor] = 1;
    for (int earlier = actor - 1; earlier >= 0 && like_before_[actor] < 0; --earlier) {
      const auto swaps = [&](const Renaming& to) { return to.is_swap(earlier, actor); };
      if (std::none_of(renamings_.begin(), renamings_.end(), swaps)) continue;
      like_before_[actor] = earlier;
      size[actor] = size[earlier] + 1;
    }
    permutations *= size[actor];
  }
  only_swaps_ = permutations == symmetries();
}

std::vector<Key> ScenarioSpace::initial() {
  std::vector<Walk> walks = MacroSteps(components_, reductions_.merge).at_start();
  for (const Walk& walk : walks) pack(walk.world, walk.ended);  // makes room for all of them
  std::vector<Key> keys;
  for (const Walk& walk : walks) {
    violated_at_start_ |= walk.violated;
    keys.push_back(pack(walk.world, walk.ended));
  }
  return keys;
}

Key ScenarioSpace::pack(const World& world, bool ended) {
  Key key = Layout::kEmpty | (ended ? Layout::kEnded : 0);
  for (int field = 0; field < layout_.fields(); ++field) {
    const std::uint32_t number = components_.number(field, world);
    if (!layout_.fits(field, number)) {
      ask_for_room(field, number);
      widen();
      return pack(world, ended);
    }
    key |= layout_.put(field, number);
  }
  return key;
}

World ScenarioSpace::unpack(Key key) const {
  World world = system().initial;
  for (int field = 0; field < layout_.fields(); ++field)
    components_.write(field, layout_.get(key, field), world);
  return world;
}

void ScenarioSpace::ask_for_room(int field, std::uint32_t number) {
  const std::lock_guard lock(mutex_);
  asked_[field] = std::max(asked_[field], number);
}

std::uint64_t ScenarioSpace::fingerprint(Key key) const {
  std::uint64_t hash = low_word(key & Layout::kEnded);
  for (int field = 0; field < layout_.fields(); ++field)
    hash = hash_of(Key{hash} << 64 | layout_.get(key, field));
  return hash;
}

Layout ScenarioSpace::widen() {
  Layout wider = layout_;
  for (int field = 0; field < layout_.fields(); ++field) wider.widen(field, asked_[field]);
  return std::exchange(layout_, wider);
}

void ScenarioSpace::save(CheckpointWriter& out) const {
  out.put(reductions_);
  out.put(layout_);
  out.put(violated_at_start_);
  components_.save(out);
}

void ScenarioSpace::load(CheckpointReader& in) {
  if (in.get<Reductions>() != reductions_) in.fail("it is of a search with other reductions");
  layout_ = in.get<Layout>();
  violated_at_start_ = in.get<PropertySet>();
  components_.load(in);
}

ScenarioSpace::Worker::Worker(ScenarioSpace& space)
    : space_(space),
      system_(space.system()),
      components_(space.components_),
      steps_(space.components_, space.reductions_.merge),
      layout_(space.layout_),
      blank_(space.system().initial),
      sources_(space.renamings_.size()) {
  for (Request& request : blank_.request) {
    request = {};
    request.slot.fill(kNoPage);
  }
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const Renaming back = space.renamings_[i].inverse();
    Source& source = sources_[i];
    source.renames = back.moves_pages;
    for (int field = 0; field < layout_.fields(); ++field)
      source.field[field] = static_cast<std::uint8_t>(field);
    for (int actor = 0; actor < system_.actors; ++actor) source.field[actor] = back.actor[actor];
    for (int page = 0; page < system_.pages; ++page)
      source.field[components_.page_field(page)] =
          static_cast<std::uint8_t>(components_.page_field(back.page[page]));
  }
  entries_.emplace_back();
  footprints_.emplace_back();
  make_masks();
}

void ScenarioSpace::Worker::make_masks() {
  for (unsigned touched = 0; touched < shared_mask_.size(); ++touched) {
    Key& mask = shared_mask_[touched] = 0;
    for (int page = 0; page < system_.pages; ++page)
      if ((touched >> page & 1) != 0) mask |= layout_.mask(components_.page_field(page));
    for (int pipe = 0; pipe < system_.pipes; ++pipe)
      if ((touched >> (kMaxPages + pipe) & 1) != 0)
        mask |= layout_.mask(components_.pipe_field(pipe));
  }
}

void ScenarioSpace::Worker::adopt(const Layout& old) {
  layout_ = space_.layout_;
  constexpr Key kThread = ~low_bits(kThreadShift);
  table_.rekey([&](Key key) { return old.repack(key & ~kThread, layout_) | (key & kThread); });
  for (Change& change : changes_) change.bits = old.repack(change.bits, layout_);
  make_masks();
}

std::size_t ScenarioSpace::Worker::bytes() const {
  return table_.bytes() + list_bytes_ + entries_.capacity() * sizeof(Entry) +
         footprints_.capacity() * sizeof(Touch) + changes_.capacity() * sizeof(Change);
}

template <class Value>
void ScenarioSpace::Worker::lengthen(std::vector<Value>& list, std::size_t size) {
  if (size <= list.size()) return;
  const std::size_t before = list.capacity();
  list.resize(size);
  if (before == 0) list_bytes_ += kAllocation;
  list_bytes_ += (list.capacity() - before) * sizeof(Value);
}

unsigned ScenarioSpace::Worker::touched_by(Key key, const ActorInfo::OfThread& info) const {
  unsigned touched = info.pages | static_cast<unsigned>(info.pipes) << kMaxPages;
  if (!info.rings) return touched;
  for (int pipe = 0; pipe < system_.pipes; ++pipe)
    touched |= components_.ring_pages(layout_.get(key, components_.pipe_field(pipe))) |
               1U << (kMaxPages + pipe);
  return touched;
}

ScenarioSpace::Worker::Row& ScenarioSpace::Worker::row_of(Key key, int thread) {
  const std::uint32_t number = layout_.get(key, thread / 2);
  auto& rows = rows_[thread];
  lengthen(rows, number + 1);
  Row& row = rows[number];
  if (row.info == nullptr) describe(row, key, thread);
  return row;
}

void ScenarioSpace::Worker::describe(Row& row, Key key, int thread) {
  row.info = &components_.info(thread / 2, layout_.get(key, thread / 2));
  const ActorInfo::OfThread& info = row.info->thread[thread % 2];
  if (info.pipes != 0 || info.rings || (info.pages & (info.pages - 1)) != 0)
    row.page_field = kManyFields;
  else if (info.pages != 0)
    row.page_field = static_cast<std::int8_t>(components_.page_field(std::countr_zero(info.pages)));
  row.still = info.finished;
  if (!info.finished && row.page_field == kNoField)
    row.still = entries_[lookup(key, thread, row)].count == 0;
}

std::uint32_t ScenarioSpace::Worker::lookup(Key key, int thread, Row& row) {
  const ActorInfo::OfThread& info = row.info->thread[thread % 2];
  if (row.page_field == kManyFields) return lookup_many(key, thread, info);
  const std::uint32_t at = row.page_field == kNoField ? 0 : layout_.get(key, row.page_field);
  lengthen(row.by_page, at + 1);
  if (row.by_page[at] != 0) return row.by_page[at];
  const std::uint32_t entry = remember(key, info.pages, thread, info.everybody);
  if (!overflow_) row.by_page[at] = entry;
  return entry;
}

std::uint32_t ScenarioSpace::Worker::lookup_many(Key key, int thread,
                                                 const ActorInfo::OfThread& info) {
  const unsigned touched = touched_by(key, info);
  const Key context = (key & (layout_.mask(thread / 2) | shared_mask_[touched])) |
                      Key{static_cast<unsigned>(thread) + 1} << kThreadShift;
  const std::uint32_t known = table_.find(context);
  if (known != ContextTable::kNone) return known;
  const std::uint32_t entry = remember(key, touched, thread, info.everybody);
  if (!overflow_) table_.insert(context, entry);
  return entry;
}

/// Works out the thread's step where only its actor's part and the touched ones are known.
std::uint32_t ScenarioSpace::Worker::remember(Key key, unsigned touched, int thread,
                                              bool everybody) {
  World world = blank_;
  const auto fill = [&](int field) { components_.write(field, layout_.get(key, field), world); };
  fill(thread / 2);
  for (int page = 0; page < system_.pages; ++page)
    if ((touched >> page & 1) != 0) fill(components_.page_field(page));
  for (int pipe = 0; pipe < system_.pipes; ++pipe)
    if ((touched >> (kMaxPages + pipe) & 1) != 0) fill(components_.pipe_field(pipe));

  walks_.clear();
  steps_.from(world, thread, walks_);
  Entry entry;
  entry.first = static_cast<std::uint32_t>(changes_.size());
  entry.count = static_cast<std::uint16_t>(walks_.size());
  for (const Walk& walk : walks_) {
    everybody = everybody || walk.everybody;
    entry.ends = entry.ends || walk.ended;
  }
  entry.everybody = everybody && entry.count > 0;
  if (!entry.everybody) add_changes(world, changes_);
  if (space_.reductions_.partial_order || space_.reductions_.sleep) {
    const Footprint all = now(system_, world, thread);
    footprints_.push_back({all, all.shared()});
  }
  if (overflow_) changes_.resize(entry.first);
  entries_.push_back(entry);
  return static_cast<std::uint32_t>(entries_.size()) - 1;
}

void ScenarioSpace::Worker::add_changes(const World& world, std::vector<Change>& out) {
  for (const Walk& walk : walks_) {
    Change change{walk.ended ? Layout::kEnded : 0, walk.violated};
    for (int field = 0; field < layout_.fields(); ++field) {
      if (components_.same(field, world, walk.world)) continue;
      const std::uint32_t before = components_.number(field, world);
      const std::uint32_t after = components_.number(field, walk.world);
      change.bits ^= layout_.put(field, before) ^ layout_.put(field, after);
      if (layout_.fits(field, after)) continue;
      space_.ask_for_room(field, after);
      overflow_ = true;
    }
    out.push_back(change);
  }
}

/// Threads with a step left, enabled or not. Returns whether one is enabled.
bool ScenarioSpace::Worker::collect_movers(Key key) {
  mover_count_ = 0;
  bool any = false;
  for (int thread = 0; thread < system_.thread_count(); ++thread) {
    Row& row = row_of(key, thread);
    if (row.still) continue;
    const std::uint32_t number = lookup(key, thread, row);
    movers_[mover_count_++] = {thread, number, entries_[number], row.info};
    any = any || entries_[number].count > 0;
  }
  return any;
}

Expansion ScenarioSpace::Worker::expand(const Item& item, std::vector<Reached>& out) {
  Expansion done;
  if ((item.key & Layout::kEnded) != 0) return done;
  overflow_ = false;
  const bool goes_on = collect_movers(item.key);
  if (overflow_) return {false};
  if (!goes_on) {
    done.violated = judge_end(item.key);
    return done;
  }
  // Threads that were left asleep when the state was first met are tried in any case: other steps
  // from here were followed with them asleep.
  const bool first_time = item.todo == static_cast<std::uint16_t>(~item.sleep);
  const bool some = space_.reductions_.partial_order && first_time;
  const std::uint16_t chosen = some ? choose() : 0xffff;
  std::uint16_t sleep = item.sleep;
  for (int i = 0; i < mover_count_ && !overflow_; ++i) {
    const Mover& mover = movers_[i];
    const auto bit = static_cast<std::uint16_t>(1 << mover.thread);
    if (mover.entry.count == 0 || (chosen & item.todo & bit) == 0) continue;
    std::uint16_t asleep = 0;
    for (int k = 0; space_.reductions_.sleep && k < mover_count_; ++k)
      if ((sleep >> movers_[k].thread & 1) != 0 && independent(mover, movers_[k]))
        asleep = static_cast<std::uint16_t>(asleep | 1 << movers_[k].thread);
    emit(item.key, mover, asleep, done, out);
    if (space_.reductions_.sleep) sleep |= bit;
  }
  done.complete = !overflow_;
  return done;
}

/// Two steps in either order come to the same. Threads of one actor count as dependent, since a
/// step of one may have steps of the other merged into it.
bool ScenarioSpace::Worker::independent(const Mover& one, const Mover& other) const {
  return one.thread / 2 != other.thread / 2 &&
         !footprints_[one.number].shared.conflicts(footprints_[other.number].shared);
}

/// The threads of a persistent set: one thread, one actor, or everybody.
std::uint16_t ScenarioSpace::Worker::choose() const {
  constexpr std::uint16_t kEverybody = 0xffff;
  for (int first = 0, last = 0; first < mover_count_; first = last) {
    const int actor = movers_[first].thread / 2;
    last = first + 1;
    if (last < mover_count_ && movers_[last].thread / 2 == actor) ++last;
    Footprint others;
    for (int k = 0, seen = actor; k < mover_count_; ++k) {
      if (movers_[k].thread / 2 == seen) continue;
      seen = movers_[k].thread / 2;
      if (seen != actor) others |= movers_[k].info->outside;
    }
    for (int i = first; i < last; ++i) {
      const Footprint& sibling = movers_[i].info->thread[1 - movers_[i].thread % 2].future;
      if (goes_alone(i, i + 1, others) && !footprints_[movers_[i].number].all.conflicts(sibling))
        return static_cast<std::uint16_t>(1 << movers_[i].thread);
    }
    if (goes_alone(first, last, others)) return static_cast<std::uint16_t>(3 << (2 * actor));
  }
  return kEverybody;
}

/// Whether the steps of these movers of one actor conflict with nothing in `others`, one of them is
/// enabled, and none ends the run.
bool ScenarioSpace::Worker::goes_alone(int first, int last, const Footprint& others) const {
  bool enabled = false;
  for (int i = first; i < last; ++i) {
    const Entry& entry = movers_[i].entry;
    if (entry.ends || entry.everybody) return false;
    if (footprints_[movers_[i].number].shared.conflicts(others)) return false;
    enabled = enabled || entry.count > 0;
  }
  return enabled;
}

void ScenarioSpace::Worker::emit(Key key, const Mover& mover, std::uint16_t sleep, Expansion& done,
                                 std::vector<Reached>& out) {
  const Entry& entry = mover.entry;
  std::span<const Change> changes{changes_.data() + entry.first, entry.count};
  if (entry.everybody) {
    const World world = space_.unpack(key);
    walks_.clear();
    steps_.from(world, mover.thread, walks_);
    scratch_.clear();
    add_changes(world, scratch_);
    changes = scratch_;  // maybe fewer: what ends the run has no steps merged into it
  }
  for (const Change& change : changes) {
    const Reached next{key ^ change.bits, sleep};
    done.violated |= change.violated;
    ++done.steps;
    out.push_back(sources_.empty() ? next : canonical(next));
  }
}

PropertySet ScenarioSpace::Worker::judge_end(Key key) const {
  PropertySet found = 0;
  report_end(system_, space_.unpack(key), true, {&collect, &found});
  return found;
}

std::uint64_t ScenarioSpace::Worker::rank(int field, std::uint32_t number) {
  auto& known = ranks_[layout_.family(field)];
  lengthen(known, number + 1);
  if (known[number] == 0) known[number] = components_.rank(field, number) | 1;
  return known[number];
}

std::uint32_t ScenarioSpace::Worker::image(std::size_t renaming, int from, std::uint32_t number) {
  Source& source = sources_[renaming];
  if (!source.renames) return number;
  auto& known = source.images[from];
  lengthen(known, number + 1);
  if (known[number] == 0)
    known[number] = components_.renamed(from, number, space_.renamings_[renaming]) + 1;
  return known[number] - 1;
}

/// The same where actors of a set may change places at will and pages stay: puts them in order.
Reached ScenarioSpace::Worker::sorted(const Reached& reached) {
  Reached result = reached;
  for (int actor = 1; actor < system_.actors; ++actor) {
    for (int at = actor, before = at; at > 0; at = before) {
      before = space_.like_before_[at];
      if (before < 0) break;
      const std::uint32_t number = layout_.get(result.key, at);
      const std::uint32_t earlier = layout_.get(result.key, before);
      if (number == earlier || rank(at, number) > rank(at, earlier)) break;
      result.key ^= layout_.put(at, number ^ earlier) | layout_.put(before, number ^ earlier);
      const int threads = (result.sleep >> (2 * at) ^ result.sleep >> (2 * before)) & 3;
      result.sleep =
          static_cast<std::uint16_t>(result.sleep ^ threads << (2 * at) ^ threads << (2 * before));
    }
  }
  return result;
}

/// The renamed state whose parts come first by rank, compared field by field.
Reached ScenarioSpace::Worker::canonical(const Reached& reached) {
  if (space_.only_swaps_) return sorted(reached);
  std::array<std::uint32_t, kMaxFields> least;
  for (int field = 0; field < layout_.fields(); ++field)
    least[field] = layout_.get(reached.key, field);
  const auto original = least;
  int best = -1;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    std::array<std::uint32_t, kMaxFields> renamed;
    int order = 0;
    for (int field = 0; field < layout_.fields() && order <= 0; ++field) {
      const int from = sources_[i].field[field];
      renamed[field] = image(i, from, original[from]);
      if (order != 0 || renamed[field] == least[field]) continue;
      order = rank(field, renamed[field]) < rank(field, least[field]) ? -1 : 1;
    }
    if (order >= 0) continue;
    least = renamed;
    best = static_cast<int>(i);
  }
  if (best < 0) return reached;
  Key key = reached.key & (Layout::kEmpty | Layout::kEnded);
  for (int field = 0; field < layout_.fields(); ++field) {
    if (!layout_.fits(field, least[field])) {
      space_.ask_for_room(field, least[field]);
      overflow_ = true;
    }
    key |= layout_.put(field, least[field]);
  }
  return {key, space_.renamings_[best].threads(reached.sleep)};
}

}  // namespace pincheck
