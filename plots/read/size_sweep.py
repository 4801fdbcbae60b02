"""Gathers runs of several sizes into curves: figures against the number of tasks, of connections to
servers, or of threads.

The runs of a sweep differ in nothing else. A cost per task is a slope: how much the cost has grown
since the smallest size, divided by the tasks added. So what a program takes anyway is not in it.
"""

from __future__ import annotations

import dataclasses
import operator
from typing import Callable, Optional, Sequence

from plots.read import samples
from plots.read.results import Model, ModelRuns, Results
from plots.read.run import Run, Workload
from plots.read.words import clean

SIZES_AT_LEAST = 3  # fewer are no curve

TASKS, CONNECTIONS, THREADS = "tasks", "connections", "threads"

Figure = Callable[[Run], Optional[float]]
RunsOf = Callable[[ModelRuns], list[Run]]
counted_runs: RunsOf = operator.attrgetter("counted_runs")
overflowed_runs: RunsOf = operator.attrgetter("overflowed_runs")


@dataclasses.dataclass(frozen=True)
class End:
    """Where a curve ends because a run did not succeed."""

    size: int  # that was asked for
    reached: Optional[int]  # that it got to, if it is known
    reason: str
    expected: bool  # told beforehand


@dataclasses.dataclass(frozen=True)
class Curve:
    """One model, or one server, over the sizes of a sweep, few first."""

    model: Model
    points: dict[int, ModelRuns]  # only sizes with a run that is ok
    end: Optional[End]  # the first size without one

    def samples(self, figure: Figure, runs_of: RunsOf = counted_runs) -> dict[int, list[float]]:
        """Size -> the figure of each of the runs that have it."""
        found = {}
        for size, group in self.points.items():
            known = [value for run in runs_of(group) if (value := figure(run)) is not None]
            if known:
                found[size] = known
        return found

    def values(self, figure: Figure, runs_of: RunsOf = counted_runs) -> dict[int, float]:
        """Size -> the median of the figure over those of the runs that have it."""
        return _medians(self.samples(figure, runs_of))

    def growth(self, figure: Figure, runs_of: RunsOf = counted_runs) -> dict[int, float]:
        """Size -> the median of `growths`."""
        return _medians(self.growths(figure, runs_of))

    def growths(self, figure: Figure, runs_of: RunsOf = counted_runs) -> dict[int, list[float]]:
        """Size -> how much the figure has grown per task since the smallest size, in each run; not
        for that size.

        Where several clients share the tasks, each of them takes what the smallest size took.
        """
        values = self.values(figure)
        if not values:
            return {}
        first, base = next(iter(values.items()))
        found = {}
        for n, known in self.samples(figure, runs_of).items():
            taken_anyway = base * self.points[n].runs[0].workload.clients
            if n > first:
                found[n] = [(value - taken_anyway) / (n - first) for value in known]
        return found


def _medians(found: dict[int, list[float]]) -> dict[int, float]:
    return {size: samples.median(known) for size, known in found.items()}


@dataclasses.dataclass(frozen=True)
class Sweep:
    """Curves over one axis: TASKS, CONNECTIONS or THREADS."""

    axis: str
    workload: Workload  # at the smallest size
    sizes: list[int]
    curves: list[Curve]
    client: Optional[Model] = None  # of all curves, where these are of servers


def of_tasks(results: Results) -> Optional[Sweep]:
    """The largest sweep over numbers of tasks; None if there is none."""
    return _largest(results, TASKS, lambda w: dataclasses.replace(w, tasks=0, clients=0))


def of_threads(results: Results) -> Optional[Sweep]:
    """The largest sweep over numbers of worker threads; None if there is none."""
    return _largest(results, THREADS, lambda w: dataclasses.replace(w, threads=0))


def of_connections(results: Results) -> Optional[Sweep]:
    """The sweep of one client over the most servers, each of them with several numbers of
    connections: a task is a connection to a server. None if there is none."""
    sweeps: dict[tuple, list[Run]] = {}
    for run in results.runs:
        alike = dataclasses.replace(run.workload, tasks=0, clients=0, server_model="")
        sweeps.setdefault((run.model, alike), []).append(run)
    of_most: Optional[Sweep] = None
    for (client, _), runs in sweeps.items():
        swept = _over_servers(results, results.models[client], runs)
        if len(swept.curves) > max(1, len(of_most.curves) if of_most else 0):
            of_most = swept
    return of_most


def _over_servers(results: Results, client: Model, runs: Sequence[Run]) -> Sweep:
    """The curves of those servers that have enough sizes."""
    groups: dict[str, dict[int, list[Run]]] = {}
    for run in sorted(runs, key=lambda run: (run.workload.tasks, run.repetition)):
        of_server = groups.setdefault(run.workload.server_model, {})
        of_server.setdefault(run.workload.tasks, []).append(run)
    curves = [
        _curve([ModelRuns(server, of_size) for of_size in groups[name].values()], TASKS)
        for name, server in results.servers.items()
        if len(groups.get(name, ())) >= SIZES_AT_LEAST
    ]
    sizes = sorted({run.workload.tasks for run in runs})
    least = min((run.workload for run in runs), key=lambda workload: workload.tasks)
    return Sweep(CONNECTIONS, least, sizes, curves, client)


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


def serving_threads(run: Run) -> Optional[float]:
    """The server's threads that echoed."""
    return run.structure.serving_threads if run.structure else None


def makespan_s(run: Run) -> Optional[float]:
    """Seconds from the start to the end of the last task."""
    return run.makespan_s
