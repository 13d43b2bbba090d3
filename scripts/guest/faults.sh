# SPDX-License-Identifier: MIT
# The job `faults`: runs the programs of corpus/source/proofs on a kernel in which one allocation after
# the other fails, and holds what each failure leaves against the finding that the program names.
. scripts/guest/custom.sh

# install_proofs KERNEL: the programs, and the device of ours that one of them needs.
install_proofs() {
  local folder=$work/$1 proof module
  module=$PWD/$folder/nulltee
  rm -rf "$module"
  cp -r scripts/guest/nulltee "$module"
  quietly make -C "$built" M="$module" modules
  cp "$module/nulltee.ko" "$folder/root/modules/"
  mkdir -p "$folder/root/proofs"
  for proof in "${proofs[@]}"; do
    compile "$folder/root/proofs/$(basename "$proof" .c)" "$proof"
  done
  cat >"$folder/root/job" <<'JOB'
mount -t debugfs debugfs /sys/kernel/debug
insmod /modules/nulltee.ko
for proof in /proofs/*; do
  name=${proof##*/}
  timeout 120 "$proof" >"/out/$name.said" 2>&1 || echo "FAILED $name: status $?" >>"/out/$name.said"
done
JOB
}

# judge_proof KERNEL PROOF: what is predicted and what was seen, side by side.
judge_proof() {
  local name finding status=0
  name=$(basename "$2" .c)
  finding=$(sed -n 's|^// Finding: ||p' "$2")
  # FILE FUNCTION KIND
  "$pincheck" scan --tree "$tree" "${headers[@]}" --cache build/scan/cache --json \
    --function "$(cut -d ' ' -f 2 <<<"$finding")" "${finding%% *}" >"$work/$1/$name.json" || status=$?
  ((status <= 1)) || return "$status"
  # shellcheck disable=SC2086 # several words
  python3 scripts/guest/faults.py "$built/vmlinux" "$work/$1/$name.json" "$work/$1/out/$name.said" \
    $finding
}

faults() {
  local kernel tree headers built proof status=0 proofs=("${cases[@]}")
  ((${#proofs[@]})) || proofs=(corpus/source/proofs/*.c)
  custom_kernel "$1"
  make_root "$kernel"
  install_proofs "$kernel"
  boot "$kernel"
  for proof in "${proofs[@]}"; do
    judge_proof "$kernel" "$proof" || status=1
  done
  return "$status"
}
