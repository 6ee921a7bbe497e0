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
PAGES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "man")
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


if __name__ == "__main__":
    tap.main()
