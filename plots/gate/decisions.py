"""Holds what a gate decides on each trait of the structure and on each cost, and in which words."""

from __future__ import annotations

import dataclasses
import functools
from typing import Optional

from plots.read import samples
from plots.read.run import Workload
from plots.read.run_costs import BYTES, Cost

REGRESSED, IMPROVED, SAME = "regressed", "improved", "same"
UNCLEAR, TOO_FEW, NOT_JUDGED = "unclear", "too few samples", "not judged"
LEVEL = 0.99  # of the interval of a difference

Key = tuple[str, Optional[Workload], str]  # model or row, workload, cost or trait


@dataclasses.dataclass
class Spread:
    """One side of a comparison, in its unit."""

    n: int
    median: float
    mad: float


@dataclasses.dataclass
class Finding:
    """One trait of the structure of one model."""

    model: str
    workload: Workload
    trait: str
    baseline: str
    current: str
    verdict: str
    words: str

    @property
    def key(self) -> Key:
        return self.model, self.workload, self.trait


@dataclasses.dataclass
class Comparison:
    """One cost of one model, or of one row of primitives (then there is no workload)."""

    model: str
    workload: Optional[Workload]
    cost: Cost
    before: list[float]
    after: list[float]
    baseline: Spread
    current: Spread
    difference: float
    floor: float = 0.0
    excused: float = 0.0  # what other load may have added
    eased: float = 0.0  # what less load may have taken away
    controls: int = 0
    shift: Optional[float] = None  # of the others: seconds, or as a share; None if not known
    p: Optional[float] = None
    p_corrected: Optional[float] = None
    verdict: str = SAME
    words: str = ""

    @functools.cached_property
    def interval(self) -> Optional[samples.Interval]:
        """Where the difference lies; None if it was not tested.

        Computed on demand: the bootstrap takes longer than the rest of the decision.
        """
        if self.p is None:
            return None
        return samples.interval_of_difference(self.before, self.after, LEVEL)

    @property
    def key(self) -> Key:
        return self.model, self.workload, self.cost.key

    @property
    def scale(self) -> tuple[float, str, int]:
        """The unit that suits both sides, so that a row reads in one: factor, name and digits."""
        size = max(abs(self.baseline.median), abs(self.current.median))
        if self.cost.unit == BYTES:
            return (2**20, "MiB", 1) if size >= 10 * 2**20 else (2**10, "KiB", 0)
        if self.workload is not None:
            return (1.0, "s", 3) if size >= 10 else (1e-3, "ms", 2)
        for factor, unit in ((1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")):
            if size >= factor:
                return factor, unit, 2
        return 1e-9, "ns", 2

    def amount(self, value: float, sign: str = "-") -> str:
        """A cost in words. `sign` is Python's: with "+", a plus is written as well."""
        factor, unit, digits = self.scale
        return f"{value / factor:{sign},.{digits}f} {unit}"
