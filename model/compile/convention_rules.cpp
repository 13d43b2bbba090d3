// SPDX-License-Identifier: MIT
#include "model/compile/convention_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pincheck {
namespace {

/// "nfs-read, nfs-write and tcp": the callers with one of these references, in their order.
std::string callers_with(std::initializer_list<OwnReference> references) {
  std::vector<std::string_view> names;
  for (const OwnReference reference : references)
    for (const Caller& caller : callers())
      if (caller.own_reference == reference) names.push_back(caller.name);
  const std::string_view last = names.back();
  names.pop_back();
  return names.empty() ? std::string(last) : fmt::format("{} and {}", fmt::join(names, ", "), last);
}

/// One row being looked at, and what is wrong with it.
class RowCheck {
 public:
  RowCheck(const Row& row, const Caller& caller, const Kind& kind,
           std::optional<Direction> direction, const Stated& stated)
      : row_(row), caller_(caller), kind_(kind), direction_(direction), stated_(stated) {
    io_.row = row;
  }

  std::optional<RowProblem> first() const {
    for (const auto check :
         {&RowCheck::nothing_taken, &RowCheck::request, &RowCheck::taken_over, &RowCheck::page_loop,
          &RowCheck::asked, &RowCheck::when, &RowCheck::crossed})
      if (auto found = (this->*check)()) return found;
    return {};
  }

 private:
  using Found = std::optional<RowProblem>;

  /// The first of the keys that is stated, with one message about it.
  Found none_of(std::initializer_list<std::string_view> keys, std::string_view why) const {
    for (const std::string_view key : keys)
      if (stated_(key)) return RowProblem{key, fmt::format("{}, expected no '{}'", why, key)};
    return {};
  }

  Found nothing_taken() const {
    const bool no_pages = kind_.backings.empty() && !kind_.in_ring;
    if (no_pages && matching(row_.extract) != Drop::none)
      return RowProblem{"extract", fmt::format("'{}' has no pages to take, expected extract = "
                                               "\"none\" or \"refuse\"",
                                               kind_.name)};
    if (row_.extract != Take::refuse && !no_pages) return {};
    const std::string why = no_pages ? fmt::format("'{}' has no pages", kind_.name)
                                     : std::string("extract = \"refuse\" ends the request at once");
    return none_of({"release", "when", "ask", "request", "request_release"}, why);
  }

  Found request() const {
    if (row_.request == Take::hand_over && caller_.own_reference != OwnReference::object)
      return RowProblem{"request", fmt::format("take-over is expected only for {}",
                                               callers_with({OwnReference::object}))};
    if (caller_.own_reference != OwnReference::none) return {};
    for (const std::string_view key : {"request", "request_release"})
      if (stated_(key))
        return RowProblem{
            key, fmt::format("'{}' takes no reference of the request's own, expected "
                             "{} only for {}",
                             caller_.name, key,
                             callers_with({OwnReference::object, OwnReference::page_loop}))};
    return {};
  }

  Found taken_over() const {
    if (row_.request != Take::hand_over) return {};
    if (matching(row_.extract) == Drop::none)
      return RowProblem{"request", fmt::format("extract = \"none\" takes nothing that the request "
                                               "could take over, expected extract = \"get\" or "
                                               "\"pin\", or another request")};
    return none_of({"release", "when", "ask"},
                   "request = \"take-over\" leaves extraction nothing to release");
  }

  Found page_loop() const {
    if (caller_.own_reference != OwnReference::page_loop) return {};
    return none_of({"when", "ask"},
                   fmt::format("{} drops extraction's reference in its page loop", caller_.name));
  }

  /// The submitter drops the pages itself, while it still has its iterator.
  bool iterator_is_alive() const {
    const bool always_sync = kind_.in_ring;
    return row_.when == When::after_submit ||
           (row_.when == When::completion && caller_.waits_then_releases && always_sync);
  }

  Found asked() const {
    if (row_.decide == Decide::extract || !iterator_is_alive()) return {};
    return RowProblem{"ask",
                      fmt::format("{} releases these pages while the iterator is still there, "
                                  "expected ask = \"at-extract\", or a later 'when'",
                                  caller_.name)};
  }

  Found when() const {
    if (array_release(io_) == Drop::none && row_.decide == Decide::extract)
      return none_of({"when"}, "extraction's pages are not released at all");
    if (row_.when != When::deferred) return {};
    const bool only_reads = kind_.in_ring || direction_ == Direction::dest;
    const bool all = caller_.reports_first == ReportsFirst::all;
    if (!all && !(caller_.reports_first == ReportsFirst::reads && only_reads)) return {};
    return RowProblem{"when", fmt::format("{} reports{} before it releases anything, expected "
                                          "\"completion\", which is late enough, or "
                                          "\"after-submit\"",
                                          caller_.name, all ? "" : " reads")};
  }

  /// What is taken is dropped once, but in the other's place: the ledger goes by who took it.
  Found crossed() const {
    if (caller_.own_reference != OwnReference::object || row_.request == Take::hand_over) return {};
    const Drop array = array_release(io_);
    const Drop own = request_release(io_);
    const Drop array_due = matching(row_.extract);
    const Drop own_due = matching(row_.request);
    if (array == array_due || array != own_due || own != array_due) return {};
    if (own_due == Drop::none)
      return RowProblem{"request_release",
                        "the request drops what extraction took, expected request = \"take-over\" "
                        "(without 'release'), or no 'request_release'"};
    return RowProblem{"release",
                      "extraction's release and the request's each drop what the other took, "
                      "expected each to drop its own"};
  }

  const Row& row_;
  const Caller& caller_;
  const Kind& kind_;
  std::optional<Direction> direction_;
  const Stated& stated_;
  Io io_;
};

}  // namespace

std::string pair_problem(const Caller& caller, const Kind& kind,
                         std::optional<Direction> direction) {
  const bool reads = caller.reads && direction != Direction::source;
  const bool writes = caller.writes && direction != Direction::dest && !kind.in_ring;
  if (reads || writes) return "";
  if (kind.in_ring && (!caller.reads || direction == Direction::source))
    return fmt::format("{} is only ever read into, expected no row for {}", kind.symbol,
                       caller.reads ? "'source'" : fmt::format("'{}', which writes", caller.name));
  return fmt::format("'{}' only {}, expected no '{}'", caller.name,
                     caller.reads ? "reads" : "writes", caller.reads ? "source" : "dest");
}

std::optional<RowProblem> row_problem(const Row& row, const Caller& caller, const Kind& kind,
                                      std::optional<Direction> direction, const Stated& stated) {
  return RowCheck(row, caller, kind, direction, stated).first();
}

std::optional<RowProblem> row_problem(const Row& row, const Caller& caller, const Kind& kind,
                                      std::optional<Direction> direction) {
  static const Row usual{.release = Drop::as_acquired, .request_release = Drop::as_acquired};
  return row_problem(row, caller, kind, direction, [&](std::string_view key) {
    return (key == "release" && row.release != usual.release) ||
           (key == "when" && row.when != usual.when) ||
           (key == "ask" && row.decide != usual.decide) ||
           (key == "request" && row.request != usual.request) ||
           (key == "request_release" && row.request_release != usual.request_release);
  });
}

std::vector<Drop> release_answers(const Convention& convention, std::string_view caller,
                                  bool dest) {
  std::vector<Drop> answers;
  for (const RowEntry& entry : convention.rows) {
    const bool other_way = entry.direction && (*entry.direction == Direction::dest) != dest;
    if (entry.caller != caller || entry.row.extract == Take::refuse || other_way) continue;
    Io io;
    io.row = entry.row;
    const Drop drop = array_release(io);
    if (std::find(answers.begin(), answers.end(), drop) == answers.end()) answers.push_back(drop);
  }
  std::sort(answers.begin(), answers.end());
  return answers;
}

bool asking_matters(const Convention& convention, const RowEntry& entry) {
  const Caller& caller = *find_caller(entry.caller);
  const auto matters = [&](Direction direction, bool goes) {
    return goes && (!entry.direction || *entry.direction == direction) &&
           release_answers(convention, entry.caller, direction == Direction::dest).size() > 1;
  };
  return matters(Direction::dest, caller.reads) || matters(Direction::source, caller.writes);
}

}  // namespace pincheck
