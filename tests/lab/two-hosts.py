"""The lab itself: it moves just the bytes that were asked for, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))
sys.path.insert(0, str(HERE.parent))
import lab as laboratory  # noqa: E402
import tap  # noqa: E402

MOVER = os.environ["MOVER"]
MEGABYTE = 10**6


def moved(program, key):
    """The sum of what a mover has told."""
    return sum(event[key] for event in program.objects if event["event"] == "moved")


class Lab(laboratory.LabTest):
    def move(self, protocol, address, number, *rate):
        """Send so many bytes from a to b and return what each side told."""
        sink = self.lab.b.start(MOVER, "sink", protocol, address, 5000, ready=True)
        sender = self.lab.a.run(MOVER, "send", protocol, address, 5000, number, *rate)
        if protocol == "udp":
            self.lab.settle()
        self.assertEqual(sink.stop(), 0)
        return moved(sender, "sent"), moved(sink, "received")

    def test_tcp_moves_just_the_bytes_asked_for(self):
        for address in (self.lab.b.ipv4, self.lab.b.ipv6):
            for number in (0, 1, 10 * MEGABYTE + 7):
                with self.subTest(address=address, number=number):
                    self.assertEqual(self.move("tcp", address, number), (number, number))

    def test_udp_moves_just_the_bytes_asked_for(self):
        for address in (self.lab.b.ipv4, self.lab.b.ipv6):
            with self.subTest(address=address):
                # Slow enough that no queue overflows.
                self.assertEqual(self.move("udp", address, MEGABYTE + 7, 4 * MEGABYTE), (MEGABYTE + 7, MEGABYTE + 7))

    def test_a_source_sends_the_same_to_everyone(self):
        source = self.lab.b.start(MOVER, "source", "tcp", self.lab.b.ipv6, 5000, MEGABYTE + 1, ready=True)
        for _ in range(3):
            fetch = self.lab.a.run(MOVER, "fetch", "tcp", self.lab.b.ipv6, 5000)
            self.assertEqual(moved(fetch, "received"), MEGABYTE + 1)
        self.assertEqual(source.stop(), 0)
        self.assertEqual(moved(source, "sent"), 3 * (MEGABYTE + 1))

    def test_a_rate_is_kept(self):
        begin = time.monotonic()
        self.move("tcp", self.lab.b.ipv4, 2 * MEGABYTE, MEGABYTE)
        self.assertAlmostEqual(time.monotonic() - begin, 2, delta=0.6)

    def test_a_thousand_idle_connections_are_held(self):
        sink = self.lab.b.start(MOVER, "sink", "tcp", self.lab.b.ipv4, 5000, ready=True)
        hold = self.lab.a.start(MOVER, "hold", "tcp", self.lab.b.ipv4, 5000, 1000, ready=True)
        listed = subprocess.run(self.lab.a.command("cat", "/proc/net/tcp"), capture_output=True, text=True, check=True)
        established = [line for line in listed.stdout.splitlines()[1:] if line.split()[3] == "01"]
        self.assertEqual(len(established), 1000)
        self.assertEqual((hold.stop(), sink.stop()), (0, 0))

    def test_the_counters_of_both_ends_agree_and_cover_the_bytes(self):
        before_a, before_b = self.lab.settle()
        self.move("tcp", self.lab.b.ipv4, 5 * MEGABYTE)
        after_a, after_b = self.lab.settle()
        sent = after_a["tx_bytes"] - before_a["tx_bytes"]
        self.assertGreater(sent, 5 * MEGABYTE)
        self.assertLess(sent, 5.5 * MEGABYTE)
        self.assertEqual(after_b["rx_bytes"] - before_b["rx_bytes"], sent)
        self.assertGreater(after_a["rx_packets"] - before_a["rx_packets"], 0)

    def test_the_cable_can_be_taken_away_and_laid_again(self):
        self.lab.disconnect()
        self.assertNotIn("vb", self.lab.b.ip("link"))
        self.lab.connect()
        self.assertEqual(self.move("tcp", self.lab.b.ipv4, MEGABYTE), (MEGABYTE, MEGABYTE))

    def test_a_program_that_cannot_connect_fails(self):
        with self.assertRaisesRegex(RuntimeError, "Connection refused"):
            self.lab.a.run(MOVER, "send", "tcp", self.lab.b.ipv4, 5000, 1)
        self.assertEqual(self.lab.a.run(MOVER, "push", "tcp", self.lab.b.ipv4, 5000, check=False).process.returncode, 2)


class Clean(unittest.TestCase):
    def setUp(self):
        reason = laboratory.why_not()
        if reason:
            self.skipTest(reason)

    def test_nothing_is_left_when_a_test_fails(self):
        with self.assertRaises(ZeroDivisionError), laboratory.Lab() as lab:
            sink = lab.b.start(MOVER, "sink", "tcp", lab.b.ipv4, 5000, ready=True)
            raise ZeroDivisionError
        self.assertNotIn(lab.a.namespace, laboratory.ip("netns", "list"))
        self.assertNotIn(lab.b.namespace, laboratory.ip("netns", "list"))
        self.assertIsNotNone(sink.process.returncode)

    def test_what_a_killed_run_left_is_removed_by_the_next(self):
        code = ("import lab, os, sys\n"
                "with lab.Lab() as l:\n"
                "    s = l.b.start(sys.argv[1], 'sink', 'tcp', l.b.ipv4, 5000, ready=True)\n"
                "    print(l.a.namespace, s.process.pid, flush=True)\n"
                "    sys.stdin.read()\n")
        run = subprocess.Popen([sys.executable, "-c", code, MOVER], cwd=HERE.parent, text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        namespace, pid = run.stdout.readline().split()
        run.send_signal(signal.SIGKILL)
        run.communicate()
        self.assertIn(namespace, laboratory.ip("netns", "list"))
        laboratory.remove_leftovers()
        self.assertNotIn(namespace, laboratory.ip("netns", "list"))
        self.assertFalse(Path("/proc", pid, "exe").exists())


if __name__ == "__main__":
    tap.main()
