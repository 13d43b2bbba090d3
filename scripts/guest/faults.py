# SPDX-License-Identifier: MIT
"""Hold what allocations that fail leave against a finding: VMLINUX SCAN SAID FILE FUNCTION KIND

SCAN is what `pincheck scan --json` says of the function, and SAID what the program printed in the
guest, one line for each allocation (scripts/guest/faults.h). The finding's path says which call
fails: the last that "fails", else the one that took the pages, which then took fewer than it was
asked for. Where an allocation fails in that call, and as many pages were taken as in the path, as
many must be left; where one fails elsewhere, or nothing was taken, and where none fails, nothing.
"""

import json
import pathlib
import re
import subprocess
import sys

FRAME = re.compile(r"([\w.]+)\+0x([0-9a-f]+)$")
PAGE = re.compile(r"page (\d+): (?:pins|gets) (\d+)")


def predict(scan, function, kind):
    """(place, what happens there, pages taken, pages left) of the function's finding."""
    functions = [one for file in scan["files"] for one in file["functions"]]
    findings = [finding for one in functions if one["function"] == function
                for finding in one["findings"] if finding["kind"] == kind]
    if not findings:
        sys.exit(f"{function}(): pincheck scan finds no {kind}")
    path = findings[0]["path"]
    counts = {}
    for step in path:
        for page, count in PAGE.findall(step["counts"]):
            counts.setdefault(page, []).append(int(count))
    cause = ([step for step in path if step["text"].endswith(" fails")] or
             [step for step in path if step["counts"]][:1])[-1]
    taken = sum(max(said) > 0 for said in counts.values())
    left = sum(said[-1] > 0 for said in counts.values())
    return cause["place"], cause["text"], taken, left


def addresses(vmlinux):
    """Of each name, all places in the kernel that have it."""
    table = {}
    for line in subprocess.run(["nm", vmlinux], check=True, capture_output=True, text=True).stdout.splitlines():
        address, kind, name = line.split()[-3:]
        if kind in "tTwW":
            table.setdefault(name, []).append(int(address, 16))
    return table


def lines_of(vmlinux, wanted):
    """For each address, its "FILE:LINE"s, of what is inlined first."""
    text = subprocess.run(["addr2line", "-a", "-i", "-e", vmlinux], check=True, capture_output=True,
                          text=True, input="".join(f"{one:#x}\n" for one in wanted)).stdout
    found, lines = {}, []
    for line in text.splitlines():
        if line.startswith("0x"):
            lines = found.setdefault(int(line, 16), [])
        else:
            lines.append(line.split(" ")[0])
    return found


def read_rows(said, vmlinux, file):
    """Each of the program's lines: (numbers, the place in the file where the allocation failed)."""
    table = addresses(vmlinux)
    rows = []
    for line in said.splitlines():
        if not line.startswith("LEFT "):
            sys.exit(line)
        words = line.split()
        # What returns there called before.
        frames = [start + int(match[2], 16) - 1 for match in map(FRAME.match, words[6:]) if match
                  for start in table.get(match[1], [])]
        rows.append((list(map(int, words[1:6])), frames))
    lines = lines_of(vmlinux, sorted({frame for _, frames in rows for frame in frames}))
    name = pathlib.Path(file).name
    placed = []
    for numbers, frames in rows:
        inside = [line for frame in frames for line in lines[frame] if f"/{file}:" in line]
        placed.append((numbers, f"{name}:{inside[0].rsplit(':', 1)[1]}" if inside else "elsewhere"))
    return placed


def main(vmlinux, scan, said, file, function, kind):
    place, text, taken, left = predict(json.loads(pathlib.Path(scan).read_text()), function, kind)
    print(f"{file}: {function}(): {kind}")
    print(f"  predicted: {place} {text}: {taken} taken, {left} left")
    print(f"  {'failing allocation':<24}{'errno':>6}{'taken':>7}{'dropped':>9}{'left':>6}{'held':>6}")
    wrong = seen = 0
    for (nth, error, acquired, released, held), at in read_rows(pathlib.Path(said).read_text(), vmlinux, file):
        note, remaining = "", acquired - released
        if at == place and acquired not in (0, taken):
            note = "another number of pages"
            good = held == remaining
        else:
            expected = left if at == place and acquired else 0
            # A call that takes nothing where nothing fails would show nothing.
            good = held == remaining == expected and (nth or acquired)
            if expected and good:
                seen, note = seen + 1, "as predicted"
        if not good:
            wrong, note = wrong + 1, "DIFFERENT"
        where = f"{nth}: {at}" if nth else "none"
        print(f"  {where:<24}{error:>6}{acquired:>7}{released:>9}{remaining:>6}{held:>6}  {note}".rstrip())
    if not seen:
        print("  the predicted failure was not seen")
    sys.exit(1 if wrong or not seen else 0)


main(*sys.argv[1:4], *sys.argv[4:6], " ".join(sys.argv[6:]))
