// SPDX-License-Identifier: MIT
#include "model/compile/compile.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/compile/convention_rules.hpp"

namespace pincheck {
namespace {

World initial_world(const Scenario& scenario) {
  World world;
  for (Page& page : world.page) page = {0, 0, Backing::pipe, kFree};
  for (Request& request : world.request) request.slot.fill(kNoPage);
  for (std::size_t i = 0; i < scenario.pages.size(); ++i) {
    const PageSpec& spec = scenario.pages[i];
    Page& page = world.page[i];
    page = {0, 0, spec.backing, 0};
    const auto hold = [&](int references, PageFlag flags) {
      page.ref += references;
      page.flags = static_cast<std::uint16_t>(page.flags | flags);
    };
    const auto map = [&](PteFlag flags) { world.pte[0][i].flags = flags; };
    switch (spec.backing) {
      case Backing::anon:
        page.ref = 1;
        map(kMapped | kPteWritable);
        break;
      case Backing::zero:
        page.ref = 1;
        if (spec.mapped) map(kMapped);
        break;
      case Backing::kernel: hold(1, kCached); break;
      case Backing::pipe: page.flags = kFree; break;
      case Backing::file:
        hold(1 << spec.order, kCached);
        if (spec.mapped) {
          ++page.ref;
          map(spec.dirty ? kMapped | kPteWritable : kMapped);
        }
        if (spec.buffers) hold(1, kPrivate | kBuffersFs);
        if (spec.dirty) hold(0, kDirty);
        if (spec.stable) hold(0, kStable);
        break;
    }
  }
  for (std::size_t i = 0; i < scenario.pipes.size(); ++i) {
    for (const int page : scenario.pipes[i].holds) {
      const Backing backing = world.page[page].backing;
      const BufferOps ops = backing == Backing::file   ? BufferOps::page_cache
                            : backing == Backing::pipe ? BufferOps::anon
                                                       : BufferOps::user;
      world.page[page].flags = static_cast<std::uint16_t>(world.page[page].flags & ~kFree);
      world.page[page].ref += 1;
      Pipe& pipe = world.pipe[i];
      pipe.ring[pipe.count++] = PipeBuffer::make(page, ops);
    }
  }
  return world;
}

/// Every task is there, and has its ends of pipes open.
void begin(const std::vector<Task>& tasks, System& system) {
  for (const Task& task : tasks) {
    for (const Task::Open& open : task.opens)
      system.initial.pipe[open.pipe].open =
          static_cast<std::uint8_t>(system.initial.pipe[open.pipe].open + open.ends);
    if (task.process < 0) continue;
    ++system.initial.tasks[task.process];
    system.processes = std::max(system.processes, task.process + 1);
  }
}

/// A page of backing pipe is allocated by whoever wants one; all others are where the spec says.
void list_pages(const Scenario& scenario, const ActorSpec& actor, Request& request) {
  request.count = static_cast<std::uint8_t>(actor.pages.size());
  for (std::size_t slot = 0; slot < actor.pages.size(); ++slot) {
    const int page = actor.pages[slot];
    const bool allocated = scenario.pages[page].backing == Backing::pipe;
    request.slot[slot] = static_cast<std::uint8_t>(allocated ? kNoPage : page);
  }
}

/// The row for the actor's caller and a kind; all defaults where the convention is silent.
Row row_of(const Convention& convention, const ActorSpec& actor, const std::string& kind) {
  const bool dest = find_path(actor.path)->dest;
  const Row* row = convention.find(actor.caller, kind, dest ? Direction::dest : Direction::source);
  return row == nullptr ? Row{} : *row;
}

}  // namespace

const Row* Convention::find(std::string_view caller, std::string_view kind,
                            Direction direction) const {
  for (const RowEntry& entry : rows) {
    if (entry.caller != caller || entry.kind != kind) continue;
    if (!entry.direction || *entry.direction == direction) return &entry.row;
  }
  return nullptr;
}

int Catalogue::id(const Step& step, const Outcome& outcome) {
  const auto [found, fresh] =
      ids_.try_emplace(step.name + "\n" + outcome.name, static_cast<int>(entries_.size()));
  if (fresh) entries_.push_back({step.name, outcome.name, step.function, outcome.fault});
  return found->second;
}

int Catalogue::meeting(const std::string& name) {
  const auto [found, fresh] = meeting_ids_.try_emplace(name, static_cast<int>(meetings_.size()));
  if (fresh) meetings_.push_back(name);
  return found->second;
}

Io PathContext::io(std::string_view kind_name, Direction direction) const {
  const bool dest = direction == Direction::dest;
  const Row* row = convention.find(actor.caller, kind_name, direction);
  if (row == nullptr) {
    const bool half = convention.find(actor.caller, kind_name,
                                      dest ? Direction::source : Direction::dest) != nullptr;
    throw NotStated(fmt::format("convention '{}' does not say how '{}' treats '{}'{}",
                                convention.name, actor.caller, kind_name,
                                !half  ? ""
                                : dest ? " as a destination"
                                       : " as a source"));
  }
  Io io;
  io.kind = find_kind(kinds, kind_name);
  io.row = *row;
  io.dest = dest;
  io.sendpage_ok = convention.sendpage_ok;
  io.killable = std::none_of(actor.pages.begin(), actor.pages.end(), [&](int page) {
    return scenario.pages[page].backing == Backing::kernel;
  });
  io.stale_answers = release_answers(convention, actor.caller, dest);
  return io;
}

bool accepts(const Convention& convention, const ActorSpec& actor, const Scenario& scenario) {
  if (actor.caller.empty()) return true;
  const bool dest = find_path(actor.path)->dest;
  const Row* row = convention.find(actor.caller, seen_kind(convention, actor),
                                   dest ? Direction::dest : Direction::source);
  if (row == nullptr || row->extract == Take::refuse) return false;
  if (!find_caller(actor.caller)->refuses_slab || !convention.sendpage_ok) return true;
  return std::none_of(actor.pages.begin(), actor.pages.end(),
                      [&](int page) { return scenario.pages[page].backing == Backing::kernel; });
}

std::string seen_kind(const Convention& convention, const ActorSpec& actor) {
  if (actor.caller.empty()) return "";
  if (!actor.kind.empty()) return actor.kind;
  return std::string(find_path(actor.path)->makes(convention));
}

std::string thread_name(const Scenario& scenario, int thread) {
  const std::string& actor = scenario.actors[thread / 2].name;
  return thread % 2 == 0 ? actor : actor + "/io";
}

System compile(const Scenario& scenario, const Convention& convention, const Model& model,
               Catalogue& catalogue) {
  System system;
  system.initial = initial_world(scenario);
  system.arithmetic = {scenario.bias, scenario.width, convention.zero_pins_are_noops,
                       convention.page_pins_skip_zero};
  system.pages = static_cast<int>(scenario.pages.size());
  system.pipes = static_cast<int>(scenario.pipes.size());
  system.actors = static_cast<int>(scenario.actors.size());
  for (int page = 0; page < system.pages; ++page)
    system.order[page] = static_cast<std::uint8_t>(scenario.pages[page].order);
  const std::vector<Task> tasks = tasks_of(scenario, model.kinds);
  begin(tasks, system);

  for (int index = 0; index < system.actors; ++index) {
    ActorSpec actor = scenario.actors[index];
    const Path& path = *find_path(actor.path);
    if (path.does(kUsesOwnPipe)) actor.pipe = system.pipes++;
    Request& request = system.initial.request[index];
    list_pages(scenario, actor, request);
    if (path.dest) request.flags |= kDest;
    const Kind* kind = find_kind(model.kinds, seen_kind(convention, actor));
    if (kind != nullptr && kind->user_backed) request.flags |= kUserBacked;
    Builder main(actor.path, scenario.without, catalogue.checks());
    Builder completion(actor.caller, scenario.without, catalogue.checks());
    enter(main, tasks[index]);
    path.build({scenario, convention, model.kinds, actor, main, completion});
    system.exit_at[index] = static_cast<Thread::Place>(main.size());
    leave(main, tasks[index]);
    system.programs.push_back(main.finish());
    system.programs.push_back(completion.finish());
    system.meeting[index] = catalogue.meeting(
        fmt::format("{} {} {}", actor.path, actor.caller, seen_kind(convention, actor)));
    const std::string seen = seen_kind(convention, actor);
    const Row base = row_of(model.baseline, actor, seen_kind(model.baseline, actor));
    system.met[index] = {seen, row_of(convention, actor, seen).extract, model.baseline.name,
                         base.extract == Take::none ? base.request : base.extract};
    system.baseline_accepts[index] = accepts(model.baseline, actor, scenario);
  }
  for (Program& program : system.programs)
    for (Step& step : program)
      for (Outcome& outcome : step.outcomes) outcome.id = catalogue.id(step, outcome);
  system.flatten();
  return system;
}

}  // namespace pincheck
