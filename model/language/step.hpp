// SPDX-License-Identifier: MIT
// model/language: uses model/base; used by model/question.
// Steps are data: a named atomic micro-operation with tests and effects from a small instruction
// set. The interpreter, coverage, listing, explanation and footprints all read this description.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/language/effect.hpp"
#include "model/language/world.hpp"

namespace pincheck {

/// A question about the world. Those about a page mean that of the thread's slot; no page: no.
enum class Ask : std::uint8_t {
  page_has,          ///< any of the PageFlag bits in `arg`
  pte_has,           ///< any of the PteFlag bits: see pte_flags_of(), mm_of()
  maybe_pinned,      ///< folio_maybe_dma_pinned
  ref_is,            ///< ref == arg + nr_pages if cached (+ nothing for private: it is stripped)
  ref_positive,      ///< ref > 0: try_get_page, try_get_folio, add-unless-zero
  ref_nonzero,       ///< ref != 0: folio_try_get, which does not look at the sign
  backing_is,        ///< Backing in `arg`
  large,             ///< a large folio (PageCompound)
  slot_empty,        ///< the slot holds no page
  in_io,             ///< it holds one, and the caller has not left it out of the I/O
  same_as_previous,  ///< the slot's page is the previous slot's
  listed_before,     ///< an earlier slot holds the same page
  first_slot,
  more_slots,   ///< slot + 1 < count
  more_listed,  ///< the next slot holds a page, whatever the count
  request_has,  ///< any of the RequestFlag bits in `arg`
  pipe_locked,  ///< `arg`: the pipe
  pipe_has_room,
  pipe_empty,
  pipe_reaches,       ///< the ring has a buffer at the thread's slot index
  pipe_reaches_next,  ///< ... and one after it
  head_recyclable,    ///< anon buffer, page_count == 1, no tmp_page yet (anon_pipe_buf_release)
  head_ref_positive,  ///< try_get_page on the oldest buffer's page
  has_tmp_page,
  pipe_has_readers,
  pipe_last,       ///< nobody but the asker has it open: `arg` is the pipe, and its ends << 4
  page_available,  ///< the allocator has a page
  process_left,    ///< `arg`: the process; every task of it has left
};

struct Test {
  Ask ask;
  bool expect = true;
  std::uint16_t arg = 0;
  bool operator==(const Test&) const = default;
};

/// The pipe that a question about a pipe is about, and the ends that pipe_last asks about.
constexpr int pipe_of(const Test& test) { return test.arg & 15; }
constexpr int ends_of(const Test& test) { return test.arg >> 4; }

/// What a question about a PTE asks for, and whose PTE it is about.
constexpr PteFlag pte_flags_of(const Test& test) { return static_cast<PteFlag>(test.arg & 255); }
constexpr int mm_of(const Test& test) { return test.arg >> 8; }

/// One way a step can go. Enabled when all its tests hold.
struct Outcome {
  std::string name;  ///< empty when the step has only one
  std::vector<Test> when;
  std::vector<Effect> effects;
  int next = 0;        ///< program counter afterwards; program size means finished
  bool fault = false;  ///< the environment's choice: error, failed allocation, kill
  int id = -1;         ///< index in the coverage catalogue, set by compile()
  bool operator==(const Outcome&) const = default;
};

/// One atomic step; blocked while no outcome is enabled.
struct Step {
  std::string name;      ///< `<program>/<step>`, stable: replay and coverage go by it
  std::string function;  ///< the kernel function it stands for
  std::vector<Outcome> outcomes;
  bool operator==(const Step&) const = default;
};

using Program = std::vector<Step>;

// Constructors that read like the kernel's own words.
namespace is {
inline Test page(PageFlag mask) { return {Ask::page_has, true, mask}; }
inline Test pte(PteFlag mask, int mm = 0) {
  return {Ask::pte_has, true, static_cast<std::uint16_t>(mask | mm << 8)};
}
inline Test request(int mask) { return {Ask::request_has, true, static_cast<std::uint16_t>(mask)}; }
inline Test ref(int value) { return {Ask::ref_is, true, static_cast<std::uint16_t>(value)}; }
inline Test backing(Backing b) { return {Ask::backing_is, true, static_cast<std::uint16_t>(b)}; }
inline Test pipe(Ask ask, int pipe) { return {ask, true, static_cast<std::uint16_t>(pipe)}; }
inline const Test pinned{Ask::maybe_pinned};
inline const Test large{Ask::large};
inline const Test ref_positive{Ask::ref_positive};
inline const Test ref_nonzero{Ask::ref_nonzero};
inline const Test slot_empty{Ask::slot_empty};
inline const Test in_io{Ask::in_io};
inline const Test same_page{Ask::same_as_previous};
inline const Test listed_before{Ask::listed_before};
inline const Test first{Ask::first_slot};
inline const Test more{Ask::more_slots};
inline const Test more_listed{Ask::more_listed};
inline const Test page_available{Ask::page_available};
inline const Test locked = page(kLocked);
}  // namespace is

inline Test operator!(Test test) {
  test.expect = !test.expect;
  return test;
}

namespace to {
inline Effect with_role(Do op, Role role) { return {op, static_cast<std::uint8_t>(role)}; }
inline Effect get(Role r) { return with_role(Do::get, r); }
inline Effect put(Role r) { return with_role(Do::put, r); }
inline Effect pin(Role r) { return with_role(Do::pin, r); }
inline Effect pin_page(Role r) { return with_role(Do::pin_page, r); }
inline Effect pin_rest(Role r) { return with_role(Do::pin_rest, r); }
inline Effect unpin(Role r) { return with_role(Do::unpin, r); }
inline Effect alloc(Role r) { return with_role(Do::alloc, r); }
inline Effect move(Role from, Role onto) {
  return {Do::move, static_cast<std::uint8_t>(from), static_cast<std::uint16_t>(onto)};
}
inline Effect set(PageFlag mask) { return {Do::set, 0, mask}; }
inline Effect clear(PageFlag mask) { return {Do::clear, 0, mask}; }
inline Effect set_pte(PteFlag mask, int mm = 0) {
  return {Do::set_pte, static_cast<std::uint8_t>(mm), mask};
}
inline Effect clear_pte(PteFlag mask, int mm = 0) {
  return {Do::clear_pte, static_cast<std::uint8_t>(mm), mask};
}
inline Effect request(int mask) { return {Do::request_set, 0, static_cast<std::uint16_t>(mask)}; }
inline Effect count(int n) { return {Do::count_is, static_cast<std::uint8_t>(n)}; }
inline Effect pipe(Do op, int pipe, int b = 0) {
  return {op, static_cast<std::uint8_t>(pipe), static_cast<std::uint16_t>(b)};
}
inline Effect push(int pipe, BufferOps ops, Role from) {
  return {Do::pipe_push, static_cast<std::uint8_t>(pipe),
          static_cast<std::uint16_t>(static_cast<int>(from) | static_cast<int>(ops) << 2)};
}
inline const Effect lock = set(kLocked);
inline const Effect unlock = clear(kLocked);
inline const Effect map{Do::map};
inline const Effect unmap{Do::unmap};
inline const Effect dirty{Do::dirty};
inline const Effect leave_out{Do::leave_out};
inline const Effect first_slot{Do::first_slot};
inline const Effect next_slot{Do::next_slot};
inline const Effect count_here{Do::count_here};
inline const Effect cut_here{Do::cut_here};
inline const Effect complete{Do::complete};
inline const Effect refuse{Do::refuse};
inline const Effect device_read{Do::device_read};
inline const Effect device_write{Do::device_write};
}  // namespace to

}  // namespace pincheck
