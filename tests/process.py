"""What the kernel tells of a running process."""

import time
from pathlib import Path


def processor_seconds(pid):
    """What it has used of the processors so far, all its threads together."""
    # The clock that clock_getcpuclockid(3) names: a tick of /proc/PID/stat is too much for what takes little.
    return time.clock_gettime(~pid << 3 | 2)


def status(pid):
    """Its status file: the words behind each key."""
    lines = Path("/proc", str(pid), "status").read_text(encoding="utf-8").splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def memory(pid, key):
    """Bytes: VmRSS is what it has in memory, VmHWM the most that it has had, RssAnon what it has to itself."""
    return int(status(pid)[key].split()[0]) * 1024


def children(pid):
    """The processes that it started and that are there still."""
    return [int(child) for task in Path("/proc", str(pid), "task").iterdir()
            for child in (task / "children").read_text(encoding="ascii").split()]
