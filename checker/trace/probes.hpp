// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// What the lines of a trace mean, per kernel: which functions and tracepoints tell of references,
// and how to probe them. Kernels without a row for a function do not have it (or it is inlined).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pincheck::trace {

enum class Kernel : std::uint8_t { v6_1, v6_12 };
/// "6.1" or "6.12".
std::string_view kernel_name(Kernel);
inline const std::vector<std::string> kKernelNames{"6.1", "6.12"};
/// The kernel of one of those names.
Kernel kernel_of(std::string_view name);

/// What an event is about.
enum class What : std::uint8_t {
  ignored,
  marker,          ///< tracing_mark_write: the task is in user space
  ref_set,         ///< page_ref_set
  ref_mod,         ///< page_ref_mod, _mod_and_test, _mod_and_return: `val` was added
  ref_mod_unless,  ///< page_ref_mod_unless: added if `ret`
  ref_freeze,      ///< page_ref_freeze: to 0 if `ret`
  ref_unfreeze,    ///< page_ref_unfreeze
  page_alloc,      ///< mm_page_alloc
  page_free,       ///< mm_page_free
  folio_free,      ///< __folio_put: the count has reached 0
  direct_io,       ///< a caller's entry, with the iterator: iomap_dio_rw
  nfs_read,
  nfs_write,
  fuse,
  legacy,  ///< __blockdev_direct_IO: fs/direct-io.c
  tcp,     ///< skb_splice_from_iter: a zero-copy sender's fragments
  splice_read,
  splice_folio,
  splice_write,
  bio_extract,   ///< bio_iov_iter_get_pages
  bio_bvec,      ///< bio_iov_bvec_set: an ITER_BVEC, nothing is taken
  bio_add,       ///< __bio_add_page, bio_add_page
  bio_release,   ///< __bio_release_pages
  iov_get,       ///< iov_iter_get_pages2, _alloc2: gets
  iov_extract,   ///< iov_iter_extract_pages: pins user memory, takes nothing of kernel iterators
  gup,           ///< get_user_pages_fast or pin_user_pages_fast
  grab,          ///< one page gotten or pinned, as FOLL_GET or FOLL_PIN says
  add_pin,       ///< folio_add_pin
  gup_put,       ///< gup_put_folio: one page put or unpinned
  unpin,         ///< unpin_user_folio, which calls gup_put_folio
  nfs_request,   ///< the nfs_page's own get
  nfs_release,   ///< nfs_direct_release_pages: puts what extraction took
  pipe_release,  ///< a pipe buffer's put
  pipe_anon,     ///< anon_pipe_buf_release: puts, or keeps the page as tmp_page
  clear_dirty,
  start_writeback,
  end_writeback,
  mark_dirty,
};
inline constexpr int kWhats = static_cast<int>(What::mark_dirty) + 1;

struct Probe {
  std::string_view name;    ///< the event's, as print_probes sets it
  std::string_view symbol;  ///< the kernel function; "" for a tracepoint
  What what;
  std::string_view v6_1;       ///< what to fetch on 6.1; "" if that kernel has no such function;
                               ///< of a tracepoint, what its lines have
  std::string_view v6_12;      ///< and on 6.12
  std::string_view result{};   ///< what to fetch on return; "" for no return probe
  std::string_view system{};   ///< system of a tracepoint
  bool custom_kernel = false;  ///< needs CONFIG_DEBUG_PAGE_REF or CONFIG_KPROBE_EVENTS_ON_NOTRACE

  std::string_view fetch(Kernel kernel) const { return kernel == Kernel::v6_1 ? v6_1 : v6_12; }
  bool exists(Kernel kernel) const { return !fetch(kernel).empty(); }
};
const std::vector<Probe>& probes();

/// What an event says: looked up by the function its text names, else by the event's name. A probe
/// that the kernel does not have only where that one has none of that name.
struct Meaning {
  const Probe* probe = nullptr;  ///< null: nothing we know
  bool returns = false;
};
Meaning meaning_of(std::string_view event, std::string_view text, Kernel);

/// FOLL_GET, FOLL_PIN, FOLL_WRITE of the kernel (include/linux/mm.h, mm_types.h, mm/internal.h).
struct Foll {
  std::int64_t get, pin, write;
};
Foll foll(Kernel);

/// The name of an iov_iter's `iter_type`, which the kernels number differently; "?" if unknown.
std::string_view iterator_kind(Kernel, int type);
/// The iterator is over user memory: extraction goes through GUP.
bool user_backed(std::string_view kind);

/// Shell commands that set all probes in tracefs.
std::string probe_commands(Kernel);

}  // namespace pincheck::trace
