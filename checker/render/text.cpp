// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "checker/render/lanes.hpp"
#include "checker/render/render.hpp"
#include "checker/render/terminal.hpp"
#include "checker/render/words.hpp"

namespace pincheck::render {
namespace {

/// The widest that is easy to read.
constexpr std::size_t kWidest = 100;
/// What a step changed has at least this room, however wide the columns before it are.
constexpr std::size_t kLeastWords = 18;
/// And so have the lines on holders, which stand where steps do.
constexpr std::size_t kLeastHolders = 40;
constexpr std::size_t kNarrowHolders = 24;

/// Where the words of a step are, and what it changed; from the widest to the narrowest.
enum class Layout : std::uint8_t {
  beside,  ///< all in one line, in columns
  below,   ///< what it changed is below it, unless it is short
  ragged,  ///< and its words are right behind its function
  narrow,  ///< or below it, too
};

/// A row of the table. The lanes of `below` go on beside its further lines.
struct Row {
  std::string lanes;
  std::string below;
  std::string number;
  std::string text;
  std::string more;  ///< the step's words where they are below
  std::vector<std::string> counts;
  std::vector<bool> changed;
  std::vector<std::string> words;
  bool fault = false;
};

/// What the step did to its pages, in parts that end in a comma or, before another page, a
/// semicolon. Pages are named where there are several.
std::vector<std::string> changes(const story::Story& story, const story::StoryStep& step) {
  std::vector<std::string> parts;
  const auto& pages = story.scenario.pages;
  for (std::size_t page = 0; page < pages.size(); ++page) {
    auto words = change_words(story.scenario, step, static_cast<int>(page));
    if (words.empty()) continue;
    if (!parts.empty()) parts.back().back() = ';';
    if (pages.size() > 1) words[0] = fmt::format("{}: {}", pages[page].name, words[0]);
    for (const std::string& word : words) parts.push_back(fmt::format("{},", word));
  }
  if (!parts.empty()) parts.back().pop_back();
  return parts;
}

void count_pages(Row& row, const story::Story& story, const World& before, const World& after) {
  for (int page = 0; page < static_cast<int>(story.scenario.pages.size()); ++page) {
    const std::string was = count_words(story, before, page);
    const std::string is = count_words(story, after, page);
    row.changed.push_back(was != is);
    row.counts.push_back(was != is ? fmt::format("{} -> {}", was, is) : is);
  }
}

Row row_of(const story::Story& story, const std::vector<Lane>& lanes, std::size_t index,
           std::size_t function_width, Layout layout) {
  const story::StoryStep& step = story.steps[index];
  Row row;
  for (const Lane& lane : lanes) {
    const bool steps = lane.name == step.actor;
    row.lanes += steps ? (step.fault ? "! " : "* ") : lane.alive(index) ? "| " : "  ";
    row.below += lane.alive(index) && index < lane.last ? "| " : "  ";
  }
  row.number = fmt::format("{}", index + 1);
  const std::size_t column = layout == Layout::ragged ? 0 : function_width;
  row.text = fmt::format("{:<{}}  {}", step.function, column, step_words(step));
  if (layout == Layout::narrow) {
    row.text = step.function;
    row.more = step_words(step);
  }
  count_pages(row, story, step.before, step.after);
  row.words = changes(story, step);
  row.fault = step.fault;
  return row;
}

/// Rows that are no steps: who holds the page then.
void add_holders(std::vector<Row>& rows, const story::Story& story, const World& world, int page,
                 std::size_t width) {
  const std::string held = fmt::format("{} is {}", story.scenario.pages[page].name,
                                       held_words(story.scenario, world, page));
  const std::size_t pages = story.scenario.pages.size();
  std::string count = count_words(story, world, page);
  for (const std::string& line : wrapped(held, width)) {
    Row row;
    row.text = line;
    row.counts.resize(pages);
    row.counts[page] = std::exchange(count, "");
    row.changed.resize(pages, false);
    rows.push_back(std::move(row));
  }
}

std::vector<Row> rows_of(const story::Story& story, const std::vector<Lane>& lanes, Layout layout) {
  std::size_t function_width = 0;
  std::size_t step_width = 0;
  std::size_t both_width = 0;
  for (const story::StoryStep& step : story.steps) {
    function_width = std::max(function_width, step.function.size());
    step_width = std::max(step_width, step_words(step).size());
    both_width = std::max(both_width, step.function.size() + 2 + step_words(step).size());
  }
  std::size_t width = std::max(function_width + 2 + step_width, kLeastHolders);
  if (layout == Layout::ragged) width = std::max(both_width, kLeastHolders);
  if (layout == Layout::narrow) width = std::max(function_width, kNarrowHolders);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < story.steps.size(); ++i) {
    for (std::size_t page = 0; i == 0 && page < story.scenario.pages.size(); ++page)
      add_holders(rows, story, story.steps[i].before, static_cast<int>(page), width);
    rows.push_back(row_of(story, lanes, i, function_width, layout));
  }
  if (!story.steps.empty() && story.event.page != kNoPage)
    add_holders(rows, story, story.steps.back().after, story.event.page, width);
  return rows;
}

/// What the counts are, above them.
std::string_view counted(const Scenario& scenario) {
  const bool large = std::any_of(scenario.pages.begin(), scenario.pages.end(),
                                 [](const PageSpec& page) { return page.order > 0; });
  return large ? "_refcount/_pincount of" : "_refcount of";
}

/// The rows with their widths, as text.
class Table {
 public:
  Table(const story::Story& story, const std::vector<Lane>& lanes, Layout layout, const Look& look)
      : lanes_(lanes),
        rows_(rows_of(story, lanes, layout)),
        counted_(counted(story.scenario)),
        layout_(layout),
        look_(look) {
    for (const PageSpec& page : story.scenario.pages) {
      names_.push_back(page.name);
      widths_.push_back(page.name.size());
    }
    for (const Row& row : rows_) {
      number_width_ = std::max(number_width_, row.number.size());
      text_width_ = std::max(text_width_, row.text.size());
      for (std::size_t page = 0; page < widths_.size(); ++page)
        widths_[page] = std::max(widths_[page], row.counts[page].size());
    }
  }

  bool fits() const {
    return used() + (layout_ == Layout::beside ? 2 + kLeastWords : 0) <= look_.width;
  }

  std::string text() const {
    std::string out = heading();
    for (const Row& row : rows_) out += line(row);
    return out;
  }

 private:
  const std::vector<Lane>& lanes_;
  std::vector<Row> rows_;
  std::string_view counted_;
  Layout layout_;
  Look look_;
  std::vector<std::string> names_;
  std::vector<std::size_t> widths_;
  std::size_t number_width_ = 0;
  std::size_t text_width_ = 0;

  std::string tinted(const std::string& text, Colour colour, bool when) const {
    return look_.colours && when ? coloured(text, colour) : text;
  }

  /// Columns before the step.
  std::size_t start() const { return 2 + 2 * lanes_.size() + number_width_ + 2; }
  /// Columns before the counts.
  std::size_t left() const { return start() + text_width_; }
  /// Columns up to the last count.
  std::size_t used() const {
    std::size_t columns = left();
    for (const std::size_t width : widths_) columns += 2 + width;
    return columns;
  }

  static std::string ended(std::string line) {
    while (line.ends_with(' ')) line.pop_back();
    return line + "\n";
  }

  /// The lanes' names, a line each, and beside the last one the pages'.
  std::string heading() const {
    std::string out;
    std::string above = "  ";
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      std::string line = above + lanes_[i].name;
      if (i + 1 == lanes_.size()) {
        line = fmt::format("{:<{}}{}", line, left() - std::min(left(), counted_.size()), counted_);
        for (std::size_t page = 0; page < names_.size(); ++page)
          line += fmt::format("  {:>{}}", names_[page], widths_[page]);
      }
      out += ended(line);
      above += "| ";
    }
    return out;
  }

  std::string line(const Row& row) const {
    std::string out =
        fmt::format("  {:<{}}{:>{}}  ", row.lanes, 2 * lanes_.size(), row.number, number_width_);
    out += tinted(fmt::format("{:<{}}", row.text, text_width_), Colour::yellow, row.fault);
    for (std::size_t page = 0; page < widths_.size(); ++page) {
      const std::string& count = row.counts[page];
      out += std::string(2 + widths_[page] - count.size(), ' ') +
             tinted(count, Colour::dim, !count.empty() && !row.changed[page]);
    }
    const std::size_t behind = used() + 2;
    const auto fitting = [&](std::size_t column) {
      return packed(row.words, std::max(kLeastWords, look_.width - std::min(column, look_.width)));
    };
    auto words = fitting(behind);
    const bool beside =
        layout_ == Layout::beside || (words.size() == 1 && behind + words[0].size() <= look_.width);
    const std::size_t column = beside ? behind : start() + 2;
    if (beside)
      out += "  " + std::exchange(words[0], "");
    else
      words = fitting(column);
    out = ended(out);
    if (!row.more.empty()) out += beside_lanes(row, start() + 2, row.more);
    for (const std::string& one : words)
      if (!one.empty()) out += beside_lanes(row, column, one);
    return out;
  }

  static std::string beside_lanes(const Row& row, std::size_t column, const std::string& text) {
    return fmt::format("{:<{}}{}\n", "  " + row.below, column, text);
  }
};

/// The widest that fits, or else the narrowest.
std::string table_text(const story::Story& story, const std::vector<Lane>& lanes,
                       const Look& look) {
  for (const Layout layout : {Layout::beside, Layout::below, Layout::ragged})
    if (const Table table(story, lanes, layout, look); table.fits()) return table.text();
  return Table(story, lanes, Layout::narrow, look).text();
}

/// Wrapped, with `first` before the first line and `hang` columns before the others.
std::string indented(std::string_view text, std::string_view first, std::size_t hang,
                     std::size_t width) {
  std::string out;
  for (const std::string& line : wrapped(text, width - std::min(hang, width)))
    out +=
        out.empty() ? fmt::format("{}{}\n", first, line) : fmt::format("{:{}}{}\n", "", hang, line);
  return out;
}

}  // namespace

Look terminal_look() {
  return {.width = std::min(kWidest, terminal_width()), .colours = colours()};
}

std::string render_text(const story::Story& story, const explain::Explanation& why,
                        const Look& look) {
  std::string out = table_text(story, lanes_of(story), look);
  if (std::any_of(story.steps.begin(), story.steps.end(),
                  [](const story::StoryStep& step) { return step.fault; }))
    out += "  !  the environment chose it: an error, a kill, a failed allocation\n";
  if (story.violated) {
    const bool stuck = story.event.kind == EventKind::stuck;
    const std::string when = !story.at_end ? ""
                             : stuck       ? "and then nobody can take a step: "
                                           : "when everybody has finished: ";
    const std::string sentence = indented(when + why.sentence, "  =>  ", 6, look.width);
    out += look.colours ? coloured(sentence, Colour::red) : sentence;
  }
  for (const std::string& reason : why.because) out += indented(reason, "      ", 8, look.width);
  return out;
}

}  // namespace pincheck::render
