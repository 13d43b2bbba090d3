// SPDX-License-Identifier: MIT
#include "checker/reproduce/faults.hpp"

#include <algorithm>
#include <array>

namespace pincheck::reproduce {
namespace {

struct Way {
  std::string_view step;  ///< how its name ends; "" for all with that outcome
  std::string_view outcome;
  std::string_view words;
};

constexpr std::string_view kAllocation =
    "user space cannot force this; fault injection can: failslab, fail_page_alloc";
constexpr std::string_view kDevice =
    "user space cannot force this; fault injection can: fail_make_request, dm-flakey, a failing "
    "server";
constexpr std::string_view kKill = "user space can: SIGKILL in that moment, which rounds may meet";

constexpr std::array kWays{
    Way{"", "no memory", kAllocation},
    Way{"", "no bio", kAllocation},
    Way{"", "I/O error", kDevice},
    Way{"/get-block", "error", kDevice},
    Way{"/add-request", "refused",
        "user space cannot force this; a server can: one that fails, or recalls a pNFS layout"},
    Way{"", "answers with an error", "user space can: a FUSE daemon that answers so"},
    Way{"", "verifier changed: resend", "a server can: one that restarts before the COMMIT"},
    Way{"", "lost: retransmit", "the network can: tc netem loss"},
    Way{"", "SIGKILL", kKill},
    Way{"", "killed", kKill},
    Way{"", "killed: cancelled", kKill},
    Way{"", "killed before the daemon read it", kKill},
    Way{"/add-page", "trimmed to the block size",
        "user space can: memory, or a pipe's buffers, that come up short of a block of the device"},
    Way{"/add-page", "refused", "a zoned device can: by its limit for zone appends"},
    Way{"/revert", "a page past i_size", "user space can: a file that ends before that page"},
    Way{"/move-to-pipe", "short read", "user space can: a file that ends before that page"},
    Way{"/get-block", "hole",
        "user space can: a file with a hole there; vfat has none, jfs and nilfs2 do"},
    Way{"/xas-load", "hole",
        "user space can: take the page out of the page cache first, which rounds may meet"},
    Way{"/gup-stop", "short", "user space can: leave that page of the memory unmapped"},
    Way{"/begin", "exits first", "user space can: exit before the call"},
    Way{"/lookup", "never called", "user space can: leave the call out"},
    Way{"/append-pipe", "ring full", "user space can: fill the pipe before"},
};

}  // namespace

std::string_view way_to(std::string_view step, std::string_view outcome) {
  const auto* const way = std::ranges::find_if(
      kWays, [&](const Way& one) { return step.ends_with(one.step) && outcome == one.outcome; });
  return way == kWays.end() ? "" : way->words;
}

}  // namespace pincheck::reproduce
