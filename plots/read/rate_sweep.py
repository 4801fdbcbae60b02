"""Gathers runs whose tasks arrive over time into curves of latency: by model, and by arrival rate.

Latency counts from when a task was due. A model keeps up with a rate if the median latency is below
twice what a task takes alone: one that falls behind has a queue that grows with every task.
"""

from __future__ import annotations

import dataclasses
import statistics
from typing import Optional, Sequence

from plots.read import findings
from plots.read.results import Model, ModelRuns, Results
from plots.read.run import PERCENTILES, Distribution, Latency, Workload
from plots.read.words import listed, number, quoted, sentence

KEEPS_UP_BELOW = 2.0  # times the latency of a task alone
NAMED_AT_MOST = 2  # of models that have something in common, in a sentence

HEAD = (
    "model",
    "tasks/s",
    "saturates at",
    *PERCENTILES,
    "predicted p50",
    "predicted p99",
    "late, p99",
)


@dataclasses.dataclass
class Point:
    """One model at one rate: percentiles are medians of the runs that are ok."""

    rate: float
    measured: dict[str, Optional[float]]
    predicted: dict[str, Optional[float]]
    lateness: dict[str, Optional[float]]
    is_generator_late: bool


@dataclasses.dataclass
class Curve:
    """One model, its points by rate, and what happened at the rates that have none."""

    model: Model
    saturation: Optional[float]
    points: list[Point]
    bad: list[tuple[float, str]]

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def title(self) -> str:
        return self.model.title

    def values(self, percentile: str) -> tuple[list[float], list[float]]:
        """Rates and measured latencies, where there is such a percentile."""
        known = [(p.rate, p.measured[percentile]) for p in self.points]
        return _columns(known)

    def predictions(self, percentile: str) -> tuple[list[float], list[float]]:
        """The same, predicted."""
        return _columns([(p.rate, p.predicted[percentile]) for p in self.points])


@dataclasses.dataclass
class Sweep:
    """Curves of one workload, whatever the rate."""

    workload: Workload  # with its rate if there is only one, else with a rate of 0
    curves: list[Curve]

    @property
    def alone_s(self) -> float:
        """What a task takes on average that meets no other."""
        work = self.workload
        compute_s = work.compute_s * (1 + work.uneven) / 2
        return work.connect_s + work.response_s + compute_s

    def kinds(self) -> list[list[Curve]]:
        """Curves with the same prediction, which lie on top of each other unless one is off.

        Those that saturate first come first.
        """
        kinds: dict[tuple, list[Curve]] = {}
        for curve in self.curves:
            promise = [(p.rate, *p.predicted.values()) for p in curve.points]
            kinds.setdefault((curve.saturation, *promise), []).append(curve)
        return sorted(kinds.values(), key=_capacity)

    def has_several_rates(self) -> bool:
        """Whether there is anything to draw a curve through."""
        rates = {point.rate for curve in self.curves for point in curve.points}
        return len(rates) > 1

    def keeps_up_with(self, curve: Curve) -> float:
        """The highest rate up to which the model kept up; 0 if it did so with none."""
        kept = 0.0
        for point in curve.points:
            median = point.measured["p50"]
            if median is None or median >= KEEPS_UP_BELOW * self.alone_s:
                break
            kept = point.rate
        return kept


def sweeps_of(results: Results) -> list[Sweep]:
    """The workloads whose tasks arrive over time, each with all of its rates."""
    alike: dict[Workload, list[Workload]] = {}
    for work in results.workloads():
        if work.arrivals:
            alike.setdefault(dataclasses.replace(work, arrival_rate=0.0), []).append(work)
    return [
        Sweep(works[0] if len(works) == 1 else bare, _curves(results, works))
        for bare, works in alike.items()
    ]


def headline(results: Results, work: Workload) -> str:
    """What the runs of one workload show: where tasks arrive over time, who keeps up with them."""
    sweep = Sweep(work, _curves(results, [work]) if work.arrivals else [])
    if any(curve.points for curve in sweep.curves):
        return finding(sweep)
    return findings.headline(results.by_model(work))


def finding(sweep: Sweep) -> str:
    """Who keeps up with the most tasks per second, and who falls behind first, in a sentence."""
    by_rate: dict[float, list[Curve]] = {}
    for curve in sweep.curves:
        if curve.points:
            by_rate.setdefault(sweep.keeps_up_with(curve), []).append(curve)
    if not by_rate:
        return "No run succeeded"
    least, most = min(by_rate), max(by_rate)
    highest = max(point.rate for curves in by_rate.values() for c in curves for point in c.points)
    if least == most:
        models = "Every model keeps up" if most else "No model keeps up"
        alone = "" if most or not sweep.has_several_rates() else "even "
        rate = tasks_per_second(most) if most else _least_of(by_rate[most])
        return f"{models} {alone}with {rate} tasks per second"
    only = f"not with {_least_of(by_rate[least])}"
    if least:
        only = f"only with {tasks_per_second(least)}"
    up_to = "" if most == highest else "up to "
    return (
        f"{_named(by_rate[most])} with {up_to}{tasks_per_second(most)} tasks per second,"
        f" {_who(by_rate[least])} {only}"
    )


def _named(curves: list[Curve]) -> str:
    return f"{sentence(_who(curves))} keep{'s' if len(curves) == 1 else ''} up"


def _who(curves: list[Curve]) -> str:
    if len(curves) <= NAMED_AT_MOST:
        return listed([quoted(curve.title) for curve in curves])
    return f"{number(len(curves))} models"


def _least_of(curves: list[Curve]) -> str:
    return tasks_per_second(min(point.rate for curve in curves for point in curve.points))


def rows(sweep: Sweep) -> list[list[str]]:
    """One row per model and rate below HEAD."""
    return [
        [
            curve.title,
            tasks_per_second(point.rate),
            saturation(curve),
            *(milliseconds(point.measured[name]) for name in PERCENTILES),
            milliseconds(point.predicted["p50"]),
            milliseconds(point.predicted["p99"]),
            milliseconds(point.lateness["p99"])
            + (" (too late)" if point.is_generator_late else ""),
        ]
        for curve in sweep.curves
        for point in curve.points
    ]


ON_LATENCY = (
    "Latency counts from when a task was due, not from when it started. The last column is how late"
    " the load generator itself was with tasks that could have started. Figures are medians of the"
    " runs."
)
ON_LATENESS = (
    "Marked “too late”: the generator fell behind the rate, or its lateness is a good part of the"
    " latency. Then the latency is not the model’s alone."
)


def notes(sweep: Sweep) -> list[str]:
    """Sentences on what the rows hold."""
    late = any(point.is_generator_late for curve in sweep.curves for point in curve.points)
    return [ON_LATENCY] + ([ON_LATENESS] if late else [])


def tasks_per_second(rate: float) -> str:
    """`2.5`, `40`, `1,600`: as many digits as such a figure is worth."""
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def saturation(curve: Curve) -> str:
    """The predicted rate that saturates the model, in words."""
    return "none" if curve.saturation is None else f"{tasks_per_second(curve.saturation)}/s"


def milliseconds(value: Optional[float]) -> str:
    """`270 ms`, `0.06 ms`; `-` where there is none."""
    if value is None:
        return "-"
    ms = value * 1000
    return f"{ms:,.{0 if ms >= 99.5 else 1 if ms >= 0.95 else 2}f} ms"


def _columns(pairs: Sequence[tuple[float, Optional[float]]]) -> tuple[list[float], list[float]]:
    known = [(rate, value) for rate, value in pairs if value is not None]
    return [rate for rate, _ in known], [value for _, value in known]


def _capacity(kind: list[Curve]) -> tuple[float, str]:
    first = kind[0]
    return (float("inf") if first.saturation is None else first.saturation, first.name)


def _curves(results: Results, works: Sequence[Workload]) -> list[Curve]:
    curves: dict[str, Curve] = {}
    for work in works:
        for group in results.by_model(work):
            name = group.model.name
            curve = curves.setdefault(name, Curve(group.model, group.runs[0].saturation, [], []))
            known = [run.latency for run in group.counted_runs if run.latency]
            if known:
                curve.points.append(_point(work.arrival_rate, known))
            else:
                curve.bad.append((work.arrival_rate, _why(group)))
    return [curves[name] for name in results.models if name in curves]


def _why(group: ModelRuns) -> str:
    return f"{group.shown.status}: {group.shown.message or 'no reason on record'}"


def _point(rate: float, latencies: list[Latency]) -> Point:
    return Point(
        rate,
        _medians([known.measured for known in latencies]),
        _medians([known.predicted for known in latencies]),
        _medians([known.lateness for known in latencies]),
        any(known.is_generator_late for known in latencies),
    )


def _medians(distributions: list[Distribution]) -> dict[str, Optional[float]]:
    medians: dict[str, Optional[float]] = {}
    for name in PERCENTILES:
        values = [d.at[name] for d in distributions if d.at[name] is not None]
        medians[name] = statistics.median(values) if values else None
    return medians
