// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "model/base/reader.hpp"
#include "model/compile/convention_rules.hpp"
#include "model/compile/files.hpp"
#include "model/compile/shipped.hpp"

namespace pincheck {
namespace {

const Words<Take> kExtract{
    {"none", Take::none}, {"get", Take::get}, {"pin", Take::pin}, {"refuse", Take::refuse}};
const Words<Take> kRequest{
    {"none", Take::none}, {"get", Take::get}, {"pin", Take::pin}, {"take-over", Take::hand_over}};
const Words<Drop> kDrop{{"none", Drop::none},
                        {"put", Drop::put},
                        {"unpin", Drop::unpin},
                        {"as-acquired", Drop::as_acquired}};
const Words<When> kWhen{{"after-submit", When::after_submit},
                        {"completion", When::completion},
                        {"deferred", When::deferred}};
const Words<Decide> kAsk{{"at-extract", Decide::extract}, {"at-release", Decide::release}};
const Words<SpliceRead> kSpliceRead{{"iter-pipe", SpliceRead::iter_pipe},
                                    {"copy", SpliceRead::copy}};

/// Who reads: a file of its own says what it changes and must mean all it says; what a
/// counterexample carries is whole, and may have rows for pairs that earlier versions took and that
/// never meet.
enum class Reading : std::uint8_t { file, embedded };

/// Reads one convention, on top of what it is based on, if anything.
class ConventionReader {
 public:
  ConventionReader(std::optional<Convention> base, Reading reading, const Kinds& kinds)
      : base_(std::move(base)), reading_(reading), kinds_(kinds) {}

  Convention read(Reader& reader) {
    if (base_) convention_ = *base_;
    convention_.expect.clear();
    convention_.name = reader.name();
    convention_.label = reader.text_or("label", convention_.name);
    convention_.title =
        reader.text_or("title", base_ ? fmt::format("{} with changes", base_->name) : "");
    convention_.source = reader.text_or("source", "");
    read_switches(reader);
    read_callers(reader);
    for (Reader& one : reader.tables("expect")) read_expectation(one);
    reader.finish();
    return std::move(convention_);
  }

 private:
  std::optional<Convention> base_;
  Convention convention_;
  Reading reading_;
  const Kinds& kinds_;

  /// A table that is not empty, or nothing.
  static std::optional<Reader> section(Reader& reader, std::string_view key,
                                       std::string_view inside) {
    auto part = reader.table(key);
    if (part && part->empty())
      part->fail("", fmt::format("says nothing, expected {} inside", inside));
    return part;
  }

  /// What a difference says must differ.
  [[noreturn]] void reject_same(const Reader& part, std::string_view key) const {
    part.fail(key,
              fmt::format("{} what '{}' says already, expected something else, or nothing",
                          key.empty() ? "this row is" : fmt::format("'{}' is", key), base_->name));
  }

  /// A switch of a section, where it is said; `usual` without it.
  bool read_switch(Reader& part, std::string_view key, bool usual) const {
    const bool value = part.boolean_or(key, usual);
    if (base_ && part.has(key) && value == usual) reject_same(part, key);
    return value;
  }
  void read_only_switch(Reader& reader, std::string_view of, std::string_view key,
                        bool& value) const {
    auto part = section(reader, of, key);
    if (!part) return;
    value = read_switch(*part, key, value);
    part->finish();
  }

  void read_switches(Reader& reader) {
    Convention& c = convention_;
    read_only_switch(reader, "reclaim", "tests_pins", c.reclaim_tests_pins);
    read_only_switch(reader, "writeback", "skips_pinned", c.writeback_skips_pinned);
    if (auto part = section(reader, "zero_page", "pins_are_noops or struct_page_pins_too"))
      read_zero_page(*part);
    read_only_switch(reader, "vmstat", "counts_struct_page_pins", c.page_pins_counted);
    if (auto part = section(reader, "splice", "read")) {
      const SpliceRead usual = c.splice_read;
      c.splice_read = part->word_or("read", usual, kSpliceRead);
      if (base_ && part->has("read") && c.splice_read == usual) reject_same(*part, "read");
      part->finish();
    }
    if (c.splice_read == SpliceRead::copy)  // nobody meets what the base says of ITER_PIPE
      std::erase_if(c.rows, [&](const RowEntry& row) { return in_ring(row.kind); });
    read_only_switch(reader, "net", "sendpage_ok", c.sendpage_ok);
  }

  void read_zero_page(Reader& part) {
    Convention& c = convention_;
    const bool before = c.zero_pins_are_noops;
    c.zero_pins_are_noops = read_switch(part, "pins_are_noops", before);
    const bool usual =
        c.zero_pins_are_noops == before ? c.page_pins_skip_zero : c.zero_pins_are_noops;
    c.page_pins_skip_zero = read_switch(part, "struct_page_pins_too", usual);
    const bool inert = c.page_pins_skip_zero && !c.zero_pins_are_noops;
    if (reading_ == Reading::embedded && inert) c.page_pins_skip_zero = false;
    if (reading_ == Reading::file && inert)
      part.fail("struct_page_pins_too",
                "pins made from a struct page skip the zero page only where all do, expected "
                "struct_page_pins_too = false, or pins_are_noops = true");
    part.finish();
  }

  bool in_ring(const std::string& kind) const {
    const Kind* known = find_kind(kinds_, kind);
    return known != nullptr && known->in_ring;
  }

  void read_callers(Reader& reader) {
    auto part = section(reader, "callers", "a table for each caller");
    if (!part) return;
    std::vector<std::pair<RowEntry, Reader>> asking;
    for (auto& [caller, table] : part->named_tables()) read_caller(caller, table, asking);
    if (reading_ == Reading::embedded) return;
    for (const auto& [entry, table] : asking)
      if (!asking_matters(convention_, entry))
        table.fail("ask",
                   fmt::format("all rows of '{}' drop alike, so asking late changes nothing, "
                               "expected ask = \"at-extract\", or a row that drops otherwise",
                               entry.caller));
  }

  using Asking = std::vector<std::pair<RowEntry, Reader>>;

  void read_caller(const std::string& name, Reader& table, Asking& asking) {
    const Caller* caller = find_caller(name);
    if (caller == nullptr)
      table.fail("", fmt::format("unknown caller '{}', expected {}", name,
                                 one_of(name, names_in(callers()))));
    if (table.empty()) table.fail("", "says nothing, expected a row for some kind inside");
    for (auto& [kind, row] : table.named_tables()) read_cell(*caller, kind, row, asking);
  }

  void read_cell(const Caller& caller, const std::string& name, Reader& row, Asking& asking) {
    const Kind* kind = find_kind(kinds_, name);
    if (kind == nullptr)
      row.fail("",
               fmt::format("unknown kind '{}', expected {}", name, one_of(name, names_in(kinds_))));
    if (!row.has("dest") && !row.has("source"))
      return read_row(caller, *kind, std::nullopt, row, asking);
    for (const auto& [key, direction] :
         {std::pair{"dest", Direction::dest}, std::pair{"source", Direction::source}})
      if (auto half = row.table(key)) read_row(caller, *kind, direction, *half, asking);
    row.finish();
  }

  void read_row(const Caller& caller, const Kind& kind, std::optional<Direction> direction,
                Reader& reader, Asking& asking) {
    Row row;
    if (!reader.has("extract"))
      reader.fail("extract", "expected extract = \"none\", \"get\", \"pin\" or \"refuse\"");
    row.extract = reader.word_or("extract", Take::none, kExtract);
    row.release = reader.word_or("release", Drop::as_acquired, kDrop);
    row.when = reader.word_or("when", When::completion, kWhen);
    row.decide = reader.word_or("ask", Decide::extract, kAsk);
    row.request = reader.word_or("request", Take::none, kRequest);
    row.request_release = reader.word_or("request_release", Drop::as_acquired, kDrop);
    reader.finish();
    std::string never = pair_problem(caller, kind, direction);
    if (kind.in_ring && convention_.splice_read == SpliceRead::copy)
      never = fmt::format("{} is met by splice.read = \"iter-pipe\" only, expected no row for it",
                          kind.symbol);
    if (!never.empty() && reading_ == Reading::embedded) return;
    if (!never.empty()) reader.fail("", never);
    if (const auto problem = row_problem(row, caller, kind, direction,
                                         [&](std::string_view key) { return reader.has(key); }))
      reader.fail(problem->key, problem->message);
    const RowEntry entry{std::string(caller.name), std::string(kind.name), direction, row};
    if (base_ && says_the_same(caller, kind, entry)) reject_same(reader, "");
    if (row.decide == Decide::release) asking.emplace_back(entry, reader);
    replace(entry);
  }

  /// The base has that row, for whatever I/O of the caller and kind there is.
  bool says_the_same(const Caller& caller, const Kind& kind, const RowEntry& entry) const {
    const auto same = [&](Direction way, bool goes) {
      if (!goes || (entry.direction && *entry.direction != way)) return true;
      const Row* row = base_->find(entry.caller, entry.kind, way);
      return row != nullptr && *row == entry.row;
    };
    return same(Direction::dest, caller.reads) &&
           same(Direction::source, caller.writes && !kind.in_ring);
  }

  /// The row takes the place of what the base says of the same I/O. Rows are in the order of the
  /// names, destinations first.
  void replace(const RowEntry& entry) {
    auto& rows = convention_.rows;
    const auto same = [&](const RowEntry& old) {
      return old.caller == entry.caller && old.kind == entry.kind;
    };
    for (RowEntry& old : rows) {
      if (!same(old) || old.direction || !entry.direction) continue;
      old.direction = *entry.direction == Direction::dest ? Direction::source : Direction::dest;
    }
    std::erase_if(rows, [&](const RowEntry& old) {
      return same(old) && (!entry.direction || old.direction == entry.direction);
    });
    const auto place = [](const RowEntry& one) {
      return std::tuple(std::string_view(one.caller), std::string_view(one.kind),
                        one.direction == Direction::source);
    };
    const auto before = [&](const RowEntry& a, const RowEntry& b) { return place(a) < place(b); };
    rows.insert(std::upper_bound(rows.begin(), rows.end(), entry, before), entry);
  }

  void read_expectation(Reader& reader) {
    Expectation expect{reader.text("property"), reader.texts_or_none("scenarios"),
                       reader.texts_or_none("callers"), reader.text("reason")};
    if (reading_ == Reading::file && expect.scenarios.empty() && expect.callers.empty())
      reader.fail("property",
                  "covers everything, expected 'scenarios' where it must show, or "
                  "'callers' who are to blame");
    for (const std::string& name : expect.callers)
      if (find_caller(name) == nullptr)
        reader.fail("callers", fmt::format("unknown caller '{}', expected one that `pincheck list "
                                           "callers` shows{}",
                                           name, did_you_mean(name, names_in(callers()))));
    reader.finish();
    convention_.expect.push_back(std::move(expect));
  }
};

/// Where a convention is read from, and what led there.
struct Place {
  std::string file;
  const Place* from = nullptr;
};

Convention read_file_of(std::string_view text, const Place& place, const Kinds& kinds);

/// The convention that `named` names: a shipped one, or a file beside the one it is named in.
Convention read_base(const Reader& reader, const std::string& named, const Place& place,
                     const Kinds& kinds) {
  const bool is_file = named.find('/') != std::string::npos || named.ends_with(".toml");
  const auto folder = std::filesystem::path(place.file).parent_path();
  const std::string file =
      is_file ? (folder / named).lexically_normal().string() : shipped_convention_file(named);
  for (const Place* one = &place; one != nullptr; one = one->from)
    if (std::filesystem::path(one->file).lexically_normal() == file)
      reader.fail("based_on", fmt::format("'{}' is based on this one, expected a chain that ends "
                                          "with a convention of its own",
                                          named));
  const Place base{file, &place};
  if (is_file) return read_file_of(read_file(file), base, kinds);
  const auto text = shipped_text(file);
  if (!text)
    reader.fail("based_on", fmt::format("no convention is named '{}', expected a shipped one, or "
                                        "a file{}",
                                        named, did_you_mean(named, shipped_convention_names())));
  // Many are based on a few, which are read once.
  static std::map<std::string, Convention> known;
  const auto found = known.find(file);
  if (found != known.end()) return found->second;
  return known.emplace(file, read_file_of(*text, base, kinds)).first->second;
}

Convention read_file_of(std::string_view text, const Place& place, const Kinds& kinds) {
  const toml::table table = parse_toml(text, place.file);
  Reader reader(table, place.file, "convention");
  std::optional<Convention> base;
  if (reader.has("based_on")) base = read_base(reader, reader.text("based_on"), place, kinds);
  return ConventionReader(std::move(base), Reading::file, kinds).read(reader);
}

std::string write_row(const Row& row) {
  std::string out = fmt::format("{{ extract = \"{}\"", word(kExtract, row.extract));
  if (row.release != Drop::as_acquired)
    out += fmt::format(", release = \"{}\"", word(kDrop, row.release));
  if (row.when != When::completion) out += fmt::format(", when = \"{}\"", word(kWhen, row.when));
  if (row.decide != Decide::extract) out += fmt::format(", ask = \"{}\"", word(kAsk, row.decide));
  if (row.request != Take::none)
    out += fmt::format(", request = \"{}\"", word(kRequest, row.request));
  if (row.request_release != Drop::as_acquired)
    out += fmt::format(", request_release = \"{}\"", word(kDrop, row.request_release));
  return out + " }";
}

std::string quoted_names(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + toml_quoted(name);
  return out;
}

}  // namespace

Convention read_convention(Reader& reader, const Kinds& kinds) {
  if (reader.has("based_on"))
    reader.fail("based_on", "expected none here: a counterexample carries its convention whole");
  return ConventionReader(std::nullopt, Reading::embedded, kinds).read(reader);
}

Convention parse_convention(std::string_view text, const std::string& file, const Kinds& kinds) {
  return read_file_of(text, {file}, kinds);
}

std::vector<Rule> rules_of(const Convention& convention) {
  const auto said = [](bool value) { return fmt::format("{}", value); };
  std::vector<Rule> rules{
      {"reclaim.tests_pins", said(convention.reclaim_tests_pins)},
      {"writeback.skips_pinned", said(convention.writeback_skips_pinned)},
      {"zero_page.pins_are_noops", said(convention.zero_pins_are_noops)},
      {"zero_page.struct_page_pins_too",
       said(convention.zero_pins_are_noops && convention.page_pins_skip_zero)},
  };
  if (!convention.page_pins_counted)
    rules.push_back({"vmstat.counts_struct_page_pins", said(false)});
  rules.push_back(
      {"splice.read", fmt::format("\"{}\"", word(kSpliceRead, convention.splice_read))});
  rules.push_back({"net.sendpage_ok", said(convention.sendpage_ok)});
  for (const RowEntry& entry : convention.rows) {
    const std::string direction = !entry.direction                      ? ""
                                  : *entry.direction == Direction::dest ? ".dest"
                                                                        : ".source";
    rules.push_back({fmt::format("callers.{}.{}{}", entry.caller, entry.kind, direction),
                     write_row(entry.row)});
  }
  return rules;
}

std::string write_convention(const Convention& convention, const std::string& prefix) {
  const std::string table = prefix.empty() ? "" : prefix.substr(0, prefix.size() - 1);
  std::string out;
  if (!table.empty()) out += fmt::format("[{}]\n", table);
  out += fmt::format("name = {}\n", toml_quoted(convention.name));
  out += fmt::format("label = {}\n", toml_quoted(convention.label));
  if (!convention.title.empty()) out += fmt::format("title = {}\n", toml_quoted(convention.title));
  if (!convention.source.empty())
    out += fmt::format("source = {}\n", toml_quoted(convention.source));
  for (const Rule& rule : rules_of(convention)) out += fmt::format("{} = {}\n", rule.key, rule.is);
  for (const Expectation& expect : convention.expect) {
    out += fmt::format("[[{}expect]]\nproperty = {}\n", prefix, toml_quoted(expect.property));
    for (const auto& [key, names] :
         {std::pair{"scenarios", &expect.scenarios}, std::pair{"callers", &expect.callers}})
      if (!names->empty()) out += fmt::format("{} = [{}]\n", key, quoted_names(*names));
    out += fmt::format("reason = {}\n", toml_quoted(expect.reason));
  }
  return out;
}

}  // namespace pincheck
