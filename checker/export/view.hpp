// SPDX-License-Identifier: MIT
// checker/export: uses properties; used by checker/command.
// The world in the exported text: what its variables are called, and questions about it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "checker/export/cells.hpp"
#include "checker/export/facts.hpp"
#include "checker/export/groups.hpp"
#include "model/language/flag_names.hpp"

namespace pincheck::exporting {

/// A request in the text: `prefix` is what its variables begin with.
struct Who {
  int actor = 0;  ///< the first of its group: like actors have the same facts
  std::string prefix{};
  std::string index{};  ///< in an array of like actors
};

/// Flags of each page: one number in Promela, as many booleans in Murphi.
struct PageFlags {
  std::span<const FlagName> bits;
  std::uint16_t used = 0;  ///< only these are in the text
  std::string array{};     ///< Promela's
  std::string of{};        ///< Murphi: what the names end with
};

std::string_view role_variable(int role);
std::string_view backing_constant(Backing backing);

/// `read` for an actor's own thread, `read_io` for its device and completion.
std::string thread_name(const Group& group, bool completion);

class View {
 public:
  View(const Scenario& of, const System& compiled, Language in);

  const Scenario& scenario;
  const System& system;
  const Language language;
  const Facts facts;
  std::vector<Group> groups;
  bool pages_alike = false;  ///< Murphi: pages are a scalarset, and so are the actors on them

  // Names.
  std::string page_name(int page) const;  ///< `P_a`; `none` for no page
  const std::string& thread_label(int thread, int pc) const { return labels_[thread][pc]; }
  const std::string& pipe_name(int pipe) const { return pipe_names_[pipe]; }
  /// The number of tasks that have not left the process.
  const std::string& tasks(int process) const { return task_names_[process]; }
  const Group& group_of(int actor) const;  ///< by the first of its actors
  Who who(const Group& group, std::string_view index = "me") const;
  std::string cursor(const Who& who, bool completion) const;  ///< "0" when it never moves
  /// Promela: the judge at the end looks at it, too, so it is no local variable.
  bool global_cursor(int thread) const;

  // Variables of a request.
  int page_value_bits() const;  ///< bits of a page's number or `none`
  Cells cells(const Who&, std::string_view name) const;
  Term slot_value(const Who&, const Term& slot, std::string_view name) const;
  void set_slot(Code&, const Who&, const Term& slot, std::string_view name, const Term& to) const;
  /// A ledger entry as the arguments of a primitive.
  std::vector<Term> entry_arguments(const Who&, const Term& slot, int role) const;
  Term page_of(const Who&, const Term& slot) const;
  Term count(const Who&) const;
  Term request_has(const Who&, int mask) const;
  const RequestFacts& request(const Who& who) const { return facts.request[who.actor]; }

  // Questions about a request.
  Term left_out(const Who&, const Term& slot) const;
  Term in_io(const Who&, const Term& slot) const;
  Term in_flight(const Who&) const;
  Term slot_pinned(const Who&, const Term& slot, int except_role = -1) const;

  // Questions about a page, given as a term.
  PageFlags page_flags() const;
  PageFlags pte_flags(int mm) const;
  Term page_has(const Term& page, PageFlag mask) const;
  Term pte_has(const Term& page, int mm, PteFlag mask) const;
  Term backing_is(const Term& page, Backing backing) const;
  Term large(const Term& page) const;
  Term nr_pages(const Term& page) const;
  Term ref(const Term& page) const { return page_field(page, "ref"); }
  Term pins(const Term& page) const { return page_field(page, "pins"); }
  Term backing(const Term& page) const { return page_field(page, "backing"); }
  void set_flags(Code& code, const Term& page, PageFlag mask, bool value) const;
  void set_pte(Code& code, const Term& page, int mm, PteFlag mask, bool value) const;
  void assign_flags(Code& code, const Term& page, int mask) const;  ///< all others are cleared
  void assign_pte(Code& code, const Term& page, int mm, int mask) const;
  void clear_ptes(Code& code, const Term& page) const;
  Term maybe_pinned(const Term& page) const;
  Term pin_weight(const Term& page) const;  ///< what a pin adds to the count
  /// A pin does not count on the page: the zero page, under that rule.
  Term pin_skipped(const Term& page) const;
  Term wrapped(const Term& sum) const;
  int wrapped(int amount) const;

  // Pipes.
  Cells pipe_cells(int pipe, std::string_view part) const;
  std::vector<Cells> pipe_parts(int pipe) const;  ///< what a buffer is made of
  Term buffer_ops(int pipe, const Term& index) const;
  void push(Code& code, int pipe, const Term& page, const Term& ops) const;
  void move_down(Code& code, int pipe) const;  ///< the oldest buffer is gone
  /// pipe_buf_release of the oldest or the newest buffer; nothing on an empty ring. Uses `q`.
  void release_buffer(Code& code, int pipe, bool head) const;
  /// The oldest buffer also into the other ring. Uses `q`.
  void duplicate_head(Code& code, int from, int onto) const;

  /// The thread's program counter is there; at the program's size, it has finished.
  Term at(const Who&, bool completion, int pc) const;

  // Questions about who holds a page.
  Term any_request(const std::function<Term(const Who&)>& question) const;
  /// Writes `statements` for every request; in Murphi, as a loop over those of like actors.
  void for_each_request(Code& code, const std::function<void(const Who&)>& statements) const;
  /// The same for every page.
  void for_each_page(Code& code, const std::function<void(const Term&)>& statements) const;
  Term any_pin(const Term& page) const;
  Term any_holder(const Term& page) const;
  /// How many references the page's places in cache, page tables and pipes stand for.
  Term structural(const Term& page) const;
  Term any_structural(const Term& page) const;
  Term device_may_write(const Term& page, bool pinned) const;
  /// Slots of the request that may hold the page, each with the condition that it does.
  std::vector<std::pair<std::string, Term>> slots_on(const Who&, const Term& page) const;
  std::vector<Term> ledger(const Who&, const std::string& slot) const;  ///< its entries

 private:
  Term has(const PageFlags&, const Term& page, int mask) const;
  void set(Code&, const PageFlags&, const Term& page, int mask, bool value) const;
  void assign(Code&, const PageFlags&, const Term& page, int mask) const;
  Term page_field(const Term& page, std::string_view name) const;
  std::vector<Term> in_pipes(const Term& page) const;

  std::vector<std::vector<std::string>> labels_;
  std::vector<std::string> pipe_names_;
  std::vector<std::string> task_names_;
  std::vector<std::string> page_names_;
};

}  // namespace pincheck::exporting
