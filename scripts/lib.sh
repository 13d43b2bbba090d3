# SPDX-License-Identifier: MIT
# What the scripts share; source it.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build_packages=(g++ cmake ninja-build librapidcheck-dev catch2 libfmt-dev libcli11-dev
  libtomlplusplus-dev nlohmann-json3-dev zlib1g-dev llvm-19-dev clang-19 libz3-dev
  libzstd-dev)

say() { printf 'pincheck: %s\n' "$*" >&2; }

# quietly COMMAND…: run the command, show its output only if it fails.
quietly() {
  local output status=0
  output=$("$@" 2>&1 </dev/null) || status=$?
  ((status == 0)) || printf '%s\n' "$output" >&2
  return "$status"
}

# need_packages PACKAGE…: install those Debian packages that are missing.
need_packages() {
  local package missing=() as_root=()
  for package in "$@"; do
    dpkg -s "$package" 2>&1 | grep '^Status: install ok installed' >/dev/null || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    as_root=(sudo)
    if ! command -v sudo >/dev/null; then
      say "please install these packages as root: ${missing[*]}"
      return 1
    fi
  fi
  say "installing ${missing[*]}"
  quietly "${as_root[@]}" apt-get update
  quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "${missing[@]}"
}

# configure PRESET
configure() { quietly cmake --preset "$1"; }

# build PRESET [TARGET…]: configure and build; without targets, everything.
build() {
  local preset=$1
  shift
  say "building ${*:-everything} ($preset)"
  configure "$preset"
  quietly cmake --build --preset "$preset" ${1:+--target "$@"} -- --quiet
}
