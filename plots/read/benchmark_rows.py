"""Reads primitives.json: what Google Benchmark writes with --benchmark_out and repetitions.

Each row keeps all its repetitions. A row is *busy* if it is measured in CPU time and, in its least
disturbed repetition, used the CPU for nine tenths of the time. The other rows wait for another
thread, or for the other end of a connection. Their cost depends on the cores that the two happen to
get: the same hand-over took 4 and 54 microseconds in one build, less on a busier machine. Rows that
poll while they wait are no steadier.

A file that is torn or nonsense raises `ResultsError`: one line with the file and the place in it.
"""

from __future__ import annotations

import dataclasses
import os
from typing import Any

from plots.read import files
from plots.read.checked_json import ResultsError

FILE_NAME = "primitives.json"
REAL_TIME = "/real_time"  # how the name of a row ends that is measured in it
BUSY = 0.9
UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
MOST = 10**15  # nanoseconds: eleven days for one iteration
ROWS_AT_MOST = 100  # more is no table of primitives


@dataclasses.dataclass
class Row:
    """All repetitions of one benchmark: times in seconds per iteration, memory in bytes.

    Where none could be measured, `message` says why.
    """

    name: str
    real_s: list[float] = dataclasses.field(default_factory=list)
    cpu_s: list[float] = dataclasses.field(default_factory=list)
    resident: list[float] = dataclasses.field(default_factory=list)  # in the process
    available: list[float] = dataclasses.field(default_factory=list)  # of what the system has left
    ways: int = 1  # hand-overs an iteration makes
    message: str = ""

    @property
    def busy(self) -> bool:
        spent = zip(self.cpu_s, self.real_s)
        return not self.name.endswith(REAL_TIME) and any(cpu >= BUSY * real for cpu, real in spent)


def load(path: str) -> dict[str, Row]:
    """The rows by name, in the file's order. Raises ResultsError."""
    document = files.read_json(path, ResultsError)
    entries = document.get("benchmarks") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ResultsError(f'{path}: no list of "benchmarks": not what Google Benchmark writes')
    rows: dict[str, Row] = {}
    for i, entry in enumerate(entries):
        where = f"{path}: benchmarks[{i}]"
        _add(rows, where, entry)
        if len(rows) > ROWS_AT_MOST:
            raise ResultsError(f"{where}: more than {ROWS_AT_MOST} different rows")
    return rows


def beside(results_path: str) -> str:
    """Where the primitives of these results lie, if there are any."""
    return os.path.join(os.path.dirname(results_path), FILE_NAME)


def _add(rows: dict[str, Row], where: str, entry: Any) -> None:
    if not isinstance(entry, dict):
        raise ResultsError(f"{where}: not an object")
    if entry.get("run_type", "iteration") != "iteration":
        return  # Google Benchmark's own medians and deviations
    row = _row(rows, where, entry)
    if entry.get("error_occurred"):
        row.message = str(entry.get("error_message") or "it failed")
        return
    unit = entry.get("time_unit", "ns")
    if not isinstance(unit, str) or unit not in UNITS:
        raise ResultsError(f"{where}.time_unit: none of {', '.join(UNITS)}")
    row.real_s.append(_number(where, entry, "real_time") * UNITS[unit])
    row.cpu_s.append(_number(where, entry, "cpu_time") * UNITS[unit])
    if "hand_overs" in entry:
        row.ways = int(_number(where, entry, "hand_overs", least=1))
    if "resident_bytes_each" in entry:
        row.resident.append(_number(where, entry, "resident_bytes_each"))
        # What the system has left depends on whoever else runs: more of it is possible.
        row.available.append(_number(where, entry, "available_bytes_each", least=-MOST))


def _row(rows: dict[str, Row], where: str, entry: dict[str, Any]) -> Row:
    name = entry.get("run_name", entry.get("name"))
    if not isinstance(name, str) or not name:
        raise ResultsError(f'{where}: "name" is missing')
    return rows.setdefault(name, Row(name))


def _number(where: str, entry: dict[str, Any], key: str, least: float = 0) -> float:
    value = entry.get(key)
    if type(value) not in (int, float):
        raise ResultsError(f"{where}.{key}: missing, or no number")
    if not least <= value <= MOST:
        raise ResultsError(f"{where}.{key}: less than {least:g}, or beyond all measure")
    return float(value)
