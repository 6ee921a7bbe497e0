"""What becomes of large flows, and of memory, while SYNs come from sources at random: the promise is that the figures
of the large flows are right within 1 % and that memory stays under its cap."""

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))
sys.path.insert(0, str(HERE.parent.parent / "lab"))
import lab as laboratory  # noqa: E402
import process  # noqa: E402
import tap  # noqa: E402

MOVER = os.environ["MOVER"]
PLAYER = os.environ["PLAYER"]
SLUICECTL = os.environ["SLUICECTL"]
SECONDS = 5
# SYNs a second: 200 Mbit/s of frames of the least size; and more than can be sent, which is as many as there is time
# for.
FLOOD, ALL = 300_000, 10**9
LARGE = 3
# Payload, bytes, and bytes a second: 20 Mbit/s each.
DATAGRAM, HEADERS = 1400, 42
RATE = 2_500_000
NUMBER = RATE * (SECONDS + 2) // DATAGRAM * DATAGRAM
# Of each process: as much as the table of flows may take in the one that parses.
MOST = 64 << 20
WAYS = ("rx", "tx")


class SynFlood(laboratory.LabTest):
    def start_large(self):
        """Flows that each have a program of another name."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        senders = {}
        for i in range(LARGE):
            path = shutil.copy(MOVER, Path(folder.name, f"large-{i}"))
            self.lab.b.start(MOVER, "sink", "udp", self.lab.b.ipv4, 5000 + i, ready=True)
            senders[str(path)] = self.lab.a.start(path, "send", "udp", self.lab.b.ipv4, 5000 + i, NUMBER, RATE)
        return senders

    def most_memory(self, pids, seconds):
        """What each has to itself at the most in that time."""
        most, end = [0] * len(pids), time.monotonic() + seconds
        while time.monotonic() < end:
            most = [max(was, process.memory(pid, "RssAnon")) for pid, was in zip(pids, most)]
            time.sleep(0.1)
        return most

    def check(self, rate):
        watch = self.lab.a.start(SLUICECTL, "watch", "--json", "--source", "pcap", "-i", "va")
        watch.wait_for(lambda lines: len(lines) >= 2)
        parses, = process.children(watch.process.pid)
        senders = self.start_large()
        time.sleep(1)
        mac = json.loads(self.lab.a.ip("-j", "link", "show", "dev", "va"))[0]["address"]
        before = self.lab.a.counters()
        flood = self.lab.b.start(PLAYER, "flood", "vb", mac, self.lab.a.ipv4, rate)
        owns, parses = self.most_memory((watch.process.pid, parses), SECONDS)
        flood.kill()
        came = self.lab.a.counters()["rx_packets"] - before["rx_packets"]
        for sender in senders.values():
            self.assertEqual(sender.finish(), 0)
        time.sleep(2.5)
        watch.stop()
        summary = watch.objects[-1]
        moved = {row["program"]: sum(row[f"{way}_bytes"] for way in WAYS) for row in summary["programs"]}
        truth = NUMBER * (DATAGRAM + HEADERS) // DATAGRAM
        shares = [moved.get(path, 0) / truth for path in senders]
        link = summary["interfaces"][0]
        print(f"# {came / SECONDS:.0f} SYNs a second; large flows have {', '.join(f'{100 * s:.2f} %' for s in shares)};"
              f" memory: what parses {parses / 2**20:.1f} MiB, what finds owners {owns / 2**20:.1f} MiB; lost"
              f" {link['unattributed']['lost']} bytes", flush=True)
        self.assertGreater(came, 0.9 * min(rate, FLOOD) * SECONDS)
        # What the kernel had no room for is in the books as well.
        charged = sum(row["rx_bytes"] for row in summary["programs"])
        self.assertEqual(charged + link["unattributed_rx_bytes"] - link["excess_rx_bytes"], link["rx_bytes"])
        self.assertLess(parses, MOST)
        self.assertLess(owns, MOST)
        for share in shares:
            self.assertAlmostEqual(share, 1, delta=0.01)

    def test_large_flows_keep_their_figures_in_200_megabits_of_syns(self):
        self.check(FLOOD)

    def test_large_flows_keep_their_figures_in_all_that_can_be_sent(self):
        self.check(ALL)


if __name__ == "__main__":
    tap.main()
