"""The page's tables as HTML. Whatever comes from outside is escaped on its way in."""

from __future__ import annotations

import html
from typing import Callable, Iterable, Optional, Sequence

from plots.charts import threads
from plots.charts.ladder import duration
from plots.charts.looks import WORDS
from plots.charts.panel import ROWS_LABELLED
from plots.page import summary
from plots.read import rate_sweep, samples
from plots.read.primitive_prices import Prices
from plots.read.results import ModelRuns, Results
from plots.read.run import COMPUTE, KINDS, Run, Workload
from plots.read.words import clean, measured, overhead, planned

_TEXTS = {"model", "structure", "what", "stage", "kind", "thread", "step", "histogram"}


def text(words: object) -> str:
    """Anything as HTML text of one line."""
    return html.escape(clean(str(words)))


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """`caption`, `head` and cells are HTML. The first cell of a row names it."""
    sides = [' class="text"' if words in _TEXTS else "" for words in head]
    heads = "".join(f'<th scope="col"{side}>{words}</th>' for side, words in zip(sides, head))
    body = "".join(f"<tr>{_cells(row, sides)}</tr>\n" for row in rows)
    return (
        f'<div class="scroll" role="group" tabindex="0" aria-label="Table: {caption}"><table>'
        f"<caption>{caption}</caption><thead><tr>{heads}</tr></thead>\n"
        f"<tbody>{body}</tbody></table></div>"
    )


def _cells(row: Sequence[str], sides: Sequence[str]) -> str:
    first, *rest = row
    cells = "".join(f"<td{side}>{cell}</td>" for side, cell in zip(sides[1:], rest))
    return f'<th scope="row">{first}</th>{cells}'


def figure(title: str, svg: str, as_table: str) -> str:
    """A chart that scrolls by itself where it is wider than the page, and its data; all HTML."""
    return (
        f'<figure class="chart"><div class="scroll" role="group" tabindex="0"'
        f' aria-label="Chart: {title}">{svg}</div>'
        f"<figcaption><details><summary>{title}: the data</summary>{as_table}</details>"
        "</figcaption></figure>"
    )


def facts(results: Results) -> str:
    """What was run and on what machine, as a list of terms; only what is on record."""
    known, libraries = results.environment, results.environment.get("libraries")
    said = [
        ("Machine and build", "; ".join(summary.machine_facts(results)) or "not on record"),
        ("Host", known.get("host")),
        ("Compiler flags", known.get("flags")),
        ("Libraries", _listed(libraries) if isinstance(libraries, dict) else None),
        ("Load average before the first run", _load(known.get("load_average"))),
    ]
    terms = (f"<div><dt>{term}</dt><dd>{text(value)}</dd></div>" for term, value in said if value)
    return f"<dl>{''.join(terms)}</dl>"


def _listed(libraries: dict) -> str:
    return ", ".join(f"{name} {version}" for name, version in libraries.items())


def _load(load: object) -> str:
    """The averages over 1, 5 and 15 minutes."""
    if not isinstance(load, list) or any(type(n) not in (int, float) for n in load):
        return ""
    return ", ".join(f"{n:.2f}" for n in load)


def of_models(groups: Sequence[ModelRuns]) -> str:
    """A row a model: the summary's figures, with what the client's process used."""
    head = [*summary.HEAD[:5], "memory", "switches", *summary.HEAD[5:]]
    rows = []
    for group in groups:
        cells = summary.cells(group, text)
        rows.append([*cells[:5], _memory(group), _switches(group), *cells[5:]])
    return table("Predicted and measured, a row a model", head, rows)


def _median(runs: Sequence[Run], figure: Callable[[dict], Optional[float]]) -> Optional[float]:
    values = [value for run in runs if (value := figure(run.client or {})) is not None]
    return samples.median(values) if values else None


def _memory(group: ModelRuns) -> str:
    peak = _median(group.ok_runs, lambda used: used.get("peak_rss_bytes"))
    return "" if peak is None else f"{peak / 2**20:,.1f} MiB"


def _switches(group: ModelRuns) -> str:
    def both(used: dict) -> Optional[float]:
        parts = (used.get("voluntary_switches"), used.get("involuntary_switches"))
        return None if None in parts else sum(parts)

    switches = _median(group.ok_runs, both)
    return "" if switches is None else f"{switches:,.0f}"


def of_costs(groups: Sequence[ModelRuns]) -> str:
    """What repeated runs cost, with sentences below; nothing where none was repeated."""
    if not any(len(group.ok_runs) > 1 for group in groups):
        return ""
    rows, notes = summary.repetitions(list(groups), text)
    below = "".join(f"<p>{text(note)}</p>" for note in (summary.ON_MEDIANS, *notes))
    return table("What repeated runs cost", summary.REPETITIONS_HEAD, rows) + below


def of_bad_runs(groups: Sequence[ModelRuns]) -> str:
    """The runs that did not succeed, and why; nothing where all did."""
    lines = "".join(f"<li>{line}</li>" for line in summary.bad_runs(list(groups), text))
    if not lines:
        return ""
    return f'<div class="alarm"><p>Runs in no figure above:</p><ul>{lines}</ul></div>'


# --- What the charts show, as tables --------------------------------------------------------------


def of_timeline(groups: Sequence[ModelRuns]) -> str:
    """Every stretch of the median runs; sums by stage where they are too many to read."""
    if any(group.shown.workload.tasks > ROWS_LABELLED for group in groups):
        head = ("model", "stage", "stretches", "together", "longest")
        return table("Stages of the runs drawn", head, _stages(groups))
    head = ("model", "task", "stage", "thread", "from", "to", "lasts")
    rows = [
        [
            text(group.model.title),
            str(s.task),
            WORDS[s.kind],
            str(group.shown.threads.get(s.thread, "none")),
            *(measured(value) for value in (s.begin, s.end, s.length)),
        ]
        for group in groups
        for s in group.shown.stretches
    ]
    return table("Stretches of the runs drawn", head, rows)


def _stages(groups: Sequence[ModelRuns]) -> Iterable[list[str]]:
    for group in groups:
        for kind in KINDS:
            lengths = [s.length for s in group.shown.stretches if s.kind == kind]
            if lengths:
                figures = (f"{len(lengths):,}", measured(sum(lengths)), measured(max(lengths)))
                yield [text(group.model.title), WORDS[kind], *figures]


def of_threads(groups: Sequence[ModelRuns]) -> str:
    """What each thread computed and how long waits blocked it; sums where they are many."""
    rows = []
    for group in groups:
        lines = threads.rows_of(group.shown, group.model.holds_thread_while_waiting)
        if len(lines) > ROWS_LABELLED:
            whole = [s for line in lines for s in line.stretches]
            parts = [(f"all {len(lines):,}", whole)]
        else:
            parts = [(text(line.label), line.stretches) for line in lines]
        for label, stretches in parts:
            computing = sum(s.length for s in stretches if s.kind == COMPUTE)
            blocked = sum(s.length for s in stretches if s.kind != COMPUTE)
            rows.append(
                [text(group.model.title), label, measured(computing), measured(blocked)]
            )
    return table("Threads of the runs drawn", ("model", "thread", "computing", "blocked"), rows)


def of_comparison(groups: Sequence[ModelRuns]) -> str:
    """What was predicted, measured and, for the original workload, published."""
    rows = []
    for group in groups:
        run, published = group.shown, group.published_s
        rows.append(
            [
                text(group.model.title),
                planned(run.predicted_s),
                measured(run.makespan_s) if run.ok else run.status,
                overhead(run.overhead_s) if run.ok else "",
                measured(published) if published else "",
            ]
        )
    head = ("model", "predicted", "measured", "overhead", "published")
    return table("Totals of the runs drawn", head, rows)


def of_load(sweep: rate_sweep.Sweep) -> str:
    """Latency of each model at each rate, measured and predicted."""
    below = "".join(f"<p>{text(note)}</p>" for note in rate_sweep.notes(sweep))
    return table("Latency by arrival rate", rate_sweep.HEAD, rate_sweep.rows(sweep, text)) + below


def of_prices(prices: Prices) -> str:
    """What one operation takes, and what an idle one holds."""
    rows = [
        [text(row.name), duration(row.time) if row.times else text(row.message), ""]
        for row in prices.rows.values()
    ]
    rows += [
        [text(held.name), "", f"{held.resident / 1024:,.1f} KiB"] for held in prices.memory.values()
    ]
    return table("Prices of single operations", ("step", "time", "memory of one"), rows)


def of_workload_charts(results: Results, workload: Workload) -> dict[str, str]:
    """Chart -> its data as a table."""
    groups = results.by_model(workload)
    return {
        "timeline": of_timeline(groups),
        "threads": of_threads(groups),
        "comparison": of_comparison(groups),
    }
