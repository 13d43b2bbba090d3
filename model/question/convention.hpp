// SPDX-License-Identifier: MIT
// model/question: uses model/language; used by model/iterators, model/machine.
// A convention: who takes and drops which reference, as data. One TOML file each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/language/page.hpp"

namespace pincheck {

/// What is taken per page.
enum class Take : std::uint8_t {
  none,       ///< the page pointer only
  get,        ///< a reference (FOLL_GET, get_page)
  pin,        ///< a pin (FOLL_PIN, pin_user_page, folio_add_pin)
  refuse,     ///< extraction returns an error
  hand_over,  ///< `request` only: extraction's reference becomes the request's own
};

/// How it is dropped.
enum class Drop : std::uint8_t { none, put, unpin, as_acquired };

/// When extraction's reference is dropped.
enum class When : std::uint8_t {
  after_submit,  ///< by the submitter, right after the request was handed on
  completion,    ///< where the caller completes, before or after it reports, as the source has it
  deferred,      ///< from a worker, some time after completion was reported
};

/// When the release primitive is decided.
enum class Decide : std::uint8_t {
  extract,  ///< at extraction, in a flag remembered with the pages
  release,  ///< by asking the iterator again at release time
};

/// What a convention does for one caller and one iterator kind.
struct Row {
  Take extract = Take::none;
  Drop release = Drop::none;
  When when = When::completion;
  Decide decide = Decide::extract;
  Take request = Take::none;  ///< what the request itself takes besides
  Drop request_release = Drop::none;
  bool operator==(const Row&) const = default;
};

/// Which direction of I/O a row is for, where a convention tells them apart.
enum class Direction : std::uint8_t { source, dest };

struct RowEntry {
  std::string caller;
  std::string kind;
  std::optional<Direction> direction;  ///< both when empty
  Row row;
};

/// A violation its author expects, in these scenarios and of these callers; at least one is named.
struct Expectation {
  std::string property;
  std::vector<std::string> scenarios;  ///< where it must show; empty: may show in any
  std::vector<std::string> callers;    ///< one of whom it takes; empty: whoever takes part
  std::string reason;
};

/// How splice(2) from an O_DIRECT file fills the pipe.
enum class SpliceRead : std::uint8_t {
  iter_pipe,  ///< ITER_PIPE, generic_file_splice_read (until 6.4)
  copy,       ///< copy_splice_read into private pages (since 6.5)
};

struct Convention {
  std::string name;
  std::string label;  ///< short, for table heads: "A"
  std::string title;
  std::string source;  ///< where it was proposed or what kernel does it
  std::vector<RowEntry> rows;
  bool reclaim_tests_pins = true;       ///< "chk": shrink_folio_list looks before it strips
  bool writeback_skips_pinned = false;  ///< Kara's RFC of Feb 2023
  bool zero_pins_are_noops = true;      ///< "zp"
  bool page_pins_skip_zero = true;      ///< the helper that pins a struct page knows zp too
  bool page_pins_counted = true;        ///< by nr_foll_pin_acquired, when made from a struct page
  SpliceRead splice_read = SpliceRead::iter_pipe;
  bool sendpage_ok = false;  ///< zero-copy senders refuse slab pages
  std::vector<Expectation> expect;

  /// The row for a caller and kind, or nothing where the convention does not say.
  const Row* find(std::string_view caller, std::string_view kind, Direction direction) const;
};

}  // namespace pincheck
