"""`python3 -m plots.docs`: draws the charts in docs/charts from the results that they are to show.

Each option names a results folder, and the charts that come from it are made anew; the others stay.
Exit codes: 0 fine; 1 the drawing failed; 2 usage, or results that can't be used or lack a chart.
"""

from __future__ import annotations

import os
import pathlib
from typing import Sequence

from plots.charts import catalogue
from plots.command import FAILED, FINE, UNUSABLE, CommandFailed, Parser, failed, run, write
from plots.read import primitive_prices, results_file
from plots.read.checked_json import ResultsError

CHARTS = pathlib.Path(__file__).resolve().parents[1] / "docs" / "charts"

# Option -> what makes such results, and each chart: the folder in them, and its name there.
SOURCES = {
    "run": ("./run_all.sh", {"timeline": ("", "timeline")}),
    "prices": (
        "build/release/bin/primitives, into the results of a run",
        {"ladder": ("", "ladder")},
    ),
    "scale": (
        "./run_all.sh --scale",
        {
            "scale": ("", "scale-memory"),
            "crossover": ("", "crossover"),
            "workers": ("cores", "workers"),
            "latency-rate": ("load", "latency-rate"),
            "trickle": ("trickle", "scale-cpu"),
            "connections": ("connections", "connections-memory"),
        },
    ),
}


def main(arguments: Sequence[str], into: pathlib.Path = CHARTS) -> int:
    """Draws what the arguments name, and returns the exit code."""
    parser = Parser(prog="plots.docs", description=__doc__.split("\n\n", maxsplit=1)[1])
    for option, (made_by, charts) in SOURCES.items():
        what = f"results of {made_by}: draws {', '.join(f'{chart}.svg' for chart in charts)}"
        parser.add_argument(f"--{option}", metavar="RESULTS", help=what)
    options = vars(parser.parse_args(arguments))
    named = {option: folder for option, folder in options.items() if folder is not None}
    if not named:
        parser.error(f"no results named: --{', --'.join(SOURCES)} take some")
    try:
        contents = {
            chart: _svg(os.path.normpath(os.path.join(folder, below)), name, chart)
            for option, folder in named.items()
            for chart, (below, name) in SOURCES[option][1].items()
        }
        for chart, content in contents.items():
            write(str(into / f"{chart}.svg"), content)
            print(into / f"{chart}.svg")
    except ResultsError as error:
        return failed(error, UNUSABLE)
    except CommandFailed as error:
        return failed(error, FAILED)
    return FINE


def _svg(folder: str, name: str, chart: str) -> bytes:
    results = results_file.load(folder)
    workloads, _ = catalogue.chosen_workloads(results)
    charts = catalogue.charts_of(results, workloads, primitive_prices.load_beside(results.path))
    if name not in charts:
        raise ResultsError(f"{results.path}: gives no chart {name}, only {', '.join(charts)}")
    return catalogue.files_of(chart, charts[name])[f"charts/{chart}.svg"]


if __name__ == "__main__":
    run(main)
