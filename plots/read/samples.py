"""Does the statistics of repeated runs: median, spread, intervals, and a test whether sides differ.

SciPy does the statistics, and is imported only when an interval or a test is asked for: drawing a
single run works without it. Everything is deterministic: the same samples give the same numbers.
"""

from __future__ import annotations

import functools
import math
import statistics
from typing import Sequence

ENOUGH = 9  # samples per side, from which on a comparison is decided
DWARFED = 3  # times the spread: so large a difference needs few repetitions
RESAMPLES = 1999
SEED = 1  # of the bootstrap
MOST = 1000  # more samples than this are thinned for the bootstrap
EXACT_UP_TO = 20  # samples per side; beyond, the normal approximation is as good
FAR_OUT = 5.0  # standard deviations, estimated from the MAD, from which on a sample is an outlier

Interval = tuple[float, float]


class ScipyMissing(Exception):
    """The text is one line that names the package."""


def median(values: Sequence[float]) -> float:
    """The middle one, or the mean of the middle two."""
    return statistics.median(values)


def mad(values: Sequence[float]) -> float:
    """The median absolute deviation from the median: half of all samples lie within it."""
    middle = median(values)
    return median([abs(value - middle) for value in values])


def quickest_quarter(values: Sequence[float]) -> float:
    """The lower quartile, a sample that was seen: other load rarely delays all runs of a model."""
    return sorted(values)[(len(values) - 1) // 4]


def lie_apart(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether three quarters of one side lie beyond three quarters of the other."""
    low, high = sorted((one, other), key=median)
    slowest_quarter = sorted(low)[-1 - (len(low) - 1) // 4]
    return slowest_quarter < quickest_quarter(high)


def differ(low: Sequence[float], high: Sequence[float]) -> bool:
    """Whether the samples bear that one side is lower: all of it lies below all of the other, and
    there are enough of them, or the gap dwarfs what either side spreads over."""
    gap = min(high) - max(low)
    fewest = min(len(low), len(high))
    if gap <= 0 or fewest < 2:
        return False
    return fewest >= ENOUGH or gap > DWARFED * max(max(s) - min(s) for s in (low, high))


def outliers(values: Sequence[float], least: float = 0.0) -> list[int]:
    """The indices of samples far from the median: by more than FAR_OUT, and than `least`."""
    if len(values) < 5:
        return []
    middle, spread = median(values), mad(values)
    far = max(FAR_OUT * 1.4826 * spread, least)
    return [i for i, value in enumerate(values) if abs(value - middle) > far]


def interval(values: Sequence[float], level: float = 0.95) -> Interval | None:
    """Where the median lies, by the bootstrap; None of fewer than three samples."""
    if len(values) < 3:
        return None
    numpy, _ = _scipy()
    return _bootstrap((values,), lambda x, axis: numpy.median(x, axis=axis), level)


def interval_of_difference(
    baseline: Sequence[float], current: Sequence[float], level: float
) -> Interval | None:
    """Where the difference of the medians lies, current minus baseline, by the bootstrap."""
    if min(len(baseline), len(current)) < 3:
        return None
    numpy, _ = _scipy()

    def difference(b, c, axis):
        return numpy.median(c, axis=axis) - numpy.median(b, axis=axis)

    return _bootstrap((baseline, current), difference, level)


def rank_test(baseline: Sequence[float], current: Sequence[float]) -> float:
    """The p-value of the Mann-Whitney test, two-sided."""
    _, stats = _scipy()
    if min(*baseline, *current) == max(*baseline, *current):
        return 1.0
    # Ties within one side leave the test as it is; only ties between the sides need the correction.
    exact = max(len(baseline), len(current)) <= EXACT_UP_TO and not set(baseline) & set(current)
    method = "exact" if exact else "asymptotic"
    p = stats.mannwhitneyu(baseline, current, alternative="two-sided", method=method).pvalue
    return min(1.0, float(p))


def least_p(baseline: int, current: int) -> float:
    """The least p-value that the rank test can give for so many samples."""
    return 2 / math.comb(baseline + current, baseline) if min(baseline, current) <= 50 else 0.0


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values corrected for their number, by Holm: the least by all, the next by one less."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    corrected = [1.0] * len(p_values)
    highest = 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, p_values[i] * (len(p_values) - rank)))
        corrected[i] = highest
    return corrected


def odds(p: float) -> str:
    """What a p-value means, in plain words."""
    if p > 0.3:
        return "nothing unusual: chance alone brings such a difference all the time"
    digits = 10 ** max(0, math.floor(math.log10(1 / p)) if p > 1e-12 else 12)
    times = round(1 / p / digits, 0) * digits if p > 1e-12 else 1e12
    prefix = "less than once" if p <= 1e-12 else "about once"
    return (
        "if nothing had changed, a difference like this would come up "
        f"{prefix} in {times:,.0f} times"
    )


def _thinned(values: Sequence[float]) -> list[float]:
    """At most MOST of them, evenly by rank: the median stays, and the interval only gets wider."""
    ordered = sorted(values)
    if len(ordered) <= MOST:
        return ordered
    return [ordered[(2 * i + 1) * len(ordered) // (2 * MOST)] for i in range(MOST)]


def _bootstrap(sides: tuple[Sequence[float], ...], statistic, level: float) -> Interval:
    numpy, stats = _scipy()
    found = stats.bootstrap(
        tuple(_thinned(side) for side in sides),
        statistic,
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=250,
        confidence_level=level,
        method="percentile",
        **{_random_argument(): numpy.random.default_rng(SEED)},
    ).confidence_interval
    return float(found.low), float(found.high)


@functools.cache
def _scipy():
    try:
        import numpy
        from scipy import stats
    except ImportError as error:
        raise ScipyMissing(
            f"statistics need SciPy: install the package python3-scipy ({error})"
        ) from error
    return numpy, stats


@functools.cache
def _random_argument() -> str:
    import scipy

    major, minor = (int(part) for part in scipy.__version__.split(".")[:2])
    return "rng" if (major, minor) >= (1, 15) else "random_state"
