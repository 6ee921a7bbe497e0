#!/usr/bin/python3
"""sluicectl analyze: what real captures hold, compared with capinfos and tshark, and what makes no capture."""

import collections
import contextlib
import csv
import ipaddress
import json
import os
import pty
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import tap  # noqa: E402

SLUICECTL = os.environ["SLUICECTL"]
CAPTURES = sorted((HERE.parent / "data" / "pcap").glob("*.pcap*"))
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "C", "TZ": "UTC"}
ENVIRONMENT.pop("NO_COLOR", None)
HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
ARP = bytes(12) + b"\x08\x06" + bytes(28)
# A section of a version that does not exist.
PCAPNG_OF_TOMORROW = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 9, 0, -1, 28)
PACKET = struct.pack("<IIII", 1700000000, 250000, len(ARP), len(ARP)) + ARP


def run(*arguments, **options):
    options = {"capture_output": True, "timeout": 60, "text": True, "env": ENVIRONMENT, **options}
    return subprocess.run([SLUICECTL, "analyze", *map(str, arguments)], check=False, **options)


def analyze(path, *arguments):
    result = run(path, "--json", *arguments)
    assert (result.returncode, result.stderr) == (0, ""), (path, result)
    return json.loads(result.stdout)


def tshark(path, fields, wanted):
    command = ["tshark", "-r", path, "-Y", wanted, "-T", "fields", "-E", "occurrence=a"]
    command += [word for field in fields for word in ("-e", field)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT).stdout.splitlines()
    return [line.split("\t") for line in lines]


def needs(tool):
    return unittest.skipUnless(shutil.which(tool), f"needs {tool}")


class Analyze(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def save(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def complain(self, code, sentence, *arguments, **options):
        result = run(*arguments, **options)
        self.assertEqual((result.stdout, result.returncode), ("", code), (arguments, result.stderr))
        self.assertRegex(result.stderr, r"\Asluicectl[^:]*: [^\n]+\.\n\Z", arguments)
        self.assertIn(sentence, result.stderr, arguments)

    def test_what_cannot_be_decoded_is_shown_by_its_number_and_its_name(self):
        # The last is numbered otherwise within libpcap.
        for number, name in ((127, "802.11"), (220, "USB"), (100, "ATM")):
            head = HEAD[:-4] + struct.pack("<I", number)
            result = analyze(self.save("unknown.pcap", head + 2 * PACKET), "--by", "protocol")
            self.assertEqual([(row["protocol"], row["packets"]) for row in result["protocols"]],
                             [(f"Link type {number}", 2)])
            self.assertIn(name, result["link_type"])

    @needs("capinfos")
    def test_counts_and_times_are_those_of_capinfos(self):
        for path in CAPTURES:
            with self.subTest(path=path.name):
                fields = subprocess.run(["capinfos", "-TmQScdae", path], check=True, capture_output=True, text=True,
                                        env=ENVIRONMENT).stdout.splitlines()
                expected = dict(zip(*csv.reader(fields)))
                result = analyze(path)
                self.assertEqual(result["packets"], int(expected["Number of packets"]))
                self.assertEqual(result["bytes"], int(expected["Data size (bytes)"]))
                self.assertAlmostEqual(result["first"], float(expected["Start time"]), delta=0.0011)
                self.assertAlmostEqual(result["last"], float(expected["End time"]), delta=0.0011)

    def check_sum(self, path, by, *arguments):
        """The rows, those that were left out and what has no row are all that there is."""
        whole = analyze(path, "--by", by, "--top", "3", *arguments)
        parts = whole[by + "s"] + [whole["remainder"]] + ([whole["others"]] if "others" in whole else [])
        self.assertEqual(sum(row["bytes"] for row in parts), whole["bytes"])
        return whole[by + "s"]

    def test_what_has_no_host_is_one_row_with_its_bytes(self):
        path = self.save("arp.pcap", HEAD + 2 * PACKET)
        for by in ("host", "connection"):
            self.assertRegex(run(path, "--by", by).stdout, rf"\nnot told apart +{2 * len(ARP)} B *\n\Z")
            self.assertEqual(self.check_sum(path, by), [])

    def test_every_list_adds_up_to_the_file(self):
        for path in CAPTURES:
            for arguments in ([], ["--local", "10.77.0.1/32", "--local", "fd77::1/128"]):
                with self.subTest(path=path.name, arguments=arguments):
                    protocols = analyze(path, "--by", "protocol", *arguments)
                    self.assertEqual(sum(row["bytes"] for row in protocols["protocols"]), protocols["bytes"])
                    self.assertEqual(sum(row["packets"] for row in protocols["protocols"]), protocols["packets"])
                    interfaces = analyze(path, "--by", "interface", *arguments)["interfaces"]
                    self.assertEqual(sum(row["bytes"] for row in interfaces), protocols["bytes"])
                    self.assertEqual(protocols["remainder"]["bytes"], 0)
                    hosts = self.check_sum(path, "host", *arguments)
                    self.check_sum(path, "connection", *arguments)
                    for row in hosts + protocols["protocols"]:
                        if arguments:
                            for what in ("bytes", "packets"):
                                parts = (row[f"{way}_{what}"] for way in ("rx", "tx", "forwarded"))
                                self.assertEqual(sum(parts), row[what])
                        else:
                            self.assertIsNone(row["rx_bytes"])
                            self.assertIsNone(row["tx_packets"])
                            self.assertIsNone(row["forwarded_bytes"])

    def test_what_neither_side_of_is_local_is_neither_received_nor_sent(self):
        def datagram(source, target):
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 128, 0, 0, 64, 17, 0) + bytes(source) + bytes(target)
            frame = bytes(12) + b"\x08\x00" + ip + struct.pack(">HHHH", 1000, 2000, 108, 0) + bytes(100)
            return struct.pack("<IIII", 1700000000, 0, len(frame), len(frame)) + frame

        ours, theirs, others = (10, 0, 0, 1), (198, 51, 100, 7), (192, 0, 2, 9)
        path = self.save("past.pcap", HEAD + datagram(ours, theirs) + datagram(others, theirs) * 2
                         + datagram(theirs, others))
        for by in ("host", "connection", "protocol", "interface"):
            result = analyze(path, "--by", by, "--local", "10.0.0.0/8")
            for figures in (result[by + "s"], result["interfaces"]):
                sums = [sum(row[f"{way}_bytes"] for row in figures) for way in ("rx", "tx", "forwarded")]
                self.assertEqual(sums, [0, 142, 3 * 142], by)
            row = result["interfaces"][0]
            self.assertEqual((row["tx_packets"], row["forwarded_packets"], row["packets"]), (1, 3, 4))
            self.assertEqual((row["unattributed_tx_bytes"], row["unattributed"]["forwarded"]), (142, 3 * 142))
            cut = analyze(path, "--by", by, "--local", "10.0.0.0/8", "--top", "1")
            self.assertEqual(sum(row["forwarded_bytes"] for row in cut[by + "s"] + [cut.get("others")] if row), 3 * 142)
            text = run(path, "--by", by, "--local", "10.0.0.0/8").stdout
            self.assertRegex(text, r"\n.* DOWNLOAD +UPLOAD +FORWARDED +BYTES")
            self.assertRegex(text, r"0 B +142 B +\d+ B +\d+ B")
            self.assertNotIn("FORWARDED", run(path, "--by", by).stdout)

    @needs("tshark")
    def test_connections_have_the_bytes_that_tshark_counts(self):
        for path in CAPTURES:
            with self.subTest(path=path.name):
                expected = collections.Counter()
                fields = ["ip.src", "ipv6.src", "tcp.srcport", "ip.dst", "ipv6.dst", "tcp.dstport", "frame.len"]
                for source4, source6, source_port, target4, target6, target_port, length in tshark(path, fields,
                                                                                                    "tcp and not icmp"):
                    ends = (source4 or source6, source_port), (target4 or target6, target_port)
                    expected[frozenset(ends)] += int(length)
                found = collections.Counter()
                for row in analyze(path, "--by", "connection")["connections"]:
                    if row["protocol"] == "TCP":
                        found[frozenset(((row["local_address"], str(row["local_port"])),
                                         (row["remote_address"], str(row["remote_port"]))))] += row["bytes"]
                self.assertEqual(found, expected)

    @needs("tshark")
    def test_names_are_those_that_tshark_reads(self):
        # In one file packets are cut short: tshark shows half of a name, which names nobody.
        for path in (path for path in CAPTURES if path.name != "web-cut.pcap"):
            with self.subTest(path=path.name):
                said = {}
                for address4, address6, name in tshark(path, ["ip.dst", "ipv6.dst",
                                                               "tls.handshake.extensions_server_name"],
                                                       "tls.handshake.extensions_server_name"):
                    said.setdefault(address4 or address6, set()).add(("tls", name))
                for address4, address6, name in tshark(path, ["ip.dst", "ipv6.dst", "http.host"], "http.host"):
                    said.setdefault(address4 or address6, set()).add(("http", name.split(":")[0].lower()))
                hosts = {row["host"]: row for row in analyze(path)["hosts"]}
                for address, names in said.items():
                    if ipaddress.ip_address(address).is_multicast or address not in hosts:
                        continue
                    row = hosts[address]
                    source = "tls" if any(name[0] == "tls" for name in names) else "http"
                    self.assertEqual(row["name_source"], source, row)
                    self.assertIn((source, row["name"]), names)

    def test_text_is_for_people(self):
        result = run(CAPTURES[0])
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, r"(?m)\AFile +\S+\nType +pcap, \w+.*\nPackets +\d+\nBytes +\d+ \(.*\)\nFirst  ")
        self.assertNotIn("\x1b", result.stdout)

    def test_standard_input_is_a_file_too(self):
        path = next(path for path in CAPTURES if path.name == "dns.pcap")
        expected = analyze(path, "--by", "protocol")
        with open(path, "rb") as file:
            direct = json.loads(run("-", "--json", "--by", "protocol", stdin=file).stdout)
        piped = subprocess.run(f"cat '{path}' | '{SLUICECTL}' analyze - --json --by protocol", shell=True, check=True,
                               capture_output=True, text=True, env=ENVIRONMENT, timeout=60)
        for result in (direct, json.loads(piped.stdout)):
            self.assertEqual(result.pop("file"), "-")
            self.assertEqual(result, {key: value for key, value in expected.items() if key != "file"})

    def test_an_endless_input_ends_on_a_signal_with_its_summary(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number=number):
                process = subprocess.Popen([SLUICECTL, "analyze", "-", "--json"], stdin=subprocess.PIPE, text=False,
                                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT)
                process.stdin.write(HEAD + PACKET * 7)
                process.stdin.flush()
                time.sleep(1)
                process.send_signal(number)
                output, errors = process.communicate(timeout=20)
                self.assertEqual((process.returncode, errors), (0, b""))
                self.assertEqual(json.loads(output)["packets"], 7)

    def test_bad_files_are_one_sentence(self):
        self.complain(1, "is empty", self.save("empty.pcap", b""))
        self.complain(1, "is no capture file", self.save("text.pcap", b"This is no capture at all.\n" * 9))
        self.complain(1, "is a folder", self.folder)
        self.complain(1, "There is no file", self.folder / "nothing.pcap")
        self.complain(1, "is empty", "-", stdin=subprocess.DEVNULL)
        for length in (1, 4, 11, 23):
            self.complain(1, "before the header of a capture file does, so nothing", self.save("head", HEAD[:length]))
        self.complain(1, "is damaged at its begin", self.save("head.pcapng", PCAPNG_OF_TOMORROW))
        # Nothing stands at the begin of a process's memory.
        self.complain(1, "cannot be read", "/proc/self/mem")

    def test_standard_input_that_is_closed_is_not_empty(self):
        for way in ("<&-", "0>/dev/null"):
            result = subprocess.run(f"'{SLUICECTL}' analyze - {way}", shell=True, check=False, capture_output=True,
                                    text=True, env=ENVIRONMENT, timeout=60)
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertRegex(result.stderr, r"\Asluicectl[^:]*: Standard input is closed; [^\n]+\.\n\Z")

    def test_a_name_is_never_obeyed_by_the_terminal(self):
        self.complain(1, "<U+001B>[31m", self.folder / "\x1b[31m.pcap")

    @unittest.skipIf(os.geteuid() == 0 and not shutil.which("setpriv"), "needs setpriv")
    def test_a_file_that_may_not_be_read_is_3(self):
        path = self.save("locked.pcap", HEAD + PACKET)
        os.chmod(self.folder, 0o755)
        os.chmod(path, 0)
        prefix = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        result = subprocess.run([*prefix, SLUICECTL, "analyze", path], check=False, capture_output=True, text=True,
                                timeout=30, env=ENVIRONMENT)
        self.assertEqual((result.returncode, result.stdout), (3, ""))
        self.assertRegex(result.stderr, r"\Asluicectl[^:]*: “[^\n]*locked.pcap” cannot be opened: [^\n]+\.\n\Z")

    def test_a_truncated_file_gives_what_it_has_and_1(self):
        path = self.save("cut.pcap", HEAD + PACKET * 3 + PACKET[:20])
        result = run(path, "--json")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr,
                         r"\Asluicectl[^:]*: “[^\n]*cut.pcap” ends in the middle of a packet[^\n]*\.\n\Z")
        self.assertEqual(json.loads(result.stdout)["packets"], 3)

    def test_a_file_without_packets_is_no_error(self):
        result = analyze(self.save("none.pcap", HEAD))
        self.assertEqual((result["packets"], result["bytes"], result["hosts"]), (0, 0, []))
        self.assertEqual((result["first"], result["time"], result["date"]), (None, None, None))

    def test_a_packet_at_the_epoch_has_a_time(self):
        packets = b"".join(struct.pack("<IIII", 0, time, len(ARP), len(ARP)) + ARP for time in (0, 7000))
        for content, last in ((packets[:len(packets) // 2], 0), (packets, 0.007), (packets + PACKET, 1700000000.25)):
            path = self.save("epoch.pcap", HEAD + content)
            result = analyze(path)
            self.assertEqual([result[key] for key in ("first", "last", "time", "seconds")], [0, last, last, last])
            self.assertEqual(result["first_date"], "1970-01-01T00:00:00.000+00:00")
            self.assertRegex(run(path).stdout, r"(?m)^First +1970-01-01 00:00:00\.000000 \+00:00$")

    def test_bad_usage_is_2(self):
        self.complain(2, "The capture file is missing")
        self.complain(2, "“b” is not expected here", "a", "b")
        self.complain(2, "does not tell which programs", "a", "--by", "program")
        self.complain(2, "“port” does not suit --by", "a", "--by", "port")
        self.complain(2, "“10.0.0.0/99” does not suit --local", "a", "--local", "10.0.0.0/99")

    def test_top_leaves_nothing_out_of_the_sum(self):
        path = next(path for path in CAPTURES if path.name == "tls.pcap")
        whole = analyze(path, "--by", "protocol")
        cut = analyze(path, "--by", "protocol", "--top", "1")
        self.assertEqual(len(cut["protocols"]), 1)
        self.assertEqual(cut["protocols"][0]["bytes"] + cut["others"]["bytes"], whole["bytes"])

    def test_progress_is_for_a_terminal_alone(self):
        path = self.save("slow.fifo.pcap", b"")
        path.unlink()
        os.mkfifo(path)
        leader, follower = pty.openpty()
        process = subprocess.Popen([SLUICECTL, "analyze", path, "--json"], stdout=subprocess.PIPE, stderr=follower,
                                   env=ENVIRONMENT)
        os.close(follower)
        with open(path, "wb") as fifo:
            fifo.write(HEAD)
            for _ in range(15):
                fifo.write(PACKET * 10)
                fifo.flush()
                time.sleep(0.1)
        output = process.communicate(timeout=30)[0]
        shown = read_terminal(leader).decode()
        self.assertEqual(process.returncode, 0)
        self.assertEqual(json.loads(output)["packets"], 150)
        self.assertRegex(shown, r"\r\d+ packets read")
        self.assertTrue(shown.endswith("\r\x1b[K"), shown)


def read_terminal(leader):
    """All that was written to a terminal that nobody has open any more: one read may give a part of it."""
    shown = b""
    # EIO is its end.
    with contextlib.suppress(OSError), open(leader, "rb", buffering=0) as terminal:
        while chunk := terminal.read(65536):
            shown += chunk
    return shown


class Sandbox(unittest.TestCase):
    def test_packets_are_parsed_by_a_process_that_can_do_nothing(self):
        with subprocess.Popen([SLUICECTL, "analyze", "-", "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              env=ENVIRONMENT) as process:
            process.stdin.write(HEAD + PACKET)
            process.stdin.flush()
            time.sleep(1)
            children = [child for task in Path(f"/proc/{process.pid}/task").iterdir()
                        for child in (task / "children").read_text().split()]
            self.assertEqual(len(children), 1)
            status = dict(line.split(":\t", 1)
                          for line in Path(f"/proc/{children[0]}/status").read_text().splitlines() if ":\t" in line)
            process.communicate(timeout=20)
        self.assertEqual(status["CapEff"], "0" * 16)
        self.assertEqual(status["CapPrm"], "0" * 16)
        self.assertEqual(status["Seccomp"], "2")
        self.assertEqual(status["NoNewPrivs"], "1")
        if os.geteuid() == 0:
            self.assertEqual(set(status["Uid"].split()), {"65534"})
            self.assertEqual(set(status["Gid"].split()), {"65534"})


if __name__ == "__main__":
    tap.main()
