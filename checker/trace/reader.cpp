// SPDX-License-Identifier: MIT
#include "checker/trace/reader.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "checker/trace/fields.hpp"
#include "checker/trace/line.hpp"
#include "checker/trace/profile.hpp"
#include "model/input.hpp"

namespace pincheck::trace {
namespace {

/// More kinds of lines that lack something are counted, not listed.
constexpr std::size_t kMostUnread = 20;

constexpr std::string_view kFrame = " => ";
constexpr std::string_view kStack = "<stack trace>";

class TraceReader {
 public:
  TraceReader(const std::string& file, Kernel kernel, std::uint64_t vmemmap) : file_(file) {
    trace_.kernel = kernel;
    trace_.vmemmap = vmemmap;
    for (const Probe& probe : probes())
      needed_.push_back({needed_fields(probe, false, kernel), needed_fields(probe, true, kernel)});
  }

  Trace read(std::string_view text) {
    trace_.records.reserve(text.size() / 128);
    for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos;) {
      take(text.substr(0, end));
      text.remove_prefix(end + 1);
    }
    trace_.cut = !text.empty();
    if (trace_.events == 0)
      throw InputError(
          fmt::format("{}: no line of it is an event, expected an ftrace text trace "
                      "(tracefs `trace`, or what trace-cmd report or perf script prints)",
                      file_));
    lose_what_is_cut();
    profile_.weigh(trace_);
    weigh_damage();
    put_in_order();
    mark_losses();
    return std::move(trace_);
  }

 private:
  void take(std::string_view raw) {
    ++trace_.lines;
    const Line line = parse_line(raw);
    in_stack_ = in_stack_ && line.kind == Line::Kind::other && raw.starts_with(kFrame);
    switch (line.kind) {
      case Line::Kind::blank: break;
      case Line::Kind::comment: take_comment(raw); break;
      case Line::Kind::other: take_other(raw); break;
      case Line::Kind::lost: take_loss(line); break;
      case Line::Kind::event: take_event(raw, line); break;
      case Line::Kind::profile: profile_.take(raw, line, trace_.events == 0); break;
    }
  }

  /// A line of the stack above it, whether that is a record's or not.
  void take_other(std::string_view raw) {
    if (!in_stack_) {
      ++trace_.unreadable;
      return;
    }
    if (stack_of_ == 0) return;
    if (trace_.stacks.empty() || trace_.stacks.back().line != stack_of_)
      trace_.stacks.push_back({stack_of_, raw});
    std::string_view& text = trace_.stacks.back().text;
    text = {text.data(), static_cast<std::size_t>(raw.data() + raw.size() - text.data())};
  }

  /// "<stack trace>" belongs to its CPU's event before it.
  void begin_stack(const Line& line) {
    Last& last = last_[line.cpu];
    in_stack_ = true;
    stack_of_ = last.interrupt == line.interrupt ? last.record : 0;
    last.record = 0;  // it has one
  }

  /// "# entries-in-buffer/entries-written: 205/300": the oldest 95 are gone.
  void take_comment(std::string_view raw) {
    constexpr std::string_view kEntries = "# entries-in-buffer/entries-written: ";
    if (!raw.starts_with(kEntries)) return;
    raw.remove_prefix(kEntries.size());
    const std::size_t slash = raw.find('/');
    if (slash == std::string_view::npos) return;
    const std::string_view written = raw.substr(slash + 1);
    const Number in_buffer = parse_number(raw.substr(0, slash));
    const Number all = parse_number(written.substr(0, written.find(' ')));
    if (in_buffer.good && all.good && all.value > in_buffer.value)
      trace_.overwritten += static_cast<std::uint64_t>(all.value - in_buffer.value);
  }

  void take_loss(const Line& line) {
    Loss loss{static_cast<std::uint32_t>(trace_.lines), line.cpu, line.lost};
    if (line.cpu >= last_.size()) last_.resize(line.cpu + std::size_t{1});
    Last& last = last_[line.cpu];
    if (last.seen) loss.from = last.time;
    last.losses.push_back(trace_.losses.size());
    trace_.losses.push_back(loss);
  }

  /// The event ends the losses of its CPU.
  void note_time(const Line& line) {
    if (line.cpu >= last_.size()) last_.resize(line.cpu + std::size_t{1});
    Last& last = last_[line.cpu];
    last.time = line.time;
    if (!last.seen) last.first = line.time;
    last.seen = true;
    for (const std::size_t loss : last.losses) trace_.losses[loss].to = line.time;
    last.losses.clear();
  }

  void take_event(std::string_view raw, const Line& line) {
    ++trace_.events;
    note_time(line);
    if (raw.find(kStack) != std::string_view::npos) {
      ++trace_.ignored;
      return begin_stack(line);
    }
    const Meaning meaning = known_meaning(line);
    profile_.saw(line.event, meaning.probe);
    Last& last = last_[line.cpu];
    last.interrupt = line.interrupt;
    last.record = meaning.probe == nullptr ? 0 : static_cast<std::uint32_t>(trace_.lines);
    if (meaning.probe == nullptr) {
      ++trace_.ignored;
      return;
    }
    check_kernel(*meaning.probe);
    if (!trace_.records.empty() && line.time < trace_.records.back().time) trace_.reordered = true;
    Record& record = trace_.records.emplace_back();
    record.time = line.time;
    record.raw = raw;
    record.line = static_cast<std::uint32_t>(trace_.lines);
    record.context = {line.pid, line.cpu, line.interrupt};
    trace_.flagless = trace_.flagless || !line.flagged;
    record.what = meaning.probe->what;
    record.probe = static_cast<std::uint8_t>(meaning.probe - probes().data());
    record.returns = meaning.returns;
    const Fields has =
        take_fields(line.text, meaning.probe->symbol.empty(), trace_.vmemmap, record);
    const Fields lacks = needed_[record.probe][meaning.returns ? 1 : 0] & ~has;
    if (lacks != 0) return do_without(line, meaning, lacks);
    whole_[record.probe][meaning.returns ? 1 : 0] = true;
    auto& counts = meaning.returns ? trace_.returned : trace_.entered;
    ++counts[static_cast<std::size_t>(record.what)];
    if (meaning.returns) trace_.probe_returns[record.probe] = true;
  }

  /// Of a function's return only what probe_commands fetches is understood: types differ.
  Meaning known_meaning(const Line& line) const {
    const Meaning meaning = meaning_of(line.event, line.text, trace_.kernel);
    return meaning.returns && meaning.probe != nullptr && meaning.probe->result.empty() ? Meaning{}
                                                                                        : meaning;
  }

  /// A function that only the other kernel has: its numbers would be read wrongly.
  void check_kernel(const Probe& found) const {
    if (found.exists(trace_.kernel)) return;
    throw InputError(fmt::format("{}:{}: {} is not in kernel {}, expected a trace of that kernel",
                                 file_, trace_.lines, found.symbol, kernel_name(trace_.kernel)));
  }

  /// A line without what it needs tells only that something happened there.
  void do_without(const Line& line, const Meaning& meaning, Fields lacks) {
    const Record record = trace_.records.back();
    trace_.records.pop_back();
    ++trace_.unreadable;
    last_[line.cpu].record = 0;
    damaged_.push_back(
        {record.probe, record.returns, {record.line, line.cpu, 1, record.time, record.time}});
    const std::string names = argument_names(*meaning.probe, meaning.returns, trace_.kernel, lacks);
    for (Unread& one : trace_.unread)
      if (one.event == line.event && one.lacks == names) {
        ++one.lines;
        return;
      }
    if (trace_.unread.size() < kMostUnread)
      trace_.unread.push_back({line.event, names, record.line});
  }

  /// If other lines of the event are whole, or the kernel prints it, a line was damaged; else the
  /// user has given a probe other arguments, and it is as if it had missed its hits.
  void weigh_damage() {
    for (const Damaged& one : damaged_) {
      const Probe& probe = probes()[one.probe];
      if (probe.symbol.empty() || whole_[one.probe][one.returns ? 1 : 0])
        trace_.losses.push_back(one.loss);
      else
        ++trace_.missed[static_cast<std::size_t>(probe.what)];
    }
  }

  /// What other CPUs' lines would follow if their buffers are printed one after the other.
  void lose_what_is_cut() {
    if (!trace_.cut || !trace_.reordered) return;
    const Record& last = trace_.records.back();
    trace_.losses.push_back({last.line, last.context.cpu, 0, last.time});
  }

  /// Per-CPU buffers printed one after the other are merged. Events of one CPU keep their order.
  void put_in_order() {
    if (!trace_.reordered) return;
    std::stable_sort(trace_.records.begin(), trace_.records.end(),
                     [](const Record& a, const Record& b) { return a.time < b.time; });
  }

  /// Each CPU overwrites the oldest events of its own buffer: before the last CPU's first event
  /// some of that one's are gone, though others' are there.
  Loss overwritten() const {
    Loss loss;
    loss.to = loss.from;
    for (const Last& last : last_)
      if (last.seen) loss.to = std::max(loss.to, last.first - 1);
    return loss;
  }

  /// Losses may overlap: a difference array says how many there are around each record.
  void mark_losses() {
    std::vector<Loss> losses = trace_.losses;
    if (trace_.overwritten > 0) losses.push_back(overwritten());
    if (losses.empty()) return;
    const auto begin = trace_.records.begin();
    const auto end = trace_.records.end();
    std::vector<std::int64_t> around(trace_.records.size() + 1);
    for (const Loss& loss : losses) {
      const auto from = std::partition_point(
          begin, end, [&](const Record& record) { return record.time < loss.from; });
      const auto to = std::partition_point(
          from, end, [&](const Record& record) { return record.time <= loss.to; });
      ++around[static_cast<std::size_t>(from - begin)];
      --around[static_cast<std::size_t>(to - begin)];
      if (to == end)
        trace_.lost_at_end = true;
      else
        to->after_loss = true;
    }
    std::int64_t depth = 0;
    for (std::size_t i = 0; i < trace_.records.size(); ++i)
      trace_.records[i].lossy = (depth += around[i]) > 0;
  }

  struct Last {
    std::int64_t first = 0;
    std::int64_t time = 0;
    bool seen = false;
    char interrupt = '.';
    std::uint32_t record = 0;           // its line; 0 if it tells nothing of references
    std::vector<std::size_t> losses{};  // since that event
  };
  struct Damaged {
    std::uint8_t probe;
    bool returns;
    Loss loss;
  };
  const std::string& file_;
  std::vector<std::array<Fields, 2>> needed_;  // by probe: on entry, on return
  Trace trace_;
  Profile profile_;
  std::vector<Damaged> damaged_;                  // lines that lack something
  std::array<std::array<bool, 2>, 256> whole_{};  // by probe: others do not
  std::vector<Last> last_;                        // by CPU: its first and last event
  bool in_stack_ = false;                         // the line before was of a stack
  std::uint32_t stack_of_ = 0;                    // the line of its record, 0 if it has none
};

}  // namespace

Trace read_trace(std::string_view text, const std::string& file, Kernel kernel,
                 std::uint64_t vmemmap) {
  return TraceReader(file, kernel, vmemmap).read(text);
}

std::vector<std::string_view> functions_of(const Stack& stack) {
  std::vector<std::string_view> functions;
  for (std::string_view rest = stack.text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    // With the options sym-offset and sym-addr: "function+0x12/0x34 <ffff...>".
    functions.push_back(
        line.substr(kFrame.size(), line.find_first_of("+ ", kFrame.size()) - kFrame.size()));
  }
  return functions;
}

std::string read_text(const std::string& file) {
  errno = 0;
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> stream(gzopen(file.c_str(), "rb"), gzclose);
  const auto problem = [&](const char* why) {
    return InputError(fmt::format("{}: cannot be read, expected a trace: {}", file, why));
  };
  if (!stream) throw problem(errno == 0 ? "out of memory" : std::strerror(errno));
  gzbuffer(stream.get(), 1U << 18);
  constexpr std::size_t kBlock = std::size_t{1} << 22;
  std::string text;
  std::error_code ignored;
  if (const auto size = std::filesystem::file_size(file, ignored); !ignored)
    text.reserve(size + kBlock);
  while (true) {
    const std::size_t old = text.size();
    text.resize(old + kBlock);
    const int got = gzread(stream.get(), text.data() + old, static_cast<unsigned>(kBlock));
    text.resize(old + static_cast<std::size_t>(std::max(got, 0)));
    int status = Z_OK;
    const char* why = gzerror(stream.get(), &status);
    if (got < 0 || (status != Z_OK && status != Z_STREAM_END))
      throw problem(status == Z_ERRNO ? std::strerror(errno) : why);
    if (got < static_cast<int>(kBlock)) return text;
  }
}

}  // namespace pincheck::trace
