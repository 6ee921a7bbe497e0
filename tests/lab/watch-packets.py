"""What `sluicectl watch --source pcap` says: all that the kernel's tier promises, and hosts, protocols, datagrams."""

import json
import os
import shutil
import signal
import sys
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))
sys.path.insert(0, str(HERE.parent))
import process  # noqa: E402
import tap  # noqa: E402
import watch as kernel  # noqa: E402
from watching import MEGABYTE, MOVER, SLUICECTL, WAYS, interface  # noqa: E402


class WatchPackets(kernel.Watch):
    SOURCE = "pcap"
    ESTIMATED = False

    def rows(self, by, key, move):
        """The rows of a list while something was moved, and the interface's own figures, both of the summary."""
        watch = self.watch("-i", "va", "--by", by)
        move()
        self.wait_samples(watch, 2)
        watch.signal(signal.SIGINT)
        self.assertEqual(watch.finish(10), 0, watch.errors)
        return watch.objects[-1][key], interface(watch.objects[-1])

    def test_udp_is_unattributed_and_no_program_is_charged_with_it(self):
        """Here it is charged to whoever sent it."""
        watch = self.watch("-i", "va")
        self.move(3 * MEGABYTE, 2 * MEGABYTE, protocol="udp")
        self.wait_samples(watch, 2)
        _, summary = self.end(watch)
        wire = 3 * MEGABYTE * (1400 + 14 + 20 + 8) / 1400
        self.assertAlmostEqual(kernel.programs([summary], MOVER, "tx_bytes"), wire, delta=0.01 * wire)
        self.assertLess(interface(summary)["unattributed_tx_bytes"], 0.01 * wire)

    def test_hosts_are_those_that_were_talked_to(self):
        hosts, row = self.rows("host", "hosts", lambda: (self.move(5 * MEGABYTE, 5 * MEGABYTE),
                                                         self.move(2 * MEGABYTE, address=self.lab.b.ipv6)))
        found = {host["host"]: host for host in hosts}
        self.assertAlmostEqual(found[self.lab.b.ipv4]["tx_bytes"], 5 * MEGABYTE, delta=0.1 * MEGABYTE)
        self.assertAlmostEqual(found[self.lab.b.ipv6]["tx_bytes"], 2 * MEGABYTE, delta=0.1 * MEGABYTE)
        self.assertGreater(found[self.lab.b.ipv4]["rx_packets"], 0)
        self.assertLessEqual(sum(host["tx_bytes"] for host in hosts), row["tx_bytes"])
        self.assertAlmostEqual(sum(host["tx_bytes"] for host in hosts), row["tx_bytes"], delta=0.01 * row["tx_bytes"])

    def test_hosts_and_protocols_of_each_sample_are_what_the_link_counted_in_it(self):
        """However bursts fall about the moment at which the link is read; only ARP has no host."""
        self.lab.b.start(MOVER, "sink", "tcp", self.lab.b.ipv4, 5000, ready=True)
        self.lab.b.start(MOVER, "source", "tcp", self.lab.b.ipv6, 5001, 4 * MEGABYTE, ready=True)
        watches = {f"{by}s": self.watch("-i", "va", "--by", by) for by in ("host", "protocol")}
        for _ in range(30):
            self.lab.a.run(MOVER, "send", "tcp", self.lab.b.ipv4, 5000, 2 * MEGABYTE)
            self.lab.a.run(MOVER, "fetch", "tcp", self.lab.b.ipv6, 5001)
            time.sleep(0.12)
        for key, watch in watches.items():
            self.wait_samples(watch, 2)
            watch.signal(signal.SIGINT)
            self.assertEqual(watch.finish(10), 0, watch.errors)
            for event in watch.objects:
                row = interface(event)
                for way in WAYS:
                    listed = sum(part[f"{way}_bytes"] for part in event[key])
                    self.assertLessEqual(listed, row[f"{way}_bytes"] + row[f"excess_{way}_bytes"], event)
                    # Who is slow reads packets of a second in the next.
                    if os.environ.get("SANITIZED") != "1":
                        self.assertGreaterEqual(listed + (1000 if key == "hosts" else 0), row[f"{way}_bytes"], event)
            self.assertGreater(interface(watch.objects[-1])["rx_bytes"], 30 * 4 * MEGABYTE)

    @unittest.skipUnless(shutil.which("lsof"), "needs lsof")
    def test_lsof_names_whoever_transfers_in_bursts(self):
        """Where the kernel lists no sockets. Each connection lives longer than lsof takes, and not until the tick."""
        number, times = MEGABYTE, 20
        tool = self.tool("bursty")
        self.lab.b.start(MOVER, "source", "tcp", self.lab.b.ipv4, 5000, number, 4 * MEGABYTE, ready=True)
        watch = self.watch("-i", "va", environment={"SLUICE_SOCKETS": "lsof"})
        self.lab.a.run("sh", "-c", f"for i in $(seq {times}); do {tool} fetch tcp {self.lab.b.ipv4} 5000; sleep 0.17; "
                                   "done")
        self.wait_samples(watch, 2)
        _, summary = self.end(watch)
        row, right = interface(summary), kernel.programs([summary], tool, "rx_bytes")
        print(f"# {100 * right / row['rx_bytes']:.1f} % of {row['rx_bytes']} bytes", flush=True)
        self.assertGreaterEqual(row["rx_bytes"], number * times)
        self.assertGreaterEqual(right, 0.95 * row["rx_bytes"])

    def test_programs_of_a_moment_are_found_whenever_they_begin(self):
        """Also while a sample is made, which waits for packets that are on their way."""
        number, times = 3 * MEGABYTE, 60
        tool = self.tool("moment")
        self.lab.b.start(MOVER, "source", "tcp", self.lab.b.ipv4, 5000, number, 100 * MEGABYTE, ready=True)
        watch = self.watch("-i", "va")
        self.lab.a.run("sh", "-c", f"for i in $(seq {times}); do {tool} fetch tcp {self.lab.b.ipv4} 5000; sleep 0.03; "
                                   "done")
        self.wait_samples(watch, 2)
        _, summary = self.end(watch)
        self.assertGreaterEqual(kernel.programs([summary], tool, "rx_bytes"), 0.99 * number * times)

    def test_programs_of_a_few_milliseconds_are_heard_of(self):
        """They fetch a page and are gone before anybody could look at what they hold."""
        checks = json.loads(self.lab.a.run(SLUICECTL, "doctor", "--json").lines[0])["checks"]
        if not any(check["id"] == "connects" and check["ok"] for check in checks):
            self.skipTest("needs the right to hear who connects")
        number, times = 20_000, 100
        tool = self.tool("instant")
        self.lab.b.start(MOVER, "source", "tcp", self.lab.b.ipv4, 5000, number, MEGABYTE, ready=True)
        watch = self.watch("-i", "va")
        self.lab.a.run("sh", "-c", f"for i in $(seq {times}); do {tool} fetch tcp {self.lab.b.ipv4} 5000; sleep 0.02; "
                                   "done")
        self.wait_samples(watch, 2)
        _, summary = self.end(watch)
        self.assertGreaterEqual(kernel.programs([summary], tool, "rx_bytes"), 0.9 * number * times)

    def test_protocols_are_all_that_was_captured(self):
        protocols, row = self.rows("protocol", "protocols",
                                   lambda: (self.move(2 * MEGABYTE), self.lab.a.run("ping", "-c2", "-i0.2",
                                                                                    self.lab.b.ipv4)))
        found = {protocol["protocol"]: protocol for protocol in protocols}
        self.assertEqual((found["ICMP"]["tx_packets"], found["ICMP"]["rx_packets"]), (2, 2))
        self.assertEqual((found["ICMP"]["tx_bytes"], found["ICMP"]["rx_bytes"]), (2 * 98, 2 * 98))
        self.assertAlmostEqual(sum(protocol["tx_bytes"] for protocol in protocols), row["tx_bytes"],
                               delta=0.01 * row["tx_bytes"])

    def test_packets_are_parsed_by_a_process_that_can_do_nothing(self):
        watch = self.watch("-i", "va")
        children = process.children(watch.process.pid)
        self.assertEqual(len(children), 1)
        facts = process.status(children[0])
        self.assertEqual((facts["CapEff"], facts["CapPrm"], facts["CapBnd"]), ("0" * 16,) * 3)
        self.assertEqual((facts["Seccomp"], facts["NoNewPrivs"]), ("2", "1"))
        self.assertEqual(set(facts["Uid"].split()) | set(facts["Gid"].split()), {"65534"})
        self.assertEqual(os.listdir(f"/proc/{children[0]}/root/"), [])
        self.end(watch)


if __name__ == "__main__":
    tap.main()
