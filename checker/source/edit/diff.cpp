// SPDX-License-Identifier: MIT
#include "checker/source/edit/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "model/base/input.hpp"

namespace pincheck::edit {
namespace {

/// Each with its newline.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> all;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    all.emplace_back(text.substr(begin, end - begin));
    begin = end;
  }
  return all;
}

std::string_view without_newline(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// A number at the text's begin, which it is cut off from.
std::optional<int> number(std::string_view& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool skip(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

/// "@@ -12,3 +12,4 @@": lines before, and lines after.
struct Head {
  int old_line = 0, old_lines = 1, new_line = 0, new_lines = 1;
};
std::optional<Head> head_of(std::string_view line) {
  Head head;
  const auto side = [&](std::string_view sign, int& first, int& count) {
    if (!skip(line, sign)) return false;
    const auto begin = number(line);
    if (!begin) return false;
    first = *begin;
    if (!skip(line, ",")) return true;
    const auto lines = number(line);
    if (lines) count = *lines;
    return lines.has_value();
  };
  if (!skip(line, "@@ ") || !side("-", head.old_line, head.old_lines) ||
      !side(" +", head.new_line, head.new_lines) || !skip(line, " @@"))
    return std::nullopt;
  return head;
}

/// A name behind "--- ": without what diff -u puts behind a tab, without git's quotes.
std::string name_of(std::string_view line) {
  line = line.substr(0, line.find('\t'));
  if (line.size() > 1 && line.front() == '"' && line.back() == '"')
    line = line.substr(1, line.size() - 2);
  return line == "/dev/null" ? "" : std::string(line);
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& name) : lines_(lines_of(text)), name_(name) {}

  std::vector<FileDiff> all() {
    while (at_ < lines_.size()) next();
    return std::move(files_);
  }

 private:
  std::vector<std::string> lines_;
  const std::string& name_;
  std::size_t at_ = 0;
  std::vector<FileDiff> files_;
  bool in_git_head_ = false;

  std::string_view line(std::size_t ahead = 0) const {
    return at_ + ahead < lines_.size() ? without_newline(lines_[at_ + ahead]) : "";
  }
  [[noreturn]] void fail(std::size_t at, const std::string& message) const {
    throw InputError(fmt::format("{}:{}: {}", name_, at + 1, message));
  }

  void next() {
    std::string_view rest = line();
    if (skip(rest, "diff --git ")) {
      files_.push_back({.at = static_cast<int>(at_) + 1});
      in_git_head_ = true;
    } else if (in_git_head_ && (skip(rest, "rename from ") || skip(rest, "copy from "))) {
      files_.back().old_name = rest;
      (line().starts_with("copy") ? files_.back().copies : files_.back().renames) = true;
    } else if (in_git_head_ && (skip(rest, "rename to ") || skip(rest, "copy to "))) {
      files_.back().new_name = rest;
    } else if (in_git_head_ &&
               (rest.starts_with("new file mode ") || rest.starts_with("deleted file mode "))) {
      // An empty file has no names below.
      find_names_of_empty();
    } else if (rest.starts_with("GIT binary patch") || rest.starts_with("Binary files ")) {
      in_git_head_ = false;
    } else if (rest.starts_with("--- ") && line(1).starts_with("+++ ")) {
      return read_file();
    }
    ++at_;
  }

  void find_names_of_empty() {
    std::size_t head = at_;
    while (!lines_[head].starts_with("diff --git ")) --head;
    const std::string_view names = without_newline(lines_[head]).substr(11);
    // Both names are the same but for their prefixes.
    const std::string_view name = names.substr(names.size() / 2 + 1);
    (line().starts_with("new") ? files_.back().new_name : files_.back().old_name) = name;
  }

  void read_file() {
    if (!in_git_head_) files_.push_back({.at = static_cast<int>(at_) + 1});
    in_git_head_ = false;
    FileDiff& file = files_.back();
    // What a rename says is without prefixes.
    if (!file.renames && !file.copies) {
      file.old_name = name_of(line().substr(4));
      file.new_name = name_of(line(1).substr(4));
    }
    at_ += 2;
    if (!line().starts_with("@@ ")) fail(at_, "expected a hunk, \"@@ -1,2 +1,2 @@\"");
    while (line().starts_with("@@ ")) file.hunks.push_back(read_hunk());
  }

  Hunk read_hunk() {
    const auto head = head_of(line());
    if (!head) fail(at_, fmt::format("'{}' is no hunk, expected \"@@ -1,2 +1,2 @@\"", line()));
    Hunk hunk{.at = static_cast<int>(at_) + 1, .old_line = head->old_line};
    const std::size_t begin = at_++;
    auto left = [&](const std::vector<std::string>& lines, int all) {
      return static_cast<std::size_t>(all) - lines.size();
    };
    while (left(hunk.before, head->old_lines) > 0 || left(hunk.after, head->new_lines) > 0) {
      if (at_ >= lines_.size())
        fail(begin, fmt::format("the text ends in the hunk, expected {} lines before and {} after",
                                head->old_lines, head->new_lines));
      add_line(hunk, *head);
      ++at_;
    }
    if (line().starts_with("\\ ")) end_of_file(hunk);
    return hunk;
  }

  void add_line(Hunk& hunk, const Head& head) {
    const std::string& whole = lines_[at_];
    // Some mailers strip blanks at ends.
    const bool empty = without_newline(whole).empty();
    const char kind = empty ? ' ' : whole[0];
    const std::string text = empty ? whole : whole.substr(1);
    if (kind == '\\') {
      end_of_file(hunk);
      --at_;
      return;
    }
    const bool old = kind != '+', is_new = kind != '-';
    const bool too_many = (old && hunk.before.size() == static_cast<std::size_t>(head.old_lines)) ||
                          (is_new && hunk.after.size() == static_cast<std::size_t>(head.new_lines));
    if (too_many || (kind != ' ' && kind != '+' && kind != '-'))
      fail(at_, fmt::format("'{}' is not of a hunk of {} lines before and {} after, expected "
                            "' ', '-' or '+'",
                            without_newline(whole).substr(0, 40), head.old_lines, head.new_lines));
    if (old) hunk.before.push_back(text);
    if (is_new) hunk.after.push_back(text);
  }

  /// "\ No newline at end of file", of the line before it.
  void end_of_file(Hunk& hunk) {
    const char kind = lines_[at_ - 1][0];
    const auto strip = [](std::vector<std::string>& lines) {
      if (!lines.empty() && lines.back().ends_with('\n')) lines.back().pop_back();
    };
    if (kind != '+') strip(hunk.before);
    if (kind != '-') strip(hunk.after);
    ++at_;
  }
};

/// Which name in the tree: as it stands, or without its first part, as "a/".
std::string in_tree(const std::string& name, Texts& texts, const std::string& where) {
  const std::size_t slash = name.find('/');
  const std::string stripped = slash == std::string::npos ? name : name.substr(slash + 1);
  return texts.now(stripped, where) || !texts.now(name, where) ? stripped : name;
}

class Applier {
 public:
  Applier(const FileDiff& diff, const std::string& name, Texts& texts)
      : diff_(diff), name_(name), texts_(texts), where_(fmt::format("{}:{}", name, diff.at)) {}

  void apply() {
    // A change of a mode, or of what is no text.
    if (diff_.old_name.empty() && diff_.new_name.empty()) return;
    const bool has_prefix = !diff_.renames && !diff_.copies;
    const auto place = [&](const std::string& one) {
      return has_prefix && !one.empty() ? in_tree(one, texts_, where_) : one;
    };
    const std::string from = place(diff_.old_name);
    // Created beside what is there, a file's name has the same prefix as others.
    const std::string to = diff_.new_name.empty()        ? ""
                           : has_prefix && !from.empty() ? from
                                                         : place(diff_.new_name);
    std::string text;
    if (!from.empty()) {
      const std::optional<std::string>& old = texts_.now(from, where_);
      if (!old) fail(diff_.at, fmt::format("there is no file {}, expected it in the tree", from));
      text = *old;
    } else if (texts_.now(to, where_)) {
      fail(diff_.at, fmt::format("creates {}, which is there, expected that it is not", to));
    }
    text = with_hunks(text, to.empty() ? from : to);
    if (diff_.new_name.empty() && !text.empty())
      fail(diff_.at, fmt::format("deletes {}, but more is in it, expected nothing else", from));
    if (!from.empty() && from != to && !diff_.copies) texts_.change(from, std::nullopt, where_);
    if (to.empty()) return;
    if (diff_.renames) texts_.renamed(from, to);
    texts_.change(to, text, where_);
  }

 private:
  const FileDiff& diff_;
  const std::string& name_;
  Texts& texts_;
  std::string where_;

  [[noreturn]] void fail(int at, const std::string& message) const {
    throw InputError(fmt::format("{}:{}: {}", name_, at, message));
  }

  std::string with_hunks(const std::string& text, const std::string& file) const {
    std::vector<std::string> lines = lines_of(text);
    std::ptrdiff_t moved = 0;
    std::ptrdiff_t first = 0;  // after the hunk before
    int number = 0;
    for (const Hunk& hunk : diff_.hunks) {
      ++number;
      // "-0,0" of a new file, and "-5,0" for what comes behind line 5.
      const std::ptrdiff_t asked = hunk.old_line - (hunk.before.empty() ? 0 : 1);
      const std::ptrdiff_t wanted = asked + moved;
      const std::ptrdiff_t at = place_of(hunk, lines, wanted, first);
      if (at < 0) fail(hunk.at, does_not_apply(hunk, lines, wanted, number, file));
      const auto begin = lines.begin() + at;
      lines.erase(begin, begin + static_cast<std::ptrdiff_t>(hunk.before.size()));
      lines.insert(lines.begin() + at, hunk.after.begin(), hunk.after.end());
      moved = at - asked + static_cast<std::ptrdiff_t>(hunk.after.size()) -
              static_cast<std::ptrdiff_t>(hunk.before.size());
      first = at + static_cast<std::ptrdiff_t>(hunk.after.size());
    }
    return fmt::format("{}", fmt::join(lines, ""));
  }

  /// The nearest place from `first` on where all lines are; below 0 if none.
  static std::ptrdiff_t place_of(const Hunk& hunk, const std::vector<std::string>& lines,
                                 std::ptrdiff_t wanted, std::ptrdiff_t first) {
    const auto last =
        static_cast<std::ptrdiff_t>(lines.size()) - static_cast<std::ptrdiff_t>(hunk.before.size());
    const auto fits = [&](std::ptrdiff_t at) {
      return at >= first && at <= last &&
             std::equal(hunk.before.begin(), hunk.before.end(), lines.begin() + at);
    };
    if (hunk.before.empty()) return fits(wanted) ? wanted : -1;
    const std::ptrdiff_t farthest = std::max(wanted, last) + 1;
    for (std::ptrdiff_t by = 0; by <= farthest; ++by) {
      if (fits(wanted - by)) return wanted - by;
      if (fits(wanted + by)) return wanted + by;
    }
    return -1;
  }

  static std::string does_not_apply(const Hunk& hunk, const std::vector<std::string>& lines,
                                    std::ptrdiff_t wanted, int number, const std::string& file) {
    const auto quoted = [](std::string_view line) {
      return fmt::format("'{}'", without_newline(line).substr(0, 60));
    };
    std::size_t i = 0;
    const auto there = [&](std::size_t offset) {
      const std::ptrdiff_t at = wanted + static_cast<std::ptrdiff_t>(offset);
      const bool inside = at >= 0 && at < static_cast<std::ptrdiff_t>(lines.size());
      return inside ? &lines[static_cast<std::size_t>(at)] : nullptr;
    };
    while (i < hunk.before.size() && there(i) != nullptr && *there(i) == hunk.before[i]) ++i;
    const std::string expected = i < hunk.before.size() ? quoted(hunk.before[i]) : "nothing more";
    return fmt::format("hunk {} of {} does not apply: at line {} expected {}, found {}", number,
                       file, wanted + static_cast<std::ptrdiff_t>(i) + 1, expected,
                       there(i) != nullptr ? quoted(*there(i)) : "the end of the file");
  }
};

}  // namespace

std::vector<FileDiff> read_diff(std::string_view text, const std::string& name) {
  return Parser(text, name).all();
}

void apply(const FileDiff& diff, const std::string& name, Texts& texts) {
  Applier(diff, name, texts).apply();
}

}  // namespace pincheck::edit
