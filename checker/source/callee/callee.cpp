// SPDX-License-Identifier: MIT
#include "checker/source/callee/callee.hpp"

#include <fmt/format.h>

#include "model/base/embedded.hpp"

namespace pincheck::callee {
namespace {

const Words<Does> kDoes{{"take-array", Does::take_array},
                        {"take-iterator", Does::take_iterator},
                        {"take-page", Does::take_page},
                        {"take-new", Does::take_new},
                        {"drop-page", Does::drop_page},
                        {"drop-array", Does::drop_array},
                        {"drop-range", Does::drop_range},
                        {"allocate", Does::allocate},
                        {"free", Does::free},
                        {"same", Does::same},
                        {"user-backed", Does::user_backed},
                        {"call", Does::call},
                        {"store", Does::store},
                        {"fill", Does::fill},
                        {"answer", Does::answer},
                        {"nothing", Does::nothing}};
const Words<By> kBy{{"get", By::get}, {"pin", By::pin}, {"pin-user", By::user_pin}};
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
    case Does::free:
    case Does::same:
    case Does::user_backed:
    case Does::fill: return {.page = true};
    case Does::drop_range: return {.page = true, .count = true};
    case Does::call: return {.page = true, .function = true};
    case Does::store: return {.page = true, .pages = true};
    case Does::take_new:
    case Does::allocate:
    case Does::answer:
    case Does::nothing: return {};
  }
  return {};
}

bool takes_or_drops(Does does) { return does <= Does::drop_range; }

int argument(Reader& reader, std::string_view key, bool needed) {
  if (!reader.has(key)) {
    if (needed) reader.fail("", fmt::format("'{}' is missing: which argument is it?", key));
    return kNone;
  }
  return static_cast<int>(reader.integer_or(key, kNone, 0, kArguments - 1));
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
  if (one.does == Does::allocate) one.zeroed = reader.boolean_or("zeroed", false);
  if (one.does == Does::answer)
    one.answer = static_cast<int>(reader.integer_or("answer", 0, -4095, 1));
  one.fails = reader.word_or("fails", Fails::never, kFails);
  return one;
}

}  // namespace

std::string_view name_of(Does does) { return word(kDoes, does); }

std::string_view plain_name(std::string_view name) {
  name = name.substr(0, name.find('.'));
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
    entry.finish();
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

Callees shipped_callees() {
  Callees out;
  constexpr std::string_view kFolder = "model/callees/";
  for (const EmbeddedFile& file : embedded_files())
    if (file.path.starts_with(kFolder) && file.path.ends_with(".toml"))
      out.read(file.text, std::string(file.path));
  return out;
}

}  // namespace pincheck::callee
