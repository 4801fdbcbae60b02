"""Tells what makes figures unsteady, and what to do about it: lines for whoever ran them.

Nothing is said of single runs: they show how a model works, and are no measurement.
"""

from __future__ import annotations

from typing import Any, Iterable

from plots.read import samples
from plots.read.results import ModelRuns, Results
from plots.read.run import Run
from plots.read.words import listed, overhead, seconds

BUSY_CORES = 0.5  # taken by others, from which on it shows
STOLEN_SHARE = 0.01  # of the time of all cores, from which on it shows
WIDE_SHARE = 0.25  # the spread of overheads, of their median
NOTABLE_S = 0.003  # a delay shorter than this is within what a calm machine shows
NAMED_AT_MOST = 3

RELEASE_BUILDS = ("release", "relwithdebinfo", "minsizerel")


def of(results: Results) -> list[str]:
    """The advice, most important first; none if there is nothing to say, or nothing repeated."""
    groups = [
        group
        for workload in results.workloads()
        for group in results.by_model(workload)
        if len(group.counted_runs) > 1
    ]
    if not groups:
        return []
    lines = [check(results.environment) for check in (_build, _load, _governor)]
    lines += [_stolen(groups), _few(groups), _first_runs(results, groups)]
    lines += [_wide(groups), _far_out(groups)]
    return [line for line in lines if line]


def _build(environment: dict[str, Any]) -> str:
    build = environment.get("build_type")
    if not isinstance(build, str) or build.lower() in RELEASE_BUILDS:
        return ""
    return (
        f"This is a {build} build: its costs are not those of a release."
        " Build with the preset release."
    )


def _load(environment: dict[str, Any]) -> str:
    busy, cores = environment.get("busy_cores"), environment.get("cores")
    if type(busy) not in (int, float) or type(cores) is not int or busy <= BUSY_CORES:
        return ""
    return (
        f"The machine was busy before the first run: other work took {busy:.1f} of its"
        f" {cores} cores. Overhead will be too high and spread out; end what else runs,"
        " and measure again."
    )


def _governor(environment: dict[str, Any]) -> str:
    governor = environment.get("governor")
    if not isinstance(governor, str) or governor in ("", "performance"):
        return ""
    return (
        f"The cores' frequency governor is {governor}: what runs first runs slower."
        " `cpupower frequency-set -g performance` holds the frequency."
    )


def _stolen(groups: list[ModelRuns]) -> str:
    shares = [(max(run.stolen_share for run in group.ok_runs), group) for group in groups]
    robbed = [(share, group) for share, group in shares if share > STOLEN_SHARE]
    if not robbed:
        return ""
    worst = max(share for share, _ in robbed)
    return (
        f"The hypervisor took up to {100 * worst:.0f} % of the cores' time from runs of"
        f" {_models([group for _, group in robbed])}: a noisy machine. Measure on another, or at a"
        " calmer hour."
    )


def _few(groups: list[ModelRuns]) -> str:
    few = [group for group in groups if len(group.counted_runs) < samples.ENOUGH]
    if not few:
        return ""
    return (
        f"Too few repetitions to compare costs: {_models(few)} have fewer than {samples.ENOUGH}"
        f" runs that count. `--repetitions {samples.ENOUGH + 2}` leaves room for a stray one."
    )


def _first_runs(results: Results, groups: list[ModelRuns]) -> str:
    slow = [group for group in groups if 0 in _outliers(_as_made(results, group), late_only=True)]
    if not slow:
        return ""
    return (
        f"The first run was the slow one of {_models(slow)}: programs and caches were cold."
        " `--warmup 1` runs each once before it counts."
    )


def _wide(groups: list[ModelRuns]) -> str:
    wide = []
    for group in groups:
        spread, middle = samples.mad(group.overheads), samples.median(group.overheads)
        if len(group.counted_runs) >= 3 and spread > max(NOTABLE_S, WIDE_SHARE * abs(middle)):
            wide.append((spread, group))
    if not wide:
        return ""
    widest = max(spread for spread, _ in wide)
    return (
        f"Overhead varies widely in {_models([group for _, group in wide])}: half of the runs lie"
        f" more than {seconds(widest)} off the median at worst. Something else used the cores, or"
        " the machine is a virtual one with busy neighbours: more repetitions, or a calmer hour."
    )


def _far_out(groups: list[ModelRuns]) -> str:
    found = []
    for group in groups:
        runs = group.counted_runs
        far = [runs[i] for i in _outliers(runs)]
        if far:
            worst = max(far, key=lambda run: abs(run.overhead_s))
            found.append(
                f"{len(far)} of {len(runs)} of {group.model.name} (run {worst.repetition}:"
                f" {overhead(worst.overhead_s)})"
            )
    if not found:
        return ""
    more = f" and of {len(found) - NAMED_AT_MOST} more models" if len(found) > NAMED_AT_MOST else ""
    return (
        f"Runs far from the median: {', '.join(found[:NAMED_AT_MOST])}{more}."
        " Medians tolerate this; a mean would not."
    )


def _as_made(results: Results, group: ModelRuns) -> list[Run]:
    """The counted runs in the order in which they were made."""
    counted = set(map(id, group.counted_runs))
    return [run for run in results.runs if id(run) in counted]


def _outliers(runs: list[Run], late_only: bool = False) -> list[int]:
    values = [run.overhead_s for run in runs]
    far = samples.outliers(values, NOTABLE_S)
    return [i for i in far if values[i] > samples.median(values)] if late_only else far


def _models(groups: Iterable[ModelRuns]) -> str:
    names = list(dict.fromkeys(group.model.name for group in groups))
    if len(names) > NAMED_AT_MOST:
        names = names[:NAMED_AT_MOST] + [f"{len(names) - NAMED_AT_MOST} more"]
    return listed(names)
