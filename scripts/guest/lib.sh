# SPDX-License-Identifier: MIT
# Guests: kernels, what they boot with, and what they leave behind; source it after scripts/lib.sh.
#
# A kernel has a folder $work/NAME with boot/vmlinuz-RELEASE and its modules, if it has any. A job
# puts programs and a script `job` into $work/NAME/root; the script runs in the guest once its file
# systems are mounted, and what it leaves in /out is in $work/NAME/out afterwards.

guest_packages=(busybox-static cpio dosfstools e2fsprogs gcc jq kmod libc6-dev linux-libc-dev
  qemu-system-x86 xz-utils zstd)

work=build/kernel
boot_limit=600    # seconds; a guest that takes longer hangs (an idle machine needs 100)
guest_memory=512  # MiB
guest_devices=()  # what else qemu is told
# Parameters of the block devices that answer late.
slow_device=(irqmode=2 completion_nsec=400000000 memory_backed=1 gb=1 nr_devices=3)

# With their dependencies; what a kernel has built in is passed over.
modules=(virtio_pci virtio_blk fuse vfat nls_cp437 nls_ascii nls_iso8859-1 nls_utf8 nfsd nfsv4)
# Loaded with slow_device.
slow_module=null_blk

# newest VERSION: the name of the newest kernel package of that series.
newest() {
  apt-cache search --names-only "^linux-image-${1/./\\.}\\.[0-9].*-cloud-amd64$" | cut -d ' ' -f 1 |
    sort -V | tail -n 1
}

# unpack PACKAGE [FOLDER]: Debian's package into $work/PACKAGE, or $work/FOLDER, once.
unpack() {
  local package=$1 folder=$work/${2:-$1}
  [[ ! -e $folder/unpacked ]] || return 0
  say "downloading $package"
  rm -rf "$folder"
  mkdir -p "$folder"
  (cd "$folder" && quietly timeout 600 apt-get download "$package" && quietly dpkg -x ./*.deb . &&
    rm ./*.deb && touch unpacked)
}

# debian_kernel VERSION: Debian's newest kernel of that series; sets kernel to its name.
debian_kernel() {
  kernel=$(newest "$1")
  [[ -n $kernel ]] || { say "no kernel package for $1; apt-get update?"; return 1; }
  unpack "$kernel" || return 1
  [[ -e $work/$kernel/lib/modules/${kernel#linux-image-}/modules.dep ]] ||
    quietly depmod -b "$work/$kernel" "${kernel#linux-image-}"
}

# kernel_tree VERSION: Debian's sources and headers of that series; sets tree to the folder of the
# sources, and headers to what `pincheck scan` is told of the others.
kernel_tree() {
  local version=$1 package flavour image source_package=linux-source-$1
  need_packages "${build_packages[@]}" xz-utils
  unpack "$source_package"
  tree=$work/$source_package/tree
  if [[ ! -e $tree/unpacked ]]; then
    say "unpacking the sources of $version"
    mkdir -p "$tree"
    tar -xJf "$work/$source_package/usr/src/$source_package.tar.xz" -C "$tree" --strip-components=1
    touch "$tree/unpacked"
  fi
  # Debian's names of headers and images come from one package, whose version the sources have.
  image=$(newest "$version")
  headers=()
  for flavour in common amd64; do
    package=${image/linux-image/linux-headers}
    package=${package/cloud-amd64/$flavour}
    unpack "$package"
    headers+=(--headers "$work/$package/usr/src/$package")
  done
}

# release KERNEL: what `uname -r` says there.
release() {
  local image
  image=$(echo "$work/$1"/boot/vmlinuz-*)
  echo "${image##*/vmlinuz-}"
}

# copy_modules KERNEL FOLDER: the modules that guests need, in the order of loading.
copy_modules() {
  local module file name
  for module in "${modules[@]}" "$slow_module"; do
    modprobe -d "$work/$1" -S "$(release "$1")" --show-depends "$module" 2>/dev/null || true
  done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r file; do
    name=$(basename "${file%.xz}")
    if [[ $file == *.xz ]]; then xz -dc "$file" >"$2/$name"; else cp "$file" "$2/$name"; fi
    echo "$name"
  done >"$2/order.all"
  { grep -v "^$slow_module" "$2/order.all" || true; } >"$2/order"
}

# compile PROGRAM SOURCE: statically, as programs in a guest are.
compile() { quietly gcc -std=gnu17 -O2 -Wall -Wextra -Werror -static -pthread -o "$1" "$2"; }

# make_root KERNEL: what every guest has, in $work/KERNEL/root.
make_root() {
  local root=$work/$1/root
  rm -rf "$root"
  mkdir -p "$root"/{bin,modules,out}
  cp scripts/guest/init "$root/init"
  cp /bin/busybox "$root/bin/busybox"
  compile "$root/bin/pinserve" scripts/guest/pinserve.c
  copy_modules "$1" "$root/modules"
  echo "${slow_device[*]}" >"$root/modules/slow_device"
  truncate -s 8M "$root"/slow.{vfat,ext2}
  quietly mkfs.vfat "$root/slow.vfat"
  quietly mke2fs -q -F -t ext2 "$root/slow.ext2"
}

# boot KERNEL: run its guest, and fetch what it leaves. Never KVM: it may be there and yet not run
# a stock kernel. Fails when the guest does not finish in time.
boot() {
  local folder=$work/$1 drives=() disk
  (cd "$folder/root" && find . | cpio --quiet -o -H newc | gzip -1) >"$folder/initramfs"
  rm -rf "$folder"/disk.* "$folder/out" "$folder/console"
  truncate -s 64M "$folder"/disk.{ext4,raw,vfat}
  truncate -s 4G "$folder/disk.out"
  quietly mke2fs -q -F -t ext4 "$folder/disk.ext4"
  quietly mkfs.vfat "$folder/disk.vfat"
  for disk in ext4 raw vfat out; do
    drives+=(-drive "file=$folder/disk.$disk,format=raw,if=virtio,cache=unsafe")
  done
  say "booting $(release "$1")"
  if ! quietly timeout "$boot_limit" qemu-system-x86_64 -M q35 -accel tcg,thread=multi \
    -cpu max,-vmx,-svm,-la57 -smp 2 -m "$guest_memory" -nodefaults -display none -no-reboot \
    -serial "file:$folder/console" "${drives[@]}" "${guest_devices[@]}" -kernel "$folder"/boot/vmlinuz-* \
    -initrd "$folder/initramfs" -append \
    "console=ttyS0 quiet panic=-1 nokaslr ${slow_device[*]/#/null_blk.}" </dev/null ||
    ! grep -q '^FINISHED' "$folder/console"; then
    say "the guest did not finish in $boot_limit s; see $folder/console"
    return 1
  fi
  mkdir "$folder/out"
  tar -xf "$folder/disk.out" -C "$folder/out"
  rm "$folder/disk.out"
}
