"""What of Sluice is not code: desktop file, D-Bus service, metainfo, settings, icons, translations, Flatpak manifest.

The environment tells where things are: see meson.build. A test whose tool is not installed is skipped.
"""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))
import tap  # noqa: E402

SOURCE = HERE.parents[2]
BUILD = Path(os.environ["BUILD_ROOT"])
APP_ID = os.environ["APP_ID"]
PAGES = ("traffic", "programs")


def tool(name):
    if not shutil.which(name):
        raise unittest.SkipTest(f"{name} is not installed")
    return name


def run(*command, **keywords):
    """What COMMAND prints on standard output; whatever it complains about when it fails is the failure."""
    done = subprocess.run(command, capture_output=True, timeout=60, check=False, **keywords)
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
    return (SOURCE / "po" / "LINGUAS").read_text(encoding="utf-8").split()


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


def manifest_text():
    return (SOURCE / "flatpak" / f"{APP_ID}.yml").read_text(encoding="utf-8")


def manifest():
    try:
        import yaml
    except ImportError:
        raise unittest.SkipTest("python3-yaml is not installed")
    return yaml.safe_load(manifest_text())


class Desktop(unittest.TestCase):
    def test_file_is_valid(self):
        run(tool("desktop-file-validate"), BUILD / "data" / f"{APP_ID}.desktop")

    def test_file_can_be_activated_over_dbus(self):
        entry = key_file(BUILD / "data" / f"{APP_ID}.desktop")
        service = key_file(BUILD / "data" / f"{APP_ID}.service")["D-BUS Service"]
        assert entry["Desktop Entry"]["DBusActivatable"] == "true"
        assert service["Name"] == APP_ID
        assert service["Exec"] == entry["Desktop Entry"]["Exec"].removesuffix(" %f") + " --gapplication-service"
        assert service["Exec"].startswith("/"), "D-Bus wants an absolute path"

    def test_file_offers_an_action_for_each_page(self):
        entry = key_file(BUILD / "data" / f"{APP_ID}.desktop")
        actions = entry["Desktop Entry"]["Actions"].strip(";").split(";")
        assert actions == [f"show-{page}" for page in PAGES], actions
        for page in PAGES:
            assert entry[f"Desktop Action show-{page}"]["Exec"].endswith(f" --page {page}")
        code = "".join(path.read_text(encoding="utf-8") for path in (SOURCE / "src" / "app").glob("application*.c"))
        for action in actions:
            assert f'"{action}"' in code, f"the app has no action {action}"

    def test_metainfo_is_valid(self):
        run(tool("appstreamcli"), "validate", "--no-net", "--no-color", BUILD / "data" / f"{APP_ID}.metainfo.xml")

    def test_one_id_is_used_everywhere(self):
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

    def test_installing_puts_every_part_where_a_desktop_looks(self):
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


class Settings(unittest.TestCase):
    def test_schema_compiles_strictly(self):
        run(os.environ["COMPILE_SCHEMAS"], "--strict", "--dry-run", SOURCE / "data")

    def test_are_all_explained(self):
        for key in schema().iter("key"):
            assert key.findtext("summary") and key.findtext("description"), f"{key.get('name')} is not explained"

    def test_refuse_what_makes_no_sense(self):
        if not shutil.which("gsettings"):
            raise unittest.SkipTest("gsettings is not installed")
        environment = dict(os.environ, GSETTINGS_SCHEMA_DIR=str(BUILD / "data"), GSETTINGS_BACKEND="memory")

        def is_taken(key, value):
            command = ("gsettings", "set", APP_ID, key, value)
            done = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
            return done.returncode == 0

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


class Icons(unittest.TestCase):
    def test_app_icon_shows_both_streams_at_every_size(self):
        for size in (16, 24, 32, 48, 128, 256):
            icon = pixels("scalable", APP_ID, size)
            for direction, colour in (("download", (0x00, 0x72, 0xB2)), ("upload", (0xE6, 0x9F, 0x00))):
                share = sum(near(pixel, colour) for pixel in icon) / len(icon)
                assert share > 0.04, f"{direction} is {share:.1%} of the icon at {size} pixels"
            assert icon[0][3] == 0, f"the corner is not transparent at {size} pixels"

    def test_symbolic_icon_is_one_colour_and_sharp_at_16_pixels(self):
        svg = SOURCE / "icons" / "hicolor" / "symbolic" / "apps" / f"{APP_ID}-symbolic.svg"
        fills = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg.read_text()))
        assert len(fills) == 1, f"colours: {fills}"
        icon = pixels("symbolic", f"{APP_ID}-symbolic", 16)
        solid = sum(pixel[3] > 230 for pixel in icon) / len(icon)
        blurred = sum(25 < pixel[3] <= 230 for pixel in icon) / len(icon)
        assert 0.25 < solid < 0.75, f"{solid:.0%} of the icon is solid"
        assert blurred < 0.10, f"{blurred:.0%} of the icon is neither on nor off"


class Translations(unittest.TestCase):
    def test_every_catalogue_is_valid_and_complete(self):
        for language in languages():
            catalogue = SOURCE / "po" / f"{language}.po"
            run(tool("msgfmt"), "--check", "-o", os.devnull, catalogue)
            for kind in ("--untranslated", "--only-fuzzy"):
                left = run(tool("msgattrib"), kind, "--no-obsolete", catalogue).decode()
                assert not left, f"{language}, {kind}:\n{left}"

    def test_every_catalogue_has_every_text_of_the_source(self):
        keywords = "_ N_ C_:1c,2 NC_:1c,2 g_dngettext:2,3 g_dpgettext2:2c,3".split()
        with tempfile.TemporaryDirectory() as place:
            template = Path(place) / "sluice.pot"
            command = (
                tool("xgettext"),
                "--from-code=UTF-8",
                *(f"--keyword={keyword}" for keyword in keywords),
                f"--directory={SOURCE}",
                f"--files-from={SOURCE / 'po' / 'POTFILES.in'}",
                f"--output={template}",
            )
            environment = dict(os.environ, GETTEXTDATADIRS=str(SOURCE / "po"))
            done = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
            # What it cannot collect, such as a text with a macro in its middle, it says, and goes on.
            assert done.returncode == 0 and not done.stderr, done.stderr.decode()
            for language in languages():
                # msgcmp fails when the template has a text that the catalogue has not.
                run(tool("msgcmp"), SOURCE / "po" / f"{language}.po", template)

    def test_arabic_has_its_six_plural_forms(self):
        catalogue = (SOURCE / "po" / "ar.po").read_text(encoding="utf-8")
        assert "nplurals=6;" in catalogue
        for block in catalogue.split("\n\n"):
            if "\nmsgid_plural" in block and not block.lstrip().startswith("#~"):
                forms = re.findall(r"^msgstr\[(\d)\]", block, re.MULTILINE)
                assert forms == list("012345"), block

    def test_carry_no_hidden_direction_controls(self):
        """Overrides and embeddings leak into what follows; isolates, ending with their text, are allowed in pairs."""
        for language in languages():
            text = (SOURCE / "po" / f"{language}.po").read_text(encoding="utf-8")
            assert not re.search("[\u200e\u200f\u202a-\u202e]", text), f"{language}: an embedding, override or mark"
            for block in text.split("\n\n"):
                opened = sum(block.count(isolate) for isolate in "\u2066\u2067\u2068")
                assert opened == block.count("\u2069"), f"{language}: an isolate is not closed:\n{block}"


class Flatpak(unittest.TestCase):
    def test_manifest_is_understood_by_its_builder(self):
        command = (tool("flatpak-builder"), "--show-manifest", SOURCE / "flatpak" / f"{APP_ID}.yml")
        with tempfile.TemporaryDirectory() as place:
            # It leaves a folder behind where it stands.
            done = subprocess.run(command, cwd=place, capture_output=True, timeout=60, check=False)
        # What it does not know it says, and goes on.
        assert done.returncode == 0 and not done.stderr, done.stderr.decode()

    def test_sources_are_pinned_and_fetched_over_https(self):
        for module in manifest()["modules"]:
            for source in module["sources"]:
                if source["type"] == "archive":
                    assert source["url"].startswith("https://"), source
                    assert re.fullmatch("[0-9a-f]{64}", source["sha256"]), source
                else:
                    assert source["type"] == "dir", f"not pinned: {source}"

    def test_asks_for_no_more_than_it_says(self):
        allowed = {"--share=network", "--share=ipc", "--socket=wayland", "--socket=fallback-x11", "--device=dri"}
        assert set(manifest()["finish-args"]) == allowed


if __name__ == "__main__":
    tap.main()
