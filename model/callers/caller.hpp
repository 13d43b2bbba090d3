// SPDX-License-Identifier: MIT
// model/callers: uses model/iterators; used by model/paths.
// A caller: who consumes an iterator. It takes pages, hands them to a device, and lets go of them.
// One file each, and its name in list.hpp; the order of release and completion is what its kernel
// source says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/iterators/kind.hpp"

namespace pincheck {

/// One I/O as its caller sees it: kind, direction, and what the convention says.
struct Io {
  const Kind* kind = nullptr;
  Row row;
  bool dest = false;  ///< ITER_DEST: a read, the device writes the pages
  bool sync = true;
  int pipe = -1;  ///< ITER_PIPE's ring
  bool sendpage_ok = false;
  bool killable = true;  ///< I/O on slab objects is done by kernel threads, which take no signals
  std::vector<Drop> stale_answers;  ///< what asking a dead iterator's kind may answer

  bool user() const { return kind->user_backed; }
  bool should_dirty() const { return dest && user(); }
};

/// The request's own reference on a page, besides extraction's.
enum class OwnReference : std::uint8_t {
  none,
  object,     ///< an object of the request has it, and may take extraction's over
  page_loop,  ///< the loop that drops extraction's takes it
};

/// Which requests are reported as complete before any page is released.
enum class ReportsFirst : std::uint8_t { none, reads, all };

/// The file that a program opens for I/O of the caller.
struct TargetFile {
  std::string_view key{};    ///< on the program's command line; "": it sends over a socket
  std::string_view words{};  ///< "a file on NFS"
};

struct Caller {
  std::string_view name;
  std::string_view summary;
  bool reads = false;  ///< takes ITER_DEST iterators
  bool writes = false;
  bool may_be_async = false;
  OwnReference own_reference = OwnReference::none;
  ReportsFirst reports_first = ReportsFirst::none;
  bool waits_then_releases = false;  ///< its synchronous submitter does, with its iterator at hand
  bool refuses_slab = false;         ///< where the convention says net.sendpage_ok
  TargetFile target{};
  /// The submitting call. Ends at the label "returned" with kReturned, or kFailed, set.
  void (*submit)(Builder&, const Io&);
  /// Device and completion; starts once kSubmitted is set.
  void (*finish)(Builder&, const Io&);
};

/// All callers of the model.
const std::vector<Caller>& callers();
const Caller* find_caller(std::string_view name);

// Building blocks the callers share.

/// The release primitive that matches what was taken.
Drop matching(Take take);
/// `release` of the row with as_acquired resolved; none when the request takes the reference over.
Drop array_release(const Io&);
Drop request_release(const Io&);

/// Extraction by `function`. Goes on with the next step, or to `failed` with nothing held.
void extract(Builder&, const Io&, std::string_view function, const std::string& failed);

/// One step per page dropping `role` with `drop`, from the current slot on; empty slots are
/// passed over. No step at all when there is nothing to drop.
void release_each(Builder&, std::string_view step, std::string_view function, Role role, Drop drop);

/// Extraction's reference on the slot's page is dropped where `when` holds. If the row says so, the
/// iterator is asked for the primitive: once the submitter returned, it is dead stack memory and
/// may answer anything.
void drop_array(StepRef step, const Io&, const std::vector<Test>& when, const Next&);

/// release_each for extraction's reference, through drop_array.
void release_array(Builder&, const Io&, std::string_view step, std::string_view function);
/// The same by the submitter, who still has its iterator: nothing is asked.
void release_array_alive(Builder&, const Io&, std::string_view step, std::string_view function);

/// folio_lock, folio_mark_dirty, folio_unlock on each page in turn.
void dirty_each(Builder&, std::string_view step, std::string_view function);

/// The device reads or writes each page in turn.
void transfer_each(Builder&, const Io&, std::string_view step, std::string_view function);

/// First step of a completion: wait for the submission, then start or fail at once.
void device_starts(Builder&, std::string_view step, std::string_view function,
                   const std::string& failed);

/// What the request itself takes: get, pin from the struct page, or extraction's own reference.
std::vector<Effect> take_request(const Io&, Role role);

/// The effect that drops `role` with a resolved primitive; empty for none.
std::vector<Effect> drop_effect(Drop drop, Role role);

}  // namespace pincheck
