"""Draws latency against arrival rate: median and 99th percentile, a panel per family of models.

Upright lines are the rates from which on a queue grows without end.
"""

from __future__ import annotations

import dataclasses

from plots.charts import curves
from plots.charts.curves import Line, Panel, Scales
from plots.charts.style import Chart
from plots.read import rate_sweep, words
from plots.read.rate_sweep import Curve, Sweep, tasks_per_second

PERCENTILES = {"p50": "Median latency", "p99": "99th percentile of latency"}


def draw(sweep: Sweep) -> Chart:
    """Curves are medians of the runs that are ok; rates with none have no mark."""
    finding = rate_sweep.finding(sweep)
    panels = [panel for percentile in PERCENTILES for panel in _panels(sweep, percentile)]
    columns = max(len(PERCENTILES), len(panels) // len(PERCENTILES))
    rates = sorted({point.rate for curve in sweep.curves for point in curve.points})
    scales = Scales(rates, "tasks per second", word=words.planned)
    return curves.draw(
        "latency-rate", finding, _description(sweep), panels, scales, _notes(sweep), columns
    )


def _panels(sweep: Sweep, percentile: str) -> list[Panel]:
    lines = {
        curve.name: Line(curve.name, curve.title, dict(zip(*curve.values(percentile))))
        for curve in sweep.curves
    }
    models = [curve.model for curve in sweep.curves]
    says = f"{PERCENTILES[percentile]}: lower is better"
    return [
        dataclasses.replace(panel, **_predicted(sweep, percentile, panel))
        for panel in curves.panels_of(models, lines, says, gid=percentile)
    ]


def _predicted(sweep: Sweep, percentile: str, panel: Panel) -> dict:
    """The panel's predictions and saturations, each once, whichever models share it."""
    names = {line.name for line in panel.lines}
    lines, rates = [], set()
    for kind in sweep.kinds():
        if any(curve.name in names for curve in kind):
            points = dict(zip(*kind[0].predictions(percentile)))
            lines.append(Line(kind[0].name, f"predicted: {kind[0].title}", points))
            rates |= {kind[0].saturation} - {None}
    known = [point.rate for curve in sweep.curves for point in curve.points]
    in_sight = [rate for rate in sorted(rates) if min(known) <= rate <= max(known)]
    return {
        "predicted": lines,
        "marks": [(rate, f"{tasks_per_second(rate)}/s") for rate in in_sight],
    }


def _description(sweep: Sweep) -> str:
    parts = []
    for curve in sweep.curves:
        name = words.clean(curve.title)
        parts.append(f"{name}: saturation predicted at {rate_sweep.saturation(curve)}.")
        for point in curve.points:
            parts.append(
                f"At {tasks_per_second(point.rate)}/s: median"
                f" {rate_sweep.milliseconds(point.measured['p50'])}, p99"
                f" {rate_sweep.milliseconds(point.measured['p99'])}."
            )
        for rate, why in curve.bad:
            parts.append(f"At {tasks_per_second(rate)}/s: {words.clean(why)}.")
    return " ".join(parts)


def _notes(sweep: Sweep) -> list[str]:
    notes = [
        "Latency counts from when a task was due. Broad grey: predicted by a first-come,"
        f" first-served queue of {sweep.workload.tasks:,} tasks. Dashed: the rate that saturates a"
        " model; beyond it latency grows with the number of tasks."
    ]
    return notes + [_without_curve(curve) for curve in sweep.curves if not curve.points]


def _without_curve(curve: Curve) -> str:
    return f"{words.quoted(curve.title)} has no curve: {curve.bad[0][1]}"
