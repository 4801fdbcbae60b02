"""`python3 -m plots.gate BASELINE CURRENT` tells whether anything got worse.

Prints a table in Markdown and decides. Each of the two is a results.json or the directory of one
(then primitives.json in it counts, too); `--baseline` and `--current` add more of either, and
their runs are pooled. plots/gate/verdict.py tells how it decides.

Exit codes: 0 fine; 1 a file could not be written, or SciPy is missing; 2 usage, or a file that
can't be used; 3 a regression; 4 the two are not comparable. A failure is one line on standard
error.
"""

from __future__ import annotations

import argparse
from typing import Sequence

from plots.command import FAILED, FINE, UNUSABLE, CommandFailed, Parser, failed, run, write
from plots.gate import report, sides, verdict
from plots.read import samples
from plots.read.checked_json import ResultsError
from plots.read.words import clean

REGRESSION, NOT_COMPARABLE = 3, 4


def main(arguments: Sequence[str]) -> int:
    """Compares what the arguments name, and returns the exit code."""
    options = _options(arguments)
    try:
        only = report.regressed_in(options.again) if options.again else None
        confirmed = report.regressed_in(options.confirmed_by) if options.confirmed_by else None
        baseline = sides.load_side(options.baseline, options.across_machines)
        current = sides.load_side(options.current, options.across_machines)
        try:
            decided = verdict.decide(
                baseline, current, options.alpha, options.across_machines, only, confirmed
            )
        except sides.NotComparable as error:
            return _refuse(options, clean(str(error)))
    except ResultsError as error:
        return failed(error, UNUSABLE)
    except samples.ScipyMissing as error:
        return failed(f"plots.gate: {error}", FAILED)
    written = _write(
        (options.json, lambda: report.as_json(decided)),
        (options.junit, lambda: report.as_junit(decided)),
    )
    print(report.markdown(decided), end="")
    return written or (REGRESSION if decided.regressed else FINE)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog="plots.gate",
        allow_abbrev=False,
        description="Compares two sets of results. Exit code: 0 fine, 2 bad input, 3 a regression,"
        " 4 not comparable.",
    )
    what = "results.json, or a directory with it, with primitives.json, or both"
    parser.add_argument("paths", nargs="*", metavar="BASELINE CURRENT", help=what)
    for side in ("baseline", "current"):
        parser.add_argument(
            f"--{side}",
            action="append",
            default=[],
            metavar="PATH",
            help=f"more of the {side}: pooled with the rest; may be repeated",
        )
    parser.add_argument(
        "--across-machines",
        action="store_true",
        help="two machines: compare structure, and costs relative to those of the other models",
    )
    parser.add_argument(
        "--alpha",
        type=_probability,
        default=verdict.ALPHA,
        metavar="P",
        help="how rare a difference must be by chance, after correction (default: %(default)s)",
    )
    parser.add_argument(
        "--again",
        metavar="FILE",
        help="judge only what this file, written by --json, says regressed: for a second opinion",
    )
    parser.add_argument(
        "--confirmed-by",
        metavar="FILE",
        help="count as regressed only what this file, of a gate with --again, says regressed again",
    )
    parser.add_argument("--json", metavar="FILE", help="write the decisions for scripts")
    parser.add_argument(
        "--junit", metavar="FILE", help="write junit.xml: one case per model and check"
    )
    options = parser.parse_args(arguments)
    if len(options.paths) not in (0, 2):
        parser.error("takes one BASELINE and one CURRENT; --baseline and --current add more")
    if options.paths:
        options.baseline.insert(0, options.paths[0])
        options.current.insert(0, options.paths[1])
    if not options.baseline or not options.current:
        parser.error(f"no {'current' if options.baseline else 'baseline'} results named")
    return options


def _probability(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number between 0 and 1")
    return value


def _refuse(options: argparse.Namespace, reason: str) -> int:
    written = _write(
        (
            options.json,
            lambda: report.not_comparable_json(reason, options.baseline, options.current),
        ),
        (options.junit, lambda: report.not_comparable_junit(reason)),
    )
    print(report.not_comparable(reason), end="")
    return written or failed(f"not comparable: {reason}", NOT_COMPARABLE)


def _write(*wanted) -> int:
    """Writes the files that were asked for; FAILED if one can't be written."""
    try:
        for path, content in wanted:
            if path:
                write(path, content())
    except CommandFailed as error:
        return failed(error, FAILED)
    return FINE


if __name__ == "__main__":
    run(main)
