#!/usr/bin/env python3
"""Tests of what is not code: desktop file, D-Bus service, metainfo, settings, icons, translations, Flatpak manifest.

Usage: parts.py SOURCE_ROOT BUILD_ROOT APP_ID GLIB_COMPILE_SCHEMAS. Writes TAP; a test whose tool is absent is skipped by name.
"""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

SOURCE, BUILD, APP_ID = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
COMPILE_SCHEMAS = sys.argv[4]  # not always on the search path
PAGES = ("traffic", "programs")
TESTS = []


class Skip(Exception):
    pass


def test(function):
    TESTS.append(function)
    return function


def tool(name):
    if not shutil.which(name):
        raise Skip(f"{name} is not installed")
    return name


def run(*command, **keywords):
    """What COMMAND prints on standard output; whatever it complains about when it fails is the failure."""
    done = subprocess.run(command, capture_output=True, timeout=60, **keywords)
    complaint = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode == 0, f"{' '.join(map(str, command))} failed:\n{complaint}"
    return done.stdout


def key_file(path):
    parser = configparser.RawConfigParser(delimiters=("=",), strict=True)
    parser.optionxform = str
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def schema():
    return ElementTree.parse(SOURCE / "data" / f"{APP_ID}.gschema.xml").getroot().find("schema")


def languages():
    return (SOURCE / "po" / "LINGUAS").read_text().split()


# Desktop file, service, metainfo


@test
def desktop_file_is_valid():
    run(tool("desktop-file-validate"), BUILD / "data" / f"{APP_ID}.desktop")


@test
def desktop_file_can_be_activated_over_dbus():
    entry = key_file(BUILD / "data" / f"{APP_ID}.desktop")
    service = key_file(BUILD / "data" / f"{APP_ID}.service")["D-BUS Service"]
    assert entry["Desktop Entry"]["DBusActivatable"] == "true"
    assert service["Name"] == APP_ID
    assert service["Exec"] == entry["Desktop Entry"]["Exec"] + " --gapplication-service"
    assert service["Exec"].startswith("/"), "D-Bus wants an absolute path"


@test
def desktop_file_offers_an_action_for_each_page():
    entry = key_file(BUILD / "data" / f"{APP_ID}.desktop")
    actions = entry["Desktop Entry"]["Actions"].strip(";").split(";")
    assert actions == [f"show-{page}" for page in PAGES], actions
    for page in PAGES:
        assert entry[f"Desktop Action show-{page}"]["Exec"].endswith(f" --page {page}")
    application = SOURCE / "src" / "app" / "application.c"
    if not application.exists():
        raise Skip("there is no application yet")
    code = application.read_text(encoding="utf-8")
    for action in actions:
        assert f'"{action}"' in code, f"the app has no action {action}"


@test
def metainfo_is_valid():
    run(tool("appstreamcli"), "validate", "--no-net", "--no-color", BUILD / "data" / f"{APP_ID}.metainfo.xml")


@test
def one_id_is_used_everywhere():
    component = ElementTree.parse(BUILD / "data" / f"{APP_ID}.metainfo.xml").getroot()
    assert component.findtext("id") == APP_ID
    assert component.findtext("launchable") == f"{APP_ID}.desktop"
    assert component.findtext("icon") == APP_ID
    assert component.findtext("provides/dbus") == APP_ID
    assert key_file(BUILD / "data" / f"{APP_ID}.desktop")["Desktop Entry"]["Icon"] == APP_ID
    path = "/" + APP_ID.replace(".", "/") + "/"
    assert schema().get("id") == APP_ID and schema().get("path") == path
    for resources in (SOURCE / "src").glob("*/*.gresource.xml"):
        for group in ElementTree.parse(resources).getroot().iter("gresource"):
            assert (group.get("prefix") + "/").startswith(path), f"{resources.name}: {group.get('prefix')}"
    assert re.search(rf"^id: {re.escape(APP_ID)}$", manifest_text(), re.MULTILINE)
    for folder in ("data", "icons", "flatpak"):
        for found in (SOURCE / folder).rglob("io.*"):
            assert re.match(rf"{re.escape(APP_ID)}[-.]", found.name), f"{found} is not named after the app"


@test
def installing_puts_every_part_where_a_desktop_looks():
    installed = json.loads((BUILD / "meson-info" / "intro-installed.json").read_text()).values()
    wanted = (
        f"share/applications/{APP_ID}.desktop",
        f"share/dbus-1/services/{APP_ID}.service",
        f"share/glib-2.0/schemas/{APP_ID}.gschema.xml",
        f"share/icons/hicolor/scalable/apps/{APP_ID}.svg",
        f"share/icons/hicolor/symbolic/apps/{APP_ID}-symbolic.svg",
        f"share/metainfo/{APP_ID}.metainfo.xml",
        *(f"share/locale/{language}/LC_MESSAGES/sluice.mo" for language in languages()),
    )
    for path in wanted:
        assert any(place.endswith("/" + path) for place in installed), f"{path} is not installed"


# Settings


@test
def settings_schema_compiles_strictly():
    run(COMPILE_SCHEMAS, "--strict", "--dry-run", SOURCE / "data")


@test
def settings_are_all_explained():
    for key in schema().iter("key"):
        assert key.findtext("summary") and key.findtext("description"), f"{key.get('name')} is not explained"


@test
def settings_refuse_what_makes_no_sense():
    if not shutil.which("gsettings"):
        raise Skip("gsettings is not installed")
    environment = dict(os.environ, GSETTINGS_SCHEMA_DIR=str(BUILD / "data"), GSETTINGS_BACKEND="memory")

    def is_taken(key, value):
        command = ("gsettings", "set", APP_ID, key, value)
        return subprocess.run(command, env=environment, capture_output=True, timeout=60).returncode == 0

    for key, good, bad in (
        ("rate-unit", "bytes", "bauds"),
        ("page", "programs", "nowhere"),
        ("interval", "500", "499"),
        ("interval", "60000", "60001"),
        ("group-by", "unit", "colour"),
        ("programs-sort-column", "rtt", "mood"),
    ):
        assert is_taken(key, good), f"{key} {good} is refused"
        assert not is_taken(key, bad), f"{key} {bad} is taken"


# Icons


def pixels(folder, name, size):
    """RGBA tuples of an icon of ours at SIZE pixels, row by row."""
    svg = SOURCE / "icons" / "hicolor" / folder / "apps" / f"{name}.svg"
    with tempfile.TemporaryDirectory() as place:
        png = Path(place) / "icon.png"
        run(tool("rsvg-convert"), "-w", str(size), "-h", str(size), svg, "-o", png)
        raw = run(tool("convert"), png, "-depth", "8", "rgba:-")
    assert len(raw) == size * size * 4
    return [tuple(raw[at : at + 4]) for at in range(0, len(raw), 4)]


def near(pixel, colour, tolerance=40):
    return pixel[3] > 200 and all(abs(a - b) <= tolerance for a, b in zip(pixel, colour))


@test
def icon_shows_both_streams_at_every_size():
    for size in (16, 24, 32, 48, 128, 256):
        icon = pixels("scalable", APP_ID, size)
        for direction, colour in (("download", (0x00, 0x72, 0xB2)), ("upload", (0xE6, 0x9F, 0x00))):
            share = sum(near(pixel, colour) for pixel in icon) / len(icon)
            assert share > 0.04, f"{direction} is {share:.1%} of the icon at {size} pixels"
        assert icon[0][3] == 0, f"the corner is not transparent at {size} pixels"


@test
def symbolic_icon_is_one_colour_and_sharp_at_16_pixels():
    svg = SOURCE / "icons" / "hicolor" / "symbolic" / "apps" / f"{APP_ID}-symbolic.svg"
    fills = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg.read_text()))
    assert len(fills) == 1, f"colours: {fills}"
    icon = pixels("symbolic", f"{APP_ID}-symbolic", 16)
    solid = sum(pixel[3] > 230 for pixel in icon) / len(icon)
    blurred = sum(25 < pixel[3] <= 230 for pixel in icon) / len(icon)
    assert 0.25 < solid < 0.75, f"{solid:.0%} of the icon is solid"
    assert blurred < 0.10, f"{blurred:.0%} of the icon is neither on nor off"


# Translations

TEXT_IN_C = re.compile(r"""(?<![\w"])(?:_|N_|C_|NC_|Q_|ngettext|g_dngettext|g_dpgettext2) \(""")


def files_with_texts():
    for path in sorted((SOURCE / "src").rglob("*.[ch]")):
        if TEXT_IN_C.search(path.read_text(encoding="utf-8")):
            yield path
    for path in sorted((SOURCE / "src").rglob("*.ui")):
        if re.search(r"""translatable=["'](?:yes|true|1)""", path.read_text(encoding="utf-8")):
            yield path
    for end in ("desktop.in", "gschema.xml", "metainfo.xml.in"):
        yield SOURCE / "data" / f"{APP_ID}.{end}"


def listed_files():
    lines = (SOURCE / "po" / "POTFILES.in").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@test
def list_of_files_to_translate_is_true():
    wanted = {str(path.relative_to(SOURCE)) for path in files_with_texts()}
    listed = listed_files()
    assert listed == sorted(set(listed)), "po/POTFILES.in is not sorted, or names a file twice"
    assert not wanted - set(listed), f"not in po/POTFILES.in: {sorted(wanted - set(listed))}"
    assert not set(listed) - wanted, f"in po/POTFILES.in, but without a text: {sorted(set(listed) - wanted)}"


@test
def every_catalogue_is_valid_and_complete():
    for language in languages():
        catalogue = SOURCE / "po" / f"{language}.po"
        run(tool("msgfmt"), "--check", "-o", os.devnull, catalogue)
        for kind in ("--untranslated", "--only-fuzzy"):
            left = run(tool("msgattrib"), kind, "--no-obsolete", catalogue).decode()
            assert not left, f"{language}, {kind}:\n{left}"


@test
def every_catalogue_has_every_text_of_the_source():
    keywords = "_ N_ C_:1c,2 NC_:1c,2 g_dngettext:2,3 g_dpgettext2:2c,3".split()
    with tempfile.TemporaryDirectory() as place:
        template = Path(place) / "sluice.pot"
        run(
            tool("xgettext"),
            "--from-code=UTF-8",
            *(f"--keyword={keyword}" for keyword in keywords),
            f"--directory={SOURCE}",
            f"--files-from={SOURCE / 'po' / 'POTFILES.in'}",
            f"--output={template}",
            env=dict(os.environ, GETTEXTDATADIRS=str(SOURCE / "po")),
        )
        for language in languages():
            # msgcmp fails when the template has a text that the catalogue has not.
            run(tool("msgcmp"), SOURCE / "po" / f"{language}.po", template)


@test
def arabic_has_its_six_plural_forms():
    catalogue = (SOURCE / "po" / "ar.po").read_text(encoding="utf-8")
    assert "nplurals=6;" in catalogue
    for block in catalogue.split("\n\n"):
        if "\nmsgid_plural" in block and not block.lstrip().startswith("#~"):
            forms = re.findall(r"^msgstr\[(\d)\]", block, re.MULTILINE)
            assert forms == list("012345"), block


@test
def translations_carry_no_hidden_direction_controls():
    """Overrides and embeddings leak into what follows them; isolates, which end with their text, are allowed in pairs."""
    for language in languages():
        text = (SOURCE / "po" / f"{language}.po").read_text(encoding="utf-8")
        assert not re.search("[\u200e\u200f\u202a-\u202e]", text), f"{language}: an embedding, override or mark"
        for block in text.split("\n\n"):
            opened = sum(block.count(isolate) for isolate in "\u2066\u2067\u2068")
            assert opened == block.count("\u2069"), f"{language}: an isolate is not closed:\n{block}"


# Flatpak


def manifest_text():
    return (SOURCE / "flatpak" / f"{APP_ID}.yml").read_text(encoding="utf-8")


def manifest():
    try:
        import yaml
    except ImportError:
        raise Skip("python3-yaml is not installed")
    return yaml.safe_load(manifest_text())


@test
def flatpak_manifest_is_understood_by_its_builder():
    with tempfile.TemporaryDirectory() as place:
        done = subprocess.run(
            (tool("flatpak-builder"), "--show-manifest", SOURCE / "flatpak" / f"{APP_ID}.yml"),
            capture_output=True,
            cwd=place,  # it leaves a folder behind
            timeout=60,
        )
    # What it does not know it says, and goes on.
    assert done.returncode == 0 and not done.stderr, done.stderr.decode()


@test
def flatpak_sources_are_pinned_and_fetched_over_https():
    for module in manifest()["modules"]:
        for source in module["sources"]:
            if source["type"] == "archive":
                assert source["url"].startswith("https://"), source
                assert re.fullmatch("[0-9a-f]{64}", source["sha256"]), source
            else:
                assert source["type"] == "dir", f"not pinned: {source}"


@test
def flatpak_asks_for_no_more_than_it_says():
    allowed = {"--share=network", "--share=ipc", "--socket=wayland", "--socket=fallback-x11", "--device=dri"}
    assert set(manifest()["finish-args"]) == allowed


def main():
    print(f"1..{len(TESTS)}")
    failed = False
    for number, function in enumerate(TESTS, 1):
        name = "/desktop/" + function.__name__.replace("_", "-")
        try:
            function()
            print(f"ok {number} {name}")
        except Skip as reason:
            print(f"ok {number} {name} # SKIP {reason}")
        except Exception as problem:
            failed = True
            print(f"not ok {number} {name}")
            for line in f"{type(problem).__name__}: {problem}".splitlines():
                print(f"# {line}")
        sys.stdout.flush()
    return failed


if __name__ == "__main__":
    sys.exit(main())
