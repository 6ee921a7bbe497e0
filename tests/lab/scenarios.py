"""What programs on host a do that makes their packets hard to charge, as many bytes a second as asked for.

    for name, play in SCENARIOS.items():
        play(scene)        # moves bytes for scene.seconds

Each is played by copies of the lab's programs under the name "alpha"; whatever moves, but what the kernel itself sends,
is alpha's."""

import os
import shutil
from pathlib import Path

import lab as laboratory

MOVER = os.environ["MOVER"]
PLAYER = os.environ["PLAYER"]
PORT = 5000


class Scene:
    """A lab, and how fast and how long bytes are to move there; folder is for the copies of programs."""

    def __init__(self, lab, folder, rate, seconds):
        self.lab, self.rate, self.seconds = lab, rate, seconds
        self.number = int(rate * seconds)
        self.mover = shutil.copy(MOVER, Path(folder, "alpha-mover"))
        self.player = shutil.copy(PLAYER, Path(folder, "alpha-player"))
        self.container = None

    def is_alpha(self, path):
        return Path(path).name in ("alpha-mover", "alpha-player")

    def sink(self, protocol, port=PORT):
        return self.lab.b.start(MOVER, "sink", protocol, self.lab.b.ipv4, port, ready=True)

    def send_to_a(self, protocol, pieces):
        """Host b sends all bytes in so many connections, one after the other, or datagrams from as many sockets."""
        for _ in range(pieces):
            self.lab.b.run(MOVER, "send", protocol, self.lab.a.ipv4, PORT, self.number // pieces, int(self.rate))

    def add_container(self):
        """A third namespace, on a bridge of host a, which lets its packets through to host b."""
        a, b = self.lab.a, self.lab.b
        self.container = laboratory.Host(a.namespace[:-1] + "c", "eth0", 3)
        self.container.ipv4 = "10.78.0.2"
        laboratory.ip("netns", "add", self.container.namespace)
        a.ip("link", "add", "bridge", "type", "bridge")
        a.ip("address", "add", "10.78.0.1/24", "dev", "bridge")
        a.ip("link", "add", "port", "type", "veth", "peer", "name", "eth0", "netns", self.container.namespace)
        a.ip("link", "set", "port", "master", "bridge", "up")
        a.ip("link", "set", "bridge", "up")
        a.run("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward")
        self.container.ip("address", "add", "10.78.0.2/24", "dev", "eth0")
        self.container.ip("link", "set", "eth0", "up")
        self.container.ip("route", "add", "default", "via", "10.78.0.1")
        b.ip("route", "add", "10.78.0.0/24", "via", a.ipv4)

    def close(self):
        if self.container is not None:
            for program in self.container.programs:
                program.kill()
            laboratory.remove_namespace(self.container.namespace)


def play_tcp(scene):
    scene.sink("tcp")
    scene.lab.a.run(scene.mover, "send", "tcp", scene.lab.b.ipv4, PORT, scene.number, int(scene.rate))


def play_connected_udp(scene):
    scene.sink("udp")
    scene.lab.a.run(scene.mover, "send", "udp", scene.lab.b.ipv4, PORT, scene.number, int(scene.rate))


def play_unconnected_udp(scene):
    scene.sink("udp")
    scene.lab.a.run(scene.player, "unconnected", scene.lab.b.ipv4, PORT, scene.number, int(scene.rate))


def play_shared_port(scene):
    scene.lab.a.start(scene.player, "share", 4, PORT, 2, ready=True)
    scene.send_to_a("udp", 4)


def play_dual_stack(scene):
    scene.lab.a.start(scene.player, "share", 6, PORT, 1, ready=True)
    scene.send_to_a("udp", 1)


def play_forking_server(scene):
    scene.lab.a.start(scene.player, "forks", PORT, ready=True)
    scene.send_to_a("tcp", 8)


def play_short_lived(scene):
    """Programs of 50 ms each, one after the other."""
    scene.sink("tcp")
    piece, times = int(scene.rate / 20), int(scene.seconds * 20)
    scene.lab.a.run("sh", "-c", f"for i in $(seq {times}); do {scene.mover} send tcp {scene.lab.b.ipv4} {PORT} {piece} "
                                f"{int(scene.rate)}; done")


def play_very_short(scene):
    """Programs that fetch 3 MB in some 30 ms, and others that fetch 20 kB at once, and are gone then."""
    for port, number, rate in ((PORT, 3_000_000, 100_000_000), (PORT + 1, 20_000, 1_000_000)):
        scene.lab.b.start(MOVER, "source", "tcp", scene.lab.b.ipv4, port, number, rate, ready=True)
    fetch = f"{scene.mover} fetch tcp {scene.lab.b.ipv4}"
    scene.lab.a.run("sh", "-c", f"for i in $(seq {int(scene.rate * scene.seconds / 3_020_000)}); do {fetch} {PORT}; "
                                f"{fetch} {PORT + 1}; sleep 0.05; done")


def play_container(scene):
    scene.sink("tcp")
    scene.container.run(scene.mover, "send", "tcp", scene.lab.b.ipv4, PORT, scene.number, int(scene.rate))


SCENARIOS = {
    "tcp": play_tcp,
    "connected-udp": play_connected_udp,
    "unconnected-udp": play_unconnected_udp,
    "shared-port": play_shared_port,
    "dual-stack": play_dual_stack,
    "forking-server": play_forking_server,
    "short-lived": play_short_lived,
    "very-short": play_very_short,
    "container": play_container,
}
