// SPDX-License-Identifier: MIT
#include "checker/trace/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checker/trace/fields.hpp"
#include "checker/trace/line.hpp"
#include "checker/trace/machines.hpp"
#include "checker/trace/profile.hpp"
#include "checker/trace/timeline.hpp"
#include "model/base/input.hpp"

namespace pincheck::trace {
namespace {

/// More kinds of lines that lack something are counted, not listed.
constexpr std::size_t kMostUnread = 20;

/// Events about something else are named to who finds nothing judged: a few will do.
constexpr std::size_t kMostStrangers = 8;

void add_once(std::vector<std::string_view>& names, std::string_view name) {
  if (names.size() < kMostStrangers && std::find(names.begin(), names.end(), name) == names.end())
    names.push_back(name);
}

/// "(function+0x0/0x1) …" or "(ffffffff81234567) …": a probe prints where it is.
bool is_probe(const Line& line) { return line.text.starts_with('('); }

class TraceReader {
 public:
  TraceReader(const std::string& file, Kernel kernel, std::uint64_t vmemmap) : file_(file) {
    trace_.kernel = kernel;
    trace_.vmemmap = vmemmap;
    for (const Probe& probe : probes())
      needed_.push_back({needed_fields(probe, false, kernel), needed_fields(probe, true, kernel)});
  }

  /// The text's next line.
  void take(std::string_view raw, std::uint32_t number) {
    number_ = number;
    ++trace_.lines;
    const Line line = parse_line(raw);
    switch (line.kind) {
      case Line::Kind::blank: stacks_.end(); break;
      case Line::Kind::comment: take_comment(raw); break;
      case Line::Kind::frame: take_other(raw, true); break;
      case Line::Kind::other: take_other(raw, false); break;
      case Line::Kind::lost: timeline_.lose(line, number, trace_); break;
      case Line::Kind::event: take_event(raw, line); break;
      case Line::Kind::profile: profile_.take(raw, line, trace_.events == 0); break;
      case Line::Kind::enabled: enable(line.event); break;
    }
  }

  /// `cut`: the text ends in the middle of a line, which was not taken.
  Trace finish(bool cut) {
    trace_.cut = cut;
    trace_.stacks = stacks_.all();
    profile_.weigh(trace_);
    weigh_damage();
    timeline_.settle(trace_);
    return std::move(trace_);
  }

  const Trace& trace() const { return trace_; }

 private:
  void take_other(std::string_view raw, bool frame) {
    if (stacks_.take(raw, frame)) return;
    stacks_.end();
    ++trace_.unreadable;
  }

  /// set_event lists it: that it has no line says that it did not happen.
  void enable(std::string_view event) {
    const Meaning meaning = meaning_of(event, "", trace_.kernel);
    if (meaning.probe != nullptr) show(*meaning.probe);
  }

  void show(const Probe& probe) {
    trace_.shown[static_cast<std::size_t>(&probe - probes().data())] = true;
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

  void take_event(std::string_view raw, const Line& line) {
    ++trace_.events;
    timeline_.saw(line, number_, trace_);
    trace_.named = trace_.named || line.task.find(": ") != std::string_view::npos;
    if (heads_stack(line)) {
      ++trace_.ignored;
      return stacks_.head(line);
    }
    const Meaning meaning = known_meaning(line);
    profile_.saw(line.event, meaning.probe);
    stacks_.saw(line, meaning.probe == nullptr ? 0 : number_);
    if (meaning.probe == nullptr) return ignore(line);
    check_kernel(*meaning.probe);
    take_record(raw, line, meaning);
  }

  void ignore(const Line& line) {
    ++trace_.ignored;
    if (line.function) ++trace_.functions;
    if (!line.event.empty())
      add_once(is_probe(line) ? trace_.nameless : trace_.strangers, line.event);
  }

  void take_record(std::string_view raw, const Line& line, const Meaning& meaning) {
    Record& record = trace_.records.emplace_back();
    record.time = line.time;
    record.raw = raw;
    record.line = number_;
    record.context = {line.pid, line.cpu, line.interrupt};
    trace_.flagless = trace_.flagless || !line.flagged;
    record.what = meaning.probe->what;
    record.probe = static_cast<std::uint8_t>(meaning.probe - probes().data());
    record.returns = meaning.returns;
    trace_.several_tasks = trace_.several_tasks || line.pid != trace_.records.front().context.pid;
    const Fields has =
        take_fields(line.text, meaning.probe->symbol.empty(), trace_.vmemmap, record);
    const Fields lacks = needed_[record.probe][meaning.returns ? 1 : 0] & ~has;
    if (lacks != 0) return do_without(line, meaning, lacks);
    whole_[record.probe][meaning.returns ? 1 : 0] = true;
    note(record);
  }

  void note(const Record& record) {
    trace_.shown[record.probe] = true;
    auto& counts = record.returns ? trace_.returned : trace_.entered;
    ++counts[static_cast<std::size_t>(record.what)];
    (record.returns ? trace_.probe_returns : trace_.probe_enters)[record.probe] = true;
    if (record.what != What::ref_mod && record.what != What::ref_mod_unless) return;
    (record.n > 0 ? trace_.gains : trace_.drops) = true;
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
                                 file_, number_, found.symbol, kernel_name(trace_.kernel)));
  }

  /// A line without what it needs tells only that something happened there.
  void do_without(const Line& line, const Meaning& meaning, Fields lacks) {
    const Record record = trace_.records.back();
    trace_.records.pop_back();
    ++trace_.unreadable;
    stacks_.saw(line, 0);
    Loss loss{record.line, line.cpu, 1, record.time, record.time};
    loss.from_line = loss.to_line = record.line;
    damaged_.push_back({record.probe, record.returns, loss});
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

  struct Damaged {
    std::uint8_t probe;
    bool returns;
    Loss loss;
  };
  const std::string& file_;
  std::vector<std::array<Fields, 2>> needed_;  // by probe: on entry, on return
  Trace trace_;
  Profile profile_;
  Stacks stacks_;
  Timeline timeline_;
  std::vector<Damaged> damaged_;                  // lines that lack something
  std::array<std::array<bool, 2>, 256> whole_{};  // by probe: others do not
  std::uint32_t number_ = 0;                      // of the line
};

/// Calls with each line that is whole, and its number. Returns whether the text is cut.
template <class Use>
bool each_line(std::string_view text, Use use) {
  std::uint32_t number = 0;
  for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos;) {
    use(text.substr(0, end), ++number);
    text.remove_prefix(end + 1);
  }
  return !text.empty();
}

std::vector<Trace> apart(std::string_view text, Machines machines, const std::string& file,
                         Kernel kernel, std::uint64_t vmemmap) {
  std::vector<TraceReader> readers;
  for (std::size_t i = 0; i < machines.names().size(); ++i)
    readers.emplace_back(file, kernel, vmemmap);
  const bool cut = each_line(text, [&](std::string_view line, std::uint32_t number) {
    readers[machines.next(line)].take(line, number);
  });
  std::vector<Trace> traces;
  for (std::size_t i = 0; i < readers.size(); ++i) {
    traces.push_back(readers[i].finish(cut));
    traces.back().machine = machines.names()[i];
  }
  return traces;
}

}  // namespace

bool Trace::shows(What what) const {
  for (std::size_t i = 0; i < probes().size(); ++i)
    if (probes()[i].what == what && shown[i]) return true;
  return false;
}

std::string Trace::unshown_steps() const {
  std::string out;
  for (std::size_t i = 0; i < probes().size(); ++i)
    if (probes()[i].system == "page_ref" && !shown[i])
      out += fmt::format("{}{}", out.empty() ? "" : ", ", probes()[i].name);
  return out;
}

Trace read_trace(std::string_view text, const std::string& file, Kernel kernel,
                 std::uint64_t vmemmap) {
  TraceReader reader(file, kernel, vmemmap);
  const bool cut = each_line(
      text, [&](std::string_view line, std::uint32_t number) { reader.take(line, number); });
  if (reader.trace().events == 0)
    throw InputError(
        fmt::format("{}: no line of it is an event, expected an ftrace text trace "
                    "(tracefs `trace`, or what trace-cmd report or perf script prints)",
                    file));
  return reader.finish(cut);
}

std::vector<Trace> read_traces(std::string_view text, const std::string& file, Kernel kernel,
                               std::uint64_t vmemmap) {
  TraceReader reader(file, kernel, vmemmap);
  const bool cut = each_line(
      text, [&](std::string_view line, std::uint32_t number) { reader.take(line, number); });
  if (reader.trace().named)
    if (auto machines = Machines::find(text))
      return apart(text, std::move(*machines), file, kernel, vmemmap);
  std::vector<Trace> traces;
  traces.push_back(reader.finish(cut));
  return traces;
}

}  // namespace pincheck::trace
