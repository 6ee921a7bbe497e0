"""What reading a capture file takes beside tcpdump and softflowd, in the same run."""

import os
import shutil
import subprocess
import time
import unittest

# As root it would give away what it writes to, /dev/null, to a user of its own.
KEEP_USER = ["-Z", "root"] if os.geteuid() == 0 else []


def measure(command):
    """Seconds by the clock, and of the processors with all children."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime


class ReadingCost(unittest.TestCase):
    """A case that measures its file once, for all tests."""

    @classmethod
    def measure_all(cls, file, ours, rounds):
        """Measures our commands, by name, and those of others that are here."""
        commands = {
            **ours,
            "tcpdump": ["tcpdump", *KEEP_USER, "-r", file, "-w", "/dev/null"],
            # A port where nobody listens: it is to have nowhere to send its flows to, and so no wait for anyone.
            "softflowd": ["softflowd", "-d", "-r", file, "-n", "127.0.0.1:9"],
        }
        names = [name for name, command in commands.items() if shutil.which(command[0])]
        measured = [{name: measure(commands[name]) for name in names} for _ in range(rounds)]
        # The best of each: whatever else the machine does only makes it longer.
        cls.best = {name: tuple(min(figures[name][i] for figures in measured) for i in range(2)) for name in names}
        cls.ours = list(ours)
        for name, (clock, processor) in cls.best.items():
            print(f"# {name}: {clock:.2f} s by the clock, {processor:.2f} s of the processors")

    def assert_ratio(self, other, most):
        if other not in self.best:
            self.skipTest(f"needs {other}")
        for name in self.ours:
            ratio = self.best[name][0] / self.best[other][0]
            print(f"# {name}: {ratio:.2f} times {other}")
            self.assertLessEqual(ratio, most)

    def test_takes_at_most_half_as_much_again_as_tcpdump(self):
        self.assert_ratio("tcpdump", 1.5)

    def test_takes_at_most_a_quarter_of_softflowd(self):
        self.assert_ratio("softflowd", 0.25)
