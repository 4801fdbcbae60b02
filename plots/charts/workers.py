"""Draws how long runs take with more worker threads, and from where on more do not help."""

from __future__ import annotations

import dataclasses

from plots.charts import curves, scale
from plots.charts.curves import Line, Scales
from plots.charts.style import Chart
from plots.read import samples
from plots.read.size_sweep import Curve, Sweep, makespan_s
from plots.read.words import counted, quoted

HELPS = 1.05  # times as quick as with fewer: less is no help


def draw(swept: Sweep) -> Chart:
    """One panel per family, with the predictions of its models."""
    lines = {
        curve.model.name: Line(curve.model.name, curve.model.title, curve.values(makespan_s))
        for curve in swept.curves
    }
    models = [curve.model for curve in swept.curves]
    cores = swept.workload.cores
    marks = [(cores, counted(cores, "core"))] if 1 <= cores <= max(swept.sizes) else []
    panels = [
        dataclasses.replace(
            panel, predicted=_predictions(swept, {line.name for line in panel.lines}), marks=marks
        )
        for panel in curves.panels_of(models, lines, "Seconds from start to end: lower is better")
    ]
    said = finding(swept)
    text = f"Curves against the number of worker threads, {scale.words_of(swept.workload)}. {said}."
    scales = Scales(swept.sizes, "worker threads", log_y=False)
    return curves.draw("workers", said, text, panels, scales, _notes(swept))


def _predictions(swept: Sweep, names: set[str]) -> list[Line]:
    """One line per prediction, whichever of the models share it."""
    lines: list[Line] = []
    for curve in swept.curves:
        points = curve.values(lambda run: run.predicted_s)
        if curve.model.name in names and all(line.points != points for line in lines):
            title = f"predicted: {curve.model.formula}"
            lines.append(Line(curve.model.name, title, points))
    return lines


def _notes(swept: Sweep) -> list[str]:
    """The workload, and who ended."""
    work = swept.workload
    compute = "each burns a core" if work.compute_kind == "burn" else "each holds a thread"
    notes = [f"{work.tasks:,} tasks; {scale.words_of(work)}: {compute}. Broad grey: predicted."]
    for curve in swept.curves:
        if curve.end:
            title = quoted(curve.model.title)
            notes.append(f"{title} ended at {curve.end.size:,} threads: {curve.end.reason}")
    return notes


def enough(curve: Curve) -> int:
    """The number of threads from which on the runs show no gain from more; 0 if there is nothing to
    tell it by."""
    known = sorted(curve.samples(makespan_s).items())
    for i, (threads, values) in enumerate(known):
        at_most = [[HELPS * value for value in later] for _, later in known[i + 1 :]]
        if not any(samples.differ(later, values) for later in at_most):
            return threads
    return 0


def finding(swept: Sweep) -> str:
    """From how many threads on more help nobody."""
    limits = [enough(curve) for curve in swept.curves if len(curve.points) > 1]
    if not limits:
        return "No model ran with enough numbers of threads to tell which helps"
    limit = max(limits)
    if limit == min(swept.sizes):
        return "More worker threads are not shown to help any model"
    if limit == max(swept.sizes):
        return f"More worker threads help up to all {limit:,} that were tried"
    cores = f", on {counted(swept.workload.cores, 'core')}"
    return f"More than {counted(limit, 'worker thread')} are not shown to help any model{cores}"
