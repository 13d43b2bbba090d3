// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// The monitor at work: one pass over a trace's records.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "checker/trace/ledger.hpp"
#include "checker/trace/monitor.hpp"
#include "checker/trace/surplus.hpp"
#include "properties/property.hpp"

namespace pincheck::trace {

/// 0 for a task, 1 for a softirq, 2 for a hardirq: each ends before a lower one goes on.
int level(const Context&);
inline bool is_step(What what) { return what >= What::ref_set && what <= What::ref_unfreeze; }

/// "0x1f0a3".
std::string page_name(std::uint64_t pfn);

/// Takes a page off the end of what a task has taken.
void forget_newest(std::uint64_t pfn, std::int64_t times, std::vector<Taken>&);

class Monitor {
 public:
  explicit Monitor(const Trace&);
  void feed(std::uint32_t index);
  Findings finish();

 private:
  // monitor.cpp: finding and telling.
  PageState& page(std::uint64_t pfn);
  PathRow& row(Caller, std::string_view kind);
  void violate(const Observed&, std::uint64_t pfn, const std::string& what, const Evidence&,
               bool unless_missed = false);
  void contradict(const std::string& what, Evidence);
  void no_line_of(What, const std::string& what, Evidence);
  TaskState& task(const Context&);
  static void call_is_over(TaskState&);
  void leave_over(std::uint64_t pfn, std::uint64_t bio, Caller, Evidence);
  void dispatch(std::uint32_t index, TaskState&);
  void close_page(std::uint64_t pfn, PageState&);
  void free_unseen(std::uint64_t pfn);
  bool may_be_gone(const Entry&) const;
  bool missed(const Entry&);
  void gone(const Entry&);
  void weigh_misses();

  // requests.cpp: who takes what, as the probes tell it.
  void enter_caller(std::uint32_t index, TaskState&);
  void leave_caller(std::uint32_t index, TaskState&);
  void grab(std::uint32_t index, TaskState&);
  void grabbed(std::uint32_t index, TaskState&);
  void weigh_pins(std::uint32_t index);
  void weigh_uncounted(std::uint32_t index, PageState&);
  void acquire(std::uint32_t index, TaskState&, std::uint64_t pfn, Held, std::int64_t references,
               bool writes, bool counted = false);
  void gup(std::uint32_t index, TaskState&);
  void extract(std::uint32_t index, TaskState&);
  void take_back(std::uint64_t pfn, TaskState&);

  // releases.cpp: and who drops it.
  void gup_put(std::uint32_t index, TaskState&);
  void unpin(std::uint32_t index, TaskState&);
  int reach(const Releasing*) const;
  std::size_t nearest(std::uint32_t index, Held as, const TaskState&, const Releasing*);
  void release(std::uint32_t index, Held as, TaskState&);
  void release_unseen(std::uint32_t index, Held as, std::int64_t left, std::int64_t own,
                      const Releasing*);
  void nfs_release(std::uint32_t index, TaskState&);
  void nfs_put(std::uint32_t index, std::uint64_t pfn, Caller, std::int64_t times);
  void pipe_release(std::uint32_t index);
  void drop(std::uint64_t pfn, PageState&, std::size_t at, Held as, std::uint32_t index,
            std::int64_t references);

  // bios.cpp: a bio's life.
  bool knows_bios() const;
  bool knows_releases() const;
  bool holds_any(std::uint64_t bio);
  void end_of_release(std::uint32_t index);
  void let_go(const Releasing&, std::uint32_t index);
  void end_bio(std::uint64_t bio, std::uint32_t index);
  void never_released(std::uint64_t bio, const BioState&, std::uint32_t index);
  void bio_add(std::uint32_t index);
  void bio_release(std::uint32_t index);
  bool is_same_bio(std::uint32_t released) const;
  void release_bio(std::uint32_t index, const BioState&);
  void begin_release(std::uint32_t index);
  const Releasing* release_around(std::uint32_t index);
  std::int64_t never_taken(std::uint32_t index, std::int64_t left, std::int64_t own,
                           const Releasing&);

  // free_pages.cpp: pages that are in the allocator.
  Free* free_since(std::uint64_t pfn);
  void in_use_again(std::uint64_t pfn);
  void touch_free(std::uint32_t index);
  void step_free(std::uint32_t index, const PageState&);
  void grab_free(std::uint32_t index);
  void free_again(std::uint32_t index, std::uint64_t pfn, std::uint64_t end);
  void twice_freed(std::uint64_t pfn, const Free&, std::uint32_t index);
  void violate_free(const Observed&, std::uint32_t index, const std::string& what);
  void drop_doubtful();

  // pages.cpp: counts, freeing, writeback.
  void step(std::uint32_t index, TaskState&);
  void reading(std::uint32_t index);
  void free_page(std::uint32_t index, std::uint64_t pfn);
  void was_freed(std::uint64_t pfn, std::uint32_t index);
  bool put_is_seen(const Entry&) const;
  void freed(std::uint32_t index);
  void start_writeback(std::uint32_t index);
  void close_count(std::uint64_t pfn, PageState&, bool freed = false);
  void wrong_step(std::uint32_t index, const WrongStep&);
  void reserved_step(std::uint32_t index, const PageState&);
  void moved(std::uint64_t pfn, const PageState&, std::int64_t last, bool freed);
  void unlined(std::uint64_t pfn, std::int64_t count, std::int64_t sum, Evidence);
  void follow(std::uint32_t index, PageState&);
  Surplus surplus(const PageState&) const;
  bool is_over(const Counting&);
  void close_early(std::uint64_t pfn, const Counting&);
  void observe(std::uint32_t index, std::uint64_t pfn, PageState&, std::int64_t val);

  const Record& record(std::uint32_t index) const { return trace_.records[index]; }

  const Trace& trace_;
  const bool shows_steps_;        // all steps of page_ref have lines
  const bool shows_unpins_;       // all unpins, but for hits that probes miss
  const bool shows_allocations_;  // all allocations of pages
  Ledger ledger_;
  Findings found_;
  std::set<std::pair<int, std::uint64_t>> told_;  // a property is told once per page
  std::uint64_t epoch_ = 1;
  std::uint32_t previous_ = 0;              // record of the task that is being looked at
  std::vector<std::uint32_t> step_before_;  // by record: 1 + that of the page's step before
  Evidence missed_pins_;                    // that may be gone, by their records
};

}  // namespace pincheck::trace
