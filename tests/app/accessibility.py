#!/usr/bin/python3
"""The window as assistive technology has it: names on all that can be pressed, a chart that can be read, rows."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

try:
    import gi
    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi
except (ImportError, ValueError):
    Atspi = None

SLUICE = os.environ["SLUICE"]
ENVIRONMENT = {**os.environ, "GTK_A11Y": "atspi", "LC_ALL": "C.UTF-8", "LANGUAGE": "C"}
ENVIRONMENT.pop("G_DEBUG", None)
PRESSED = {"push button", "toggle button", "button", "menu item", "check box", "radio button", "page tab"}


def children(node):
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            yield child


def walk(node):
    yield node
    for child in children(node):
        yield from walk(child)


def role(node):
    return node.get_role_name()


def find_application():
    for application in children(Atspi.get_desktop(0)):
        if application.get_name() == "sluice":
            return application
    return None


def wait_for(what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError("it did not come true")


@unittest.skipIf(Atspi is None, "needs the AT-SPI bindings (gir1.2-atspi-2.0, python3-gi)")
class Accessibility(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.going = True
        with socket.create_server(("127.0.0.1", 0)) as server:
            cls.near = socket.create_connection(server.getsockname())
            cls.far, _ = server.accept()
        cls.thread = threading.Thread(target=cls.send)
        cls.thread.start()
        cls.process = subprocess.Popen([SLUICE, "--interface", "lo", "--page", "traffic"], env=ENVIRONMENT)
        cls.application = wait_for(find_application)

    @classmethod
    def tearDownClass(cls):
        cls.process.send_signal(signal.SIGTERM)
        cls.process.wait(10)
        cls.going = False
        cls.thread.join()
        cls.near.close()
        cls.far.close()

    @classmethod
    def send(cls):
        while cls.going:
            cls.near.sendall(b"x" * 60000)
            cls.far.recv(1 << 20)
            time.sleep(0.05)

    def nodes(self):
        return list(walk(self.application))

    def named(self, name, *roles):
        for node in self.nodes():
            if node.get_name() == name and (not roles or role(node) in roles):
                return node
        return None

    def press(self, node):
        for index in range(node.get_n_actions()):
            if node.get_action_name(index) in ("click", "press", "activate", "toggle"):
                self.assertTrue(node.do_action(index))
                return
        self.fail(f"{role(node)} “{node.get_name()}” cannot be pressed")

    def assert_named(self):
        # What has no label of its own goes by the name of its class.
        nameless = [f"{role(node)} “{node.get_name()}”, {node.get_description()}" for node in self.nodes()
                    if role(node) in PRESSED and node.get_n_actions() > 0 and role(node.get_parent()) != "combo box"
                    and (not node.get_name() or node.get_name().startswith(("Gtk", "Adw", "Sluice")))]
        self.assertEqual(nameless, [])

    def test_a_chart_says_what_it_shows(self):
        def chart():
            return next((node for node in self.nodes() if role(node) in ("image", "img", "icon")
                         and "ownload" in (node.get_description() + node.get_name())), None)

        node = wait_for(chart)
        wait_for(lambda: "pload" in node.get_description() and "bit/s" in node.get_description())

    def test_everything_that_can_be_pressed_on_traffic_has_a_name(self):
        wait_for(lambda: self.named("1 min"))
        self.assert_named()

    def test_pressing_a_span_button_changes_the_sentence(self):
        self.press(wait_for(lambda: self.named("5 min")))
        wait_for(lambda: self.named("In the last 5 minutes"))
        self.press(self.named("1 min"))
        wait_for(lambda: self.named("In the last minute"))

    def test_programs_is_a_table_whose_rows_have_names(self):
        subprocess.run(["gdbus", "call", "--session", "--dest", "io.github.sluice.Sluice", "--object-path",
                        "/io/github/sluice/Sluice", "--method", "org.gtk.Actions.Activate", "show-programs", "[]",
                        "{}"], check=True, capture_output=True, timeout=20)
        wait_for(lambda: self.named("Download"))
        wait_for(lambda: any("accessibility.py" in (node.get_name() or "") for node in self.nodes()))
        self.assert_named()


if __name__ == "__main__":
    tap.main()
