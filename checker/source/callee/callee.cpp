// SPDX-License-Identifier: MIT
#include "checker/source/callee/callee.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "model/base/embedded.hpp"
#include "model/base/reader.hpp"

namespace pincheck::callee {
namespace {

const Words<Does> kDoes{{"take-array", Does::take_array},
                        {"take-iterator", Does::take_iterator},
                        {"take-page", Does::take_page},
                        {"take-new", Does::take_new},
                        {"take-batch", Does::take_batch},
                        {"drop-page", Does::drop_page},
                        {"drop-array", Does::drop_array},
                        {"drop-range", Does::drop_range},
                        {"drop-batch", Does::drop_batch},
                        {"drop-stored", Does::drop_stored},
                        {"allocate", Does::allocate},
                        {"free", Does::free},
                        {"find-page", Does::find_page},
                        {"set-count", Does::set_count},
                        {"add-count", Does::add_count},
                        {"drop-count", Does::drop_count},
                        {"same", Does::same},
                        {"has-page", Does::has_page},
                        {"contents", Does::contents},
                        {"next", Does::next},
                        {"init-array", Does::init_array},
                        {"make-table", Does::make_table},
                        {"iterator-is", Does::iterator_is},
                        {"iterator-kind", Does::iterator_kind},
                        {"make-iterator", Does::make_iterator},
                        {"count-iterator", Does::count_iterator},
                        {"revert-iterator", Does::revert_iterator},
                        {"call", Does::call},
                        {"store", Does::store},
                        {"keep", Does::keep},
                        {"list-empty", Does::list_empty},
                        {"fill", Does::fill},
                        {"answer", Does::answer},
                        {"nothing", Does::nothing}};
const Words<By> kBy{{"get", By::get}, {"pin", By::pin}, {"pin-user", By::user_pin}};
const Words<Kind> kKinds{{"ubuf", Kind::ubuf}, {"iovec", Kind::iovec},     {"bvec", Kind::bvec},
                         {"kvec", Kind::kvec}, {"folioq", Kind::folioq},   {"xarray", Kind::xarray},
                         {"pipe", Kind::pipe}, {"discard", Kind::discard}, {"user", Kind::user}};
const Words<Fails> kFails{{"never", Fails::never}, {"null", Fails::null}, {"error", Fails::error}};

/// Most arguments of a function.
constexpr int kArguments = 16;

/// Which arguments a callee must name.
struct Needs {
  bool page = false, pages = false, count = false, function = false;
};

Needs needs(Does does) {
  switch (does) {
    case Does::take_array:
    case Does::drop_array: return {.pages = true, .count = true};
    case Does::take_iterator: return {.page = true, .pages = true};
    case Does::take_page:
    case Does::drop_page:
    case Does::take_batch:
    case Does::drop_batch:
    case Does::drop_stored:
    case Does::free:
    case Does::set_count:
    case Does::add_count:
    case Does::drop_count:
    case Does::same:
    case Does::has_page:
    case Does::contents:
    case Does::next:
    case Does::iterator_is:
    case Does::iterator_kind:
    case Does::make_iterator:
    case Does::revert_iterator:
    case Does::keep:
    case Does::list_empty:
    case Does::fill: return {.page = true};
    case Does::drop_range:
    case Does::make_table:
    case Does::count_iterator:
    case Does::init_array: return {.page = true, .count = true};
    case Does::call: return {.page = true, .function = true};
    case Does::store: return {.page = true, .pages = true};
    case Does::take_new:
    case Does::find_page:
    case Does::allocate:
    case Does::answer:
    case Does::nothing: return {};
  }
  return {};
}

bool takes_or_drops(Does does) { return does <= Does::drop_stored; }

int argument(Reader& reader, std::string_view key, bool needed) {
  if (!reader.has(key)) {
    if (needed) reader.fail("", fmt::format("'{}' is missing: which argument is it?", key));
    return kNone;
  }
  return static_cast<int>(reader.integer_or(key, kNone, 0, kArguments - 1));
}

/// "6.3".
Version version_at(Reader& reader, std::string_view key, Version otherwise) {
  if (!reader.has(key)) return otherwise;
  const std::string text = reader.text(key);
  const std::size_t dot = text.find('.');
  std::uint32_t major = 0, minor = 0;
  const auto whole = [](std::string_view digits, std::uint32_t& out) {
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), out);
    return error == std::errc{} && end == digits.end() && out < 256;
  };
  if (dot == std::string::npos || !whole(std::string_view(text).substr(0, dot), major) ||
      !whole(std::string_view(text).substr(dot + 1), minor))
    reader.fail(key, fmt::format("'{}' is no version, expected one such as 6.3", text));
  return version_of(major, minor);
}

std::vector<Kind> kinds_of(Reader& reader) {
  std::vector<Kind> all;
  for (const std::string& name : reader.texts_or_none("kinds")) {
    const auto known = std::find_if(kKinds.begin(), kKinds.end(),
                                    [&](const auto& one) { return one.first == name; });
    if (known == kKinds.end()) reader.fail("kinds", fmt::format("'{}' is no kind", name));
    all.push_back(known->second);
  }
  if (all.empty()) reader.fail("", "'kinds' is missing, or empty");
  return all;
}

/// A `[[callee]]`, without its names.
Callee read_callee(Reader& reader) {
  Callee one;
  if (!reader.has("does")) reader.fail("", "'does' is missing");
  one.does = reader.word_or("does", Does::nothing, kDoes);
  const Needs need = needs(one.does);
  if (takes_or_drops(one.does)) one.by = reader.word_or("by", By::get, kBy);
  one.page = argument(reader, "page", need.page);
  one.pages = argument(reader, "pages", need.pages);
  one.count = argument(reader, "count", need.count);
  one.function = argument(reader, "function", need.function);
  if (one.does == Does::take_iterator) {
    one.bytes = argument(reader, "bytes", false);
    one.start = argument(reader, "start", false);
    one.makes_array = reader.boolean_or("makes-array", false);
  }
  if (one.does == Does::drop_array) one.skips_null = reader.boolean_or("skips-null", false);
  if (one.does == Does::store) one.bytes = argument(reader, "bytes", false);
  if (one.does == Does::allocate) {
    one.zeroed = reader.boolean_or("zeroed", false);
    one.flags = argument(reader, "flags", false);
  }
  if (one.does == Does::answer)
    one.answer = static_cast<int>(reader.integer_or("answer", 0, -4095, 1));
  if (one.does == Does::next || one.does == Does::init_array || one.does == Does::make_table) {
    one.size = static_cast<int>(reader.integer_or("size", 0, 1, 4096));
    one.last = static_cast<int>(reader.integer_or("last", 0, 0, 255));
    if (one.size == 0) reader.fail("", "'size' is missing: how many bytes has an element?");
  }
  if (one.does == Does::iterator_is || one.does == Does::make_iterator) {
    if (!reader.has("kind")) reader.fail("", "'kind' is missing: what is the iterator of?");
    one.kind = reader.word_or("kind", Kind::user, kKinds);
  }
  if (one.does == Does::iterator_kind) one.kinds = kinds_of(reader);
  one.fails = reader.word_or("fails", Fails::never, kFails);
  return one;
}

}  // namespace

std::string_view name_of(Does does) { return word(kDoes, does); }

std::string_view plain_name(std::string_view name) {
  name = name.substr(0, name.find('.'));
  // Fortified string functions are overloaded: _Z18fortify_memcpy_chkmmmmmh.
  constexpr std::string_view kOverloaded = "_Z";
  if (name.starts_with(kOverloaded)) {
    std::size_t length = 0;
    const auto [end, error] =
        std::from_chars(name.begin() + kOverloaded.size(), name.end(), length);
    if (error == std::errc{} && length <= static_cast<std::size_t>(name.end() - end))
      name = std::string_view(end, length);
  }
  constexpr std::string_view kProfiled = "_noprof";
  if (name.ends_with(kProfiled)) name.remove_suffix(kProfiled.size());
  return name;
}

void Callees::read(std::string_view text, const std::string& file) {
  text_ += text;
  const toml::table table = parse_toml(text, file);
  Reader reader(table, file, "a file of callees");
  reader.text("subsystem");
  const std::string source = reader.text("source");
  for (Reader& entry : reader.tables("callee")) {
    std::vector<std::string> names = entry.texts_or_none("names");
    if (names.empty()) entry.fail("", "'names' is missing, or empty");
    Callee one = read_callee(entry);
    one.source = entry.text_or("source", source);
    const Version since = version_at(entry, "since", 0);
    const Version before = version_at(entry, "before", kNewest);
    entry.finish();
    if (version_ < since || (version_ >= before && before != kNewest)) continue;
    for (const std::string& name : names) {
      one.name = name;
      if (!name.ends_with('*')) {
        named_[name] = one;
        continue;
      }
      if (one.does != Does::nothing)
        entry.fail("names", fmt::format("'{}': only what does nothing can be said of many", name));
      prefixes_[name.substr(0, name.size() - 1)] = one;
    }
  }
  reader.finish();
}

const Callee* Callees::find(std::string_view name) const {
  name = plain_name(name);
  if (const auto found = named_.find(name); found != named_.end()) return &found->second;
  // The longest prefix is just before the name, or a prefix of what is.
  for (auto next = prefixes_.upper_bound(name); next != prefixes_.begin();) {
    --next;
    if (name.starts_with(next->first)) return &next->second;
    if (next->first.empty() || next->first[0] != name[0]) break;
  }
  return nullptr;
}

Callees shipped_callees(Version version) {
  Callees out(version);
  constexpr std::string_view kFolder = "model/callees/";
  for (const EmbeddedFile& file : embedded_files())
    if (file.path.starts_with(kFolder) && file.path.ends_with(".toml"))
      out.read(file.text, std::string(file.path));
  return out;
}

}  // namespace pincheck::callee
