// SPDX-License-Identifier: MIT
// A state space to look at: a node for each state, an edge for each step.
#include <fmt/format.h>

#include <stdexcept>
#include <unordered_map>

#include "checker/export/export.hpp"
#include "properties/run.hpp"

namespace pincheck::exporting {
namespace {

/// More than that nobody can look at, and dot takes minutes.
constexpr std::size_t kMostStates = 1000;

std::string bytes_of(const Run& run) {
  // What a violation has ended is a state of its own.
  const World& world = run.world();
  std::string bytes(reinterpret_cast<const char*>(&world), sizeof world);
  return bytes + ((run.violated() & run_enders()) != 0 ? "." : "");
}

/// Text inside quotes.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string codes(PropertySet set) {
  std::string out;
  for (const Property& property : properties())
    if ((set >> index_of(property.id) & 1) != 0) out += fmt::format(" {}", property.code);
  return out;
}

/// Draws states in the order of a breadth-first search.
class Drawing {
 public:
  Drawing(const Scenario& scenario, const System& system) : scenario_(scenario), system_(system) {}

  std::string text(const std::string& convention) {
    node_of(Run(system_));
    for (std::size_t next = 0; next < runs_.size(); ++next) leave(next);
    return fmt::format(
        "// {} under {}: {} states, numbered as a breadth-first search meets them.\n"
        "// Nodes show each page's _refcount; red: a property is violated.\n"
        "digraph {} {{\n  node [shape=box, fontname=\"monospace\", fontsize=10]\n"
        "  edge [fontname=\"monospace\", fontsize=9]\n{}}}\n",
        scenario_.name, convention, runs_.size(), quoted(scenario_.name), out_);
  }

 private:
  const Scenario& scenario_;
  const System& system_;
  std::vector<Run> runs_;
  std::unordered_map<std::string, std::size_t> known_;
  std::string out_;

  std::size_t node_of(const Run& run) {
    const auto [at, fresh] = known_.try_emplace(bytes_of(run), runs_.size());
    if (!fresh) return at->second;
    if (runs_.size() == kMostStates)
      throw std::invalid_argument(
          fmt::format("{} has more than {} states, expected a smaller scenario to draw",
                      scenario_.name, kMostStates));
    runs_.push_back(run);
    Run end = run;
    const PropertySet wrong = run.ended() ? end.finish() : 0;
    std::string label = fmt::format("{}", at->second);
    for (std::size_t page = 0; page < scenario_.pages.size(); ++page)
      label += fmt::format("  {}={}", scenario_.pages[page].name, run.world().page[page].ref);
    out_ += fmt::format("  {} [label={}{}{}]\n", at->second, quoted(label + codes(wrong)),
                        run.ended() ? ", peripheries=2" : "", wrong != 0 ? ", color=red" : "");
    return at->second;
  }

  void leave(std::size_t from) {
    const Choices choices = runs_[from].choices();
    for (const Choice& choice : choices) {
      Run run = runs_[from];
      const Step& step = system_.step_of(run.world(), choice.thread);
      const std::string& outcome = step.outcomes[choice.outcome].name;
      const PropertySet wrong = run.take(choice);
      const std::string label =
          fmt::format("{}{} {}{}{}{}", scenario_.actors[choice.thread / 2].name,
                      choice.thread % 2 == 0 ? "" : "/io", step.name, outcome.empty() ? "" : ": ",
                      outcome, codes(wrong));
      const std::size_t to = node_of(run);
      out_ += fmt::format("  {} -> {} [label={}{}]\n", from, to, quoted(label),
                          wrong != 0 ? ", color=red, fontcolor=red" : "");
    }
  }
};

}  // namespace

std::string to_graphviz(const Scenario& scenario, const System& system,
                        const std::string& convention) {
  return Drawing(scenario, system).text(convention);
}

}  // namespace pincheck::exporting
