"""Puts report.html together: the templates, styles and scripts, with tables, charts and data."""

from __future__ import annotations

import base64
import hashlib
import pathlib
import re
from typing import Any, Iterator, Optional, Sequence

from markupsafe import Markup

from plots.charts import catalogue, looks, svg
from plots.page import advice, data, pitfall_section, summary, sweep_tables, tables
from plots.page.tables import Figure
from plots.page.templates import filled
from plots.read import findings, rate_sweep
from plots.read.pitfalls import Pitfall
from plots.read.primitive_prices import Prices
from plots.read.results import Results
from plots.read.run import KINDS, Workload

PARTS = pathlib.Path(__file__).parent / "browser"
# In this order they become one script: a file may use what stands before it.
SCRIPTS = (
    "words",
    "predict",
    "formula",
    "legend",
    "picture",
    "timeline",
    "replay",
    "guess",
    "whatif",
    "main",
)

Charts = dict[str, bytes]  # by name of the file


def write(
    results: Results,
    workloads: Sequence[Workload],
    charts: Charts,
    prices: Optional[Prices],
    pitfalls: Sequence[Pitfall],
) -> str:
    """The whole page. `workloads` are those with charts; `charts` holds their SVGs, and others."""
    code = script()
    return filled(
        "report.html",
        policy=_policy(code),
        style=_style(),
        stages=KINDS,
        patterns=looks.PATTERNS,
        tile=looks.TILE,
        facts=tables.facts(results),
        advice=advice.of(results),
        sweeps=list(_sweeps(results, charts)),
        load=list(_load(results, charts)),
        results=list(_results(results, workloads, charts)),
        prices=prices and _figure("The cost ladder", "ladder", charts, tables.of_prices(prices)),
        pitfalls=pitfall_section.write(pitfalls),
        data=Markup(data.as_json(data.of_page(results, workloads))),
        script=Markup(code),
    )


def script() -> str:
    """The modules as one script: a page opened from a file can't import others."""
    modules = [(PARTS / f"{name}.mjs").read_text(encoding="utf-8") for name in SCRIPTS]
    code = "\n".join(modules)
    code = re.sub(r"^import [^;]*;\n", "", code, flags=re.M)
    return '"use strict";\n' + re.sub(r"^export ", "", code, flags=re.M)


def _policy(code: str) -> Markup:
    """Nothing is fetched, and no script runs but this one, whatever a label holds."""
    digest = base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")
    return Markup(
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}';"
        " base-uri 'none'; form-action 'none'"
    )


def _style() -> Markup:
    light, dark = (
        "".join(f"{name}:{color};" for name, color in looks.variables(theme).items())
        for theme in (looks.LIGHT, looks.DARK)
    )
    in_the_dark = f"@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}"
    rules = (PARTS / "page.css").read_text(encoding="utf-8")
    return Markup(f":root{{{light}}}\n{in_the_dark}\n{rules}")


def _figure(title: str, chart: str, charts: Charts, table: tables.Table) -> Figure:
    drawing = Markup(svg.inlined(charts[f"charts/{chart}.svg"]))
    return Figure(title, drawing, table, interactive=title in tables.INTERACTIVE)


def _results(
    results: Results, drawn: Sequence[Workload], charts: Charts
) -> Iterator[dict[str, Any]]:
    """What the page tells of each workload; figures only for those that have some."""
    suffixes = dict(zip(drawn, catalogue.file_suffixes(list(drawn))))
    for workload in results.workloads():
        groups = results.by_model(workload)
        suffix = suffixes.get(workload)
        yield {
            "finding": findings.of_makespans(groups),
            "workload": summary.describe(workload),
            "tables": tables.of_groups(groups),
            "bad_runs": summary.bad_runs(groups),
            "figures": [
                _figure(title, chart + suffix, charts, table_of(groups))
                for chart, (title, table_of) in tables.OF_WORKLOAD_CHARTS.items()
                if suffix is not None
            ],
        }


def _sweeps(results: Results, charts: Charts) -> Iterator[dict[str, Any]]:
    """What changes from size to size, where there are enough of them."""
    for chart in catalogue.of_sizes(results):
        title, found = sweep_tables.TITLES[chart], sweep_tables.table_of(chart, results)
        table = tables.Table(title, found.head, found.rows)
        yield {"finding": found.finding, "figure": _figure(title, chart, charts, table)}


def _load(results: Results, charts: Charts) -> Iterator[dict[str, Any]]:
    """Each sweep over arrival rates; of a single rate there is the table only."""
    for chart, sweep in catalogue.of_rates(results):
        table, figure = tables.of_load(sweep), None
        if sweep.has_several_rates():
            figure = _figure("Latency against arrival rate", chart, charts, table)
        yield {
            "finding": rate_sweep.finding(sweep),
            "workload": summary.describe(sweep.workload),
            "table": table,
            "figure": figure,
        }
