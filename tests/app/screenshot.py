#!/usr/bin/python3
"""The pictures that --screenshot writes: their size, what they show, and where they cannot be written."""

import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402
from running import ENVIRONMENT, Case, Loopback, run  # noqa: E402

# Lines of the chart: download and upload.
BLUE = "#0072B2"
ORANGES = ("#B8", "#C0", "#E6")


class Screenshot(Case):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = os.path.join(folder.name, "picture.png")

    def take(self, *arguments, **environment):
        result = run("--screenshot", self.file, "--interface", "lo", *arguments, env={**ENVIRONMENT, **environment})
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))

    def size(self):
        return subprocess.run(["identify", "-format", "%m %wx%h", self.file], capture_output=True, text=True,
                              timeout=20, check=True).stdout

    def colours(self):
        """How many pixels there are of each colour."""
        histogram = subprocess.run(["convert", self.file, "-depth", "8", "-format", "%c", "histogram:info:-"],
                                   capture_output=True, text=True, timeout=60, check=True).stdout
        counts = {}
        for count, colour in re.findall(r"(\d+): .*?(#[0-9A-F]{6})", histogram):
            counts[colour] = counts.get(colour, 0) + int(count)
        return counts

    def darkness(self):
        """How dark the picture is on the whole, from 0 to 1."""
        mean = subprocess.run(["convert", self.file, "-colorspace", "gray", "-format", "%[fx:mean]", "info:"],
                              capture_output=True, text=True, timeout=60, check=True).stdout
        return 1 - float(mean)

    def test_shows_the_traffic_that_there_is(self):
        with Loopback():
            self.take("--after", "4", "--size", "900x700")
        self.assertEqual(self.size(), "PNG 900x700")
        colours = self.colours()
        self.assertGreater(len(colours), 60)
        self.assertGreater(colours.get(BLUE, 0), 20)
        self.assertGreater(sum(n for colour, n in colours.items() if colour.startswith(ORANGES)), 20)

    def test_shows_programs(self):
        with Loopback():
            self.take("--page", "programs", "--after", "3", "--size", "1000x500")
        self.assertEqual(self.size(), "PNG 1000x500")
        # The sparkline of what we move.
        self.assertGreater(self.colours().get(BLUE, 0), 10)

    def test_fits_the_narrowest_window(self):
        for page in ("traffic", "programs"):
            self.take("--page", page, "--size", "360x640")
            self.assertEqual(self.size(), "PNG 360x640")
            self.assertGreater(len(self.colours()), 50)

    def test_is_dark_where_the_desktop_is(self):
        self.take("--size", "900x700")
        self.assertLess(self.darkness(), 0.3)
        self.take("--size", "900x700", ADW_DEBUG_COLOR_SCHEME="prefer-dark")
        self.assertGreater(self.darkness(), 0.6)

    def test_replaces_a_file(self):
        with open(self.file, "wb") as file:
            file.write(b"x" * 3000000)
        self.take("--size", "400x400")
        self.assertEqual(self.size(), "PNG 400x400")

    def test_a_file_that_cannot_be_written_gets_one_sentence(self):
        for file in ("/nowhere/at/all.png", os.path.dirname(self.file), ""):
            with self.subTest(file=file):
                self.assert_one_sentence(run("--screenshot", file, "--interface", "lo"), 1)
        self.assertEqual(os.listdir(os.path.dirname(self.file)), [])


if __name__ == "__main__":
    tap.main()
