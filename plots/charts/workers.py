"""Draws how long runs take with more worker threads, and from where on more do not help."""

from __future__ import annotations

from plots.charts import curves, scale
from plots.charts.curves import Line, Panel
from plots.charts.style import Chart
from plots.read import size_sweep
from plots.read.results import Results
from plots.read.size_sweep import Curve, Sweep
from plots.read.words import clean, listed, seconds

HELPS = 1.05  # times as quick as with fewer: less is no help


def draw(results: Results) -> Chart:
    """There must be a sweep over numbers of threads."""
    swept = size_sweep.of_threads(results)
    assert swept
    groups = scale.groups_of(swept)
    lines = [
        Line(clean(curve.model.name), *groups[curve.model.name], curve.values(_makespan))
        for curve in swept.curves
    ]
    lines += _predictions(swept, groups)
    cores = swept.workload.cores
    panel = Panel(
        "makespan",
        "From start to end, seconds",
        lines,
        log_y=False,
        at_x=(cores, f"{cores} cores") if cores in range(1, max(swept.sizes) + 1) else None,
    )
    said = finding(swept)
    text = f"Curves against the number of worker threads, {scale.words_of(swept.workload)}. {said}."
    return curves.draw("workers", said, text, [panel], swept.sizes, "worker threads", _notes(swept))


def _makespan(run):
    return run.makespan_s


def _predictions(swept: Sweep, groups: dict[str, tuple[int, int]]) -> list[Line]:
    """One dashed line per prediction, in the colour of the models that it is of."""
    lines: dict[int, Line] = {}
    for curve in swept.curves:
        points = curve.values(lambda run: run.predicted_s)
        group, _ = groups[curve.model.name]
        if points and group not in lines:
            name = f"{clean(curve.model.formula)}, predicted"
            lines[group] = Line(name, group, 0, points, dashed=True)
    return list(lines.values())


def _notes(swept: Sweep) -> list[str]:
    """The workload, and who ended."""
    work = swept.workload
    compute = "each burns a core" if work.compute_kind == "burn" else "each holds a thread"
    notes = [f"{work.tasks:,} tasks; {scale.words_of(work)}: {compute}."]
    for curve in swept.curves:
        if curve.end:
            notes.append(
                f"{clean(curve.model.name)} ended at {curve.end.size:,} threads: {curve.end.reason}"
            )
    return notes


def enough(curve: Curve) -> int:
    """The number of threads from which on more don't help; 0 if there is nothing to tell it by."""
    values = sorted(curve.values(_makespan).items())
    for i, (threads, value) in enumerate(values):
        if all(value <= HELPS * later for _, later in values[i + 1 :]):
            return threads
    return 0


def finding(swept: Sweep) -> str:
    """From how many threads on more don't help, for those that use them, and who is quickest."""
    most = max(swept.sizes)
    limits: dict[int, list[str]] = {}
    for curve in swept.curves:
        if len(curve.points) > 1:
            limits.setdefault(enough(curve), []).append(clean(curve.model.name))
    parts = []
    for limit, names in sorted(limits.items()):
        if limit == min(swept.sizes):
            parts.append(f"never help {listed(names)}")
        elif limit < most:
            parts.append(f"help {listed(names)} up to {limit:,}")
        else:
            parts.append(f"help {listed(names)} to the last of {most:,}")
    ends = {
        clean(curve.model.name): min(values.values())
        for curve in swept.curves
        if (values := curve.values(_makespan))
    }
    if not parts or not ends:
        return "No model ran with enough numbers of threads to tell which helps"
    best = min(ends, key=ends.get)
    return f"More threads {'; '.join(parts)}; quickest is {best} with {seconds(ends[best])}"
