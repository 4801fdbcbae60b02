"""How many tasks were in which stage over time: what to draw where rows would be too many."""

from __future__ import annotations

from typing import Iterable

from plots.read.run import Stretch


def mean_counts(stretches: Iterable[Stretch], end: float, bins: int) -> dict[str, list[float]]:
    """Kind -> the mean number of stretches of that kind in each of `bins` equal parts of 0..end.

    A mean over the bin, not a sample: a stretch shorter than a bin still counts for what it is.
    """
    partial: dict[str, list[float]] = {}
    whole: dict[str, list[int]] = {}
    for stretch in stretches:
        if stretch.kind not in partial:
            partial[stretch.kind] = [0.0] * (bins + 2)
            whole[stretch.kind] = [0] * (bins + 2)
        begin, until = stretch.begin / end * bins, stretch.end / end * bins
        first, last = int(begin), int(until)
        if first == last:
            partial[stretch.kind][first] += until - begin
            continue
        partial[stretch.kind][first] += first + 1 - begin
        partial[stretch.kind][last] += until - last
        whole[stretch.kind][first + 1] += 1
        whole[stretch.kind][last] -= 1
    counts: dict[str, list[float]] = {}
    for kind, parts in partial.items():
        level, column = 0, []
        for i in range(bins):
            level += whole[kind][i]
            column.append(level + parts[i])
        counts[kind] = column
    return counts
