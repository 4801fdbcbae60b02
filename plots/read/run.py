"""Holds a run as results.json tells it: what was to be done, how it ended, and each task's stages.

Times are in seconds, counted from the start of the run, unless they are called `ns`: those are
nanoseconds.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import Any, NamedTuple, Optional

PERCENTILES = {"p50": "p50_s", "p90": "p90_s", "p99": "p99_s", "p99.9": "p99_9_s"}  # and their keys

CONNECT, RESPONSE, READY, COMPUTE = "connect", "response", "ready", "compute"
KINDS = (CONNECT, RESPONSE, READY, COMPUTE)

ARRIVALS = ("poisson", "even")
USUAL_SERVER = "coroutines"  # the server model that is not worth words
AS_PREDICTED = "as predicted"


class Stretch(NamedTuple):
    """A task was in one stage from `begin` to `end`. `thread` is an OS id, None if not known."""

    task: int
    kind: str
    begin: float
    end: float
    thread: Optional[int]

    @property
    def length(self) -> float:
        return self.end - self.begin


@dataclasses.dataclass(frozen=True, order=True)
class Workload:
    """What every model had to do. The order is that of the charts: few tasks first."""

    tasks: int
    threads: int
    connect_s: float
    response_s: float
    compute_s: float
    compute_kind: str  # "hold" or "burn"
    uneven: float  # every second task, those with even numbers, computes so many times as long
    cores: int
    clients: int = 1  # that share the tasks
    arrival_rate: float = 0.0  # tasks per second; 0: all are there from the beginning
    arrivals: str = ""  # one of ARRIVALS, where there is a rate
    server_model: str = USUAL_SERVER
    server_threads: int = 0  # of the servers with a fixed number of them; 0: not on record

    @property
    def is_original(self) -> bool:
        """Whether published figures may stand beside this one."""
        stages = (self.connect_s, self.response_s, self.compute_s)
        held = self.compute_kind == "hold" and self.uneven == 1
        alike = held and self.server_model == USUAL_SERVER
        return self.tasks == 3 and stages == (2, 8, 4) and alike

    @property
    def pattern(self) -> str:
        """How the tasks arrive, where there is a rate, in words."""
        return "at random" if self.arrivals == "poisson" else "evenly"

    @property
    def unevenly(self) -> str:
        """What follows on how long tasks compute, in words; nothing where all compute as long."""
        return "" if self.uneven == 1 else f", every second task {self.uneven:g} times as long"

    @property
    def unusual_server(self) -> str:
        """The server model, where it is not the usual one."""
        return "" if self.server_model == USUAL_SERVER else self.server_model


@dataclasses.dataclass(frozen=True)
class Structure:
    """What the events of a run say about overlap, whatever the clock says."""

    threads: int
    max_in_flight: int
    max_computing: int
    thread_hops: int
    verdict: str
    serving_threads: Optional[int] = None  # of the server; None where it is not on record


@dataclasses.dataclass(frozen=True)
class Distribution:
    """Percentiles in seconds, by the names in PERCENTILES; None where there were too few values."""

    at: dict[str, Optional[float]]
    max: float


@dataclasses.dataclass(frozen=True)
class Latency:
    """How long tasks took that arrive over time, from when each was due to its end."""

    measured: Distribution
    predicted: Distribution
    lateness: Distribution  # of the load generator
    is_generator_late: bool


class Stages(NamedTuple):
    """The stages of all tasks as columns, ordered by task and then by time."""

    task: list[int]
    stage: list[str]
    begin_ns: list[int]
    end_ns: list[int]
    thread: list[Optional[int]]  # OS id


class Noted(NamedTuple):
    """The server noted a step, `accepted`, `echoed` or `closed`, of a task."""

    task: int
    step: str
    ns: int
    thread: Optional[int] = None  # OS id


@dataclasses.dataclass(frozen=True)
class Refusal:
    """How far a refused run got."""

    predicted: bool  # nothing was started
    tasks: int  # for so many there would have been room, or so many had started


@dataclasses.dataclass(frozen=True)
class Kernel:
    """What the kernel counted while a run lasted: in the whole system, whoever caused it."""

    listen_overflows: int  # connections that found a listen queue full
    listen_drops: int  # connections that were dropped, for this reason or another
    tcp_timeouts: int
    retransmitted_segments: int
    steal_s: float  # what the hypervisor took from the cores, all together


@dataclasses.dataclass(eq=False)
class Run:
    """One client against one server. Makespan, overhead and structure are set if it is ok."""

    model: str
    repetition: int
    status: str
    message: str
    workload: Workload
    predicted_s: Optional[float]
    makespan_s: Optional[float]
    overhead_s: Optional[float]
    structure: Optional[Structure]
    client: Optional[dict[str, Any]]
    server: Optional[dict[str, Any]]
    stages: Optional[Stages]  # None where events were not kept
    knows_echoes: bool  # whether waits for the reply and waits for a thread can be told apart
    refusal: Optional[Refusal] = None
    # Of tasks that arrive over time:
    saturation: Optional[float] = None  # tasks per second; None where no rate saturates the model
    due: Optional[list[int]] = None  # when each task should start, in ns; 0 is no task
    latency: Optional[Latency] = None
    # What came from outside:
    kernel: Optional[Kernel] = None  # None where it is not on record
    strangers: int = 0  # connections to the server that were none of the tasks'
    # What is drawn beside the stages; empty where it is not on record:
    predicted_stages: Optional[Stages] = None  # `thread` is the number of a place there
    noted: list[Noted] = dataclasses.field(default_factory=list)  # by the server
    cpu: list[tuple[int, int]] = dataclasses.field(default_factory=list)  # ns, and ns used so far

    @property
    def ok(self) -> bool:
        return self.status == "ok"

    @property
    def overflowed(self) -> bool:
        """Whether a listen queue was full. The kernel drops the connection that finds it full, and
        its SYN is sent again after a whole second: nothing that the model has to answer for."""
        return self.kernel is not None and self.kernel.listen_overflows > 0

    @property
    def stolen_share(self) -> float:
        """The share of the cores' time that the hypervisor took; 0 where it is not known."""
        cores_s = self.workload.cores * self.end
        return self.kernel.steal_s / cores_s if self.kernel and cores_s > 0 else 0.0

    @functools.cached_property
    def end(self) -> float:
        """The last thing on record; 0 if there is nothing."""
        last = max(self.stages.end_ns) / 1e9 if self.has_stages else 0.0
        return max(last, self.makespan_s or 0.0)

    @property
    def has_stages(self) -> bool:
        return self.stages is not None and bool(self.stages.task)

    @functools.cached_property
    def threads(self) -> dict[int, int]:
        """OS thread id -> 1, 2, ... in the order in which the threads began their first stage."""
        names: dict[int, int] = {}
        for stretch in sorted(self.stretches, key=lambda s: (s.begin, s.task)):
            if stretch.thread is not None:
                names.setdefault(stretch.thread, len(names) + 1)
        return names

    @functools.cached_property
    def stretches(self) -> list[Stretch]:
        """The stages of all tasks, by task and then by time. None where no events were kept."""
        return [
            Stretch(task, stage, begin / 1e9, end / 1e9, thread)
            for task, stage, begin, end, thread in zip(*(self.stages or ()))
        ]

    def ready_lengths(self) -> list[float]:
        """How long replies lay there before a thread took them up: sorted, without jitter.

        Jitter is less than 1 % of the makespan, or than a millisecond.
        """
        jitter = max(0.01 * (self.makespan_s or self.end), 0.001)
        waits: dict[int, float] = {}
        for stretch in self.stretches:
            if stretch.kind == READY:
                waits[stretch.task] = waits.get(stretch.task, 0.0) + stretch.length
        return sorted(wait for wait in waits.values() if wait >= jitter)

    def total(self, *kinds: str) -> float:
        """Seconds that all tasks together spent in stages of these kinds."""
        return math.fsum(s.length for s in self.stretches if s.kind in kinds)
