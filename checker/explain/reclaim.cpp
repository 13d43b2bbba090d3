// SPDX-License-Identifier: MIT
// Reclaim's tests, and what happened behind their back.
#include <fmt/format.h>

#include "checker/explain/explanations.hpp"

namespace pincheck::explain {
namespace {

/// What folio_maybe_dma_pinned() looked at in that step.
std::string pin_count(const Case& c, int number, int page) {
  const Page& then = c.step(number).before.page[page];
  if (c.system.large(page)) return fmt::format("_pincount was {}", then.pins);
  return fmt::format("the count was {}, a pin makes it {} at least", then.ref,
                     c.system.arithmetic.bias);
}

/// What the one who dirties the page has on it, and why the test did not see that.
std::string seen_by_test(const Case& c, const story::Holder& one, int check) {
  if (one.since > check && check != 0) return c.acquisition(one) + ", after that test";
  const std::string took = c.acquisition(one);
  if (one.what.held == Held::get)
    return took + (check == 0 ? ", which that test would not have seen"
                              : ": to that test it is a reference like any other");
  return took + (check == 0 ? ", which that test would have seen" : "");
}

Lines why_dirty_without_buffers(const Case& c) {
  const int page = c.event.page;
  const int strip = c.last_cleared(c.now(), page, kPrivate);
  if (strip == 0) return {};
  const int stripper = c.step(strip).choice.thread;
  const auto by_stripper = [&](int n) { return c.step(n).choice.thread == stripper; };
  Lines lines;
  const int kept = c.last(c.now(), [&](int n) {
    return n > strip && by_stripper(n) && c.asked(n + 1, stripper, page, Ask::ref_is) == n;
  });
  if (kept != 0)
    lines.push_back(
        fmt::format("{} found a count of {}, not of {}, and kept the page: without "
                    "its buffers",
                    c.call(kept), c.step(kept).before.page[page].ref, 1 + c.system.nr_pages(page)));
  lines.push_back(fmt::format("{} stripped the buffers", c.call_by(strip)));
  const int check = c.asked(strip, stripper, page, Ask::maybe_pinned);
  if (check != 0)
    lines.push_back(fmt::format("{} had said no: {}", c.call(check), pin_count(c, check, page)));
  else
    lines.push_back(
        fmt::format("{} did not ask folio_maybe_dma_pinned() before it did", c.thread(stripper)));
  const auto own = Case::of_request(c.held(), c.event.actor);
  for (const story::Holder& one : own) lines.push_back(seen_by_test(c, one, check));
  if (own.empty())
    lines.push_back(fmt::format("{} has no reference of its own to page {}", c.actor(c.event.actor),
                                c.page(page)));
  const int looked = c.asked(strip, stripper, page, Ask::page_has, kDirty);
  const int cleaned = c.last_cleared(strip, page, kDirty);
  if (looked != 0 && cleaned != 0)
    lines.push_back(
        fmt::format("{} found it clean: {} had cleaned it", c.call(looked), c.call_by(cleaned)));
  return lines;
}

Lines why_pinned_late(const Case& c) {
  const int page = c.event.page;
  const int now = c.now();
  const int check = c.last_set(now, page, kLookedAt);
  if (check == 0) return {};
  const int reclaim = c.step(check).choice.thread;
  Lines lines;
  lines.push_back(fmt::format("{} took its pin, {}, without a PTE", c.call(now), counter(c.event)));
  lines.push_back(fmt::format("{} by {} had said no: {}", c.call(check), c.thread(reclaim),
                              pin_count(c, check, page)));
  const int unmapped = c.last_unmapped(check, page);
  if (unmapped != 0)
    lines.push_back(fmt::format("{} had taken the PTE away, so that no new pin could come that way",
                                c.call(unmapped)));
  std::vector<story::Holder> source = c.before(now, page);
  std::erase_if(source, [&](const story::Holder& one) {
    const bool request = one.what.kind == Reference::Kind::request;
    return request ? one.what.owner != c.event.actor : one.what.kind != Reference::Kind::ring;
  });
  if (!source.empty())
    lines.push_back(fmt::format("it has the struct page through {}, which that test cannot see",
                                Case::held_by(source)));
  return lines;
}

std::string dirtied_stripped(const Case& c) {
  return fmt::format(
      "{} dirties page {}, whose buffers were stripped: ext4_dirty_folio() warns, and writeback "
      "skips the page, so the data is lost",
      c.actor(), c.page());
}

std::string pinned_late(const Case& c) {
  return fmt::format(
      "{}() by {} pins page {} from its struct page, after reclaim found it unmapped and unpinned "
      "and before reclaim unlocks it: reclaim's test looked too early",
      c.function(), c.actor(), c.page());
}

}  // namespace

const Words words::no_dirty_after_clean{dirtied_stripped, why_dirty_without_buffers};
const Words words::no_late_pin{pinned_late, why_pinned_late};

}  // namespace pincheck::explain
