#!/usr/bin/env python3
"""What `sluicectl analyze` takes for 5 million packets of 20,000 flows, beside tcpdump and softflowd in the same run.

The packets are whole (517 bytes on the average) and come from all flows at random. The file is made once and kept.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import reading  # noqa: E402
import tap  # noqa: E402

SLUICECTL = os.environ["SLUICECTL"]
FILE = Path(os.environ["BENCH_FOLDER"], "analyze-cost.pcap")
PACKETS, FLOWS = 5_000_000, 20_000
COMMANDS = {
    "sluicectl": [SLUICECTL, "analyze", FILE],
    "by connection": [SLUICECTL, "analyze", "--by", "connection", FILE],
}


class AnalyzeCost(reading.ReadingCost):
    @classmethod
    def setUpClass(cls):
        if not FILE.exists():
            part = FILE.with_suffix(".part")
            subprocess.run([sys.executable, HERE / "make-flows.py", part, str(PACKETS), str(FLOWS)], check=True)
            part.rename(FILE)
        cls.measure_all(FILE, COMMANDS, rounds=5)


if __name__ == "__main__":
    tap.main()
