"""The figures of sweeps as rows of plain texts, for summary.md and for the page."""

from __future__ import annotations

from typing import Callable, Optional

from plots.read import samples, sweep
from plots.read.run import Run
from plots.read.sweep import Curve, Sweep
from plots.read.words import clean, measured, overhead

TASKS_HEAD = (
    "model",
    "tasks",
    "overhead",
    "overhead a task",
    "memory a task",
    "CPU a task",
    "switches a task",
    "threads",
)
THREADS_HEAD = ("model", "worker threads", "predicted", "measured", "CPU", "switches")


def over_tasks(swept: Sweep) -> list[list[str]]:
    """A row a model and number of tasks; what a task costs is missing at the fewest. A last row of
    a model tells where it ended."""
    return [row for curve in swept.curves for row in _over_tasks(curve)]


def _over_tasks(curve: Curve) -> list[list[str]]:
    each = [
        curve.growth(figure)
        for figure in (sweep.overhead_s, sweep.memory_bytes, sweep.cpu_s, sweep.switches)
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
    """A row a model and number of worker threads."""
    return [row for curve in swept.curves for row in _over_threads(curve)]


def _over_threads(curve: Curve) -> list[list[str]]:
    name = clean(curve.model.name)
    cpu, switches = curve.values(sweep.cpu_s), curve.values(sweep.switches)
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
