#!/usr/bin/env python3
"""check-format.py [--fix] [FILE]...: whether C sources (default: all) are laid out as .clang-format says.

Three things are left to the author, because clang-format cannot do what GTK's style wants: blanks between words, so
that names may stand in columns; where a long statement breaks; and headers, whose prototypes stand in columns too.
"""

import difflib
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GETTEXT = re.compile(r"(?<!\w)(_|N_|C_|NC_|Q_) \(")
QUARK = re.compile(r"^G_DEFINE_QUARK \((\w+(?: - \w+)*),", re.MULTILINE)
SKIPPED = 77


def sources():
    if (ROOT / ".git").exists():
        command = ["git", "-c", "safe.directory=*", "-C", ROOT, "ls-files", "-z", "src/*.c", "tests/*.c"]
        listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
        return [ROOT / path for path in listed if path and (ROOT / path).is_file()]
    return sorted([*(ROOT / "src").rglob("*.c"), *(ROOT / "tests").rglob("*.c")])


def formatted(file):
    command = ["clang-format", "--style=file:" + str(ROOT / ".clang-format"), file]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    # Everything is called with a blank but gettext's short names; a quark's name is no subtraction.
    text = QUARK.sub(lambda match: match[0].replace(" - ", "-"), text)
    return GETTEXT.sub(r"\1(", text).splitlines()


def plain(line):
    """A line with its inner blanks made single; what it is indented by counts."""
    return re.sub(r"(?<=\S) +(?=\S)", " ", line)


def skeleton(lines):
    """What a break must not change: braces that stand alone, what begins a definition, statements after a condition."""
    kept = [line.strip() for line in lines if not line.endswith("\\")]
    return (sum(line in ("{", "}") for line in kept), sum(line[:1] not in ("", " ", "#") for line in lines),
            sum(bool(re.match(r"(if|else|for|while|do|switch)\b.*;$", line)) for line in kept))


def only_breaks_elsewhere(old, new):
    """Whether two passages are the same words, with breaks within statements on other places."""
    def words(lines):
        return "".join(line.rstrip("\\") for line in lines).replace(" ", "")
    return len(old) != len(new) and words(old) == words(new) and skeleton(old) == skeleton(new)


def laid_out(lines, wanted):
    """The wanted lines, but as they are where the author may choose, and what changes: (line, old lines, new lines)."""
    matcher = difflib.SequenceMatcher(None, [plain(line) for line in lines], [plain(line) for line in wanted], False)
    result, changed = [], []
    for kind, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        old, new = lines[from_old:to_old], wanted[from_new:to_new]
        if kind == "equal" or only_breaks_elsewhere(old, new):
            result += old
        else:
            result += new
            changed.append((from_old + 1, old, new))
    return result, changed


def main(arguments):
    fix = "--fix" in arguments
    files = [Path(name) for name in arguments if name.endswith(".c")] or sources()
    if shutil.which("clang-format") is None:
        print("clang-format is not installed; `make check` installs it.", file=sys.stderr)
        return SKIPPED
    wrong = 0
    for file in files:
        lines = file.read_text(encoding="utf-8").splitlines()
        result, changed = laid_out(lines, formatted(file))
        if changed and fix:
            file.write_text("\n".join(result) + "\n", encoding="utf-8")
        elif changed:
            wrong += len(changed)
            for number, old, new in changed:
                print(f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}:{number}:")
                print("\n".join([f"  - {line}" for line in old] + [f"  + {line}" for line in new]))
    if wrong:
        print(f"{wrong} places are laid out otherwise than .clang-format says; `make format` mends them.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
