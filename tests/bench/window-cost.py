"""What the window costs: processor, memory and start, beside an empty window and the desktop's own system monitor.

Everything in the table comes from one run. It says figures and ratios and judges none of them: they are the machine's
as much as ours. What fails is a measurement that did not measure what its row says.
"""

import math
import os
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tap  # noqa: E402
from process import memory, processor_seconds  # noqa: E402

SLUICE = os.environ["SLUICE"]
EMPTY_WINDOW = os.environ["EMPTY_WINDOW"]
MONITOR = "gnome-system-monitor"
SIZE = (1280, 800)
SECONDS = 20
SETTLING = 5
STARTS = 5

SHOWN, MINIMISED, BACKGROUND = "sluice, Traffic", "sluice, minimised", "sluice --background"
EMPTY, OTHER = "an empty window", f"{MONITOR} -r"


def share_of_a_core(pid):
    """The per cent of a core that a process takes from now on."""
    used, begin = processor_seconds(pid), time.monotonic()
    time.sleep(SECONDS)
    return 100 * (processor_seconds(pid) - used) / (time.monotonic() - begin)


def xdotool(*arguments):
    return subprocess.run(["xdotool", *map(str, arguments)], capture_output=True, text=True, timeout=20,
                          check=False).stdout


def windows(pid):
    return xdotool("search", "--onlyvisible", "--pid", pid).split()


class Traffic:
    """A TCP connection to ourselves whose rate swells and ebbs, as long as the block lasts."""

    def __enter__(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.near = socket.create_connection(server.getsockname())
            self.far, _ = server.accept()
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.send), threading.Thread(target=self.receive)]
        for thread in self.threads:
            thread.start()
        return self

    def send(self):
        while not self.ended.wait(0.1):
            self.near.sendall(b"x" * int(100000 * (1.2 + math.sin(time.monotonic() / 3))))
        self.near.shutdown(socket.SHUT_WR)

    def receive(self):
        while self.far.recv(1 << 20):
            pass

    def __exit__(self, *error):
        self.ended.set()
        for thread in self.threads:
            thread.join()
        self.near.close()
        self.far.close()


class Running:
    """A program, started; ended with the block."""

    def __init__(self, *command):
        # The bus may hear a little later than we do that the one before has ended.
        time.sleep(0.5)
        self.begin = time.monotonic()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def mapped(self):
        """Wait for the window: itself, the ms since the start, and the ms that these may be too many."""
        looked = self.begin
        while time.monotonic() < self.begin + 30:
            found, before, looked = windows(self.pid), looked, time.monotonic()
            if found:
                return found[0], 1000 * (looked - self.begin), 1000 * (looked - before)
            if self.process.poll() is not None:
                break
        raise AssertionError(f"{self.process.args} showed no window")

    def __exit__(self, *error):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Cost(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for need in ("openbox", "xdotool"):
            if shutil.which(need) is None:
                raise unittest.SkipTest(f"needs {need}")
        cls.processor, cls.memory, cls.start, cls.blur = {}, {}, {}, 0
        cls.load = os.getloadavg()[0]
        cls.enterClassContext(Running("openbox"))
        cls.enterClassContext(Traffic())
        time.sleep(1)

    @classmethod
    def tearDownClass(cls):
        # Meson shows what is on standard error, but no comments of TAP.
        print("", *cls.table(), sep="\n", file=sys.stderr, flush=True)

    @classmethod
    def table(cls):
        """What was measured; a dash for what was not."""
        def cell(values, name, form):
            return form.format(values[name]) if name in values else "-"

        yield (f"at {SIZE[0]}x{SIZE[1]}, over {SECONDS} s, with traffic on lo; {os.cpu_count()} cores, load "
               f"{cls.load:.1f} before and {os.getloadavg()[0]:.1f} after")
        yield f"{'':28}{'of a core':>12}{'RssAnon':>12}{'mapped after':>15}"
        for name in (SHOWN, MINIMISED, BACKGROUND, EMPTY, OTHER):
            yield (f"{name:28}{cell(cls.processor, name, '{:.2f} %'):>12}{cell(cls.memory, name, '{:.1f} MiB'):>12}"
                   f"{cell(cls.start, name, '{:.0f} ms'):>15}")
        yield (f"mapped: with the chart in it, not yet its figures; the middle of {STARTS} starts, seen at most "
               f"{cls.blur:.0f} ms late; accessibility is off")
        for values, name, other, what in ((cls.processor, MINIMISED, SHOWN, "processor"),
                                          (cls.processor, BACKGROUND, SHOWN, "processor"),
                                          (cls.processor, SHOWN, OTHER, "processor"),
                                          (cls.memory, SHOWN, EMPTY, "RssAnon"),
                                          (cls.memory, SHOWN, OTHER, "RssAnon"),
                                          (cls.start, SHOWN, EMPTY, "start")):
            if values.get(other) and name in values:
                more = f" ({values[name] - values[other]:+.1f} MiB)" if values is cls.memory else ""
                yield f"{what}: {name} / {other} = {values[name] / values[other]:.2f}{more}"

    def measure(self, name, program):
        type(self).processor[name] = share_of_a_core(program.pid)
        self.weigh(name, program)

    def weigh(self, name, program):
        self.assertIsNone(program.process.poll(), f"{name} ended by itself")
        type(self).memory[name] = memory(program.pid, "RssAnon") / (1 << 20)

    def start_often(self, name, *command):
        """How long it takes until the window is mapped; the first start is for the caches."""
        took = []
        for number in range(STARTS + 1):
            with Running(*command) as program:
                _, milliseconds, blur = program.mapped()
            if number:
                took.append(milliseconds)
                type(self).blur = max(self.blur, blur)
        type(self).start[name] = statistics.median(took)

    def settle(self, window):
        """Give the window its size, and time for it."""
        xdotool("windowsize", window, *SIZE)
        time.sleep(SETTLING)
        shape = dict(line.split("=") for line in xdotool("getwindowgeometry", "--shell", window).split())
        self.assertEqual((int(shape["WIDTH"]), int(shape["HEIGHT"])), SIZE)

    def test_the_traffic_page_is_measured_shown_and_minimised(self):
        command = (SLUICE, "--interface", "lo", "--page", "traffic", "--size", "x".join(map(str, SIZE)))
        self.start_often(SHOWN, *command)
        with Running(*command) as program:
            window, _, _ = program.mapped()
            self.settle(window)
            self.measure(SHOWN, program)
            self.assertEqual(windows(program.pid), [window])
            xdotool("windowminimize", window)
            time.sleep(2)
            self.assertEqual(windows(program.pid), [])
            self.measure(MINIMISED, program)

    def test_the_background_is_measured_without_a_window(self):
        with Running(SLUICE, "--background", "--interface", "lo") as program:
            time.sleep(SETTLING)
            self.measure(BACKGROUND, program)
            self.assertEqual(windows(program.pid), [])

    def test_an_empty_window_is_weighed_beside_it(self):
        self.start_often(EMPTY, EMPTY_WINDOW)
        with Running(EMPTY_WINDOW) as program:
            self.settle(program.mapped()[0])
            self.weigh(EMPTY, program)

    @unittest.skipIf(shutil.which(MONITOR) is None, f"needs {MONITOR}")
    def test_the_system_monitor_is_measured_beside_it(self):
        with Running(MONITOR, "-r") as program:
            self.settle(program.mapped()[0])
            self.measure(OTHER, program)


if __name__ == "__main__":
    tap.main()
