#!/usr/bin/python3
"""The window's program as a process: its actions over D-Bus, its one instance, signals, and what it starts without."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402
from running import (  # noqa: E402
    ENVIRONMENT, PATIENCE, Case, Running, actions, activate, owned, run, wait_for, windows,
)

ACTIONS = {"about", "computer", "interface", "pause", "preferences", "quit", "retry", "show-page", "show-program",
           "show-programs", "show-traffic", "shortcuts"}


def stored(folder):
    """The settings as the key file in the folder holds them."""
    file = Path(folder, "glib-2.0", "settings", "keyfile")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line)


class Application(Case):
    def test_without_a_display_it_says_so_in_one_sentence(self):
        blind = {name: value for name, value in ENVIRONMENT.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        for arguments in ([], ["--background"], ["--screenshot", "/nowhere/x.png"], ["--gapplication-service"]):
            with self.subTest(arguments=arguments):
                self.assert_one_sentence(run(*arguments, env=blind), 1)

    def test_without_a_description_of_its_settings_it_says_so_in_one_sentence(self):
        with tempfile.TemporaryDirectory() as folder:
            bare = {**ENVIRONMENT, "GSETTINGS_SCHEMA_DIR": folder, "XDG_DATA_DIRS": folder, "XDG_DATA_HOME": folder}
            self.assert_one_sentence(run(env=bare), 1)

    def test_actions_over_the_bus_are_those_of_the_menu(self):
        with Running("--background") as app:
            wait_for(owned)
            listed = actions("List")
            for action in ACTIONS:
                self.assertIn(f"'{action}'", listed)
                self.assertIn("(true, ", actions("Describe", action))
            activate("pause")
            self.assertIn("[<true>]", actions("Describe", "pause"))
            activate("quit")
            self.assert_ends(app)
            self.assert_quiet(app)

    def test_actions_over_the_bus_show_dialogs_and_quit(self):
        with Running() as app:
            app.wait_for_window()
            for action, title in (("preferences", "Preferences"), ("about", "About"),
                                  ("computer", "About This Computer"),
                                  ("shortcuts", "Keyboard shortcuts")):
                activate(action)
                wait_for(lambda title=title: windows(title))
            activate("pause")
            activate("pause")
            for action, parameter in (("show-page", "<'nowhere'>"), ("interface", "<'nope0'>"), ("interface", "<''>"),
                                      ("show-program", "<'desktop:none\\n/nowhere'>"), ("retry", "")):
                activate(action, *([parameter] if parameter else []))
            # What there is not changes nothing.
            activate("interface", "<'lo'>")
            activate("interface", "<'nope0'>")
            self.assertIn("[<'lo'>]", actions("Describe", "interface"))
            activate("quit")
            self.assert_ends(app, seconds=2)
            self.assert_quiet(app)

    def test_a_second_start_goes_to_the_first_one(self):
        with tempfile.TemporaryDirectory() as folder, \
             Running("--page", "traffic", GSETTINGS_BACKEND="keyfile", XDG_CONFIG_HOME=folder) as app:
            app.wait_for_window()
            begin = time.monotonic()
            second = run("--page", "programs", "--interface", "lo")
            self.assertLess(time.monotonic() - begin, 2 * PATIENCE)
            self.assertEqual((second.returncode, second.stderr), (0, ""))
            self.assertEqual(len(windows()), 1)
            self.assertIsNone(app.process.poll())
            # One that is to have no window changes nothing.
            self.assertEqual(run("--background").returncode, 0)
            activate("quit")
            self.assert_ends(app)
            kept = stored(folder)
            self.assertEqual((kept["page"], kept["interface"]), ("'programs'", "'lo'"))

    def test_signals_end_it_like_quit_and_it_remembers(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(signal=number), tempfile.TemporaryDirectory() as folder, \
                 Running("--interface", "lo", "--page", "programs", "--size", "777x555", GSETTINGS_BACKEND="keyfile",
                         XDG_CONFIG_HOME=folder) as app:
                app.wait_for_window()
                app.process.send_signal(number)
                self.assert_ends(app, seconds=2)
                self.assert_quiet(app)
                kept = stored(folder)
                self.assertEqual((kept["page"], kept["interface"]), ("'programs'", "'lo'"))
                self.assertEqual((kept["window-width"], kept["window-height"]), ("777", "555"))

    def test_the_end_of_the_session_ends_it_like_quit_and_it_remembers(self):
        script = Path(__file__).resolve().with_name("session-manager.py")
        manager = subprocess.Popen(["/usr/bin/python3", script], stdout=subprocess.PIPE, stdin=subprocess.PIPE,
                                   text=True)
        try:
            self.assertEqual(manager.stdout.readline(), "ready\n")
            with tempfile.TemporaryDirectory() as folder, \
                 Running("--page", "programs", GSETTINGS_BACKEND="keyfile", XDG_CONFIG_HOME=folder) as app:
                app.wait_for_window()
                self.assertEqual(manager.stdout.readline(), "registered io.github.sluice.Sluice\n")
                manager.stdin.write("end\n")
                manager.stdin.flush()
                self.assert_ends(app, seconds=5)
                self.assert_quiet(app)
                self.assertEqual(stored(folder)["page"], "'programs'")
        finally:
            manager.kill()
            manager.communicate()

    def test_opens_as_it_was_closed(self):
        with tempfile.TemporaryDirectory() as folder:
            place = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": folder}
            with Running("--page", "programs", "--size", "801x602", **place) as app:
                app.wait_for_window()
                app.process.terminate()
                self.assert_ends(app)
            with Running(**place) as app:
                app.wait_for_window()
                app.process.terminate()
                self.assert_ends(app)
            kept = stored(folder)
            self.assertEqual((kept["page"], kept["window-width"], kept["window-height"]), ("'programs'", "801", "602"))

    def test_a_picture_changes_nothing_that_is_stored(self):
        with tempfile.TemporaryDirectory() as folder:
            result = run("--screenshot", os.path.join(folder, "x.png"), "--page", "programs", "--interface", "lo",
                         env={**ENVIRONMENT, "GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": folder})
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertEqual(stored(folder), {})

    def test_in_the_background_there_is_no_window_until_it_is_asked_for(self):
        with Running("--background") as app:
            wait_for(owned)
            time.sleep(1)
            self.assertEqual(windows(), [])
            activate("show-traffic")
            app.wait_for_window()
            activate("quit")
            self.assert_ends(app)
            self.assert_quiet(app)
        with Running("--background") as app:
            wait_for(owned)
            activate("quit")
            self.assert_ends(app, seconds=2)

    def test_in_the_background_it_outlives_its_window(self):
        with Running("--background") as app:
            wait_for(owned)
            activate("show-traffic")
            window = app.wait_for_window()
            subprocess.run(["xdotool", "windowfocus", "--sync", window, "key", "ctrl+w"], check=True,
                           capture_output=True, timeout=20)
            wait_for(lambda: not windows())
            time.sleep(0.5)
            self.assertIsNone(app.process.poll())
            activate("quit")
            self.assert_ends(app)

    def test_started_by_the_bus_it_shows_what_it_is_asked_for(self):
        with Running("--gapplication-service") as app:
            wait_for(owned)
            self.assertEqual(windows(), [])
            activate("show-programs")
            app.wait_for_window()
            activate("quit")
            self.assert_ends(app)
            self.assert_quiet(app)

    def test_without_a_session_bus_it_works_all_the_same(self):
        with Running(DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere") as app:
            app.wait_for_window()
            app.process.send_signal(signal.SIGTERM)
            self.assert_ends(app, seconds=2)
            self.assertRegex(app.said(), r"\Asluice: There is no D-Bus session[^\n]+\.\n\Z")

    def test_a_closed_window_ends_it(self):
        with Running() as app:
            window = app.wait_for_window()
            subprocess.run(["xdotool", "windowfocus", "--sync", window, "key", "ctrl+w"], check=True,
                           capture_output=True, timeout=20)
            self.assert_ends(app)


if __name__ == "__main__":
    tap.main()
