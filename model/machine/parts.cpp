// SPDX-License-Identifier: MIT
#include "model/machine/parts.hpp"

#include <numeric>

namespace pincheck {
namespace {

void add(PageSet& pages, int page) {
  if (page != kNoPage) pages = static_cast<PageSet>(pages | 1 << page);
}

}  // namespace

PageSet ActorPart::pages() const {
  PageSet pages = 0;
  for (const std::uint8_t page : request.slot) add(pages, page);
  return pages;
}

PageSet PipePart::pages() const {
  PageSet pages = 0;
  for (int k = 0; k < pipe.count; ++k) add(pages, pipe.ring[k].page());
  add(pages, pipe.tmp_page);
  return pages;
}

Renaming Renaming::identity() {
  Renaming same;
  std::iota(same.page.begin(), same.page.end(), std::uint8_t{0});
  std::iota(same.actor.begin(), same.actor.end(), std::uint8_t{0});
  return same;
}

Renaming Renaming::inverse() const {
  Renaming back = *this;
  for (std::size_t i = 0; i < page.size(); ++i) back.page[page[i]] = static_cast<std::uint8_t>(i);
  for (std::size_t i = 0; i < actor.size(); ++i)
    back.actor[actor[i]] = static_cast<std::uint8_t>(i);
  return back;
}

Request Renaming::operator()(const Request& request) const {
  Request result = request;
  for (std::uint8_t& slot : result.slot)
    if (slot != kNoPage) slot = page[slot];
  return result;
}

Pipe Renaming::operator()(const Pipe& pipe) const {
  Pipe result = pipe;
  for (int k = 0; k < pipe.count; ++k)
    result.ring[k] = PipeBuffer::make(page[pipe.ring[k].page()], pipe.ring[k].ops());
  if (pipe.tmp_page != kNoPage) result.tmp_page = page[pipe.tmp_page];
  return result;
}

ThreadSet Renaming::threads(ThreadSet set) const {
  ThreadSet result = 0;
  for (int a = 0; a < kMaxActors; ++a)
    result = static_cast<ThreadSet>(result | (set >> (2 * a) & 3) << (2 * actor[a]));
  return result;
}

World renamed(const World& world, const Renaming& to) {
  World result = world;
  Parts::for_each([&]<class Part>(std::type_identity<Part>) {
    for (int index = 0; index < Part::kMax; ++index)
      Part::of(world, index).renamed(to).put(result, Part::place(to, index));
  });
  return result;
}

}  // namespace pincheck
