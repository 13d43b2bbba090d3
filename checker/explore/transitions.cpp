// SPDX-License-Identifier: MIT
#include "checker/explore/transitions.hpp"

#include <algorithm>
#include <bit>
#include <span>

#include "checker/explore/lengthen.hpp"

namespace pincheck::explore {
namespace {

/// Where a context has its thread's number, plus 1.
constexpr int kThreadShift = Layout::kMaxBits;

}  // namespace

ScenarioSpace::Worker::Worker(ScenarioSpace& space)
    : space_(space),
      system_(space.system()),
      components_(space.components()),
      steps_(space.components(), space.reductions().merge),
      layout_(space.layout()),
      blank_(space.system().initial),
      orbits_(space) {
  for (Request& request : blank_.request) {
    request = {};
    request.slot.fill(kNoPage);
  }
  entries_.emplace_back();
  footprints_.emplace_back();
  make_masks();
}

void ScenarioSpace::Worker::make_masks() {
  mask_of_.assign(std::size_t{1} << (layout_.fields() - system_.actors), 0);
  for (FieldSet set = 0; set < mask_of_.size(); ++set)
    components_.for_each(set, [&](int field) { mask_of_[set] |= layout_.mask(field); });
}

void ScenarioSpace::Worker::adopt(const Layout& old) {
  layout_ = space_.layout();
  constexpr Key kThread = ~low_bits(kThreadShift);
  table_.rekey([&](Key key) { return old.repack(key & ~kThread, layout_) | (key & kThread); });
  for (Change& change : changes_) change.bits = old.repack(change.bits, layout_);
  make_masks();
}

std::size_t ScenarioSpace::Worker::bytes() const {
  return table_.bytes() + list_bytes_ + orbits_.bytes() + entries_.capacity() * sizeof(Entry) +
         footprints_.capacity() * sizeof(Touch) + changes_.capacity() * sizeof(Change);
}

FieldSet ScenarioSpace::Worker::touched_by(Key key, const ActorInfo::OfThread& info) const {
  FieldSet touched = info.fields;
  if (!info.rings) return touched;
  for (int pipe = 0; pipe < system_.pipes; ++pipe) {
    const int field = components_.fields().field<PipePart>(pipe);
    touched |= components_.ring_pages(layout_.get(key, field)) | components_.bit_of(field);
  }
  return touched;
}

ScenarioSpace::Worker::Row& ScenarioSpace::Worker::row_of(Key key, int thread) {
  const std::uint32_t number = layout_.get(key, thread / 2);
  auto& rows = rows_[thread];
  lengthen(rows, number + 1, list_bytes_);
  Row& row = rows[number];
  if (row.info == nullptr) describe(row, key, thread);
  return row;
}

void ScenarioSpace::Worker::describe(Row& row, Key key, int thread) {
  row.info = &components_.info(thread / 2, layout_.get(key, thread / 2));
  const ActorInfo::OfThread& info = row.info->thread[thread % 2];
  if (info.rings || std::popcount(info.fields) > 1)
    row.field = kManyFields;
  else
    components_.for_each(info.fields,
                         [&](int field) { row.field = static_cast<std::int8_t>(field); });
  row.still = info.finished;
  if (!info.finished && row.field == kNoField)
    row.still = entries_[lookup(key, thread, row)].count == 0;
}

std::uint32_t ScenarioSpace::Worker::lookup(Key key, int thread, Row& row) {
  const ActorInfo::OfThread& info = row.info->thread[thread % 2];
  if (row.field == kManyFields) return lookup_many(key, thread, info);
  const std::uint32_t at = row.field == kNoField ? 0 : layout_.get(key, row.field);
  lengthen(row.by_number, at + 1, list_bytes_);
  if (row.by_number[at] != 0) return row.by_number[at];
  const std::uint32_t entry = remember(key, info.fields, thread, info.everybody);
  if (!overflow_) row.by_number[at] = entry;
  return entry;
}

std::uint32_t ScenarioSpace::Worker::lookup_many(Key key, int thread,
                                                 const ActorInfo::OfThread& info) {
  const FieldSet touched = touched_by(key, info);
  const Key context = (key & (layout_.mask(thread / 2) | mask_of_[touched])) |
                      Key{static_cast<unsigned>(thread) + 1} << kThreadShift;
  const std::uint32_t known = table_.find(context);
  if (known != ContextTable::kNone) return known;
  const std::uint32_t entry = remember(key, touched, thread, info.everybody);
  if (!overflow_) table_.insert(context, entry);
  return entry;
}

/// Works out the thread's step where only its actor's part and the touched ones are known.
std::uint32_t ScenarioSpace::Worker::remember(Key key, FieldSet touched, int thread,
                                              bool everybody) {
  World world = blank_;
  const auto fill = [&](int field) { components_.write(field, layout_.get(key, field), world); };
  fill(thread / 2);
  components_.for_each(touched, fill);

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
  if (space_.reductions().partial_order || space_.reductions().sleep) {
    const Footprint all = now(system_, components_.watched(), world, thread);
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
  const bool first_time = item.todo == static_cast<ThreadSet>(~item.sleep);
  const bool some = space_.reductions().partial_order && first_time;
  const ThreadSet chosen = some ? choose() : kAllThreads;
  ThreadSet sleep = item.sleep;
  for (int i = 0; i < mover_count_ && !overflow_; ++i) {
    const Mover& mover = movers_[i];
    const auto bit = static_cast<ThreadSet>(1 << mover.thread);
    if (mover.entry.count == 0 || (chosen & item.todo & bit) == 0) continue;
    ThreadSet asleep = 0;
    for (int k = 0; space_.reductions().sleep && k < mover_count_; ++k)
      if ((sleep >> movers_[k].thread & 1) != 0 && independent(mover, movers_[k]))
        asleep = static_cast<ThreadSet>(asleep | 1 << movers_[k].thread);
    emit(item.key, mover, asleep, done, out);
    if (space_.reductions().sleep) sleep |= bit;
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
ThreadSet ScenarioSpace::Worker::choose() const {
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
        return static_cast<ThreadSet>(1 << movers_[i].thread);
    }
    if (goes_alone(first, last, others)) return static_cast<ThreadSet>(3 << (2 * actor));
  }
  return kAllThreads;
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

void ScenarioSpace::Worker::emit(Key key, const Mover& mover, ThreadSet sleep, Expansion& done,
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
    if (orbits_.trivial()) {
      out.push_back(next);
      continue;
    }
    out.push_back(orbits_.least(layout_, next));
    overflow_ = overflow_ || out.back().key == 0;
  }
}

PropertySet ScenarioSpace::Worker::judge_end(Key key) const {
  PropertySet found = 0;
  report_end(system_, space_.unpack(key), true, collecting(found));
  return found;
}

}  // namespace pincheck::explore
