# SPDX-License-Identifier: MIT
# The job `cases`: runs corpus/cases on Debian's kernel and compares with the predictions.

# install_cases KERNEL: the case runner, its list and the probes; all cases if none is named.
install_cases() {
  local folder=$work/$1
  "$pincheck" predict --convention "linux-$version" --json "${cases[@]}" >"$folder/predicted.json"
  compile "$folder/root/bin/pincase" scripts/guest/pincase.c
  jq -r '.predictions[] | "\(.case) \(.bytes) \(.offset) \(.program)"' "$folder/predicted.json" \
    >"$folder/root/cases"
  "$pincheck" trace --print-probes --kernel "$version" >"$folder/root/probes"
  cat >"$folder/root/job" <<'JOB'
set_probes /probes
[ ! -e /job.more ] || . /job.more
while read -r name bytes offset program; do
  # shellcheck disable=SC2086 # the program is several words
  timeout 20 pincase "$name" "$bytes" "$offset" $program || echo "FAILED $name: status $?"
  cat /sys/kernel/tracing/trace >"/out/$name.trace"
done </cases
JOB
}

# compare_counters KERNEL: print predicted and observed side by side; fails when they differ.
compare_counters() {
  jq -r '.predictions[] | .case as $case | .syscalls | to_entries[] |
    "\($case) \(.key) \(.value.name) \(.value.pin_acquired) \(.value.pin_released) " +
    "\(.value.held) \(.value.in_flight // "-")"' \
    "$work/$1/predicted.json" >"$work/$1/predicted"
  awk '
    # same PREDICTED OBSERVED: where the guest has nothing to read it says "-".
    function same(said, got) { return got == "-" || said == got }
    FILENAME ~ /console$/ { sub("\r", "") }
    FILENAME ~ /console$/ && $1 == "SAW" {
      saw[$2, $3] = $4 "/" $5
      held[$2, $3] = $6
      flight[$2, $3] = $7
    }
    FILENAME ~ /console$/ && $1 == "FAILED" { print; ++failed }
    FILENAME ~ /console$/ { next }
    FNR == 1 {
      printf "%-24s %-14s %9s %9s %7s %6s %9s %6s\n", "", "", "pins", "", "held", "",
        "in flight", ""
      printf "%-24s %-14s %9s %9s %7s %6s %9s %6s\n", "case", "syscall", "predicted", "observed",
        "pred.", "obs.", "pred.", "obs."
    }
    {
      said = $4 "/" $5
      got = ($1, $2) in saw ? saw[$1, $2] : "nothing"
      fits = said == got && same($6, held[$1, $2]) && same($7, flight[$1, $2])
      looked += flight[$1, $2] ~ /[0-9]/
      printf "%-24s %-14s %9s %9s %7s %6s %9s %6s%s\n", $1, $3, said, got, $6, held[$1, $2], $7,
        flight[$1, $2], fits ? "" : "  DIFFERENT"
      ++calls
      if (!($1 in good)) { ++cases; good[$1] = 1 }
      if (!fits) good[$1] = 0
    }
    END {
      for (name in good) agreed += good[name]
      printf "%d of %d cases agree, %d system calls, %d of them seen in flight\n", agreed, cases,
        calls, looked
      exit !cases || agreed != cases || failed > 0
    }' "$work/$1/console" "$work/$1/predicted"
}

# compare_traces KERNEL: judge the trace of each case, and compare the pins that its probes show,
# page by page, with those predicted; fails when a trace shows a violation or other pins.
compare_traces() {
  local name said acquired released bad=0 all=0 folder=$work/$1
  while read -r name acquired released; do
    "$pincheck" trace --json --kernel "$version" "$folder/out/$name.trace" \
      >"$folder/out/$name.json" || true
    said=$(jq -r --argjson acquired "$acquired" --argjson released "$released" '
      ([.paths[].pinned] | add // 0) as $pinned | ([.paths[].unpinned] | add // 0) as $unpinned |
      if .good | not then .conclusion
      elif [$pinned, $unpinned] != [$acquired, $released] then
        "pinned \($pinned) and unpinned \($unpinned), predicted \($acquired) and \($released)"
      else "" end' "$folder/out/$name.json" || echo "no trace")
    ((++all))
    [[ -z $said ]] || { echo "$name: its trace: $said"; ((++bad)); }
  done < <(jq -r '.predictions[] |
    "\(.case) \([.syscalls[].pins] | add) \([.syscalls[].unpins] | add)"' "$folder/predicted.json")
  echo "$((all - bad)) of $all traces show the predicted pins and no violation"
  ((all > 0 && bad == 0))
}

cases() {
  local kernel status=0
  debian_kernel "$1"
  make_root "$kernel"
  install_cases "$kernel"
  boot "$kernel"
  echo "Linux $(release "$kernel"): pins acquired/released"
  compare_counters "$kernel" || status=1
  compare_traces "$kernel" || status=1
  return "$status"
}
