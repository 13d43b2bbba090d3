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
  drop_page,
  drop_array,
  drop_range,   ///< pages that follow each other in the memory map
  allocate,     ///< returns an object
  free,         ///< the object is gone, and what it held
  same,         ///< returns its argument: another view of the same page
  user_backed,  ///< asks an iov_iter whether its pages are user memory
  call,         ///< may call a function that it is given
  store,        ///< puts a page into an object
  fill,         ///< stores what nobody knows where its argument points to
  answer,       ///< returns `answer`
  nothing,      ///< leaves pages, and pointers to them, alone
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

inline constexpr int kNone = -1;

/// Arguments are counted from 0; kNone: it has none such.
struct Callee {
  std::string name;  ///< `*` at its end: all that begin so
  Does does{};
  By by = By::get;
  Fails fails = Fails::never;
  int page = kNone;          ///< the page, iterator or object
  int pages = kNone;         ///< the array, or where its address is
  int count = kNone;         ///< how many pages
  int bytes = kNone;         ///< how many bytes
  int start = kNone;         ///< where the offset in the first page is stored
  int function = kNone;      ///< call: what is called, with the argument `page`
  bool makes_array = false;  ///< take_iterator: allocates the array where there is none
  bool zeroed = false;       ///< allocate: filled with zeros
  int answer = 0;            ///< answer: what is returned
  std::string source;        ///< where that can be read
};

/// Names of the words, for messages.
std::string_view name_of(Does);

/// Finds callees by name. Where files say different things of a name, the last one read counts.
class Callees {
 public:
  /// Throws InputError: an unknown word or key, an argument that is missing.
  void read(std::string_view text, const std::string& file);
  /// Null: nothing is said of it. Without the suffixes that kernels and compilers add.
  const Callee* find(std::string_view name) const;
  std::size_t size() const { return named_.size() + prefixes_.size(); }
  /// All that was read.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::map<std::string, Callee, std::less<>> named_;
  std::map<std::string, Callee, std::less<>> prefixes_;
};

/// `alloc_pages_noprof.4` -> `alloc_pages`.
std::string_view plain_name(std::string_view name);

/// What is shipped.
Callees shipped_callees();

}  // namespace pincheck::callee
