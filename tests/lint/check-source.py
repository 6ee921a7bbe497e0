"""Each rule of scripts/check-source.py fires on what it is there for, and on nothing else."""

import contextlib
import importlib.util
import io
import os
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))
import tap  # noqa: E402


def load(name):
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), HERE.parents[2] / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


check_source = load("check-source")
LATER = "TO" "DO"

# A project so small that nothing is wrong with it.
CLEAN = {
    "src/model/text.h": "#pragma once\n\n#include <glib.h>\n\nchar *sluice_text_trim (const char *text,\n"
                        "                        gssize      length);\n",
    "src/model/text.c": '#include "model/text.h"\n\n'
                        "/**\n * sluice_text_trim:\n * @text: any text\n *\n * Returns: it\n */\n"
                        "char *\nsluice_text_trim (const char *text,\n                  gssize      length)\n"
                        "{\n  return g_strndup (text, length);\n}\n",
    "src/model/meson.build": "model_lib = static_library('model', files('text.c'))\n",
    "src/app/main.c": '#include <gtk/gtk.h>\n\n#include "engine/engine.h"\n#include "sluice-config.h"\n\n'
                      'int\nmain (void)\n{\n  /* goto, system (1) and _("this") are only talked about */\n'
                      '  g_print ("%s", _("goto sleep"));\n  return g_settings_get_int (settings, "interval");\n}\n',
    "src/app/meson.build": "executable('sluice', 'main.c')\n",
    "src/engine/engine.h": '#pragma once\n\n#include <gio/gio.h>\n\n#include "model/text.h"\n',
    "src/decode/dns.h": "#pragma once\n\n#include <string.h>\n",
    "data/io.github.sluice.Sluice.gschema.xml": '<schema><key name="interval" type="u"/></schema>\n',
    "tests/model/text.c": "int main (void) { return 0; }\n",
    "tests/model/meson.build": "foreach name : ['text']\nendforeach\n",
    "po/POTFILES.in": "# comments stay\ndata/io.github.sluice.Sluice.gschema.xml\nsrc/app/main.c\n",
}


class Lint(unittest.TestCase):
    def setUp(self):
        # The project's own exceptions have no business in the planted trees.
        for name in ("LONG_FILES", "LONG_FUNCTIONS", "NO_TEST_FILE"):
            emptied = unittest.mock.patch.dict(getattr(check_source, name), clear=True)
            emptied.start()
            self.addCleanup(emptied.stop)

    def wrong(self, changes=None):
        with tempfile.TemporaryDirectory() as root:
            for path, text in {**CLEAN, **(changes or {})}.items():
                if text is not None:
                    file = Path(root, path)
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(text, encoding="utf-8")
            return [line for lines in check_source.check(root).values() for line in lines]

    def assert_one(self, changes, path, words, rule):
        """The changes bring about just one complaint, on that file and by that rule."""
        wrong = self.wrong(changes)
        self.assertEqual(len(wrong), 1, wrong)
        self.assertTrue(wrong[0].startswith(f"{path}:"), wrong)
        self.assertIn(words, wrong[0])
        self.assertTrue(wrong[0].endswith(f"[{rule}]"), wrong)

    def also(self, path, code):
        """The clean file with more code at its end."""
        return {path: CLEAN[path] + code}

    def include(self, path, target):
        return {path: CLEAN[path].replace("#pragma once\n", f"#pragma once\n\n#include {target}\n", 1)}

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.wrong(), [])

    def test_an_upward_include_fails(self):
        self.assert_one(self.include("src/model/text.h", '"engine/engine.h"'), "src/model/text.h",
                        "model may not include engine", "includes")

    def test_every_room_that_design_forbids_is_forbidden(self):
        allowed = {
            "capture": {"decode", "owner", "bpf", "ipc"}, "alerts": {"draw"}, "charts": {"draw"},
            "engine": {"capture", "history", "alerts", "limits", "ipc"},
            "app": {"engine", "history", "alerts", "charts", "limits", "ipc"},
            "cli": {"engine", "history", "alerts", "limits", "ipc"},
            "services/captured": {"capture", "owner", "bpf", "ipc"}, "services/limitd": {"limits", "bpf", "ipc"},
        }
        for room in check_source.ROOMS:
            for other in check_source.ROOMS:
                files = {f"src/{room}/a.h": f'#pragma once\n\n#include "{other}/b.h"\n',
                         f"src/{other}/b.h": "#pragma once\n"}
                good = other in (room, "model") or other in allowed.get(room, set())
                with self.subTest(room=room, other=other):
                    self.assertEqual(self.wrong(files) == [], good)

    def test_an_unknown_room_fails(self):
        self.assert_one({"src/attic/a.h": "#pragma once\n"}, "src/attic/a.h", "room attic", "includes")

    def test_a_climbing_include_fails(self):
        self.assert_one(self.include("src/model/text.h", '"../engine/engine.h"'), "src/model/text.h", "climbs",
                        "includes")

    def test_an_include_of_nothing_fails(self):
        self.assert_one(self.include("src/engine/engine.h", '"text.h"'), "src/engine/engine.h", "no file", "includes")

    def test_gio_in_the_model_fails(self):
        self.assert_one(self.include("src/model/text.h", "<gio/gio.h>"), "src/model/text.h", "GLib and the C",
                        "includes")

    def test_gtk_below_the_charts_fails(self):
        for room in ("engine", "draw", "cli", "capture"):
            with self.subTest(room=room):
                self.assert_one({f"src/{room}/a.h": "#pragma once\n\n#include <gtk/gtk.h>\n"}, f"src/{room}/a.h",
                                f"does not belong in {room}", "includes")

    def test_tabs_trailing_blanks_and_long_lines_fail(self):
        for code, words in (("\tint a;\n", "a tab"), ("int a; \n", "at the end of the line"),
                            ("int a;\r\n", "carriage return"), ("/* " + "x" * 120 + " */\n", "columns"),
                            ("\n", "one newline"), ("int a;", "one newline")):
            with self.subTest(words=words):
                self.assert_one(self.also("src/app/main.c", code), "src/app/main.c", words, "layout")

    def test_a_header_without_pragma_once_fails(self):
        self.assert_one({"src/engine/a.h": "#ifndef A\n#endif\n"}, "src/engine/a.h", "#pragma once", "pragma_once")

    def test_a_file_name_that_is_not_kebab_case_fails(self):
        self.assert_one({"src/engine/liveModel.h": "#pragma once\n"}, "src/engine/liveModel.h", "kebab", "names")
        self.assert_one({"src/engine/live_model.h": "#pragma once\n"}, "src/engine/live_model.h", "kebab", "names")

    def test_goto_and_unsafe_calls_fail(self):
        for call in check_source.BANNED:
            with self.subTest(call=call):
                self.assert_one(self.also("src/app/main.c", f"int a = {call} (b);\n"), "src/app/main.c", call, "calls")
        self.assert_one(self.also("src/app/main.c", "void\na (void)\n{\n  goto out;\n}\n"), "src/app/main.c", "goto",
                        "calls")

    def test_a_library_room_that_talks_fails(self):
        for call in ("g_print", "printf", "g_warning", "g_message"):
            with self.subTest(call=call):
                self.assert_one(self.also("src/model/text.c", f"void\na (void)\n{{\n  {call} (b);\n}}\n"),
                                "src/model/text.c", call, "calls")

    def test_calls_in_comments_strings_and_members_pass(self):
        code = 'static char a[] = "system (1)"; // popen (2)\nint b = c->gets (1);\n'
        self.assertEqual(self.wrong(self.also("src/model/text.c", code)), [])

    def test_what_is_left_for_later_fails(self):
        self.assert_one(self.also("src/app/main.c", f"/* {LATER}: all */\n"), "src/app/main.c", LATER, "unfinished")
        self.assert_one({"README.md": f"{LATER}\n"}, "README.md", LATER, "unfinished")

    def test_a_place_of_somebodys_machine_fails(self):
        for place in ("/home/someone/sluice", "/ro" "ot/sluice", "https://deb." "debian.org"):
            with self.subTest(place=place):
                self.assert_one({"README.md": f"Look in {place}.\n"}, "README.md", "machine", "unfinished")

    def test_a_long_file_fails(self):
        self.assert_one(self.also("src/app/main.c", "int a;\n" * 700), "src/app/main.c", "more than 700", "lengths")

    def test_a_long_function_fails(self):
        body = "  a ();\n" * 61
        self.assert_one(self.also("src/app/main.c", f"static void\nlengthy (void)\n{{\n{body}}}\n"), "src/app/main.c",
                        "lengthy has 61", "lengths")
        self.assertEqual(self.wrong(self.also("src/app/main.c", f"static void\nfits (void)\n{{\n{body[8:]}}}\n")), [])

    def test_an_undocumented_public_function_fails(self):
        self.assert_one({"src/model/text.c": CLEAN["src/model/text.c"].replace("/**", "/*")}, "src/model/text.c",
                        "no /** comment", "documented")

    def test_a_function_that_is_only_declared_fails(self):
        self.assert_one(self.also("src/model/text.h", "int sluice_text_count (void);\n"), "src/model/text.h",
                        "sluice_text_count is declared but defined nowhere", "documented")

    def test_a_definition_after_a_macro_without_a_semicolon_is_found(self):
        code = ("\nG_DEFINE_QUARK (sluice-text-quark, sluice_text)\n\n/**\n * sluice_text_each:\n */\nvoid\n"
                "sluice_text_each (void (*each) (int a),\n                  int b)\n{\n}\n")
        changes = {**self.also("src/model/text.c", code),
                   **self.also("src/model/text.h", "void sluice_text_each (void (*each) (int a),\n"
                                                   "                       int b);\n")}
        self.assertEqual(self.wrong(changes), [])

    def test_private_headers_need_no_comment_and_no_test(self):
        files = {"src/engine/list-private.h": "#pragma once\n\nvoid sluice_list_sort (void);\n",
                 "src/engine/list.c": "void\nsluice_list_sort (void)\n{\n}\n",
                 "src/engine/meson.build": "files('list.c')\n"}
        self.assertEqual(self.wrong(files), [])

    def test_inline_functions_and_macros_in_headers_pass(self):
        self.assertEqual(self.wrong(self.also(
            "src/model/text.h",
            "#define SLUICE_A(x) \\\n  sluice_a (x)\nstatic inline int\nsluice_text_len (void)\n{\n"
            "  if (sluice_b ())\n    { sluice_c (); }\n  return sluice_d ();\n}\n")), [
                "src/model/text.h:10: sluice_text_len is public but has no /** comment [documented]"])

    def test_a_source_file_without_a_test_fails(self):
        self.assert_one({"tests/model/text.c": None}, "src/model/text.c", "no tests/model/text.c", "tested")
        self.assertEqual(self.wrong({"tests/model/text.c": None, "tests/model/text.py": "pass\n"}), [])

    def test_a_file_that_is_never_compiled_fails(self):
        self.assert_one({"src/model/spare.c": "int a;\n"}, "src/model/spare.c", "never compiled", "built")
        self.assert_one({"tests/model/meson.build": "foreach name : []\nendforeach\n"}, "tests/model/text.c",
                        "never compiled", "built")

    def test_potfiles_must_be_exact(self):
        self.assert_one({"src/cli/a.c": 'char *a = C_("x", "y");\n', "src/cli/meson.build": "executable('a', 'a.c')\n"},
                        "src/cli/a.c", "not in po/POTFILES.in", "translated")
        self.assert_one({"data/a.ui": '<x translatable="yes">a</x>\n'}, "data/a.ui", "not in po", "translated")
        self.assert_one(self.also("po/POTFILES.in", "src/model/text.c\n"), "po/POTFILES.in", "has no text",
                        "translated")
        self.assert_one(self.also("po/POTFILES.in", "src/gone.c\n"), "po/POTFILES.in", "does not exist", "translated")

    def test_a_setting_that_is_in_no_schema_fails(self):
        for code in ('void a (void) { g_settings_bind (self->settings, "width", b, "c", 0); }\n',
                     'char *a = "changed::width";\n'):
            with self.subTest(code=code):
                self.assert_one(self.also("src/app/main.c", code), "src/app/main.c", "setting width", "settings")

    def test_an_exception_that_is_no_longer_needed_fails(self):
        for name, rule in (("LONG_FILES", "lengths"), ("LONG_FUNCTIONS", "lengths"), ("NO_TEST_FILE", "tested")):
            stale = unittest.mock.patch.dict(getattr(check_source, name), {"src/model/text.c": "why"})
            with self.subTest(name=name), stale:
                self.assert_one({}, "src/model/text.c", "no exception any more", rule)

    def test_only_tracked_files_are_looked_at(self):
        with tempfile.TemporaryDirectory() as root:
            git = ["git", "-C", root, "-c", "safe.directory=*"]
            subprocess.run([*git, "init", "-q"], check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"})
            Path(root, "notes.h").write_text("nothing\n", encoding="utf-8")
            self.assertEqual(check_source.check(root)[check_source.pragma_once], [])
            subprocess.run([*git, "add", "notes.h"], check=True)
            self.assertEqual(len(check_source.check(root)[check_source.pragma_once]), 1)

    def run_main(self, *arguments):
        """The exit status, and what is printed."""
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            return check_source.main(arguments), printed.getvalue()

    def test_the_exit_status_says_whether_all_is_well(self):
        with tempfile.TemporaryDirectory() as root:
            self.assertEqual(self.run_main(root), (0, ""))
            Path(root, "a.h").write_text("int a;\n", encoding="utf-8")
            self.assertEqual(self.run_main(root), (1, "a.h:1: no #pragma once [pragma_once]\n"))
            status, printed = self.run_main("--tap", root)
            self.assertEqual(status, 1)
            self.assertIn("\nnot ok 3 /source/pragma-once\n# a.h:1: no #pragma once", printed)


if __name__ == "__main__":
    tap.main()
