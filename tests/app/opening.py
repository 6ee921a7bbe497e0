#!/usr/bin/python3
"""Capture files on their way into the window: over the bus, as file managers do it, and dropped by a real pointer."""

import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402
from running import APP_ID, ENVIRONMENT, OBJECT, Case, Running, activate, gdbus, owned, wait_for, windows  # noqa: E402

DRAG_SOURCE = os.environ["DRAG_SOURCE"]


def write_capture(folder, name):
    """A minute of ARP requests."""
    path = pathlib.Path(folder, name)
    frame = b"\xff" * 6 + b"\x02\0\0\0\0\1" + b"\x08\x06" + bytes(46)
    packets = (struct.pack("=IIII", 1700000000 + second, 0, len(frame), len(frame)) + frame for second in range(60))
    path.write_bytes(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + b"".join(packets))
    return path


def open_over_the_bus(*uris):
    listed = ", ".join(f"'{uri}'" for uri in uris)
    return gdbus(APP_ID, "--object-path", OBJECT, "--method", "org.freedesktop.Application.Open", f"[{listed}]", "{}")


def xdotool(*arguments):
    subprocess.run(["xdotool", *map(str, arguments)], check=True, capture_output=True, timeout=20)


def drag(source, target):
    """From the middle of one window into the other, as slowly as a hand."""
    xdotool("windowmove", source, 0, 0)
    xdotool("windowmove", target, 300, 100)
    time.sleep(0.3)
    xdotool("mousemove", 100, 75, "mousedown", 1)
    for x in range(110, 500, 30):
        xdotool("mousemove", x, 75 + (x - 100) // 2)
        time.sleep(0.03)
    time.sleep(0.3)
    xdotool("mouseup", 1)


class Opening(Case):
    def test_a_file_manager_opens_a_file_over_the_bus(self):
        with tempfile.TemporaryDirectory() as folder, Running("--gapplication-service") as app:
            wait_for(owned)
            first, second = write_capture(folder, "first one.pcap"), write_capture(folder, "second.pcap")
            self.assertEqual(open_over_the_bus(first.as_uri()).returncode, 0)
            wait_for(lambda: windows("File: first one.pcap"))
            # Into the window that is there, in place of the file that was shown.
            self.assertEqual(open_over_the_bus(second.as_uri(), first.as_uri()).returncode, 0)
            wait_for(lambda: windows("File: second.pcap"))
            self.assertEqual(windows("File: first one.pcap"), [])
            # What cannot be read is named all the same, and is no reason to end.
            self.assertEqual(open_over_the_bus("file:///nowhere/at.pcap").returncode, 0)
            wait_for(lambda: windows("File: at.pcap"))
            # What is no list of addresses is refused by the bus.
            self.assertNotEqual(gdbus(APP_ID, "--object-path", OBJECT, "--method", "org.freedesktop.Application.Open",
                                      "'x'", "{}").returncode, 0)
            activate("quit")
            self.assert_ends(app)
            self.assert_quiet(app)

    def test_a_file_that_is_dropped_on_the_window_is_opened(self):
        with tempfile.TemporaryDirectory() as folder, Running("--interface", "lo", "--size", "700x560") as app:
            path = write_capture(folder, "dropped here.pcap")
            source = subprocess.Popen([DRAG_SOURCE, path, write_capture(folder, "other.pcap")], env=ENVIRONMENT)
            try:
                window = app.wait_for_window()
                wait_for(lambda: windows("Files to drag"))
                drag(windows("Files to drag")[0], window)
                wait_for(lambda: windows("File: dropped here.pcap"))
                self.assertIsNone(source.poll())
            finally:
                source.kill()
                source.wait()
            activate("quit")
            self.assert_ends(app)
            self.assert_quiet(app)


if __name__ == "__main__":
    tap.main()
