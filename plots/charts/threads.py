"""Draws runs by OS thread: what each thread computed, and where a wait kept it blocked.

Whether a wait blocks its thread is a property of the model, `holds_thread_while_waiting`. Where it
does not, a thread with nothing to compute is idle or runs the event loop, and its row stays empty.
"""

from __future__ import annotations

from plots.charts.figure_of_panels import PanelFigure
from plots.looks import WORDS_OF_THREADS
from plots.charts.panel import Panel, Row
from plots.charts.style import Chart
from plots.read import findings
from plots.read.results import ModelRuns, Results
from plots.read.run import COMPUTE, KINDS, Run, Stretch, Workload

# A row of more stretches than this is drawn in blocks, without the gaps that nobody could see.
_STRETCHES_PER_ROW = 60
_VISIBLE_SHARE = 1 / 1500

_NO_TASK = 0


def draw(results: Results, workload: Workload) -> Chart:
    """One panel per model, one row per thread that took a step, in the order of first steps."""
    groups = results.by_model(workload)
    panels = [_panel(group) for group in groups]
    figure = PanelFigure("threads", findings.of_blocking(groups), panels)
    blocked = any(group.model.holds_thread_while_waiting for group in groups)
    kinds = [kind for kind in KINDS if kind == COMPUTE or blocked and kind in _WAITS]
    return figure.draw(kinds, WORDS_OF_THREADS, _label)


_WAITS = ("connect", "response")


def _panel(group: ModelRuns) -> Panel:
    run, holds = group.shown, group.model.holds_thread_while_waiting
    rows = rows_of(run, holds) or [Row("", [])]
    return Panel(group, findings.of_threads(run, holds), rows, counted="threads")


def rows_of(run: Run, holds: bool) -> list[Row]:
    """One row per thread that took a step; `holds` says whether a wait blocks it."""
    rows = {
        os_id: Row(f"thread {name} ({os_id})" if len(run.threads) <= 40 else f"thread {name}", [])
        for os_id, name in run.threads.items()
    }
    for stretch in run.stretches:
        held = holds and stretch.kind in _WAITS
        if stretch.thread in rows and (stretch.kind == COMPUTE or held):
            rows[stretch.thread].stretches.append(stretch)
    for row in rows.values():
        if len(row.stretches) > _STRETCHES_PER_ROW:
            row.stretches = _blocks(row.stretches, run.end * _VISIBLE_SHARE)
    return list(rows.values())


def _blocks(stretches: list[Stretch], gap: float) -> list[Stretch]:
    """Neighbours of one kind, less than `gap` seconds apart, as one block of no single task."""
    blocks: list[Stretch] = []
    last: dict[str, int] = {}
    for stretch in sorted(stretches, key=lambda s: (s.begin, s.end)):
        at = last.get(stretch.kind)
        if at is not None and stretch.begin - blocks[at].end <= gap:
            end = max(blocks[at].end, stretch.end)
            blocks[at] = blocks[at]._replace(end=end, task=_NO_TASK)
            continue
        last[stretch.kind] = len(blocks)
        blocks.append(stretch)
    return blocks


def _label(panel: Panel, stretch: Stretch) -> list[str]:
    if stretch.kind != COMPUTE:
        return []
    if stretch.task == _NO_TASK:
        return ["many tasks, one after the other"]
    return [f"task {stretch.task}", f"{stretch.task}"]
