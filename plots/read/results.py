"""Holds the runs of a results.json. Only runs that are ok enter a statistic."""

from __future__ import annotations

import dataclasses
import statistics
from typing import Any, Optional

from plots.read.run import Run, Workload


@dataclasses.dataclass(frozen=True)
class Model:
    """A row of the harness's table of models."""

    name: str
    title: str
    shows: str = ""
    formula: str = ""
    facts: Optional[dict[str, str]] = None
    holds_thread_while_waiting: bool = False
    published_s: Optional[float] = None


@dataclasses.dataclass
class ModelRuns:
    """All repetitions of one model on one workload. Only runs that are ok enter a statistic."""

    model: Model
    runs: list[Run]

    @property
    def ok_runs(self) -> list[Run]:
        return [run for run in self.runs if run.ok]

    @property
    def bad_runs(self) -> list[Run]:
        return [run for run in self.runs if not run.ok]

    @property
    def shown(self) -> Run:
        """The run with the median makespan: of an even number the lower, so that it did happen.

        Where no run is ok, the one with most on record.
        """
        ok = sorted(self.ok_runs, key=lambda run: (run.makespan_s, run.repetition))
        if ok:
            return ok[(len(ok) - 1) // 2]
        return max(self.runs, key=lambda run: (run.end, -run.repetition))

    @property
    def makespans(self) -> list[float]:
        return sorted(run.makespan_s for run in self.ok_runs)

    @property
    def overheads(self) -> list[float]:
        return sorted(run.overhead_s for run in self.ok_runs)

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
