"""Makes the data that the page's scripts get: the runs as they are drawn, worked out once, here.

Stretches carry nanoseconds as results.json does, so the page's numbers are those of the file. A run
of too many rows is summed up: how many rows were in which stage in each of equal parts of the time.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any, Sequence

from plots.charts import threads, timeline
from plots.charts.looks import WORDS
from plots.charts.panel import BINS, ROWS_DRAWN, Row, mean_counts
from plots.page import summary
from plots.read import findings, words
from plots.read.results import ModelRuns, Results
from plots.read.run import KINDS, Run, Workload

# Numbers of runs beside the median ones: they would make the page slow to open.
NUMBERS_AT_MOST = 400_000
_NUMBERS_PER_STRETCH = 6


def of_page(results: Results, workloads: Sequence[Workload]) -> dict[str, Any]:
    """All of it, for the workloads that have charts."""
    budget = [NUMBERS_AT_MOST]
    return {
        "stages": WORDS,
        "models": [
            {
                "name": model.name,
                "title": words.clean(model.title),
                "shows": words.clean(model.shows),
                "facts": model.facts,
            }
            for model in results.models.values()
        ],
        "workloads": [_workload(results, workload, budget) for workload in workloads],
    }


def as_json(data: dict[str, Any]) -> str:
    """JSON that can stand in a script element: no markup, no line separators, ASCII only."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _workload(results: Results, workload: Workload, budget: list[int]) -> dict[str, Any]:
    return {
        "label": summary.describe(workload),
        "workload": dataclasses.asdict(workload),
        "groups": [_group(group, budget) for group in results.by_model(workload)],
    }


def _group(group: ModelRuns, budget: list[int]) -> dict[str, Any]:
    """A model's runs: the shown one in any case, the others as long as there is room."""
    shown, runs, left_out = group.shown, [], 0
    for run in group.runs:
        drawn = _run(run, group.model.holds_thread_while_waiting)
        if run is not shown:
            budget[0] -= _size(drawn)
            if budget[0] < 0:
                left_out += 1
                continue
        runs.append(drawn | {"shown": run is shown})
    return {"model": group.model.name, "runs": runs, "left_out": left_out}


def _run(run: Run, holds: bool) -> dict[str, Any]:
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
        "tasks": _view(run, timeline.rows_of(run), "tasks"),
        "threads": _view(run, threads.rows_of(run, holds), "threads"),
    }


def _view(run: Run, rows: list[Row], counted: str) -> dict[str, Any]:
    """Rows with their stretches [row, task, kind, begin, end, thread], or counts if too many."""
    if len(rows) > ROWS_DRAWN:
        return _counts(run, rows, counted)
    return {
        "rows": [row.label for row in rows],
        "stretches": [
            [
                i,
                stretch.task,
                KINDS.index(stretch.kind),
                round(stretch.begin * 1e9),
                round(stretch.end * 1e9),
                run.threads.get(stretch.thread, 0),
            ]
            for i, row in enumerate(rows)
            for stretch in row.stretches
        ],
    }


def _counts(run: Run, rows: list[Row], counted: str) -> dict[str, Any]:
    stretches = (stretch for row in rows for stretch in row.stretches)
    counts = mean_counts(stretches, run.end, BINS) if run.end > 0 else {}
    nothing = [0] * BINS
    return {
        "counted": counted,
        "total": len(rows),
        "counts": [[round(n, 2) for n in counts.get(kind, nothing)] for kind in KINDS],
    }


def _size(run: dict[str, Any]) -> int:
    """How many numbers, about, a run brings into the page."""
    size = 0
    for view in (run["tasks"], run["threads"]):
        stretches = view.get("stretches")
        size += BINS * len(KINDS) if stretches is None else len(stretches) * _NUMBERS_PER_STRETCH
        size += len(view.get("rows", ()))
    return size
