#!/usr/bin/python3
"""The live view of `sluicectl watch` on a real terminal (tmux): what it shows, its keys, and how it leaves."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

SLUICECTL = os.environ["SLUICECTL"]
ENVIRONMENT = {**os.environ, "LANGUAGE": "C", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
for name in ("NO_COLOR", "TMUX", "G_DEBUG"):
    ENVIRONMENT.pop(name, None)


class LiveView(unittest.TestCase):
    def setUp(self):
        if shutil.which("tmux") is None:
            self.skipTest("needs tmux")
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.sockets = []

    def tmux(self, *arguments, check=True, at=None):
        command = ["tmux", "-u", "-S", at or self.sockets[-1], "-f", "/dev/null", *arguments]
        return subprocess.run(command, check=check, capture_output=True, text=True, env=ENVIRONMENT, timeout=20).stdout

    def open_shell(self, width, height, shell="sh"):
        at = os.path.join(self.folder.name, f"tmux{len(self.sockets)}")
        self.sockets.append(at)
        self.addCleanup(self.tmux, "kill-server", check=False, at=at)
        self.tmux("new-session", "-d", "-x", str(width), "-y", str(height), shell)

    def open(self, *arguments, width=100, height=24, prefix=""):
        """A shell in a terminal that runs the live view; what the shell says after it stays to be seen."""
        command = (f"{prefix} '{SLUICECTL}' watch -i lo {' '.join(arguments)}; "
                   "echo ended $?; stty -a | grep -o -- '-\\?icanon'")
        self.open_shell(width, height)
        # Without a prompt nothing but what is asked for is on the screen.
        self.tmux("send-keys", "-l", "PS1=; clear\n")
        time.sleep(0.3)
        self.tmux("send-keys", "-l", command + "\n")
        self.wait_for(r"q Quit")

    def screen(self, *options):
        return self.tmux("capture-pane", "-p", *options)

    def wait_for(self, pattern, seconds=8):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            screen = self.screen()
            if re.search(pattern, screen, re.M):
                return screen
            time.sleep(0.1)
        self.fail(f"{pattern} never came:\n{self.screen()}")

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def process(self):
        pane = self.tmux("display-message", "-p", "#{pane_pid}").strip()
        with open(f"/proc/{pane}/task/{pane}/children", encoding="ascii") as children:
            return int(children.read().split()[0])

    def assert_left(self):
        """It is over with code 0, the summary stands there, and the terminal is as it was."""
        screen = self.wait_for(r"^ended 0\n-?icanon$")
        self.assertRegex(screen, r"(?m)^in \S+ s +")
        self.assertRegex(screen, r"(?m)^icanon$")
        self.assertNotIn("q Quit", screen)

    def test_shows_interfaces_and_programs(self):
        self.open("--source", "kernel")
        screen = self.wait_for(r"^ lo +▼ .*[▁▂▃▄▅▆▇█]{2}.*▲ ")
        self.assertRegex(screen, r"(?m)^ Programs .*kernel, programs estimated")
        self.assertRegex(screen, r"(?m)^ PROGRAM .*↓DOWNLOAD +UPLOAD +TOTAL +OPEN +RTT\s*$")
        self.assertRegex(screen, r"(?m)^ of no program ")

    def test_leaves_on_q_with_a_summary(self):
        self.open()
        self.press("q")
        self.assert_left()

    @unittest.skipUnless(shutil.which("setpriv") or os.geteuid() != 0, "needs setpriv")
    def test_says_in_the_end_why_no_higher_tier_was_taken(self):
        self.open(prefix="setpriv --reuid=65534 --clear-groups" if os.geteuid() == 0 else "")
        self.press("q")
        self.assert_left()
        self.assertEqual(len(re.findall("^sluicectl: You may not read packets: ", self.screen("-J"), re.M)), 1)
        self.open("--source", "kernel")
        self.press("q")
        self.assert_left()
        self.assertNotIn("sluicectl:", self.screen())

    def test_leaves_on_signals_and_restores_the_terminal(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(number=number):
                self.open()
                os.kill(self.process(), number)
                self.assert_left()

    def test_leaves_on_control_c(self):
        self.open()
        self.press("C-c")
        self.wait_for(r"^in \S+ s ")

    def test_ends_when_its_time_is_over(self):
        self.open("-d", "2")
        self.assert_left()

    def test_changes_lists(self):
        self.open()
        self.press("c")
        self.wait_for(r"^ Connections ")
        self.wait_for(r"^ REMOTE ")
        self.press("i")
        self.wait_for(r"^ INTERFACE ")
        self.press("p")
        self.wait_for(r"^ PROGRAM ")

    def test_sorts(self):
        self.open()
        self.press("u")
        self.wait_for("↓UPLOAD")
        self.press("u")
        self.wait_for("↑UPLOAD")
        self.press("Right")
        self.wait_for("↓TOTAL")
        self.press("<")
        self.wait_for("↓UPLOAD")

    def test_filters(self):
        self.open()
        self.press("/")
        self.press("-l", "zq")
        self.wait_for(r"^ Filter: zq")
        self.press("BSpace")
        self.wait_for(r"^ Filter: z\s*$")
        self.press("Enter")
        self.wait_for(r"^ Programs  “z”")
        self.press("Escape")
        self.wait_for(r"^ Programs   ")

    def test_pauses(self):
        self.open()
        self.press("Space")
        before = self.wait_for(r"^ Programs  paused")
        time.sleep(1.5)
        self.assertEqual(before, self.screen())
        self.press("Space")
        self.wait_for(r"^ Programs   ")

    def test_explains_its_keys(self):
        self.open()
        self.press("?")
        self.wait_for("sort by download, upload, total")
        self.press("x")
        self.wait_for(r"^ PROGRAM ")

    def test_follows_the_size_of_the_terminal(self):
        self.open()
        self.tmux("resize-window", "-x", "60", "-y", "12")
        time.sleep(0.5)
        screen = self.wait_for("q Quit")
        lines = screen.rstrip("\n").split("\n")
        self.assertEqual(len(lines), 12)
        self.assertTrue(lines[-1].startswith(" q Quit"))
        self.assertLessEqual(max(map(len, lines)), 60)
        self.tmux("resize-window", "-x", "140", "-y", "40")
        self.wait_for(r"^ PROGRAM .* USER .* RTT$")

    def test_stops_and_comes_back(self):
        # Job control is for interactive shells.
        self.open_shell(100, 24, "bash --norc --noprofile -i")
        self.tmux("send-keys", "-l", f"'{SLUICECTL}' watch -i lo\n")
        self.wait_for("q Quit")
        self.press("C-z")
        self.wait_for("Stopped")
        self.tmux("send-keys", "-l", "fg\n")
        self.wait_for("q Quit")
        self.press("q")
        self.wait_for(r"^in \S+ s ")

    def test_obeys_no_color(self):
        self.open()
        self.wait_for(r"^ lo ")
        self.assertRegex(self.screen("-e"), r"\x1b\[(\d+;)*3[0-8][;m]")
        self.open(prefix="NO_COLOR=1")
        self.wait_for(r"^ lo ")
        self.assertNotRegex(self.screen("-e"), r"\x1b\[(\d+;)*3[0-8]")

    def test_does_without_unicode(self):
        self.open(prefix="LC_ALL=C")
        screen = self.wait_for(r"^ lo +v .*\^ ")
        self.assertTrue(screen.isascii())

    def test_prints_lines_on_a_terminal_that_cannot(self):
        self.open_shell(100, 24)
        self.tmux("send-keys", "-l", f"TERM=nothing-known '{SLUICECTL}' watch -i lo -d 1\n")
        # The shell may show its prompt only after what was typed ahead of it.
        self.wait_for(r"^(?:[#$] )?\d\d:\d\d:\d\d +PID ")
        self.wait_for(r"^in \S+ s ")

    def test_keeps_hostile_names_off_the_terminal(self):
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, "\x1b]0;owned\x07\x1b[2J\u202e")
            shutil.copy(os.path.realpath("/usr/bin/python3"), program)
            code = ("import socket,time\n"
                    "server = socket.create_server(('127.0.0.1', 0))\n"
                    "near = socket.create_connection(server.getsockname())\n"
                    "far, _ = server.accept()\n"
                    "while True: near.sendall(b'x' * 9999); far.recv(9999); time.sleep(.05)\n")
            process = subprocess.Popen([program, "-c", code])
            try:
                self.open(width=140)
                self.wait_for(r"^ <U\+001B>\]0;owned<U\+0007>")
                self.assertNotIn("owned\n", self.tmux("display-message", "-p", "#{pane_title}"))
            finally:
                process.kill()
                process.wait()


if __name__ == "__main__":
    tap.main()
