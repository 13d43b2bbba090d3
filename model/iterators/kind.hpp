// SPDX-License-Identifier: MIT
// model/iterators: uses model/question; used by model/callers.
// An iterator kind: whose pages it yields, who holds them, how one page is looked up and taken.
// A new kind is one file beside these and its name in list.hpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/language/builder.hpp"
#include "model/question/convention.hpp"
#include "model/question/scenario.hpp"

namespace pincheck {

/// One extraction call as a kind sees it. The contract: the thread enters with `count` set to the
/// pages wanted, at slot 0. It leaves for `done` at slot 0 with `count` >= 1 pages, each with
/// `take` held as Role::array, or for `failed` with count 0 and nothing held.
struct Extraction {
  Take take = Take::none;  ///< none, get or pin
  bool dest = false;       ///< the device will write the pages, so user pages need FOLL_WRITE
  int pipe = -1;           ///< the ring, for kinds that live in one
  std::string function;    ///< the caller's primitive, for the steps' names
  std::string done;
  std::string failed;
};

/// iov_iter::iter_type, by kernel; -1 where a kernel has no such iterator.
struct IterType {
  int v6_1 = -1;
  int v6_12 = -1;
};

struct Kind {
  std::string_view name;     ///< as written in files: "bvec"
  std::string_view symbol;   ///< ITER_BVEC
  std::string_view summary;  ///< whose pages, and who holds them meanwhile
  IterType iter_type{};
  std::vector<Backing> backings{};     ///< pages that can be in one
  bool user_backed = false;            ///< user_backed_iter()
  bool segmented = false;              ///< of several user buffers
  bool page_array = false;             ///< struct pages in an array, which a bio can take whole
  bool page_cache = false;             ///< a range of a file, in the page cache
  bool in_ring = false;                ///< pages are allocated into a pipe by the extraction itself
  Holds creator_dest = Holds::none;    ///< what the usual creator holds while a device writes ...
  Holds creator_source = Holds::none;  ///< ... or reads the pages
  std::string_view simpler{};          ///< the kind that a shrinker tries instead; "" for none
  void (*extract)(Builder&, const Extraction&);
};

/// All kinds a run knows. Lists are values, so that a test can add one of its own.
using Kinds = std::vector<Kind>;

/// The kinds of Linux 6.1 and 6.12.
Kinds linux_kinds();
const Kind* find_kind(const Kinds& kinds, std::string_view name);

// Building blocks the kinds share.

/// Adds the two outcomes of an extraction that stops at this page: nothing at all, or short.
void stops_here(StepRef step, std::string_view name, const std::vector<Test>& when,
                const Extraction& x);

/// get_user_pages_fast / pin_user_pages_fast, one page at a time: lockless first, then the fault
/// and the slow path. Shared by the user-backed kinds.
void gup(Builder&, const Extraction&);

/// A reference made from a struct page that somebody else keeps alive.
std::vector<Effect> take_struct_page(Take take, Role role);

/// Pages that the creator listed, one by one: bvec, kvec and folioq.
void listed(Builder&, const Extraction&);

}  // namespace pincheck
