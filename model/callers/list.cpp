// SPDX-License-Identifier: MIT
#include "model/callers/caller.hpp"

namespace pincheck {

// Each is in the file of its name; NFS's two are in one.
Caller bio();
Caller legacy();
Caller nfs_read();
Caller nfs_write();
Caller fuse();
Caller ceph();
Caller tcp();

const std::vector<Caller>& callers() {
  static const std::vector<Caller> all{
      bio(), legacy(), nfs_read(), nfs_write(), fuse(), ceph(), tcp(),
  };
  return all;
}

const Caller* find_caller(std::string_view name) {
  for (const Caller& caller : callers())
    if (caller.name == name) return &caller;
  return nullptr;
}

}  // namespace pincheck
