"""Reads primitives.json: what Google Benchmark writes with --benchmark_out and repetitions.

Each row keeps all its repetitions. A row is *busy* if, in its least disturbed repetition, it used
the CPU for nine tenths of the time. The others wait for somebody, another thread or the other end
of a connection, and what they cost depends on the cores that the two happen to run on: the same
hand-over took 4 and 54 microseconds in one build, the less the busier the machine was.
"""

from __future__ import annotations

import dataclasses
import json
import os
from typing import Any, NoReturn

from plots.results import ResultsError

FILE_NAME = "primitives.json"
BUSY = 0.9
# Of these only what is resident: what the system has left depends on whoever else runs.
BYTES = ("resident_bytes_each", "bytes_per_item")
MOST = 10**15  # nanoseconds: eleven days an iteration
UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}


@dataclasses.dataclass
class Row:
    """All repetitions of one benchmark, in seconds an iteration; bytes where it counts them."""

    name: str
    real_s: list[float] = dataclasses.field(default_factory=list)
    cpu_s: list[float] = dataclasses.field(default_factory=list)
    bytes_each: list[float] = dataclasses.field(default_factory=list)

    @property
    def busy(self) -> bool:
        return any(cpu >= BUSY * real for cpu, real in zip(self.cpu_s, self.real_s))


def load(path: str) -> dict[str, Row]:
    """The rows by name, in the file's order. Raises ResultsError."""
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except OSError as error:
        raise ResultsError(f"{path}: {error.strerror or error}") from error
    except RecursionError as error:
        raise ResultsError(f"{path}: nested too deeply") from error
    except json.JSONDecodeError as error:
        raise ResultsError(
            f"{path}: line {error.lineno}, column {error.colno}: not whole JSON: {error.msg}"
        ) from error
    except ValueError as error:
        raise ResultsError(f"{path}: {error}") from error
    entries = document.get("benchmarks") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ResultsError(f'{path}: no list of "benchmarks": not what Google Benchmark writes')
    rows: dict[str, Row] = {}
    for i, entry in enumerate(entries):
        _add(rows, f"{path}: benchmarks[{i}]", entry)
    return rows


def beside(results_path: str) -> str:
    """Where the primitives of these results lie, if there are any."""
    return os.path.join(os.path.dirname(results_path), FILE_NAME)


def _add(rows: dict[str, Row], where: str, entry: Any) -> None:
    if not isinstance(entry, dict):
        _fail(where, "not an object")
    if entry.get("run_type", "iteration") != "iteration" or entry.get("error_occurred"):
        return
    name = entry.get("run_name", entry.get("name"))
    if not isinstance(name, str) or not name:
        _fail(where, '"name" is missing')
    unit = entry.get("time_unit", "ns")
    if unit not in UNITS:
        _fail(f"{where}.time_unit", f"none of {', '.join(UNITS)}")
    row = rows.setdefault(name, Row(name))
    row.real_s.append(_number(where, entry, "real_time") * UNITS[unit])
    row.cpu_s.append(_number(where, entry, "cpu_time") * UNITS[unit])
    for key in BYTES:
        if entry.get(key) is not None:
            row.bytes_each.append(_number(where, entry, key))


def _number(where: str, entry: dict[str, Any], key: str) -> float:
    value = entry.get(key)
    if type(value) not in (int, float):
        _fail(f"{where}.{key}", "missing, or no number")
    if not 0 <= value <= MOST:
        _fail(f"{where}.{key}", f"{value} is negative or beyond all measure")
    return float(value)


def _fail(where: str, what: str) -> NoReturn:
    raise ResultsError(f"{where}: {what}")
