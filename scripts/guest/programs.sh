# SPDX-License-Identifier: MIT
# The job `programs`: runs the programs of counterexamples on Debian's kernel, each under tracing,
# and looks in each trace for the path that the program says it drives.

# make_programs KERNEL: compiled, with the list of them; why there is none beside where one should be.
make_programs() {
  local folder=$work/$1 file name source targets
  rm -rf "$folder/programs"
  mkdir -p "$folder/programs" "$folder/root/programs"
  for file in "${files[@]}"; do
    name=$(basename "$file" .toml)
    source=$folder/programs/$name.c
    "$pincheck" reproduce "$file" -o "$source" 2>"$folder/programs/$name.refused" || continue
    compile "$folder/root/programs/$name" "$source"
    # Who acts while a device is busy gets one that answers late.
    targets='bio=/mnt/ext4/file fuse=/mnt/fuse/file legacy=/mnt/vfat/file nfs=/mnt/nfs/file'
    ! grep -q wait_in_flight "$source" ||
      targets='bio=/dev/nullb0 fuse=/mnt/fuse/slow legacy=/mnt/slow-vfat/file nfs=/mnt/nfs/slow/file'
    echo "$name $targets"
  done >"$folder/root/list"
}

# make_job KERNEL: what the guest does with them.
make_job() {
  "$pincheck" trace --print-probes --kernel "$version" >"$work/$1/root/probes"
  cat >"$work/$1/root/job" <<'JOB'
tracing=/sys/kernel/tracing
# An NFS mount with a local cache, from cachefiles. 6.1's NFS has code of its own for that, with other
# iterators than network file systems use elsewhere.
fscache=
if ! uname -r | grep -q '^6\.1\.' && exec 9<>/dev/cachefiles; then
  mkdir -p /mnt/ext4/fscache /mnt/cached
  echo "dir /mnt/ext4/fscache" >&9
  echo bind >&9
  mount -t nfs4 -o vers=4.2,addr=127.0.0.1,clientaddr=127.0.0.1,proto=tcp,fsc,nosharecache \
    127.0.0.1:/ /mnt/cached && fscache=fscache=/mnt/cached/fscache
fi
echo 8192 >$tracing/buffer_size_kb
echo 0 >$tracing/tracing_on
set_probes /probes
while read -r name targets; do
  echo >$tracing/trace
  cat $tracing/kprobe_profile $tracing/set_event >"/out/$name.trace"
  echo 1 >$tracing/tracing_on
  # shellcheck disable=SC2086 # several words
  timeout 60 "/programs/$name" $targets $fscache cache=/mnt/ext4/cache \
    >"/out/$name.said" 2>&1 || echo "FAILED with status $?" >>"/out/$name.said"
  echo 0 >$tracing/tracing_on
  cat $tracing/trace $tracing/kprobe_profile $tracing/set_event >>"/out/$name.trace"
done </list
JOB
}

# shows FILE CALLER KIND: whether the judged trace has pages of that caller and kind of iterator.
shows() {
  jq -e --arg caller "$2" --arg kind "$3" \
    'any(.paths[]; .caller == $caller and .kind == $kind)' "$1" >/dev/null
}

# row COUNTEREXAMPLE DRIVES SHOWN JUDGED
row() { printf '%-37s %-15s %-9s %s\n' "$@"; }

# say_of KERNEL NAME: one line about a program. Its status: 0 when the trace shows every path that
# the program drives, 1 when it lacks one, 2 when there is no path to look for.
say_of() {
  local out=$work/$1/out/$2 refused=$work/$1/programs/$2.refused caller kind drives='' lacks='' judged
  if [[ -s $refused ]]; then
    row "$2" - - "no program: $(sed 's/^[^ ]* [^ ]* //' "$refused")"
    return 2
  fi
  if grep -q '^usage:' "$out.said"; then
    row "$2" - - "not run, the guest has no $(sed -n 's/^usage: [^ ]* \([a-z]*\)=.*/\1/p' "$out.said")"
    return 2
  fi
  "$pincheck" trace --json --kernel "$version" "$out.trace" >"$out.json" || true
  while read -r _ caller kind; do
    drives+="${drives:+, }$caller $kind"
    shows "$out.json" "$caller" "$kind" || lacks=yes
  done < <(grep '^DRIVES ' "$out.said" | sort -u)
  judged=$(jq -r '[.violations[].property] | unique | if . == [] then "no violation"
    else "violated: " + join(", ") end' "$out.json")
  if grep '^FAILED' "$out.said" >&2; then lacks=yes; fi
  if [[ -z $drives ]] && grep ' may not have come to ' "$out.said" >&2; then lacks=yes; fi
  if [[ -n $lacks ]]; then
    row "$2" "${drives:--}" MISSING "$judged"
    return 1
  fi
  if [[ -z $drives ]]; then
    row "$2" - - "$judged; $(grep -m 1 ' has no iterator ' "$out.said")"
    return 2
  fi
  row "$2" "$drives" shown "$judged"
}

programs() {
  local kernel file modules=("${modules[@]}" cachefiles) good=0 all=0 status
  local files=("${cases[@]}") boot_limit=600
  ((${#files[@]})) || files=(corpus/regression/*.toml)
  debian_kernel "$1"
  make_root "$kernel"
  make_programs "$kernel"
  make_job "$kernel"
  boot "$kernel"
  echo "Linux $(release "$kernel"): programs of counterexamples"
  row counterexample drives 'its trace' judged
  for file in "${files[@]}"; do
    status=0
    say_of "$kernel" "$(basename "$file" .toml)" || status=$?
    ((status == 0)) && ((++good))
    ((status < 2)) && ((++all))
  done
  echo "$good of $all programs drive the path they were meant to"
  ((good == all))
}
