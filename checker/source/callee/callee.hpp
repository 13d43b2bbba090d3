// SPDX-License-Identifier: MIT
// checker/source/callee: uses model/base; used by checker/source/follow.
// What functions that are not followed do to pages: read from model/callees/*.toml, a file for each
// subsystem, and from files of the user's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/input.hpp"

namespace pincheck::callee {

enum class Does : std::uint8_t {
  take_array,     ///< stores pages in an array, with a reference each; returns how many, or -errno
  take_iterator,  ///< the same from an iov_iter; returns bytes, or -errno
  take_page,      ///< takes references to its argument
  take_new,       ///< returns a page, with a reference
  take_batch,     ///< fills a folio_batch, with a reference each; returns how many
  drop_page,
  drop_array,
  drop_range,   ///< pages that follow each other in the memory map
  drop_batch,   ///< those in a folio_batch, which is empty then
  drop_stored,  ///< those that `store` has put into an object
  allocate,     ///< returns an object
  free,         ///< the object is gone, and what it held
  find_page,    ///< returns a page, without a reference
  set_count,    ///< an object's own count begins
  add_count,
  drop_count,     ///< returns whether that count fell to zero
  same,           ///< returns its argument: another view of the same page
  has_page,       ///< asks whether there is a page at its number: yes of one that the path has
  contents,       ///< returns where the bytes of its page are
  next,           ///< returns the element of an array behind its argument; after the last one null
  init_array,     ///< clears elements, and marks the last one
  make_table,     ///< makes elements of an sg_table, or adds those for an array of pages
  iterator_is,    ///< asks whether an iov_iter is of a kind
  iterator_kind,  ///< asks an iov_iter for its kind
  make_iterator,
  count_iterator,   ///< says how many pages an iov_iter has: no more come of it then
  revert_iterator,  ///< from now on nobody knows how many come
  call,             ///< calls a function that it is given; one that can fail may leave it
  store,            ///< puts a page into an object
  keep,             ///< takes over an object, and what it holds: some time that is dropped
  list_empty,       ///< asks whether a list is empty, whose both ends are known then
  fill,             ///< stores what nobody knows where its argument points to
  answer,           ///< returns `answer`
  nothing,          ///< leaves pages, and pointers to them, alone
};

enum class By : std::uint8_t {
  get,
  pin,
  user_pin,  ///< pins from user memory, nothing from elsewhere
};

/// What is returned when it did nothing.
enum class Fails : std::uint8_t {
  never,
  null,   ///< a null pointer, false, or zero
  error,  ///< an ERR_PTR, or -errno
};

/// Kinds of an iov_iter; those of user memory come first.
enum class Kind : std::uint8_t { ubuf, iovec, bvec, kvec, folioq, xarray, pipe, discard, user };

inline constexpr int kNone = -1;

/// A kernel's version as LINUX_VERSION_CODE has it, without the last part; the last one: any newer.
using Version = std::uint32_t;
inline constexpr Version kNewest = ~Version{0};
constexpr Version version_of(std::uint32_t major, std::uint32_t minor) {
  return major << 16 | minor << 8;
}

/// Arguments are counted from 0; kNone: it has none such.
struct Callee {
  std::string name;  ///< `*` at its end: all that begin so
  Does does{};
  By by = By::get;
  Fails fails = Fails::never;
  int page = kNone;          ///< the page, iterator or object
  int pages = kNone;         ///< the array, or where its address is
  int count = kNone;         ///< how many pages
  int bytes = kNone;         ///< how many bytes; store: what is returned when it did
  int start = kNone;         ///< where the offset in the first page is stored
  int function = kNone;      ///< call: what is called, with the argument `page`
  bool makes_array = false;  ///< take_iterator: allocates the array where there is none
  bool skips_null = false;   ///< drop_array: null pointers in it are passed over
  bool zeroed = false;       ///< allocate: filled with zeros
  int flags = kNone;         ///< allocate: gfp_t, which may say that, too
  int answer = 0;            ///< answer: what is returned
  int size = 0;              ///< next, init_array, make_table: bytes of an element
  int last = 0;              ///< the same: the bits of its first word that mark the last
  Kind kind{};               ///< of an iterator; `user`: ubuf or iovec
  std::vector<Kind> kinds;   ///< iterator_kind: in the order of the kernel's numbers
  std::string source;        ///< where that can be read

  bool operator==(const Callee&) const = default;
};

/// Names of the words, for messages.
std::string_view name_of(Does);

/// Finds callees by name. Where files say different things of a name, the last one read counts.
class Callees {
 public:
  /// Those of a kernel: what a file says of others is passed over.
  explicit Callees(Version version = kNewest) : version_(version), text_(std::to_string(version)) {}
  /// Throws InputError: an unknown word or key, an argument that is missing.
  void read(std::string_view text, const std::string& file);
  /// Null: nothing is said of it. Without the suffixes that kernels and compilers add.
  const Callee* find(std::string_view name) const;
  std::size_t size() const { return named_.size() + prefixes_.size(); }
  /// All that was read, and for which kernel.
  const std::string& text() const { return text_; }

 private:
  Version version_;
  std::string text_;
  std::map<std::string, Callee, std::less<>> named_;
  std::map<std::string, Callee, std::less<>> prefixes_;
};

/// `alloc_pages_noprof.4` -> `alloc_pages`, `_Z7strnlenPKc` -> `strnlen`.
std::string_view plain_name(std::string_view name);

/// What is shipped.
Callees shipped_callees(Version version = kNewest);

}  // namespace pincheck::callee
