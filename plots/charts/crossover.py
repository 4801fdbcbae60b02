"""Draws up to how many tasks a thread per task is as good as tasks that wait without a thread.

`thread_per_task` over the model that gives its thread back and uses several, a panel per cost: 1 is
a tie, above it the threads cost more.
"""

from __future__ import annotations

import dataclasses
from typing import Callable, Optional

from plots.charts import curves, scale
from plots.charts.curves import Line, Panel, Scales
from plots.charts.style import Chart
from plots.read import run_costs, samples
from plots.read.disturbances import FULL_QUEUE
from plots.read.run import Run
from plots.read.size_sweep import Curve, Sweep, makespan_s, overflowed_runs
from plots.read.words import quoted, sentence

THREADS, RIVAL = "thread_per_task", "async_multi_thread"
AS_GOOD = 1.1  # times as much still counts as a tie
END, MEMORY, CPU, SWITCHES = "end", "memory", "cpu", "switches"


@dataclasses.dataclass(frozen=True)
class Cost:
    """What is compared; `axis` says which way is good."""

    words: str
    of: Callable[[Run], Optional[float]]
    axis: str


COSTS = {
    END: Cost("time to the end", makespan_s, "Times as long: lower is better"),
    MEMORY: Cost("peak memory", run_costs.memory_bytes, "Times as much: lower is better"),
    CPU: Cost("CPU time", run_costs.cpu_s, "Times as much: lower is better"),
    SWITCHES: Cost("context switches", run_costs.switches, "Times as many: lower is better"),
}


def both(swept: Sweep) -> Optional[tuple[Curve, Curve]]:
    """The two that are compared, if both were to run."""
    found = {curve.model.name: curve for curve in swept.curves}
    if THREADS not in found or RIVAL not in found:
        return None
    return found[THREADS], found[RIVAL]


def sides(swept: Sweep) -> Optional[tuple[Curve, Curve]]:
    """The two that are compared, if both ran at two sizes or more."""
    pair = both(swept)
    return pair if pair and all(len(curve.points) > 1 for curve in pair) else None


def ratios(threads: Curve, rival: Curve, figure) -> dict[int, float]:
    """Size -> how many times as much the threads cost, where both are known."""
    return _ratios(threads.values(figure), rival.values(figure))


def _ratios(ours: dict[int, float], theirs: dict[int, float]) -> dict[int, float]:
    return {n: ours[n] / theirs[n] for n in ours if theirs.get(n)}


def _is_full(pair: tuple[Curve, Curve], size: int) -> bool:
    """Whether the time of a side shows a full listen queue instead of the model."""
    return any(curve.points[size].all_overflowed for curve in pair)


def _overflowed(pair: tuple[Curve, Curve]) -> dict[int, float]:
    """Size -> the ratio of times in the runs whose listen queue overflowed, on either side."""
    found = {n: ratio for n, ratio in ratios(*pair, makespan_s).items() if _is_full(pair, n)}
    apart = [curve.values(makespan_s, overflowed_runs) for curve in pair]
    mixed = [curve.values(makespan_s) | values for curve, values in zip(pair, apart)]
    for n, ratio in _ratios(*mixed).items():
        if n in apart[0] or n in apart[1]:
            found.setdefault(n, ratio)
    return found


def compared(pair: tuple[Curve, Curve], cost: Cost) -> list[int]:
    """The numbers of tasks at which both sides tell, few first: a full listen queue tells no time."""
    return [
        n
        for n in sorted(ratios(*pair, cost.of))
        if not (cost.of is makespan_s and _is_full(pair, n))
    ]


def dearer_from(pair: tuple[Curve, Curve], cost: Cost) -> Optional[int]:
    """The least number of tasks at which the runs show that threads cost more than a tie."""
    threads, rival = (curve.samples(cost.of) for curve in pair)
    for n in compared(pair, cost):
        if samples.differ([AS_GOOD * value for value in rival[n]], threads[n]):
            return n
    return None


def draw(swept: Sweep) -> Chart:
    """There must be both sides in the sweep."""
    pair = sides(swept)
    assert pair
    panels = [
        Panel(
            key,
            sentence(cost.words),
            cost.axis,
            [
                Line(
                    key,
                    "",
                    points,
                    hollow=_overflowed(pair) if cost.of is makespan_s else {},
                )
            ],
            marks=[(dearer, f"more from {dearer:,} on")]
            if (dearer := dearer_from(pair, cost))
            else [],
        )
        for key, cost in COSTS.items()
        if (points := ratios(*pair, cost.of))
    ]
    said = finding(*pair)
    text = f"Ratios against the number of tasks, {scale.words_of(swept.workload)}. {said}."
    scales = Scales(swept.sizes, "tasks", tie=1.0)
    return curves.draw("crossover", said, text, panels, scales, _notes(swept, pair))


def table(threads: Curve, rival: Curve) -> tuple[tuple[str, ...], list[list[str]]]:
    """Head and rows: the ratios by number of tasks."""
    head = ("tasks", *(cost.words for cost in COSTS.values()))
    columns = [_cells((threads, rival), cost.of) for cost in COSTS.values()]
    sizes = sorted(set().union(*columns))
    return head, [[f"{n:,}", *(column.get(n, "") for column in columns)] for n in sizes]


def _cells(pair: tuple[Curve, Curve], figure) -> dict[int, str]:
    cells = {n: f"{ratio:,.2f}" for n, ratio in ratios(*pair, figure).items()}
    if figure is makespan_s:
        cells |= {n: f"{cell} ({FULL_QUEUE})" for n, cell in cells.items() if _is_full(pair, n)}
    return cells


def _notes(swept: Sweep, pair: tuple[Curve, Curve]) -> list[str]:
    threads, rival = (quoted(curve.model.title) for curve in pair)
    workload = scale.words_of(swept.workload)
    return [
        f"What {threads} takes, over what {rival} takes; {workload}. At 1 there is no difference.",
        *ends(pair),
        *scale.on_hollow_marks(pair),
    ]


def ends(pair: tuple[Curve, Curve]) -> list[str]:
    """Where a side got no further, and why."""
    return [
        f"{quoted(curve.model.title)} ended at {curve.end.size:,} tasks: {curve.end.reason}"
        for curve in pair
        if curve.end
    ]


def finding(threads: Curve, rival: Curve) -> str:
    """Up to how many tasks a thread per task ends as soon."""
    known = compared((threads, rival), COSTS[END])
    if not known:
        return "The time that a thread per task takes is not known"
    slower = dearer_from((threads, rival), COSTS[END])
    if slower is None:
        return f"Up to {known[-1]:,} tasks, a thread per task is not shown to be slower than async"
    before = [n for n in known if n < slower]
    if not before:
        return f"A thread per task is slower than async, even with {slower:,} tasks"
    return (
        f"With {slower:,} tasks, a thread per task is slower than async;"
        f" up to {before[-1]:,} no difference is shown"
    )
