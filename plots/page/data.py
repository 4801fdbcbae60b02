"""Makes the data that the page's scripts get: the runs as they are drawn, worked out once, here.

Stretches carry nanoseconds as results.json does, so the page's numbers are those of the file. A run
of too many rows is summed up: how many rows were in which stage in each of equal parts of the time.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any, Iterable, Sequence

from plots.charts import threads, timeline
from plots.looks import WORDS, WORDS_OF_CONNECTIONS
from plots.charts.panel import BINS, ROWS_DRAWN, Row, mean_counts
from plots.page import connections, sources, status, summary, sweep_tables
from plots.read import findings, rate_sweep, words
from plots.read.results import ModelRuns, Results
from plots.read.run import KINDS, Run, Workload

# Numbers of runs beside the median ones: they would make the page slow to open.
NUMBERS_AT_MOST = 60_000
_NUMBERS_PER_STRETCH = 5
FEW_TASKS = 12
TASKS_FOLLOWED = 60  # up to so many a run has its prediction and the server's record
_CPU_BINS = 100


def of_page(results: Results, workloads: Sequence[Workload]) -> dict[str, Any]:
    """All of it, for the workloads that have charts."""
    budget = [NUMBERS_AT_MOST]
    return {
        "stages": WORDS,
        "connections": WORDS_OF_CONNECTIONS,
        "models": [
            {
                "name": model.name,
                "title": words.clean(model.title),
                "shows": words.clean(model.shows),
                "facts": model.facts,
                "holds": model.holds_thread_while_waiting,
            }
            for model in results.models.values()
        ],
        "servers": [
            {"name": server.name, "title": words.clean(server.title), "facts": server.facts}
            for server in results.servers.values()
        ],
        "workloads": [_workload(results, workload, budget) for workload in workloads],
        "first": workloads.index(first_shown(workloads)) if workloads else 0,
        "sources": sources.of_models(dict.fromkeys(run.model for run in results.runs)),
        "costs": sweep_tables.costs_by_model(results),
    }


def first_shown(workloads: Sequence[Workload]) -> Workload:
    """The one that the page opens with: the most tasks that can be followed one by one."""
    few = [workload for workload in workloads if workload.tasks <= FEW_TASKS]
    return few[-1] if few else workloads[0]


def as_json(data: dict[str, Any]) -> str:
    """JSON that can stand in a script element: no markup, no line separators, ASCII only."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _workload(results: Results, workload: Workload, budget: list[int]) -> dict[str, Any]:
    groups = results.by_model(workload)
    server = results.servers[workload.server_model]
    return {
        "label": summary.describe(workload),
        "finding": rate_sweep.headline(results, workload),
        "status": status.of(results, groups),
        "workload": dataclasses.asdict(workload),
        "server": server.facts,
        "groups": [_group(group, server.holds_thread_while_waiting, budget) for group in groups],
    }


def _group(group: ModelRuns, server_holds: bool, budget: list[int]) -> dict[str, Any]:
    """A model's runs: the shown one in any case, the others as long as there is room."""
    shown, runs, left_out = group.shown, [], 0
    for run in group.runs:
        drawn = _run(run, group.model.holds_thread_while_waiting, server_holds)
        if run is not shown:
            budget[0] -= _size(drawn)
            if budget[0] < 0:
                left_out += 1
                continue
        runs.append(drawn | {"shown": run is shown})
    return {
        "model": group.model.name,
        "off": not group.ok_runs or findings.is_off(group.shown),
        "runs": runs,
        "left_out": left_out,
        "predicted": _predicted(shown),
    }


def _run(run: Run, holds: bool, server_holds: bool) -> dict[str, Any]:
    return {
        "repetition": run.repetition,
        "status": run.status,
        "message": words.clean(run.message),
        "predicted_s": run.predicted_s,
        "makespan_s": run.makespan_s,
        "overhead_s": run.overhead_s,
        "structure": dataclasses.asdict(run.structure) if run.structure else None,
        "finding": findings.of_run(run),
        "end_s": run.end,
        "thread_ids": list(run.threads),
        "tasks": run.workload.tasks,
        "cpu": _cpu(run),
        **_drawn(run, holds, server_holds),
    }


def _drawn(run: Run, holds: bool, server_holds: bool) -> dict[str, Any]:
    """Stretches [task, kind, begin, end, thread] and the server's connections; counts if the rows are
    too many."""
    if run.workload.tasks > ROWS_DRAWN:
        return {
            "counts": {
                "tasks": _counts(run, timeline.rows_of(run)),
                "threads": _counts(run, threads.rows_of(run, holds)),
            }
        }
    few = run.workload.tasks <= TASKS_FOLLOWED
    return {
        "stretches": [
            [
                stretch.task,
                KINDS.index(stretch.kind),
                round(stretch.begin * 1e9),
                round(stretch.end * 1e9),
                run.threads.get(stretch.thread, 0),
            ]
            for stretch in run.stretches
        ],
        "server": connections.of_run(run, server_holds) if few else None,
    }


def _predicted(run: Run) -> list[list[int]]:
    """The predicted stretches, of few tasks; there `thread` is a place."""
    stages = run.predicted_stages
    if not stages or run.workload.tasks > TASKS_FOLLOWED:
        return []
    return [
        [task, KINDS.index(kind), begin, end, place or 0]
        for task, kind, begin, end, place in zip(*stages)
    ]


def _cpu(run: Run) -> list[int]:
    """Percent of a core that the client used in each of equal parts of the run."""
    if len(run.cpu) < 2 or run.end <= 0:
        return []
    bins = min(_CPU_BINS, len(run.cpu))
    wide = run.end * 1e9 / bins
    used = [_used_until(run.cpu, i * wide) for i in range(bins + 1)]
    return [round(100 * (after - before) / wide) for before, after in zip(used, used[1:])]


def _used_until(samples: Sequence[tuple[int, int]], ns: float) -> float:
    """CPU time used up to then: between two samples it grows evenly."""
    before = (0, 0)
    for at, used in samples:
        if at >= ns:
            share = (ns - before[0]) / (at - before[0]) if at > before[0] else 1.0
            return before[1] + share * (used - before[1])
        before = (at, used)
    return before[1]


def _counts(run: Run, rows: Iterable[Row]) -> dict[str, Any]:
    rows = list(rows)
    stretches = (stretch for row in rows for stretch in row.stretches)
    counts = mean_counts(stretches, run.end, BINS) if run.end > 0 else {}
    nothing = [0] * BINS
    return {
        "total": len(rows),
        "counts": [[round(n, 1) for n in counts.get(kind, nothing)] for kind in KINDS],
    }


def _size(run: dict[str, Any]) -> int:
    """How many numbers, about, a run brings into the page."""
    if "counts" in run:
        return 2 * BINS * len(KINDS)
    return (
        len(run["stretches"]) * _NUMBERS_PER_STRETCH
        + len((run["server"] or {}).get("stretches", ())) * connections.NUMBERS_PER_STRETCH
        + len(run["cpu"])
    )
