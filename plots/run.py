"""A run as its records tell it: what was to be done, how it ended, and which task was where when.

Times are in seconds, counted from the start of the run, unless they are called `ns`: those are
nanoseconds.
"""

from __future__ import annotations

import bisect
import dataclasses
import functools
import math
from typing import Any, Iterable, NamedTuple, Optional

CLIENT_STEPS = ("started", "written", "read", "finished")
PERCENTILES = {"p50": "p50_s", "p90": "p90_s", "p99": "p99_s", "p99.9": "p99_9_s"}  # and their keys

CONNECT, RESPONSE, READY, COMPUTE = "connect", "response", "ready", "compute"
KINDS = (CONNECT, RESPONSE, READY, COMPUTE)

ARRIVALS = ("poisson", "even")
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
    compute: str
    cores: int
    clients: int = 1  # that share the tasks
    arrival_rate: float = 0.0  # tasks a second; 0: all are there from the beginning
    arrivals: str = ""  # one of ARRIVALS, where there is a rate

    @property
    def is_original(self) -> bool:
        """Whether published figures may stand beside this one."""
        stages = (self.connect_s, self.response_s, self.compute_s)
        return self.tasks == 3 and stages == (2, 8, 4) and self.compute == "hold"

    @property
    def pattern(self) -> str:
        """How the tasks arrive, where there is a rate, in words."""
        return "at random" if self.arrivals == "poisson" else "evenly"


@dataclasses.dataclass(frozen=True)
class Structure:
    """What the events of a run say about overlap, whatever the clock says."""

    threads: int
    max_in_flight: int
    max_computing: int
    thread_hops: int
    verdict: str


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


@dataclasses.dataclass
class Steps:
    """When and where each task took one step; both lists are indexed by task, and 0 is no task."""

    ns: list[Optional[int]]
    thread: list[Optional[int]]

    @classmethod
    def none_of(cls, tasks: int) -> "Steps":
        return cls([None] * (tasks + 1), [None] * (tasks + 1))


@dataclasses.dataclass(frozen=True)
class Refusal:
    """How far a refused run got."""

    predicted: bool  # nothing was started
    tasks: int  # for so many there would have been room, or so many had started


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
    steps: dict[str, Steps]
    echoed: list[Optional[int]]
    refusal: Optional[Refusal] = None
    # Of tasks that arrive over time:
    saturation: Optional[float] = None  # tasks a second; None where no rate saturates the model
    due: Optional[list[int]] = None  # when each task should start, in ns; 0 is no task
    latency: Optional[Latency] = None

    @property
    def ok(self) -> bool:
        return self.status == "ok"

    @functools.cached_property
    def end(self) -> float:
        """The last thing on record; 0 if there is nothing."""
        columns = [steps.ns for steps in self.steps.values()] + [self.echoed]
        last = max((ns for column in columns for ns in column if ns is not None), default=0)
        return max(last / 1e9, self.makespan_s or 0.0)

    @property
    def has_events(self) -> bool:
        return any(ns is not None for ns in self.steps["started"].ns)

    @property
    def knows_echoes(self) -> bool:
        """Whether waiting for the reply and waiting for a thread can be told apart."""
        return any(ns is not None for ns in self.echoed)

    @functools.cached_property
    def threads(self) -> dict[int, int]:
        """OS thread id -> 1, 2, ... in the order in which the threads took their first step."""
        seen = (
            (ns, CLIENT_STEPS.index(name), task, thread)
            for name, steps in self.steps.items()
            for task, (ns, thread) in enumerate(zip(steps.ns, steps.thread))
            if ns is not None and thread is not None
        )
        names: dict[int, int] = {}
        for *_, thread in sorted(seen):
            names.setdefault(thread, len(names) + 1)
        return names

    @functools.cached_property
    def stretches(self) -> list[Stretch]:
        """The stages of all tasks, by task and then by time. None where no events were kept."""
        if not self.has_events:
            return []
        return [s for task in range(1, self.workload.tasks + 1) for s in self._stages_of(task)]

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

    def _stages_of(self, task: int) -> Iterable[Stretch]:
        started, written, read, finished = (
            None if ns is None else ns / 1e9
            for ns in (self.steps[step].ns[task] for step in CLIENT_STEPS)
        )
        on = {step: self.steps[step].thread[task] for step in CLIENT_STEPS}
        # A stage that never ended (the run failed) is drawn up to the last thing on record.
        if started is not None:
            yield from _stretch(task, CONNECT, started, written, self.end, on["started"])
        if written is not None:
            reply = None if self.echoed[task] is None else self.echoed[task] / 1e9
            if reply is None:
                yield from _stretch(task, RESPONSE, written, read, self.end, on["written"])
            else:
                # The server notes its echo after sending: a quick client may have read before.
                reply = max(written, reply if read is None else min(reply, read))
                yield from _stretch(task, RESPONSE, written, reply, self.end, on["written"])
                yield from _stretch(task, READY, reply, read, self.end, None)
        if read is not None:
            begin = read
            if finished is not None:
                # The thread that finishes it takes it up once it is free.
                begin = self._taken_up(on["finished"], read, finished)
                yield from _stretch(task, READY, read, begin, self.end, None)
            where = on["read"] if finished is None else on["finished"]
            yield from _stretch(task, COMPUTE, begin, finished, self.end, where)

    @functools.cached_property
    def _finishes(self) -> dict[int, list[float]]:
        by_thread: dict[int, list[float]] = {}
        steps = self.steps["finished"]
        for ns, thread in zip(steps.ns, steps.thread):
            if ns is not None and thread is not None:
                by_thread.setdefault(thread, []).append(ns / 1e9)
        return {thread: sorted(times) for thread, times in by_thread.items()}

    def _taken_up(self, thread: Optional[int], read: float, finished: float) -> float:
        ends = self._finishes.get(thread, [])
        earlier = bisect.bisect_left(ends, finished)
        return max(read, ends[earlier - 1]) if earlier else read


def _stretch(
    task: int, kind: str, begin: float, end: Optional[float], open_end: float, thread: Optional[int]
) -> Iterable[Stretch]:
    until = open_end if end is None else end
    if until > begin:
        yield Stretch(task, kind, begin, until, thread)
