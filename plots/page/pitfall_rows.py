"""Makes the rows of a pitfall's time line: which stretches share a row, and what it is called."""

from __future__ import annotations

import dataclasses
import itertools

from plots.read.pitfalls import BLOCKED, EVENT, PENDING, RUNNING, Side, Stretch

ROWS_AT_MOST = 24  # of a side: on many cores it may have a thread, and so a row, for each


@dataclasses.dataclass
class Row:
    """Stretches of one kind, none over another. `on` names the threads, where any is held."""

    kind: str
    what: str
    on: str
    stretches: list[Stretch]


def rows_of(side: Side) -> list[Row]:
    """All rows of a side, in the order in which they begin; of those that are alike, by thread.

    What keeps its thread has a row for each thread. Waits without one share a row unless they
    overlap. Moments share a row whatever thread they are on.
    """
    groups: dict[tuple, list[Stretch]] = {}
    for stretch in side.time_line:
        thread = None if stretch.kind in (EVENT, PENDING) else stretch.thread
        groups.setdefault((stretch.kind, name_of(stretch), thread), []).append(stretch)
    rows = []
    for _, alike in itertools.groupby(groups, key=lambda group: group[:2]):
        for group in sorted(alike, key=lambda group: side.threads.get(group[2], 0)):
            rows += _rows(*group[:2], groups[group], side)
    return rows


def _rows(kind: str, what: str, stretches: list[Stretch], side: Side) -> list[Row]:
    on = "" if kind == PENDING else _threads_of(stretches, side)
    lanes = [stretches] if kind == EVENT else _lanes(stretches, side)
    return [Row(kind, what, on, lane) for lane in lanes]


def name_of(stretch: Stretch) -> str:
    """What a stretch is called in pictures and tables."""
    if stretch.kind == RUNNING:
        return f"{stretch.loop} runs"
    if stretch.kind == BLOCKED:
        return f"blocked until {stretch.loop} has {stretch.what}"
    return stretch.what


def _threads_of(stretches: list[Stretch], side: Side) -> str:
    numbers = sorted({side.threads[stretch.thread] for stretch in stretches})
    return f"thread {numbers[0]}" if len(numbers) == 1 else f"{len(numbers):,} threads"


def _lanes(stretches: list[Stretch], side: Side) -> list[list[Stretch]]:
    """As few rows as will do, so that none lies over another."""
    lanes: list[list[Stretch]] = []
    for stretch in stretches:
        free = (lane for lane in lanes if side.until(lane[-1]) <= stretch.begin)
        lane = next(free, None)
        if lane is None:
            lanes.append([stretch])
        else:
            lane.append(stretch)
    return lanes
