#!/usr/bin/python3
"""make-flows.py FILE PACKETS FLOWS: a capture of TCP flows for measuring: every flow is met all along the file."""

import random
import struct
import sys

BLOCK = 50000
PER_SECOND = 100000


def flow(number, random_source):
    """A packet of each direction, Ethernet, IPv4 and TCP, from and to one of many hosts."""
    client = struct.pack("!I", 0x0A000000 + number % 251)
    server = struct.pack("!I", 0xC6336400 + number // 7)
    ports = 1024 + number % 60000, random_source.choice((80, 443, 443, 443, 22, 8443))
    packets = []
    for source, target, source_port, target_port, length in ((client, server, *ports, 0),
                                                             (server, client, *reversed(ports), 1)):
        payload = random_source.choice((0, 40, 200)) if length == 0 else random_source.choice((100, 1000, 1448))
        tcp = struct.pack("!HHIIBBHHH", source_port, target_port, 1000, 2000, 0x50, 0x10, 65000, 0, 0)
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40 + payload, 1, 0x4000, 64, 6, 0, source, target)
        ethernet = bytes.fromhex("0200000000010200000000020800")
        packets.append(ethernet + ip + tcp + bytes(payload))
    return packets


def main():
    path, n_packets, n_flows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    random_source = random.Random(1)
    packets = [packet for number in range(n_flows) for packet in flow(number, random_source)]
    bodies = [struct.pack("<II", len(packet), len(packet)) + packet for packet in packets]
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for begin in range(0, n_packets, BLOCK):
            parts = []
            for i in range(begin, min(begin + BLOCK, n_packets)):
                seconds, rest = divmod(i, PER_SECOND)
                parts.append(struct.pack("<II", 1700000000 + seconds, rest * (1000000 // PER_SECOND)))
                parts.append(random_source.choice(bodies))
            file.write(b"".join(parts))


main()
