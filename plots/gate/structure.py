"""Compares what the models did: structure does not depend on load, so it must be the same."""

from __future__ import annotations

import collections
from typing import Callable, Iterable, Optional

from plots.gate.decisions import IMPROVED, NOT_JUDGED, REGRESSED, SAME, TOO_FEW, Finding
from plots.gate.sides import Side
from plots.read import samples
from plots.read.run import AS_PREDICTED, Run, Workload

SETTLED = 0.9  # of the runs show the same
RAN_A_STEP = "threads that ran a step"

_COUNTS: tuple[tuple[str, Callable[[Run], Optional[int]]], ...] = (
    ("most in flight", lambda run: run.structure.max_in_flight),
    ("most computing", lambda run: run.structure.max_computing),
    (RAN_A_STEP, lambda run: run.structure.threads),
    ("threads at the peak", lambda run: (run.client or {}).get("peak_threads")),
)


def findings(baseline: Side, current: Side, model: str, work: Workload) -> Iterable[Finding]:
    """One finding per trait of a model, or a single one if it did not do its work at all."""
    before, after = baseline.runs[model, work], current.runs.get((model, work), [])
    was = [run for run in before if run.ok]
    now = [run for run in after if run.ok]
    if not was:
        return
    if not now:
        shown = f"{after[0].status}: {after[0].message}" if after else "not there"
        words = "no run is ok" if after else "the model is missing"
        yield Finding(model, work, "runs", "there", shown, REGRESSED, words)
        return
    yield _deviations(model, work, "runs", "ok", before, after, lambda run: run.status)
    yield _deviations(
        model, work, "verdict", AS_PREDICTED, was, now, lambda run: run.structure.verdict
    )
    for trait, count in _COUNTS:
        yield from _settled(model, work, trait, map(count, was), map(count, now))


def _deviations(
    model: str,
    work: Workload,
    trait: str,
    right: str,
    before: list[Run],
    after: list[Run],
    of: Callable[[Run], str],
) -> Finding:
    """Whether more than a stray run deviates from what is right."""

    def most_common_deviation(runs: list[Run]) -> tuple[int, str]:
        wrong = collections.Counter(of(run) for run in runs if of(run) != right)
        if not wrong:
            return 0, right
        return sum(wrong.values()), f"{wrong.most_common(1)[0][0]} ({wrong.total()} of {len(runs)})"

    def is_more_than_stray(count: int, runs: list[Run]) -> bool:
        return count == len(runs) or (count >= 2 and count > (1 - SETTLED) * len(runs))

    was, shown_before = most_common_deviation(before)
    now, shown_now = most_common_deviation(after)
    was_off, is_off = is_more_than_stray(was, before), is_more_than_stray(now, after)
    verdict, words = SAME, ""
    if is_off and not was_off:
        verdict, words = REGRESSED, f"{now} of {len(after)} runs deviate"
    elif was_off and not is_off:
        verdict, words = IMPROVED, f"{was} of {len(before)} runs deviated"
    elif is_off:
        words = "the baseline deviates as well"
    elif now:
        words = "a stray run: not counted, but worth a look"
    return Finding(model, work, trait, shown_before, shown_now, verdict, words)


def _settled(
    model: str,
    work: Workload,
    trait: str,
    before: Iterable[Optional[int]],
    after: Iterable[Optional[int]],
) -> Iterable[Finding]:
    """Whether a count that the baseline has settled on is another now."""
    was = [count for count in before if count is not None]
    now = [count for count in after if count is not None]
    if not was or not now:
        return
    value, times = collections.Counter(was).most_common(1)[0]
    shown = (_counts(was), _counts(now))
    if min(len(was), len(now)) < samples.ENOUGH:
        yield Finding(model, work, trait, *shown, TOO_FEW, "")
    elif times < SETTLED * len(was) or (trait == RAN_A_STEP and set(was) != {1}):
        yield Finding(model, work, trait, *shown, NOT_JUDGED, "a matter of chance")
    elif now.count(value) > (1 - SETTLED) * len(now):
        yield Finding(model, work, trait, *shown, SAME, "")
    else:
        words = f"{len(now) - now.count(value)} of {len(now)} runs show another number"
        yield Finding(model, work, trait, *shown, REGRESSED, words)


def _counts(counts: list[int]) -> str:
    least, most = min(counts), max(counts)
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"
