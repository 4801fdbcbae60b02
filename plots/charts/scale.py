"""Draws what a task costs as there are more tasks, and where each model ends."""

from __future__ import annotations

from typing import Callable, Optional

from plots.charts import curves
from plots.charts.curves import Line, Panel
from plots.charts.style import Chart
from plots.read import run_costs, size_sweep
from plots.read.rate_sweep import tasks_per_second
from plots.read.results import Results
from plots.read.run import Run, Workload
from plots.read.size_sweep import Curve, Sweep
from plots.read.words import clean, listed, planned

# (part of the id, heading, figure of a run, its unit in SI)
PANELS = (
    ("overhead", "Overhead per task, µs", size_sweep.overhead_s, 1e-6),
    ("memory", "Client's memory per task, KiB", run_costs.memory_bytes, 1024),
    ("cpu", "Client's CPU time per task, µs", run_costs.cpu_s, 1e-6),
    ("switches", "Context switches per task", run_costs.switches, 1),
)
GROWS = 2  # times, from one size to ten times as many: more than noise


def draw(results: Results) -> Chart:
    """There must be a sweep over numbers of tasks."""
    swept = size_sweep.of_tasks(results)
    assert swept
    notes, numbers = _notes(swept)
    groups = groups_of(swept)
    panels = [
        Panel(
            gid,
            heading,
            [
                _line(curve, groups[curve.model.name], _growth(curve, figure, unit), numbers)
                for curve in swept.curves
            ],
        )
        for gid, heading, figure, unit in panels_of(swept.workload)
    ]
    if notes:
        notes = [
            "A cross ends a curve; the number beside it names the reason below.",
            *notes,
        ]
    words = words_of(swept.workload)
    notes = [f"{words[0].upper()}{words[1:]}.", *notes]
    return curves.draw(
        "scale", finding(swept), description(swept), panels, swept.sizes[1:], "tasks", notes
    )


def panels_of(workload: Workload) -> tuple:
    """Where tasks arrive one by one none is late by another: the overhead is that of one task."""
    return PANELS[1:] if workload.arrivals else PANELS


def groups_of(swept: Sweep) -> dict[str, tuple[int, int]]:
    """Model -> its colour and its marker: models of one prediction share the colour."""
    formulas, members = [], {}
    for curve in swept.curves:
        key = (curve.model.formula, curve.model.holds_thread_while_waiting)
        if key not in formulas:
            formulas.append(key)
        group = formulas.index(key)
        members[curve.model.name] = (group, sum(g == group for g, _ in members.values()))
    return members


def _line(
    curve: Curve, place: tuple[int, int], points: dict[int, float], numbers: dict[str, int]
) -> Line:
    cross = None
    if curve.end and points:
        cross = min(max(curve.end.reached or curve.end.size, max(points)), curve.end.size)
    name = clean(curve.model.name)
    number = numbers.get(curve.model.name)
    return Line(name, *place, points, cross, str(number) if number else "")


def _growth(curve: Curve, figure, unit: float) -> dict[int, float]:
    """What a logarithmic axis can show."""
    return {n: value / unit for n, value in curve.growth(figure).items() if value > 0}


def _notes(swept: Sweep) -> tuple[list[str], dict[str, int]]:
    """One line per reason, numbered, and the number of each model that ended."""
    reasons: dict[str, list[Curve]] = {}
    for curve in swept.curves:
        if curve.end:
            reasons.setdefault(f"{curve.end.size:,} tasks: {curve.end.reason}", []).append(curve)
    notes, numbers = [], {}
    for number, (reason, ended) in enumerate(reasons.items(), 1):
        notes.append(
            f"{number}: {listed([clean(curve.model.name) for curve in ended])} at {reason}"
        )
        numbers |= {curve.model.name: number for curve in ended}
    return notes, numbers


# --- What it says ---------------------------------------------------------------------------------


def finding(swept: Sweep) -> str:
    """Whose cost per task grows, and how much memory a task takes at the most tasks that ran."""
    parts = list(filter(None, (_on_growth(swept), _on_memory(swept))))
    if not parts:
        return "No model ran at enough sizes to tell what a task costs"
    return "; ".join(parts)


def growing(curve: Curve, figure: Callable[[Run], Optional[float]]) -> Optional[bool]:
    """Whether a task's part of the figure grows up to the last size; None: too little to tell."""
    points = curve.growth(figure)
    if len(points) < 2:
        return None
    (before, least), (last, most) = sorted(points.items())[-2:]
    if least <= 0:
        return None
    decades = max(1.0, last / before / 10)
    return most > GROWS * decades * least


def _on_growth(swept: Sweep) -> str:
    """Of overhead; where tasks arrive one by one, of CPU time."""
    cost, figure = "overhead", size_sweep.overhead_s
    if swept.workload.arrivals:
        cost, figure = "CPU time", run_costs.cpu_s
    known = {curve.model.name: growing(curve, figure) for curve in swept.curves}
    grow = [clean(name) for name, grows in known.items() if grows]
    told = [name for name, grows in known.items() if grows is not None]
    if not told:
        return ""
    if not grow:
        return f"No model's {cost} per task grows up to {_most(swept):,} tasks"
    if len(grow) == len(told):
        return f"Every model's {cost} per task grows up to {_most(swept):,} tasks"
    whose = f"{cost[0].upper()}{cost[1:]} per task grows with {listed(grow)} only"
    return f"{whose}, up to {_most(swept):,} tasks"


def _most(swept: Sweep) -> int:
    return max((max(curve.points) for curve in swept.curves if curve.points), default=0)


def _on_memory(swept: Sweep) -> str:
    most = _most(swept)
    held = {
        clean(curve.model.name): value[most] / 1024
        for curve in swept.curves
        if (value := curve.growth(run_costs.memory_bytes)) and value.get(most, 0) > 0
    }
    if len(held) < 2:
        return ""
    least, highest = min(held, key=held.get), max(held, key=held.get)
    return f"a task takes {_kib(held[least])} in {least}, {_kib(held[highest])} in {highest}"


def _kib(value: float) -> str:
    return f"{value:.2f} KiB" if value < 9.95 else f"{value:,.0f} KiB"


def description(swept: Sweep) -> str:
    """What a screen reader says: the workload, who is there, and who ended."""
    names = listed([clean(curve.model.name) for curve in swept.curves])
    ended = [
        f"{clean(c.model.name)} at {c.end.size:,} tasks: {c.end.reason}"
        for c in swept.curves
        if c.end
    ]
    text = (
        f"{len(panels_of(swept.workload))} panels of curves against the number of tasks,"
        f" {words_of(swept.workload)}: {names}."
    )
    return text + (f" Ended: {'; '.join(ended)}." if ended else "")


def words_of(workload: Workload) -> str:
    """The stages in words, and how the tasks come if not all at once."""
    text = (
        f"connect {planned(workload.connect_s)}, response {planned(workload.response_s)}, "
        f"compute {planned(workload.compute_s)}"
    )
    if not workload.arrivals:
        return text
    rate = tasks_per_second(workload.arrival_rate)
    return f"{text}; tasks arrive {workload.pattern}, {rate} per second"
