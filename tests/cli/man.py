#!/usr/bin/python3
"""The manual page: groff has nothing to say about it, and it tells of every command and option there is."""

import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

SLUICECTL = os.environ["SLUICECTL"]
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PAGES = os.path.join(ROOT, "data", "man")
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "C", "MANWIDTH": "80"}


class Man(unittest.TestCase):
    def test_is_without_warnings(self):
        if shutil.which("groff") is None:
            self.skipTest("needs groff")
        for page in ("sluicectl.1", "sluice.1"):
            result = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", os.path.join(PAGES, page)],
                                    capture_output=True, text=True, env=ENVIRONMENT, check=False, timeout=30)
            self.assertEqual((result.stdout, result.stderr, result.returncode), ("", "", 0), page)

    def test_tells_of_every_command_and_option(self):
        with open(os.path.join(PAGES, "sluicectl.1"), encoding="utf-8") as source:
            page = source.read().replace("\\-", "-")
        overview = subprocess.run([SLUICECTL, "--help"], capture_output=True, text=True, env=ENVIRONMENT, check=True)
        commands = re.findall(r"^  (\w+) {2,}", overview.stdout, re.M)
        self.assertIn("watch", commands)
        for command in commands:
            self.assertIn(f".SS {command}\n", page)
            text = subprocess.run([SLUICECTL, "help", command], capture_output=True, text=True, env=ENVIRONMENT,
                                  check=False).stdout
            for option in re.findall(r"--[a-z]+", text):
                if option != "--help":
                    self.assertIn(option, page)

    def test_tells_of_every_option_of_the_window(self):
        with open(os.path.join(PAGES, "sluice.1"), encoding="utf-8") as source:
            page = source.read().replace("\\-", "-")
        # The window itself may not be built, but its options stand in the source.
        with open(os.path.join(ROOT, "src", "app", "command-line.c"), encoding="utf-8") as source:
            options = re.findall(r'\{ "([a-z-]+)", (?:0|\'\w\'), 0, G_OPTION_ARG', source.read())
        self.assertIn("page", options)
        for option in options:
            self.assertIn(f"--{option}", page)


if __name__ == "__main__":
    tap.main()
