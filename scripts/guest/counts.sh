# SPDX-License-Identifier: MIT
# The job `counts`: runs the cases on a kernel in which every step of a page's count is an event, and
# compares each page's steps with the predicted ones.
. scripts/guest/cases.sh
. scripts/guest/custom.sh

# thin TRACE: its marks, and the steps of the pages that they name, with their stacks.
thin() {
  awk '
    /^#/ { next }
    / => / || /<stack trace>/ { if (keep) print; next }
    { keep = /tracing_mark_write/ }
    keep && match($0, /pages=.*/) {
      pages = "(" substr($0, RSTART + 6) ") "
      gsub(/0x/, "pfn=0x", pages)
      gsub(/,/, "|", pages)
    }
    /page_ref_/ && pages && $0 ~ pages { keep = 1 }
    keep
  ' "$1"
}

# compare_steps KERNEL: every step of the counts of each case's pages, and of the predicted ones, in
# $work/KERNEL/steps.txt; fails when one differs. Cases without pages of their own to look at (the
# zero page, huge pages, a pipe's) are passed over.
compare_steps() {
  local folder=$work/$1 trace traces status=0
  rm -rf "$folder/thin"
  mkdir "$folder/thin"
  grep -l 'mark_write: case .* pages=0x' "$folder"/out/*.trace | while read -r trace; do
    thin "$trace" | gzip -9n >"$folder/thin/$(basename "$trace" .trace).txt.gz"
  done
  traces=("$folder"/thin/*.txt.gz)
  "$pincheck" predict --convention "linux-$version" --kernel "$version" \
    "${traces[@]/#/--against=}" >"$folder/steps.txt" || status=1
  ((status == 0)) || sed -n '/DIFFERENT/,/^[^ ]/p' "$folder/steps.txt"
  tail -n 1 "$folder/steps.txt"
  return "$status"
}

counts() {
  local kernel status=0 folder guest_memory=4096
  custom_kernel "$1"
  make_root "$kernel"
  install_cases "$kernel"
  folder=$work/$kernel
  cat >"$folder/root/job.more" <<'JOB'
for trigger in /sys/kernel/tracing/events/page_ref/*/trigger; do echo stacktrace >"$trigger"; done
echo 16384 >/sys/kernel/tracing/buffer_size_kb
JOB
  boot "$kernel"
  echo "Linux $(release "$kernel"), pins acquired/released:"
  compare_counters "$kernel" || status=1
  compare_traces "$kernel" || status=1
  compare_steps "$kernel" || status=1
  return "$status"
}
