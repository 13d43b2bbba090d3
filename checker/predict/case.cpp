// SPDX-License-Identifier: MIT
#include "checker/predict/case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/base/embedded.hpp"
#include "model/base/reader.hpp"
#include "model/compile/files.hpp"

namespace pincheck::predict {
namespace {

constexpr std::int64_t kMostBytes = std::int64_t{1} << 30;
constexpr std::int64_t kBlockBytes = 512;  ///< what O_DIRECT to a device is in multiples of
constexpr int kPipePages = 16;             ///< a pipe's buffers, unless F_SETPIPE_SZ changes them

/// Callers take so much of a buffer at once. Beyond, NFS and FUSE go on in the page where the last
/// piece ended (rsize, wsize, max_write), and take it again.
constexpr std::int64_t kPieceBytes = 16 * kPageBytes;

void check_blocks(const Reader& reader, std::string_view key, std::int64_t bytes) {
  if (bytes % kBlockBytes != 0)
    reader.fail(key, fmt::format("{} bytes, expected a multiple of {}, as O_DIRECT takes them",
                                 bytes, kBlockBytes));
}

/// What a page goes through stands for all, so none may be taken twice. Vectors are taken one by
/// one: a page that two share is, and whether the second time counts depends on the caller.
void check_taken_once(const Reader& reader, const Case& one) {
  const std::string operation = one.program.substr(0, one.program.find(' '));
  const bool vectors = operation == "readv" || operation == "writev";
  const std::int64_t first = vectors ? one.bytes / 2 : one.bytes;
  if (vectors && (one.offset + first) % kPageBytes != 0)
    reader.fail(one.offset == 0 ? "bytes" : "offset",
                fmt::format("the two vectors of {} meet inside a page, which is taken twice, "
                            "expected that the second of them begins a page",
                            operation));
  if (one.offset != 0 && first > kPieceBytes)
    reader.fail("offset",
                fmt::format("{} bytes from inside a page, of which callers may take pages "
                            "twice, expected at most {}",
                            first, kPieceBytes));
}

void check_buffer(const Reader& reader, const Case& one) {
  check_blocks(reader, "bytes", one.bytes);
  check_blocks(reader, "offset", one.offset);
  check_taken_once(reader, one);
  if (!one.scenario.pipes.empty() && one.pages() > kPipePages)
    reader.fail("bytes", fmt::format("{} pages through a pipe, expected at most {}", one.pages(),
                                     kPipePages));
  if (one.pages() > 1 && one.scenario.pages.size() < 2)
    reader.fail("bytes",
                fmt::format("{} pages, but one in the scenario, expected a scenario of at least "
                            "two: what each page goes through must be the same",
                            one.pages()));
}

/// Pages of a scenario stand for those of a buffer: small ones, each there once.
void check_pages(const Reader& reader, const Scenario& scenario) {
  for (const PageSpec& page : scenario.pages)
    if (page.order > 0)
      reader.fail("page", fmt::format("page '{}' is of order {}, expected small pages: a case's "
                                      "numbers are for each page of {} bytes",
                                      page.name, page.order, kPageBytes));
  for (const ActorSpec& actor : scenario.actors)
    if (std::set(actor.pages.begin(), actor.pages.end()).size() != actor.pages.size())
      reader.fail("actor", fmt::format("'{}' has a page twice, expected each once", actor.name));
}

Case read_case(Reader& reader, const Scenario& scenario) {
  Case one;
  one.file = reader.file();
  one.name = reader.name();
  one.program = reader.text("program");
  one.syscalls = reader.texts_or_none("syscalls");
  one.bytes = reader.integer_or("bytes", 16 * kPageBytes, 1, kMostBytes);
  one.offset = reader.integer_or("offset", 0, 0, kPageBytes - 1);
  one.scenario = scenario;
  reader.finish();
  check_buffer(reader, one);
  return one;
}

/// The shipped case of that name, or what the file of that name has.
std::vector<Case> find_some(const std::string& name_or_file, const Kinds& kinds) {
  const auto& shipped = shipped_cases(kinds);
  const auto found = std::find_if(shipped.begin(), shipped.end(),
                                  [&](const Case& one) { return one.name == name_or_file; });
  if (found != shipped.end()) return {*found};
  if (name_or_file.find('/') == std::string::npos && !name_or_file.ends_with(".toml"))
    throw InputError(
        fmt::format("no case is named '{}', expected a file or one of those that "
                    "`pincheck list cases` shows{}",
                    name_or_file, did_you_mean(name_or_file, names_in(shipped))));
  return parse_cases(read_file(name_or_file), name_or_file, kinds);
}

}  // namespace

std::vector<Case> parse_cases(std::string_view text, const std::string& file, const Kinds& kinds) {
  const toml::table table = parse_toml(text, file);
  Reader reader(table, file, "cases");
  auto inner = reader.table("scenario");
  if (!inner) reader.fail("scenario", "expected a [scenario] that the cases stand for");
  const Scenario scenario = read_scenario(*inner, kinds);
  check_pages(*inner, scenario);
  std::vector<Case> all;
  for (Reader& one : reader.tables("case")) all.push_back(read_case(one, scenario));
  if (all.empty()) reader.fail("case", "expected at least one [[case]]");
  reader.finish();
  return all;
}

const std::vector<Case>& shipped_cases(const Kinds& kinds) {
  static const auto all = [&] {
    std::vector<Case> found;
    for (const EmbeddedFile& file : embedded_files()) {
      if (!file.path.starts_with("corpus/cases/")) continue;
      for (Case& one : parse_cases(file.text, std::string(file.path), kinds))
        found.push_back(std::move(one));
    }
    return found;
  }();
  return all;
}

std::vector<Case> find_cases(const std::vector<std::string>& names_or_files, const Kinds& kinds) {
  if (names_or_files.empty()) return shipped_cases(kinds);
  std::vector<Case> all;
  for (const std::string& name : names_or_files)
    for (Case& one : find_some(name, kinds)) all.push_back(std::move(one));
  return all;
}

}  // namespace pincheck::predict
