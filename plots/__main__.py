"""`python3 -m plots RESULTS`: draws charts/, summary.md and report.html beside results.json.

The cost ladder is drawn where primitives.json lies beside them, and the pitfalls where pitfalls.json
does. Exit codes: 0 fine; 1 the drawing failed; 2 usage, or results that can't be used. A failure is
one line on standard error. All is drawn before anything is written, and a file appears whole or not
at all.
"""

from __future__ import annotations

import argparse
import functools
import os
import re
import sys
from typing import Any, Callable, NoReturn, Optional, Sequence

from plots.read import files, load, results_file
from plots.read import pitfalls as pitfalls_file
from plots.read import primitive_prices
from plots.read.checked_json import ResultsError
from plots.read.results import Results
from plots.read.words import clean

FIGURES_AT_MOST = 3  # workloads that get charts of their own


class DrawingError(Exception):
    """The text is one line: what could not be made, and why."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the usage in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str]) -> int:
    """Draws what the arguments name, and returns the exit code."""
    parser = Parser(
        prog="plots",
        description="Draws charts/*.svg, charts/*.png, summary.md and report.html from"
        " results.json.",
    )
    parser.add_argument(
        "results", metavar="RESULTS", help="results.json, or the directory that holds it"
    )
    options = parser.parse_args(arguments)
    try:
        results = results_file.load(options.results)
        prices = primitive_prices.load_beside(results.path)
        pitfalls = pitfalls_file.load_beside(results.path)
    except ResultsError as error:
        print(clean(str(error)), file=sys.stderr)
        return 2
    shown, left_out = chosen_workloads(results)
    try:
        drawings = _render(results, shown, prices, pitfalls)
        folder = os.path.dirname(results.path)
        for name, content in drawings.items():
            write(os.path.join(folder, name), content)
    except DrawingError as error:
        print(clean(str(error)), file=sys.stderr)
        return 1
    for name in drawings:
        print(os.path.join(folder, name))
    for workload in left_out:
        at = f" at {workload.arrival_rate:g} a second" if workload.arrivals else ""
        server = f", server {clean(workload.unusual_server)}" if workload.unusual_server else ""
        print(
            f"without a time line: {workload.tasks:,} tasks{at}, {workload.threads:,} worker threads"
            f"{server}"
        )
    return 0


def chosen_workloads(results: Results) -> tuple[list, list]:
    """Those to draw, and those to leave out: of a long sweep the least, the middle and the most,
    of those whose events were kept."""
    workloads = results.workloads()
    kept = {run.workload for run in results.runs if run.has_stages}
    known = [workload for workload in workloads if workload in kept] or workloads[:1]
    drawn = known
    if len(known) > FIGURES_AT_MOST:
        drawn = [known[0], known[len(known) // 2], known[-1]]
    return drawn, [workload for workload in workloads if workload not in drawn]


def file_suffixes(workloads: list) -> list[str]:
    """What tells the charts of one workload from those of another: none for the first."""
    suffixes = [""]
    for workload in workloads[1:]:
        plain = f"-{workload.tasks}-tasks"
        if workload.arrival_rate:
            plain += f"-at-{workload.arrival_rate:g}".replace("+", "")
        if workload.unusual_server:
            plain += "-server-" + re.sub(r"[^A-Za-z0-9_]", "_", workload.unusual_server)
        same = sum(suffix.startswith(plain) for suffix in suffixes)
        suffixes.append(plain + (f"-{same + 1}" if same else ""))
    return suffixes


def latency_charts(sweeps: list[load.Sweep]) -> list[tuple[str, load.Sweep]]:
    """The sweeps over arrival rates by the names of their charts; of many, the first few."""
    drawn = sweeps[:FIGURES_AT_MOST]
    suffixes = file_suffixes([sweep.workload for sweep in drawn])
    return [(f"latency-rate{suffix}", sweep) for sweep, suffix in zip(drawn, suffixes)]


def charts_of(
    results: Results, workloads: list, prices: Optional[primitive_prices.Prices]
) -> dict[str, Callable[[], Any]]:
    """Chart -> what draws it, in the order of the files.

    `workloads` are those that get time lines. Raises ImportError where matplotlib is missing.
    """
    from plots.charts import comparison, ladder, latency_rate, sweeps, threads, timeline

    of_workload = {"timeline": timeline.draw, "threads": threads.draw, "comparison": comparison.draw}
    charts: dict[str, Callable[[], Any]] = {}
    for workload, suffix in zip(workloads, file_suffixes(workloads)):
        for chart, draw in of_workload.items():
            charts[chart + suffix] = functools.partial(draw, results, workload)
    for chart, draw in sweeps.charts_of(results).items():
        charts[chart] = functools.partial(draw, results)
    for chart, sweep in latency_charts(load.sweeps_of(results)):
        if sweep.has_several_rates():
            charts[chart] = functools.partial(latency_rate.draw, sweep)
    if prices:
        charts["ladder"] = functools.partial(ladder.draw, prices)
    return charts


def page_of(
    results: Results,
    workloads: list,
    drawings: dict[str, bytes],
    prices: Optional[primitive_prices.Prices],
    pitfalls: Sequence[pitfalls_file.Pitfall],
) -> str:
    """report.html. `drawings` holds the charts by file name."""
    from plots.page import document

    drawn = list(zip(workloads, file_suffixes(workloads)))
    under_load = latency_charts(load.sweeps_of(results))
    return document.write(results, drawn, drawings, prices, under_load, pitfalls)


def _render(
    results: Results,
    workloads: list,
    prices: Optional[primitive_prices.Prices],
    pitfalls: Sequence[pitfalls_file.Pitfall],
) -> dict[str, bytes]:
    """File name, relative to the results, -> content."""
    try:
        from plots.page import summary

        charts = charts_of(results, workloads, prices)
    except ImportError as error:
        raise DrawingError(f"charts: can't be drawn: {error}") from error
    drawings: dict[str, bytes] = {}
    for chart, draw in charts.items():
        drawings |= drawn(chart, draw)
    texts = {
        "summary.md": lambda: summary.write(results),
        "report.html": lambda: page_of(results, workloads, drawings, prices, pitfalls),
    }
    for name, write in texts.items():
        try:
            drawings[name] = write().encode("utf-8")
        except Exception as error:
            raise DrawingError(f"{name}: can't be written: {_reason(error)}") from error
    return drawings


def drawn(chart: str, draw: Callable[[], Any]) -> dict[str, bytes]:
    """The chart's files by name."""
    from plots.charts import style, svg

    name = f"charts/{chart}"
    try:
        with style.drawing():
            drawing = draw()
            return {f"{name}.svg": svg.of_chart(drawing, chart), f"{name}.png": style.png(drawing)}
    except Exception as error:  # whatever it is: a line, not a traceback
        raise DrawingError(f"{name}: can't be drawn: {_reason(error)}") from error


def write(path: str, content: bytes) -> None:
    """Writes a file whole, and its folder. Raises DrawingError."""
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        files.write_whole(path, content)
    except OSError as error:
        raise DrawingError(f"{path}: can't be written: {error.strerror or error}") from error


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
