"""Two hosts in network namespaces with a veth between them, and programs that move known bytes from one to the other.

    with Lab() as lab:
        sink = lab.b.start(MOVER, "sink", "tcp", lab.b.ipv4, 5000, ready=True)
        lab.a.run(MOVER, "send", "tcp", lab.b.ipv4, 5000, 10**6)

Host a has the interface va, host b has vb. Whatever happens, leaving the block ends every process in the namespaces and
removes them; what a killed run left is removed by the next.
"""

import contextlib
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import unittest
from pathlib import Path

PREFIX = "sluice-lab"
TIMEOUT = 60


def inside(namespace):
    """What to put before a command; not `ip netns exec`, which mounts /sys anew, as a container may not."""
    return ["nsenter", f"--net=/run/netns/{namespace}"]


def ip(*arguments, check=True, namespace=None):
    """Run `ip` and return what it prints; raises with what it complained about."""
    command = [*(inside(namespace) if namespace else []), "ip", *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT)
    if check and run.returncode:
        raise RuntimeError(f"{' '.join(command)}: {run.stderr.strip()}")
    return run.stdout


def why_not():
    """Why no lab can be made here, or None."""
    if os.geteuid() != 0:
        return "needs root"
    if shutil.which("ip") is None:
        return "needs the ip program of iproute2"
    name = f"{PREFIX}-{os.getpid()}-probe"
    run = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    ip("netns", "delete", name, check=False)
    if run.returncode:
        # Root in a container without the capability is no fault of ours; anything else is.
        if "not permitted" in run.stderr or "ermission denied" in run.stderr:
            return "needs the right to make network namespaces"
        raise RuntimeError(run.stderr.strip())
    return None


def remove_leftovers():
    """Remove the namespaces of runs whose process is gone."""
    for line in ip("netns", "list").splitlines():
        found = re.match(rf"{PREFIX}-(\d+)-\w+", line)
        if found and not Path("/proc", found[1]).exists():
            remove_namespace(found[0])


def remove_namespace(name):
    """End all that runs in a namespace, then remove it."""
    for pid in ip("netns", "pids", name, check=False).split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    ip("netns", "delete", name, check=False)


class Program:
    """A running program whose lines are read as they come, so that it never blocks on a full pipe."""

    def __init__(self, command, environment=None):
        self.command = command
        # Whatever becomes of this process, its programs do not outlive it.
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, preexec_fn=die_with_parent,
                                        env={**os.environ, **(environment or {})})
        self.lines = []
        self.errors = []
        self.news = threading.Condition()
        self.readers = [threading.Thread(target=self._read, args=pair, daemon=True)
                        for pair in ((self.process.stdout, self.lines), (self.process.stderr, self.errors))]
        for reader in self.readers:
            reader.start()

    def _read(self, stream, into):
        for line in stream:
            with self.news:
                into.append(line.rstrip("\n"))
                self.news.notify_all()
        with self.news:
            self.news.notify_all()

    def wait_for(self, wanted, timeout=TIMEOUT):
        """Wait until wanted(lines) is true; raises when the program ends or the time is over before."""
        end = time.monotonic() + timeout
        with self.news:
            while not wanted(self.lines):
                left = end - time.monotonic()
                if left <= 0 or (self.process.poll() is not None and not any(r.is_alive() for r in self.readers)):
                    raise RuntimeError(f"{self.command}: waited in vain; printed {self.lines[-3:]}, "
                                       f"complained {self.errors[-3:]}")
                self.news.wait(min(left, 0.2))

    @property
    def objects(self):
        """What it has printed, each line a JSON object."""
        with self.news:
            return [json.loads(line) for line in self.lines]

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def finish(self, timeout=TIMEOUT):
        """Wait for its end and return the exit status."""
        status = self.process.wait(timeout)
        for reader in self.readers:
            reader.join(timeout)
        self.process.stdout.close()
        self.process.stderr.close()
        return status

    def stop(self, timeout=TIMEOUT):
        """Ask it to end, wait, and return the exit status."""
        if self.process.poll() is None:
            self.signal()
        return self.finish(timeout)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        if not self.process.stdout.closed:
            self.finish()


def die_with_parent():
    """Between fork and exec: the kernel is to kill this process when its parent dies (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Host:
    """One side: a network namespace with one end of the cable."""

    def __init__(self, namespace, interface, number):
        self.namespace = namespace
        self.interface = interface
        self.ipv4 = f"10.77.0.{number}"
        self.ipv6 = f"fd77::{number}"
        self.programs = []

    def ip(self, *arguments, check=True):
        return ip(*arguments, check=check, namespace=self.namespace)

    def command(self, *arguments):
        return [*inside(self.namespace), *map(str, arguments)]

    def start(self, *arguments, ready=False, environment=None):
        """Start a program here; with ready, wait until it says {"event":"ready"}."""
        program = Program(self.command(*arguments), environment)
        self.programs.append(program)
        if ready:
            program.wait_for(lambda lines: any('"ready"' in line for line in lines))
        return program

    def run(self, *arguments, timeout=TIMEOUT, check=True):
        """Run a program here to its end and return it; raises when it fails."""
        program = self.start(*arguments)
        status = program.finish(timeout)
        if check and status:
            raise RuntimeError(f"{program.command} ended with {status}: {program.errors[-3:]}")
        return program

    def counters(self, interface=None):
        """The kernel's own figures of the link: rx_bytes, tx_bytes, rx_packets, tx_packets."""
        link = json.loads(self.ip("-j", "-s", "link", "show", "dev", interface or self.interface))[0]["stats64"]
        return {f"{way}_{what}": link[way][what] for way in ("rx", "tx") for what in ("bytes", "packets")}

    def address(self, interface=None):
        """Give the interface its addresses and bring it up; no duplicate detection, so that they work at once."""
        interface = interface or self.interface
        self.ip("address", "add", f"{self.ipv4}/24", "dev", interface)
        self.ip("address", "add", f"{self.ipv6}/64", "dev", interface, "nodad")
        self.ip("link", "set", interface, "up")


class Lab:
    def __init__(self):
        stem = f"{PREFIX}-{os.getpid()}"
        self.a = Host(f"{stem}-a", "va", 1)
        self.b = Host(f"{stem}-b", "vb", 2)

    def __enter__(self):
        remove_leftovers()
        try:
            for host in (self.a, self.b):
                ip("netns", "add", host.namespace)
                # Without it every link would send router solicitations and the like at times of its own.
                for name in ("all", "default"):
                    self._write(host, f"/proc/sys/net/ipv6/conf/{name}/router_solicitations", "0")
                host.ip("link", "set", "lo", "up")
            self.connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for host in (self.a, self.b):
            for program in host.programs:
                program.kill()
            remove_namespace(host.namespace)

    @staticmethod
    def _write(host, path, value):
        subprocess.run(host.command("sh", "-c", f"echo {value} >{path}"), check=True, capture_output=True)

    def connect(self):
        """Lay the cable and wait until both ends carry."""
        self.a.ip("link", "add", self.a.interface, "type", "veth", "peer", "name", self.b.interface, "netns",
                  self.b.namespace)
        for host in (self.a, self.b):
            host.address()
        self.settle()

    def disconnect(self):
        """Take the cable away, both ends of it."""
        self.a.ip("link", "delete", self.a.interface)

    def settle(self, quiet=0.3, timeout=10):
        """Wait until no counter of either end has moved for a while, and return the counters of both."""
        end = time.monotonic() + timeout
        before, since = None, time.monotonic()
        while time.monotonic() < end:
            figures = (self.a.counters(), self.b.counters())
            if figures != before:
                before, since = figures, time.monotonic()
            elif time.monotonic() - since >= quiet:
                return figures
            time.sleep(0.05)
        raise RuntimeError("the link does not come to rest")


class LabTest(unittest.TestCase):
    """A case with a lab of its own in self.lab; skipped, by name, where none can be made."""

    def setUp(self):
        reason = why_not()
        if reason:
            self.skipTest(reason)
        self.lab = self.enterContext(Lab()) if hasattr(self, "enterContext") else self._enter(Lab())

    def _enter(self, lab):
        lab.__enter__()
        self.addCleanup(lab.__exit__)
        return lab
