"""`python3 -m plots RESULTS`: draws charts/, summary.md and report.html beside results.json.

The cost ladder is drawn where primitives.json lies beside them, and the pitfalls where
pitfalls.json does. Exit codes: 0 fine; 1 the drawing failed; 2 usage, or results that can't be
used. A failure is one line on standard error. All is drawn before anything is written, and a file
appears whole or not at all.
"""

from __future__ import annotations

import os
from typing import Callable, Sequence

from plots.command import FAILED, FINE, UNUSABLE, CommandFailed, Parser, failed, run, write
from plots.read import pitfalls, primitive_prices, results_file
from plots.read.checked_json import ResultsError
from plots.read.words import clean


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
        known_pitfalls = pitfalls.load_beside(results.path)
    except ResultsError as error:
        return failed(error, UNUSABLE)
    try:
        from plots.charts import catalogue
        from plots.page import document, summary
    except ImportError as error:
        return failed(f"charts: can't be drawn: {error}", FAILED)
    shown, left_out = catalogue.chosen_workloads(results)
    drawings: dict[str, bytes] = {}  # by name of the file, relative to the results
    try:
        for chart, draw in catalogue.charts_of(results, shown, prices).items():
            drawings |= _made(f"charts/{chart}: can't be drawn", catalogue.files_of, chart, draw)
        texts = {
            "summary.md": (summary.write, results),
            "report.html": (document.write, results, shown, dict(drawings), prices, known_pitfalls),
        }
        for name, made_by in texts.items():
            drawings[name] = _made(f"{name}: can't be written", *made_by).encode("utf-8")
        folder = os.path.dirname(results.path)
        for name, content in drawings.items():
            write(os.path.join(folder, name), content)
    except CommandFailed as error:
        return failed(error, FAILED)
    for name in drawings:
        print(os.path.join(folder, name))
    for workload in left_out:
        at = f" at {workload.arrival_rate:g} per second" if workload.arrivals else ""
        server = f", server {clean(workload.unusual_server)}" if workload.unusual_server else ""
        print(
            f"without a time line: {workload.tasks:,} tasks{at},"
            f" {workload.threads:,} worker threads{server}"
        )
    return FINE


def _made(trouble: str, make: Callable, *arguments):
    """What `make` returns. Whatever it raises becomes a line, not a traceback."""
    try:
        return make(*arguments)
    except Exception as error:
        raise CommandFailed(f"{trouble}: {type(error).__name__}: {error}") from error


if __name__ == "__main__":
    run(main)
