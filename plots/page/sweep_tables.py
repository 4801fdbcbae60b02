"""Makes tables of the figures of sweeps for summary.md and the page, and of what a task costs."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable, Optional

from plots.charts import crossover, scale, workers
from plots.read import disturbances, run_costs, size_sweep
from plots.read.results import Results
from plots.read.size_sweep import CONNECTIONS, TASKS, Curve, Sweep
from plots.read.words import clean, measured, sentence

THREADS_HEAD = ("model", "worker threads", "predicted", "measured", "CPU", "switches")
CROSSOVER_HEAD = (*(cost.words for cost in crossover.COSTS.values()), "ended")
ON_CROSSOVERS = (
    f"From so many tasks on, {crossover.THREADS} takes over {100 * (crossover.AS_GOOD - 1):.0f} % more"
    f" than {crossover.RIVAL}, and by more than the runs of either spread."
)


@dataclasses.dataclass(frozen=True)
class Table:
    """What a chart shows, as plain texts."""

    finding: str
    head: tuple[str, ...]
    rows: list[list[str]]


def title_of(chart: str) -> str:
    """What the page calls the chart."""
    if chart in scale.COSTS:
        cost = scale.COSTS[chart]
        return f"{sentence(scale.words_per_one(cost))}, against the number of {cost.axis}"
    return {"crossover": "A thread per task against async", "workers": "More worker threads"}[chart]


def table_of(chart: str, results: Results) -> Table:
    """The data of a chart, which the results must give."""
    if chart == "workers":
        swept = size_sweep.of_threads(results)
        return Table(workers.finding(swept), THREADS_HEAD, over_threads(swept))
    if chart in scale.COSTS:
        over = {TASKS: size_sweep.of_tasks, CONNECTIONS: size_sweep.of_connections}
        swept = over[scale.COSTS[chart].axis](results)
        return Table(scale.finding(chart, swept)[0], *of_costs(chart, swept))
    pair = crossover.sides(size_sweep.of_tasks(results))
    return Table(crossover.finding(*pair), *crossover.table(*pair))


def of_costs(chart: str, swept: Sweep) -> tuple[tuple[str, ...], list[list[str]]]:
    """Head and rows: what the chart shows of each model or server, by size, and where it ended."""
    cost = scale.COSTS[chart]
    sizes = scale.sizes_of(cost, swept)
    ended = any(curve.end for curve in swept.curves)
    head = (
        scale.WHO[swept.axis],
        *(f"{size:,} {scale.ONE[swept.axis]}{'' if size == 1 else 's'}" for size in sizes),
        *(["ended"] if ended else []),
    )
    rows = []
    for curve in swept.curves:
        shown = scale.figures(curve, cost)
        row = [clean(curve.model.title), *(_cell(cost, curve, shown, size) for size in sizes)]
        end = f"at {curve.end.size:,} {swept.axis}: {curve.end.reason}" if curve.end else ""
        rows.append(row + ([end] if ended else []))
    return head, rows


def _cell(cost: scale.Cost, curve: Curve, shown: dict[int, float], size: int) -> str:
    if size not in shown:
        return ""
    digits = 0 if cost.in_all else 1 if cost.unit == "µs" else 2
    text = f"{shown[size] / cost.unit_in_si:,.{digits}f} {cost.unit}".strip()
    changes = scale.has_hollow_marks(cost)
    return disturbances.marked(text, curve.points[size]) if changes else text


def crossovers(pair: tuple[Curve, Curve]) -> list[str]:
    """The row below CROSSOVER_HEAD: for each cost, from how many tasks on threads take more."""
    cells = [_crossover(pair, cost) for cost in crossover.COSTS.values()]
    return [*cells, "; ".join(crossover.ends(pair))]


def _crossover(pair: tuple[Curve, Curve], cost: crossover.Cost) -> str:
    dearer = crossover.dearer_from(pair, cost)
    if dearer is not None:
        return f"{dearer:,}"
    runs = [curve.samples(cost.of) for curve in pair]
    repeated = [n for n in crossover.compared(pair, cost) if min(len(of[n]) for of in runs) > 1]
    return f"none up to {repeated[-1]:,}" if repeated else "not known"


def over_threads(swept: Sweep) -> list[list[str]]:
    """One row per model and number of worker threads."""
    return [row for curve in swept.curves for row in _over_threads(curve)]


def _over_threads(curve: Curve) -> list[list[str]]:
    name = clean(curve.model.title)
    cpu, switches = curve.values(run_costs.cpu_s), curve.values(run_costs.switches)
    rows = [
        [
            name,
            f"{size:,}",
            measured(group.ok_runs[0].predicted_s),
            disturbances.marked(measured(group.makespan), group),
            _known(cpu.get(size), measured),
            _known(switches.get(size), lambda value: f"{value:,.0f}"),
        ]
        for size, group in curve.points.items()
    ]
    return rows + _end(curve, len(THREADS_HEAD))


def _end(curve: Curve, width: int) -> list[list[str]]:
    if not curve.end:
        return []
    row = [clean(curve.model.title), f"{curve.end.size:,}", curve.end.reason]
    return [row + [""] * (width - len(row))]


def _known(value: Optional[float], word: Callable[[float], str]) -> str:
    return "" if value is None else word(value)


def costs_by_model(results: Results) -> dict[str, dict[str, Any]]:
    """Model -> `memory_bytes` and `cpu_s` per task, as measured with the most tasks, and
    `refused`: at so many tasks, there was room for so many. What is not known is missing."""
    known: dict[str, dict[str, Any]] = {}
    swept = size_sweep.of_tasks(results)
    for curve in swept.curves if swept else ():
        costs = known.setdefault(curve.model.name, {})
        for key, figure in (("memory_bytes", run_costs.memory_bytes), ("cpu_s", run_costs.cpu_s)):
            cost = _at_the_most(curve.growth(figure))
            if cost is not None:
                costs[key] = cost
    for run in results.runs:
        if run.refusal:
            told = known.setdefault(run.model, {})
            before = told.get("refused", [run.workload.tasks])
            if run.workload.tasks <= before[0]:
                told["refused"] = [run.workload.tasks, run.refusal.tasks]
    return known


def _at_the_most(growth: dict[int, Optional[float]]) -> Optional[float]:
    return growth[max(growth)] if growth else None
