// SPDX-License-Identifier: MIT
#include "checker/trace/dumps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "checker/trace/counting.hpp"
#include "checker/trace/line.hpp"

namespace pincheck::trace {
namespace {

/// More dumps than this are counted, not told.
constexpr std::size_t kMostDumps = 20;

template <class Use>
void each_line(std::string_view text, Use use) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    use(line);
  }
}

/// The word behind "key:", and the number that it is.
std::string_view word_after(std::string_view line, std::string_view key) {
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return {};
  line.remove_prefix(at + key.size());
  return line.substr(0, line.find_first_of(" \r"));
}

std::optional<std::int64_t> number_after(std::string_view line, std::string_view key) {
  const Number number = parse_number(word_after(line, key));
  return number.good ? std::optional(number.value) : std::nullopt;
}

struct Dump {
  std::string name;  ///< "page 0x10"
  std::int64_t count = 0;
  std::int64_t mapped = 0;
  std::optional<std::int64_t> pins;  ///< of a large folio, which counts them apart
  std::string why;
};

std::string mappings(std::int64_t mapped, std::int64_t others) {
  if (mapped <= 0 || mapped > others) return "";
  return fmt::format(", {} of them for the page tables that map it", mapped);
}

std::string sentence(const Dump& dump) {
  const std::string why = dump.why.empty() ? "" : fmt::format(" ({})", dump.why);
  const std::string begin = fmt::format("{}{}: refcount {}", dump.name, why, dump.count);
  if (dump.count < 0) return begin + ": more was put than there was";
  if (dump.count == 0) return begin + ": nobody holds it (free, frozen, or a tail page)";
  if (dump.pins)
    return fmt::format(
        "{}: a large folio, whose pins are counted apart: {} pin(s), each one of "
        "the {} reference(s){}",
        begin, *dump.pins, dump.count, mappings(dump.mapped, dump.count));
  const std::int64_t pins = dump.count / kBias;
  const std::int64_t others = dump.count % kBias;
  if (pins == 0)
    return fmt::format("{}: no pin (a pin of a small page is {}), {} reference(s){}", begin, kBias,
                       others, mappings(dump.mapped, others));
  return fmt::format(
      "{} = {} x {} + {}: {} pin(s), and {} other reference(s){}; unless it is {} "
      "gets, which cannot be told from pins",
      begin, pins, kBias, others, pins, others, mappings(dump.mapped, others), dump.count);
}

/// "page:00000000aaed3c7d refcount:1025 mapcount:1 … pfn:0x118008", without the pointer on 6.9 and
/// later.
bool begin_dump(std::string_view line, Dump& dump) {
  const auto count = number_after(line, " refcount:");
  const auto mapped = number_after(line, " mapcount:");
  if (!count || !mapped || line.find("page:") == std::string_view::npos) return false;
  const std::string_view pfn = word_after(line, " pfn:");
  dump = {pfn.empty() ? "a page" : fmt::format("page {}", pfn), *count, *mapped, {}, ""};
  return true;
}

void add_to_dump(std::string_view line, Dump& dump) {
  constexpr std::string_view kWhy = "page dumped because: ";
  if (const std::size_t at = line.find(kWhy); at != std::string_view::npos)
    dump.why = std::string(line.substr(at + kWhy.size(), line.find('\r') - at - kWhy.size()));
  if (line.find("head:") == std::string_view::npos) return;
  for (const char* key : {" pincount:", " compound_pincount:"})
    if (const auto pins = number_after(line, key)) dump.pins = pins;
}

}  // namespace

std::vector<std::string> page_dumps(std::string_view text) {
  std::vector<Dump> dumps;
  each_line(text, [&](std::string_view line) {
    if (Dump dump; begin_dump(line, dump)) {
      dumps.push_back(std::move(dump));
    } else if (!dumps.empty()) {
      add_to_dump(line, dumps.back());
    }
  });
  std::vector<std::string> out;
  for (const Dump& dump : dumps)
    if (out.size() < kMostDumps) out.push_back(sentence(dump));
  if (dumps.size() > kMostDumps)
    out.push_back(fmt::format("and {} dumps more", dumps.size() - kMostDumps));
  return out;
}

std::vector<std::string> pin_counters(std::string_view text) {
  std::vector<std::int64_t> acquired;
  std::vector<std::int64_t> released;
  each_line(text, [&](std::string_view line) {
    if (const auto value = number_after(line, "nr_foll_pin_acquired ")) acquired.push_back(*value);
    if (const auto value = number_after(line, "nr_foll_pin_released ")) released.push_back(*value);
  });
  if (acquired.empty() || acquired.size() != released.size()) return {};
  std::vector<std::string> out;
  const auto tell = [&](const char* when, std::int64_t more, std::int64_t less) {
    const std::int64_t left = more - less;
    out.push_back(fmt::format("{}{} pages pinned, {} unpinned: {}", when, more, less,
                              left == 0  ? "as many"
                              : left > 0 ? fmt::format("{} still pinned, or never unpinned", left)
                                         : fmt::format("{} more unpinned than pinned", -left)));
  };
  const auto since = [](const std::vector<std::int64_t>& all) { return all.back() - all.front(); };
  if (acquired.size() > 1)
    tell("between the first and the last reading: ", since(acquired), since(released));
  tell("since boot: ", acquired.back(), released.back());
  out.emplace_back(
      "these are pages, by all callers; each CPU's part is added late (read /proc/sys/vm/"
      "stat_refresh first), and pins that folio_add_pin() takes (vfat) are only counted as "
      "released");
  return out;
}

}  // namespace pincheck::trace
