// SPDX-License-Identifier: MIT
// properties: uses model/machine; used by checker/search, checker/export.
// What must hold. One file per property: its definition (define.hpp). What is said of it when it is
// violated is in checker/explain/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/language/reads.hpp"
#include "model/machine/ledger.hpp"
#include "model/machine/machine.hpp"
#include "properties/list.hpp"
#include "properties/observed.hpp"

namespace pincheck {

/// A kind of event that a property looks at, and what it reads of the world then. One that does not
/// say may read anything: searches do without reductions.
struct Watch {
  EventKind kind;
  std::optional<Reads> reads;

  Watch(EventKind looks_at) : kind(looks_at) {}  // NOLINT(google-explicit-constructor)
  Watch(EventKind looks_at, const Reads& what) : kind(looks_at), reads(what) {}
};

struct Property {
  PropertyId id{};
  std::string name = {};             ///< the id's, with dashes
  int place = 0;                     ///< where it is reported: after those of a lower one
  std::string_view code = {};        ///< at most 7 letters, for table cells
  std::string_view holds_when = {};  ///< the definition, one sentence
  bool ends_run = false;             ///< after it, the state means nothing any more (memory reused)
  std::vector<Watch> events = {};    ///< the kinds of events `violated` looks at
  bool (*violated)(const System&, const World&, const Event&) = nullptr;
  /// The decision by facts alone, which traces show, too; null where that takes the world.
  bool (*forbids)(const Observed&) = nullptr;
};

/// All properties, in the order of the list.
const std::vector<Property>& properties();
inline const Property& property_of(PropertyId id) { return properties()[index_of(id)]; }
/// The index of a property, -1 if there is none of that name.
int property_index(std::string_view name);

/// What all of these read.
Watched watched_by(const std::vector<Property>&);
/// What properties() read.
const Watched& watched();

/// Asks every property that looks at the event's kind; returns those it violates.
PropertySet violations(const System&, const World&, const Event&);
/// Asks those that decide by facts alone.
PropertySet violations(const Observed&);
/// Adds what each event violates to `found`, which must outlive the observer.
Observer collecting(PropertySet& found);
/// Properties after whose violation a run means nothing.
PropertySet run_enders();

// Pieces several properties use.

/// A device may be writing the page for some request right now; `pinned` says whether that
/// request holds a pin on it.
bool device_may_write(const System&, const World&, int page, bool pinned);
/// References on the page besides what `except`'s array role holds.
int holders(const System&, const World&, int page, int except = -1);

}  // namespace pincheck
