#!/usr/bin/env python3
"""check-source.py [--tap] [FOLDER]: what a review would nag about, as a check that fails.

Each rule is a generator of (path, line, what is wrong); its docstring says what it wants. A rule is bent only by the
lists below, which give the reason, and an entry that is no longer needed fails in its turn.
"""

import re
import subprocess
import sys
from functools import cached_property
from pathlib import Path

# Who may include whom, besides itself and model.
ROOMS = {
    "model": [],
    "decode": [],
    "owner": [],
    "bpf": [],
    "capture": ["decode", "owner", "bpf", "ipc"],
    "history": [],
    "draw": [],
    "alerts": ["draw"],
    "limits": [],
    "ipc": [],
    "engine": ["capture", "history", "alerts", "limits", "ipc"],
    "charts": ["draw"],
    "app": ["engine", "history", "alerts", "charts", "limits", "ipc"],
    "cli": ["engine", "history", "alerts", "limits", "ipc"],
    "services/captured": ["capture", "owner", "bpf", "ipc"],
    "services/limitd": ["limits", "bpf", "ipc"],
}
# Which rooms may know a library, by the start of what is included.
LIBRARIES = {
    "adwaita.h": ["app", "charts"],
    "gtk/": ["app", "charts"],
    "gdk/": ["app", "charts"],
    "gsk/": ["app", "charts"],
    "graphene.h": ["app", "charts"],
    "cairo": ["draw", "charts", "app", "alerts"],
    "pango/": ["draw", "charts", "app", "alerts"],
    "libmnl/": ["owner", "capture"],
    "pcap/": ["capture"],
    "seccomp.h": ["capture"],
    "maxminddb.h": ["capture"],
    "ncurses.h": ["cli"],
    "curses.h": ["cli"],
    "json-glib/": ["cli", "app", "engine", "alerts", "limits", "services/captured", "services/limitd"],
    "gio/": [room for room in ROOMS if room not in ("model", "decode", "draw")],
    "glib-object.h": [room for room in ROOMS if room not in ("model", "decode")],
}
# Model and decode are plain C on GLib, so what they may include is named instead of what they may not.
PLAIN_ROOMS = ("model", "decode")
PLAIN = re.compile(
    r"(glib\.h|glib/[\w-]+\.h|glibconfig\.h|(arpa|net|netinet|sys)/\w+\.h|"
    r"(assert|ctype|endian|errno|float|inttypes|limits|locale|math|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|"
    r"strings|time|unistd|wchar|wctype|langinfo)\.h)$"
)
# Made by the build.
GENERATED = {"sluice-config.h", "app/sluice-resources.h"}

BANNED = {
    "strcpy": "use g_strlcpy or g_strdup",
    "strcat": "use GString",
    "sprintf": "use g_snprintf or g_strdup_printf",
    "vsprintf": "use g_vsnprintf",
    "strncpy": "use g_strlcpy",
    "strtok": "use g_strsplit or strtok_r",
    "gets": "use fgets",
    "atoi": "use g_ascii_string_to_signed, which reports errors",
    "atol": "use g_ascii_string_to_signed, which reports errors",
    "atof": "use g_ascii_strtod, which reports where it stopped",
    "system": "start a program by GSubprocess with an argument array",
    "popen": "start a program by GSubprocess with an argument array",
    "mktemp": "use g_mkstemp",
    "tmpnam": "use g_mkstemp",
    "alloca": "use g_malloc with g_autofree",
    "g_alloca": "use g_malloc with g_autofree",
    "g_spawn_command_line_sync": "start a program by GSubprocess with an argument array",
    "g_spawn_command_line_async": "start a program by GSubprocess with an argument array",
    "gtk_label_set_markup": "names are hostile: set text and attributes",
    "gtk_widget_set_tooltip_markup": "names are hostile: set text",
}
# What speaks to people; everywhere else an error goes up in a GError and only g_debug logs.
SPEAKING_ROOMS = ("app", "cli", "services/captured", "services/limitd")
SPEECH = ["g_print", "g_printerr", "printf", "puts", "putchar", "perror", "vprintf",
          "g_message", "g_info", "g_warning", "g_critical", "g_error", "g_log"]

NAMED = (".c", ".h", ".ui", ".py", ".sh", ".css", ".svg", ".supp")
LAID_OUT = (".c", ".h", ".py", ".sh", ".build", ".ui", ".xml", ".css", ".in", ".desktop")
MAX_COLUMNS = 120
MAX_FILE = 700
MAX_FUNCTION = 60

# Exceptions: {path: reason}; a function is "path:name".
LONG_FILES = {}
LONG_FUNCTIONS = {}
NO_TEST_FILE = {
    "src/app/connection-table.c": "tests/app/programs-page.c copies from it",
    "src/app/end-dialog.c": "tests/app/process-end.c does what it asks; tests/app/programs-page.c when it is offered",
    "src/app/live-columns.c": "tests/app/program-table.c sorts and fills them",
    "src/app/program-cells.c": "tests/app/program-table.c reads them",
    "src/app/program-pane.c": "tests/app/programs-page.c opens it",
    "src/app/settling-tree.c": "tests/app/settling-list.c grows it",
    "src/app/width-layout.c": "tests/app/programs-page.c narrows it",
    "src/capture/flow-table-take.c": "tests/capture/flow-table.c takes every report",
    "src/capture/decoder-child.c": "tests/capture/decoder-process.c is its parent",
    "src/capture/file-capture.c": "tests/capture/file-source.c reads by it",
    "src/capture/live-capture.c": "tests/capture/pcap-source.c reads by it",
    "src/capture/geo-database-none.c": "knows nothing; tests/cli/commands.py reads what the doctor says of it",
    "src/capture/packets-none.c": "does nothing; tests/capture/pcap-source.c tests what stands in for it",
    "src/cli/watch-command.c": "tests/cli/commands.py runs it as a process",
    "src/cli/watch-terminal-none.c": "does nothing; tests/cli/live-view.py drives what stands in for it",
}

COMMENT_OR_STRING = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
FUNCTION = re.compile(r"^(?P<name>\w+)[ \t]*\([^;{}]*?\)\n\{\n.*?^\}", re.MULTILINE | re.DOTALL)
# Parameters may be functions; what stands before, such as a macro that ends in no semicolon, is none of it.
DEFINITION = re.compile(r"^(?:\w[\w \t\*]*[ \t\*])?(\w+)[ \t]*\((?:[^;{}()]|\([^;{}()]*\))*\)\s*\{", re.MULTILINE)
INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*([<\"])([^>\"]+)[>\"]", re.MULTILINE)
PROTOTYPE = re.compile(r"^[\w][\w \t\*]*?[ \t\*\n](sluice_\w+)[ \t]*\(", re.MULTILINE)
# Needs no comment: what macros or the build make, and what says all by its name.
PLAIN_FUNCTION = re.compile(r"_(get_type|quark|get_resource|register_resource|unregister_resource|ref|unref|free)$")
TRANSLATED_C = re.compile(r"\b(?:_|N_|C_|NC_|Q_|g_dngettext|g_dpgettext2?|n?gettext|ngettext)[ \t]*\([ \t\n]*\"")
SETTING = re.compile(
    r"\bg_settings_(?:get|set|bind|reset|create|is)_?\w*[ \t]*\(\s*[^,;\"]+,\s*\"([a-z0-9-]+)\""
    r"|\"changed::([a-z0-9-]+)\"")
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK"]) + r")\b")
SOMEBODYS_PLACE = re.compile(
    r"(?<![\w.])/(?:wor[k]|home/\w+|roo[t]|Users/\w+|tm[p]/sluice-)/|https?://(?:deb|registry|security)\.")
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)+$")


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def blank(match):
    """A comment or string as blanks of the same shape, so that offsets and lines stay."""
    return re.sub(r"[^\n]", " ", match[0])


class Source:
    """A tracked text file, with what the rules ask about it read once."""

    def __init__(self, root, path):
        self.path = path
        self.name = path.rsplit("/", 1)[-1]
        self.suffix = "." + self.name.rsplit(".", 1)[-1] if "." in self.name else ""
        self.file = root / path

    @cached_property
    def text(self):
        try:
            return self.file.read_bytes().decode()
        except UnicodeDecodeError:
            return ""

    @cached_property
    def code(self):
        """The text with comments and the insides of strings blanked."""
        return COMMENT_OR_STRING.sub(blank, self.text)

    @cached_property
    def room(self):
        """Its room when it is in src/, else None."""
        parts = self.path.split("/")
        if parts[0] != "src" or len(parts) < 3:
            return None
        return "/".join(parts[1:3]) if parts[1] == "services" else parts[1]

    @property
    def is_c(self):
        return self.suffix in (".c", ".h")


class Tree:
    """The files that git tracks below a folder, or all of them where there is no git."""

    def __init__(self, root):
        self.root = Path(root)
        self.sources = [Source(self.root, path) for path in sorted(self.list_files())]
        self.by_path = {source.path: source for source in self.sources}

    def list_files(self):
        if (self.root / ".git").exists():
            # Whoever owns the folder: only names are read.
            command = ["git", "-c", "safe.directory=*", "-C", self.root, "ls-files", "-z", "--cached"]
            listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
            return [path for path in listed if path and (self.root / path).is_file()]
        return [path.relative_to(self.root).as_posix() for path in self.root.rglob("*")
                if path.is_file() and not path.relative_to(self.root).parts[0].startswith("build")]

    def c(self, *tops):
        return [s for s in self.sources if s.is_c and (not tops or s.path.split("/")[0] in tops)]

    @cached_property
    def public(self):
        """The public functions: {name: (header, offset)}; what a class split over files shares is not public."""
        found = {}
        for header in self.c("src"):
            if header.suffix != ".h" or header.name.endswith("-private.h"):
                continue
            # Macros, and the bodies of records and inline functions, declare nothing.
            code = re.sub(r"^[ \t]*#(?:.*\\\n)*.*$", blank, header.code, flags=re.MULTILINE)
            while True:
                flat = re.sub(r"\{[^{}]*\}", blank, code)
                if flat == code:
                    break
                code = flat
            for match in PROTOTYPE.finditer(code):
                if not PLAIN_FUNCTION.search(match[1]) and not match[0].startswith("typedef"):
                    found.setdefault(match[1], (header, match.start(1)))
        return found

    @cached_property
    def definitions(self):
        """Where functions are defined: {name: source}."""
        found = {}
        for source in self.c("src"):
            for match in DEFINITION.finditer(source.code):
                found.setdefault(match[1], source)
        return found


def includes(tree):
    """Rooms include downhill only, and a library is known only where it belongs."""
    for source in tree.c("src"):
        if source.room not in ROOMS:
            if source.room is not None:
                yield source.path, 1, f"room {source.room} is in no list of who may include whom"
            continue
        for match in INCLUDE.finditer(source.text):
            line = line_of(source.text, match.start())
            yield from ((source.path, line, wrong) for wrong in wrong_include(tree, source, match[1], match[2]))


def wrong_include(tree, source, quote, target):
    room = source.room
    if quote == "<":
        if room in PLAIN_ROOMS and not PLAIN.match(target) and target != "glib/gi18n-lib.h":
            yield f"{room} may know GLib and the C library only, not <{target}>"
        for start, allowed in LIBRARIES.items():
            if target.startswith(start) and room not in allowed and room not in PLAIN_ROOMS:
                yield f"<{target}> does not belong in {room}"
    elif target in GENERATED:
        return
    elif ".." in target.split("/"):
        yield f'"{target}" climbs; write "room/file.h"'
    elif f"src/{target}" not in tree.by_path:
        yield f'"{target}" is no file below src/; write "room/file.h"'
    else:
        other = tree.by_path[f"src/{target}"].room
        if other not in (room, "model", *ROOMS[room]):
            yield f"{room} may not include {other}"


def layout(tree):
    """No tabs, trailing blanks, carriage returns or long lines; one newline at the end."""
    for source in tree.sources:
        if source.suffix not in LAID_OUT or not source.text:
            continue
        for number, line in enumerate(source.text.split("\n"), 1):
            if "\t" in line:
                yield source.path, number, "a tab; indent with spaces"
            if line != line.rstrip():
                yield source.path, number, "blanks or a carriage return at the end of the line"
            if len(line) > MAX_COLUMNS and source.suffix in (".c", ".h", ".py"):
                yield source.path, number, f"{len(line)} columns; {MAX_COLUMNS} at the most"
        if not source.text.endswith("\n") or source.text.endswith("\n\n"):
            yield source.path, source.text.count("\n") + 1, "the file must end with one newline"


def pragma_once(tree):
    """Headers begin with #pragma once."""
    for source in tree.c():
        if source.suffix == ".h" and "#pragma once" not in source.text.splitlines():
            yield source.path, 1, "no #pragma once"


def names(tree):
    """Files are named in kebab-case."""
    for source in tree.sources:
        if source.suffix in NAMED and not KEBAB.match(source.name) and not source.name.startswith("io.github.sluice."):
            yield source.path, 1, "name files in kebab-case"


def calls(tree):
    """No goto, no call that cannot be made safely, nothing said aloud in a library room."""
    for source in tree.c():
        for match in re.finditer(r"\bgoto\b", source.code):
            yield source.path, line_of(source.code, match.start()), "goto; free by g_autoptr and return"
        for match in re.finditer(r"(?<![\w.>])(\w+)[ \t]*\(", source.code):
            name, line = match[1], line_of(source.code, match.start())
            if name in BANNED:
                yield source.path, line, f"{name}: {BANNED[name]}"
            elif name in SPEECH and source.room is not None and source.room not in SPEAKING_ROOMS:
                yield source.path, line, f"{name}: a library room returns a GError, or uses g_debug"


def unfinished(tree):
    """Nothing is left for later, and no place of somebody's machine is named."""
    for source in tree.sources:
        if source.suffix == ".po" or source.name == "COPYING":
            continue
        for match in UNFINISHED.finditer(source.text):
            yield source.path, line_of(source.text, match.start()), f"{match[0]}: finish it, or file an issue"
        if source.path.startswith("tests/"):
            continue
        for match in SOMEBODYS_PLACE.finditer(source.text):
            yield source.path, line_of(source.text, match.start()), f"{match[0]} is a place of somebody's machine"


def lengths(tree):
    """A long file or function has a reason."""
    long_files, long_functions = set(), set()
    for source in tree.c():
        if source.suffix != ".c":
            continue
        lines = source.text.count("\n")
        if lines > MAX_FILE:
            long_files.add(source.path)
            if source.path not in LONG_FILES:
                yield source.path, 1, f"{lines} lines; more than {MAX_FILE} need a reason in scripts/check-source.py"
        for match in FUNCTION.finditer(source.code):
            body = match[0][match[0].index("\n{"):].count("\n") - 2
            if body > MAX_FUNCTION:
                long_functions.add(f"{source.path}:{match['name']}")
                if f"{source.path}:{match['name']}" not in LONG_FUNCTIONS:
                    yield (source.path, line_of(source.code, match.start()),
                           f"{match['name']} has {body} lines; more than {MAX_FUNCTION} need a reason")
    for stale in sorted((LONG_FILES.keys() - long_files) | (LONG_FUNCTIONS.keys() - long_functions)):
        yield stale.split(":")[0], 1, f"{stale} needs no exception any more"


def documented(tree):
    """A public function is defined, and has a gtk-doc comment where it is defined."""
    for name, (header, offset) in tree.public.items():
        source = tree.definitions.get(name)
        if source is None:
            yield header.path, line_of(header.text, offset), f"{name} is declared but defined nowhere"
        elif not re.search(rf"/\*\*\n \* {name}:", source.text):
            line = line_of(source.text, re.search(rf"\b{name}[ \t]*\(", source.code).start())
            yield source.path, line, f"{name} is public but has no /** comment"


def tested(tree):
    """A source file with public functions has a test file that mirrors it."""
    sources = {tree.definitions[name].path for name in tree.public if name in tree.definitions}
    bare = set()
    for path in sorted(path for path in sources if path.endswith(".c")):
        mirror = path.replace("src/", "tests/", 1)
        # What only makes sense as a whole is driven from outside, by a script of the same name.
        if mirror not in tree.by_path and mirror[:-2] + ".py" not in tree.by_path:
            bare.add(path)
            if path not in NO_TEST_FILE:
                yield path, 1, f"no {mirror} tests it"
    for stale in sorted(NO_TEST_FILE.keys() - bare):
        yield stale, 1, f"{stale} needs no exception any more"


def built(tree):
    """Every C file is built: its name stands in the nearest meson.build."""
    for source in tree.c():
        if source.suffix != ".c":
            continue
        folder = source.path.rsplit("/", 1)[0] if "/" in source.path else ""
        while folder and f"{folder}/meson.build" not in tree.by_path:
            folder = folder.rpartition("/")[0]
        build = tree.by_path.get(f"{folder}/meson.build" if folder else "meson.build")
        inside = source.path[len(folder):].lstrip("/")
        if build is None or not re.search(rf"'{re.escape(inside[:-2])}(\.c)?'", build.text):
            yield source.path, 1, "is in no meson.build, so it is never compiled"


def translated(tree):
    """po/POTFILES.in lists just the files that have texts to translate."""
    listed = set()
    if "po/POTFILES.in" in tree.by_path:
        lines = tree.by_path["po/POTFILES.in"].text.splitlines()
        listed = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    holding = {source.path for source in tree.sources if has_texts(source)}
    for path in sorted(holding - listed):
        yield path, 1, "has texts to translate but is not in po/POTFILES.in"
    for path in sorted(listed - holding):
        wrong = "has no text to translate" if path in tree.by_path else "does not exist"
        yield "po/POTFILES.in", 1, f"{path} {wrong}"


def has_texts(source):
    if source.path.startswith(("tests/", "scripts/")):
        return False
    if source.suffix == ".c":
        # Strings are blanked in the code, comments in neither: look where both agree that there is a call.
        return any(source.code[match.start()] != " " for match in TRANSLATED_C.finditer(source.text))
    if source.suffix == ".ui":
        return bool(re.search(r"translatable=[\"'](yes|true)", source.text))
    return bool(re.search(r"\.(desktop|metainfo\.xml|gschema\.xml|policy)(\.in){0,2}$", source.name))


def settings(tree):
    """A GSettings key that the code names is in the schema."""
    schemas = [source for source in tree.sources if ".gschema.xml" in source.name]
    keys = {key for schema in schemas for key in re.findall(r"<key\b[^>]*\bname=\"([^\"]+)\"", schema.text)}
    for source in tree.c("src"):
        for match in SETTING.finditer(source.text):
            key = match[1] or match[2]
            if key not in keys and (match[2] or source.code[match.start()] != " "):
                yield source.path, line_of(source.text, match.start()), f"the setting {key} is in no schema"


RULES = [includes, layout, pragma_once, names, calls, unfinished,
         lengths, documented, tested, built, translated, settings]


def check(root):
    """All that is wrong below a folder, by rule, as lines to print."""
    tree = Tree(root)
    return {rule: [f"{path}:{line}: {wrong} [{rule.__name__}]" for path, line, wrong in rule(tree)] for rule in RULES}


def main(arguments):
    tap = "--tap" in arguments
    folders = [argument for argument in arguments if argument != "--tap"]
    found = check(folders[0] if folders else Path(__file__).resolve().parent.parent)
    for number, (rule, wrong) in enumerate(found.items(), 1):
        if tap:
            print(f"{'not ok' if wrong else 'ok'} {number} /source/{rule.__name__.replace('_', '-')}")
        for line in wrong:
            print(f"# {line}" if tap else line)
    if tap:
        print(f"1..{len(found)}")
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
