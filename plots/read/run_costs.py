"""Lists what a run costs, and how far each cost may move before the gate looks at it.

The floors come from runs of one build on a busy two-core machine, calm and with other load (one to
three spinning processes), of eleven repetitions at a hundredth of the original times:

- Overhead: medians of one build lay within 3 ms of each other while nothing else ran, and up to
  45 ms apart with other load on one side only. Load delays every model, so what the other models
  show is excused, twice over: a model that waits three times in turn is hit harder than one that
  waits once. The lower floor is for a calm machine: plots/gate/verdict.py tells when it holds.
- CPU time: at most 1.2 ms apart at 3 to 5 ms, load or not. A busy sibling of the core can stretch
  it; so what the others show is excused as well, up to half as much again.
- Peak memory: at most 16 KiB apart. Load plays no part: nothing is excused.

Context switches are on record but not judged: one build made 17 or 22 of them, because a busy
machine hands over several events at once.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Callable, Optional

from plots.read.run import Run

SECONDS, BYTES = "s", "B"


@dataclasses.dataclass(frozen=True)
class Cost:
    """A row. `floor_of` needs both floors passed: `least` in its unit, `share` of the baseline."""

    key: str
    words: str
    unit: str
    of: Callable[[Run], Optional[float]]
    least: float
    share: float
    share_across: float  # instead of `share`, between machines
    excuse: str  # "delay", "slowdown" or "": how other load could explain it
    least_calm: Optional[float] = None  # instead of `least`, where the others show a calm machine

    def floor_of(self, baseline: float, across: bool = False, calm: bool = False) -> float:
        """How far the cost must at least have moved from this median to mean something."""
        least = self.least_calm if calm else self.least
        share = self.share_across if across else self.share
        return max(least, share * abs(baseline))


def cpu_s(run: Run, process: str = "client") -> Optional[float]:
    """CPU time of client or server, user and system."""
    return _sum(run, process, "user_s", "system_s")


def memory_bytes(run: Run, process: str = "client") -> Optional[float]:
    """Peak resident memory of client or server; of several clients, together."""
    return _sum(run, process, "peak_rss_bytes")


def switches(run: Run) -> Optional[float]:
    """How often the client's threads were switched off a core, of their own accord or not."""
    return _sum(run, "client", "voluntary_switches", "involuntary_switches")


def _sum(run: Run, process: str, *keys: str) -> Optional[float]:
    """None where one of them is not on record."""
    parts = [(getattr(run, process) or {}).get(key) for key in keys]
    return None if None in parts else sum(parts)


server_cpu_s = functools.partial(cpu_s, process="server")
server_memory_bytes = functools.partial(memory_bytes, process="server")

LEAST_BYTES = 256 * 1024

COSTS = (
    Cost("overhead", "overhead", SECONDS, lambda r: r.overhead_s, 0.003, 0.25, 1.0, "delay", 0.001),
    Cost("client_cpu", "client CPU", SECONDS, cpu_s, 0.002, 0.25, 0.5, "slowdown"),
    Cost("client_memory", "client memory", BYTES, memory_bytes, LEAST_BYTES, 0.05, 0.25, ""),
    Cost("server_cpu", "server CPU", SECONDS, server_cpu_s, 0.002, 0.25, 0.5, "slowdown"),
    Cost("server_memory", "server memory", BYTES, server_memory_bytes, LEAST_BYTES, 0.05, 0.25, ""),
)


def _not_of_a_run(_: Run) -> Optional[float]:
    return None


# Of a row of primitives: CPU time, where the row keeps its thread busy. It moved by 13 % at most;
# two nanoseconds are what the layout of the code alone can do.
ROW_CPU = Cost("cpu", "CPU", SECONDS, _not_of_a_run, 2e-9, 0.25, 0.5, "slowdown")
ROW_BYTES = Cost("bytes_each", "memory of one", BYTES, _not_of_a_run, 512, 0.15, 0.25, "")
