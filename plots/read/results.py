"""Holds the runs of a results.json, and says which of them enter a statistic."""

from __future__ import annotations

import dataclasses
import statistics
from typing import Any, Optional

from plots.read.run import Run, Workload


IN_TURN, ONE_THREAD, FREE, BLOCKED, UNKNOWN = FAMILIES = (
    "One task at a time",
    "One thread, waits overlap",
    "Threads that never block",
    "Threads that block",
    "Other models",
)


@dataclasses.dataclass(frozen=True)
class Model:
    """A row of the harness's table of models, or of its table of servers."""

    name: str
    title: str
    shows: str = ""
    formula: str = ""
    facts: Optional[dict[str, str]] = None
    holds_thread_while_waiting: bool = False
    published_s: Optional[float] = None

    @property
    def spins(self) -> bool:
        """Whether it uses a core from start to end, however few tasks there are."""
        return bool(self.facts) and self.facts["wait"] == "spins"

    @property
    def family(self) -> str:
        """What it does while it waits, one of FAMILIES."""
        if not self.facts:
            return UNKNOWN
        if self.facts["under_way"] == "one":
            return IN_TURN
        if self.holds_thread_while_waiting:
            return BLOCKED
        return ONE_THREAD if self.facts["computing"] == "one" else FREE


@dataclasses.dataclass
class ModelRuns:
    """All repetitions of one model, or against one server, on one workload.

    Statistics are of the counted runs: those that are ok and whose listen queue did not overflow.
    Where it overflowed in all that are ok, these are counted, and whoever shows them says so.
    """

    model: Model
    runs: list[Run]

    @property
    def ok_runs(self) -> list[Run]:
        return [run for run in self.runs if run.ok]

    @property
    def bad_runs(self) -> list[Run]:
        return [run for run in self.runs if not run.ok]

    @property
    def overflowed_runs(self) -> list[Run]:
        return [run for run in self.ok_runs if run.overflowed]

    @property
    def counted_runs(self) -> list[Run]:
        return [run for run in self.ok_runs if not run.overflowed] or self.ok_runs

    @property
    def all_overflowed(self) -> bool:
        """Whether the counted runs show a full listen queue, for want of others."""
        return bool(self.overflowed_runs) and len(self.overflowed_runs) == len(self.ok_runs)

    @property
    def shown(self) -> Run:
        """The counted run with the median makespan; where no run is ok, that with most on record.

        Of an even number it is the lower one, so that it did happen.
        """
        counted = sorted(self.counted_runs, key=lambda run: (run.makespan_s, run.repetition))
        if counted:
            return counted[(len(counted) - 1) // 2]
        return max(self.runs, key=lambda run: (run.end, -run.repetition))

    @property
    def makespans(self) -> list[float]:
        return sorted(run.makespan_s for run in self.counted_runs)

    @property
    def overheads(self) -> list[float]:
        return sorted(run.overhead_s for run in self.counted_runs)

    @property
    def makespan(self) -> float:
        """The lower median, in seconds; there must be an ok run."""
        return statistics.median_low(self.makespans)

    @property
    def published_s(self) -> Optional[float]:
        """The published end, if these runs are of the workload that it was published for."""
        return self.model.published_s if self.runs[0].workload.is_original else None


@dataclasses.dataclass
class Results:
    """A whole results.json. `models` keeps the order of the file; unknown models come last."""

    path: str
    suite: dict[str, Any]
    environment: dict[str, Any]
    models: dict[str, Model]
    runs: list[Run]
    warmup_runs: list[Run] = dataclasses.field(default_factory=list)  # in no statistic
    servers: dict[str, Model] = dataclasses.field(default_factory=dict)  # as `models`

    def workloads(self) -> list[Workload]:
        """The different workloads, few tasks first: the order in the file is that of a shuffle."""
        return sorted({run.workload for run in self.runs})

    def by_model(self, workload: Workload) -> list[ModelRuns]:
        """The runs of one workload by model, in the models' order; models without any are out."""
        groups: dict[str, list[Run]] = {name: [] for name in self.models}
        for run in self.runs:
            if run.workload == workload:
                groups[run.model].append(run)
        return [
            ModelRuns(self.models[name], sorted(runs, key=lambda run: run.repetition))
            for name, runs in groups.items()
            if runs
        ]
