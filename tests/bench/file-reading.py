#!/usr/bin/env python3
"""How fast a capture file is read: 5 million packets of 20,000 flows, beside tcpdump and softflowd."""

import os
import struct
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import reading  # noqa: E402
import tap  # noqa: E402

PACKETS = 5_000_000
FLOWS = 20_000


def make(path):
    """TCP segments of 200 bytes, of which 96 are captured, from one flow after the other over a minute."""
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 96, 1)
    flows = []
    for flow in range(FLOWS):
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 186, 0, 0, 64, 6, 0, bytes([10, 0, 0, 1]),
                         bytes([192, 0, flow >> 8, flow & 255]))
        tcp = struct.pack(">HHIIBBHHH", 1024 + flow, 443, 1, 1, 0x50, 0x10, 1000, 0, 0)
        flows.append((bytes(12) + b"\x08\x00" + ip + tcp).ljust(96, b"\0"))
    with open(path, "wb", buffering=1 << 20) as out:
        out.write(header)
        for i in range(PACKETS):
            second, rest = divmod(i * 12, 1_000_000)
            out.write(struct.pack("<IIII", 1_700_000_000 + second, rest, 96, 200) + flows[i % FLOWS])


class FileReading(reading.ReadingCost):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "packets.pcap")
            make(path)
            cls.measure_all(path, {"the reader": [os.environ["READER"], path]}, rounds=3)


if __name__ == "__main__":
    tap.main()
