#!/usr/bin/env python3
"""What watching packets costs under load, in µs of a core a packet, beside nethogs and darkstat at the same load; and
what 100,000 live flows take in memory."""

import os
import re
import shutil
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))
sys.path.insert(0, str(HERE.parent.parent / "lab"))
import lab as laboratory  # noqa: E402
import process  # noqa: E402
import tap  # noqa: E402

MOVER = os.environ["MOVER"]
WATCHER = os.environ["WATCHER"]
SECONDS = 6
# Bytes a second: 200 Mbit/s.
RATE = 25_000_000
DARKSTAT_PORT = 6677
# What nethogs lost is a difference of bytes, in which the link's own chatter is.
NONE = 0.001
LIVE_FLOWS = 100_000
MEMORY_MAX = 80e6
# One datagram from each of two ports to each of as many ports as it takes, no faster than a buffer holds them.
SPREAD = """
import socket, sys, time
sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
for i in range(int(sys.argv[2])):
    sockets[i & 1].sendto(b"x", (sys.argv[1], 1024 + (i >> 1)))
    if i % 1000 == 0:
        time.sleep(0.01)
"""
COMMANDS = {
    "nethogs": ["nethogs", "-t", "-C", "-v", "2", "va"],
    "darkstat": ["darkstat", "-i", "va", "--no-daemon", "--no-promisc", "--no-dns", "--user", "root",
                 "-p", str(DARKSTAT_PORT)],
}


def hogs_bytes(lines):
    """All that nethogs has seen: the totals of each of its rows at their highest, for it forgets those that ended."""
    most = {}
    for line in lines:
        name, *totals = line.split("\t")
        if len(totals) == 2:
            most[name] = max(most.get(name, 0), sum(map(float, totals)))
    return sum(most.values())


def family(pid):
    """A process and all that it started."""
    return [pid, *(one for child in process.children(pid) for one in family(child))]


class Live(laboratory.LabTest):
    def darkstat_counts(self):
        """Packets that it was given, and those among them that it lost."""
        code = f"import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:{DARKSTAT_PORT}/').read())"
        page = "".join(self.lab.a.run(sys.executable, "-c", code).lines)
        return [int(re.search(f'id="{name}">([0-9,]+)', page)[1].replace(",", "")) for name in ("pc", "pd")]

    def measure(self, name, kind, rate):
        """µs a packet that it really saw, and the share of packets that it lost; of nethogs bytes, for it counts no
        packets."""
        sink = self.lab.b.start(MOVER, "sink", kind, self.lab.b.ipv4, 5000, ready=True)
        watch = self.lab.a.start(*COMMANDS.get(name, [WATCHER, "va"]))
        time.sleep(2)
        before = self.lab.a.counters()
        sender = self.lab.a.start(MOVER, "send", kind, self.lab.b.ipv4, 5000, 10**15, *([rate] if rate else []))
        time.sleep(1)
        given, lost = self.darkstat_counts() if name == "darkstat" else (0, 0)
        begin = {pid: process.processor_seconds(pid) for pid in family(watch.process.pid)}
        first, clock = self.lab.a.counters(), time.monotonic()
        time.sleep(SECONDS)
        cost = sum(process.processor_seconds(pid) - was for pid, was in begin.items())
        clock, last = time.monotonic() - clock, self.lab.a.counters()
        packets = sum(last[key] - first[key] for key in ("rx_packets", "tx_packets"))
        share = 0.0
        if name == "darkstat":
            given, lost = (now - was for now, was in zip(self.darkstat_counts(), (given, lost)))
            share, packets = lost / given, given
        sender.stop()
        time.sleep(2.5)
        if name == "nethogs":
            moved = sum(self.lab.a.counters()[key] - before[key] for key in ("rx_bytes", "tx_bytes"))
            share = max(1 - hogs_bytes(watch.lines) / moved, 0)
        elif name == "ours":
            share = sum(row["lost"] for row in watch.objects) / sum(row["bytes"] for row in watch.objects)
        for program in (watch, sink):
            program.kill()
        seen = max(packets * (1 - share), 1)
        print(f"# {kind}, {rate or 'line rate'}: {name} {packets / clock:.0f}/s, {100 * cost / clock:.2f} % of a"
              f" core, {1e6 * cost / seen:.3f} µs a packet seen, {100 * share:.1f} % lost", flush=True)
        return 1e6 * cost / seen, share

    def compare(self, kind, rate):
        # Packets as they are on a cable, not the large ones that only a device would cut up.
        for host in (self.lab.a, self.lab.b):
            host.ip("link", "set", host.interface, "gso_max_segs", 1)
        cost, lost = self.measure("ours", kind, rate)
        for name in COMMANDS:
            if shutil.which(name) is None:
                print(f"# no {name} here")
                continue
            theirs, they_lost = self.measure(name, kind, rate)
            print(f"# {cost / theirs:.2f} times {name}")
            # For each what it really saw: what was lost cost nothing, and is no excuse.
            self.assertLess(cost, theirs)
            if they_lost <= NONE:
                self.assertEqual(lost, 0)

    def test_tcp_at_200_megabits_costs_less_than_with_others(self):
        self.compare("tcp", RATE)

    def test_udp_at_line_rate_costs_less_than_with_others(self):
        self.compare("udp", 0)

    def test_a_hundred_thousand_live_flows_take_less_than_80_megabytes(self):
        watch = self.lab.a.start(WATCHER, "va")
        watch.wait_for(lambda lines: len(lines) >= 2)
        self.lab.a.run(sys.executable, "-c", SPREAD, self.lab.b.ipv4, LIVE_FLOWS)
        time.sleep(2.5)
        flows = sum(row["flows"] for row in watch.objects)
        sizes = [process.memory(pid, "VmRSS") for pid in family(watch.process.pid)]
        watch.stop()
        print(f"# {LIVE_FLOWS} live flows: {' + '.join(f'{size / 1e6:.1f}' for size in sizes)} MB")
        self.assertGreaterEqual(flows, LIVE_FLOWS)
        self.assertLess(sum(sizes), MEMORY_MAX)


if __name__ == "__main__":
    tap.main()
