#!/usr/bin/python3
"""What a screen reader finds in the window: names on all that can be pressed, chosen or read; the chart in words."""

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402
from running import Case, Datagrams, Loopback, Running, activate, wait_for  # noqa: E402

# The bindings warn while the program is not all there yet; that must not end the test.
os.environ.pop("G_DEBUG", None)
try:
    import gi

    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi, GLib
except (ImportError, ValueError) as missing:
    Atspi, MISSING = None, f"needs the AT-SPI library for Python: {missing}"
else:
    MISSING = ""

# What GTK calls a widget that nobody has named.
CLASS_NAME = re.compile(r"(Gtk|Adw|Sluice)[A-Z]\w*\Z")
PRESSED = {"push button", "toggle button", "check box", "radio button", "menu item", "check menu item",
           "radio menu item", "combo box", "entry", "text", "slider", "spin button", "page tab", "link", "list item"}
# What pressing it may be called.
PRESSES = {"click", "press", "activate", "toggle"}


def start(page):
    return Running("--interface", "lo", "--page", page, GTK_A11Y="atspi")


class Node:
    """A widget as it was seen, so that one look at it answers all questions."""

    def __init__(self, accessible, parents=()):
        self.role = accessible.get_role_name()
        self.name = accessible.get_name()
        self.description = accessible.get_description()
        self.accessible = accessible
        self.parents = parents
        children = map(accessible.get_child_at_index, range(accessible.get_child_count()))
        self.children = [Node(child, (*parents, self)) for child in children if child is not None]

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def press(self):
        actions = [self.accessible.get_action_name(index) for index in range(self.accessible.get_n_actions())]
        assert self.accessible.do_action(next(index for index, name in enumerate(actions) if name in PRESSES)), actions

    def has_name(self):
        return bool(self.name) and not CLASS_NAME.match(self.name)

    def is_part(self):
        """GTK builds buttons of buttons: the outer one is named."""
        return any(parent.role in ("push button", "combo box", "entry", "toggle button", "spin button") and
                   parent.has_name() for parent in self.parents)

    def __str__(self):
        return " > ".join(f"{node.role} “{node.name}”" for node in (*self.parents, self)[-4:])


@unittest.skipIf(MISSING, MISSING)
class Accessibility(Case):
    def look(self):
        desktop = Atspi.get_desktop(0)
        # What is remembered would be what it said at first.
        desktop.clear_cache()
        for program in map(desktop.get_child_at_index, range(desktop.get_child_count())):
            if program is not None and program.get_name() == "sluice":
                return Node(program)
        return None

    def look_until(self, good):
        """The window as soon as it is as wanted; it may change while it is looked at."""
        seen = []

        def is_good():
            try:
                seen[:] = [self.look()]
            except GLib.Error:
                return False
            return seen[0] is not None and good(seen[0])

        wait_for(is_good, 25)
        return seen[0]

    def is_nameless(self, node):
        return node.role in PRESSED and not node.has_name() and not node.is_part()

    def nameless(self, window):
        return [str(node) for node in window.walk() if self.is_nameless(node)]

    def rows(self, window, title):
        """The rows of that table, without its heads."""
        return [node for node in window.walk() if node.role == "table row" and
                any(parent.name == title for parent in node.parents) and
                any(parent.role == "list" for parent in node.parents)]

    def test_the_traffic_page_has_names_for_all_that_can_be_pressed(self):
        # Datagrams are charged to nobody in this tier: that row has a button of its own.
        with Loopback(), Datagrams(), start("traffic") as app:
            app.wait_for_window()
            window = self.look_until(lambda seen: any(node.role == "list item" and node.name == "Unattributed"
                                                      for node in seen.walk()))
            self.assertEqual(self.nameless(window), [])
            names = {node.name for node in window.walk() if node.role == "push button"}
            self.assertLessEqual({"Main menu", "Pause", "Download", "Upload", "1 min", "1 hour"}, names)

    def test_the_programs_page_has_names_for_all_that_can_be_pressed(self):
        with Loopback(), start("programs") as app:
            app.wait_for_window()
            window = self.look_until(lambda seen: self.rows(seen, "Programs"))
            self.assertEqual(self.nameless(window), [])

    def test_the_preferences_have_names_for_all_that_can_be_set(self):
        with start("traffic") as app:
            app.wait_for_window()
            activate("preferences")
            window = self.look_until(lambda seen: any(node.name == "Preferences" for node in seen.walk()))
            # The window around them is libadwaita's, with a search and a switcher that nobody sees.
            settings = [node for node in window.walk() if any(parent.role == "list" for parent in node.parents) and
                        any(parent.name == "Preferences" for parent in node.parents)]
            self.assertGreaterEqual(sum(node.role == "list item" for node in settings), 4)
            self.assertEqual([str(node) for node in settings if self.is_nameless(node)], [])

    def test_the_chart_is_an_image_that_says_its_rates(self):
        with Loopback(), start("traffic") as app:
            app.wait_for_window()

            def chart(window):
                return next((node for node in window.walk()
                             if node.role == "image" and node.name == "Chart of network traffic"), None)

            rates = re.compile(r"Download (?!0 )[\d.]+ \S+/s, upload [\d.]+ \S+/s; highest in view: download ")
            self.look_until(lambda seen: chart(seen) is not None and rates.match(chart(seen).description))

    def test_the_figures_say_what_they_show(self):
        with Loopback(), start("traffic") as app:
            app.wait_for_window()
            figures = re.compile(r"(?!0 )[\d.]+ \S+/s now, average .*, peak .*, total ")
            for title in ("Download", "Upload"):
                self.look_until(lambda seen, title=title: any(
                    figures.match(node.description) for node in seen.walk()
                    if node.role == "push button" and node.name == title))

    def test_a_press_on_a_span_changes_the_sentence(self):
        with Loopback(), start("traffic") as app:
            app.wait_for_window()

            def named(window, name):
                return next((node for node in window.walk() if node.name == name), None)

            for button, sentence in (("5 min", "In the last 5 minutes"), ("1 min", "In the last minute")):
                window = self.look_until(lambda seen, button=button: named(seen, button))
                named(window, button).press()
                self.look_until(lambda seen, sentence=sentence: named(seen, sentence))

    def test_rows_are_called_by_their_programs(self):
        with Loopback(), start("programs") as app:
            app.wait_for_window()
            window = self.look_until(lambda seen: self.rows(seen, "Programs"))
            names = [row.name for row in self.rows(window, "Programs")]
            self.assertIn("accessibility.py", names)
            self.assertEqual([name for name in names if not name or CLASS_NAME.match(name)], [])
            activate("show-traffic")
            window = self.look_until(lambda seen: any(
                node.role == "list item" and node.name == "accessibility.py" for node in seen.walk()))


if __name__ == "__main__":
    tap.main()
