"""What `sluicectl watch` costs beside many open connections, as a share of one core: the promise is 1 % with 1,000 of
them and 5 % with 10,000."""

import os
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))
sys.path.insert(0, str(HERE.parent.parent / "lab"))
import lab as laboratory  # noqa: E402
import tap  # noqa: E402
from process import processor_seconds  # noqa: E402

MOVER = os.environ["MOVER"]
SLUICECTL = os.environ["SLUICECTL"]
SECONDS = 15


class Cost(laboratory.LabTest):
    def share(self, connections):
        """The share of a core that watching takes beside so many idle connections, once it has settled."""
        self.lab.b.start(MOVER, "sink", "tcp", self.lab.b.ipv4, 5000, ready=True)
        self.lab.a.start(MOVER, "hold", "tcp", self.lab.b.ipv4, 5000, connections, ready=True)
        watch = self.lab.a.start(SLUICECTL, "watch", "--json", "--source", "kernel", "-i", "va")
        watch.wait_for(lambda lines: len(lines) >= 3)
        self.assertEqual(sum(row["connections"] for row in watch.objects[-1]["programs"]), connections)
        used, begin = processor_seconds(watch.process.pid), time.monotonic()
        time.sleep(SECONDS)
        used, spent = processor_seconds(watch.process.pid) - used, time.monotonic() - begin
        watch.stop()
        print(f"# {connections} connections: {100 * used / spent:.2f} % of a core")
        return used / spent

    def test_a_thousand_connections_cost_less_than_a_hundredth_of_a_core(self):
        self.assertLess(self.share(1000), 0.01)

    def test_ten_thousand_connections_cost_less_than_a_twentieth_of_a_core(self):
        self.assertLess(self.share(10000), 0.05)


if __name__ == "__main__":
    tap.main()
