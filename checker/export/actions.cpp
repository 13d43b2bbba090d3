// SPDX-License-Identifier: MIT
// Effects of steps as statements.
#include "checker/export/actions.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "checker/export/conditions.hpp"

namespace pincheck::exporting {
namespace {

/// The effects of one outcome, being written.
class Writing {
 public:
  Writing(Code& code, const View& view, const Mover& mover)
      : code_(code), view_(view), who_(mover.who), mover_(mover) {}

  void write(const Effect& effect);

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
  bool counted(const Effect& effect);
  bool structural(const Effect& effect);
  bool contents(const Effect& effect);
  bool pipe(const Effect& effect);
  bool local(const Effect& effect);
  void map(int mm);
  void unmap(int mm);
  void add_one(const Term& page);
  void freeze();
  void alloc(int role);
  void cut_here();
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

bool Writing::counted(const Effect& effect) {
  switch (effect.op) {
    case Do::get: primitive("get_page", effect.a); return true;
    case Do::put: releasing("put_page_of", Held::get, effect.a); return true;
    case Do::pin: pinning("pin_by_pte", effect.a); return true;
    case Do::pin_page: pinning("pin_by_page", effect.a); return true;
    case Do::pin_rest: pinning("pin_rest", effect.a); return true;
    case Do::unpin: releasing("unpin_page_of", Held::pin, effect.a); return true;
    case Do::move:
      set_entry(effect.b, view_.slot_value(who_, slot(), role_variable(effect.a)));
      set_entry(effect.a, "0");
      return true;
    default: return false;
  }
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

bool Writing::structural(const Effect& effect) {
  switch (effect.op) {
    case Do::set: set_flag(page_flags_of(effect), true); return true;
    case Do::clear: set_flag(page_flags_of(effect), false); return true;
    case Do::set_pte: set_pte(mm_of(effect), pte_flags_of(effect), true); return true;
    case Do::clear_pte: set_pte(mm_of(effect), pte_flags_of(effect), false); return true;
    case Do::map: map(mm_of(effect)); return true;
    case Do::unmap: unmap(mm_of(effect)); return true;
    case Do::attach_private:
      set_flag(kPrivate, true);
      add_one(page());
      return true;
    case Do::drop_private:
      set_flag(kPrivate, false);
      code_.call("drop_page", {page()});
      return true;
    case Do::drop_cache:
      set_flag(kCached | kUnsaved, false);
      code_.call("drop_from_cache", {page()});
      return true;
    case Do::freeze: freeze(); return true;
    case Do::unfreeze: {
      const Term cache = choose(view_.page_has(page(), kCached), view_.nr_pages(page()), "0");
      code_.set(view_.ref(page()), sum_of({fmt::format("{}", thawed_count_of(effect)), cache}));
      return true;
    }
    case Do::free_frozen:
      set_flag(kCached, false);
      set_entry(static_cast<int>(Role::array), "0");
      code_.call("free_page", {page()});
      return true;
    case Do::free_object:
      set_flag(kCached, false);
      code_.call("mark_stale", {page()});
      code_.call("drop_page", {page()});
      return true;
    default: return false;
  }
}

bool Writing::contents(const Effect& effect) {
  switch (effect.op) {
    case Do::device_read: touch(EventKind::device_read); return true;
    case Do::device_write:
    case Do::cpu_write: {
      touch(effect.op == Do::cpu_write ? EventKind::cpu_write : EventKind::device_write);
      const Term saved_later =
          all_of({view_.request_has(who_, kUserBacked), view_.backing_is(page(), Backing::file),
                  view_.page_has(page(), kCached)});
      if (!code_.when(saved_later)) return true;
      set_flag(kUnsaved, true);
      code_.done();
      return true;
    }
    case Do::writeback_read: set_flag(kUnsaved, false); return true;
    case Do::start_writeback:
      set_flag(kWriteback, true);
      touch(EventKind::writeback_started);
      return true;
    case Do::end_writeback: set_flag(kWriteback, false); return true;
    case Do::dirty:
      touch(EventKind::dirtied);
      set_flag(kDirty, true);
      return true;
    default: return false;
  }
}

bool Writing::pipe(const Effect& effect) {
  const auto name = [&] { return view_.pipe_name(pipe_of(effect)); };
  switch (effect.op) {
    case Do::pipe_lock: code_.set(name() + "_locked", "true"); return true;
    case Do::pipe_unlock:
      if (view_.facts.pipe[pipe_of(effect)].locks) code_.set(name() + "_locked", "false");
      return true;
    case Do::pipe_push:
      view_.push(code_, pipe_of(effect), page(),
                 fmt::format("{}", static_cast<int>(ops_of(effect))));
      set_entry(static_cast<int>(pushed_role_of(effect)), "0");
      return true;
    case Do::pipe_peek:
      take(value_at(view_.language, view_.pipe_cells(pipe_of(effect), "page"), slot()));
      return true;
    case Do::pipe_drop_head: view_.release_buffer(code_, pipe_of(effect), true); return true;
    case Do::pipe_drop_tail: view_.release_buffer(code_, pipe_of(effect), false); return true;
    case Do::pipe_keep_head:
      code_.set(name() + "_tmp",
                value_at(view_.language, view_.pipe_cells(pipe_of(effect), "page"), "0"));
      view_.move_down(code_, pipe_of(effect));
      return true;
    case Do::pipe_take_tmp:
      if (!view_.facts.pipe[pipe_of(effect)].keeps) return true;
      code_.set("q", name() + "_tmp");
      code_.set(name() + "_tmp", kNone);
      take("q");
      set_entry(static_cast<int>(taken_role_of(effect)), "GET");
      code_.call("mark_stale", {"q"});
      view_.set_slot(code_, who_, slot(), "stale", "false");
      return true;
    case Do::pipe_drop_tmp:
      if (!view_.facts.pipe[pipe_of(effect)].keeps) return true;
      code_.set("q", name() + "_tmp");
      code_.set(name() + "_tmp", kNone);
      code_.call("drop_page", {"q"});
      return true;
    case Do::pipe_close: {
      const Pipe closed{{}, 0, 0, 0, ends_of(effect)};
      for (const auto& [end, number] :
           {std::pair{"_readers", closed.readers()}, std::pair{"_writers", closed.writers()}})
        if (number > 0) code_.set(name() + end, fmt::format("{}{} - {}", name(), end, number));
      return true;
    }
    case Do::pipe_dup_head:
      view_.duplicate_head(code_, pipe_of(effect), other_pipe_of(effect));
      return true;
    default: return false;
  }
}

void Writing::alloc(int role) {
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
  set_entry(role, "GET");
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

bool Writing::local(const Effect& effect) {
  const auto flags = [&](int mask) {
    for (const FlagName& bit : kRequestFlagNames)
      if ((mask & bit.bit & view_.request(who_).flags) != 0)
        code_.set(fmt::format("{}{}", who_.prefix, bit.variable), "true");
  };
  switch (effect.op) {
    case Do::alloc: alloc(effect.a); return true;
    case Do::leave_out:
      if (view_.request(who_).slots > 0) view_.set_slot(code_, who_, slot(), "left_out", "true");
      return true;
    case Do::first_slot: move_cursor("0"); return true;
    case Do::next_slot: move_cursor(slot() + " + 1"); return true;
    case Do::count_here: code_.set(who_.prefix + "count", slot()); return true;
    case Do::count_is:
      code_.set(who_.prefix + "count", fmt::format("{}", count_of(effect)));
      return true;
    case Do::cut_here: cut_here(); return true;
    case Do::request_set: flags(request_flags_of(effect)); return true;
    case Do::complete: flags(kCompleted); return true;
    case Do::leave:
      code_.set(view_.tasks(process_of(effect)), view_.tasks(process_of(effect)) + " - 1");
      return true;
    case Do::refuse:
      flags(kRefused | kFailed);
      touch(EventKind::refused);
      return true;
    default: return false;
  }
}

void Writing::write(const Effect& effect) {
  if (counted(effect) || structural(effect) || contents(effect) || pipe(effect) || local(effect))
    return;
  throw std::invalid_argument(
      fmt::format("effect number {} cannot be exported", static_cast<int>(effect.op)));
}

}  // namespace

void act(Code& code, const View& view, const Mover& mover, const Outcome& outcome) {
  Writing writing(code, view, mover);
  for (const Effect& effect : outcome.effects) writing.write(effect);
}

}  // namespace pincheck::exporting
