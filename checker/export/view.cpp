// SPDX-License-Identifier: MIT
#include "checker/export/view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "checker/export/names.hpp"

namespace pincheck::exporting {
namespace {

/// Promela names each thread's variables apart.
std::vector<Group> groups_of(const System& system, Language language) {
  if (language == Language::promela) return single_actors(system);
  const auto by_page = like_by_page(system);
  return by_page.empty() ? like_actors(system) : by_page;
}

}  // namespace

std::string_view role_variable(int role) {
  static constexpr std::array<std::string_view, kRoles> kNames{"extracted", "own", "cur",
                                                               "creator"};
  return kNames[static_cast<std::size_t>(role)];
}

std::string_view backing_constant(Backing backing) {
  static constexpr std::array<std::string_view, 5> kNames{"ANON", "FILE_PAGE", "PIPE_PAGE", "SLAB",
                                                          "ZERO_PAGE"};
  return kNames[static_cast<std::size_t>(backing)];
}

View::View(const Scenario& of, const System& compiled, Language in)
    : scenario(of),
      system(compiled),
      language(in),
      facts(facts_of(of, compiled)),
      groups(groups_of(compiled, in)),
      labels_(step_labels(compiled)) {
  Names names;
  pages_alike = in == Language::murphi && !like_by_page(compiled).empty();
  for (Group& group : groups) {
    group.name = names.plain(of.actors[group.actors[0]].name);
    group.type = pages_alike ? "page_t" : group.name + "_t";
  }
  for (const PipeFacts& pipe : facts.pipe) pipe_names_.push_back(names.plain(pipe.name));
  for (int process = 0; process < compiled.processes; ++process)
    task_names_.push_back(names.plain(fmt::format("process{}", process)) + "_tasks");
  for (const PageSpec& page : of.pages) page_names_.push_back(names.prefixed("P_", page.name));
}

std::string View::page_name(int page) const {
  return page == kNoPage ? kNone : page_names_[static_cast<std::size_t>(page)];
}

std::string thread_name(const Group& group, bool completion) {
  return completion ? group.name + "_io" : group.name;
}

Who View::who(const Group& group, std::string_view index) const {
  if (language == Language::promela) return {group.actors[0], group.name + "_"};
  if (!group.many()) return {group.actors[0], group.name + "."};
  return {group.actors[0], fmt::format("{}[{}].", group.name, index), std::string(index)};
}

bool View::global_cursor(int thread) const {
  if (language == Language::murphi) return true;
  if (thread % 2 == 1 || !may_wait(facts, system.programs[thread][0])) return false;
  for (const Step& step : system.programs[thread])
    for (const Outcome& outcome : step.outcomes)
      if (outcome.next == 0) return true;
  return false;
}

std::string View::cursor(const Who& who, bool completion) const {
  const int thread = 2 * who.actor + (completion ? 1 : 0);
  if (!facts.cursor[thread]) return "0";
  if (language == Language::promela && !global_cursor(thread)) return "cursor";
  return who.prefix + (completion ? "io_cursor" : "cursor");
}

int View::page_value_bits() const {
  return std::max(1, static_cast<int>(std::bit_width(static_cast<unsigned>(system.pages))));
}

Cells View::cells(const Who& who, std::string_view name) const {
  const bool boolean = name == "stale" || name == "pinned" || name == "left_out";
  const int bits = name == "page" ? page_value_bits() : boolean ? 1 : 2;
  return {fmt::format("{}{}", who.prefix, name), request(who).slots, bits, boolean};
}

Term View::slot_value(const Who& who, const Term& slot, std::string_view name) const {
  return value_at(language, cells(who, name), slot);
}

void View::set_slot(Code& code, const Who& who, const Term& slot, std::string_view name,
                    const Term& to) const {
  set_at(code, cells(who, name), slot, to);
}

std::vector<Term> View::entry_arguments(const Who& who, const Term& slot, int role) const {
  if (language == Language::murphi) return {slot_value(who, slot, role_variable(role))};
  return {cells(who, role_variable(role)).name, slot};
}

Term View::page_of(const Who& who, const Term& slot) const {
  const RequestFacts& facts_here = request(who);
  if (facts_here.slots == 0) return kNone;
  if (pages_alike) return who.index;
  if (facts_here.pages_vary) return slot_value(who, slot, "page");
  const Request& start = system.initial.request[who.actor];
  Term page = page_name(start.slot[facts_here.slots - 1]);
  for (int s = facts_here.slots - 2; s >= 0; --s)
    page = choose(equal(slot, fmt::format("{}", s)), page_name(start.slot[s]), page);
  return page;
}

Term View::count(const Who& who) const {
  if (request(who).count_varies) return who.prefix + "count";
  return fmt::format("{}", system.initial.request[who.actor].count);
}

Term View::request_has(const Who& who, int mask) const {
  std::vector<Term> terms;
  for (const FlagName& bit : kRequestFlagNames) {
    if ((mask & bit.bit) == 0) continue;
    const bool from_start = system.initial.request[who.actor].has(bit.bit);
    const bool changes = (request(who).flags & bit.bit) != 0;
    if (from_start)
      terms.emplace_back("true");
    else if (changes)
      terms.push_back(fmt::format("{}{}", who.prefix, bit.variable));
  }
  return any_of(terms);
}

Term View::left_out(const Who& who, const Term& slot) const {
  return request(who).left_out ? slot_value(who, slot, "left_out") : "false";
}

Term View::in_io(const Who& who, const Term& slot) const {
  if (request(who).slots == 0) return "false";
  const Term listed =
      request(who).pages_vary ? negated(equal(page_of(who, slot), kNone)) : Term("true");
  return all_of({less(slot, count(who)), listed, negated(left_out(who, slot))});
}

Term View::at(const Who& who, bool completion, int pc) const {
  const int thread = 2 * who.actor + (completion ? 1 : 0);
  const std::string name = thread_name(group_of(who.actor), completion);
  if (language == Language::promela) return name + "@" + thread_label(thread, pc);
  return equal(who.prefix + (completion ? "io" : "at"), name + "_" + thread_label(thread, pc));
}

const Group& View::group_of(int actor) const {
  const auto has = [&](const Group& group) { return group.actors[0] == actor; };
  return *std::find_if(groups.begin(), groups.end(), has);
}

Term View::in_flight(const Who& who) const {
  return all_of(
      {request_has(who, kSubmitted), negated(request_has(who, kDeviceDone | kCancelled))});
}

Term View::slot_pinned(const Who& who, const Term& slot, int except_role) const {
  std::vector<Term> terms;
  for (int role = 0; role < kRoles; ++role)
    if (request(who).holds[role] && role != except_role)
      terms.push_back(equal(slot_value(who, slot, role_variable(role)), "PIN"));
  return any_of(terms);
}

}  // namespace pincheck::exporting
