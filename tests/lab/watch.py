"""What `sluicectl watch` says of a link and its programs, against what was really moved and what the kernel counted."""

import json
import signal
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))
sys.path.insert(0, str(HERE.parent))
import tap  # noqa: E402
import watching  # noqa: E402
from watching import MEGABYTE, MOVER, SLUICECTL, interface  # noqa: E402

SEGMENT = 1448


def programs(events, path, key):
    """What all rows of a program in some samples sum up to."""
    return sum(row[key] for event in events for row in event["programs"] if row["program"] == str(path))


class Watch(watching.WatchTest):
    ESTIMATED = True

    def test_link_totals_are_the_kernels_own_to_the_byte(self):
        before, _ = self.lab.settle(quiet=1.2)
        watch = self.watch("-i", "va")
        self.move(30 * MEGABYTE)
        self.move(5 * MEGABYTE, address=self.lab.b.ipv6)
        self.move(MEGABYTE, 4 * MEGABYTE, protocol="udp")
        source = self.lab.b.start(MOVER, "source", "tcp", self.lab.b.ipv4, 5001, 20 * MEGABYTE, ready=True)
        self.lab.a.run(MOVER, "fetch", "tcp", self.lab.b.ipv4, 5001)
        source.stop()
        after, _ = self.lab.settle(quiet=1.2)
        self.wait_samples(watch, 2)
        samples, summary = self.end(watch)
        for key, value in after.items():
            self.assertEqual(interface(summary)[key], value - before[key], key)
            self.assertEqual(sum(interface(sample)[key] for sample in samples), value - before[key], key)
        self.assertGreater(interface(summary)["tx_bytes"], 36 * MEGABYTE)

    def test_payload_of_each_program_is_within_a_hundredth_of_what_it_moved(self):
        alpha, beta = self.tool("alpha"), self.tool("beta")
        watch = self.watch("-i", "va")
        sink = self.lab.b.start(MOVER, "sink", "tcp", self.lab.b.ipv4, 5000, ready=True)
        source = self.lab.b.start(MOVER, "source", "tcp", self.lab.b.ipv6, 5001, 60 * MEGABYTE, 15 * MEGABYTE,
                                  ready=True)
        sender = self.lab.a.start(alpha, "send", "tcp", self.lab.b.ipv4, 5000, 40 * MEGABYTE, 8 * MEGABYTE)
        fetcher = self.lab.a.start(beta, "fetch", "tcp", self.lab.b.ipv6, 5001)
        self.assertEqual((sender.finish(), fetcher.finish()), (0, 0))
        self.wait_samples(watch, 2)
        samples, summary = self.end(watch)
        sink.stop(), source.stop()
        for events in (samples, [summary]):
            self.assertAlmostEqual(programs(events, alpha, "payload_tx_bytes"), 40 * MEGABYTE, delta=0.4 * MEGABYTE)
            self.assertAlmostEqual(programs(events, beta, "payload_rx_bytes"), 60 * MEGABYTE, delta=0.6 * MEGABYTE)
            self.assertLess(programs(events, alpha, "payload_rx_bytes"), MEGABYTE / 100)
            self.assertLess(programs(events, beta, "payload_tx_bytes"), MEGABYTE / 100)
        self.assertTrue(all(sample["estimated"] == self.ESTIMATED for sample in samples))

    def test_udp_is_unattributed_and_no_program_is_charged_with_it(self):
        watch = self.watch("-i", "va")
        self.move(MEGABYTE, 4 * MEGABYTE, protocol="udp")
        self.wait_samples(watch, 2)
        _, summary = self.end(watch)
        self.assertGreater(interface(summary)["unattributed_tx_bytes"], MEGABYTE)
        self.assertLess(programs([summary], MOVER, "tx_bytes"), MEGABYTE / 100)

    def test_a_link_that_goes_down_and_up_is_counted_on(self):
        watch = self.watch("-i", "va")
        before = self.lab.a.counters()
        for _ in range(3):
            self.lab.a.ip("link", "set", "va", "down")
            time.sleep(0.4)
            self.lab.a.ip("link", "set", "va", "up")
            self.wait_for_reply()
            self.move(MEGABYTE)
        self.lab.settle(quiet=1.2)
        self.wait_samples(watch, 2)
        samples, _ = self.end(watch)
        moved = sum(interface(sample)["tx_bytes"] for sample in samples if interface(sample))
        self.assertGreaterEqual(moved, 3 * MEGABYTE)
        self.assertLess(moved, 1.1 * (self.lab.a.counters()["tx_bytes"] - before["tx_bytes"]) + MEGABYTE / 10)

    def wait_for_reply(self):
        """Wait until the other host can be reached."""
        for _ in range(50):
            sink = self.lab.b.start(MOVER, "sink", "tcp", self.lab.b.ipv4, 4999, ready=True)
            tried = self.lab.a.start(MOVER, "send", "tcp", self.lab.b.ipv4, 4999, 0).finish()
            sink.stop()
            if tried == 0:
                return
            time.sleep(0.1)
        self.fail("the link does not come back")

    def test_an_interface_deleted_and_made_anew_is_counted_within_two_seconds_and_from_nothing(self):
        watch = self.watch("-i", "va")
        self.move(20 * MEGABYTE)
        self.wait_samples(watch, 2)
        self.lab.disconnect()
        self.wait_samples(watch, 2)
        at = len(watch.lines)
        self.lab.connect()
        watch.wait_for(lambda lines: any(interface(json.loads(line)) for line in lines[at:]), timeout=3)
        self.wait_samples(watch, 1)
        at = len(watch.lines)
        self.move(3 * MEGABYTE)
        self.lab.settle()
        self.wait_samples(watch, 2)
        samples, _ = self.end(watch)
        moved = sum(interface(sample)["tx_bytes"] for sample in samples[at:] if interface(sample))
        self.assertGreaterEqual(moved, 3 * MEGABYTE)
        self.assertLess(moved, 3.3 * MEGABYTE)

    def test_without_an_interface_named_a_new_one_appears_and_a_renamed_one_keeps_its_figures(self):
        watch = self.watch()
        self.lab.a.ip("link", "set", "va", "down")
        self.lab.a.ip("link", "set", "va", "name", "renamed")
        self.lab.a.ip("link", "set", "renamed", "up")
        watch.wait_for(lambda lines: interface(json.loads(lines[-1]), "renamed") is not None, timeout=5)
        self.wait_samples(watch, 1)
        samples, _ = self.end(watch)
        for sample in samples:
            for row in sample["interfaces"]:
                self.assertLess(row["rx_bytes"] + row["tx_bytes"], MEGABYTE, "a rename is no traffic")
        self.assertIsNone(interface(samples[-1], "lo"))

    def test_an_interface_that_does_not_exist_is_an_error_of_one_sentence(self):
        watch = self.lab.a.run(SLUICECTL, "watch", "-i", "nosuch0", "--json", check=False)
        self.assertEqual(watch.process.returncode, 1)
        self.assertEqual(watch.lines, [])
        self.assertEqual(len(watch.errors), 1, watch.errors)
        self.assertIn("nosuch0", watch.errors[0])

    def test_every_signal_that_ends_it_gives_the_summary(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number=number):
                _, summary = self.end(self.watch("-i", "va"), number)
                self.assertGreater(summary["seconds"], 0)

    def test_a_duration_ends_it(self):
        begin = time.monotonic()
        watch = self.lab.a.run(SLUICECTL, "watch", "--json", "-d", "2")
        self.assertAlmostEqual(time.monotonic() - begin, 2, delta=1)
        self.assertEqual(watch.objects[-1]["type"], "summary")

    def test_connections_are_listed_with_their_bytes(self):
        watch = self.watch("-i", "va", "--by", "connection")
        self.move(5 * MEGABYTE)
        self.wait_samples(watch, 2)
        watch.signal(signal.SIGINT)
        self.assertEqual(watch.finish(), 0)
        rows = [row for event in watch.objects[:-1] for row in event["connections"]
                if row["remote_port"] == 5000 and row["remote_address"] == self.lab.b.ipv4]
        payload = sum(row["payload_tx_bytes"] for row in rows)
        # Who looks at packets sees what was sent again, too.
        again = sum(row["retransmits"] or 0 for row in rows) * SEGMENT
        self.assertGreaterEqual(payload, 4.95 * MEGABYTE)
        self.assertLessEqual(payload, 5.05 * MEGABYTE + again)
        self.assertEqual({row["local_address"] for row in rows}, {self.lab.a.ipv4})


if __name__ == "__main__":
    tap.main()
