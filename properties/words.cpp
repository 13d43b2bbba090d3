// SPDX-License-Identifier: MIT
#include "properties/words.hpp"

#include <fmt/format.h>

#include <array>

namespace pincheck {

std::string holder_name(const Scenario& scenario, const Reference& held) {
  static constexpr std::array<std::string_view, kRoles> kRoleNames{
      "extraction", "the request's own", "cur_page", "the creator's"};
  switch (held.kind) {
    case Reference::Kind::cache:
      return scenario.pages[held.page].backing == Backing::kernel ? "the slab" : "the page cache";
    case Reference::Kind::kernel: return "the kernel itself";
    case Reference::Kind::pte: return "a PTE";
    case Reference::Kind::buffers: return "its buffers";
    case Reference::Kind::ring: return "a pipe buffer";
    case Reference::Kind::tmp_page: return "a pipe's tmp_page";
    case Reference::Kind::request:
    case Reference::Kind::nobody: break;
  }
  const ActorSpec& actor = scenario.actors[held.owner];
  std::string what = fmt::format("{}'s {}", actor.name, held.held == Held::pin ? "pin" : "get");
  if (actor.caller.empty()) return what;
  return fmt::format("{} ({})", what, kRoleNames[static_cast<int>(held.role)]);
}

std::string in_words(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const char* before = i == 0 ? "" : i + 1 == items.size() ? " and " : ", ";
    out += before + items[i];
  }
  return out;
}

}  // namespace pincheck
