"""Reads primitives.json as prices: what one operation costs, and what an idle one holds.

A price is in seconds: of one way, where an iteration went there and back. Rows that wait for
somebody are measured in real time, as their name tells; the others in CPU time, which other load
leaves alone.
"""

from __future__ import annotations

import dataclasses
import os
import statistics
from typing import Optional

from plots.read import benchmark_rows
from plots.read.checked_json import ResultsError

LEAST = 1e-12  # seconds: quicker than anything is


@dataclasses.dataclass
class Price:
    """One row, all its repetitions. Where it was not measured, `message` says why."""

    name: str
    times: list[float]
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


def load_beside(results_path: str) -> Optional[Prices]:
    """The prices in the directory of those results, None where nobody measured them.

    Raises ResultsError.
    """
    path = benchmark_rows.beside(results_path)
    return load(path) if os.path.lexists(path) else None


def load(path: str) -> Prices:
    """Reads and checks the file. Raises ResultsError."""
    prices = Prices(path, {}, {})
    for row in benchmark_rows.load(path).values():
        name = row.name.removesuffix(benchmark_rows.REAL_TIME)
        if row.resident:
            held = (statistics.median(row.resident), statistics.median(row.available))
            prices.memory[name] = Memory(name, *held)
        else:
            times = [s / row.ways for s in (row.cpu_s if name == row.name else row.real_s)]
            if any(time < LEAST for time in times):
                raise ResultsError(f"{path}: {row.name}: a price of nothing")
            prices.rows[name] = Price(name, times, row.message)
    if not any(price.times for price in prices.rows.values()):
        raise ResultsError(f"{path}: benchmarks: no price was measured")
    return prices
