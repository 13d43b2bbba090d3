// SPDX-License-Identifier: MIT
// model/language: uses model/base; used by model/question.
// How the bits of pages, PTEs and requests are called: in sentences, in stories, in exported
// models.
#pragma once

#include <array>
#include <string_view>

#include "model/language/world.hpp"

namespace pincheck {

struct FlagName {
  std::uint16_t bit = 0;
  std::string_view variable;   ///< a name in Promela and Murphi
  std::string_view is;         ///< "the page is ..."
  std::string_view set{};      ///< what a story says when it comes; empty: nothing
  std::string_view cleared{};  ///< and when it goes
};

inline constexpr std::array<FlagName, kPageFlagBits> kPageFlagNames{{
    {kLocked, "locked", "locked", "locked", "unlocked"},
    {kDirty, "dirty", "dirty", "dirty", "clean"},
    {kWriteback, "writeback", "under writeback", "writeback", "writeback ended"},
    {kPrivate, "buffers", "with buffers", "buffers", "buffers stripped"},
    {kCached, "cached", "in the page cache", "cached", "out of the cache"},
    {kIsolated, "isolated", "isolated from the LRU", "isolated", "back on the LRU"},
    {kFree, "free", "free", "FREED", "allocated"},
    {kBuffersFs, "needs_buffers", "of a file system with buffers"},
    {kStable, "stable_writes", "of a mapping with stable writes"},
    {kUnsaved, "unsaved", "not written back", "unsaved data", "data on its way"},
    {kLookedAt, "looked_at", "looked at by reclaim"},
}};

inline constexpr std::array<FlagName, kPteFlagBits> kPteFlagNames{{
    {kMapped, "mapped", "mapped", "mapped", "unmapped"},
    {kPteWritable, "writable", "mapped writable", "PTE writable", "PTE read-only"},
    {kPteDirty, "pte_dirty", "dirty in its PTE"},
    {kNoVma, "no_vma", "without a VMA"},
}};

inline constexpr std::array<FlagName, kRequestFlagBits> kRequestFlagNames{{
    {kSubmitted, "submitted", "submitted"},
    {kDeviceDone, "device_done", "done with by the device"},
    {kCompleted, "completed", "completed"},
    {kFailed, "failed", "failed"},
    {kRefused, "refused", "refused"},
    {kKilled, "killed", "killed"},
    {kReturned, "returned", "back in user space"},
    {kIoError, "io_error", "ended by an I/O error"},
    {kCancelled, "cancelled", "cancelled"},
    {kDest, "dest", "a read"},
    {kDeferred, "deferred", "deferred"},
    {kSent, "sent", "sent"},
    {kUserBacked, "user_backed", "from user memory"},
    {kScheduled, "scheduled", "scheduled"},
}};

/// Each bit has a name, in the order of the bits.
template <std::size_t N>
constexpr bool names_all(const std::array<FlagName, N>& all) {
  for (std::size_t i = 0; i < N; ++i)
    if (all[i].bit != 1U << i || all[i].variable.empty() || all[i].is.empty()) return false;
  return true;
}
static_assert(names_all(kPageFlagNames), "a page flag without a name");
static_assert(names_all(kPteFlagNames), "a PTE's flag without a name");
static_assert(names_all(kRequestFlagNames), "a request's flag without a name");

}  // namespace pincheck
