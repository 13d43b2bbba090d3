// SPDX-License-Identifier: MIT
#include "checker/trace/monitor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "checker/explain/sentences.hpp"
#include "checker/trace/monitor_state.hpp"

namespace pincheck::trace {
namespace {

/// GUP, which reads the counts of the pages that it takes and releases.
bool is_gup(const Record& record) {
  return (record.what == What::grab && !record.returns) || record.what == What::add_pin ||
         record.what == What::gup_put || record.what == What::unpin;
}

/// The task enters the kernel, or writes a mark: whatever it did before is over.
bool from_user_space(What what) {
  return what == What::marker || what == What::nfs_read || what == What::nfs_write ||
         what == What::fuse || what == What::splice_read || what == What::splice_write;
}

/// It takes, drops or frees pages, or uses them in a way that references forbid or demand.
bool is_judged(What what) {
  switch (what) {
    case What::grab:
    case What::add_pin:
    case What::gup_put:
    case What::unpin:
    case What::bio_release:
    case What::nfs_release:
    case What::pipe_release:
    case What::page_free:
    case What::folio_free:
    case What::start_writeback: return true;
    default: return is_step(what);
  }
}

/// What a task does only when no grab is under way in it, and an interrupt never does.
bool after_grab(const Record& record) {
  return (record.what == What::gup && record.returns) || record.what == What::bio_add ||
         record.what == What::iov_get || record.what == What::iov_extract ||
         record.what == What::nfs_request || record.what == What::nfs_release ||
         from_user_space(record.what);
}

/// The property that it violates when such a reference is left over.
int left_over_property(Held held) {
  return std::countr_zero(violations({.kind = EventKind::left_over, .held = held}));
}

}  // namespace

std::string page_name(std::uint64_t pfn) { return fmt::format("{:#x}", pfn); }

int level(const Context& context) {
  switch (context.interrupt) {
    case 's': return 1;
    case 'h':
    case 'H':
    case 'z':
    case 'Z': return 2;
    default: return 0;
  }
}

std::string_view caller_name(Caller caller) {
  switch (caller) {
    case Caller::gup: return "gup";
    case Caller::bio: return "bio";
    case Caller::legacy: return "legacy";
    case Caller::nfs_read: return "nfs-read";
    case Caller::nfs_write: return "nfs-write";
    case Caller::fuse: return "fuse";
    case Caller::tcp: return "tcp";
    case Caller::splice: return "splice";
  }
  return "?";
}

/// Compaction and CMA take pages past mm_page_alloc, but post_alloc_hook() sets every page's count.
Monitor::Monitor(const Trace& trace)
    : trace_(trace),
      shows_steps_(trace.shows_steps()),
      shows_unpins_(trace.shows(What::gup_put) || trace.shows(What::unpin)),
      shows_allocations_(trace.shows(What::page_alloc) && trace.shows(What::ref_set)) {}

PageState& Monitor::page(std::uint64_t pfn) {
  PageState& state = ledger_.pages[pfn];
  if (state.epoch == epoch_) return state;
  for (const Entry& entry : state.entries) found_.lost_references += entry.references;
  state.entries.clear();  // keeps its memory
  state.count = {};
  state.last_step = 0;
  state.free = free_since(pfn) != nullptr;
  state.large = state.zero_page = state.pins_known = state.was_unpinned = false;
  state.epoch = epoch_;
  return state;
}

TaskState& Monitor::task(const Context& context) {
  // Every CPU has an idle task of its own, all with pid 0.
  const std::uint64_t who = context.pid != 0 ? static_cast<std::uint64_t>(context.pid)
                                             : (std::uint64_t{1} << 40) + context.cpu;
  return ledger_.tasks[who * 4 + static_cast<std::uint64_t>(level(context))];
}

PathRow& Monitor::row(Caller caller, std::string_view kind) {
  for (PathRow& one : found_.paths)
    if (one.caller == caller && one.kind == kind) return one;
  return found_.paths.emplace_back(PathRow{caller, kind});
}

void Monitor::violate(const Observed& observed, std::uint64_t pfn, const std::string& what,
                      const Evidence& evidence, bool unless_missed) {
  for (PropertySet rest = violations(observed); rest != 0; rest &= rest - 1)
    if (const int property = std::countr_zero(rest); told_.insert({property, pfn}).second)
      found_.violations.push_back({property, pfn, what, evidence, unless_missed});
}

void Monitor::contradict(const std::string& what, Evidence evidence) {
  found_.contradictions.push_back({what, std::move(evidence)});
}

/// A contradiction if every hit of the event has its line.
void Monitor::no_line_of(What event, const std::string& what, Evidence evidence) {
  if (!trace_.misses(event)) contradict(what, std::move(evidence));
}

void Monitor::leave_over(std::uint64_t pfn, std::uint64_t bio, Caller caller, Evidence by) {
  const auto found = ledger_.pages.find(pfn);
  if (found == ledger_.pages.end() || found->second.epoch != epoch_) return;
  for (const Entry& entry : found->second.entries) {
    if (entry.bio != bio || entry.caller != caller) continue;
    Evidence evidence{entry.record};
    evidence.insert(evidence.end(), by.begin(), by.end());
    violate({.kind = EventKind::left_over, .held = entry.held}, pfn,
            explain::sentences::never_released(caller_name(caller), entry.held, page_name(pfn)),
            evidence);
  }
}

/// Its release may have happened in an interrupt that left no line, or where no probe is set.
bool Monitor::may_be_gone(const Entry& entry) const {
  if (trace_.misses(What::bio_release)) return true;
  if (entry.held != Held::pin) return false;
  return !shows_unpins_ || trace_.misses(What::gup_put) || trace_.misses(What::unpin);
}

/// It is gone, and no line says how.
void Monitor::gone(const Entry& entry) {
  found_.missed_references += entry.references;
  if (entry.held == Held::pin) missed_pins_.push_back(entry.record);
}

/// It must be gone: the page is free, its count has no pin, or its bio is used anew. Counts it as
/// unknown if that may be.
bool Monitor::missed(const Entry& entry) {
  if (!may_be_gone(entry)) return false;
  gone(entry);
  return true;
}

/// Each unpin is a hit of its own.
void Monitor::weigh_misses() {
  const auto& missed = trace_.missed;
  const std::int64_t hits = std::max(missed[static_cast<std::size_t>(What::gup_put)],
                                     missed[static_cast<std::size_t>(What::unpin)]);
  const std::size_t pins = missed_pins_.size();
  if (trace_.profiled && static_cast<std::int64_t>(pins) > hits)
    contradict(fmt::format("{} pins went without a line, but only {} hits of unpins were missed",
                           pins, hits),
               std::move(missed_pins_));
}

void Monitor::call_is_over(TaskState& state) {
  state.nfs_pages.clear();
  state.nfs_grabbed = false;
  state.bio = 0;
  state.caller = Caller::gup;
  state.kind = "user memory";
}

void Monitor::feed(std::uint32_t index) {
  const Record& now = record(index);
  // What is read while events are being lost proves nothing.
  if (now.lossy || now.after_loss) {
    ++epoch_;
    ledger_.tasks.clear();
    ledger_.bios.clear();
    ledger_.releasing.clear();
  }
  if (now.lossy) return;
  if (is_judged(now.what)) ++found_.judged;
  end_of_release(index);
  TaskState& state = task(now.context);
  previous_ = state.last;
  state.last = index;
  if (from_user_space(now.what) && !now.returns) call_is_over(state);
  if (state.grab != 0 && after_grab(now)) {
    no_line_of(What::grab, "a grab was entered and has not returned", {state.grab - 1, index});
    state.grab = 0;
  }
  touch_free(index);
  if (now.has_ref() && now.what >= What::folio_free) reading(index);
  if (is_gup(now)) weigh_pins(index);
  dispatch(index, state);
  if (!is_step(now.what)) state.seen = true;  // a step may be inside a grab
}

void Monitor::dispatch(std::uint32_t index, TaskState& state) {
  switch (record(index).what) {
    case What::ref_set:
    case What::ref_mod:
    case What::ref_mod_unless:
    case What::ref_freeze:
    case What::ref_unfreeze: return step(index, state);
    case What::page_alloc:
    case What::page_free:
    case What::folio_free: return freed(index);
    case What::direct_io:
    case What::nfs_read:
    case What::nfs_write:
    case What::fuse:
    case What::legacy:
    case What::tcp:
    case What::bio_extract:
    case What::bio_bvec:
    case What::iov_get:
    case What::iov_extract: return enter_caller(index, state);
    case What::bio_add: return bio_add(index);
    case What::bio_release: return bio_release(index);
    case What::gup: return gup(index, state);
    case What::grab: return record(index).returns ? grabbed(index, state) : grab(index, state);
    case What::add_pin: return acquire(index, state, record(index).page, Held::pin, 1, false);
    case What::gup_put: return gup_put(index, state);
    case What::unpin: return unpin(index, state);
    case What::nfs_release: return nfs_release(index, state);
    case What::pipe_release: return pipe_release(index);
    case What::start_writeback: return start_writeback(index);
    default: return;
  }
}

Findings Monitor::finish() {
  if (trace_.lost_at_end) ++epoch_;
  std::vector<std::uint64_t> pfns;
  for (const auto& [pfn, state] : ledger_.pages) pfns.push_back(pfn);
  std::sort(pfns.begin(), pfns.end());
  for (const std::uint64_t pfn : pfns) close_page(pfn, page(pfn));
  weigh_misses();
  drop_doubtful();
  const auto first = [](const auto& a, const auto& b) { return a.evidence < b.evidence; };
  std::stable_sort(found_.violations.begin(), found_.violations.end(), first);
  return std::move(found_);
}

void Monitor::close_page(std::uint64_t pfn, PageState& state) {
  close_count(pfn, state);
  for (const Entry& entry : state.entries)
    if (!told_.contains({left_over_property(entry.held), pfn}))
      found_.open.push_back(
          {pfn, entry.held, entry.references, entry.caller, entry.kind, entry.record});
  const bool pinned = std::any_of(state.entries.begin(), state.entries.end(),
                                  [](const Entry& entry) { return entry.held == Held::pin; });
  if (!pinned && state.count.pins() > 0)
    found_.open.push_back(
        {pfn, Held::pin, state.count.pins(), Caller::gup, "user memory", state.count.last_pin()});
}

/// It is allocated, though no line says that it was freed: what was held in between, nobody knows.
void Monitor::free_unseen(std::uint64_t pfn) {
  PageState& state = page(pfn);
  std::erase_if(state.entries, [&](const Entry& entry) {
    return (entry.held == Held::get && !put_is_seen(entry)) || missed(entry);
  });
  close_page(pfn, state);
}

Findings judge(const Trace& trace) {
  Monitor monitor(trace);
  for (std::uint32_t i = 0; i < trace.records.size(); ++i) monitor.feed(i);
  return monitor.finish();
}

}  // namespace pincheck::trace
