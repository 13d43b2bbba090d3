// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "model/callers/caller.hpp"
#include "model/files.hpp"

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

Row read_row(Reader& reader, const std::string& caller) {
  Row row;
  if (!reader.has("extract"))
    reader.fail("extract", "expected extract = \"none\", \"get\", \"pin\" or \"refuse\"");
  row.extract = reader.word_or("extract", Take::none, kExtract);
  row.release = reader.word_or("release", Drop::as_acquired, kDrop);
  row.when = reader.word_or("when", When::completion, kWhen);
  row.decide = reader.word_or("ask", Decide::extract, kAsk);
  row.request = reader.word_or("request", Take::none, kRequest);
  row.request_release = reader.word_or("request_release", Drop::as_acquired, kDrop);
  const bool request_object = caller == "nfs-read" || caller == "nfs-write" || caller == "tcp";
  const bool three_references = caller == "legacy";
  if (row.request == Take::hand_over && !request_object)
    reader.fail("request", "take-over is expected only for nfs-read, nfs-write and tcp");
  if (row.request != Take::none && !request_object && !three_references)
    reader.fail("request", fmt::format("'{}' takes no reference of the request's own, expected "
                                       "request only for nfs-read, nfs-write, tcp and legacy",
                                       caller));
  if (three_references && row.when != When::completion)
    reader.fail("when", "legacy drops extraction's reference in its page loop, expected no 'when'");
  reader.finish();
  return row;
}

void read_caller(Convention& convention, const std::string& caller, Reader reader,
                 const Kinds& kinds) {
  if (find_caller(caller) == nullptr) {
    std::string names;
    for (const Caller& one : callers())
      names += (names.empty() ? "" : ", ") + std::string(one.name);
    reader.fail("", fmt::format("unknown caller '{}', expected one of: {}", caller, names));
  }
  for (auto& [kind, row] : reader.named_tables()) {
    if (find_kind(kinds, kind) == nullptr) {
      std::string names;
      for (const Kind& one : kinds) names += (names.empty() ? "" : ", ") + std::string(one.name);
      row.fail("", fmt::format("unknown kind '{}', expected one of: {}", kind, names));
    }
    if (!row.has("dest") && !row.has("source")) {
      convention.rows.push_back({caller, kind, std::nullopt, read_row(row, caller)});
      continue;
    }
    for (const auto& [key, direction] :
         {std::pair{"dest", Direction::dest}, std::pair{"source", Direction::source}}) {
      if (auto half = row.table(key))
        convention.rows.push_back({caller, kind, direction, read_row(*half, caller)});
    }
    row.finish();
  }
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

}  // namespace

Convention read_convention(Reader& reader, const Kinds& kinds) {
  Convention convention;
  convention.name = reader.name();
  convention.label = reader.text_or("label", convention.name);
  convention.title = reader.text_or("title", "");
  convention.source = reader.text_or("source", "");
  if (auto part = reader.table("reclaim")) {
    convention.reclaim_tests_pins = part->boolean_or("tests_pins", true);
    part->finish();
  }
  if (auto part = reader.table("writeback")) {
    convention.writeback_skips_pinned = part->boolean_or("skips_pinned", false);
    part->finish();
  }
  if (auto part = reader.table("zero_page")) {
    convention.zero_pins_are_noops = part->boolean_or("pins_are_noops", true);
    convention.page_pins_skip_zero =
        part->boolean_or("struct_page_pins_too", convention.zero_pins_are_noops);
    part->finish();
  }
  if (auto part = reader.table("vmstat")) {
    convention.page_pins_counted = part->boolean_or("counts_struct_page_pins", true);
    part->finish();
  }
  if (auto part = reader.table("splice")) {
    convention.splice_read = part->word_or("read", SpliceRead::iter_pipe, kSpliceRead);
    part->finish();
  }
  if (auto part = reader.table("net")) {
    convention.sendpage_ok = part->boolean_or("sendpage_ok", false);
    part->finish();
  }
  if (auto part = reader.table("callers"))
    for (auto& [caller, table] : part->named_tables())
      read_caller(convention, caller, table, kinds);
  for (Reader& one : reader.tables("expect")) {
    convention.expect.push_back(
        {one.text("property"), one.texts_or_none("scenarios"), one.text("reason")});
    one.finish();
  }
  reader.finish();
  return convention;
}

Convention parse_convention(std::string_view text, const std::string& file, const Kinds& kinds) {
  const toml::table table = parse_toml(text, file);
  Reader reader(table, file, "convention");
  return read_convention(reader, kinds);
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
  out += fmt::format("reclaim.tests_pins = {}\n", convention.reclaim_tests_pins);
  out += fmt::format("writeback.skips_pinned = {}\n", convention.writeback_skips_pinned);
  out += fmt::format("zero_page.pins_are_noops = {}\n", convention.zero_pins_are_noops);
  out += fmt::format("zero_page.struct_page_pins_too = {}\n", convention.page_pins_skip_zero);
  if (!convention.page_pins_counted) out += "vmstat.counts_struct_page_pins = false\n";
  out += fmt::format("splice.read = \"{}\"\n", word(kSpliceRead, convention.splice_read));
  out += fmt::format("net.sendpage_ok = {}\n", convention.sendpage_ok);
  for (const RowEntry& entry : convention.rows) {
    const std::string direction = !entry.direction                      ? ""
                                  : *entry.direction == Direction::dest ? ".dest"
                                                                        : ".source";
    out += fmt::format("callers.{}.{}{} = {}\n", entry.caller, entry.kind, direction,
                       write_row(entry.row));
  }
  for (const Expectation& expect : convention.expect) {
    out += fmt::format("[[{}expect]]\nproperty = {}\n", prefix, toml_quoted(expect.property));
    std::string scenarios;
    for (const auto& name : expect.scenarios)
      scenarios += (scenarios.empty() ? "" : ", ") + toml_quoted(name);
    if (!scenarios.empty()) out += fmt::format("scenarios = [{}]\n", scenarios);
    out += fmt::format("reason = {}\n", toml_quoted(expect.reason));
  }
  return out;
}

}  // namespace pincheck
