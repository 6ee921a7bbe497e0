#!/usr/bin/env python3
"""count-tests.py FOLDER: count what the last `meson test` in FOLDER did, case by case where a test speaks TAP.

Skipped and failed cases are named; the last line is the count. Exits 1 when something failed or nothing ran.
"""

import json
import re
import sys
from pathlib import Path

RESULT = re.compile(r"^(?P<indent> *)(?P<failed>not )?ok\b *\d* *(?:- )?(?P<rest>.*)$")
DIRECTIVE = re.compile(r"^(?P<name>.*?) *# *(?P<kind>SKIP|TOD[O])\b:? *(?P<reason>.*)$", re.IGNORECASE)
GOOD = {"OK", "EXPECTEDFAIL"}


def tap_cases(text):
    """The (outcome, name, reason) of each leaf case; the line that closes a nested subtest only repeats it."""
    cases = []
    deepest = 0
    for line in text.splitlines():
        found = RESULT.match(line)
        if not found:
            continue
        depth = len(found["indent"])
        closes_subtest, deepest = depth < deepest, depth
        if closes_subtest:
            continue
        directive = DIRECTIVE.match(found["rest"])
        name = directive["name"] if directive else found["rest"]
        if directive and directive["kind"].upper() == "SKIP":
            cases.append(("skipped", name, directive["reason"]))
        elif found["failed"] and not directive:
            cases.append(("failed", name, ""))
        else:
            cases.append(("passed", name, ""))
    return cases


def cases_of(test):
    """All cases of one line of meson's log; a test that died says so as a failed case of its own."""
    name, result = test["name"].split(" / ", 1)[-1], test["result"]
    cases = tap_cases(test.get("stdout", ""))
    if result == "SKIP" and not any(outcome == "skipped" for outcome, _, _ in cases):
        # GLib and others say why on standard error or in a bare plan line.
        plan = re.search(r"^1\.\.0 *# *SKIP\w* *(.*)$", test.get("stdout", ""), re.MULTILINE | re.IGNORECASE)
        return [("skipped", name, plan[1] if plan else "")]
    if result not in GOOD | {"SKIP"} and not any(outcome == "failed" for outcome, _, _ in cases):
        return cases + [("failed", name, f"{result.lower()}, exit status {test.get('returncode')}")]
    return cases or [("passed", name, "")]


def report(tests):
    """The lines to print, and whether all is well."""
    cases = [case for test in tests for case in cases_of(test)]
    lines = []
    for wanted, title in (("skipped", "Skipped:"), ("failed", "Failed:")):
        named = [f"  {name}" + (f" ({reason})" if reason else "") for kind, name, reason in cases if kind == wanted]
        if named:
            lines += [title] + named
    count = {kind: sum(outcome == kind for outcome, _, _ in cases) for kind in ("passed", "failed", "skipped")}
    lines.append("{passed} passed, {failed} failed, {skipped} skipped".format(**count))
    return lines, bool(cases) and not count["failed"]


def main(folder):
    log = Path(folder, "meson-logs", "testlog.json")
    try:
        with log.open(encoding="utf-8") as stream:
            tests = [json.loads(line) for line in stream if line.strip()]
    except FileNotFoundError:
        print(f"There is no {log}: meson ran no test at all.", file=sys.stderr)
        tests = []
    lines, well = report(tests)
    print("\n".join(lines))
    return 0 if well else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: scripts/count-tests.py FOLDER")
    sys.exit(main(sys.argv[1]))
