// SPDX-License-Identifier: MIT
// model/machine: uses model/question; used by model/compile, properties.
// The kinds of part that a world is made of, in one list: what takes worlds apart, renames them or
// numbers what is in them goes by it (checker/explore/, footprints). A new kind is a struct like
// these, one more name in the list, and members of World; what is forgotten does not compile.
#pragma once

#include <tuple>
#include <type_traits>

#include "model/machine/machine.hpp"

namespace pincheck {

/// Where each page and each actor goes.
struct Renaming {
  std::array<std::uint8_t, kMaxPages> page{};
  std::array<std::uint8_t, kMaxActors> actor{};
  bool moves_pages = false;

  static Renaming identity();
  Renaming inverse() const;
  Request operator()(const Request&) const;
  Pipe operator()(const Pipe&) const;
  /// Moves the two bits of each actor's threads.
  ThreadSet threads(ThreadSet set) const;
  bool operator==(const Renaming&) const = default;
};

// Of each kind: kMax and count() say how many there can be and are; of() and put() take the part
// with that number out of a world and put it back; renamed() is what becomes of it, and place()
// where it goes. kResources are the pieces that footprints tell apart of it.

/// An actor's request, and where its two threads stand. Of these, footprints know the actor's own.
struct ActorPart {
  Request request;
  std::array<Thread, 2> thread;
  bool operator==(const ActorPart&) const = default;

  static constexpr int kMax = kMaxActors;
  static constexpr int kResources = 0;
  static int count(const System& system) { return system.actors; }
  static ActorPart of(const World& world, int actor) {
    const int first = 2 * actor;
    return {world.request[actor], {world.thread[first], world.thread[first + 1]}};
  }
  void put(World& world, int actor) const {
    world.request[actor] = request;
    for (int i = 0; i < 2; ++i) world.thread[2 * actor + i] = thread[i];
  }
  ActorPart renamed(const Renaming& to) const { return {to(request), thread}; }
  static int place(const Renaming& to, int actor) { return to.actor[actor]; }
  /// That its slots list.
  PageSet pages() const;
};

/// A page and its PTEs, which change together more often than not.
struct PagePart {
  Page page;
  std::array<Pte, kMaxMms> pte;  ///< by address space
  bool operator==(const PagePart&) const = default;

  static constexpr int kMax = kMaxPages;
  /// State bits, counters, whether a device touches it, who points at it by mistake, PTEs' bits.
  static constexpr int kResources = kPageFlagBits + 3 + kMaxMms * kPteFlagBits;
  static int count(const System& system) { return system.pages; }
  static PagePart of(const World& world, int page) {
    PagePart part{world.page[page], {}};
    for (int mm = 0; mm < kMaxMms; ++mm) part.pte[mm] = world.pte[mm][page];
    return part;
  }
  void put(World& world, int index) const {
    world.page[index] = page;
    for (int mm = 0; mm < kMaxMms; ++mm) world.pte[mm][index] = pte[mm];
  }
  PagePart renamed(const Renaming&) const { return *this; }
  static int place(const Renaming& to, int page) { return to.page[page]; }
};

struct PipePart {
  Pipe pipe;
  bool operator==(const PipePart&) const = default;

  static constexpr int kMax = kMaxPipes;
  static constexpr int kResources = 2;  ///< its lock and who has it open; its ring
  static int count(const System& system) { return system.pipes; }
  static PipePart of(const World& world, int pipe) { return {world.pipe[pipe]}; }
  void put(World& world, int index) const { world.pipe[index] = pipe; }
  PipePart renamed(const Renaming& to) const { return {to(pipe)}; }
  static int place(const Renaming&, int pipe) { return pipe; }
  /// Of its buffers, and the one kept for the next write.
  PageSet pages() const;
};

struct ProcessPart {
  std::uint8_t tasks;
  bool operator==(const ProcessPart&) const = default;

  static constexpr int kMax = kMaxProcesses;
  static constexpr int kResources = 1;
  static int count(const System& system) { return system.processes; }
  static ProcessPart of(const World& world, int process) { return {world.tasks[process]}; }
  void put(World& world, int process) const { world.tasks[process] = tasks; }
  ProcessPart renamed(const Renaming&) const { return *this; }
  static int place(const Renaming&, int process) { return process; }
};

/// The list. Actors come first and pages second; what follows has no order.
template <class... Part>
struct PartList {
  static constexpr int kKinds = sizeof...(Part);
  using All = std::tuple<Part...>;
  /// Numbers for parts of every kind, where there are as many as can be.
  static constexpr int kMost = (Part::kMax + ...);
  static constexpr int kBytes = ((Part::kMax * static_cast<int>(sizeof(Part))) + ...);
  static constexpr int kResources = ((Part::kMax * Part::kResources) + ...);

  /// Calls use(std::type_identity<Part>{}) for every kind.
  template <class Use>
  static void for_each(const Use& use) {
    (use(std::type_identity<Part>{}), ...);
  }
  /// Index of a kind in the list.
  template <class One>
  static constexpr int index_of() {
    int index = 0;
    bool found = false;
    ((found = found || std::is_same_v<One, Part>, index += found ? 0 : 1), ...);
    return index;
  }
  /// Pieces for footprints that the kinds before this one have.
  template <class One>
  static constexpr int resources_before() {
    int sum = 0;
    bool found = false;
    ((found = found || std::is_same_v<One, Part>, sum += found ? 0 : Part::kMax * Part::kResources),
     ...);
    return sum;
  }
};
using Parts = PartList<ActorPart, PagePart, PipePart, ProcessPart>;
static_assert(Parts::kBytes == sizeof(World), "every member of World is in one kind of part");
static_assert(Parts::index_of<ActorPart>() == 0 && Parts::index_of<PagePart>() == 1);

/// A system's parts as fields, numbered kind after kind.
class Fields {
 public:
  explicit Fields(const System& system) {
    int next = 0;
    Parts::for_each([&]<class Part>(std::type_identity<Part>) {
      first_[Parts::index_of<Part>()] = next;
      next += Part::count(system);
    });
    first_.back() = next;
  }
  int size() const { return first_.back(); }
  template <class Part>
  int first() const {
    return first_[Parts::index_of<Part>()];
  }
  template <class Part>
  int field(int index) const {
    return first<Part>() + index;
  }
  /// Calls use(std::type_identity<Part>{}, index) for the part that the field is of.
  template <class Use>
  decltype(auto) with(int field, const Use& use) const {
    return with_kind<0>(field, use);
  }

 private:
  template <int kind, class Use>
  decltype(auto) with_kind(int field, const Use& use) const {
    if constexpr (kind + 1 < Parts::kKinds)
      if (field >= first_[kind + 1]) return with_kind<kind + 1>(field, use);
    using Part = std::tuple_element_t<kind, Parts::All>;
    return use(std::type_identity<Part>{}, field - first_[kind]);
  }

  std::array<int, Parts::kKinds + 1> first_{};
};

/// The world with everything renamed.
World renamed(const World&, const Renaming& to);

}  // namespace pincheck
