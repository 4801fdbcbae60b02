"""Puts report.html together: the templates, styles and scripts, with tables, charts and data."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import pathlib
import re
from typing import Any, Iterator, Optional, Sequence

from markupsafe import Markup

from plots import looks
from plots.charts import catalogue, ladder, svg
from plots.page import (
    advice,
    data,
    main_table,
    pitfall_section,
    status,
    summary,
    sweep_tables,
    tables,
)
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
    "views",
    "axis",
    "lane",
    "lanes",
    "timeline",
    "replay",
    "measured",
    "diff",
    "code",
    "guess",
    "random",
    "quiz",
    "whatif",
    "slides",
    "address",
    "share",
    "second",
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
    code = _packed(script())
    first = data.first_shown(workloads or results.workloads())
    return filled(
        "report.html",
        policy=_policy(code),
        style=_style(),
        stages=KINDS,
        patterns=looks.PATTERNS,
        tile=looks.TILE,
        finding=rate_sweep.headline(results, first),
        status=status.of(results, results.by_model(first)),
        facts=tables.facts(results),
        advice=advice.of(results),
        sweeps=list(_sweeps(results, charts)),
        load=list(_load(results, charts)),
        results=list(_results(results, workloads, charts)),
        prices=prices and _figure("The cost ladder", "ladder", charts, tables.of_prices(prices)),
        prices_finding=prices and ladder.finding(prices),
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


def _packed(code: str) -> str:
    """Without comments and indentation: none of its texts spans several lines."""
    lines = (line.strip() for line in code.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _policy(code: str) -> Markup:
    """Nothing is fetched, and no script runs but this one, whatever a label holds. A figure that is
    copied as PNG is an image of the page's own making on the way."""
    digest = base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")
    return Markup(
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}';"
        " img-src data:;"
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
    drawing = svg.inlined(charts[f"charts/{chart}.svg"], chart)
    return Figure(title, Markup("\n".join(map(str.strip, drawing.splitlines()))), table)


def _drawn_by_scripts(
    title: str, chart: str, charts: Charts, table: tables.Table, is_static: bool
) -> Figure:
    """Where scripts are off, one chart stands for all that they draw."""
    if not is_static:
        return Figure(title, Markup(""), table, interactive=True)
    return dataclasses.replace(_figure(title, chart, charts, table), interactive=True)


def _results(
    results: Results, drawn: Sequence[Workload], charts: Charts
) -> Iterator[dict[str, Any]]:
    """What the page tells of each workload; figures only for those that have some."""
    suffixes = dict(zip(drawn, catalogue.file_suffixes(list(drawn))))
    first = data.first_shown(drawn or results.workloads())
    for workload in results.workloads():
        groups = results.by_model(workload)
        suffix = suffixes.get(workload)
        yield {
            "finding": findings.of_makespans(groups),
            "workload": summary.describe(workload),
            "tables": [main_table.of(groups), *tables.of_groups(groups)],
            "bad_runs": summary.bad_runs(groups),
            "figures": [
                _drawn_by_scripts(
                    title,
                    chart + suffix,
                    charts,
                    table_of(groups),
                    is_static=chart == tables.WITHOUT_SCRIPTS and workload == first,
                )
                for chart, (title, table_of) in tables.OF_WORKLOAD_CHARTS.items()
                if suffix is not None
            ],
        }


def _sweeps(results: Results, charts: Charts) -> Iterator[dict[str, Any]]:
    """What changes from size to size, where there are enough of them."""
    for chart in catalogue.of_sizes(results):
        title, found = sweep_tables.title_of(chart), sweep_tables.table_of(chart, results)
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
