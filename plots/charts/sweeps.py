"""Which charts and tables a results file gives of its sweeps."""

from __future__ import annotations

import dataclasses
from typing import Callable

from plots.charts import crossover, scale, workers
from plots.charts.style import Chart
from plots.page import sweep_tables
from plots.read import sweep
from plots.read.results import Results

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


def charts_of(results: Results) -> dict[str, Callable[[Results], Chart]]:
    """Name -> what draws it."""
    charts: dict[str, Callable[[Results], Chart]] = {}
    over_tasks = sweep.of_tasks(results)
    if over_tasks:
        charts["scale"] = scale.draw
        if crossover.sides(over_tasks):
            charts["crossover"] = crossover.draw
    if sweep.of_threads(results):
        charts["workers"] = workers.draw
    return charts


def table_of(chart: str, results: Results) -> Table:
    """The data of one of charts_of()."""
    swept = sweep.of_threads(results) if chart == "workers" else sweep.of_tasks(results)
    assert swept
    if chart == "workers":
        rows = sweep_tables.over_threads(swept)
        return Table(workers.finding(swept), sweep_tables.THREADS_HEAD, rows)
    if chart == "scale":
        return Table(scale.finding(swept), sweep_tables.TASKS_HEAD, sweep_tables.over_tasks(swept))
    pair = crossover.sides(swept)
    assert pair
    return Table(crossover.finding(*pair), *crossover.table(*pair))
