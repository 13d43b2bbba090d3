// SPDX-License-Identifier: MIT
// Effects of steps as statements.
#include "checker/export/actions.hpp"

#include <fmt/format.h>

#include "checker/export/conditions.hpp"

namespace pincheck::exporting {
namespace {

/// The effects of one outcome, being written.
class Writing {
 public:
  Writing(Code& code, const View& view, const Mover& mover)
      : code_(code), view_(view), who_(mover.who), mover_(mover) {}

  void write(const Effect& e);

 private:
  Code& code_;
  const View& view_;
  const Who& who_;
  const Mover& mover_;
  bool loaded_ = false;  ///< `p` is the page in the thread's slot

  Term slot() const { return view_.cursor(who_, mover_.completion); }
  void set_entry(int role, const Term& held) {
    view_.set_slot(code_, who_, slot(), role_variable(role), held);
  }
  Term page();
  void set_flag(PageFlag mask, bool value);
  void set_pte(int mm, PteFlag mask, bool value) { view_.set_pte(code_, page(), mm, mask, value); }
  void primitive(const char* name, int role);
  void pinning(const char* name, int role);
  void releasing(const char* name, Held as, int role);
  void touch(EventKind kind);
  void take(const Term& page);
  void move_cursor(const Term& value);
  void move(Role from, Role to);
  void map(int mm);
  void unmap(int mm);
  void add_one(const Term& page);
  void lose(PageFlag flags, const char* name);
  void freeze();
  void unfreeze(int count);
  void free_frozen();
  void free_object();
  void written(EventKind kind);
  void start_writeback();
  void dirty();
  std::string ring(int pipe, const char* part) const { return view_.pipe_name(pipe) + part; }
  void push(const Effect& effect);
  void keep_head(int pipe);
  void take_tmp(int pipe, Role role);
  void drop_tmp(int pipe);
  void close(const Pipe& closed, int pipe);
  void alloc(Role role);
  void leave_out();
  void cut_here();
  void raise(int flags);
  void refuse();
};

/// The page's name or the variable that says which it is; where that is more, it is put in `p`.
Term Writing::page() {
  Term known = view_.page_of(who_, slot());
  if (known.find_first_of("[ ") == std::string::npos) return known;
  if (!loaded_) code_.set("p", known);
  loaded_ = true;
  return "p";
}

void Writing::set_flag(PageFlag mask, bool value) { view_.set_flags(code_, page(), mask, value); }

void Writing::primitive(const char* name, int role) {
  std::vector<Term> arguments{page()};
  for (const Term& argument : view_.entry_arguments(who_, slot(), role))
    arguments.push_back(argument);
  code_.call(name, arguments);
}

void Writing::pinning(const char* name, int role) {
  if (static_cast<Role>(role) != Role::creator)
    view_.set_slot(code_, who_, slot(), "pinned", "true");
  primitive(name, role);
}

void Writing::releasing(const char* name, Held as, int role) {
  judge(code_, view_,
        {.kind = EventKind::released,
         .page = page(),
         .as = as,
         .held = view_.slot_value(who_, slot(), role_variable(role)),
         .who = who_,
         .slot = slot(),
         .role = role});
  primitive(name, role);
}

void Writing::touch(EventKind kind) {
  Moment moment{kind, kind == EventKind::refused ? kNone : page()};
  moment.who = who_;
  moment.slot = slot();
  judge(code_, view_, moment);
}

void Writing::take(const Term& page) {
  const RequestFacts& facts = view_.request(who_);
  const auto put = [&](std::string_view name, const Term& to) {
    view_.set_slot(code_, who_, slot(), name, to);
  };
  put("page", page);
  if (facts.left_out) put("left_out", "false");
  if (facts.stale) put("stale", "false");
  if (facts.pinned) put("pinned", "false");
  loaded_ = false;
}

void Writing::move_cursor(const Term& value) {
  if (slot() == "0") return;
  code_.set(slot(), value);
  loaded_ = false;
}

void Writing::move(Role from, Role to) {
  const int left = static_cast<int>(from);
  set_entry(static_cast<int>(to), view_.slot_value(who_, slot(), role_variable(left)));
  set_entry(left, "0");
}

void Writing::add_one(const Term& page) {
  code_.set(view_.ref(page), view_.wrapped(view_.ref(page) + " + 1"));
}

void Writing::map(int mm) {
  if (code_.when(negated(view_.backing_is(page(), Backing::zero)))) {
    add_one(page());
    code_.done();
  }
  set_pte(mm, kMapped, true);
}

void Writing::unmap(int mm) {
  const Term on = page();
  const Term dirties =
      all_of({view_.pte_has(on, mm, kPteDirty), view_.backing_is(on, Backing::file)});
  if (code_.when(dirties)) {
    set_flag(kDirty, true);
    code_.done();
  }
  set_pte(mm, kMapped | kPteWritable | kPteDirty, false);
  if (!code_.when(negated(view_.backing_is(on, Backing::zero)))) return;
  code_.call("drop_page", {on});
  code_.done();
}

/// The freezer's own reference is its array role; all others are counted in `n`.
void Writing::freeze() {
  const Term on = page();
  code_.set(view_.ref(on), "0");
  code_.call("count_holders", {on, "n"});
  touch(EventKind::frozen);
}

void Writing::lose(PageFlag flags, const char* name) {
  set_flag(flags, false);
  code_.call(name, {page()});
}

void Writing::unfreeze(int count) {
  const Term cache = choose(view_.page_has(page(), kCached), view_.nr_pages(page()), "0");
  code_.set(view_.ref(page()), sum_of({fmt::format("{}", count), cache}));
}

void Writing::free_frozen() {
  set_flag(kCached, false);
  set_entry(static_cast<int>(Role::array), "0");
  code_.call("free_page", {page()});
}

void Writing::free_object() {
  set_flag(kCached, false);
  code_.call("mark_stale", {page()});
  code_.call("drop_page", {page()});
}

void Writing::written(EventKind kind) {
  touch(kind);
  const Term saved_later =
      all_of({view_.request_has(who_, kUserBacked), view_.backing_is(page(), Backing::file),
              view_.page_has(page(), kCached)});
  if (!code_.when(saved_later)) return;
  set_flag(kUnsaved, true);
  code_.done();
}

void Writing::start_writeback() {
  set_flag(kWriteback, true);
  touch(EventKind::writeback_started);
}

void Writing::dirty() {
  touch(EventKind::dirtied);
  set_flag(kDirty, true);
}

void Writing::push(const Effect& effect) {
  view_.push(code_, pipe_of(effect), page(), fmt::format("{}", static_cast<int>(ops_of(effect))));
  set_entry(static_cast<int>(pushed_role_of(effect)), "0");
}

void Writing::keep_head(int pipe) {
  code_.set(ring(pipe, "_tmp"), value_at(view_.language, view_.pipe_cells(pipe, "page"), "0"));
  view_.move_down(code_, pipe);
}

void Writing::take_tmp(int pipe, Role role) {
  if (!view_.facts.pipe[pipe].keeps) return;
  code_.set("q", ring(pipe, "_tmp"));
  code_.set(ring(pipe, "_tmp"), kNone);
  take("q");
  set_entry(static_cast<int>(role), "GET");
  code_.call("mark_stale", {"q"});
  view_.set_slot(code_, who_, slot(), "stale", "false");
}

void Writing::drop_tmp(int pipe) {
  if (!view_.facts.pipe[pipe].keeps) return;
  code_.set("q", ring(pipe, "_tmp"));
  code_.set(ring(pipe, "_tmp"), kNone);
  code_.call("drop_page", {"q"});
}

void Writing::close(const Pipe& closed, int pipe) {
  for (const auto& [end, number] :
       {std::pair{"_readers", closed.readers()}, std::pair{"_writers", closed.writers()}})
    if (number > 0) code_.set(ring(pipe, end), fmt::format("{} - {}", ring(pipe, end), number));
}

void Writing::alloc(Role role) {
  Term first = kNone;
  for (int page = view_.system.pages - 1; page >= 0; --page)
    if (!view_.system.large(page)) {
      const std::string name = view_.page_name(page);
      first = choose(view_.page_has(name, kFree), name, first);
    }
  code_.set("q", first);
  code_.set(view_.ref("q"), "1");
  view_.assign_flags(code_, "q", 0);
  view_.clear_ptes(code_, "q");
  if (view_.facts.backing_varies)
    code_.set(view_.backing("q"), Term(backing_constant(Backing::pipe)));
  take("q");
  set_entry(static_cast<int>(role), "GET");
}

void Writing::leave_out() {
  if (view_.request(who_).slots > 0) view_.set_slot(code_, who_, slot(), "left_out", "true");
}

void Writing::cut_here() {
  const RequestFacts& facts = view_.request(who_);
  if (facts.count_varies) code_.set(who_.prefix + "count", slot());
  for (int s = 0; s < facts.slots; ++s) {
    const Term number = fmt::format("{}", s);
    if (!code_.when(slot() == "0" ? "true" : fmt::format("{} <= {}", slot(), s))) continue;
    view_.set_slot(code_, who_, number, "page", kNone);
    code_.done();
  }
  loaded_ = false;
}

void Writing::raise(int flags) {
  for (const FlagName& bit : kRequestFlagNames)
    if ((flags & bit.bit & view_.request(who_).flags) != 0)
      code_.set(fmt::format("{}{}", who_.prefix, bit.variable), "true");
}

void Writing::refuse() {
  raise(kRefused | kFailed);
  touch(EventKind::refused);
}

void Writing::write(const Effect& e) {
  switch (e.op) {
    case Do::get: return primitive("get_page", e.a);
    case Do::put: return releasing("put_page_of", Held::get, e.a);
    case Do::pin: return pinning("pin_by_pte", e.a);
    case Do::pin_page: return pinning("pin_by_page", e.a);
    case Do::pin_rest: return pinning("pin_rest", e.a);
    case Do::unpin: return releasing("unpin_page_of", Held::pin, e.a);
    case Do::move: return move(role_of(e), new_role_of(e));
    case Do::set: return set_flag(page_flags_of(e), true);
    case Do::clear: return set_flag(page_flags_of(e), false);
    case Do::set_pte: return set_pte(mm_of(e), pte_flags_of(e), true);
    case Do::clear_pte: return set_pte(mm_of(e), pte_flags_of(e), false);
    case Do::map: return map(mm_of(e));
    case Do::unmap: return unmap(mm_of(e));
    case Do::attach_private: set_flag(kPrivate, true); return add_one(page());
    case Do::drop_private: return lose(kPrivate, "drop_page");
    case Do::drop_cache: return lose(kCached | kUnsaved, "drop_from_cache");
    case Do::freeze: return freeze();
    case Do::unfreeze: return unfreeze(thawed_count_of(e));
    case Do::free_frozen: return free_frozen();
    case Do::free_object: return free_object();
    case Do::device_read: return touch(EventKind::device_read);
    case Do::device_write: return written(EventKind::device_write);
    case Do::cpu_write: return written(EventKind::cpu_write);
    case Do::writeback_read: return set_flag(kUnsaved, false);
    case Do::start_writeback: return start_writeback();
    case Do::end_writeback: return set_flag(kWriteback, false);
    case Do::dirty: return dirty();
    case Do::alloc: return alloc(role_of(e));
    case Do::leave_out: return leave_out();
    case Do::pipe_lock: return code_.set(ring(pipe_of(e), "_locked"), "true");
    case Do::pipe_unlock:
      if (view_.facts.pipe[pipe_of(e)].locks) code_.set(ring(pipe_of(e), "_locked"), "false");
      return;
    case Do::pipe_push: return push(e);
    case Do::pipe_peek:
      return take(value_at(view_.language, view_.pipe_cells(pipe_of(e), "page"), slot()));
    case Do::pipe_drop_head: return view_.release_buffer(code_, pipe_of(e), true);
    case Do::pipe_drop_tail: return view_.release_buffer(code_, pipe_of(e), false);
    case Do::pipe_keep_head: return keep_head(pipe_of(e));
    case Do::pipe_take_tmp: return take_tmp(pipe_of(e), taken_role_of(e));
    case Do::pipe_drop_tmp: return drop_tmp(pipe_of(e));
    case Do::pipe_close: return close({{}, 0, 0, 0, ends_of(e)}, pipe_of(e));
    case Do::pipe_dup_head: return view_.duplicate_head(code_, pipe_of(e), other_pipe_of(e));
    case Do::first_slot: return move_cursor("0");
    case Do::next_slot: return move_cursor(slot() + " + 1");
    case Do::count_here: return code_.set(who_.prefix + "count", slot());
    case Do::count_is: return code_.set(who_.prefix + "count", fmt::format("{}", count_of(e)));
    case Do::cut_here: return cut_here();
    case Do::request_set: return raise(request_flags_of(e));
    case Do::complete: return raise(kCompleted);
    case Do::leave:
      return code_.set(view_.tasks(process_of(e)), view_.tasks(process_of(e)) + " - 1");
    case Do::refuse: return refuse();
  }
}

}  // namespace

void act(Code& code, const View& view, const Mover& mover, const Outcome& outcome) {
  Writing writing(code, view, mover);
  for (const Effect& effect : outcome.effects) writing.write(effect);
}

void see(Facts& facts, RequestFacts& own, const Effect& e) {
  const auto entry = [&](Role role) { own.holds[static_cast<std::size_t>(role)] = true; };
  const auto frees = [&] { facts.frees = true; };
  switch (e.op) {
    case Do::get: return entry(role_of(e));
    case Do::put: frees(); return entry(role_of(e));
    case Do::pin:
    case Do::pin_page:
    case Do::pin_rest:
      own.pinned = own.pinned || role_of(e) != Role::creator;
      facts.pinning = true;
      return entry(role_of(e));
    case Do::unpin:
      frees();
      facts.pinning = true;
      return entry(role_of(e));
    case Do::move: entry(role_of(e)); return entry(new_role_of(e));
    case Do::set: facts.page_flags |= page_flags_of(e); return;
    case Do::set_pte: facts.pte_flags[mm_of(e)] |= pte_flags_of(e); return;
    case Do::map: facts.pte_flags[mm_of(e)] |= kMapped; return;
    case Do::unmap: facts.page_flags |= kDirty; return frees();
    case Do::attach_private: facts.page_flags |= kPrivate; return;
    case Do::drop_private:
    case Do::drop_cache:
    case Do::free_object: return frees();
    case Do::free_frozen: entry(Role::array); return frees();
    case Do::device_write:
    case Do::cpu_write: facts.page_flags |= kUnsaved; return;
    case Do::start_writeback: facts.page_flags |= kWriteback; return;
    case Do::dirty: facts.page_flags |= kDirty; return;
    case Do::alloc: own.pages_vary = facts.allocates = true; return entry(role_of(e));
    case Do::leave_out: own.left_out = true; return;
    case Do::pipe_lock: facts.pipe[pipe_of(e)].locks = true; return;
    case Do::pipe_push:
      facts.pipe[pipe_of(e)].ops.insert(static_cast<int>(ops_of(e)));
      return entry(pushed_role_of(e));
    case Do::pipe_peek: own.pages_vary = true; return;
    case Do::pipe_drop_head:
    case Do::pipe_drop_tail:
    case Do::pipe_drop_tmp: return frees();
    case Do::pipe_keep_head: facts.pipe[pipe_of(e)].keeps = true; return;
    case Do::pipe_take_tmp: own.pages_vary = facts.reuses = true; return entry(taken_role_of(e));
    case Do::pipe_close: facts.pipe[pipe_of(e)].closes = true; return;
    case Do::pipe_dup_head:
      facts.pipe[other_pipe_of(e)].ops.merge(std::set<int>(facts.pipe[pipe_of(e)].ops));
      return;
    case Do::count_here:
    case Do::count_is: own.count_varies = true; return;
    case Do::cut_here: own.pages_vary = own.count_varies = true; return;
    case Do::request_set: own.flags |= request_flags_of(e); return;
    case Do::complete: own.flags |= kCompleted; return;
    case Do::refuse: own.flags |= kRefused | kFailed; return;
    case Do::clear:
    case Do::clear_pte:
    case Do::freeze:
    case Do::unfreeze:
    case Do::device_read:
    case Do::writeback_read:
    case Do::end_writeback:
    case Do::pipe_unlock:
    case Do::first_slot:
    case Do::next_slot:
    case Do::leave: return;
  }
}

}  // namespace pincheck::exporting
