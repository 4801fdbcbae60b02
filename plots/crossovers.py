"""`python3 -m plots.crossovers RESULTS...`: from how many tasks on a thread each costs more, by machine.

Takes the results of `waitbench --recipe crossover`, or of any sweep over numbers of tasks with
`thread_per_task` and `async_multi_thread` in it, and prints a table in Markdown, one line each. A
line has the name of the folder that results.json is in, or of the file if it is called otherwise.
Exit codes: 0 fine; 1 a library is missing; 2 usage, or results that can't be used. Those are a line
on standard error each, and the table has the others.
"""

from __future__ import annotations

import os
from typing import Sequence

from plots.command import FAILED, FINE, UNUSABLE, Parser, failed, run
from plots.read import results_file, size_sweep
from plots.read.checked_json import ResultsError
from plots.read.words import number


def main(arguments: Sequence[str]) -> int:
    """Prints the table of what the arguments name, and returns the exit code."""
    parser = Parser(prog="plots.crossovers", description=__doc__.split("\n\n", maxsplit=1)[1])
    parser.add_argument(
        "results", metavar="RESULTS", nargs="+", help="results.json, or the directory that holds it"
    )
    paths = parser.parse_args(arguments).results
    try:
        from plots.charts import crossover, scale
        from plots.page import summary, sweep_tables
    except ImportError as error:
        return failed(f"crossovers: can't be told: {error}", FAILED)
    code, rows, workloads = FINE, [], set()
    for path in paths:
        try:
            results = results_file.load(path)
            swept = size_sweep.of_tasks(results)
            pair = swept and crossover.both(swept)
            if not pair:
                raise ResultsError(
                    f"{results.path}: no sweep of {crossover.THREADS} and {crossover.RIVAL} over"
                    f" {number(size_sweep.SIZES_AT_LEAST)} numbers of tasks or more;"
                    " waitbench --recipe crossover makes one"
                )
        except ResultsError as error:
            code = failed(error, UNUSABLE)
            continue
        machine = [str(results.environment.get(key, "")) for key in ("cores", "kernel")]
        rows.append([_name(results.path), *machine, *sweep_tables.crossovers(pair)])
        workloads.add(scale.words_of(swept.workload))
    if rows:
        print(f"{sweep_tables.ON_CROSSOVERS} A task: {'; or '.join(sorted(workloads))}.\n")
        head = ("machine", "cores", "kernel", *sweep_tables.CROSSOVER_HEAD)
        print(summary.table(head, sorted(rows)))
    return code


def _name(path: str) -> str:
    """Whose results these are."""
    folder, file = os.path.split(os.path.abspath(path))
    return os.path.basename(folder) if file == results_file.FILE_NAME else file.rsplit(".", 1)[0]


if __name__ == "__main__":
    run(main)
