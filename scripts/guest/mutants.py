# SPDX-License-Identifier: MIT
"""What scripts/mutants does when the kernels are there: EVERY VERSION WORDS… -- FILE…

WORDS is a kernel's tree, and what `pincheck` is told of its headers. A [[change]] has `kernel`,
`says` (worse, better, otherwise, same or undecided: worse without a finding), perhaps `kind` (of a
finding that is new, or gone; "contract": callers are left with something else), perhaps `missed`
(why today it is not seen: that it is, is an error, too), and an edit's keys, or `edits`, a file of
several, and the `function` that it is about; `with` are files as of --with, `readings` as of
--reading, and `says` then a list with an answer for each.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import tomllib

OWN = {"kernel", "says", "kind", "missed", "edits", "readings", "with"}


def quoted(value):
    return json.dumps(value, ensure_ascii=False)


def answers(change, where, kernels, folder):
    """What is said of the function, for each reading: (change, kinds of findings new and gone)."""
    edits = where / change["edits"] if "edits" in change else pathlib.Path(folder, "edit.toml")
    if "edits" not in change:
        keys = [f"{key} = {quoted(value)}" for key, value in change.items() if key not in OWN]
        edits.write_text("\n".join(["[[edit]]", *keys, ""]))
    tree, *headers = kernels[change["kernel"]].split()
    command = ["build/release/pincheck", "patch", str(edits), "--tree", tree, *headers, "--json",
               "--seconds", "2", "--cache", "build/scan/cache", "--function", change["function"]]
    for reading in change.get("readings", []):
        command += ["--reading", str(where / reading)]
    for path in change.get("with", []):
        command += ["--with", path]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1, 5):
        return [(done.stderr.strip(), set())]
    found = []
    for answer in json.loads(done.stdout)["answers"]:
        said, kinds = "not touched", set()
        for one in answer["functions"]:
            if one["function"] != change["function"]:
                continue
            said = one["change"]
            kinds = {finding["kind"] for finding in one["new"] + one["gone"]}
            if one["now_left"] or one["no_longer_left"]:
                kinds.add("contract")
            if said == "worse" and not kinds:
                said = "undecided"
        found.append((said, kinds))
    return found


def main():
    split = sys.argv.index("--")
    every, words = int(sys.argv[1]), sys.argv[2:split]
    kernels = dict(zip(words[::2], words[1::2]))
    wrong = tried = missed = number = 0
    pathlib.Path("build/scan").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[split + 1:]:
            for change in tomllib.loads(pathlib.Path(name).read_text())["change"]:
                number += 1
                if (number - 1) % every:
                    continue
                found = answers(change, pathlib.Path(name).parent, kernels, folder)
                said = [one for one, _ in found]
                expected = change["says"] if isinstance(change["says"], list) else [change["says"]]
                kinds = set().union(*(some for _, some in found))
                good = said == expected and change.get("kind", "") in kinds | {""}
                tried += 1
                missed += "missed" in change
                if good != ("missed" in change):
                    continue
                wrong += 1
                what = "is seen now, and was not" if good else f"says {', '.join(said)}: {kinds}"
                print(f"{name}: {change['kernel']} {change.get('file', change.get('edits'))} "
                      f"{change['function']}() {change.get('does', '')}: {what}", flush=True)
    print(f"{tried} changes, {missed} known not to be seen, {wrong} not as expected")
    return 1 if wrong else 0


sys.exit(main())
