// SPDX-License-Identifier: MIT
// model/machine: uses model/question; used by model/compile, properties.
// The state of a system in plain words, for tests: what a naive interpreter works on.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "model/language/event.hpp"

namespace pincheck::naive {

struct PageState {
  int ref = 0;
  int pins = 0;
  Backing backing = Backing::anon;
  int flags = 0;
  bool operator==(const PageState&) const = default;
};

struct Slot {
  std::optional<int> page;
  std::map<Role, Held> held;  ///< without those that hold nothing
  bool left_out = false;
  bool stale = false;   ///< ghost: the page was freed, or is somebody else's
  bool pinned = false;  ///< ghost: was pinned for this I/O
  bool operator==(const Slot&) const = default;
};

/// A reference that no request holds; `owner` is the address space or the pipe.
inline Reference whose(Reference::Kind kind, int page, int owner = 0, std::size_t place = 0) {
  return {kind, static_cast<std::uint8_t>(page), static_cast<std::uint8_t>(owner),
          static_cast<std::uint8_t>(place)};
}

/// What the actor's slot of that index holds in that role; nobody where it holds nothing.
inline Reference held_as(const Slot& slot, Role role, int page, int actor, int index) {
  const auto held = slot.held.find(role);
  if (held == slot.held.end()) return {};
  Reference found = whose(Reference::Kind::request, page, actor, static_cast<std::size_t>(index));
  found.role = role;
  found.held = held->second;
  return found;
}

struct RequestState {
  std::vector<Slot> slots;
  int count = 0;
  int flags = 0;
  bool operator==(const RequestState&) const = default;
};

struct Buffer {
  int page = 0;
  BufferOps ops = BufferOps::anon;
  bool operator==(const Buffer&) const = default;
};

struct PipeState {
  std::deque<Buffer> ring;  ///< the oldest first
  std::optional<int> tmp_page;
  bool locked = false;
  int readers = 0;
  int writers = 0;
  bool operator==(const PipeState&) const = default;
};

struct ThreadState {
  int pc = 0;
  int slot = 0;
  bool operator==(const ThreadState&) const = default;
};

struct State {
  std::vector<PageState> pages;
  std::vector<std::vector<int>> ptes;  ///< bits, by address space and page
  std::vector<RequestState> requests;
  std::vector<PipeState> pipes;
  std::vector<ThreadState> threads;
  std::vector<int> tasks;
  bool operator==(const State&) const = default;
};

/// The fast interpreter's world, unpacked.
inline State plain(const World& world) {
  State state;
  for (const Page& page : world.page)
    state.pages.push_back({page.ref, page.pins, page.backing, page.flags});
  for (const auto& mm : world.pte) {
    std::vector<int>& ptes = state.ptes.emplace_back();
    for (const Pte& pte : mm) ptes.push_back(pte.flags);
  }
  for (const Request& from : world.request) {
    RequestState request;
    request.count = from.count;
    request.flags = from.flags;
    for (int index = 0; index < kMaxSlots; ++index) {
      Slot slot;
      if (from.slot[index] != kNoPage) slot.page = from.slot[index];
      for (const Role role : {Role::array, Role::own, Role::cur, Role::creator})
        if (from.holds(index, role) != Held::none) slot.held[role] = from.holds(index, role);
      slot.left_out = (from.left_out >> index & 1) != 0;
      slot.stale = from.stale(index);
      slot.pinned = from.pinned_for_io(index);
      request.slots.push_back(slot);
    }
    state.requests.push_back(request);
  }
  for (const Pipe& from : world.pipe) {
    PipeState pipe;
    for (int k = 0; k < from.count; ++k)
      pipe.ring.push_back({from.ring[k].page(), from.ring[k].ops()});
    if (from.tmp_page != kNoPage) pipe.tmp_page = from.tmp_page;
    pipe.locked = from.locked != 0;
    pipe.readers = from.readers();
    pipe.writers = from.writers();
    state.pipes.push_back(pipe);
  }
  for (const Thread& thread : world.thread) state.threads.push_back({thread.pc, thread.slot});
  for (const std::uint8_t tasks : world.tasks) state.tasks.push_back(tasks);
  return state;
}

}  // namespace pincheck::naive
