// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "checker/reproduce/comments.hpp"
#include "checker/reproduce/layout.hpp"
#include "checker/reproduce/reproduce.hpp"
#include "checker/reproduce/route.hpp"
#include "checker/reproduce/runtime.hpp"
#include "checker/reproduce/timing.hpp"
#include "model/paths/path.hpp"

namespace pincheck::reproduce {
namespace {

std::string entry(int actor) { return fmt::format("&actors[{}]", actor); }

class Writer {
 public:
  Writer(const counterexample::Counterexample& example, const story::Story& story,
         const System& system, const Kinds& kinds, const std::string& file)
      : example_(example),
        story_(story),
        scenario_(example.scenario),
        layout_(lay_out(scenario_, kinds)),
        why_(explain::explain(story, system)),
        turns_(turns(story, system)) {
    for (const ActorSpec& actor : scenario_.actors) {
      routes_.push_back(route_of(scenario_, actor, layout_, kinds, file));
      if (!routes_.back().target.empty()) targets_.insert(routes_.back().target);
      choose_cache(routes_.back().cache, actor, file);
    }
    for (const PagePlace& page : layout_.pages) {
      any_cached_ = any_cached_ || page.cached;
      any_mapped_ = any_mapped_ || page.mapped;
    }
  }

  std::string text() const {
    std::string code = globals() + prepare();
    for (const Turn& turn : turns_) code += run(turn);
    code += round() + main();
    return head_comment(example_, story_, why_, turns_, usage()) + std::string(includes()) +
           constants() + helpers_for(code) + code;
  }

 private:
  const counterexample::Counterexample& example_;
  const story::Story& story_;
  const Scenario& scenario_;
  Layout layout_;
  explain::Explanation why_;
  std::vector<Turn> turns_;
  std::vector<Route> routes_;
  std::set<std::string> targets_;
  std::string cache_key_;  ///< on the command line: where the cached pages' file is
  bool any_cached_ = false;
  bool any_mapped_ = false;

  /// Key on the command line, and the name of the variable without its "_path".
  std::map<std::string, std::string> keys() const {
    std::map<std::string, std::string> all;
    for (const std::string& key : targets_) all[key] = key;
    if (any_cached_) all[cache_key_.empty() ? "cache" : cache_key_] = "cache";
    return all;
  }

  /// The pages of the page cache are of one file.
  void choose_cache(const std::string& key, const ActorSpec& actor, const std::string& file) {
    if (!key.empty() && !cache_key_.empty() && key != cache_key_)
      throw InputError(fmt::format(
          "{}: actor '{}': its pages are of {}, others' of {}, expected those of one file", file,
          actor.name, target_words(key), target_words(cache_key_)));
    if (!key.empty()) cache_key_ = key;
  }

  std::string usage() const {
    std::string out;
    for (const auto& [key, name] : keys()) out += fmt::format("{}=FILE ", key);
    return out + "[rounds=N]";
  }

  /// Large folios go into a pipe page by page.
  std::string constants() const {
    int largest = kPageBytes;
    for (const PagePlace& page : layout_.pages) largest = std::max(largest, page.bytes);
    return fmt::format("\nenum {{ kPage = {}, kRing = {}, kRegion = {}, kOldByte = 'o' }};\n",
                       kPageBytes, kRingSlots * (largest / kPageBytes), kRegionBytes);
  }

  std::string globals() const {
    std::string out = "\n";
    for (const auto& [key, name] : keys())
      out += fmt::format("static const char* {}_path;\n", name);
    if (any_cached_) out += "static int cache_fd;\n";
    if (any_mapped_) out += "static char* memory;\n";
    for (const PagePlace& page : layout_.pages)
      if (page.mapped) out += fmt::format("static char* {};\n", page.name);
    for (const std::string& pipe : layout_.pipes) out += fmt::format("static int {}[2];\n", pipe);
    return out;
  }

  // --- what there is before anybody begins ---

  std::string prepare() const {
    std::string out = "\n/// What there is before the first step.\nstatic void prepare(void) {\n";
    for (const std::string& key : targets_)
      out += fmt::format("  fill_target({}_path, {} * kRegion);\n", key, scenario_.actors.size());
    if (any_cached_) out += "  cache_fd = open_file(cache_path, O_RDWR | O_CREAT);\n";
    if (any_mapped_) out += fmt::format("  memory = map(NULL, {}, -1, 0);\n", layout_.bytes);
    // What makes one page clean makes them all clean.
    for (const bool dirty : {false, true})
      for (std::size_t i = 0; i < layout_.pages.size(); ++i)
        if (scenario_.pages[i].dirty == dirty)
          out += prepare_page(scenario_.pages[i], layout_.pages[i]);
    for (std::size_t i = 0; i < layout_.pipes.size(); ++i)
      out += prepare_pipe(scenario_.pipes[i], layout_.pipes[i]);
    return out + "}\n";
  }

  static std::string prepare_page(const PageSpec& spec, const PagePlace& page) {
    std::string out;
    const std::string words = page_remark(spec);
    if (!words.empty()) out += remark(fmt::format("Page {}: {}", spec.name, words), "  ");
    if (page.cached)
      out += fmt::format("  cache_page(cache_fd, {}, {}, {}, {});\n", page.offset, page.bytes,
                         byte_of(page), spec.dirty ? 1 : 0);
    if (!page.mapped) return out;
    const std::string at =
        fmt::format("{} = {{}}(memory + {}, {}", page.name, page.offset, page.bytes);
    const auto made = [&](const char* how) { return fmt::format(fmt::runtime("  " + at), how); };
    if (spec.backing == Backing::anon)
      return out + made("anon_page") + fmt::format(", {});\n", byte_of(page));
    if (spec.backing == Backing::zero) return out + made("zero_page") + ");\n";
    out += made("map") + fmt::format(", cache_fd, {});\n", page.offset);
    if (spec.mapped) out += fmt::format("  touch({}, {});\n", page.name, page.bytes);
    return out;
  }

  std::string prepare_pipe(const PipeSpec& spec, const std::string& pipe) const {
    std::string out = fmt::format("  make_pipe({});\n", pipe);
    for (const int index : spec.holds) {
      const PagePlace& page = layout_.pages[index];
      if (page.cached)
        out +=
            fmt::format("  push_cached({}[1], cache_fd, {}, {});\n", pipe, page.offset, page.bytes);
      else if (page.mapped)
        out += fmt::format("  push_user({}[1], {}, {});\n", pipe, page.name, page.bytes);
      else
        out += fmt::format("  push_private({}[1], {}, {});\n", pipe, page.bytes, byte_of(page));
    }
    return out;
  }

  // --- the actors ---

  std::string waits(const std::vector<Wait>& all, int step) const {
    std::string out;
    for (const Wait& wait : all) {
      const char* until = wait.stage == Stage::returned ? "wait_returned"
                          : wait.stage == Stage::begun  ? "wait_begun"
                                                        : "wait_in_flight";
      out += remark(wait_comment(story_, step, wait), "  ") +
             fmt::format("  {}({});\n", until, entry(wait.actor));
    }
    return out;
  }

  static std::string lines(const std::vector<std::string>& all) {
    std::string out;
    for (const std::string& line : all) out += "  " + line + "\n";
    return out;
  }

  std::string run(const Turn& turn) const {
    const Route& route = routes_[turn.actor];
    const std::string body = lines(foreign_pipes(turn)) + lines(route.ready) +
                             waits(turn.waits, turn.step) + "  begin(me);\n" + lines(route.turn) +
                             "  end(me, n);\n" + lines(route.after);
    const bool positioned =
        body.find(", at") != std::string::npos || body.find("&at") != std::string::npos;
    return "\n" + actor_comment(story_, turn, route) +
           fmt::format("static void* {}(void* of) {{\n  struct actor* me = of;\n  long n = 0;\n",
                       layout_.runs[turn.actor]) +
           (positioned ? fmt::format("  off_t at = {} * kRegion;\n", turn.actor) : "") + body +
           "  return NULL;\n}\n";
  }

  bool shared(std::size_t pipe, int actor) const {
    const auto index = static_cast<int>(pipe);
    for (std::size_t i = 0; i < scenario_.actors.size(); ++i) {
      const ActorSpec& other = scenario_.actors[i];
      if (static_cast<int>(i) != actor && (other.pipe == index || other.pipe2 == index))
        return true;
    }
    return false;
  }

  /// The pipes that go when this actor is killed: it alone uses them.
  std::vector<std::string> own_pipes(const Turn& turn) const {
    std::vector<std::string> own;
    for (std::size_t pipe = 0; pipe < layout_.pipes.size(); ++pipe)
      if (turn.kill > 0 && scenario_.actors[turn.actor].pipe == static_cast<int>(pipe) &&
          !shared(pipe, turn.actor))
        own.push_back(layout_.pipes[pipe]);
    return own;
  }

  /// What a child has open of the pipes of those that become children after it.
  std::vector<std::string> foreign_pipes(const Turn& turn) const {
    std::vector<std::string> foreign;
    bool later = false;
    for (const Turn& other : turns_) {
      if (later && turn.kill > 0)
        for (const std::string& pipe : own_pipes(other))
          foreign.push_back(fmt::format("close_pipe({});  // it goes with {}", pipe,
                                        scenario_.actors[other.actor].name));
      later = later || other.actor == turn.actor;
    }
    return foreign;
  }

  /// Children first: what threads open is not theirs.
  std::string start_all() const {
    std::string out;
    for (const Turn& turn : turns_) {
      if (turn.kill == 0) continue;
      out += fmt::format("  start_child({}, {});\n", entry(turn.actor), layout_.runs[turn.actor]);
      for (const std::string& pipe : own_pipes(turn))
        out += remark("The pipe is its own: it goes when the child goes.", "  ") +
               fmt::format("  close_pipe({});\n", pipe);
    }
    for (const Turn& turn : turns_)
      if (turn.kill == 0)
        out += fmt::format("  const pthread_t thread_of_{0} = start({1}, {0});\n",
                           layout_.runs[turn.actor], entry(turn.actor));
    return out;
  }

  std::string end_all() const {
    std::string out;
    std::vector<Turn> kills = turns_;
    std::erase_if(kills, [](const Turn& turn) { return turn.kill == 0; });
    std::ranges::sort(kills, {}, &Turn::kill);
    for (const Turn& turn : kills)
      out +=
          remark(fmt::format("Step {}: SIGKILL, while its device is not done.", turn.kill), "  ") +
          fmt::format("  wait_in_flight({});\n", entry(turn.actor)) +
          waits(turn.kill_waits, turn.kill) + fmt::format("  kill_child({});\n", entry(turn.actor));
    for (const Turn& turn : turns_)
      if (turn.kill == 0)
        out += fmt::format("  pthread_join(thread_of_{}, NULL);\n", layout_.runs[turn.actor]);
    return out;
  }

  /// Those that no child had for itself.
  std::string close_pipes() const {
    std::set<std::string> gone;
    for (const Turn& turn : turns_)
      for (const std::string& pipe : own_pipes(turn)) gone.insert(pipe);
    std::string out;
    for (const std::string& pipe : layout_.pipes)
      if (!gone.contains(pipe)) out += fmt::format("  close_pipe({});\n", pipe);
    return out;
  }

  std::string round() const {
    std::string out = "\nstatic void one_round(void) {\n  alarm(60);\n  prepare();\n";
    const std::size_t count = scenario_.actors.size();
    out += fmt::format("  memset(actors, 0, {} * sizeof *actors);\n", count);
    for (std::size_t i = 0; i < count; ++i)
      out += fmt::format("  actors[{}].name = \"{}\";\n", i, scenario_.actors[i].name);
    out += start_all() + end_all();
    for (std::size_t i = 0; i < count; ++i)
      out +=
          fmt::format("  tell_result({});\n", entry(static_cast<int>(i))) + tell_path(i) + check(i);
    out += close_pipes();
    if (any_mapped_) out += fmt::format("  munmap(memory, {});\n", layout_.bytes);
    if (any_cached_) out += "  close(cache_fd);\n";
    return out + "}\n";
  }

  std::string tell_path(std::size_t actor) const {
    const Route& route = routes_[actor];
    if (route.caller.empty()) return "";
    return fmt::format("  tell_path({}, \"{}\", {});\n", entry(static_cast<int>(actor)),
                       route.caller, route.kind);
  }

  // --- the data ---

  /// Somebody else changes the page, or takes it away from memory.
  bool disturbed(int page, std::size_t actor) const {
    for (std::size_t i = 0; i < scenario_.actors.size(); ++i) {
      const ActorSpec& other = scenario_.actors[i];
      const bool changes = find_path(other.path)->dest || does(other, kChanges);
      const bool uses =
          std::find(other.pages.begin(), other.pages.end(), page) != other.pages.end();
      if (i != actor && changes && uses) return true;
    }
    return false;
  }

  std::string check(std::size_t index) const {
    const ActorSpec& actor = scenario_.actors[index];
    const Route& route = routes_[index];
    const bool splices = does(actor, kReadsPipe);
    const auto& pages = splices ? scenario_.pipes[actor.pipe].holds : actor.pages;
    const bool reads = find_path(actor.path)->dest;
    if (route.target.empty() || route.bytes == 0 || actor.until == Until::submit) return "";
    if (reads && !route.reads_into_pages) return "";
    if (splices && shared(static_cast<std::size_t>(actor.pipe), static_cast<int>(index))) return "";
    std::string checks;
    int offset = 0;
    for (const int page : pages) {
      const PagePlace& place = layout_.pages[page];
      if (disturbed(page, index)) return "";
      if (reads)
        checks +=
            fmt::format("    check_memory(\"{}\", {}, {});\n", actor.name, place.name, place.bytes);
      else
        checks += fmt::format("    check_file(\"{}\", {}_path, {} * kRegion + {}, {}, {});\n",
                              actor.name, route.target, index, offset, place.bytes, byte_of(place));
      offset += place.bytes;
    }
    if (checks.empty()) return "";
    return fmt::format("  if (actors[{}].result == {}) {{\n{}  }}\n", index, route.bytes, checks);
  }

  std::string main() const {
    std::string out = "\nint main(int argc, char** argv) {\n  setvbuf(stdout, NULL, _IOLBF, 0);\n";
    std::string missing;
    std::string told;
    for (const auto& [key, name] : keys()) {
      out += fmt::format("  {}_path = argument(argc, argv, \"{}\");\n", name, key);
      missing += fmt::format("{}{}_path == NULL", missing.empty() ? "" : " || ", name);
      told += fmt::format("\n            \"  {}: {}\\n\"", key, target_words(key));
    }
    if (!missing.empty())
      out += fmt::format(
          "  if ({}) {{\n    fprintf(stderr, \"usage: %s {}; the files are OVERWRITTEN\\n\"{},\n"
          "            argv[0]);\n    return 2;\n  }}\n",
          missing, usage(), told);
    const bool races = std::any_of(turns_.begin(), turns_.end(), [](const Turn& turn) {
      return !turn.waits.empty() || turn.kill > 0;
    });
    out += fmt::format(
        "  const char* rounds = argument(argc, argv, \"rounds\");\n"
        "  actors = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);\n"
        "  if (actors == MAP_FAILED) fail(\"mmap\");\n"
        "  mark(\"begin\");\n"
        "  for (long left = rounds != NULL ? atol(rounds) : {}; left > 0; --left) one_round();\n"
        "  mark(\"end\");\n",
        races ? 3 : 1);
    return out + "  return 0;\n}\n";
  }
};

}  // namespace

std::string reproduce(const counterexample::Counterexample& example, const story::Story& story,
                      const System& system, const Kinds& kinds, const std::string& file) {
  return Writer(example, story, system, kinds, file).text();
}

}  // namespace pincheck::reproduce
