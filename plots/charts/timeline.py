"""Draws the time lines: one row per task, one colour per stage, and the thread that computed.

What to look for is the stage "ready, waiting for a thread": from the server's record that the reply
was sent until the client took it up.
"""

from __future__ import annotations

from plots.charts.figure_of_panels import PanelFigure
from plots.looks import WORDS
from plots.charts.panel import Panel, Row
from plots.charts.style import Chart
from plots.read import findings
from plots.read.results import ModelRuns, Results
from plots.read.run import COMPUTE, KINDS, READY, RESPONSE, Run, Stretch, Workload
from plots.read.words import seconds

_THREADS_NOTED = 4


def draw(results: Results, workload: Workload) -> Chart:
    """One panel per model, in the order of the results' models."""
    groups = results.by_model(workload)
    panels = [_panel(group) for group in groups]
    figure = PanelFigure("timeline", findings.of_makespans(groups), panels)
    return figure.draw(KINDS, WORDS, _label)


def _panel(group: ModelRuns) -> Panel:
    run = group.shown
    return Panel(group, findings.of_run(run), rows_of(run), note=_os_threads(group))


def rows_of(run: Run) -> list[Row]:
    """One row per task, in their order."""
    rows = [Row(f"task {task}", []) for task in range(1, run.workload.tasks + 1)]
    for stretch in run.stretches:
        rows[stretch.task - 1].stretches.append(stretch)
    return rows


def _os_threads(group: ModelRuns) -> str:
    names = group.shown.threads
    if not names:
        return ""
    shown = ", ".join(f"{name} = {os_id}" for os_id, name in list(names.items())[:_THREADS_NOTED])
    more = f" and {len(names) - _THREADS_NOTED:,} more" if len(names) > _THREADS_NOTED else ""
    return f"OS thread {shown}{more}"


def _label(panel: Panel, stretch: Stretch) -> list[str]:
    run = panel.group.shown
    name = run.threads.get(stretch.thread)
    if stretch.kind == READY:
        return [f"no thread for {seconds(stretch.length)}", seconds(stretch.length)]
    if stretch.kind == COMPUTE:
        return [f"thread {name}", f"{name}"]
    if stretch.kind == RESPONSE and panel.group.model.holds_thread_while_waiting:
        return [f"thread {name} blocked"]
    return []
