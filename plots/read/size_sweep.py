"""Gathers runs of several sizes into curves: figures against the number of tasks or of threads.

The runs of a sweep differ in nothing else. A cost per task is a slope: how much the cost has grown
since the smallest size, divided by the tasks added. So what a program takes anyway is not in it.
"""

from __future__ import annotations

import dataclasses
from typing import Callable, Optional, Sequence

from plots.read import samples
from plots.read.results import Model, ModelRuns, Results
from plots.read.run import Run, Workload
from plots.read.words import clean

SIZES_AT_LEAST = 3  # fewer are no curve


@dataclasses.dataclass(frozen=True)
class End:
    """Where a curve ends because a run did not succeed."""

    size: int  # that was asked for
    reached: Optional[int]  # that it got to, if it is known
    reason: str
    expected: bool  # told beforehand


@dataclasses.dataclass(frozen=True)
class Curve:
    """One model over the sizes of a sweep, few first."""

    model: Model
    points: dict[int, ModelRuns]  # only sizes with a run that is ok
    end: Optional[End]  # the first size without one

    def values(self, figure: Callable[[Run], Optional[float]]) -> dict[int, float]:
        """Size -> the median of the figure over the runs that have it."""
        found = {}
        for size, group in self.points.items():
            known = [value for run in group.ok_runs if (value := figure(run)) is not None]
            if known:
                found[size] = samples.median(known)
        return found

    def growth(self, figure: Callable[[Run], Optional[float]]) -> dict[int, float]:
        """Size -> how much the figure has grown per task since the smallest size; not for that one.

        Where several clients share the tasks, each of them takes what the smallest size took.
        """
        values = self.values(figure)
        if not values:
            return {}
        first, base = next(iter(values.items()))
        return {
            n: (value - base * self.points[n].runs[0].workload.clients) / (n - first)
            for n, value in values.items()
            if n > first
        }


@dataclasses.dataclass(frozen=True)
class Sweep:
    """Curves over one axis: "tasks" or "threads"."""

    axis: str
    workload: Workload  # at the smallest size
    sizes: list[int]
    curves: list[Curve]


def of_tasks(results: Results) -> Optional[Sweep]:
    """The largest sweep over numbers of tasks; None if there is none."""
    return _largest(results, "tasks", lambda w: dataclasses.replace(w, tasks=0, clients=0))


def of_threads(results: Results) -> Optional[Sweep]:
    """The largest sweep over numbers of worker threads; None if there is none."""
    return _largest(results, "threads", lambda w: dataclasses.replace(w, threads=0))


def _largest(
    results: Results, axis: str, rest_of: Callable[[Workload], Workload]
) -> Optional[Sweep]:
    sweeps: dict[Workload, list[Workload]] = {}
    for workload in results.workloads():
        sweeps.setdefault(rest_of(workload), []).append(workload)
    workloads = max(sweeps.values(), key=len)
    if len(workloads) < SIZES_AT_LEAST:
        return None
    workloads.sort(key=lambda workload: getattr(workload, axis))
    groups: dict[str, list[ModelRuns]] = {}
    for workload in workloads:
        for group in results.by_model(workload):
            groups.setdefault(group.model.name, []).append(group)
    curves = [_curve(groups[name], axis) for name in results.models if name in groups]
    return Sweep(axis, workloads[0], [getattr(w, axis) for w in workloads], curves)


def _curve(groups: Sequence[ModelRuns], axis: str) -> Curve:
    size_of = {id(group): getattr(group.runs[0].workload, axis) for group in groups}
    points = {size_of[id(group)]: group for group in groups if group.ok_runs}
    failed = next((group for group in groups if not group.ok_runs), None)
    end = None
    if failed:
        run = failed.bad_runs[0]
        end = End(
            size_of[id(failed)],
            run.refusal.tasks if run.refusal else None,
            clean(run.message or run.status),
            bool(run.refusal and run.refusal.predicted),
        )
    return Curve(groups[0].model, points, end)


def overhead_s(run: Run) -> Optional[float]:
    """Seconds beyond the prediction; a measurement's grain where it is less than a microsecond."""
    return max(run.overhead_s, 1e-6)
