"""Reads the two sides of a gate, and tells whether they can be compared at all."""

from __future__ import annotations

import dataclasses
import os
import re
from typing import Any, Callable, Optional, Sequence

from plots.read import benchmark_rows, results_file, run_costs
from plots.read.checked_json import ResultsError
from plots.read.disturbances import TRIED_AGAIN
from plots.read.results import Results
from plots.read.run import Run, Workload
from plots.read.run_costs import Cost

BEYOND_MEASURE = 1e15


class NotComparable(Exception):
    """The two sides can't be compared at all. The text says why, in one line."""


@dataclasses.dataclass
class Side:
    """All that belongs to one side: the runs of several files pooled, and rows of primitives."""

    paths: list[str]
    files: list[Results]
    runs: dict[tuple[str, Workload], list[Run]]
    rows: dict[str, benchmark_rows.Row]

    def values(self, group: tuple[str, Workload], cost: Cost) -> list[float]:
        """The samples of a cost: of runs that are ok and whose listen queue did not overflow."""
        counted = [run for run in self.runs.get(group, []) if run.ok and not run.overflowed]
        found = [cost.of(run) for run in counted]
        return [float(value) for value in found if value is not None]


def load_side(paths: Sequence[str], across: bool = False) -> Side:
    """Reads results.json files, or directories that hold one or primitives.json or both."""
    side = Side(list(paths), [], {}, {})
    seen: set[str] = set()
    for path in paths:
        results_path, rows_path = path, None
        if os.path.isdir(path):
            results_path = os.path.join(path, results_file.FILE_NAME)
            rows_path = os.path.join(path, benchmark_rows.FILE_NAME)
            if not os.path.exists(rows_path):
                rows_path = None
        if os.path.realpath(path) in seen or os.path.realpath(results_path) in seen:
            raise ResultsError(f"{path}: named twice: its runs would count double")
        seen |= {os.path.realpath(path), os.path.realpath(results_path)}
        if rows_path is None or os.path.exists(results_path):
            _pool_runs(side, results_file.load(results_path), across)
        if rows_path is not None:
            _pool_rows(side, benchmark_rows.load(rows_path))
    return side


def _pool_runs(side: Side, loaded: Results, across: bool) -> None:
    side.files.append(loaded)
    for i, run in enumerate(loaded.runs):
        for cost in run_costs.COSTS:
            if run.ok and abs(cost.of(run) or 0) > BEYOND_MEASURE:
                raise ResultsError(f"{loaded.path}: runs[{i}]: {cost.words} is beyond all measure")
        work = dataclasses.replace(run.workload, cores=0) if across else run.workload
        side.runs.setdefault((run.model, work), []).append(run)


def _pool_rows(side: Side, rows: dict[str, benchmark_rows.Row]) -> None:
    for name, row in rows.items():
        into = side.rows.setdefault(name, benchmark_rows.Row(name))
        into.real_s += row.real_s
        into.cpu_s += row.cpu_s
        into.resident += row.resident


def overflowed(baseline: Side, current: Side) -> list[str]:
    """Says of each side how many runs are left out of the costs."""
    notes = []
    for name, side in (("the baseline", baseline), ("the current results", current)):
        runs = [run for group in side.runs.values() for run in group if run.ok]
        full = sum(run.overflowed for run in runs)
        if full:
            notes.append(
                f"Left out of the costs: {full:,} of {len(runs):,} runs of {name}, in which the"
                f" listen queue overflowed; {TRIED_AGAIN}."
            )
    return notes


def check_comparable(baseline: Side, current: Side, across: bool, partly: bool) -> list[str]:
    """Raises NotComparable; returns what differs without being in the way.

    `partly`: a side may hold primitives alone.
    """
    notes: list[str] = []
    places = [*baseline.files, *current.files]
    for name, read, machine in _IN_THE_WAY:
        if across and machine:
            continue
        values = {read(file.environment) for file in places} - {None}
        if len(values) > 1:
            known = [read(f.environment) for f in (*baseline.files, *current.files)]
            one, other = next((a, b) for a in known for b in known if None not in (a, b) and a != b)
            hint = "; --across-machines compares structure and ratios" if machine else ""
            raise NotComparable(f"{name}: {one} against {other}{hint}")
    for name in ("compiler", "flags"):
        values = sorted({str(file.environment.get(name)) for file in places})
        if len(values) > 1:
            notes.append(f"The {name} differs: {' against '.join(values)}.")
    _check_something_in_common(baseline, current, partly)
    return notes


def _text(key: str) -> Callable[[dict[str, Any]], Optional[str]]:
    def read(environment: dict[str, Any]) -> Optional[str]:
        value = environment.get(key)
        return value if isinstance(value, str) and value else None

    return read


def _cores(environment: dict[str, Any]) -> Optional[str]:
    value = environment.get("cores")
    return f"{value}" if type(value) is int else None


def _memory(environment: dict[str, Any]) -> Optional[str]:
    """In GiB, to one digit below ten: what the kernel keeps for itself varies by a little."""
    value = environment.get("memory_bytes")
    if type(value) not in (int, float) or value <= 0:
        return None
    gib = value / 2**30
    return f"{gib:.0f} GiB" if gib >= 10 else f"{gib:.1f} GiB"


def _kernel(environment: dict[str, Any]) -> Optional[str]:
    """Name and first two numbers: a patch level doesn't make another machine."""
    value = environment.get("kernel")
    found = re.match(r"\D*\d+\.\d+", value) if isinstance(value, str) else None
    return found.group() if found else None


# What it is, how it is read from the environment, and whether it belongs to the machine.
_IN_THE_WAY = (
    ("build type", _text("build_type"), False),
    ("CPU", _text("cpu"), True),
    ("cores", _cores, True),
    ("memory", _memory, True),
    ("kernel", _kernel, True),
)


def _check_something_in_common(baseline: Side, current: Side, partly: bool) -> None:
    only_rows = not baseline.runs and not current.runs or (partly and not current.runs)
    if only_rows and baseline.rows.keys() & current.rows.keys():
        return
    for name, side in (("baseline", baseline), ("current", current)):
        if not any(run.ok for runs in side.runs.values() for run in runs):
            raise NotComparable(f"the {name} has no run that is ok")
    if not {work for _, work in baseline.runs} & {work for _, work in current.runs}:
        raise NotComparable("no workload in common")
    if not baseline.runs.keys() & current.runs.keys():
        raise NotComparable("no model in common")
