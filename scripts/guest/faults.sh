# SPDX-License-Identifier: MIT
# The job `faults`: runs the programs of corpus/source/proofs on a kernel in which one allocation after
# the other fails, and holds what each failure leaves against the finding that the program names. One
# that names what was read, and not found, makes its own prediction, and no allocation fail.
. scripts/guest/custom.sh

# install_device KERNEL: the device of ours that a program needs.
install_device() {
  local folder=$work/$1 module
  module=$PWD/$folder/nulltee
  rm -rf "$module"
  cp -r scripts/guest/nulltee "$module"
  quietly make -C "$built" M="$module" modules
  cp "$module/nulltee.ko" "$folder/root/modules/"
  cat >"$folder/root/job" <<'JOB'
mount -t debugfs debugfs /sys/kernel/debug
insmod /modules/nulltee.ko
timeout 120 proof >/out/said 2>&1 || echo "FAILED with status $?" >>/out/said
JOB
}

# try_proof KERNEL PROOF: what is predicted and what was seen, side by side. Each in a guest of its
# own, for some leave a kernel that does not live long.
try_proof() {
  local finding said=$work/$1/out/said status=0
  compile "$work/$1/root/bin/proof" "$2"
  boot "$1" || return 1
  finding=$(sed -n 's|^// Finding: ||p' "$2")
  if [[ -z $finding ]]; then
    sed -n 's|^// Read: \([^ ]*\) \([^ ]*\) |\1: \2(): |p' "$2"
    cat "$said"
    grep 'as predicted' "$said" >/dev/null && ! grep -E 'DIFFERENT|FAILED' "$said" >/dev/null
    return
  fi
  # FILE FUNCTION KIND
  "$pincheck" scan --tree "$tree" "${headers[@]}" --cache build/scan/cache --json \
    --function "$(cut -d ' ' -f 2 <<<"$finding")" "${finding%% *}" >"$work/$1/scan.json" || status=$?
  ((status <= 1)) || return "$status"
  # shellcheck disable=SC2086 # several words
  python3 scripts/guest/faults.py "$built/vmlinux" "$work/$1/scan.json" "$said" $finding
}

faults() {
  local kernel tree headers built proof status=0 proofs=("${cases[@]}")
  local guest_devices boot_limit=300
  ((${#proofs[@]})) || proofs=(corpus/source/proofs/*.c)
  custom_kernel "$1"
  make_root "$kernel"
  install_device "$kernel"
  truncate -s 64M "$work/$kernel/nvme"
  # With metadata of its own, apart from the data.
  guest_devices=(-drive "file=$work/$kernel/nvme,format=raw,if=none,id=disk"
    -device nvme,id=nvme,serial=guest -device "nvme-ns,bus=nvme,drive=disk,ms=64,mset=0")
  for proof in "${proofs[@]}"; do
    try_proof "$kernel" "$proof" || status=1
  done
  return "$status"
}
