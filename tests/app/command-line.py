#!/usr/bin/python3
"""The options of the window's program: what is refused, with which sentence and exit code, and what is explained."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402
from running import ENVIRONMENT, Case, run  # noqa: E402


class CommandLine(Case):
    def refuses(self, code, words, *arguments):
        with self.subTest(arguments=arguments):
            result = run(*arguments)
            self.assert_one_sentence(result, code)
            self.assertIn(words, result.stderr)

    def test_refuses_what_it_does_not_know_with_2(self):
        self.refuses(2, "Unknown option --nonsense; see “sluice --help”", "--nonsense")
        self.refuses(2, "Unknown option -x", "-x")
        self.refuses(2, "Missing argument for --page", "--page")
        self.refuses(2, "“two.pcap” is one too many", "one.pcap", "two.pcap")
        self.refuses(2, "leave out --background and --page", "--page", "programs", "one.pcap")
        self.refuses(2, "There is no page “nowhere”; the pages are traffic and programs", "--page", "nowhere")
        self.refuses(2, "There is no page “”", "--page=")

    def test_refuses_sizes_that_no_window_has_with_2(self):
        for size in ("big", "", "1x1", "359x720", "1000x100", "1000", "1000x", "1000x720x", "1000x720 ", "-5x720",
                     "99999x720", "999999999999x720", "16385x16385"):
            self.refuses(2, f"“{size}” is no size of a window", f"--size={size}")

    def test_refuses_times_that_no_picture_takes_with_2(self):
        for time in ("-3", "3601", "nan", "inf"):
            self.refuses(2, "--after takes seconds from 0 to 3600", f"--after={time}", "--screenshot=/nowhere/x.png")
        self.refuses(2, "soon", "--after=soon")
        self.refuses(2, "give one of the two", "--background", "--screenshot=/nowhere/x.png")

    def test_refuses_an_interface_that_does_not_exist_with_1(self):
        for name in ("nope0", "", "much-too-long-for-an-interface"):
            self.refuses(1, f"There is no network interface “{name}”; “sluicectl interfaces” lists", "-i", name)

    def test_does_not_hand_escapes_on(self):
        for option in ("--page", "--interface", "--size"):
            self.assertNotIn("\x1b", run(f"{option}=\x1b[31mred").stderr, option)
        self.assertNotIn("\x1b", run("one.pcap", "\x1b[31mred").stderr)
        self.assertNotIn("\x1b", run("--\x1b[31mred").stderr)

    def test_says_its_version(self):
        result = run("--version")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, r"\Asluice \d+\.\d+\.\d+\n\Z")

    def test_explains_its_options(self):
        for option in ("--help", "-h"):
            result = run(option)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            for words in ("--page=NAME", "--interface=NAME", "--background", "--screenshot=FILE", "--after=SECONDS",
                          "--size=WIDTHxHEIGHT", "--version"):
                self.assertIn(words, result.stdout)
            self.assertNotIn("gapplication", result.stdout)

    def test_needs_no_display_to_answer(self):
        blind = {name: value for name, value in ENVIRONMENT.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        for option in ("--help", "--version"):
            self.assertEqual(run(option, env=blind).returncode, 0)
        self.assert_one_sentence(run("--nonsense", env=blind), 2)


if __name__ == "__main__":
    tap.main()
