# SPDX-License-Identifier: MIT
# The job `load`: fio and stress-ng under tracing. `pincheck trace` must read it all and find nothing.

# install_programs ROOT PROGRAM…: into the root, with the libraries it is linked to.
install_programs() {
  local root=$1 file
  for file in "${@:2}" $(ldd "${@:2}" | awk 'NF > 1 && /\// { print $(NF - 1) }' | sort -u); do
    mkdir -p "$root${file%/*}"
    cp -L "$file" "$root$file"
  done
}

# install_loads KERNEL: the programs, the probes, and what to run.
install_loads() {
  local root=$work/$1/root
  install_programs "$root" /usr/bin/fio /usr/bin/stress-ng
  "$pincheck" trace --print-probes --kernel "$version" >"$root/probes"
  cat >"$root/job" <<'JOB'
export PATH=/bin:/usr/bin
tracing=/sys/kernel/tracing
echo 0 >$tracing/tracing_on
set_probes /probes

# traced NAME KILOBYTES COMMAND…: the command's trace, with that much room for each CPU.
traced() {
  name=$1
  echo "$2" >$tracing/buffer_size_kb
  shift 2
  echo >$tracing/trace
  cat $tracing/kprobe_profile $tracing/set_event >"/out/$name.trace"
  echo 1 >$tracing/tracing_on
  timeout 60 "$@" >"/out/$name.log" 2>&1 </dev/null || echo "FAILED $name: status $?"
  echo 0 >$tracing/tracing_on
  cat $tracing/trace $tracing/kprobe_profile $tracing/set_event >>"/out/$name.trace"
}
# Bounded by number, not by time: as much on a slow machine as on a fast one.
io() {
  name=$1 file=$2 count=$3
  shift 3
  traced "$name" "${room:-65536}" fio --name=io --thread --filename="$file" --size=8M --direct=1 \
    --rw=randrw --bs=16k --number_ios="$count" "$@"
}
stress() {
  name=$1
  shift
  traced "$name" 65536 stress-ng --temp-path /mnt/ext4 --timeout 30 "$@"
}

io fio-psync /mnt/ext4/file 600 --ioengine=psync
io fio-libaio /mnt/ext4/file 600 --ioengine=libaio --iodepth=8
io fio-io_uring /mnt/ext4/file 600 --ioengine=io_uring --iodepth=8
io fio-fixedbufs /mnt/ext4/file 600 --ioengine=io_uring --iodepth=8 --fixedbufs
io fio-splice /mnt/ext4/file 600 --ioengine=splice --rw=write
io fio-many /mnt/ext4/file 30 --ioengine=libaio --iodepth=4 --numjobs=16
io fio-disk /dev/vdb 400 --ioengine=libaio --iodepth=8
io fio-disk-psync /dev/vdb 400 --ioengine=psync --bs=4k
io fio-vfat /mnt/vfat/file 100 --ioengine=libaio --iodepth=4
io fio-fuse /mnt/fuse/file 200 --ioengine=libaio --iodepth=4 --size=4M
io fio-nfs /mnt/nfs/file 150 --ioengine=libaio --iodepth=8
io fio-nfs-psync /mnt/nfs/file 100 --ioengine=psync
room=128 io overwritten /mnt/ext4/file 300 --ioengine=psync
rm /mnt/ext4/file

stress splice --splice 1 --splice-ops 500
stress vm-splice --vm-splice 1 --vm-splice-ops 500
stress sendfile --sendfile 1 --sendfile-ops 30
stress tee --tee 1 --tee-ops 500
stress aiol --aiol 1 --aiol-ops 150
stress hdd-direct --hdd 1 --hdd-opts direct --hdd-bytes 8M --hdd-ops 500
stress mix --splice 1 --splice-ops 100 --vm-splice 1 --vm-splice-ops 100 --sendfile 1 \
  --sendfile-ops 5 --tee 1 --tee-ops 100 --aiol 1 --aiol-ops 30 --fork 1 --fork-ops 50 \
  --hdd 2 --hdd-bytes 4M --hdd-ops 100 --hdd-opts direct

# Pages move and are split under the I/O.
echo always >/sys/kernel/mm/transparent_hugepage/enabled
while sleep 0.2; do
  echo 1 >/proc/sys/vm/compact_memory
  echo 3 >/proc/sys/vm/drop_caches
done &
io fio-thp /mnt/ext4/file 20 --ioengine=libaio --iodepth=4 --mem=mmap --bs=2M
io fio-compact /mnt/ext4/file 400 --ioengine=libaio --iodepth=8
kill "$!"

# Its task is killed.
cat >/killed <<'KILLED'
for how in "libaio /mnt/ext4/file" "io_uring /mnt/ext4/file --fixedbufs" "libaio /mnt/nfs/file"; do
  set -- $how
  timeout -s KILL 4 fio --name=io --thread --filename="$2" --size=8M --direct=1 --rw=randrw \
    --bs=16k --time_based --runtime=60 --ioengine="$1" --iodepth=8 $3
done
sleep 1
KILLED
traced fio-killed 65536 sh /killed
JOB
}

# judge_load KERNEL NAME: a line with what `pincheck trace` says of that trace.
judge_load() {
  local name=$work/$1/out/$2 TIMEFORMAT='%U %S'
  { time "$pincheck" trace --json --kernel "$version" "$name.trace" >"$name.json"; } \
    2>"$name.time" || true
  jq -r --arg name "$2" --arg seconds "$(tail -n 1 "$name.time")" '
    def sum(f): map(f) | add // 0;
    "\($name) \(.events) \(.paths | "\(sum(.pinned)) \(sum(.unpinned)) \(sum(.gotten)) \(sum(.put))") " +
    "\(.violations | length) \(.contradictions | length) \(.unexplained | length) " +
    "\(.open | length) \(.missed_references + .lost_references) \(.lost_events) \($seconds)"' \
    "$name.json" || echo "$2 unreadable"
}

# tell_loads KERNEL: judge all and print a table; fails when anything is wrong.
tell_loads() {
  local trace
  for trace in "$work/$1"/out/*.trace; do
    judge_load "$1" "$(basename "$trace" .trace)"
  done | awk '
    function row(name, n) {
      printf "%-16s %8d %8d %9d %8d %8d %6d %6d %6d %6d %8d %8d %8.2f %9d\n", name, n[2], n[3], n[4],
        n[5], n[6], n[7], n[8], n[9], n[10], n[11], n[12], n[13], n[13] ? n[2] / n[13] : 0
    }
    BEGIN {
      printf "%-16s %8s %8s %9s %8s %8s %6s %6s %6s %6s %8s %8s %8s %9s\n", "", "events", "pinned",
        "unpinned", "gotten", "put", "viol.", "contr.", "unexp.", "open", "unknown", "lost",
        "seconds", "a second"
    }
    NF == 2 { print; ++bad; next }
    {
      $13 += $14
      for (i = 2; i <= 13; ++i) { one[i] = $i; all[i] += $i }
      row($1, one)
    }
    END {
      row("all", all)
      if (!all[12]) print "no event was lost, though one buffer is too small"
      exit bad || all[7] || all[8] || !all[12]
    }'
}

load() {
  local version=$1 kernel built status=0 guest_memory=6144 boot_limit=1200
  need_packages fio stress-ng
  debian_kernel "$version"
  # And one with page_ref, if it has been built.
  for built in "$work/$kernel" "$work/page-ref-$version".*; do
    [[ -e $built/boot ]] || continue
    kernel=$(basename "$built")
    make_root "$kernel"
    install_loads "$kernel"
    boot "$kernel"
    echo "Linux $(release "$kernel") under load:"
    ! grep -a '^FAILED' "$work/$kernel/console" || status=1
    tell_loads "$kernel" || status=1
  done
  return "$status"
}
