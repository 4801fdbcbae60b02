"""Draws up to how many tasks a thread per task is as good as tasks that wait without a thread.

`thread_per_task` over the best of the models that give their thread back and use several, cost by
cost: 1 is a tie, above it the threads cost more.
"""

from __future__ import annotations

from typing import Optional

from plots.charts import curves, scale
from plots.charts.curves import Line, Panel
from plots.charts.style import Chart
from plots.read import run_costs, size_sweep
from plots.read.results import Results
from plots.read.size_sweep import Curve, Sweep
from plots.read.words import clean, listed

THREADS, RIVAL = "thread_per_task", "async_multi_thread"
AS_GOOD = 1.1  # times as much still counts as a tie
COSTS = (
    ("end", "time to the end", lambda run: run.makespan_s),
    ("memory", "peak memory", run_costs.memory_bytes),
    ("cpu", "CPU time", run_costs.cpu_s),
    ("switches", "context switches", run_costs.switches),
)


def sides(swept: Sweep) -> Optional[tuple[Curve, Curve]]:
    """The two that are compared, if both ran at two sizes or more."""
    found = {curve.model.name: curve for curve in swept.curves if len(curve.points) > 1}
    if THREADS not in found or RIVAL not in found:
        return None
    return found[THREADS], found[RIVAL]


def ratios(threads: Curve, rival: Curve, figure) -> dict[int, float]:
    """Size -> how many times as much the threads cost, where both are known."""
    ours, theirs = threads.values(figure), rival.values(figure)
    return {n: ours[n] / theirs[n] for n in ours if theirs.get(n)}


def as_good_up_to(ratio: dict[int, float]) -> int:
    """The last size before the first at which the threads cost more than a tie; 0 if none."""
    last = 0
    for size, value in sorted(ratio.items()):
        if value > AS_GOOD:
            break
        last = size
    return last


def draw(results: Results) -> Chart:
    """There must be a sweep over numbers of tasks with both sides in it."""
    swept = size_sweep.of_tasks(results)
    assert swept
    pair = sides(swept)
    assert pair
    lines = [
        Line(words, i, i, points)
        for i, (_, words, figure) in enumerate(COSTS)
        if (points := ratios(*pair, figure))
    ]
    panel = Panel(
        "ratio",
        f"{THREADS} over {RIVAL}, times as much",
        lines,
        at_y=(1.0, "as much"),
    )
    said = finding(*pair)
    text = (
        f"Curves of ratios against the number of tasks, {scale.words_of(swept.workload)}. {said}."
    )
    return curves.draw("crossover", said, text, [panel], swept.sizes, "tasks", _notes(pair))


def table(threads: Curve, rival: Curve) -> tuple[tuple[str, ...], list[list[str]]]:
    """Head and rows: the ratios by number of tasks."""
    head = ("tasks", *(words for _, words, _ in COSTS))
    columns = [ratios(threads, rival, figure) for _, _, figure in COSTS]
    rows = [
        [f"{n:,}", *(f"{column[n]:,.2f}" if n in column else "" for column in columns)]
        for n in sorted(set().union(*columns))
    ]
    return head, rows


def _notes(pair: tuple[Curve, Curve]) -> list[str]:
    return [
        f"{clean(curve.model.name)} ended at {curve.end.size:,} tasks: {curve.end.reason}"
        for curve in pair
        if curve.end
    ]


def finding(threads: Curve, rival: Curve) -> str:
    """Up to which N a thread per task is as good, cost by cost."""
    most = max(set(threads.points) & set(rival.points), default=0)
    limits: dict[int, list[str]] = {}
    for _, words, figure in COSTS:
        ratio = ratios(threads, rival, figure)
        if ratio:
            limits.setdefault(as_good_up_to(ratio), []).append(words)
    parts = []
    for limit, costs in sorted(limits.items(), reverse=True):
        if limit >= most:
            parts.append(f"in {listed(costs)} up to {limit:,} tasks and more")
        elif limit:
            parts.append(f"in {listed(costs)} up to {limit:,}")
        else:
            parts.append(f"in {listed(costs)} never")
    return f"A thread per task is as good as async {', '.join(parts)}"
