"""Reads primitives.json, what Google Benchmark writes of the prices behind the models.

A price is in seconds: of one way, where an iteration went there and back. Rows that wait for somebody
are measured in real time, as their name tells; the others in CPU time, which other load leaves alone.
A file that is torn or
nonsense raises `ResultsError`, whose text names the file and the place in it.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
import statistics
from typing import Any, NoReturn, Optional

from plots.results import ResultsError

FILE_NAME = "primitives.json"
ROWS_AT_MOST = 100  # more is no table of prices

_UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
_REAL_TIME = "/real_time"  # how the name of a row ends that is measured in it


@dataclasses.dataclass
class Price:
    """One row, all its repetitions. Where it was not measured, `message` says why."""

    name: str
    times: list[float] = dataclasses.field(default_factory=list)
    message: str = ""

    @property
    def time(self) -> float:
        """The median; there must be a repetition."""
        return statistics.median(self.times)


@dataclasses.dataclass
class Memory:
    """What an idle one holds, in bytes: in its process, and of what the system could give out."""

    name: str
    resident: float
    available: float


@dataclasses.dataclass
class Prices:
    """A whole primitives.json, each part in the order of the file."""

    path: str
    rows: dict[str, Price]
    memory: dict[str, Memory]

    def time(self, name: str) -> Optional[float]:
        """The median price of that name, if it was measured."""
        price = self.rows.get(name)
        return price.time if price and price.times else None


def load_beside(results_path: str) -> Optional[Prices]:
    """The prices in the directory of those results, None where nobody measured them."""
    path = os.path.join(os.path.dirname(results_path), FILE_NAME)
    return load(path) if os.path.lexists(path) else None


def load(path: str) -> Prices:
    """Reads and checks the file. Raises ResultsError."""
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
        _fail(path, '"benchmarks" is missing, or no list')
    return _prices(path, entries)


def _prices(path: str, entries: list[Any]) -> Prices:
    rows: dict[str, Price] = {}
    memory: dict[str, list[tuple[float, float]]] = {}
    for i, entry in enumerate(entries):
        where = f"{path}: benchmarks[{i}]"
        if not isinstance(entry, dict):
            _fail(where, "not an object")
        if entry.get("run_type", "iteration") != "iteration":
            continue  # Google Benchmark's own medians and deviations
        full_name = _text(where, entry, "run_name" if "run_name" in entry else "name")
        name = full_name.removesuffix(_REAL_TIME)
        if entry.get("error_occurred"):
            message = _text(where, entry, "error_message")
            rows.setdefault(name, Price(name)).message = message
        elif "resident_bytes_each" in entry:
            held = [_number(where, entry, f"{kind}_bytes_each") for kind in ("resident", "available")]
            memory.setdefault(name, []).append((held[0], held[1]))
        else:
            clock = "cpu_time" if name == full_name else "real_time"
            rows.setdefault(name, Price(name)).times.append(_seconds(where, entry, clock))
        if len(rows) > ROWS_AT_MOST:
            _fail(where, f"more than {ROWS_AT_MOST} different rows")
    if not any(price.times for price in rows.values()):
        _fail(f"{path}: benchmarks", "no price was measured")
    medians = {
        name: Memory(name, *(statistics.median(column) for column in zip(*held)))
        for name, held in memory.items()
    }
    return Prices(path, rows, medians)


def _seconds(where: str, entry: dict[str, Any], clock: str) -> float:
    unit = entry.get("time_unit", "ns")
    if not isinstance(unit, str) or unit not in _UNITS:
        _fail(f"{where}.time_unit", f"none of {', '.join(_UNITS)}")
    ways = _number(where, entry, "hand_overs") if "hand_overs" in entry else 1
    if ways < 1:
        _fail(f"{where}.hand_overs", "less than 1")
    time = _number(where, entry, clock) * _UNITS[unit] / ways
    if not 1e-12 <= time <= 1e6:
        _fail(f"{where}.{clock}", "no time that anything takes")
    return time


def _text(where: str, entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        _fail(f"{where}.{key}", "missing, or no text")
    return value


def _number(where: str, entry: dict[str, Any], key: str) -> float:
    value = entry.get(key)
    if type(value) not in (int, float):
        _fail(f"{where}.{key}", "missing, or no number")
    if not abs(value) < 1e18 or not math.isfinite(value):
        _fail(f"{where}.{key}", "no finite number")
    return float(value)


def _fail(where: str, what: str) -> NoReturn:
    raise ResultsError(f"{where}: {what}")
