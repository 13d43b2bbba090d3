// SPDX-License-Identifier: MIT
// What must hold. One file per property: its definition, its monitor, its explanation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/ledger.hpp"
#include "model/machine.hpp"
#include "model/reads.hpp"
#include "model/scenario.hpp"

namespace pincheck {

/// An event with everything needed to talk about it.
struct Finding {
  const Scenario& scenario;
  const System& system;
  const World& world;  ///< at the moment of the event
  const Event& event;
  std::string function;  ///< kernel function of the step it happens in; empty at the end

  std::string page() const { return scenario.pages[event.page].name; }
  std::string actor() const { return scenario.actors[event.actor].name; }
  /// "the page cache, a PTE and dio's pin (extraction)": who holds the event's page, for people.
  std::string holders() const;
  /// "the page cache and a PTE still hold it".
  std::string still_held() const;
};

/// "the page cache", "a PTE", "dio's pin (extraction)": the reference's holder, for people.
std::string holder_name(const Scenario&, const Reference&);
/// "a, b and c".
std::string in_words(const std::vector<std::string>& items);

/// A kind of event that a property looks at, and what it reads of the world then. One that does not
/// say may read anything: searches do without reductions.
struct Watch {
  EventKind kind;
  std::optional<Reads> reads;

  Watch(EventKind looks_at) : kind(looks_at) {}  // NOLINT(google-explicit-constructor)
  Watch(EventKind looks_at, const Reads& what) : kind(looks_at), reads(what) {}
};

struct Property {
  std::string_view name;
  std::string_view code;        ///< at most 7 letters, for table cells
  std::string_view holds_when;  ///< the definition, one sentence
  bool ends_run;                ///< after it, the state means nothing any more (memory reused)
  std::vector<Watch> events;    ///< the kinds of events `violated` looks at
  bool (*violated)(const System&, const World&, const Event&);
  std::string (*explain)(const Finding&);
};

/// All properties, in the order they are reported. At most 32.
const std::vector<Property>& properties();
/// The index of a property, -1 if there is none of that name.
int property_index(std::string_view name);

/// What all of these read.
Watched watched_by(const std::vector<Property>&);
/// What properties() read.
const Watched& watched();

/// A set of properties, bit i for properties()[i].
using PropertySet = std::uint32_t;

/// Asks every property that looks at the event's kind; returns those it violates.
PropertySet violations(const System&, const World&, const Event&);
/// Adds what each event violates to `found`, which must outlive the observer.
Observer collecting(PropertySet& found);
/// Properties after whose violation a run means nothing.
PropertySet run_enders();

Property not_freed_while_pinned();
Property not_freed_while_in_use();
Property not_written_back_while_pinned();
Property stable_under_dma();
Property get_put_balanced();
Property pin_unpin_balanced();
Property pin_covers_io();
Property not_refused();
Property no_refcount_on_kernel_pages();
Property no_overflow();
Property dirty_not_lost();
Property no_dirty_after_clean();
Property freeze_sound();
Property no_late_pin();
Property completes();

// Pieces several properties use.

/// A device may be writing the page for some request right now; `pinned` says whether that
/// request holds a pin on it.
bool device_may_write(const System&, const World&, int page, bool pinned);
/// References on the page besides what `except`'s array role holds.
int holders(const System&, const World&, int page, int except = -1);
std::string counter(const Event&);
/// A release that is not the one for what was held, in one sentence.
std::string wrong_release(const Finding&);

}  // namespace pincheck
