#!/usr/bin/env python3
"""What `sluicectl analyze` takes for 5 million packets of 20,000 flows, beside tcpdump and softflowd in the same run.

The packets are whole (517 bytes on the average) and come from all flows at random. The file is made once and kept.
"""

import os
import shutil
import subprocess
import sys
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import tap  # noqa: E402

SLUICECTL = os.environ["SLUICECTL"]
FILE = Path(os.environ["BENCH_FOLDER"], "analyze-cost.pcap")
PACKETS, FLOWS = 5_000_000, 20_000
ROUNDS = 5
# As root it would give away what it writes to, /dev/null, to a user of its own.
KEEP_USER = ["-Z", "root"] if os.geteuid() == 0 else []
# A port where nobody listens: softflowd is to have nowhere to send its flows to, and so no wait for anyone.
COMMANDS = {
    "sluicectl": [SLUICECTL, "analyze", FILE],
    "by connection": [SLUICECTL, "analyze", "--by", "connection", FILE],
    "tcpdump": ["tcpdump", *KEEP_USER, "-r", FILE, "-w", "/dev/null"],
    "softflowd": ["softflowd", "-d", "-r", FILE, "-n", "127.0.0.1:9"],
}


def measure(command):
    """Seconds by the clock, and of the processors with all children."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime


class AnalyzeCost(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not FILE.exists():
            part = FILE.with_suffix(".part")
            subprocess.run([sys.executable, HERE / "make-flows.py", part, str(PACKETS), str(FLOWS)], check=True)
            part.rename(FILE)
        names = [name for name, command in COMMANDS.items() if shutil.which(command[0])]
        rounds = [{name: measure(COMMANDS[name]) for name in names} for _ in range(ROUNDS)]
        # The best of each: whatever else the machine does only makes it longer.
        cls.best = {name: tuple(min(figures[name][i] for figures in rounds) for i in range(2)) for name in names}
        for name, (clock, processor) in cls.best.items():
            print(f"# {name}: {clock:.2f} s by the clock, {processor:.2f} s of the processors")

    def assert_ratio(self, other, most):
        if other not in self.best:
            self.skipTest(f"needs {other}")
        for name in ("sluicectl", "by connection"):
            ratio = self.best[name][0] / self.best[other][0]
            print(f"# {name}: {ratio:.2f} times {other}")
            self.assertLessEqual(ratio, most)

    def test_takes_at_most_half_as_much_again_as_tcpdump(self):
        self.assert_ratio("tcpdump", 1.5)

    def test_takes_at_most_a_quarter_of_softflowd(self):
        self.assert_ratio("softflowd", 0.25)


if __name__ == "__main__":
    tap.main()
