// SPDX-License-Identifier: MIT
// From the text of a trace to its events about references, in the order of time.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "checker/trace/probes.hpp"

namespace pincheck::trace {

inline constexpr std::uint64_t kNoPfn = std::numeric_limits<std::uint64_t>::max();

/// Where vmemmap begins without KASLR (4-level paging); a struct page has 64 bytes.
inline constexpr std::uint64_t kVmemmap = 0xffffea0000000000;
inline constexpr std::uint64_t kStructPage = 64;

/// Who ran: two events of one context are in the order in which they happened.
struct Context {
  std::int32_t pid = 0;
  std::uint16_t cpu = 0;
  char interrupt = '.';
  bool operator==(const Context&) const = default;
};

/// One event about references. Fields that its line does not have keep their defaults.
struct Record {
  std::int64_t time = 0;
  std::string_view raw;  ///< the whole line
  std::uint64_t page = kNoPfn;
  std::uint64_t bio = 0;
  std::int64_t flags = 0;
  std::int64_t n = 1;     ///< references, pages, or a count's change
  std::int64_t ref = -1;  ///< the page's count as the line says; -1: it does not
  std::int64_t ret = 0;
  std::uint32_t line = 0;
  Context context;
  What what = What::ignored;
  std::uint8_t probe = 0;  ///< index into probes()
  std::int8_t itertype = -1;
  bool returns = false;
  bool large = false;       ///< a page_ref line whose flags have "head"
  bool lossy = false;       ///< events around it were lost
  bool after_loss = false;  ///< it is the first one after a loss
  bool has_ref() const { return ref >= 0; }
};

/// Events that the kernel dropped.
struct Loss {
  std::uint32_t line = 0;
  std::uint16_t cpu = 0;
  std::uint64_t events = 0;                                      ///< 0 if the trace does not say
  std::int64_t from = std::numeric_limits<std::int64_t>::min();  ///< the CPU's event before
  std::int64_t to = std::numeric_limits<std::int64_t>::max();    ///< and after
};

/// Lines of an event that lack something without which they tell nothing.
struct Unread {
  std::string_view event;
  std::string lacks;  ///< "page, flags"
  std::uint32_t line = 0;
  std::uint64_t lines = 1;
};

/// A probe that missed hits.
struct Missed {
  std::string_view event;
  std::int64_t hits = 0;
};

/// The kernel stack that the trigger or option `stacktrace` printed for a record.
struct Stack {
  std::uint32_t line = 0;  ///< the record's
  std::string_view text;   ///< lines of " => function", innermost first
};
std::vector<std::string_view> functions_of(const Stack&);

struct Trace {
  Kernel kernel = Kernel::v6_12;
  std::uint64_t vmemmap = kVmemmap;  ///< what it was read with
  std::vector<Record> records;
  std::vector<Stack> stacks;  ///< of records that have one, in the order of lines
  std::vector<Loss> losses;
  std::vector<Unread> unread;  ///< the first kinds of them
  std::uint64_t lines = 0;
  std::uint64_t events = 0;
  std::uint64_t ignored = 0;      ///< events that tell nothing of references
  std::uint64_t unreadable = 0;   ///< lines that are nothing known, or lack what they need
  std::uint64_t overwritten = 0;  ///< oldest events, of any CPU, that the buffer had no room for
  bool profiled = false;          ///< lines of kprobe_profile tell what releases missed
  bool lost_at_end = false;       ///< no record follows a loss
  bool cut = false;               ///< it ends in the middle of a line, which is not read
  bool flagless = false;          ///< lines do not say what ran in an interrupt
  bool reordered = false;         ///< the lines were not in the order of time
  std::array<std::uint32_t, kWhats> entered{};   ///< how often each kind of event is there
  std::array<std::uint32_t, kWhats> returned{};  ///< and the return of it
  std::array<bool, 256> probe_returns{};         ///< by probe: a return of it is there
  /// Hits, or returns, of which there is no readable line. A probe that is hit in an interrupt in
  /// the middle of another probe is passed over (kprobe_running() in arch/x86/kernel/kprobes), so
  /// such an interrupt leaves no line of any probe; a return is when more tasks are inside than the
  /// probe's maxactive.
  std::array<std::int64_t, kWhats> missed{};
  std::vector<Missed> missed_hits;           ///< as kprobe_profile names and counts them
  std::vector<std::string_view> unprofiled;  ///< probes of which it has no line

  bool has(What what) const { return entered[static_cast<std::size_t>(what)] > 0; }
  bool has_return(What what) const { return returned[static_cast<std::size_t>(what)] > 0; }
  /// As far as the trace says.
  std::uint64_t lost_events() const {
    std::uint64_t sum = overwritten;
    for (const Loss& loss : losses) sum += loss.events;
    return sum;
  }
  bool misses(What what) const { return missed[static_cast<std::size_t>(what)] > 0; }
  /// That there is no line of it says that it did not happen.
  bool shows_all(What what) const { return has(what) && !misses(what); }
  bool has_steps() const { return has(What::ref_mod) || has(What::ref_mod_unless); }
};

/// Reads a trace; records point into `text`, which must stay. `file` is for messages. Throws
/// InputError when it is none, or is of the other kernel.
Trace read_trace(std::string_view text, const std::string& file, Kernel,
                 std::uint64_t vmemmap = kVmemmap);

/// The text of a file, which may be compressed with gzip. Throws InputError.
std::string read_text(const std::string& file);

}  // namespace pincheck::trace
