// SPDX-License-Identifier: MIT
#include "model/iterators/kind.hpp"

namespace pincheck {

// Each is in the file of its name.
Kind ubuf();
Kind iovec();
Kind bvec();
Kind kvec();
Kind xarray();
Kind pipe();
Kind folioq();
Kind discard();

Kinds linux_kinds() {
  return {
      ubuf(), iovec(), bvec(), kvec(), xarray(), pipe(), folioq(), discard(),
  };
}

const Kind* find_kind(const Kinds& kinds, std::string_view name) {
  for (const Kind& kind : kinds)
    if (kind.name == name) return &kind;
  return nullptr;
}

}  // namespace pincheck
