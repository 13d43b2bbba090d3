// SPDX-License-Identifier: MIT
#include "checker/counterexample/mailed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "checker/counterexample/corpus.hpp"
#include "checker/counterexample/layout.hpp"
#include "checker/mail/decode.hpp"
#include "checker/mail/mail.hpp"
#include "model/base/reader.hpp"

namespace pincheck::counterexample {
namespace {

/// What may stand before each line: of quotes, of diffs, blanks (also U+00A0).
constexpr std::string_view kMarks = ">|:+ \t\xc2\xa0";
constexpr std::string_view kBlanks = " \t\xc2\xa0";
/// The key that all counterexamples begin with.
constexpr std::string_view kFirstKey = "format = ";
/// The first format that ends with its checksum.
constexpr int kChecked = 3;

/// Where a counterexample begins in a text.
struct Start {
  std::size_t at = 0;   ///< of the line
  std::string marks{};  ///< before it
  int format = 0;
  bool alone = false;  ///< comments are all that the file has before it
};

bool only_comments(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); at = std::min(text.find('\n', at), text.size()) + 1)
    if (text[at] != '#' && text[at] != '\n') return false;
  return true;
}

std::vector<Start> starts_in(std::string_view text) {
  std::vector<Start> all;
  for (std::size_t at = 0; (at = text.find(kFirstKey, at)) != std::string_view::npos; ++at) {
    const std::size_t line = text.rfind('\n', at) + 1;
    const std::string_view marks = text.substr(line, at - line);
    if (marks.find_first_not_of(kMarks) != std::string_view::npos) continue;
    int format = 0;
    const char* number = text.data() + at + kFirstKey.size();
    if (std::from_chars(number, text.data() + text.size(), format).ec != std::errc{}) continue;
    all.push_back({line, std::string(marks), format, only_comments(text.substr(0, line))});
  }
  return all;
}

/// The line without the marks that its text has in front, or as many of them as there are: those
/// who broke lines put them there or did not.
std::string_view without_marks(std::string_view line, const std::string& marks) {
  if (line.starts_with(marks)) return line.substr(marks.size());
  const auto is_mark = [](char c) { return kBlanks.find(c) == std::string_view::npos; };
  for (auto left = std::count_if(marks.begin(), marks.end(), is_mark); left > 0; --left) {
    const std::size_t at = line.find_first_not_of(kBlanks);
    if (at == std::string_view::npos || kMarks.find(line[at]) == std::string_view::npos) break;
    line.remove_prefix(at + 1);
  }
  return line;
}

std::string each_without_marks(std::string_view text, const std::string& marks) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    out += without_marks(text.substr(begin, end - begin), marks);
    out += '\n';
    begin = end + 1;
  }
  return out;
}

/// Older formats do not say where they end: a fence or a signature does.
std::string_view to_fence(std::string_view text) {
  for (const std::string_view end : {"\n```", "\n~~~", "\n-- \n", "\n--\n"})
    text = text.substr(0, text.find(end));
  return text;
}

std::string as_file(const Unfolded& whole) {
  return fmt::format("{}[end]\nchecksum = \"{}\"\n", whole.statements, whole.checksum);
}

/// One that may have other text around it, as it was written. Throws InputError where it is not.
Counterexample parse_mailed(const std::string& text, const Start& start, int line,
                            const std::string& name, const Model& model) {
  const std::string place = fmt::format("{}:{}", name, line);
  const auto in_place = [&](std::string_view its) {
    return std::string(static_cast<std::size_t>(line - 1), '\n') + std::string(its);
  };
  if (start.format < kChecked) return parse_checked(in_place(to_fence(text)), name, model);
  const Unfolded whole = unfolded(text);
  if (checksum_of(whole.statements) == whole.checksum)
    return parse_checked(as_file(whole), place + ", unfolded", model);
  if (start.alone) parse_toml(in_place(text), name);  // which says where it was changed
  if (whole.checksum.empty())
    throw InputError(fmt::format(
        "{}: counterexample without its end, expected one to the line 'checksum = ...'", place));
  throw InputError(
      fmt::format("{}: not the counterexample that was written (its checksum differs), expected "
                  "it unchanged, best as an attachment",
                  place));
}

/// Whether the text can be read as it stands: it is TOML, and that says what was written, or
/// something else on purpose.
bool stands_as_it_is(const mail::Text& text) {
  try {
    const toml::table table = parse_toml(text.text, text.name);
    const Unfolded whole = unfolded(text.text);
    return checksum_of(whole.statements) != whole.checksum ||
           table == parse_toml(as_file(whole), text.name);
  } catch (const InputError&) {
    return false;
  }
}

template <class Read>
Found found(std::string place, const Read& read) {
  try {
    Counterexample example = read();
    return {std::move(place), std::move(example), "", false};
  } catch (const InputError& error) {
    return {std::move(place), {}, error.what(), false};
  }
}

void add_found(const mail::Text& text, bool is_gzip, const Model& model, std::vector<Found>& all) {
  const std::vector<Start> starts = starts_in(text.text);
  if (!text.in_mail && (starts.empty() || stands_as_it_is(text))) {
    all.push_back(found(text.name, [&] { return parse_checked(text.text, text.name, model); }));
    all.back().alone = !is_gzip;
    return;
  }
  int line = text.line;
  std::size_t counted = 0;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t begin = starts[i].at;
    const std::size_t end = i + 1 < starts.size() ? starts[i + 1].at : text.text.size();
    line +=
        static_cast<int>(std::count(text.text.data() + counted, text.text.data() + begin, '\n'));
    counted = begin;
    const std::string region =
        each_without_marks(std::string_view(text.text).substr(begin, end - begin), starts[i].marks);
    all.push_back(found(fmt::format("{}:{}", text.name, line),
                        [&] { return parse_mailed(region, starts[i], line, text.name, model); }));
  }
}

}  // namespace

std::vector<Found> find_counterexamples(std::string_view bytes, const std::string& file,
                                        const Model& model) {
  std::vector<Found> all;
  for (const mail::Text& text : mail::texts(bytes, file)) {
    if (text.problem.empty())
      add_found(text, mail::is_gzip(bytes), model, all);
    else
      all.push_back({fmt::format("{}:{}", text.name, text.line), {}, text.problem, false});
  }
  // "See this:", say, is no header of a mail.
  if (all.empty() && !mail::is_gzip(bytes))
    add_found({file, 1, mail::with_plain_lines(std::string(bytes))}, false, model, all);
  if (all.empty())
    all.push_back({file,
                   {},
                   fmt::format("{}: no counterexample in it, expected one that begins with the "
                               "line 'format = {}'",
                               file, kCounterexampleFormat),
                   false});
  return all;
}

}  // namespace pincheck::counterexample
