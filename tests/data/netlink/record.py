#!/usr/bin/env python3
"""record.py FOLDER: record what the kernel says over netlink of known interfaces and sockets, as fixtures.

Needs root; works in a network namespace of its own. Each file holds whole messages, one after the other, as they came.
"""

import ctypes
import os
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

CLONE_NEWNET = 0x40000000
NETLINK_ROUTE, NETLINK_SOCK_DIAG = 0, 4
RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR = 0x1, 0x10, 0x100
RTM_GETLINK, RTM_GETADDR, SOCK_DIAG_BY_FAMILY = 18, 22, 20
NLM_F_REQUEST, NLM_F_DUMP = 0x1, 0x300
NLMSG_DONE = 3
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP = 270, 1
TCP_DESTROY_GROUPS = (1, 3)
INET_DIAG_INFO = 2
LISTED_STATES = 0xFFFFFFFF & ~(1 << 3 | 1 << 6 | 1 << 12 | 1 << 13)
PAYLOAD = 100_000


class Netlink:
    """A netlink socket whose messages are kept as bytes."""

    def __init__(self, protocol, groups=0):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
        self.socket.bind((0, groups))
        self.sequence = 0

    def join(self, group):
        self.socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)

    def news(self):
        """What came unasked, and what is left to come within a moment."""
        heard = b""
        self.socket.settimeout(0.3)
        try:
            while True:
                heard += self.socket.recv(65536)
        except TimeoutError:
            return heard

    def list(self, kind, request):
        """The answer to a request for a list, its end included."""
        self.sequence += 1
        header = struct.pack("=IHHII", 16 + len(request), kind, NLM_F_REQUEST | NLM_F_DUMP, self.sequence, 0)
        self.socket.settimeout(5)
        self.socket.send(header + request)
        answer = b""
        while True:
            part = self.socket.recv(65536)
            answer += part
            at = 0
            while at < len(part):
                length, kind_of_this = struct.unpack_from("=IH", part, at)
                if kind_of_this == NLMSG_DONE:
                    return answer
                at += length + 3 & ~3


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def record_links(folder):
    """One file a step: its news, then a list of the links; the first one also lists the addresses."""
    route = Netlink(NETLINK_ROUTE, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR)
    steps = [
        ("boot", ["link set lo up"]),
        ("veth", ["link add va index 10 address 02:00:00:00:00:0a type veth"
                  " peer name vb index 11 address 02:00:00:00:00:0b",
                  "link set va up", "link set vb up", "addr add 10.11.0.1/24 dev va",
                  "addr add fd11::1/64 dev va nodad"]),
        ("bridge", ["link add br0 index 12 address 02:00:00:00:00:0c type bridge", "link set vb master br0",
                    "link set br0 up"]),
        ("leave-bridge", ["link set vb nomaster"]),
        ("macvlan", ["link add mv0 index 13 link va address 02:00:00:00:00:0d type macvlan", "link set mv0 up"]),
        ("rename", ["link set mv0 down", "link set mv0 name lan0", "link set lan0 up"]),
        ("addresses", ["addr add 10.13.0.2/24 dev va", "addr del 10.11.0.1/24 dev va", "addr del fd11::1/64 dev va",
                       "addr add 10.11.0.9 peer 10.12.0.9 dev lan0"]),
        ("down", ["link set va down"]),
        ("up", ["link set va up"]),
        ("delete", ["link del va"]),
        # The same name and the same number, and another thing.
        ("create-again", ["link add va index 10 address 02:00:00:00:00:1a type veth"
                          " peer name vb index 11 address 02:00:00:00:00:1b", "link set va up", "link set vb up"]),
        ("delete-and-create", ["link del va", "link add va index 10 address 02:00:00:00:00:2a type veth"
                               " peer name vb index 11 address 02:00:00:00:00:2b", "link set va up"]),
    ]
    for number, (name, commands) in enumerate(steps):
        for command in commands:
            ip(*command.split())
        # So that what interfaces say of themselves when they come up does not fall into the list.
        time.sleep(1 if number else 0)
        said = route.news() + route.list(RTM_GETLINK, struct.pack("=BxHiII", 0, 0, 0, 0, 0))
        if number == 0:
            said += route.list(RTM_GETADDR, struct.pack("=BxHiII", 0, 0, 0, 0, 0))
        (folder / f"links-{number:02}-{name}.bin").write_bytes(said)


def list_sockets(diag, protocol):
    said = b""
    for family in (socket.AF_INET, socket.AF_INET6):
        extension = 1 << (INET_DIAG_INFO - 1) if protocol == socket.IPPROTO_TCP else 0
        said += diag.list(SOCK_DIAG_BY_FAMILY,
                          struct.pack("=BBBxI48x", family, protocol, extension, LISTED_STATES))
    return said


def connect(family, address, port, source, device=None):
    """A connection from port to port, over which the client sent PAYLOAD bytes and the server a hundredth of it."""
    listener = socket.create_server((address, port), family=family)
    client = socket.socket(family)
    if device:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
    client.bind(("" if family == socket.AF_INET else "::", source))
    client.connect((address, port))
    server, _ = listener.accept()
    client.sendall(bytes(PAYLOAD))
    left = PAYLOAD
    while left:
        left -= len(server.recv(65536))
    server.sendall(bytes(PAYLOAD // 100))
    client.recv(PAYLOAD // 100, socket.MSG_WAITALL)
    return listener, client, server


def record_sockets(folder):
    ip("link", "set", "lo", "up")
    ends = Netlink(NETLINK_SOCK_DIAG)
    for group in TCP_DESTROY_GROUPS:
        ends.join(group)
    diag = Netlink(NETLINK_SOCK_DIAG)
    kept = [connect(socket.AF_INET, "127.0.0.1", 5001, 6001),
            connect(socket.AF_INET6, "::1", 5002, 6002),
            connect(socket.AF_INET, "127.0.0.1", 5003, 6003, "lo")]
    # An IPv6 socket that speaks IPv4: the kernel shows mapped addresses.
    mapped = socket.socket(socket.AF_INET6)
    mapped.bind(("::", 6004))
    mapped.connect(("::ffff:127.0.0.1", 5001))
    # The other side has said its last word, and this one has not.
    half = connect(socket.AF_INET, "127.0.0.1", 5005, 6005)
    half[1].shutdown(socket.SHUT_WR)
    unconnected = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    unconnected.bind(("127.0.0.1", 5101))
    connected = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    connected.bind(("::1", 6102))
    connected.connect(("::1", 5102))
    time.sleep(0.2)
    (folder / "sockets-tcp.bin").write_bytes(list_sockets(diag, socket.IPPROTO_TCP))
    (folder / "sockets-udp.bin").write_bytes(list_sockets(diag, socket.IPPROTO_UDP))
    for sockets in kept[:2]:
        for one in sockets:
            one.close()
    time.sleep(0.2)
    (folder / "sockets-ended.bin").write_bytes(ends.news())
    for one in (*kept[2], *half, mapped, unconnected, connected):
        one.close()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.splitlines()[0])
    if os.geteuid() != 0:
        sys.exit("record.py needs root, to make a network namespace.")
    folder = Path(sys.argv[1])
    libc = ctypes.CDLL(None, use_errno=True)
    for record in (record_links, record_sockets):
        if libc.unshare(CLONE_NEWNET) != 0:
            sys.exit(f"No network namespace can be made: {os.strerror(ctypes.get_errno())}.")
        record(folder)


if __name__ == "__main__":
    main()
