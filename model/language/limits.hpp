// SPDX-License-Identifier: MIT
// model/language: uses model/base; used by model/question.
// How large a scenario can be. Only here: widths of numbers, sets, tables and footprints follow,
// and so do the bytes of a world; the state that a search stores grows with the scenario alone.
#pragma once

#include <cstdint>
#include <type_traits>

namespace pincheck {

struct Limits {
  int pages;   ///< at most 15: see kNoPage and PipeBuffer
  int mms;     ///< address spaces; even, so that a page and its PTEs have no padding
  int pipes;   ///< sendfile's own included; at most 15
  int ring;    ///< buffers of a pipe
  int actors;  ///< at most 15: see Pipe::open
  int slots;   ///< pages one request can carry; at least as many as a ring has buffers
  int steps;   ///< of a program
};

/// What scenarios of the corpus need; small ones are searched fastest.
inline constexpr Limits kUsualLimits{
    .pages = 4, .mms = 2, .pipes = 2, .ring = 4, .actors = 5, .slots = 4, .steps = 250};
/// With -DPINCHECK_LARGE=ON: a world takes 388 bytes instead of 156, which costs an exhaustive
/// search of a small scenario 5 to 10 % of its time; its states take the same bytes. A scenario
/// whose parts need more than Layout::kMaxBits ends as one without memory.
inline constexpr Limits kLargeLimits{
    .pages = 8, .mms = 2, .pipes = 2, .ring = 4, .actors = 8, .slots = 8, .steps = 1000};
#ifdef PINCHECK_LARGE
inline constexpr Limits kLimits = kLargeLimits;
#else
inline constexpr Limits kLimits = kUsualLimits;
#endif

inline constexpr int kMaxPages = kLimits.pages;
inline constexpr int kMaxMms = kLimits.mms;
inline constexpr int kMaxPipes = kLimits.pipes;
inline constexpr int kRingSlots = kLimits.ring;
inline constexpr int kMaxActors = kLimits.actors;
inline constexpr int kMaxSlots = kLimits.slots;
inline constexpr int kMaxProgramSteps = kLimits.steps;
inline constexpr int kMaxThreads = 2 * kMaxActors;    ///< an actor and its completion
inline constexpr int kMaxProcesses = kMaxActors / 2;  ///< those of several actors
inline constexpr int kMaxChoices = 7 * kMaxThreads;   ///< enabled in one state
inline constexpr int kRoles = 4;                      ///< what a reference can be for: see Role
static_assert(kMaxPages <= 15 && kMaxPipes <= 15 && kMaxActors <= 15);
static_assert(kMaxMms % 2 == 0 && kRingSlots <= kMaxSlots);

/// The smallest type for numbers up to `most`.
template <int most>
using Number = std::conditional_t<(most < 256), std::uint8_t, std::uint16_t>;

/// A set of things with numbers below `size`, bit i for thing i.
template <int size>
using SetOf = std::conditional_t<(size <= 8), std::uint8_t,
                                 std::conditional_t<(size <= 16), std::uint16_t, std::uint32_t>>;

using PageSet = SetOf<kMaxPages>;
inline constexpr auto kAllPages = static_cast<PageSet>((1U << kMaxPages) - 1);
/// At least 16 bits: that is how searches store them.
using ThreadSet = std::conditional_t<(kMaxThreads <= 16), std::uint16_t, std::uint32_t>;
inline constexpr auto kAllThreads = static_cast<ThreadSet>(~ThreadSet{0});

/// Roles that can hold pins on one page at once come to no more; beyond a byte, `Page` has wider
/// fields.
inline constexpr int kMostPins = kMaxActors * kMaxSlots * kRoles;
inline constexpr bool kWidePages = kMostPins > 127;

}  // namespace pincheck
