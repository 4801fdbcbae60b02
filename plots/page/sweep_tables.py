"""Makes tables of the figures of sweeps, for summary.md and for the page."""

from __future__ import annotations

import dataclasses
from typing import Callable, Optional

from plots.charts import crossover, scale, workers
from plots.read import run_costs, samples, size_sweep
from plots.read.results import Results
from plots.read.run import Run
from plots.read.size_sweep import Curve, Sweep
from plots.read.words import clean, measured, overhead

TASKS_HEAD = (
    "model",
    "tasks",
    "overhead",
    "overhead per task",
    "memory per task",
    "CPU per task",
    "switches per task",
    "threads",
)
THREADS_HEAD = ("model", "worker threads", "predicted", "measured", "CPU", "switches")


TITLES = {
    "scale": "What a task costs, against the number of tasks",
    "crossover": "A thread per task against async",
    "workers": "More worker threads",
}


@dataclasses.dataclass(frozen=True)
class Table:
    """What a chart shows, as plain texts."""

    finding: str
    head: tuple[str, ...]
    rows: list[list[str]]


def table_of(chart: str, results: Results) -> Table:
    """The data of a chart in TITLES, which the results must give."""
    if chart == "workers":
        swept = size_sweep.of_threads(results)
        return Table(workers.finding(swept), THREADS_HEAD, over_threads(swept))
    swept = size_sweep.of_tasks(results)
    if chart == "scale":
        return Table(scale.finding(swept), TASKS_HEAD, over_tasks(swept))
    pair = crossover.sides(swept)
    return Table(crossover.finding(*pair), *crossover.table(*pair))


def over_tasks(swept: Sweep) -> list[list[str]]:
    """One row per model and number of tasks; what a task costs is missing at the fewest. The
    last row of a model tells where it ended."""
    return [row for curve in swept.curves for row in _over_tasks(curve)]


def _over_tasks(curve: Curve) -> list[list[str]]:
    each = [
        curve.growth(figure)
        for figure in (
            size_sweep.overhead_s,
            run_costs.memory_bytes,
            run_costs.cpu_s,
            run_costs.switches,
        )
    ]
    name = clean(curve.model.name)
    rows = []
    for size, group in curve.points.items():
        extra, memory, cpu, switches = (growth.get(size) for growth in each)
        rows.append(
            [
                name,
                f"{size:,}",
                overhead(samples.median(group.overheads)),
                _known(extra, lambda value: f"{value * 1e6:,.1f} µs"),
                _known(memory, lambda value: f"{value / 1024:,.2f} KiB"),
                _known(cpu, lambda value: f"{value * 1e6:,.1f} µs"),
                _known(switches, lambda value: f"{value:,.2f}"),
                _known(_threads(group.ok_runs), lambda value: f"{value:,.0f}"),
            ]
        )
    return rows + _end(curve, len(TASKS_HEAD))


def over_threads(swept: Sweep) -> list[list[str]]:
    """One row per model and number of worker threads."""
    return [row for curve in swept.curves for row in _over_threads(curve)]


def _over_threads(curve: Curve) -> list[list[str]]:
    name = clean(curve.model.name)
    cpu, switches = curve.values(run_costs.cpu_s), curve.values(run_costs.switches)
    rows = [
        [
            name,
            f"{size:,}",
            measured(group.ok_runs[0].predicted_s),
            measured(group.makespan),
            _known(cpu.get(size), measured),
            _known(switches.get(size), lambda value: f"{value:,.0f}"),
        ]
        for size, group in curve.points.items()
    ]
    return rows + _end(curve, len(THREADS_HEAD))


def _end(curve: Curve, width: int) -> list[list[str]]:
    if not curve.end:
        return []
    row = [clean(curve.model.name), f"{curve.end.size:,}", curve.end.reason]
    return [row + [""] * (width - len(row))]


def _known(value: Optional[float], word: Callable[[float], str]) -> str:
    return "" if value is None else word(value)


def _threads(runs: list[Run]) -> Optional[float]:
    known = [run.client["peak_threads"] for run in runs if (run.client or {}).get("peak_threads")]
    return samples.median(known) if known else None
