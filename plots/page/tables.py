"""Makes the page's tables, as plain texts: those of results, and the data of the charts."""

from __future__ import annotations

import dataclasses
from typing import Iterable, Sequence

from markupsafe import Markup

from plots.charts import threads
from plots.charts.ladder import duration
from plots.looks import WORDS
from plots.charts.panel import ROWS_LABELLED
from plots.page import latency, summary
from plots.read import disturbances, rate_sweep
from plots.read.primitive_prices import Prices
from plots.read.results import ModelRuns, Results
from plots.read.run import COMPUTE, KINDS
from plots.read.words import measured, overhead, planned


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows below a head; the first cell of a row names it. Notes stand below."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class Figure:
    """A chart and its data. Scripts draw an interactive one, in place of the chart."""

    title: str
    svg: Markup
    table: Table
    interactive: bool = False


def facts(results: Results) -> list[tuple[str, str]]:
    """What was run and on what machine, as terms and what they are; only what is on record."""
    known, libraries = results.environment, results.environment.get("libraries")
    said = [
        ("Machine and build", "; ".join(summary.machine_facts(results)) or "not on record"),
        ("Host", known.get("host")),
        ("Compiler flags", known.get("flags")),
        ("Libraries", _listed(libraries) if isinstance(libraries, dict) else None),
        ("Load average before the first run", _load(known.get("load_average"))),
    ]
    return [(term, str(value)) for term, value in said if value]


def _listed(libraries: dict) -> str:
    return ", ".join(f"{name} {version}" for name, version in libraries.items())


def _load(load: object) -> str:
    """The averages over 1, 5 and 15 minutes."""
    if not isinstance(load, list) or any(type(n) not in (int, float) for n in load):
        return ""
    return ", ".join(f"{n:.2f}" for n in load)


def of_groups(groups: Sequence[ModelRuns]) -> list[Table]:
    """What repeated runs cost, and how long many tasks took."""
    tables = []
    if any(len(group.ok_runs) > 1 for group in groups):
        rows, notes = summary.repetitions(list(groups))
        tables.append(Table("What repeated runs cost", summary.REPETITIONS_HEAD, rows, notes))
    latencies = latency.rows(groups)
    if latencies:
        caption = "How long each task took, in the runs drawn"
        tables.append(Table(caption, latency.HEAD, latencies, [latency.NOTE]))
    return tables


# --- What the charts show, as tables --------------------------------------------------------------


def _of_timeline(groups: Sequence[ModelRuns]) -> Table:
    """Every stretch of the median runs; sums by stage where they are too many to read."""
    if any(group.shown.workload.tasks > ROWS_LABELLED for group in groups):
        head = ("model", "stage", "stretches", "together", "longest")
        return Table("Stages of the runs drawn", head, list(_stages(groups)))
    head = ("model", "task", "stage", "thread", "from", "to", "lasts")
    rows = [
        [
            group.model.title,
            str(s.task),
            WORDS[s.kind],
            str(group.shown.threads.get(s.thread, "none")),
            *(measured(value) for value in (s.begin, s.end, s.length)),
        ]
        for group in groups
        for s in group.shown.stretches
    ]
    return Table("Stretches of the runs drawn", head, rows)


def _stages(groups: Sequence[ModelRuns]) -> Iterable[list[str]]:
    for group in groups:
        for kind in KINDS:
            lengths = [s.length for s in group.shown.stretches if s.kind == kind]
            if lengths:
                figures = (f"{len(lengths):,}", measured(sum(lengths)), measured(max(lengths)))
                yield [group.model.title, WORDS[kind], *figures]


def _of_threads(groups: Sequence[ModelRuns]) -> Table:
    """What each thread computed and how long waits blocked it; sums where they are many."""
    rows = []
    for group in groups:
        lines = threads.rows_of(group.shown, group.model.holds_thread_while_waiting)
        if len(lines) > ROWS_LABELLED:
            whole = [s for line in lines for s in line.stretches]
            parts = [(f"all {len(lines):,}", whole)]
        else:
            parts = [(line.label, line.stretches) for line in lines]
        for label, stretches in parts:
            computing = sum(s.length for s in stretches if s.kind == COMPUTE)
            blocked = sum(s.length for s in stretches if s.kind != COMPUTE)
            rows.append([group.model.title, label, measured(computing), measured(blocked)])
    return Table("Threads of the runs drawn", ("model", "thread", "computing", "blocked"), rows)


def _of_comparison(groups: Sequence[ModelRuns]) -> Table:
    """What was predicted, measured and, for the original workload, published."""
    rows = []
    for group in groups:
        run, published = group.shown, group.published_s
        rows.append(
            [
                group.model.title,
                planned(run.predicted_s),
                measured(run.makespan_s) if run.ok else run.status,
                disturbances.marked(overhead(run.overhead_s), group) if run.ok else "",
                measured(published) if published else "",
            ]
        )
    head = ("model", "predicted", "measured", "overhead", "published")
    return Table("Totals of the runs drawn", head, rows)


# Chart -> its title on the page, and what makes a table of its data.
WITHOUT_SCRIPTS = "timeline"  # the chart that stands for the interactive time line
OF_WORKLOAD_CHARTS = {
    "timeline": ("Time line by task", _of_timeline),
    "threads": ("Time line by thread", _of_threads),
    "comparison": ("Predicted against measured", _of_comparison),
}


def of_load(sweep: rate_sweep.Sweep) -> Table:
    """Latency of each model at each rate, measured and predicted."""
    rows, notes = rate_sweep.rows(sweep), rate_sweep.notes(sweep)
    return Table("Latency by arrival rate", rate_sweep.HEAD, rows, notes)


def of_prices(prices: Prices) -> Table:
    """What one operation takes, and what an idle one holds."""
    rows = [
        [row.name, duration(row.time) if row.times else row.message, ""]
        for row in prices.rows.values()
    ]
    rows += [[held.name, "", f"{held.resident / 1024:,.1f} KiB"] for held in prices.memory.values()]
    return Table("Prices of single operations", ("step", "time", "memory while idle"), rows)
