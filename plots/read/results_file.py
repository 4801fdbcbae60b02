"""Reads results.json: checks it, and hands it on as plain data classes.

Everything that draws or compares goes through `load`.
"""

from __future__ import annotations

import os
from typing import Any, Optional

from plots.read import checked_json
from plots.read.checked_json import Place, short
from plots.read.results import Model, Results
from plots.read.run import (
    ARRIVALS,
    KINDS,
    PERCENTILES,
    Distribution,
    Kernel,
    Latency,
    Noted,
    Refusal,
    Run,
    Stages,
    Structure,
    Workload,
)

SCHEMA = 2
FILE_NAME = "results.json"
TASKS_AT_MOST = 10_000_000  # a larger number is a slip, and would fill the memory

STATUSES = ("ok", "failed", "refused", "timeout")
MANY = ("one", "T", "all")
FACTS = {
    "under_way": MANY,
    "computing": MANY,
    "wait": ("holds its thread", "gives its thread back", "has a loop of its own", "spins"),
    "work": ("shared", "dealt out"),
}
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


def load(path: str) -> Results:
    """Reads and checks results.json, given its path or its directory's. Raises ResultsError."""
    if os.path.isdir(path):
        path = os.path.join(path, FILE_NAME)
    return _results(path, checked_json.read(path))


def _results(path: str, top: Place) -> Results:
    schema = top["schema"]
    if type(schema.value) is not int or schema.value != SCHEMA:
        schema.fail(
            f"{short(schema.value)}, but this version reads schema {SCHEMA}: run again with this"
            " version"
        )
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
        _servers(top.get("servers"), runs),
    )


def _servers(place: Place, runs: list[Run]) -> dict[str, Model]:
    """Those that the file describes, and then others that were run against."""
    names = [] if place.value is None else place.object()
    servers = {name: _server(name, place[name]) for name in names}
    for name in (run.workload.server_model for run in runs):
        servers.setdefault(name, Model(name, name))
    return servers


def _server(name: str, place: Place) -> Model:
    facts = _facts(place.get("facts"))
    return Model(
        name=name,
        title=place["title"].text() or name,
        shows=place.get("shows").value or "",
        facts=facts,
        holds_thread_while_waiting=bool(facts) and facts["wait"] == FACTS["wait"][0],
    )


def _model(name: str, place: Place) -> Model:
    published = place.get("published_s")
    return Model(
        name=name,
        title=place["title"].text() or name,
        shows=place.get("shows").value or "",
        formula=place.get("formula").value or "",
        facts=_facts(place.get("facts")),
        holds_thread_while_waiting=place["holds_thread_while_waiting"].flag(),
        published_s=None if published.value is None else published.seconds(),
    )


def _facts(place: Place) -> Optional[dict[str, str]]:
    """What the model is; None where that is not on record."""
    if place.value is None:
        return None
    return {name: place[name].one_of(known) for name, known in FACTS.items()}


def _run(place: Place) -> Run:
    status = place["status"].one_of(STATUSES)
    ok = status == "ok"
    workload = _workload(place)
    predicted = place["predicted_s"]
    stages = _stages(place["stages"] if ok else place.get("stages"), workload.tasks, ok)
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
        stages=stages,
        knows_echoes=stages is not None and _has_echoes(place.get("server_events")),
        refusal=_refusal(place.get("refusal")),
        kernel=_kernel(place.get("kernel")),
        strangers=_strangers(place.get("strangers")),
        predicted_stages=_stages(place.get("predicted_stages"), workload.tasks, False),
        noted=_noted(place.get("server_events"), workload.tasks),
        cpu=_cpu(place.get("cpu")),
        **_arrivals(place, workload.tasks),
    )


def _refusal(place: Place) -> Optional[Refusal]:
    if place.value is None:
        return None
    return Refusal(
        place["by"].one_of(("preflight", "system")) == "preflight", place["tasks"].whole()
    )


def _kernel(place: Place) -> Optional[Kernel]:
    if place.value is None:
        return None
    counts = ("listen_overflows", "listen_drops", "tcp_timeouts", "retransmitted_segments")
    return Kernel(*(place[key].whole() for key in counts), steal_s=place["steal_s"].seconds())


def _strangers(place: Place) -> int:
    """Nobody, where they were not counted."""
    return 0 if place.value is None else place.whole()


def _noted(events: Place, tasks: int) -> list[Noted]:
    """What the server noted of the tasks; a record of none of them is left out."""
    if events.value is None:
        return []
    columns = (events[key].values() for key in ("task", "step", "ns", "thread"))
    noted = [Noted(*row) for row in zip(*columns)]
    return [note for note in noted if note.task in range(1, tasks + 1) and type(note.ns) is int]


def _cpu(place: Place) -> list[tuple[int, int]]:
    """The columns as pairs, the earliest first."""
    if place.value is None:
        return []
    at, used = ([n.whole() for n in place[key].items()] for key in ("ns", "used_ns"))
    return sorted(zip(at, used))


def _workload(run: Place) -> Workload:
    place, arrivals = run["workload"], run.get("arrivals")
    return Workload(
        tasks=place["tasks"].whole(least=1, most=TASKS_AT_MOST),
        threads=place["threads"].whole(),
        connect_s=place["connect_s"].seconds(),
        response_s=place["response_s"].seconds(),
        compute_s=place["compute_s"].seconds(),
        compute_kind=place["compute_kind"].one_of(("hold", "burn")),
        uneven=_uneven(place["uneven"]),
        cores=0 if place.get("cores").value is None else place["cores"].whole(),
        clients=1 if place.get("clients").value is None else place["clients"].whole(least=1),
        arrival_rate=0.0 if arrivals.value is None else arrivals["rate_per_s"].seconds(),
        arrivals="" if arrivals.value is None else arrivals["kind"].one_of(ARRIVALS),
        server_model=run["server_model"].text(),
        server_threads=_server_threads(place),
    )


def _uneven(place: Place) -> float:
    if place.number() < 1:
        place.fail(f"{short(place.value)} is less than 1")
    return float(place.value)


def _server_threads(workload: Place) -> int:
    given = workload.get("server_threads")
    return 0 if given.value is None else given.whole(least=1)


def _structure(place: Place) -> Structure:
    counts = ("threads", "max_in_flight", "max_computing", "thread_hops")
    serving = place.get("server_serving_threads")
    return Structure(
        *(place[key].whole() for key in counts),
        verdict=place["verdict"].text(),
        serving_threads=None if serving.value is None else serving.whole(),
    )


def _resources(place: Place) -> Optional[dict[str, Any]]:
    """What a process used: what is not on record may be missing or null."""
    if place.value is None:
        return None
    for key in RESOURCES:
        if place.get(key).value is not None:
            place[key].seconds() if key.endswith("_s") else place[key].whole()
    return place.value


def _arrivals(run: Place, tasks: int) -> dict[str, Any]:
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


def _latency(place: Place) -> Latency:
    generator = place["generator"]
    return Latency(
        _distribution(place["measured"]),
        _distribution(place["predicted"]),
        _distribution(generator["lateness"]),
        generator["is_late"].flag(),
    )


def _distribution(place: Place) -> Distribution:
    def known(key: str) -> Optional[float]:
        return None if place[key].value is None else place[key].seconds()

    return Distribution(
        {name: known(key) for name, key in PERCENTILES.items()}, place["max_s"].seconds()
    )


def _stages(table: Place, tasks: int, ok: bool) -> Optional[Stages]:
    """The columns, checked; None where events were not kept."""
    if table.value is None:
        return None
    columns = [table[name] for name in Stages._fields]
    length = len(columns[0].values())
    for column in columns[1:]:
        if len(column.values()) != length:
            column.fail(f"{len(column.value)} values, but task has {length}")
    stages = Stages(*(column.value for column in columns))
    known, before, until = 0, 0, 0  # tasks seen, the task of the row before, and that row's end
    for i, (task, stage, begin, end, thread) in enumerate(zip(*stages)):
        if type(task) is not int or not 1 <= task <= tasks:
            columns[0].fail(f"[{i}] is {short(task)}, but tasks are 1 to {tasks}")
        if type(stage) is not str or stage not in KINDS:
            columns[1].fail(f"[{i}] is {short(stage)}, none of {', '.join(KINDS)}")
        for column, ns in ((columns[2], begin), (columns[3], end)):
            if type(ns) is not int or not 0 <= ns < 2**63:
                column.fail(f"[{i}] is {short(ns)}, no count of nanoseconds")
        if thread is not None and (type(thread) is not int or thread < 0):
            columns[4].fail(f"[{i}] is {short(thread)}, neither a thread id nor null")
        if task < before:
            columns[0].fail(f"[{i}] is {task}, after {before}: rows are ordered by task")
        if begin < until and task == before:
            columns[2].fail(f"[{i}] is {begin}, but the stage before ended at {until}")
        if end < begin:
            columns[3].fail(f"[{i}] is {end}, before the stage began at {begin}")
        known += task != before
        before, until = task, end
    if ok and known < tasks:
        missing = min(set(range(1, tasks + 1)) - set(stages.task))
        table.fail(f"task {missing} has no stage, but the run is ok")
    return stages


def _has_echoes(events: Place) -> bool:
    """Whether the server noted when it replied."""
    return events.value is not None and "echoed" in events["step"].values()
