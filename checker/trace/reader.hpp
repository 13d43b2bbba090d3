// SPDX-License-Identifier: MIT
// checker/trace: uses checker/explain; used by checker/predict.
// From the text of a trace to its events about references, in the order of time.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "checker/trace/probes.hpp"
#include "checker/trace/stacks.hpp"

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
  bool reserved = false;    ///< or "reserved": the kernel's own, for ever (the zero page)
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
  std::uint32_t from_line = 0;                                   ///< their lines
  std::uint32_t to_line = std::numeric_limits<std::uint32_t>::max();
  bool any = false;  ///< the trace does not say of which CPU
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

struct Trace {
  Kernel kernel = Kernel::v6_12;
  std::uint64_t vmemmap = kVmemmap;  ///< what it was read with
  std::string_view machine;          ///< what trace-cmd prints in front of its lines, "" if nothing
  std::vector<Record> records;
  std::vector<Stack> stacks;  ///< of records that have one, in the order of lines
  std::vector<Loss> losses;
  std::vector<Unread> unread;  ///< the first kinds of them
  std::uint64_t lines = 0;
  std::uint64_t events = 0;
  std::uint64_t ignored = 0;      ///< events that tell nothing of references
  std::uint64_t functions = 0;    ///< of those: of the function tracer, without arguments
  std::uint64_t unreadable = 0;   ///< lines that are nothing known, or lack what they need
  std::uint64_t overwritten = 0;  ///< oldest events, of any CPU, that the buffer had no room for
  bool profiled = false;          ///< lines of kprobe_profile tell what releases missed
  bool lost_at_end = false;       ///< no record follows a loss
  bool cut = false;               ///< it ends in the middle of a line, which is not read
  bool flagless = false;          ///< lines do not say what ran in an interrupt
  bool reordered = false;         ///< the lines were not in the order of time
  bool unsorted = false;          ///< and are kept so: on one CPU time goes back
  bool named = false;             ///< a task's column has what may be a machine's name
  std::vector<std::string_view> strangers;       ///< the first few events that tell nothing
  std::vector<std::string_view> nameless;        ///< and those that are probes of unknown functions
  std::array<std::uint32_t, kWhats> entered{};   ///< how often each kind of event is there
  std::array<std::uint32_t, kWhats> returned{};  ///< and the return of it
  std::array<bool, 256> probe_enters{};          ///< by probe: an entry of it is there
  std::array<bool, 256> probe_returns{};         ///< by probe: a return of it is there
  std::array<bool, 256> shown{};  ///< by probe: it has a line, or is listed as being enabled
  bool gains = false;             ///< a line of page_ref adds to a count
  bool drops = false;             ///< or takes from it
  bool several_tasks = false;     ///< lines are of more than one: not filtered by task
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
  /// A probe of that kind is set, whether it was hit or not.
  bool shows(What) const;
  /// The page_ref events of which nothing says that they are enabled: "page_ref_set, …". As long
  /// as there are any, or all lines are of one task, a count may move without a line.
  std::string unshown_steps() const;
  bool shows_steps() const { return several_tasks && unshown_steps().empty(); }
};

/// Reads a trace; records point into `text`, which must stay. `file` is for messages. Throws
/// InputError when it is none, or is of the other kernel.
Trace read_trace(std::string_view text, const std::string& file, Kernel,
                 std::uint64_t vmemmap = kVmemmap);

/// The same, of each machine (or each buffer of one) whose lines trace-cmd has merged. At least
/// one; it has no events if the text has none.
std::vector<Trace> read_traces(std::string_view text, const std::string& file, Kernel,
                               std::uint64_t vmemmap = kVmemmap);

/// The text of a file, which may be compressed with gzip. Throws InputError.
std::string read_text(const std::string& file);

}  // namespace pincheck::trace
