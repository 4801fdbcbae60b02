"""Makes the table of a workload's models: one unit per column, three digits, medians."""

from __future__ import annotations

from typing import Callable, NamedTuple, Optional, Sequence

from plots.page.tables import Table
from plots.read import disturbances, findings, run_costs, samples
from plots.read.results import ModelRuns
from plots.read.run import AS_PREDICTED, Run
from plots.read.words import digits_of

NOTES = (
    "Measured is the median run (of an even number, the lower one). Overhead is measured minus"
    " predicted. CPU, memory and switches are the client's: CPU time tells a loop that spins from"
    " one that sleeps.",
    "Threads are OS threads that ran a step of a task, not all that the process had. Structure is"
    " how tasks and threads overlapped, whatever the clock says; time is the clock.",
)


class _Column(NamedTuple):
    """A figure of a group; of seconds, unless there is a unit."""

    words: str
    of: Callable[[ModelRuns], Optional[float]]
    unit: str = ""
    signed: bool = False


def _median(figure: Callable[[Run], Optional[float]], divisor: float = 1.0):
    def of(group: ModelRuns) -> Optional[float]:
        values = [value for run in group.counted_runs if (value := figure(run)) is not None]
        return samples.median(values) / divisor if values else None

    return of


_COLUMNS = (
    _Column("predicted", lambda group: group.shown.predicted_s),
    _Column("measured", lambda group: group.makespan if group.ok_runs else None),
    _Column("least", lambda group: min(group.makespans, default=None)),
    _Column("most", lambda group: max(group.makespans, default=None)),
    _Column("overhead", lambda group: group.shown.overhead_s, signed=True),
    _Column("CPU", _median(run_costs.cpu_s)),
    _Column("memory", _median(run_costs.memory_bytes, 2**20), "MiB"),
    _Column("switches", _median(run_costs.switches), "count"),
)


def of(groups: Sequence[ModelRuns]) -> Table:
    """The whole table, with what disturbed the runs below it."""
    columns = [column for column in _COLUMNS if column.words not in ("least", "most")]
    if any(len(group.counted_runs) > 1 for group in groups):
        columns = list(_COLUMNS)
    figures = [_cells(column, [column.of(group) for group in groups]) for column in columns]
    head = ["model", *(words for words, _ in figures), "threads", "in flight", "structure", "time"]
    rows = [
        [group.model.title, *(cells[i] for _, cells in figures), *_words(group)]
        for i, group in enumerate(groups)
    ]
    notes = [*NOTES, *disturbances.notes(groups)]
    return Table("Predicted and measured, one row per model", head, rows, notes)


def _cells(column: _Column, values: Sequence[Optional[float]]) -> tuple[str, list[str]]:
    """The head of a column, with its unit, and what stands below."""
    known = [abs(value) for value in values if value is not None]
    unit, factor = column.unit, 1.0
    if not unit:
        unit, factor = ("s", 1.0) if max(known, default=0.0) >= 0.9995 else ("ms", 1000.0)
    if unit == "count":
        return column.words, ["" if value is None else f"{value:,.0f}" for value in values]
    sign = "+" if column.signed else ""

    def text(value: float) -> str:
        return f"{value * factor:{sign},.{digits_of(value * factor)}f}"

    cells = ["" if value is None else text(value) for value in values]
    return f"{column.words}, {unit}", cells


def _words(group: ModelRuns) -> list[str]:
    """What the records show, and a verdict each on structure and time."""
    if not group.ok_runs:
        run = group.shown
        return ["", "", "", f"{run.status}: {run.message or 'no reason on record'}"]
    structures = sorted({run.structure.verdict for run in group.ok_runs})
    if len(structures) > 1 and AS_PREDICTED in structures:
        rest = [verdict for verdict in structures if verdict != AS_PREDICTED]
        structures = [f"{AS_PREDICTED}, but not always", *rest]
    late = "later" if group.shown.overhead_s > 0 else "earlier"
    return [
        _range([run.structure.threads for run in group.ok_runs]),
        _range([run.structure.max_in_flight for run in group.ok_runs]),
        "; ".join(structures),
        f"{late} than predicted" if findings.is_off(group.shown) else AS_PREDICTED,
    ]


def _range(counts: Sequence[int]) -> str:
    least, most = min(counts), max(counts)
    return f"{least:,}" if least == most else f"{least:,}-{most:,}"
