"""Sums up how long each task of a run took, where rows are too many: percentiles and a histogram.

A task's latency runs from its start to its finish; where tasks arrive over time, from when the task
was due. p99: 99 % of the tasks finished within this time.
"""

from __future__ import annotations

from typing import Sequence

from markupsafe import Markup

from plots.charts.panel import ROWS_DRAWN
from plots.read.results import ModelRuns
from plots.read.run import READY, Run
from plots.read.words import measured

SHARES = (50, 90, 99)
HEAD = ("model", "what", "tasks", "least", *(f"p{share}" for share in SHARES), "most", "histogram")
NOTE = (
    "p99: 99 % of the tasks finished within this time. All histograms share one axis, from zero to"
    " the longest of all."
)
_BINS, _WIDE, _HIGH = 60, 240, 32


def latencies(run: Run) -> list[float]:
    """Seconds from started, or due, to finished, of each task of a run that is ok: sorted."""
    begins: dict[int, float] = {}
    ends: dict[int, float] = {}
    for stretch in run.stretches:
        begins.setdefault(stretch.task, stretch.begin)
        ends[stretch.task] = stretch.end
    if run.due:
        begins = {task: run.due[task] / 1e9 for task in ends}
    return sorted(end - begins[task] for task, end in ends.items())


def waits_for_a_thread(run: Run) -> list[float]:
    """Seconds each task was ready without a thread, 0 for those that never were: sorted."""
    waits = [0.0] * (run.workload.tasks + 1)
    for stretch in run.stretches:
        if stretch.kind == READY:
            waits[stretch.task] += stretch.length
    return sorted(waits[1:])


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value that `share` percent do not exceed: one that was seen."""
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def rows(groups: Sequence[ModelRuns]) -> list[list[str]]:
    """Cells below HEAD, of the shown runs that are ok and have more tasks than can have rows."""
    measured_of = []
    for group in groups:
        if group.shown.workload.tasks <= ROWS_DRAWN or not group.shown.ok:
            continue
        title = group.model.title
        took = latencies(group.shown)
        if took:
            what = "due to finished" if group.shown.due else "start to finish"
            measured_of.append((title, what, took))
        if took and group.shown.knows_echoes:
            measured_of.append((title, "ready, without a thread", waits_for_a_thread(group.shown)))
    longest = max((values[-1] for _, _, values in measured_of), default=0.0)
    return [
        [
            title,
            what,
            f"{len(values):,}",
            measured(values[0]),
            *(measured(quantile(values, share)) for share in SHARES),
            measured(values[-1]),
            _histogram(values, longest),
        ]
        for title, what, values in measured_of
    ]


def _histogram(values: Sequence[float], longest: float) -> Markup:
    """Bars of how many tasks took how long; all of them share the axis from 0 to `longest`."""
    counts = [0] * _BINS
    for value in values:
        counts[min(_BINS - 1, int(value / longest * _BINS)) if longest > 0 else 0] += 1
    wide, most = _WIDE / _BINS, max(counts)
    bars = "".join(
        f"M{i * wide:g} {_HIGH}v-{max(1.0, count / most * _HIGH):.1f}h{wide - 0.5:g}V{_HIGH}z"
        for i, count in enumerate(counts)
        if count
    )
    return Markup(
        f'<svg class="histogram" viewBox="0 0 {_WIDE} {_HIGH + 1}" role="img"'
        f' aria-label="Histogram from 0 to {measured(longest)}">'
        f'<path d="{bars}"/><path class="foot" d="M0 {_HIGH + 0.5}H{_WIDE}"/></svg>'
    )
