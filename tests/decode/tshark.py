#!/usr/bin/env python3
"""tshark.py NAME-DUMP FOLDER: whether names and protocols in recorded captures are those that tshark finds.

What we leave out on purpose is left out of tshark's findings here, each with its reason.
"""

import functools
import ipaddress
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tap  # noqa: E402

DUMP, FOLDER = sys.argv[1], Path(sys.argv[2])
# Those that are what the dump can read, and whole.
FILES = [path for path in sorted(FOLDER.glob("*.pcap"))
         if path.stem not in ("web-big-endian", "web-nanoseconds", "web-cut")]
FIELDS = ("frame.number", "frame.protocols", "dns.flags.response", "dns.flags.rcode", "dns.qry.name", "dns.resp.name",
          "dns.resp.type", "dns.resp.ttl", "dns.a", "dns.aaaa", "dns.ptr.domain_name", "http.host", "http.request.uri",
          "ssh.protocol", "tcp.segment", "tls.handshake.type", "tls.handshake.extensions_server_name",
          "tls.handshake.extensions_alpn_str")
# What is said in records of a type.
RECORDS = {"1": "dns.a", "28": "dns.aaaa", "12": "dns.ptr.domain_name"}
# One talk with several headers in front.
DRESSED = [f"web-{name}.pcap" for name in ("vlan", "qinq", "null", "null-swapped", "loop", "ppp", "ppp-hdlc", "pppoe",
                                           "ethernet-pppoe", "ppp-dir")]


@functools.cache
def hint_fields():
    """What this tshark calls the addresses in HTTPS records; the name has changed."""
    run = subprocess.run(["tshark", "-G", "fields"], capture_output=True, text=True, check=True, timeout=60)
    return [re.search(rf"\tdns\.[\w.]*ipv{version}hint\.ip\t", run.stdout)[0].strip() for version in (4, 6)]


@functools.cache
def tshark(file):
    """What tshark finds in each packet: {field: what it says, as often as it is there}, and "layers"."""
    fields = [*FIELDS, *hint_fields()]
    command = ["tshark", "-r", file, "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|"]
    for field in fields:
        command += ["-e", field]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    packets = []
    for line in run.stdout.splitlines():
        said = [field.split("|") if field else [] for field in line.split("\t")]
        packet = dict(zip((*FIELDS, "hints", "hints6"), said))
        packet["hints"] += packet["hints6"]
        packet["layers"] = packet["frame.protocols"][0].split(":")
        packets.append((int(packet["frame.number"][0]), packet))
    return packets


@functools.cache
def dumped(file, *kinds):
    """What we find, as tuples (packet, kind, value…)."""
    run = subprocess.run([DUMP, file], capture_output=True, text=True, check=True, timeout=60)
    found = [tuple(line.split("\t")) for line in run.stdout.splitlines()]
    return [(int(number), *rest) for number, *rest in found if rest[0] in kinds]


def is_address(host):
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def address_of(reverse):
    """The address that a reverse name stands for."""
    labels = reverse.split(".")[:-2][::-1]
    if reverse.endswith(".in-addr.arpa"):
        return ".".join(labels)
    digits = "".join(labels)
    return str(ipaddress.IPv6Address(":".join(digits[i:i + 4] for i in range(0, 32, 4))))


def expected_names(file):
    """The names and addresses that tshark sees in DNS answers."""
    names = set()
    for number, packet in tshark(file):
        multicast = "mdns" in packet["layers"]
        # Versions of tshark differ in how they write what is true.
        is_answer = packet["dns.flags.response"] in (["1"], ["True"])
        if not is_answer or (packet["dns.flags.rcode"] != ["0"] and not multicast):
            continue
        question = packet["dns.qry.name"]
        said = {kind: iter(packet[field]) for kind, field in RECORDS.items()}
        lives = packet["dns.resp.ttl"] + ["0"]
        for owner, kind, life in zip(packet["dns.resp.name"], packet["dns.resp.type"], lives):
            if kind not in RECORDS:
                continue
            name, value = (question or [owner])[0].lower(), next(said[kind])
            # Unasked, no time to live is a farewell.
            if not question and life == "0":
                continue
            if RECORDS[kind] == "dns.ptr.domain_name":
                names.add((number, "reverse", value.lower(), address_of(name)))
            else:
                names.add((number, "dns", name, value))
        names |= {(number, "dns", question[0].lower(), address) for address in packet["hints"]}
    return names


class Tshark(unittest.TestCase):
    def setUp(self):
        if shutil.which("tshark") is None:
            self.skipTest("needs tshark")

    def each_file(self, compare):
        """Compares each file; what was compared must not be nothing."""
        total = 0
        for file in FILES:
            with self.subTest(file=file.name):
                expected, found = compare(file)
                self.assertEqual(sorted(expected), sorted(found))
                total += len(found)
        self.assertGreater(total, 10)

    def test_finds_the_same_names_in_dns(self):
        self.each_file(lambda file: (expected_names(file), {line[:4] for line in dumped(file, "dns", "reverse")}))

    def test_finds_the_same_names_and_protocols_in_tls(self):
        def first(values):
            return (values or [""])[0]

        self.each_file(lambda file: (
            [(number, "tls", first(packet["tls.handshake.extensions_server_name"]).lower(),
              first(packet["tls.handshake.extensions_alpn_str"]))
             for number, packet in tshark(file) if "1" in packet["tls.handshake.type"]], dumped(file, "tls")))

    def test_finds_the_same_hosts_in_http(self):
        # A proxy is not who it is asked for, and an address is no name.
        self.each_file(lambda file: (
            [(number, "http", packet["http.host"][0].rsplit(":", 1)[0].lower()) for number, packet in tshark(file)
             if packet["http.host"] and packet["http.request.uri"][0].startswith("/")
             and not is_address(packet["http.host"][0])], dumped(file, "http")))

    def test_knows_what_is_spoken(self):
        for names, is_it in (
            ({"DNS"}, lambda packet: "dns" in packet["layers"] and packet["dns.flags.response"]),
            ({"mDNS"}, lambda packet: "mdns" in packet["layers"]),
            ({"NTP"}, lambda packet: "ntp" in packet["layers"]),
            ({"SSH"}, lambda packet: packet["ssh.protocol"]),
            ({"HTTP"}, lambda packet: packet["http.request.uri"]),
            ({"HTTPS", "TLS"}, lambda packet: "1" in packet["tls.handshake.type"] and not packet["tcp.segment"]),
            ({"HTTPS", "TLS"}, lambda packet: "2" in packet["tls.handshake.type"]),
        ):
            total = 0
            for file in FILES:
                with self.subTest(names=names, file=file.name):
                    ours = {number: name for number, _kind, name in dumped(file, "is")}
                    theirs = [number for number, packet in tshark(file) if is_it(packet)]
                    self.assertEqual([(number, ours.get(number)) for number in theirs
                                      if ours.get(number) not in names], [])
                    total += len(theirs)
            self.assertGreater(total, 1, names)

    def test_finds_the_same_under_any_header(self):
        kinds = ("dns", "tls", "http", "is")
        plain = sorted(line[1:] for line in dumped(FOLDER / "web-ethernet.pcap", *kinds))
        self.assertGreater(len(plain), 10)
        for name in DRESSED:
            with self.subTest(file=name):
                self.assertEqual(sorted(line[1:] for line in dumped(FOLDER / name, *kinds)), plain)

    def test_finds_nothing_else_when_packets_are_cut(self):
        kinds = ("dns", "tls", "http")
        found = dumped(FOLDER / "web-cut.pcap", *kinds)
        self.assertGreater(len(found), 0)
        self.assertLessEqual(set(found), set(dumped(FOLDER / "web-ethernet.pcap", *kinds)))


if __name__ == "__main__":
    del sys.argv[1:]
    tap.main()
