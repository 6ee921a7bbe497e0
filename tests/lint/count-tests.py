"""scripts/count-tests.py counts what meson's log says, case by case, and cannot be fooled into "all passed"."""

import importlib.util
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve()
SCRIPT = HERE.parents[2] / "scripts" / "count-tests.py"
sys.path.insert(0, str(HERE.parent.parent))
import tap  # noqa: E402

spec = importlib.util.spec_from_file_location("count_tests", SCRIPT)
count_tests = importlib.util.module_from_spec(spec)
spec.loader.exec_module(count_tests)


def test(name, result, stdout="", returncode=0):
    return {"name": f"sluice:model / {name}", "result": result, "stdout": stdout, "returncode": returncode}


class Count(unittest.TestCase):
    def assert_report(self, tests, well, *lines):
        self.assertEqual(count_tests.report(tests), (list(lines), well))

    def test_tap_cases_are_counted_one_by_one(self):
        spoken = "TAP version 13\n# random seed\nok 1 /a/b\nok 2 /a/c # SKIP needs root\n1..2\n"
        self.assert_report([test("units", "OK", spoken)], True,
                           "Skipped:", "  /a/c (needs root)", "1 passed, 0 failed, 1 skipped")

    def test_a_test_that_speaks_no_tap_counts_as_one(self):
        self.assert_report([test("schema", "OK"), test("lab", "SKIP", returncode=77)], True,
                           "Skipped:", "  lab", "1 passed, 0 failed, 1 skipped")

    def test_a_failed_case_fails_the_whole(self):
        self.assert_report([test("units", "FAIL", "ok 1 /a\nnot ok 2 /b\n1..2\n", 1)], False,
                           "Failed:", "  /b", "1 passed, 1 failed, 0 skipped")

    def test_a_crash_after_good_cases_fails(self):
        self.assert_report([test("units", "ERROR", "ok 1 /a\n", -6)], False,
                           "Failed:", "  units (error, exit status -6)", "1 passed, 1 failed, 0 skipped")

    def test_a_timeout_fails(self):
        self.assert_report([test("units", "TIMEOUT", "", -15)], False,
                           "Failed:", "  units (timeout, exit status -15)", "0 passed, 1 failed, 0 skipped")

    def test_an_unexpected_pass_fails(self):
        self.assert_report([test("units", "UNEXPECTEDPASS", "")], False,
                           "Failed:", "  units (unexpectedpass, exit status 0)", "0 passed, 1 failed, 0 skipped")

    def test_subtests_are_counted_and_what_closes_them_is_not(self):
        nested = "TAP version 14\n# Subtest: /a\n    ok 1 /a/b\n    ok 2 /a/c\n    1..2\nok 1 - /a\nok 2 /d\n1..2\n"
        self.assert_report([test("units", "OK", nested)], True, "3 passed, 0 failed, 0 skipped")

    def test_a_wholly_skipped_tap_test_is_named_with_its_reason(self):
        self.assert_report([test("units", "SKIP", "1..0 # SKIP no network\n")], True,
                           "Skipped:", "  units (no network)", "0 passed, 0 failed, 1 skipped")

    def test_nothing_run_is_a_failure(self):
        self.assert_report([], False, "0 passed, 0 failed, 0 skipped")

    def test_the_count_is_the_last_line_even_with_no_log(self):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run([SCRIPT, folder], capture_output=True, text=True, check=False)
            self.assertEqual((run.returncode, run.stdout), (1, "0 passed, 0 failed, 0 skipped\n"))

    def test_a_log_is_read_from_the_build_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder, "meson-logs", "testlog.json")
            log.parent.mkdir()
            log.write_text(json.dumps(test("units", "OK", "ok 1 /a\n1..1\n")) + "\n", encoding="utf-8")
            run = subprocess.run([SCRIPT, folder], capture_output=True, text=True, check=False)
            self.assertEqual((run.returncode, run.stdout), (0, "1 passed, 0 failed, 0 skipped\n"))


if __name__ == "__main__":
    tap.main()
