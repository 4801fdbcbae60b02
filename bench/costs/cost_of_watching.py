#!/usr/bin/env python3
"""What the live time line costs: runs with and without it, in turn, compared by their overhead.

A round is one call of the harness on a pseudo terminal, 80 columns wide, and one with --no-live on
the same, in random order. What comes after the number of rounds goes to the harness:

    bench/costs/cost_of_watching.py 40 --models async_single_thread --time-scale 0.025
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pathlib
import pty
import random
import statistics
import struct
import sys
import tempfile
import termios
from collections import defaultdict
from typing import Sequence

HARNESS = pathlib.Path(__file__).resolve().parents[2] / "build/release/bin/waitbench"
ROWS, COLUMNS = 24, 80
RESAMPLES = 2000

# (model, tasks, figure) -> samples
Samples = dict[tuple[str, int, str], list[float]]


def run_on_terminal(command: Sequence[str]) -> int:
    """Runs it on a pseudo terminal, reads what it writes, and returns its exit status."""
    pid, terminal = pty.fork()
    if pid == 0:
        for variable in ("CI", "NO_COLOR"):
            os.environ.pop(variable, None)
        os.environ["TERM"] = "xterm"
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(sys.stderr.fileno(), termios.TIOCSWINSZ, size)
        os.execv(command[0], list(command))
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass  # it has ended, and nobody has its side open any more
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def measure(arguments: Sequence[str], samples: Samples) -> None:
    """Calls the harness once and adds the figures of its runs to `samples`."""
    with tempfile.TemporaryDirectory() as directory:
        status = run_on_terminal([str(HARNESS), "--results", directory, *arguments])
        file = pathlib.Path(directory) / "results.json"
        if not file.exists():
            sys.exit(f"cost_of_watching: the harness ended with status {status} and left no results")
        runs = json.loads(file.read_text())["runs"]
    for run in runs:
        if run["status"] != "ok":
            sys.exit(f"cost_of_watching: a run of {run['model']} failed: {run['message']}")
        key = run["model"], run["workload"]["tasks"]
        samples[*key, "overhead, ms"].append(run["overhead_s"] * 1e3)
        for process in ("client", "server"):
            cpu_s = run[process]["user_s"] + run[process]["system_s"]
            samples[*key, f"{process} CPU, ms"].append(cpu_s * 1e3)
        samples[*key, "client peak RSS, KiB"].append(run["client"]["peak_rss_bytes"] / 1024)


def interval(watched: Sequence[float], unwatched: Sequence[float]) -> tuple[float, float]:
    """The middle 95 % of the differences of medians of samples drawn again from these."""
    rng = random.Random(1)
    differences = sorted(
        statistics.median(rng.choices(watched, k=len(watched)))
        - statistics.median(rng.choices(unwatched, k=len(unwatched)))
        for _ in range(RESAMPLES)
    )
    return differences[int(0.025 * RESAMPLES)], differences[int(0.975 * RESAMPLES) - 1]


def main() -> None:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rounds", type=int, help="how many, 2 or more")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="for the harness")
    options = parser.parse_args()
    if options.rounds < 2:
        parser.error(f"rounds: {options.rounds} is less than 2")
    if not HARNESS.exists():
        sys.exit(f"cost_of_watching: {HARNESS} is not there: build the release preset first")

    samples: dict[bool, Samples] = {live: defaultdict(list) for live in (True, False)}
    for _ in range(options.rounds):
        for live in random.sample((True, False), 2):
            measure([*options.arguments, *([] if live else ["--no-live"])], samples[live])
    print(f"{'medians':<24}{'watched':>10}{'not':>10}{'difference (95 %)':>36}")
    last = None
    for (model, tasks, figure), watched in samples[True].items():
        if last != (model, tasks):
            print(f"{model}, {tasks} task{'' if tasks == 1 else 's'}")
        last = model, tasks
        unwatched = samples[False][model, tasks, figure]
        medians = statistics.median(watched), statistics.median(unwatched)
        low, high = interval(watched, unwatched)
        difference = f"{medians[0] - medians[1]:+.2f} ({low:+.2f} to {high:+.2f})"
        print(f"  {figure:<22}{medians[0]:>10.2f}{medians[1]:>10.2f}{difference:>36}")


if __name__ == "__main__":
    main()
