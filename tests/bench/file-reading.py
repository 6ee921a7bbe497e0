#!/usr/bin/env python3
"""How fast a capture file is read: 5 million packets of 20,000 flows, beside tcpdump and softflowd."""

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time

PACKETS = 5_000_000
FLOWS = 20_000
FACTOR = 1.5
SHARE = 0.25
# As root it would give away what it writes to, /dev/null, to a user of its own.
KEEP_USER = ["-Z", "root"] if os.geteuid() == 0 else []
# A port where nobody listens: softflowd is to have nowhere to send its flows to, and so no wait for anyone.
NOWHERE = "127.0.0.1:9"


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


def best(command, rounds=3):
    times = []
    for _ in range(rounds):
        begin = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.monotonic() - begin)
    return min(times)


def main():
    print("1..2")
    if shutil.which("tcpdump") is None:
        print("ok 1 - file-reading # SKIP needs tcpdump")
        print("ok 2 - file-reading # SKIP needs tcpdump")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "packets.pcap")
        make(path)
        # Once unmeasured: whoever is first would pay for reading the disk.
        theirs = best(["tcpdump", *KEEP_USER, "-r", path, "-w", "/dev/null"])
        ours = best([os.environ["READER"], path])
        softflowd = shutil.which("softflowd")
        flows = best([softflowd, "-d", "-r", path, "-n", NOWHERE], rounds=1) if softflowd else None
    print(f"# {PACKETS} packets, {FLOWS} flows: {ours:.2f} s, tcpdump {theirs:.2f} s: {ours / theirs:.2f} times")
    ok = ours <= FACTOR * theirs
    print(f"{'ok' if ok else 'not ok'} 1 - at most {FACTOR} times as long as tcpdump")
    if flows is None:
        print("ok 2 - file-reading # SKIP needs softflowd")
        return 0 if ok else 1
    print(f"# softflowd {flows:.2f} s: {ours / flows:.2f} of its time")
    faster = ours <= SHARE * flows
    print(f"{'ok' if faster else 'not ok'} 2 - at most {SHARE} of softflowd's time")
    return 0 if ok and faster else 1


sys.exit(main())
