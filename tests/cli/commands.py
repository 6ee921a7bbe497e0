#!/usr/bin/python3
"""The commands as processes: exit codes, sentences, signals, pipes that close and disks that are full."""

import fcntl
import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

SLUICECTL = os.environ["SLUICECTL"]
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "C", "TZ": "UTC"}
ENVIRONMENT.pop("NO_COLOR", None)
TIERS = ["kernel", "packets", "exact"]
CAUSES = {"kernel", "forwarded", "other_namespace", "older", "lost", "not_seen"}


def run(*arguments, **options):
    options = {"capture_output": True, "timeout": 30, "text": True, "env": ENVIRONMENT, **options}
    return subprocess.run([SLUICECTL, *arguments], check=False, **options)


def start(*arguments, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": ENVIRONMENT, **options}
    return subprocess.Popen([SLUICECTL, *arguments], **options)


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


class Loopback:
    """A TCP connection to ourselves, kept busy as long as the block lasts."""

    def __enter__(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.near = socket.create_connection(server.getsockname())
            self.far, _ = server.accept()
        self.port = self.far.getsockname()[1]
        self.going = True
        self.threads = [threading.Thread(target=self.send), threading.Thread(target=self.receive)]
        for thread in self.threads:
            thread.start()
        return self

    def send(self):
        while self.going:
            self.near.sendall(b"x" * 50000)
            time.sleep(0.05)
        self.near.shutdown(socket.SHUT_WR)

    def receive(self):
        while self.far.recv(65536):
            pass

    def __exit__(self, *_):
        self.going = False
        for thread in self.threads:
            thread.join()
        self.near.close()
        self.far.close()


class Commands(unittest.TestCase):
    def complain(self, code, sentence, *arguments):
        """It ends with that code, and prints that one sentence and nothing else."""
        result = run(*arguments)
        self.assertEqual((result.stdout, result.returncode), ("", code), arguments)
        self.assertRegex(result.stderr, r"\Asluicectl: [^\n]+\.\n\Z", arguments)
        self.assertIn(sentence, result.stderr, arguments)

    def test_refuse_bad_usage_with_2(self):
        for sentence, *arguments in [
            ["A command is missing"],
            ["There is no command “analyse”", "analyse"],
            ["There is no command “history”", "history"],
            ["There is no command “”", ""],
            ["There is no command “<U+001B>", "\x1b[31m"],
            ["“--version” takes nothing more", "--version", "x"],
            ["“help” takes nothing more", "help", "watch", "x"],
            ["There is no command “nothing”", "help", "nothing"],
            ["Unknown option --nothing", "watch", "--nothing"],
            ["Unknown option --nothing", "doctor", "--nothing"],
            ["Missing argument for -i", "watch", "-i"],
            ["“eth0” is not expected here", "interfaces", "eth0"],
            ["“proces” does not suit --by", "watch", "--by", "proces"],
            ["“netflow” does not suit --source", "watch", "--source", "netflow"],
            ["“soon” does not suit --duration", "watch", "-d", "soon"],
            ["“0” does not suit --duration", "watch", "-d", "0"],
            ["“0” does not suit --top", "watch", "--top", "0"],
            ["“90” does not suit --interval", "watch", "--interval", "90"],
        ]:
            self.complain(2, sentence, *arguments)

    def test_name_the_character_set_that_a_word_is_not_in(self):
        self.complain(2, "in the character set of the locale, UTF-8", "watch", "-i", b"\xff")

    def test_refuse_what_this_version_lacks_with_1(self):
        self.complain(1, "does not have the source “bpf”", "watch", "--source", "bpf")

    @unittest.skipUnless(shutil.which("setpriv") or os.geteuid() != 0, "needs setpriv")
    def test_say_what_lets_this_user_read_packets_with_3(self):
        prefix = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        result = subprocess.run([*prefix, SLUICECTL, "watch", "--source", "pcap", "-d", "1"], check=False,
                                capture_output=True, text=True, timeout=30, env=ENVIRONMENT)
        self.assertEqual((result.returncode, result.stdout), (3, ""))
        self.assertRegex(result.stderr, r"\Asluicectl[^:]*: [^\n]*sudo setcap cap_net_raw[^\n]*\.\n\Z")
        # What may not be had is done without where nobody asked for it.
        result = subprocess.run([*prefix, SLUICECTL, "watch", "-i", "lo", "-d", "0.5", "--json"], check=False,
                                capture_output=True, text=True, timeout=30, env=ENVIRONMENT)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(objects(result.stdout)[-1]["source"], "kernel")

    def test_list_hosts_and_protocols_without_packets(self):
        with Loopback():
            for by, key in (("host", "hosts"), ("protocol", "protocols")):
                summary = objects(run("watch", "-i", "lo", "-d", "1.5", "--json", "--source", "kernel",
                                      "--by", by).stdout)[-1]
                self.assertTrue(summary["estimated"])
                self.assertTrue(summary[key], summary)
                self.assertIsNone(summary[key][0]["rx_packets"])
                link = summary["interfaces"][0]
                self.assertLessEqual(sum(row["rx_bytes"] for row in summary[key]),
                                     link["rx_bytes"] + link["excess_rx_bytes"])

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_count_the_loopback_both_ways_as_its_device_does(self):
        with Loopback():
            for by, key in (("host", "hosts"), ("protocol", "protocols")):
                events = objects(run("watch", "-i", "lo", "-d", "3", "--json", "--source", "pcap", "--by", by).stdout)
                # Capturing begins within the first sample.
                for way in ("rx_bytes", "tx_bytes"):
                    link = sum(event["interfaces"][0][way] for event in events[1:-1])
                    listed = sum(row[way] for event in events[1:-1] for row in event[key])
                    self.assertGreater(link, 100000)
                    self.assertAlmostEqual(listed, link, delta=0.05 * link)

    def test_refuse_an_unknown_interface_with_1(self):
        self.complain(1, "There is no interface “foo0”", "watch", "-i", "foo0")
        self.complain(1, "“sluicectl interfaces” lists", "watch", "-i", "lo", "-i", "foo0")
        self.complain(1, "There is no interface", "watch", "-i", "much-too-long-for-an-interface")
        self.complain(1, "There is no interface", "watch", "-i", "")

    def test_say_when_no_interface_is_up(self):
        if os.geteuid() != 0 or subprocess.run(["unshare", "-n", "true"], check=False).returncode != 0:
            self.skipTest("needs root, for a network of its own")
        options = {"capture_output": True, "timeout": 30, "text": True, "env": ENVIRONMENT, "check": False}
        plain = subprocess.run(["unshare", "-n", SLUICECTL, "watch", "-d", "1.5", "--interval", "0.5"], **options)
        self.assertEqual(
            (plain.returncode, plain.stderr),
            (0, "sluicectl: No interface is up; “-i lo” watches what moves within this machine.\n"),
        )
        machine = subprocess.run(["unshare", "-n", SLUICECTL, "watch", "-d", "0.5", "--json"], **options)
        self.assertEqual((machine.returncode, machine.stderr), (0, ""))
        self.assertEqual(objects(machine.stdout)[-1]["interfaces"], [])
        named = subprocess.run(["unshare", "-n", SLUICECTL, "watch", "-d", "0.5", "-i", "lo"], **options)
        self.assertEqual((named.returncode, named.stderr), (0, ""))

    def test_watch_any_interface_and_others_beside(self):
        if os.geteuid() != 0 or subprocess.run(["unshare", "-n", "true"], check=False).returncode != 0:
            self.skipTest("needs root, for a network of its own")
        make = 'ip link add d0 type veth peer name d1 && ip link set d0 up && ip link set lo up && "$@"'
        for source in ("kernel", "pcap"):
            for names, expected in (((), ["d0"]), (("any",), ["d0"]), (("any", "lo"), ["d0", "lo"]),
                                    (("d1", "any"), ["d0", "d1"])):
                with self.subTest(source=source, names=names):
                    words = [word for name in names for word in ("-i", name)]
                    result = subprocess.run(
                        ["unshare", "-n", "sh", "-c", make, "sh", SLUICECTL, "watch", "-d", "0.5", "--json", "--source",
                         source, *words], capture_output=True, timeout=30, text=True, env=ENVIRONMENT, check=False)
                    self.assertEqual((result.returncode, result.stderr), (0, ""))
                    self.assertEqual(sorted(link["name"] for link in objects(result.stdout)[-1]["interfaces"]),
                                     expected)

    def test_explain_themselves(self):
        overview = run("--help")
        self.assertEqual(overview.returncode, 0)
        for command in ("analyze", "doctor", "interfaces", "watch"):
            self.assertRegex(overview.stdout, rf"\n  {command} +\w")
            long, short = run(command, "--help"), run("help", command)
            self.assertEqual((long.returncode, long.stderr), (0, ""))
            self.assertIn("--json", long.stdout)
            self.assertEqual(long.stdout, short.stdout)
        self.assertEqual(overview.stdout, run("help").stdout)
        self.assertRegex(run("--version").stdout, r"\Asluicectl \d+\.\d+\.\d+\n\Z")

    def test_report_a_full_disk_with_1(self):
        for arguments in (["--help"], ["--version"], ["watch", "--help"], ["doctor"], ["interfaces", "--json"],
                          ["watch", "-d", "5"], ["watch", "-d", "5", "--json"]):
            with open("/dev/full", "wb") as full:
                result = run(*arguments, stdout=full, stderr=subprocess.PIPE, capture_output=False)
            self.assertEqual(result.returncode, 1, arguments)
            self.assertRegex(result.stderr, r"\Asluicectl: [^\n]*No space left on device[^\n]*\.\n\Z", arguments)

    def test_report_a_closed_output_with_1(self):
        for arguments in (["doctor"], ["interfaces"], ["watch", "-d", "5"]):
            result = subprocess.run(["/bin/sh", "-c", 'exec "$@" >&-', "sh", SLUICECTL, *arguments], check=False,
                                    stderr=subprocess.PIPE, text=True, timeout=30, env=ENVIRONMENT)
            self.assertEqual(result.returncode, 1, arguments)
            self.assertRegex(result.stderr, r"\Asluicectl: [^\n]+\.\n\Z", arguments)

    def test_print_no_escapes_where_there_is_no_terminal(self):
        for arguments in (["doctor"], ["interfaces"], ["watch", "-d", "1"]):
            self.assertNotIn("\x1b", run(*arguments).stdout, arguments)

    def test_obey_no_color(self):
        def on_terminal(**more):
            master, slave = pty.openpty()
            process = start("doctor", stdout=slave, env={**ENVIRONMENT, "TERM": "xterm", **more})
            process.wait(30)
            os.close(slave)
            text = b""
            try:
                while chunk := os.read(master, 65536):
                    text += chunk
            except OSError:
                pass  # the other end is closed: all has been read
            os.close(master)
            process.stderr.close()
            return text

        self.assertIn(b"\x1b[1m", on_terminal())
        self.assertNotIn(b"\x1b", on_terminal(NO_COLOR="1"))
        self.assertNotIn(b"\x1b", on_terminal(TERM="dumb"))
        self.assertIn(b"\x1b[1m", on_terminal(NO_COLOR=""))

    def test_make_do_without_unicode(self):
        for arguments in (["doctor"], ["interfaces"], ["watch", "-d", "1"], ["nothing"]):
            result = run(*arguments, text=False, env={**ENVIRONMENT, "LC_ALL": "C"})
            self.assertTrue((result.stdout + result.stderr).isascii(), arguments)


class Doctor(unittest.TestCase):
    def test_names_every_tier(self):
        report = objects(run("doctor", "--json").stdout)
        self.assertEqual(len(report), 1)
        self.assertEqual(report[0]["schema"], 1)
        self.assertEqual([tier["tier"] for tier in report[0]["tiers"]], TIERS)
        for tier in report[0]["tiers"]:
            self.assertTrue(tier["gives"])
            self.assertEqual(tier["obstacle"] is None, tier["available"])
        self.assertTrue(report[0]["checks"])
        available = [tier["tier"] for tier in report[0]["tiers"] if tier["available"]]
        self.assertIn("kernel", available)
        self.assertEqual(report[0]["best"], available[-1])
        text = run("doctor").stdout
        for tier in report[0]["tiers"]:
            self.assertIn(tier["gives"], text)


class Hosts(unittest.TestCase):
    """What the doctor says of the databases that tell where hosts are."""

    @unittest.skipUnless("TEST_DATABASES" in os.environ, "built without libmaxminddb")
    def test_are_known_from_the_files_that_there_are(self):
        folder = os.environ["TEST_DATABASES"]
        country, network, spoilt = (os.path.join(folder, name) for name in ("country.mmdb", "asn.mmdb", "foreign.mmdb"))
        environment = {**ENVIRONMENT, "SLUICE_GEOIP": f"{spoilt}:{country}:{network}"}
        report = objects(run("doctor", "--json", env=environment).stdout)[0]
        checks = [(check["id"], check["ok"], check["text"]) for check in report["checks"]]
        self.assertIn(("country", True, f"The country of hosts is known, from {country} (made 2026-09-21)."), checks)
        self.assertIn(("network", True, f"The network (AS) of hosts is known, from {network} (made 2026-09-21)."),
                      checks)
        self.assertIn(("geo-file", False, f"“{spoilt}” is skipped because it knows neither countries nor networks."),
                      checks)
        text = run("doctor", env=environment).stdout
        for _, ok, sentence in checks:
            self.assertIn(f"{'✓' if ok else '✗'} {sentence}\n", text)

    @unittest.skipUnless("TEST_DATABASES" in os.environ, "built without libmaxminddb")
    def test_are_looked_for_in_the_users_own_folder(self):
        with tempfile.TemporaryDirectory() as home:
            environment = {**ENVIRONMENT, "XDG_DATA_HOME": home}
            del environment["SLUICE_GEOIP"]
            os.mkdir(os.path.join(home, "sluice"))
            path = os.path.join(home, "sluice", "x.mmdb")
            shutil.copy(os.path.join(os.environ["TEST_DATABASES"], "ipinfo.mmdb"), path)
            text = run("doctor", env=environment).stdout
        self.assertIn(f"✓ The country of hosts is known, from {path} (made 2026-09-21).\n", text)
        self.assertIn(f"✓ The network (AS) of hosts is known, from {path} (made 2026-09-21).\n", text)

    def test_are_not_known_without_a_database(self):
        reason = "SLUICE_GEOIP" if "TEST_DATABASES" in os.environ else "libmaxminddb"
        text = run("doctor", env={**ENVIRONMENT, "SLUICE_GEOIP": ""}).stdout
        self.assertRegex(text, rf"✗ The country[^\n]* of hosts is not known: [^\n]*{reason}")


class Interfaces(unittest.TestCase):
    def test_are_those_of_the_kernel(self):
        listed = {entry["name"]: entry for entry in objects(run("interfaces", "--json").stdout)[0]["interfaces"]}
        with open("/proc/net/dev", encoding="ascii") as table:
            names = {line.partition(":")[0].strip() for line in table.readlines()[2:]}
        self.assertEqual(set(listed), names)
        lo = listed["lo"]
        self.assertEqual((lo["kind"], lo["listed"], lo["reason"]), ("loopback", False, "loopback"))
        self.assertIn("127.0.0.1/8", lo["addresses"])

    def test_count_as_the_kernel_counts(self):
        def kernel():
            with open("/proc/net/dev", encoding="ascii") as table:
                figures = next(line for line in table if line.strip().startswith("lo:")).split()
            return [int(figures[i]) for i in (1, 2, 9, 10)]

        before = kernel()
        lo = next(entry for entry in objects(run("interfaces", "--json").stdout)[0]["interfaces"]
                  if entry["name"] == "lo")
        after = kernel()
        for low, figure, high in zip(before, ("rx_bytes", "rx_packets", "tx_bytes", "tx_packets"), after):
            self.assertTrue(low <= lo[figure] <= high, (figure, low, lo[figure], high))

    def test_stand_in_a_table(self):
        lines = run("interfaces").stdout.splitlines()
        self.assertTrue(lines[0].startswith("INTERFACE"))
        self.assertTrue(any(re.match(r"lo +Loopback +up .*no: loopback", line) for line in lines))


class Watch(unittest.TestCase):
    def assert_books(self, sample):
        for interface in sample["interfaces"]:
            self.assertEqual(set(interface["unattributed"]), CAUSES)
            for way in ("rx_bytes", "tx_bytes"):
                holders = sample["programs"] + ([sample["others"]] if "others" in sample else [])
                programs = sum(link[way] for holder in holders for link in holder["interfaces"]
                               if link["name"] == interface["name"])
                self.assertEqual(programs + interface[f"unattributed_{way}"] - interface[f"excess_{way}"],
                                 interface[way])

    def test_prints_a_line_a_second_and_a_summary(self):
        begin = time.monotonic()
        result = run("watch", "-d", "2", "--json", "-i", "lo")
        self.assertLess(time.monotonic() - begin, 3.5)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        lines = objects(result.stdout)
        self.assertEqual([line["type"] for line in lines], ["sample", "sample", "summary"])
        self.assertAlmostEqual(lines[-1]["seconds"], 2, delta=0.3)
        self.assertLess(abs(lines[-1]["time"] - time.time()), 5)
        for line in lines:
            self.assertEqual(line["schema"], 1)
            self.assert_books(line)

    def test_sums_samples_up(self):
        with Loopback():
            lines = objects(run("watch", "-d", "2.5", "--json", "-i", "lo").stdout)
        samples, summary = lines[:-1], lines[-1]
        self.assertEqual(len(samples), 3)
        self.assertAlmostEqual(summary["seconds"], 2.5, delta=0.3)
        for figure in ("rx_bytes", "tx_bytes", "rx_packets", "unattributed_rx_bytes", "excess_tx_bytes"):
            self.assertEqual(summary["interfaces"][0][figure],
                             sum(sample["interfaces"][0][figure] for sample in samples), figure)
        self.assertGreater(summary["interfaces"][0]["rx_bytes"], 500000)
        for line in lines:
            self.assert_books(line)
        for row in summary["programs"]:
            parts = [part for sample in samples for part in sample["programs"]
                     if part["program"] == row["program"] and part["name"] == row["name"]]
            self.assertEqual(row["tx_bytes"], sum(part["tx_bytes"] for part in parts))
        paths = [row["program"] for row in summary["programs"]]
        self.assertEqual(len(paths), len(set(paths)))

    def test_names_the_program(self):
        with Loopback():
            summary = objects(run("watch", "-d", "1", "--json", "-i", "lo").stdout)[-1]
        ours = [row for row in summary["programs"] if row["pid"] == os.getpid()]
        self.assertEqual(len(ours), 1)
        self.assertGreater(ours[0]["rx_bytes"], 200000)
        self.assertGreaterEqual(ours[0]["connections"], 2)

    def test_lists_connections(self):
        with Loopback() as loopback:
            lines = objects(run("watch", "-d", "1", "--json", "-i", "lo", "--by", "connection").stdout)
        for line in lines:
            self.assertNotIn("programs", line)
            near = [row for row in line["connections"] if row["remote_port"] == loopback.port]
            self.assertEqual(len(near), 1)
            self.assertEqual((near[0]["local_address"], near[0]["protocol"], near[0]["state"], near[0]["pid"]),
                             ("127.0.0.1", "TCP", "ESTABLISHED", os.getpid()))
            self.assertGreater(near[0]["payload_tx_bytes"], 100000)

    def test_lists_interfaces(self):
        lines = objects(run("watch", "-d", "1", "--json", "-i", "lo", "--by", "interface").stdout)
        for line in lines:
            self.assertNotIn("programs", line)
            self.assertEqual([interface["name"] for interface in line["interfaces"]], ["lo"])

    def test_cuts_a_list_and_says_so(self):
        with Loopback():
            lines = objects(run("watch", "-d", "1", "--json", "-i", "lo", "--by", "connection", "--top", "1").stdout)
        for line in lines:
            self.assertEqual(len(line["connections"]), 1)
            self.assertGreaterEqual(line["others"]["count"], 1)

    def test_prints_plain_lines(self):
        with Loopback():
            result = run("watch", "-d", "2", "-i", "lo")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(len(re.findall(r"^\d\d:\d\d:\d\d +PID", result.stdout, re.M)), 2)
        self.assertEqual(len(re.findall(r"^in (1\.9|2\.0|2\.1) s +PID", result.stdout, re.M)), 1)
        self.assertEqual(len(re.findall(rf"^  \S+ +{os.getpid()} ", result.stdout, re.M)), 3)
        self.assertRegex(result.stdout, r"\nlo +\d\S* \Sbit/s +\d\S* \Sbit/s\n")

    def test_follows_the_interval(self):
        lines = objects(run("watch", "-d", "1", "--json", "-i", "lo", "--interval", "0.2").stdout)
        self.assertEqual(len(lines), 6)

    def test_ends_cleanly_on_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for arguments in (["--json"], []):
                with start("watch", "-i", "lo", *arguments) as process:
                    process.stdout.readline()  # the first second is over
                    begin = time.monotonic()
                    process.send_signal(number)
                    output, errors = process.communicate(timeout=10)
                self.assertLess(time.monotonic() - begin, 1)
                self.assertEqual((process.returncode, errors), (0, ""), number)
                if arguments:
                    self.assertEqual(objects(output)[-1]["type"], "summary")
                else:
                    self.assertRegex(output, r"\nin 1\.\d s ")

    def test_counts_up_to_the_signal(self):
        with start("watch", "-i", "lo", "--json", "--interval", "60") as process:
            time.sleep(0.7)
            process.send_signal(signal.SIGINT)
            lines = objects(process.communicate(timeout=10)[0])
        self.assertEqual([line["type"] for line in lines], ["sample", "summary"])
        self.assertGreater(lines[-1]["seconds"], 0.3)

    def test_ends_quietly_when_its_reader_leaves(self):
        for arguments in (["--json"], []):
            with start("watch", "-i", "lo", *arguments) as process:
                process.stdout.readline()
                process.stdout.close()
                self.assertEqual(process.wait(10), 0)
                self.assertEqual(process.stderr.read(), "")

    def test_ends_though_nobody_reads(self):
        reader, writer = os.pipe()
        # A pipe of one page is full soon, and then writing would block for good.
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        self.addCleanup(os.close, reader)
        with start("watch", "-i", "lo", "--json", "--interval", "0.1", stdout=writer) as process:
            os.close(writer)
            time.sleep(2)
            process.terminate()
            begin = time.monotonic()
            process.wait(10)
            self.assertLess(time.monotonic() - begin, 3)
            self.assertEqual(process.returncode, 1)
            self.assertIn("Nobody reads the output", process.stderr.read())

    def test_is_frugal(self):
        with start("watch", "-i", "lo", "--json", "-d", "3", stdout=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        self.assertLess(usage.ru_utime + usage.ru_stime, 0.3)


if __name__ == "__main__":
    tap.main()
