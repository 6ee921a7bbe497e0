#!/usr/bin/env python3
"""make-captures.py [FOLDER]: records the captures of this folder anew, with real programs on two hosts.

The hosts are network namespaces with a cable between them; nothing leaves the machine. As root, with: tcpdump, editcap
(tshark), dnsmasq, bind9-dnsutils, curl, openssl, openssh-server, chrony, ntpdate, avahi-daemon, iputils-ping.

`web*` hold the same talk with other headers in front: over Ethernet, cooked and over a tunnel as it was recorded, the
others made of the one over Ethernet. What is in the files is told by tshark; the tests compare with it.
"""

import ipaddress
import os
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

CLIENT, SERVER = "sluice-client", "sluice-server"
CLIENT_ADDRESSES, SERVER_ADDRESSES = ("10.77.0.1", "fd77::1"), ("10.77.0.2", "fd77::2")
DOMAIN = "sluice.test"
# RFC 9460: priority 1, the owner itself, ALPN "h2", hints for both families.
HTTPS_RECORD = "0001" "00" "0001" "0003" "026832" "0004" "0004" "0a4d0002" "0006" "0010" "fd77" + "00" * 13 + "02"

LINK_NULL, LINK_PPP, LINK_ETHERNET, LINK_PPP_HDLC, LINK_PPPOE = 0, 9, 1, 50, 51
LINK_RAW, LINK_LOOP, LINK_PPP_DIR = 101, 108, 204


def run(*command, check=True):
    """Runs a program to its end; what it says is shown only when it fails and must not."""
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, check=False,
                          timeout=20)
    if check and done.returncode != 0:
        raise SystemExit(f"{' '.join(str(part) for part in command)}: {done.stderr.decode()}")


def inside(host, *command, check=False):
    run("ip", "netns", "exec", host, *command, check=check)


@contextmanager
def running(host, *command, ready=0.7, folder=None):
    """A program on a host, until the end of the block."""
    process = subprocess.Popen(["ip", "netns", "exec", host, *[str(part) for part in command]],
                               stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               cwd=folder)
    try:
        time.sleep(ready)
        if process.poll() is not None:
            raise SystemExit(f"{command[0]} ended at once")
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


@contextmanager
def recording(file, interface, *options):
    """tcpdump on the client, until the end of the block."""
    command = ("tcpdump", "-Z", "root", "-U", "--immediate-mode", "-i", interface, "-w", file, *options)
    with running(CLIENT, *command, ready=1):
        yield
        time.sleep(0.5)


@contextmanager
def hosts():
    """Two hosts that can be told apart from each other only by their addresses, without a cable."""
    folders = []
    for host in (CLIENT, SERVER):
        run("ip", "netns", "add", host)
        folder = Path("/etc/netns", host)
        folder.mkdir(parents=True)
        (folder / "resolv.conf").write_text(f"nameserver {SERVER_ADDRESSES[0]}\n")
        folders.append(folder)
        inside(host, "ip", "link", "set", "lo", "up", check=True)
    try:
        yield
    finally:
        for host, folder in zip((CLIENT, SERVER), folders):
            run("ip", "netns", "del", host)
            (folder / "resolv.conf").unlink()
            folder.rmdir()


def configure(host, interface, addresses):
    inside(host, "ip", "address", "add", addresses[0] + "/24", "dev", interface, check=True)
    inside(host, "ip", "address", "add", addresses[1] + "/64", "dev", interface, "nodad", check=True)
    inside(host, "ip", "link", "set", interface, "up", check=True)


@contextmanager
def cable():
    """Ethernet between the hosts."""
    run("ip", "link", "add", "eth0", "netns", CLIENT, "type", "veth", "peer", "name", "eth0", "netns", SERVER)
    for host, addresses in ((CLIENT, CLIENT_ADDRESSES), (SERVER, SERVER_ADDRESSES)):
        configure(host, "eth0", addresses)
    time.sleep(1)
    try:
        yield
    finally:
        inside(CLIENT, "ip", "link", "del", "eth0", check=True)


RELAY = """
import ctypes, fcntl, os, select, struct, sys
def tun(host):
    ctypes.CDLL(None).setns(os.open("/run/netns/" + host, os.O_RDONLY), 0)
    file = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(file, 0x400454ca, struct.pack("16sH22x", b"tun0", 0x1001))
    return file
ends = [tun(host) for host in sys.argv[1:]]
while True:
    for end in select.select(ends, [], [])[0]:
        packet = os.read(end, 65536)
        try:
            os.write(ends[1 - ends.index(end)], packet)
        except OSError:
            pass
"""


@contextmanager
def tunnel():
    """A tunnel without any link header between the hosts."""
    with running(CLIENT, sys.executable, "-c", RELAY, CLIENT, SERVER):
        for host, addresses in ((CLIENT, CLIENT_ADDRESSES), (SERVER, SERVER_ADDRESSES)):
            configure(host, "tun0", addresses)
        time.sleep(1)
        yield


@contextmanager
def services(work):
    """What the server offers."""
    key, certificate, host_key = work / "key.pem", work / "certificate.pem", work / "host-key"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-keyout", key, "-out", certificate, "-days", "1", "-subj", f"/CN=www.{DOMAIN}")
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host_key)
    (work / "page").mkdir()
    (work / "page/index.html").write_text("<p>Hello</p>\n")
    (work / "chrony.conf").write_text("local stratum 10\nallow\ncmdport 0\n")
    tls = ("-quiet", "-WWW", "-cert", certificate, "-key", key, "-num_tickets", "0")
    with ExitStack() as stack:
        for command in (
            ("dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file=",
             f"--local=/{DOMAIN}/", f"--host-record=www.{DOMAIN},{','.join(SERVER_ADDRESSES)}",
             f"--cname=cdn.{DOMAIN},www.{DOMAIN}", f"--cname=shop.{DOMAIN},cdn.{DOMAIN}",
             f"--dns-rr=www.{DOMAIN},65,{HTTPS_RECORD}"),
            (sys.executable, "-m", "http.server", "80", "--bind", "::", "--directory", work / "page"),
            ("openssl", "s_server", "-accept", "443", *tls),
            ("openssl", "s_server", "-accept", "9443", *tls),
            ("/usr/sbin/sshd", "-D", "-f", "/dev/null", "-h", host_key, "-o", "PidFile=none", "-p", "22", "-p", "2022"),
            ("chronyd", "-d", "-x", "-U", "-u", "root", "-f", work / "chrony.conf"),
        ):
            stack.enter_context(running(SERVER, *command, folder=work / "page"))
        yield


def talk_web():
    """A little of everything that a web browser says."""
    inside(CLIENT, "ping", "-c1", SERVER_ADDRESSES[0])
    inside(CLIENT, "dig", "+short", f"shop.{DOMAIN}")
    inside(CLIENT, "curl", "-m5", "-4", "-s", f"http://www.{DOMAIN}/")
    inside(CLIENT, "curl", "-m5", "-6", "-s", "-k", f"https://shop.{DOMAIN}/index.html")


def talk_dns():
    server = "@" + SERVER_ADDRESSES[0]
    for query in (("www",), ("www", "AAAA"), ("shop",), ("WwW",), ("www", "HTTPS"), ("nobody",), ("www", "A", "+tcp")):
        inside(CLIENT, "dig", server, f"{query[0]}.{DOMAIN}", *query[1:])
    for address in SERVER_ADDRESSES:
        inside(CLIENT, "dig", server, "-x", address)
    inside(CLIENT, "dig", "@" + SERVER_ADDRESSES[1], f"cdn.{DOMAIN}", "AAAA")


def talk_tls():
    for options in ((), ("--tls-max", "1.2"), ("--http1.1",), ("--no-alpn",)):
        inside(CLIENT, "curl", "-m5", "-4", "-s", "-k", *options, f"https://www.{DOMAIN}/index.html")
    inside(CLIENT, "curl", "-m5", "-6", "-s", "-k", f"https://shop.{DOMAIN}:9443/index.html")
    inside(CLIENT, "curl", "-m5", "-s", "-k", "--no-alpn", f"https://{SERVER_ADDRESSES[0]}:9443/index.html")
    # From here on the client's hello goes in several segments, as the cable would carry it.
    inside(CLIENT, "ip", "link", "set", "eth0", "gso_max_segs", "1", check=True)
    inside(SERVER, "ip", "route", "change", "10.77.0.0/24", "dev", "eth0", "src", SERVER_ADDRESSES[0], "advmss", "160",
           check=True)
    inside(CLIENT, "curl", "-m5", "-4", "-s", "-k", f"https://cdn.{DOMAIN}/index.html")


def talk_http():
    for options in ((), ("--http1.0",), ("-H", "Host:"), ("-I",), ("-X", "OPTIONS"),
                    ("-H", "hOST: Other.Example:8080")):
        inside(CLIENT, "curl", "-m5", "-4", "-s", *options, f"http://www.{DOMAIN}/")
    inside(CLIENT, "curl", "-m5", "-6", "-s", f"http://shop.{DOMAIN}/")
    inside(CLIENT, "curl", "-m5", "-s", "-g", f"http://[{SERVER_ADDRESSES[1]}]/")
    inside(CLIENT, "curl", "-m5", "-s", "-x", f"http://{SERVER_ADDRESSES[0]}:80", "http://elsewhere.example/")


def talk_ssh():
    for port in (22, 2022):
        inside(CLIENT, "ssh", "-F", "/dev/null", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o",
               "UserKnownHostsFile=/dev/null", "-o", "PreferredAuthentications=password", "-p", port,
               f"nobody@{SERVER_ADDRESSES[0]}")


def talk_ntp():
    inside(CLIENT, "ntpdate", "-q", "-p", "1", SERVER_ADDRESSES[0])


def talk_ping():
    inside(CLIENT, "ip", "neighbour", "flush", "all", check=True)
    for address in SERVER_ADDRESSES:
        inside(CLIENT, "ping", "-c1", address)
        inside(CLIENT, "ping", "-c1", "-s", "3500", "-M", "dont", address)


def talk_mdns(work):
    with ExitStack() as stack:
        for host, name in ((CLIENT, "laptop"), (SERVER, "printer")):
            file = work / f"avahi-{name}.conf"
            file.write_text(f"[server]\nhost-name={name}\nenable-dbus=no\nuse-iff-running=no\n"
                            "[publish]\npublish-workstation=no\npublish-hinfo=no\n")
            stack.enter_context(running(host, "unshare", "-m", "sh", "-c",
                                        "mount -t tmpfs none /run/avahi-daemon && exec avahi-daemon"
                                        f" --no-drop-root --no-chroot --no-rlimits -f {file}", ready=3))


def record_all(folder, work):
    Path("/run/avahi-daemon").mkdir(exist_ok=True)
    Path("/run/sshd").mkdir(exist_ok=True)
    with hosts():
        with cable(), services(work):
            with recording(work / "ethernet.pcap", "eth0"):
                talk_web()
            with recording(work / "cooked.pcap", "any", "-y", "LINUX_SLL"):
                talk_web()
            with recording(work / "cooked2.pcap", "any", "-y", "LINUX_SLL2"):
                talk_web()
            for name, talk in (("dns", talk_dns), ("http", talk_http), ("ssh", talk_ssh), ("ntp", talk_ntp),
                               ("ping", talk_ping), ("mdns", lambda: talk_mdns(work)), ("tls", talk_tls)):
                with recording(folder / f"{name}.pcap", "eth0"):
                    talk()
        with tunnel(), services(work / "tunnel"), recording(work / "raw.pcap", "tun0"):
            talk_web()


def read_pcap(file):
    """The packets of a file as this machine's tcpdump writes it: (record header, bytes)."""
    data, at, packets = file.read_bytes(), 24, []
    while at < len(data):
        captured = struct.unpack_from("=I", data, at + 8)[0]
        packets.append((data[at:at + 8], data[at + 16:at + 16 + captured]))
        at += 16 + captured
    return packets


def write_pcap(file, link_type, packets, order="="):
    data = struct.pack(order + "IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, link_type)
    for stamp, packet in packets:
        data += struct.pack(order + "IIII", *struct.unpack("=II", stamp), len(packet), len(packet)) + packet
    file.write_bytes(data)


def dressed(packets, dress):
    """Packets with another header, without those that it cannot have."""
    made = ((stamp, dress(packet[:12], packet[12:14], packet[14:])) for stamp, packet in packets)
    return [(stamp, packet) for stamp, packet in made if packet is not None]


def convert_all(folder, work):
    packets = read_pcap(work / "ethernet.pcap")
    ip = {b"\x08\x00": (2, 0x0021), b"\x86\xdd": (30, 0x0057)}

    def by_family(make):
        return lambda macs, kind, rest: make(macs, ip[kind], rest) if kind in ip else None

    def ppp_dir(family, rest):
        at = {4: 12, 6: 8}[rest[0] >> 4]
        sent = rest[at:].startswith(tuple(ipaddress.ip_address(address).packed for address in CLIENT_ADDRESSES))
        return struct.pack(">BHH", sent, 0xff03, family[1]) + rest

    def pppoe(family, rest):
        return struct.pack(">BBHHH", 0x11, 0, 7, len(rest) + 2, family[1]) + rest

    for name, link_type, dress in (
        ("vlan", LINK_ETHERNET, lambda macs, kind, rest: macs + b"\x81\x00\x00\x05" + kind + rest),
        ("qinq", LINK_ETHERNET, lambda macs, kind, rest: macs + b"\x88\xa8\x00\x07\x81\x00\x60\x05" + kind + rest),
        ("null", LINK_NULL, by_family(lambda macs, family, rest: struct.pack("=I", family[0]) + rest)),
        ("null-swapped", LINK_NULL, by_family(lambda macs, family, rest: struct.pack(">I", family[0]) + rest)),
        ("loop", LINK_LOOP, by_family(lambda macs, family, rest: struct.pack(">I", family[0]) + rest)),
        ("ppp", LINK_PPP, by_family(lambda macs, family, rest: struct.pack(">H", family[1]) + rest)),
        ("ppp-hdlc", LINK_PPP_HDLC, by_family(lambda macs, family, rest: struct.pack(">HH", 0xff03, family[1]) + rest)),
        ("pppoe", LINK_PPPOE, by_family(lambda macs, family, rest: pppoe(family, rest))),
        ("ethernet-pppoe", LINK_ETHERNET,
         by_family(lambda macs, family, rest: macs + b"\x88\x64" + pppoe(family, rest))),
        ("ppp-dir", LINK_PPP_DIR, by_family(lambda macs, family, rest: ppp_dir(family, rest))),
    ):
        write_pcap(folder / f"web-{name}.pcap", link_type, dressed(packets, dress))
    write_pcap(folder / "web-big-endian.pcap", LINK_ETHERNET, packets, ">")
    for name in ("ethernet", "cooked", "cooked2", "raw"):
        (folder / f"web-{name}.pcap").write_bytes((work / f"{name}.pcap").read_bytes())
    run("editcap", "-F", "pcapng", work / "ethernet.pcap", folder / "web-ethernet.pcapng")
    run("editcap", "-F", "nsecpcap", work / "ethernet.pcap", folder / "web-nanoseconds.pcap")
    run("editcap", "-F", "pcap", "-s", "96", work / "ethernet.pcap", folder / "web-cut.pcap")


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent).resolve()
    if os.geteuid() != 0:
        raise SystemExit("Recording needs root: it makes two network namespaces.")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "tunnel").mkdir()
        record_all(folder, work)
        convert_all(folder, work)


if __name__ == "__main__":
    main()
