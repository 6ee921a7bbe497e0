"""What the tests of `sluicectl watch` have in common: how it is started and ended, and its books."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import lab as laboratory

MOVER = os.environ["MOVER"]
SLUICECTL = os.environ["SLUICECTL"]
MEGABYTE = 10**6
WAYS = ("rx", "tx")


def interface(event, name="va"):
    """The row of an interface in a sample or summary, or None."""
    return next((row for row in event["interfaces"] if row["name"] == name), None)


class WatchTest(laboratory.LabTest):
    """A case that watches host a."""

    SOURCE = "kernel"

    def watch(self, *options, first=True, environment=None):
        """Start watching on host a; by default, wait for the first sample."""
        program = self.lab.a.start(SLUICECTL, "watch", "--json", "--source", self.SOURCE, *options,
                                   environment=environment)
        if first:
            self.wait_samples(program, 1)
        return program

    @staticmethod
    def wait_samples(watch, more):
        """Wait until so many more samples are there."""
        wanted = len(watch.lines) + more
        watch.wait_for(lambda lines: len(lines) >= wanted)

    def end(self, watch, number=signal.SIGINT):
        """End it as Ctrl+C does and return its samples and its summary."""
        watch.signal(number)
        self.assertEqual(watch.finish(10), 0, watch.errors)
        self.assertEqual(watch.errors, [])
        events = watch.objects
        self.assertEqual([event["type"] for event in events[:-1]], ["sample"] * (len(events) - 1))
        self.assertEqual(events[-1]["type"], "summary")
        for event in events:
            self.assertEqual(event["source"], self.SOURCE)
            self.assert_books(event)
        return events[:-1], events[-1]

    def assert_books(self, event):
        """Programs + unattributed - excess = link, for each interface and direction; nothing negative."""
        for row in event["interfaces"]:
            for way in WAYS:
                charged = sum(link[f"{way}_bytes"] for program in event["programs"] for link in program["interfaces"]
                              if link["name"] == row["name"])
                apart, excess = row[f"unattributed_{way}_bytes"], row[f"excess_{way}_bytes"]
                self.assertGreaterEqual(min(charged, apart, excess), 0, event)
                self.assertEqual(charged + apart - excess, row[f"{way}_bytes"], event)
            causes = sum(row["unattributed"].values())
            self.assertEqual(causes, row["unattributed_rx_bytes"] + row["unattributed_tx_bytes"], event)

    def tool(self, name):
        """A copy of the mover under a name of its own: another program."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return shutil.copy(MOVER, Path(folder.name, name))

    def move(self, number, *rate, address=None, protocol="tcp"):
        """Send so many bytes from a to b."""
        address = address or self.lab.b.ipv4
        sink = self.lab.b.start(MOVER, "sink", protocol, address, 5000, ready=True)
        self.lab.a.run(MOVER, "send", protocol, address, 5000, number, *rate)
        sink.stop()
