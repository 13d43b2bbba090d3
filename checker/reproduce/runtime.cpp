// SPDX-License-Identifier: MIT
#include "checker/reproduce/runtime.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include "checker/reproduce/helpers.hpp"

namespace pincheck::reproduce {
namespace {

constexpr std::string_view kIncludes = R"(#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
)";

std::vector<Helper> all_helpers() {
  auto all = helpers_to_prepare();
  const auto more = helpers_to_act();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

bool part_of_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Whether code calls the function, or passes it on as the last argument, or names the struct.
bool uses(std::string_view code, std::string_view name) {
  const std::string_view after = name.starts_with("struct ") ? " *" : "()";
  for (auto at = code.find(name); at != std::string_view::npos; at = code.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || !part_of_word(code[at - 1]);
    if (begins && end < code.size() && after.find(code[end]) != std::string_view::npos) return true;
  }
  return false;
}

std::string without_comments(std::string_view code) {
  std::string out;
  while (!code.empty()) {
    const std::size_t comment = std::min(code.find("//"), code.size());
    out += code.substr(0, comment);
    code.remove_prefix(std::min(code.find('\n', comment), code.size()));
  }
  return out;
}

}  // namespace

std::string_view includes() { return kIncludes; }

std::string helpers_for(const std::string& code) {
  static const std::vector<Helper> all = all_helpers();
  std::string out;
  std::string users = without_comments(code);
  // Helpers use only what stands before them.
  std::for_each(all.rbegin(), all.rend(), [&](const Helper& helper) {
    if (!uses(users, helper.name)) return;
    out.insert(0, helper.text);
    users += without_comments(helper.text);
  });
  return out;
}

}  // namespace pincheck::reproduce
