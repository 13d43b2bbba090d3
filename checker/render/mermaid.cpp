// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "checker/render/lanes.hpp"
#include "checker/render/render.hpp"
#include "checker/render/words.hpp"

namespace pincheck::render {
namespace {

constexpr std::size_t kNoteColumns = 60;
constexpr std::string_view kFault = "rect rgba(255, 193, 7, 0.25)";
constexpr std::string_view kViolation = "rect rgba(220, 53, 69, 0.3)";

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Whether the word `end` begins here; Mermaid takes it for its keyword, in any case.
bool end_begins(std::string_view text, std::size_t at) {
  if (at > 0 && in_word(text[at - 1])) return false;
  if (at + 3 < text.size() && in_word(text[at + 3])) return false;
  std::string word(text.substr(at, 3));
  for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return word == "end";
}

/// The text with everything that may mean something to Mermaid or HTML as `#NN;`.
std::string escaped(std::string_view text) {
  static constexpr std::string_view kPlain = " .,/()=+-";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool plain =
        c >= 0x80 || in_word(text[i]) || kPlain.find(text[i]) != std::string_view::npos;
    if (c < ' ' || c == 0x7f)
      out += ' ';
    else if (!plain || end_begins(text, i))
      out += fmt::format("#{};", c);
    else
      out += text[i];
  }
  return out;
}

/// Escaped and wrapped: Mermaid does not wrap notes by itself.
std::string note_text(std::string_view text) {
  std::string out;
  for (const std::string& line : wrapped(text, kNoteColumns))
    out += (out.empty() ? "" : "<br/>") + escaped(line);
  return out;
}

class Diagram {
 public:
  Diagram(const story::Story& story, const explain::Explanation& why)
      : story_(story), why_(why), lanes_(lanes_of(story)) {
    for (const story::StoryStep& step : story.steps) {
      for (int page : touched_pages(step)) show_page_[page] = true;
      for (int pipe : touched_pipes(step)) show_pipe_[pipe] = true;
    }
    if (story.event.page != kNoPage) show_page_[story.event.page] = true;
  }

  std::string text() {
    add("sequenceDiagram");
    participants();
    for (std::size_t i = 0; i < story_.steps.size(); ++i) step(i);
    violation();
    return out_;
  }

 private:
  const story::Story& story_;
  const explain::Explanation& why_;
  std::vector<Lane> lanes_;
  std::array<bool, kMaxPages> show_page_{};
  std::array<bool, kMaxPipes> show_pipe_{};
  std::string out_;

  void add(const std::string& line) { out_ += (out_.empty() ? "" : "  ") + line + "\n"; }

  static std::string page_id(int page) { return fmt::format("page{}", page); }
  static std::string pipe_id(int pipe) { return fmt::format("pipe{}", pipe); }

  /// The participant of a thread, "" when it takes no step.
  std::string thread_id(const std::string& name) const {
    for (std::size_t i = 0; i < lanes_.size(); ++i)
      if (lanes_[i].name == name) return fmt::format("thread{}", i);
    return "";
  }

  /// A reference that changes hands is nothing that the page notices.
  std::vector<int> touched_pages(const story::StoryStep& step) const {
    std::vector<int> pages;
    for (int page = 0; page < static_cast<int>(story_.scenario.pages.size()); ++page) {
      const bool event = std::any_of(step.events.begin(), step.events.end(), [&](const Event& e) {
        return e.page == page && e.kind != EventKind::moved;
      });
      if (event || step.before.page[page] != step.after.page[page]) pages.push_back(page);
    }
    return pages;
  }

  static std::vector<int> touched_pipes(const story::StoryStep& step) {
    std::vector<int> pipes;
    for (int pipe = 0; pipe < kMaxPipes; ++pipe)
      if (step.before.pipe[pipe] != step.after.pipe[pipe]) pipes.push_back(pipe);
    return pipes;
  }

  /// The completion that the step hands its request to, "" if none.
  std::string submitted_to(const story::StoryStep& step) const {
    for (std::size_t actor = 0; actor < story_.scenario.actors.size(); ++actor)
      if (!step.before.request[actor].has(kSubmitted) && step.after.request[actor].has(kSubmitted))
        return thread_id(thread_name(story_.scenario, 2 * static_cast<int>(actor) + 1));
    return "";
  }

  void participants() {
    for (const Lane& lane : lanes_)
      add(fmt::format("participant {} as {}", thread_id(lane.name), escaped(lane.name)));
    for (int pipe = 0; pipe < kMaxPipes; ++pipe)
      if (show_pipe_[pipe])
        add(fmt::format("participant {} as pipe {}", pipe_id(pipe),
                        escaped(pipe_name(story_.scenario, pipe))));
    for (int page = 0; page < kMaxPages; ++page)
      if (show_page_[page])
        add(fmt::format("participant {} as page {}", page_id(page),
                        escaped(story_.scenario.pages[page].name)));
    for (int page = 0; page < kMaxPages && !story_.steps.empty(); ++page)
      if (show_page_[page]) holders(story_.steps.front().before, page);
  }

  void holders(const World& world, int page) {
    add(fmt::format("Note over {}: {}", page_id(page),
                    note_text(fmt::format("_refcount {}, {}", count_words(story_, world, page),
                                          held_words(story_.scenario, world, page)))));
  }

  void step(std::size_t index) {
    const story::StoryStep& step = story_.steps[index];
    if (step.fault) add(std::string(kFault));
    const std::string who = thread_id(step.actor);
    std::vector<std::string> targets;
    for (int pipe : touched_pipes(step)) targets.push_back(pipe_id(pipe));
    for (int page : touched_pages(step)) targets.push_back(page_id(page));
    if (const std::string io = submitted_to(step); !io.empty()) targets.push_back(io);
    const std::string label =
        fmt::format("{} {}<br/>{}", index + 1, escaped(step.function),
                    escaped(step_words(step) + (step.fault ? " (fault)" : "")));
    if (targets.empty()) add(fmt::format("Note over {}: {}", who, label));
    for (std::size_t i = 0; i < targets.size(); ++i)
      add(fmt::format("{}->>{}: {}", who, targets[i],
                      i == 0 ? label : fmt::format("{}", index + 1)));
    for (int page : touched_pages(step)) change(step, page);
    if (step.fault) add("end");
  }

  void change(const story::StoryStep& step, int page) {
    const std::string was = count_words(story_, step.before, page);
    const std::string is = count_words(story_, step.after, page);
    const std::string words =
        fmt::format("{}", fmt::join(change_words(story_.scenario, step, page), ", "));
    if (was == is && words.empty()) return;
    const std::string count = was == is ? is : was + " -> " + is;
    add(fmt::format("Note over {}: {}", page_id(page),
                    note_text(words.empty() ? count : count + ": " + words)));
  }

  void violation() {
    if (!story_.violated || lanes_.empty()) return;
    add(std::string(kViolation));
    const bool about_page = story_.event.page != kNoPage;
    if (about_page) holders(story_.steps.back().after, story_.event.page);
    const std::string when = story_.at_end ? "when everybody has finished: " : "";
    note(fmt::format("{} is violated<br/>{}", properties()[story_.property].name,
                     note_text(when + why_.sentence)));
    add("end");
    std::string because;
    for (const std::string& reason : why_.because)
      because += (because.empty() ? "" : "<br/>") + note_text(reason);
    if (!because.empty()) note(because);
  }

  /// A note across the diagram, text escaped already.
  void note(const std::string& text) {
    std::string across = thread_id(lanes_.front().name);
    std::string last = lanes_.size() > 1 ? thread_id(lanes_.back().name) : "";
    for (int pipe = 0; pipe < kMaxPipes; ++pipe)
      if (show_pipe_[pipe]) last = pipe_id(pipe);
    for (int page = 0; page < kMaxPages; ++page)
      if (show_page_[page]) last = page_id(page);
    if (!last.empty()) across += "," + last;
    add(fmt::format("Note over {}: {}", across, text));
  }
};

}  // namespace

std::string render_mermaid(const story::Story& story, const explain::Explanation& why) {
  return Diagram(story, why).text();
}

}  // namespace pincheck::render
