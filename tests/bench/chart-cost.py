"""What the chart by itself costs, filling a window, beside the desktop's own system monitor.

It says figures and judges only what is no matter of the machine: that a window which is not shown costs next to
nothing.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tap  # noqa: E402
from process import processor_seconds  # noqa: E402

CHART = os.environ["BENCH_CHART"]
MONITOR = "gnome-system-monitor"
SIZE = (1280, 800)
SECONDS = 10

SHOWN = [(data, span) for span in (60, 900, 3600) for data in ("busy", "burst", "idle")]


def chart_share(*arguments):
    """The per cent of a core that a chart takes, by its own account."""
    command = [CHART, "--size", "x".join(map(str, SIZE)), "--seconds", str(SECONDS), *arguments]
    said = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS + 20, check=True).stdout
    return float(re.match(r"([\d.]+) % of a core", said)[1])


class Cost(unittest.TestCase):
    rows = {}

    @classmethod
    def tearDownClass(cls):
        print("", f"at {SIZE[0]}x{SIZE[1]}, over {SECONDS} s, drawn by the processor",
              *(f"{name:32}{share:6.2f} % of a core" for name, share in cls.rows.items()),
              sep="\n", file=sys.stderr, flush=True)

    def test_each_length_of_the_axis_is_measured(self):
        for data, span in SHOWN:
            self.rows[f"{data}, {span // 60} min"] = chart_share("--data", data, "--span", str(span))

    def test_a_chart_that_is_not_shown_costs_next_to_nothing(self):
        share = chart_share("--data", "busy", "--hidden")
        self.rows["not shown"] = share
        self.assertLess(share, 0.2)

    @unittest.skipIf(shutil.which(MONITOR) is None or shutil.which("xdotool") is None,
                     f"needs {MONITOR} and xdotool")
    def test_the_system_monitor_is_measured_beside_it(self):
        with subprocess.Popen([MONITOR, "-r"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as monitor:
            try:
                time.sleep(4)
                search = ["xdotool", "search", "--onlyvisible", "--pid", str(monitor.pid)]
                found = subprocess.run(search, capture_output=True, text=True, timeout=20, check=True).stdout
                window = found.split()[0]
                subprocess.run(["xdotool", "windowsize", window, *map(str, SIZE)], timeout=20, check=True)
                time.sleep(3)
                used = processor_seconds(monitor.pid)
                time.sleep(SECONDS)
                self.rows[f"{MONITOR} -r"] = 100 * (processor_seconds(monitor.pid) - used) / SECONDS
            finally:
                monitor.terminate()


if __name__ == "__main__":
    tap.main()
