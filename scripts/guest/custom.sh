# SPDX-License-Identifier: MIT
# A kernel of our own configuration, for the jobs that need one.

# custom_kernel VERSION: Debian's source of that series built with page-ref.config and faults.config,
# once for each source and configuration; goes on where it was interrupted. Sets kernel to its name,
# built to the folder with its objects, and what kernel_tree does.
custom_kernel() {
  local configs=(scripts/guest/{page-ref,faults}.config)
  need_packages bc bison flex libelf-dev libssl-dev make
  kernel_tree "$1"
  kernel=page-ref-$(apt-cache show "linux-source-$1" | awk '$1 == "Version:" { print $2; exit }')
  built=$PWD/$work/linux-source-$1/page-ref
  ! cmp -s <(cat "${configs[@]}") "$work/$kernel/config" || return 0
  say "building a kernel of linux-source-$1 (about 20 minutes on two idle cores)"
  mkdir -p "$built" "$work/$kernel/boot"
  quietly make -C "$tree" O="$built" tinyconfig
  quietly "$tree/scripts/kconfig/merge_config.sh" -m -O "$built" "$built/.config" "${configs[@]}"
  quietly make -C "$built" olddefconfig
  quietly make -C "$built" -j "$(nproc)" bzImage modules
  rm -f "$work/$kernel"/boot/*
  cp "$built/arch/x86/boot/bzImage" \
    "$work/$kernel/boot/vmlinuz-$(make -s -C "$built" kernelrelease)"
  cat "${configs[@]}" >"$work/$kernel/config"
}
