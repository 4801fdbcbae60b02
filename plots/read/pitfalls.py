"""Reads pitfalls.json: what the pitfalls and their cures did, in words, figures and time lines.

Times are in seconds since the side in question started. A file that is missing, torn or nonsense
raises `ResultsError`.
"""

from __future__ import annotations

import dataclasses
import functools
import os
from typing import Optional

from plots.read import checked_json
from plots.read.checked_json import Place, short

SCHEMA = 1
FILE_NAME = "pitfalls.json"
MOST = 10**15  # nanoseconds: eleven days

EVENT, HOLDING, PENDING = "event", "holding", "pending"
RUNNING, BLOCKED = "running", "blocked"
KINDS = (RUNNING, HOLDING, BLOCKED, PENDING, EVENT)

FINISHED, HALTED, FAILED = "finished", "halted", "failed"

Thread = tuple[int, int]  # process and thread, as the system numbers them


@dataclasses.dataclass(frozen=True)
class Measure:
    """A figure of one side. Without a unit it is a count."""

    name: str
    value: float
    unit: str


@dataclasses.dataclass(frozen=True)
class Stretch:
    """Something lasted from `begin` to `end`, or never ended; an event has no length."""

    kind: str
    what: str
    loop: str
    thread: Thread
    begin: float
    end: Optional[float]


@dataclasses.dataclass(frozen=True)
class Halt:
    """A thread that would never have gone on, and why."""

    thread: Thread
    holds: str  # the loop that it runs, if any
    awaits: str
    loop: str  # which would have to do that
    served_by: list[Thread]


@dataclasses.dataclass(frozen=True)
class Side:
    """The mistake, or its cure, as it was run."""

    ending: str
    message: str
    took: float
    happened: str
    measures: list[Measure]
    halts: list[Halt]
    time_line: list[Stretch]  # by their beginnings

    def measure(self, name: str) -> Optional[Measure]:
        return next((measure for measure in self.measures if measure.name == name), None)

    @functools.cached_property
    def threads(self) -> dict[Thread, int]:
        """The threads as 1, 2, ... in the order in which they are first heard of."""
        names: dict[Thread, int] = {}
        for stretch in self.time_line:
            names.setdefault(stretch.thread, len(names) + 1)
        return names

    def until(self, stretch: Stretch) -> float:
        """Where a stretch ends in a picture: what never ended does so with the attempt around it,
        whose process was ended then."""
        if stretch.end is not None:
            return stretch.end
        around = [
            other.end
            for other in self.time_line
            if other.thread[0] != stretch.thread[0]
            and other.end is not None
            and other.begin <= stretch.begin < other.end
        ]
        return min(around, default=max(self.took, stretch.begin))

    @functools.cached_property
    def end(self) -> float:
        """The last thing on record; 0 if there is nothing."""
        return max(map(self.until, self.time_line), default=0.0)


@dataclasses.dataclass(frozen=True)
class Pitfall:
    """One pitfall; a side is None if it was not run, and `verdict` empty if all was as told."""

    name: str
    title: str
    expected: str
    why: str
    cure: str
    measure: str
    verdict: str
    broken: Optional[Side]
    fixed: Optional[Side]


def load_beside(results_path: str) -> list[Pitfall]:
    """The pitfalls in the directory of those results, none where nobody ran them.

    Raises ResultsError.
    """
    path = os.path.join(os.path.dirname(results_path), FILE_NAME)
    return load(path) if os.path.lexists(path) else []


def load(path: str) -> list[Pitfall]:
    """Reads and checks the file. Raises ResultsError."""
    top = checked_json.read(path)
    schema = top["schema"]
    if type(schema.value) is not int or schema.value != SCHEMA:
        schema.fail(f"{short(schema.value)}, but this reads schema {SCHEMA}")
    return [_pitfall(place) for place in top["pitfalls"].items()]


def _pitfall(place: Place) -> Pitfall:
    words = ("name", "title", "expected", "why", "cure", "measure", "verdict")
    return Pitfall(
        *(place[key].text() for key in words), _side(place["broken"]), _side(place["fixed"])
    )


def _side(place: Place) -> Optional[Side]:
    if place.value is None:
        return None
    time_line = sorted(map(_stretch, place["time_line"].items()), key=lambda s: s.begin)
    return Side(
        ending=place["ending"].one_of((FINISHED, HALTED, FAILED)),
        message=place["message"].text(),
        took=_seconds(place["took_ns"]),
        happened=place["happened"].text(),
        measures=[_measure(measure) for measure in place["measures"].items()],
        halts=[_halt(halt) for halt in place["halts"].items()],
        time_line=time_line,
    )


def _measure(place: Place) -> Measure:
    return Measure(place["name"].text(), place["value"].number(), place["unit"].text())


def _stretch(place: Place) -> Stretch:
    begin, end = _seconds(place["from_ns"]), None
    if place["to_ns"].value is not None:
        end = _seconds(place["to_ns"])
        if end < begin:
            place["to_ns"].fail("before from_ns")
    return Stretch(
        kind=place["kind"].one_of(KINDS),
        what=place["what"].text(),
        loop=place["loop"].text(),
        thread=(place["process"].whole(), place["thread"].whole()),
        begin=begin,
        end=end,
    )


def _halt(place: Place) -> Halt:
    process = place["process"].whole()
    return Halt(
        thread=(process, place["thread"].whole()),
        holds=place["holds"].text(),
        awaits=place["awaits"].text(),
        loop=place["loop"].text(),
        served_by=[(process, thread.whole()) for thread in place["served_by"].items()],
    )


def _seconds(place: Place) -> float:
    return place.whole(most=MOST) / 1e9
