"""scripts/check-format.py fails on a layout that is not GTK's, mends it, and leaves the author what is the author's."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve()
SCRIPT = HERE.parents[2] / "scripts" / "check-format.py"
sys.path.insert(0, str(HERE.parent.parent))
import tap  # noqa: E402

GOOD = """\
G_DEFINE_QUARK (sluice-text-quark, sluice_text)

static const char *const words[] = {
  [ONE] = "one",     /* in a column */
  [FIFTEEN] = "more", /* of its own */
};

static gboolean
is_stale (gpointer   key,
          const char *value)
{
  return key == NULL ? 0
         : value == NULL
           ? 1
           : strlen (_("Name")) + (gsize) key;
}
"""


class Format(unittest.TestCase):
    def run_on(self, text, *options):
        with tempfile.NamedTemporaryFile("w+", suffix=".c") as file:
            file.write(text)
            file.flush()
            run = subprocess.run([SCRIPT, *options, file.name], capture_output=True, text=True, check=False)
            if run.returncode == 77:
                self.skipTest("no clang-format")
            return run, Path(file.name).read_text(encoding="utf-8")

    def test_good_layout_passes_with_columns_and_breaks_as_they_are(self):
        run, _ = self.run_on(GOOD)
        self.assertEqual((run.returncode, run.stdout), (0, ""))

    def test_bad_layout_fails_and_is_shown(self):
        for good, bad in (("strlen (", "strlen("), ("{\n  return", "{\n    return"), ("(gsize) key", "(gsize)key"),
                          ("static gboolean\nis", "static gboolean is"),
                          ("\n{\n  return", " {\n  return"), ("  return key", "  if (key) return 1;\n  return key"),
                          ('_("', '_ ("')):
            with self.subTest(bad=bad):
                self.assertIn(good, GOOD)
                run, _ = self.run_on(GOOD.replace(good, bad, 1))
                self.assertEqual(run.returncode, 1, run.stdout)
                self.assertIn("make format", run.stdout)

    def test_mending_changes_nothing_but_what_is_wrong(self):
        run, text = self.run_on(GOOD.replace("strlen (_(", "strlen(_ ("), "--fix")
        self.assertEqual((run.returncode, text), (0, GOOD))


if __name__ == "__main__":
    tap.main()
