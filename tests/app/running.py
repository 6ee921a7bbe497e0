"""The window's program as a process: started, asked over D-Bus, seen by the X server, ended."""

import os
import socket
import subprocess
import tempfile
import threading
import time
import unittest

SLUICE = os.environ["SLUICE"]
APP_ID = "io.github.sluice.Sluice"
OBJECT = "/io/github/sluice/Sluice"
# Under a sanitizer everything takes many times as long.
PATIENCE = 10 if os.environ.get("SANITIZED") == "1" else 1
ENVIRONMENT = {**os.environ, "GTK_USE_PORTAL": "0", "LC_ALL": "C.UTF-8", "LANGUAGE": "C"}
ENVIRONMENT.pop("G_DEBUG", None)


def run(*arguments, **options):
    """Start it, wait for its end, keep what it said."""
    options = {"capture_output": True, "timeout": 40, "text": True, "env": ENVIRONMENT, **options}
    return subprocess.run([SLUICE, *arguments], check=False, **options)


def gdbus(*arguments):
    return subprocess.run(["gdbus", "call", "--session", "--dest", *arguments], capture_output=True, text=True,
                          timeout=20, check=False)


def actions(method, *arguments):
    """Call a method of org.gtk.Actions of the one that runs; what it answers."""
    answer = gdbus(APP_ID, "--object-path", OBJECT, "--method", "org.gtk.Actions." + method, *arguments)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def activate(action, *parameter):
    return actions("Activate", action, f"[{', '.join(parameter)}]", "{}")


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


class Datagrams:
    """Datagrams to ourselves, as long as the block lasts."""

    def __enter__(self):
        self.far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.far.bind(("127.0.0.1", 0))
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.send)
        self.thread.start()

    def send(self):
        while not self.ended.wait(0.02):
            self.far.sendto(b"x" * 20000, self.far.getsockname())

    def __exit__(self, *error):
        self.ended.set()
        self.thread.join()
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
        """Until it shows its window; gives that. On a busy machine that takes it half a minute under a sanitizer."""
        wait_for(lambda: windows() or self.process.poll() is not None, seconds=60)
        assert self.process.poll() is None, f"it ended with {self.process.poll()} and said: {self.said()}"
        return windows()[0]

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.errors.close()


class Case(unittest.TestCase):
    def assert_one_sentence(self, result, code):
        """It ended with that code, said one sentence on standard error and nothing elsewhere."""
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertRegex(result.stderr, r"\Asluice: [^\n]+\.\n\Z")

    def assert_quiet(self, app):
        """Neither GLib nor GTK found fault."""
        self.assertNotRegex(app.said(), "CRITICAL|WARNING")

    def assert_ends(self, app, code=0, seconds=10):
        begin = time.monotonic()
        self.assertEqual(app.process.wait(20 * PATIENCE), code, app.said())
        self.assertLess(time.monotonic() - begin, seconds * PATIENCE)
