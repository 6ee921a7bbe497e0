#!/usr/bin/python3
"""The window's program as a process: its options, its actions over D-Bus, its one instance, signals, and pictures."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

SLUICE = os.environ["SLUICE"]
APP_ID = "io.github.sluice.Sluice"
OBJECT = "/io/github/sluice/Sluice"
ENVIRONMENT = {**os.environ, "GTK_USE_PORTAL": "0", "LC_ALL": "C.UTF-8", "LANGUAGE": "C"}
ENVIRONMENT.pop("G_DEBUG", None)


def run(*arguments, **options):
    options = {"capture_output": True, "timeout": 40, "text": True, "env": ENVIRONMENT, **options}
    return subprocess.run([SLUICE, *arguments], check=False, **options)


def gdbus(*arguments):
    return subprocess.run(["gdbus", "call", "--session", "--dest", *arguments], capture_output=True, text=True,
                          timeout=20, check=False)


def activate(action, *parameter):
    text = f"[{', '.join(parameter)}]"
    answer = gdbus(APP_ID, "--object-path", OBJECT, "--method", "org.gtk.Actions.Activate", action, text, "{}")
    assert answer.returncode == 0, answer.stderr


def owned():
    answer = gdbus("org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus", "--method",
                   "org.freedesktop.DBus.NameHasOwner", APP_ID)
    return "true" in answer.stdout


def windows(name="Sluice"):
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", f"^{name}$"], capture_output=True,
                           text=True, timeout=20, check=False)
    return found.stdout.split()


def wait_for(what, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come true")


class Loopback:
    """A TCP connection to ourselves, kept busy as long as the block lasts."""

    def __enter__(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.near = socket.create_connection(server.getsockname())
            self.far, _ = server.accept()
        self.going = True
        self.threads = [threading.Thread(target=self.send), threading.Thread(target=self.receive)]
        for thread in self.threads:
            thread.start()
        return self

    def send(self):
        while self.going:
            self.near.sendall(b"x" * 100000)
            time.sleep(0.02)
        self.near.shutdown(socket.SHUT_WR)

    def receive(self):
        while self.far.recv(1 << 20):
            pass

    def __exit__(self, *error):
        self.going = False
        for thread in self.threads:
            thread.join()
        self.near.close()
        self.far.close()


class Running:
    """The program, started; ended with the block at the latest."""

    def __init__(self, *arguments, **environment):
        # The bus may hear a little later than we do that the one before has ended.
        wait_for(lambda: not owned())
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([SLUICE, *arguments], stdout=subprocess.DEVNULL, stderr=self.errors,
                                        env={**ENVIRONMENT, **environment})

    def __enter__(self):
        return self

    def said(self):
        self.errors.seek(0)
        return self.errors.read()

    def wait_for_window(self):
        try:
            wait_for(windows)
        except AssertionError as error:
            raise AssertionError(f"no window; exit status {self.process.poll()}; it said: {self.said()}") from error

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.errors.close()


class Application(unittest.TestCase):
    def one_sentence(self, result, code):
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertRegex(result.stderr, r"\Asluice: [^\n]+\.\n\Z")

    def test_bad_options_get_one_sentence_and_exit_code_2(self):
        for arguments in (["--page", "nowhere"], ["--nonsense"], ["--size", "big"], ["--size", "1x1"], ["leftover"],
                          ["--after", "-3", "--screenshot", "/tmp/x.png"]):
            with self.subTest(arguments=arguments):
                self.one_sentence(run(*arguments), 2)

    def test_an_interface_that_does_not_exist_gets_one_sentence_and_exit_code_1(self):
        self.one_sentence(run("--interface", "nope0", "--screenshot", "/tmp/never.png"), 1)

    def test_says_its_version_and_its_options(self):
        self.assertRegex(run("--version").stdout, r"\ASluice \d+\.\d+\.\d+\n\Z|\Asluice \d+\.\d+\.\d+\n\Z")
        self.assertIn("--screenshot", run("--help").stdout)

    def test_without_a_display_it_says_so_in_one_sentence(self):
        blind = {name: value for name, value in ENVIRONMENT.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        self.one_sentence(run(env=blind), 1)

    def test_actions_over_the_bus_show_pages_dialogs_and_quit(self):
        with Running() as app:
            app.wait_for_window()
            for action in ("show-programs", "show-traffic", "preferences", "about", "shortcuts", "pause", "pause"):
                activate(action)
            for action, parameter in (("show-page", "<'programs'>"), ("show-page", "<'nowhere'>"),
                                      ("interface", "<'lo'>"), ("interface", "<''>"),
                                      ("show-program", "<'desktop:none\\n/nowhere'>")):
                activate(action, parameter)
            wait_for(lambda: windows("Preferences"))
            activate("quit")
            self.assertEqual(app.process.wait(10), 0)
            self.assertNotRegex(app.said(), "CRITICAL|WARNING")

    def test_a_second_start_goes_to_the_first_one(self):
        with Running("--page", "traffic") as app:
            app.wait_for_window()
            self.assertEqual(run("--page", "programs").returncode, 0)
            self.assertEqual(len(windows()), 1)
            self.assertIsNone(app.process.poll())
            activate("quit")
            self.assertEqual(app.process.wait(10), 0)

    def test_signals_end_it_like_quit(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(signal=number), Running("--interface", "lo") as app:
                app.wait_for_window()
                app.process.send_signal(number)
                self.assertEqual(app.process.wait(5), 0)
                self.assertNotRegex(app.said(), "CRITICAL|WARNING")

    def test_in_the_background_there_is_no_window_until_it_is_asked_for(self):
        with Running("--background") as app:
            wait_for(owned)
            time.sleep(1)
            self.assertEqual(windows(), [])
            activate("show-traffic")
            app.wait_for_window()
            activate("quit")
            self.assertEqual(app.process.wait(10), 0)

    def test_started_by_the_bus_it_shows_what_it_is_asked_for(self):
        with Running("--gapplication-service") as app:
            wait_for(owned)
            activate("show-programs")
            app.wait_for_window()
            activate("quit")
            self.assertEqual(app.process.wait(10), 0)

    def test_without_a_session_bus_it_works_all_the_same(self):
        with Running(DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere") as app:
            app.wait_for_window()
            app.process.send_signal(signal.SIGTERM)
            self.assertEqual(app.process.wait(5), 0)
            self.assertNotIn("CRITICAL", app.said())

    def test_a_closed_window_ends_it(self):
        with Running() as app:
            app.wait_for_window()
            subprocess.run(["xdotool", "windowfocus", "--sync", windows()[0], "key", "ctrl+w"], check=True,
                           capture_output=True, timeout=20)
            self.assertEqual(app.process.wait(10), 0)


class Screenshot(unittest.TestCase):
    def colours(self, file):
        """How many pixels there are of each colour, most first."""
        histogram = subprocess.run(["convert", file, "-format", "%c", "histogram:info:-"], capture_output=True,
                                   text=True, timeout=60, check=True).stdout
        return [(int(count), colour) for count, colour in re.findall(r"(\d+): .*?(#[0-9A-F]{6})", histogram)]

    def test_shows_the_traffic_that_there_is(self):
        with tempfile.TemporaryDirectory() as folder, Loopback():
            file = os.path.join(folder, "traffic.png")
            result = run("--screenshot", file, "--interface", "lo", "--after", "4", "--size", "900x700")
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            size = subprocess.run(["identify", "-format", "%wx%h", file], capture_output=True, text=True, timeout=20,
                                  check=True).stdout
            self.assertEqual(size, "900x700")
            colours = dict((colour, count) for count, colour in self.colours(file))
            self.assertGreater(len(colours), 60)
            # The line of the download, and that of the upload.
            self.assertGreater(colours.get("#0072B2", 0), 20)
            self.assertGreater(sum(n for colour, n in colours.items() if colour.startswith(("#B8", "#C0", "#E6"))), 20)

    def test_fits_the_narrowest_window(self):
        with tempfile.TemporaryDirectory() as folder:
            for page in ("traffic", "programs"):
                file = os.path.join(folder, page + ".png")
                result = run("--screenshot", file, "--page", page, "--interface", "lo", "--size", "360x640")
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                size = subprocess.run(["identify", "-format", "%wx%h", file], capture_output=True, text=True,
                                      timeout=20, check=True).stdout
                self.assertEqual(size, "360x640")

    def test_a_file_that_cannot_be_written_gets_one_sentence(self):
        result = run("--screenshot", "/nowhere/at/all.png", "--interface", "lo")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"\Asluice: [^\n]+\n\Z")


if __name__ == "__main__":
    tap.main()
