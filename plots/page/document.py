"""Puts report.html together: the template, styles and scripts in page/, tables, charts and data."""

from __future__ import annotations

import base64
import hashlib
import pathlib
import re
from typing import Optional, Sequence

from plots.charts import catalogue, looks, svg
from plots.charts.looks import DARK, LIGHT, PATTERNS, TILE
from plots.page import advice, data, latency, pitfall_section, summary, sweep_tables, tables
from plots.read import findings, rate_sweep
from plots.read.pitfalls import Pitfall
from plots.read.primitive_prices import Prices
from plots.read.results import Results
from plots.read.run import KINDS, Workload

PARTS = pathlib.Path(__file__).parent / "browser"
# In this order they become one script: a file may use what stands before it.
SCRIPTS = ("words", "predict", "legend", "picture", "timeline", "replay", "guess", "whatif", "main")

_CHARTS = {
    "timeline": "Time line by task",
    "threads": "Time line by thread",
    "comparison": "Predicted against measured",
}


def write(
    results: Results,
    workloads: Sequence[Workload],
    charts: dict[str, bytes],
    prices: Optional[Prices],
    pitfalls: Sequence[Pitfall],
) -> str:
    """The whole page. `workloads` are those with charts; `charts` holds the SVG files by name."""
    code = script()
    known = data.as_json(data.of_page(results, workloads))
    filled = {
        "policy": _policy(code),
        "style": _style(),
        "patterns": _patterns(),
        "facts": tables.facts(results),
        "advice": _advice(results),
        "results": _results(results, workloads, charts),
        "sweeps": _sweeps(results, charts),
        "load": _load(charts, catalogue.of_rates(results)),
        "prices": _prices(charts, prices),
        "pitfalls": pitfall_section.write(pitfalls),
        "pitfalls_link": pitfall_section.LINK if pitfalls else "",
        "data": known,
        "script": code,
    }
    template = (PARTS / "page.html").read_text(encoding="utf-8")
    # One pass: what is filled in may itself hold what looks like a place.
    return re.sub(r"\{\{(\w+)\}\}", lambda found: filled[found[1]], template)


def script() -> str:
    """The modules as one script: a page opened from a file can't import others."""
    modules = [(PARTS / f"{name}.mjs").read_text(encoding="utf-8") for name in SCRIPTS]
    code = "\n".join(modules)
    code = re.sub(r"^import [^;]*;\n", "", code, flags=re.M)
    return '"use strict";\n' + re.sub(r"^export ", "", code, flags=re.M)


def _policy(code: str) -> str:
    """Nothing is fetched, and no script runs but this one, whatever a label holds."""
    digest = base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}';"
        " base-uri 'none'; form-action 'none'"
    )


def _style() -> str:
    rules = (PARTS / "page.css").read_text(encoding="utf-8")
    light, dark = (
        "".join(f"{name}:{color};" for name, color in looks.variables(theme).items())
        for theme in (LIGHT, DARK)
    )
    in_the_dark = f"@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}"
    return f":root{{{light}}}\n{in_the_dark}\n{rules}"


def _patterns() -> str:
    """A tile a stage, `stage-NAME`, for whatever on the page shows stages."""
    return "".join(
        f'<pattern id="stage-{stage}" width="{TILE}" height="{TILE}" patternUnits="userSpaceOnUse">'
        f'<rect width="{TILE}" height="{TILE}" style="fill: var(--{stage})"/>{_strokes(stage)}'
        "</pattern>"
        for stage in KINDS
    )


def _strokes(stage: str) -> str:
    if stage not in PATTERNS:
        return ""
    look = f"fill: none; stroke: var(--{stage}-stroke); stroke-width: {PATTERNS[stage].width}"
    return f'<path d="{PATTERNS[stage].path}" style="{look}"/>'


def _advice(results: Results) -> str:
    lines = "".join(f"<li>{tables.text(line)}</li>" for line in advice.of(results))
    return f"<h3>To have steadier figures</h3><ul>{lines}</ul>" if lines else ""


def _results(
    results: Results, drawn: Sequence[Workload], charts: dict[str, bytes]
) -> str:
    """A section a workload; charts only for those that have some."""
    suffixes = dict(zip(drawn, catalogue.file_suffixes(list(drawn))))
    parts = []
    for workload in results.workloads():
        groups = results.by_model(workload)
        parts += [
            "<section>",
            f"<h3>{tables.text(findings.of_makespans(groups))}</h3>",
            f"<p>{tables.text(summary.describe(workload))}.</p>",
            tables.of_models(groups),
            tables.of_costs(groups),
            tables.of_bad_runs(groups),
            _latency(latency.rows(groups)),
        ]
        if workload in suffixes:
            of_chart = tables.of_workload_charts(results, workload)
            for chart, title in _CHARTS.items():
                name = chart + suffixes[workload]
                parts.append(_figure(title, charts[f"charts/{name}.svg"], of_chart[chart]))
        else:
            parts.append("<p>Its charts are left out: three workloads have some, of those whose steps were kept.</p>")
        parts.append("</section>")
    return "\n".join(filter(None, parts))


def _latency(rows: list[list[str]]) -> str:
    if not rows:
        return ""
    return (
        tables.table("How long each task took, in the runs drawn", latency.HEAD, rows)
        + "<p>99 %: so many of the tasks finished within the time below it. All histograms share one"
        " axis, from zero to the longest of all.</p>"
    )


def _sweeps(results: Results, charts: dict[str, bytes]) -> str:
    """What changes from size to size, where there are enough of them."""
    parts = []
    for name in catalogue.of_sizes(results):
        title, found = sweep_tables.TITLES[name], sweep_tables.table_of(name, results)
        rows = [[tables.text(cell) for cell in row] for row in found.rows]
        of_chart = tables.table(title, found.head, rows)
        parts.append(f"<h3>{tables.text(found.finding)}</h3>")
        parts.append(_figure(title, charts[f"charts/{name}.svg"], of_chart))
    if not parts:
        return ""
    return f'<section class="measured" id="sweeps"><h2>Sweeps</h2>{"".join(parts)}</section>'


def _load(charts: dict[str, bytes], under_load: Sequence[tuple[str, rate_sweep.Sweep]]) -> str:
    """A figure a sweep over arrival rates; of a single rate there is the table only."""
    parts = []
    for name, sweep in under_load:
        chart, as_table = charts.get(f"charts/{name}.svg"), tables.of_load(sweep)
        parts += [
            f"<h3>{tables.text(rate_sweep.finding(sweep))}</h3>",
            f"<p>{tables.text(summary.describe(sweep.workload))}.</p>",
            _figure("Latency against arrival rate", chart, as_table) if chart else as_table,
        ]
    if not parts:
        return ""
    return f'<section class="measured" id="load"><h2>Under load</h2>{"".join(parts)}</section>'


def _prices(charts: dict[str, bytes], prices: Optional[Prices]) -> str:
    if not prices:
        return ""
    as_table = tables.of_prices(prices)
    return (
        '<section class="measured" id="prices"><h2>What one operation costs</h2>'
        f'{_figure("The cost ladder", charts["charts/ladder.svg"], as_table)}</section>'
    )


def _figure(title: str, chart: bytes, as_table: str) -> str:
    return tables.figure(title, svg.inlined(chart), as_table)
