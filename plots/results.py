"""Reads results.json: checks it, and hands it on as plain data classes.

Everything that draws or compares goes through `load`. A file that is missing, torn or nonsense
raises `ResultsError`, whose text names the file and the place in it. Times are in seconds, counted
from the start of a run, unless they are called `ns`: those are nanoseconds.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import os
import statistics
from typing import Any, Iterable, NamedTuple, NoReturn, Optional

from plots import files

SCHEMA = 1
FILE_NAME = "results.json"
TASKS_AT_MOST = 10_000_000  # a larger number is a slip, and would fill the memory

STATUSES = ("ok", "failed", "refused", "timeout")
CLIENT_STEPS = ("started", "written", "read", "finished")
SERVER_STEPS = ("accepted", "echoed")
ARRIVALS = ("poisson", "even")
PERCENTILES = {"p50": "p50_s", "p90": "p90_s", "p99": "p99_s", "p99.9": "p99_9_s"}  # and their keys
RESOURCES = (
    "user_s",
    "system_s",
    "peak_rss_bytes",
    "peak_threads",
    "voluntary_switches",
    "involuntary_switches",
    "minor_faults",
    "major_faults",
)

CONNECT, RESPONSE, READY, COMPUTE = "connect", "response", "ready", "compute"
KINDS = (CONNECT, RESPONSE, READY, COMPUTE)

AS_PREDICTED = "as predicted"


class ResultsError(Exception):
    """The input can't be used. The text is one line: file, place, what is wrong."""


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


@dataclasses.dataclass(frozen=True)
class Model:
    """A row of the harness's table of models."""

    name: str
    title: str
    shows: str = ""
    formula: str = ""
    holds_thread_while_waiting: bool = False
    published_s: Optional[float] = None


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
            if finished is not None and on["read"] != on["finished"]:
                # Handed to another thread after reading; that one takes it up once it is free.
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
        before = [end for end in self._finishes.get(thread, []) if read < end < finished]
        return before[-1] if before else read


def _stretch(
    task: int, kind: str, begin: float, end: Optional[float], open_end: float, thread: Optional[int]
) -> Iterable[Stretch]:
    until = open_end if end is None else end
    if until > begin:
        yield Stretch(task, kind, begin, until, thread)


@dataclasses.dataclass
class ModelRuns:
    """All repetitions of one model on one workload. Only runs that are ok enter a statistic."""

    model: Model
    runs: list[Run]

    @property
    def ok_runs(self) -> list[Run]:
        return [run for run in self.runs if run.ok]

    @property
    def bad_runs(self) -> list[Run]:
        return [run for run in self.runs if not run.ok]

    @property
    def shown(self) -> Run:
        """The run with the median makespan: of an even number the lower, so that it did happen.

        Where no run is ok, the one with most on record.
        """
        ok = sorted(self.ok_runs, key=lambda run: (run.makespan_s, run.repetition))
        if ok:
            return ok[(len(ok) - 1) // 2]
        return max(self.runs, key=lambda run: (run.end, -run.repetition))

    @property
    def makespans(self) -> list[float]:
        return sorted(run.makespan_s for run in self.ok_runs)

    @property
    def overheads(self) -> list[float]:
        return sorted(run.overhead_s for run in self.ok_runs)

    @property
    def makespan(self) -> float:
        """The lower median, in seconds; there must be an ok run."""
        return statistics.median_low(self.makespans)

    @property
    def published_s(self) -> Optional[float]:
        """The published end, if these runs are of the workload that it was published for."""
        return self.model.published_s if self.runs[0].workload.is_original else None


@dataclasses.dataclass
class Results:
    """A whole results.json. `models` keeps the order of the file; unknown models come last."""

    path: str
    suite: dict[str, Any]
    environment: dict[str, Any]
    models: dict[str, Model]
    runs: list[Run]
    warmup_runs: list[Run] = dataclasses.field(default_factory=list)  # in no statistic

    def workloads(self) -> list[Workload]:
        """The different workloads, few tasks first: the order in the file is that of a shuffle."""
        return sorted({run.workload for run in self.runs})

    def by_model(self, workload: Workload) -> list[ModelRuns]:
        """The runs of one workload by model, in the models' order; models without any are out."""
        groups: dict[str, list[Run]] = {name: [] for name in self.models}
        for run in self.runs:
            if run.workload == workload:
                groups[run.model].append(run)
        return [
            ModelRuns(self.models[name], sorted(runs, key=lambda run: run.repetition))
            for name, runs in groups.items()
            if runs
        ]


def load(path: str) -> Results:
    """Reads and checks results.json, given its path or its directory's. Raises ResultsError."""
    if os.path.isdir(path):
        path = os.path.join(path, FILE_NAME)
    document = files.read_json(path, ResultsError, parse_constant=_no_constant)
    return _results(path, _Place(path, "", document))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


class _Place:
    """A value in the file, and the words for where it is."""

    def __init__(self, path: str, where: str, value: Any):
        self.path = path
        self.where = where
        self.value = value

    def fail(self, what: str) -> NoReturn:
        place = f"{self.where}: " if self.where else ""
        raise ResultsError(f"{self.path}: {place}{what}")

    def __getitem__(self, key: str) -> "_Place":
        if key not in self.object():
            self.fail(f'"{key}" is missing')
        return self.get(key)

    def get(self, key: str) -> "_Place":
        """Like [], but a missing key reads as null."""
        where = f"{self.where}.{key}" if self.where else key
        return _Place(self.path, where, self.object().get(key))

    def object(self) -> dict[str, Any]:
        return self._of(dict, "an object")

    def text(self) -> str:
        return self._of(str, "a text")

    def flag(self) -> bool:
        return self._of(bool, "true or false")

    def items(self) -> list["_Place"]:
        values = self._of(list, "a list")
        return [_Place(self.path, f"{self.where}[{i}]", v) for i, v in enumerate(values)]

    def one_of(self, choices: tuple[str, ...]) -> str:
        if self.text() not in choices:
            self.fail(f"{_short(self.value)} is none of {', '.join(choices)}")
        return self.value

    def whole(self, least: int = 0, most: int = 2**63) -> int:
        if type(self.value) is not int:
            self.fail(f"{_short(self.value)} is no whole number")
        if self.value < least:
            self.fail(f"{_short(self.value)} is less than {least}")
        if self.value > most:
            self.fail(f"{_short(self.value)} is more than {most}")
        return self.value

    def number(self) -> float:
        if type(self.value) not in (int, float):
            self.fail(f"{_short(self.value)} is no number")
        try:
            value = float(self.value)
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            self.fail(f"{_short(self.value)} is no finite number")
        return value

    def seconds(self) -> float:
        value = self.number()
        if value < 0:
            self.fail(f"{_short(self.value)} is negative")
        return value

    def _of(self, kind: type, words: str) -> Any:
        if not isinstance(self.value, kind):
            self.fail(f"{_short(self.value)} is not {words}")
        return self.value


def _short(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    try:
        text = json.dumps(value)
    except ValueError:  # a whole number of thousands of digits
        text = "a huge number"
    return text if len(text) <= 40 else text[:37] + "..."


def _arrivals(run: _Place, tasks: int) -> dict[str, Any]:
    """What a run's fields hold of arrivals and latencies; nothing where all tasks began at once."""
    place = run.get("arrivals")
    if place.value is None:
        return {}
    due = [moment.whole() for moment in place["due_ns"].items()]
    if due and len(due) != tasks:
        place["due_ns"].fail(f"{len(due)} times, but there are {tasks} tasks")
    saturation, latency = place["saturation_per_s"], run["latency"]
    return {
        "saturation": None if saturation.value is None else saturation.seconds(),
        "due": [0, *due] if due else None,
        "latency": None if latency.value is None else _latency(latency),
    }


def _latency(place: _Place) -> Latency:
    generator = place["generator"]
    return Latency(
        _distribution(place["measured"]),
        _distribution(place["predicted"]),
        _distribution(generator["lateness"]),
        generator["is_late"].flag(),
    )


def _distribution(place: _Place) -> Distribution:
    def known(key: str) -> Optional[float]:
        return None if place[key].value is None else place[key].seconds()

    return Distribution(
        {name: known(key) for name, key in PERCENTILES.items()}, place["max_s"].seconds()
    )


def _results(path: str, top: _Place) -> Results:
    schema = top["schema"]
    if type(schema.value) is not int or schema.value != SCHEMA:
        schema.fail(f"{_short(schema.value)}, but this reads schema {SCHEMA}")
    models = {name: _model(name, top["models"].get(name)) for name in top["models"].object()}
    places = top["runs"].items()
    if not places:
        top["runs"].fail("empty: nothing to draw")
    runs = [_run(place) for place in places]
    for run in runs:
        models.setdefault(run.model, Model(run.model, run.model))
    suite = top.get("suite").value
    environment = top.get("environment").value
    return Results(
        path,
        suite if isinstance(suite, dict) else {},
        environment if isinstance(environment, dict) else {},
        models,
        runs,
        [] if top.get("warmup_runs").value is None else list(map(_run, top["warmup_runs"].items())),
    )


def _model(name: str, place: _Place) -> Model:
    published = place.get("published_s")
    return Model(
        name=name,
        title=place["title"].text() or name,
        shows=place.get("shows").value or "",
        formula=place.get("formula").value or "",
        holds_thread_while_waiting=place["holds_thread_while_waiting"].flag(),
        published_s=None if published.value is None else published.seconds(),
    )


def _run(place: _Place) -> Run:
    status = place["status"].one_of(STATUSES)
    ok = status == "ok"
    workload = _workload(place["workload"], place.get("arrivals"))
    predicted = place["predicted_s"]
    kept = (place["events"] if ok else place.get("events")).value is not None
    on_record = workload.tasks if kept else 0
    steps = {name: Steps.none_of(on_record) for name in CLIENT_STEPS}
    echoes = {name: Steps.none_of(on_record) for name in SERVER_STEPS}
    if kept:
        _read_events(place, "events", steps, ok, first_task=1)
        _read_events(place, "server_events", echoes, ok, first_task=0)
    if kept and ok:
        _check_complete(place["events"], steps)
    return Run(
        model=place["model"].text(),
        repetition=place["repetition"].whole(),
        status=status,
        message=place["message"].text(),
        workload=workload,
        predicted_s=predicted.seconds() if ok or predicted.value is not None else None,
        makespan_s=place["makespan_s"].seconds() if ok else None,
        overhead_s=place["overhead_s"].number() if ok else None,
        structure=_structure(place["structure"]) if ok else None,
        client=_resources(place.get("client")),
        server=_resources(place.get("server")),
        steps=steps,
        echoed=echoes["echoed"].ns,
        refusal=_refusal(place.get("refusal")),
        **_arrivals(place, workload.tasks),
    )


def _refusal(place: _Place) -> Optional[Refusal]:
    if place.value is None:
        return None
    return Refusal(
        place["by"].one_of(("preflight", "system")) == "preflight", place["tasks"].whole()
    )


def _workload(place: _Place, arrivals: _Place) -> Workload:
    return Workload(
        tasks=place["tasks"].whole(least=1, most=TASKS_AT_MOST),
        threads=place["threads"].whole(),
        connect_s=place["connect_s"].seconds(),
        response_s=place["response_s"].seconds(),
        compute_s=place["compute_s"].seconds(),
        compute=place["compute"].one_of(("hold", "burn")),
        cores=0 if place.get("cores").value is None else place["cores"].whole(),
        clients=1 if place.get("clients").value is None else place["clients"].whole(least=1),
        arrival_rate=0.0 if arrivals.value is None else arrivals["rate_per_s"].seconds(),
        arrivals="" if arrivals.value is None else arrivals["kind"].one_of(ARRIVALS),
    )


def _structure(place: _Place) -> Structure:
    counts = ("threads", "max_in_flight", "max_computing", "thread_hops")
    return Structure(*(place[key].whole() for key in counts), verdict=place["verdict"].text())


def _resources(place: _Place) -> Optional[dict[str, Any]]:
    """What a process used: what is not on record may be missing or null."""
    if place.value is None:
        return None
    for key in RESOURCES:
        if place.get(key).value is not None:
            place[key].seconds() if key.endswith("_s") else place[key].whole()
    return place.value


def _read_events(
    run: _Place, key: str, into: dict[str, Steps], required: bool, first_task: int
) -> None:
    """Sorts the rows of an event table into `into`. The last of several echoes of a task counts."""
    table = run.get(key)
    if table.value is None and not required:
        return
    table = run[key]
    columns = [table[name] for name in ("task", "step", "ns", "thread")]
    length = len(columns[0]._of(list, "a list"))
    for column in columns[1:]:
        if len(column._of(list, "a list")) != length:
            column.fail(f"{len(column.value)} values, but task has {length}")
    tasks = len(next(iter(into.values())).ns) - 1
    for i, (task, step, ns, thread) in enumerate(zip(*(column.value for column in columns))):
        if type(task) is not int or not first_task <= task <= tasks:
            columns[0].fail(f"[{i}] is {_short(task)}, but tasks are {first_task} to {tasks}")
        if type(step) is not str or step not in into:
            columns[1].fail(f"[{i}] is {_short(step)}, none of {', '.join(into)}")
        if type(ns) is not int or not 0 <= ns < 2**63:
            columns[2].fail(f"[{i}] is {_short(ns)}, no count of nanoseconds")
        if type(thread) is not int or thread < 0:
            columns[3].fail(f"[{i}] is {_short(thread)}, no thread id")
        known = into[step].ns[task]
        if known is not None and "echoed" not in into:
            columns[1].fail(f'[{i}]: task {task} has "{step}" twice')
        if known is None or ns > known:
            into[step].ns[task] = ns
            into[step].thread[task] = thread


def _check_complete(events: _Place, steps: dict[str, Steps]) -> None:
    for task in range(1, len(steps["started"].ns)):
        before = 0
        for name in CLIENT_STEPS:
            ns = steps[name].ns[task]
            if ns is None:
                events.fail(f'task {task} has no "{name}", but the run is ok')
            if ns < before:
                events.fail(f'task {task} has "{name}" before the step that leads to it')
            before = ns
