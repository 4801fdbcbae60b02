"""Says what the data shows, in sentences: the titles of the charts. Nothing is known beforehand."""

from __future__ import annotations

import dataclasses
import sys
from typing import Sequence

from plots.read import samples
from plots.read.disturbances import FULL_QUEUE, TRIED_AGAIN
from plots.read.results import ModelRuns
from plots.read.run import AS_PREDICTED, COMPUTE, CONNECT, READY, RESPONSE, Run
from plots.read.words import (
    clean,
    counted,
    digits_of,
    listed,
    number,
    overhead,
    planned,
    quoted,
    seconds,
    sentence,
    span,
)

# A makespan farther from its prediction than both is worth words: a fraction, and seconds.
NOTABLE_SHARE = 0.01
NOTABLE_S = 0.010

SAME_SHARE = 0.02  # of a median: models closer together than this are told as one figure
NAMED_AT_MOST = 3
DWARFED = 5  # times the worst deviation: so large a predicted difference needs no repetitions
_ONE_SECOND = 0.9995  # what is rounded to it
_HOW = {"timeout": "timed out", "failed": "failed", "refused": "refused by the system"}

NOTHING, WAITS, BOTH = "nothing", "waits", "both"  # overlap: with BOTH, computing as well


def of_run(run: Run) -> str:
    """The lesson of one run's time line."""
    if not run.ok:
        return sentence(clean(f"{run.status}: {run.message or 'no reason on record'}"))
    if not run.has_stages:
        return "The steps of this run were not kept"
    parts = [_ready(run) or _overlap(run)]
    if not run.knows_echoes:
        parts.append("the server's records are missing, so waits for a thread count as response")
    if run.overflowed:
        parts.append(f"the listen queue overflowed, and {TRIED_AGAIN}")
    if is_off(run):
        direction = "later" if run.overhead_s > 0 else "earlier"
        parts.append(f"{seconds(abs(run.overhead_s))} {direction} than predicted")
    if run.structure.verdict != AS_PREDICTED:
        parts.append(f"structure: {clean(run.structure.verdict)}")
    return "; ".join(parts)


def is_off(run: Run) -> bool:
    """Whether an ok run's makespan is notably off its prediction."""
    return abs(run.overhead_s) > max(NOTABLE_SHARE * run.predicted_s, NOTABLE_S)


def _ready(run: Run) -> str:
    lengths = run.ready_lengths()
    if not lengths:
        return ""
    were = "was" if len(lengths) == 1 else "were"
    who = sentence(f"{counted(len(lengths), 'task')} {were} ready")
    if len(lengths) <= 3:
        return f"{who} for {listed([seconds(length) for length in lengths])} but had no thread"
    return f"{who} but had no thread, for up to {seconds(lengths[-1])}"


def _overlap(run: Run) -> str:
    tasks, structure = run.workload.tasks, run.structure
    if tasks == 1:
        return "One task: nothing to overlap with"
    if structure.max_in_flight <= 1:
        waited = run.total(CONNECT, RESPONSE)
        return f"One task at a time: waiting took {seconds(waited)} of {seconds(run.makespan_s)}"
    together = (
        f"All {number(tasks)} tasks waited together"
        if structure.max_in_flight >= tasks
        else f"Up to {number(structure.max_in_flight)} tasks were in flight"
    )
    if structure.max_computing > 1:
        return f"{together}, up to {number(structure.max_computing)} computed at once"
    return f"{together}, no two computed at once"


def of_makespans(groups: Sequence[ModelRuns]) -> str:
    """The headline, and the models of which it tells nothing."""
    ok = any(group.ok_runs for group in groups)
    return "; ".join([headline(groups), *(_exceptions(groups) if ok else [])])


def headline(groups: Sequence[ModelRuns]) -> str:
    """What the same work took, by what overlapped. A difference is claimed only where the samples
    bear it: all of one side lie beyond all of the other, and there are enough of them, or the
    difference is the predicted one and dwarfs every deviation."""
    ok = [group for group in groups if group.ok_runs]
    if not ok:
        return f"No run succeeded: {'; '.join(bad_models(groups))}"
    if len(ok) == 1:
        return f"{clean(ok[0].model.title)}: {seconds(ok[0].makespan)}"
    kinds = _told_apart(_kinds(ok))
    unit_s = max(group.makespan for group in ok) >= _ONE_SECOND
    if len(kinds) > 1:
        told = ", ".join(f"{_span(kind.medians, unit_s)} {kind.words}" for kind in kinds)
        return f"Same work: {told}"
    return (
        f"Same work: {_span(kinds[0].medians, unit_s)} in {counted(len(ok), 'model')}."
        " No difference between them is shown"
    )


def _span(values: Sequence[float], unit_s: bool) -> str:
    """What they took, in seconds or in ms: the median where it hardly matters which is meant."""
    middle = samples.median(values)
    if max(values) - min(values) <= SAME_SHARE * middle:
        values = [middle]
    factor, unit = (1, "s") if unit_s else (1000, "ms")
    return span(values, lambda value: f"{value * factor:,.{digits_of(value * factor)}f} {unit}")


def overlap_of(group: ModelRuns) -> str:
    """What overlaps in the run that is shown of a model."""
    structure = group.shown.structure
    if structure.max_in_flight <= 1:
        return NOTHING
    return WAITS if structure.max_computing <= 1 else BOTH


@dataclasses.dataclass
class _Kind:
    """Models that overlap the same, and what they took."""

    words: str
    groups: list[ModelRuns]

    @property
    def samples(self) -> list[float]:
        return [value for group in self.groups for value in group.makespans]

    @property
    def medians(self) -> list[float]:
        return [group.makespan for group in self.groups]

    @property
    def deviation(self) -> float:
        return max(abs(value) for group in self.groups for value in group.overheads)

    @property
    def predicted(self) -> list[float]:
        return [group.shown.predicted_s for group in self.groups]


def _kinds(ok: Sequence[ModelRuns]) -> list[_Kind]:
    """The models by what their records show to overlap, the slowest first."""

    def words(group: ModelRuns) -> str:
        alone = group.shown.structure.threads == 1
        return {
            NOTHING: "in turn",
            WAITS: "on one thread" if alone else "overlapping only waits",
            BOTH: "on several",
        }[overlap_of(group)]

    known: dict[str, list[ModelRuns]] = {}
    for group in ok:
        known.setdefault(words(group), []).append(group)
    if "on several" in known and "on one thread" not in known:
        known["on several threads"] = known.pop("on several")
    kinds = [_Kind(word, groups) for word, groups in known.items()]
    return sorted(kinds, key=lambda kind: -samples.median(kind.medians))


def _told_apart(kinds: list[_Kind]) -> list[_Kind]:
    """Neighbours that the samples do not tell apart become one."""
    told = kinds[:1]
    for kind in kinds[1:]:
        if all(_differ(before, kind) for before in told):
            told.append(kind)
        else:
            groups = told[-1].groups + kind.groups
            told[-1] = _Kind(f"in {counted(len(groups), 'model')}", groups)
    return told


def _differ(slow: _Kind, fast: _Kind) -> bool:
    gap = min(slow.samples) - max(fast.samples)
    if gap <= 0:
        return False
    fewest = min(len(group.counted_runs) for group in slow.groups + fast.groups)
    was_predicted = min(slow.predicted) > max(fast.predicted)
    return (
        fewest >= samples.ENOUGH
        or was_predicted
        and gap > DWARFED * max(slow.deviation, fast.deviation)
    )


def _holds(group: ModelRuns) -> bool:
    return group.model.holds_thread_while_waiting


def _exceptions(groups: Sequence[ModelRuns]) -> list[str]:
    """The models whose runs show a full listen queue instead, and those of which no run is ok."""
    full = sum(group.all_overflowed for group in groups)
    words = [f"{counted(full, 'model')} met a {FULL_QUEUE} in every run"] if full else []
    return words + bad_models(groups, NAMED_AT_MOST)


def bad_models(groups: Sequence[ModelRuns], named_at_most: int = sys.maxsize) -> list[str]:
    """`3 of 5 timed out: ...`, for each way to fail; without the names where they are too many."""
    ways: dict[str, list[str]] = {}
    for group in groups:
        if not group.ok_runs:
            ways.setdefault(group.shown.status, []).append(clean(group.model.title))
    return [
        f"{len(names)} of {len(groups)} {_HOW[way]}"
        + (f": {listed(names)}" if len(names) <= named_at_most else "")
        for way, names in ways.items()
    ]


def of_threads(run: Run, holds: bool) -> str:
    """What the OS threads of one run did."""
    if not run.ok:
        return of_run(run)
    threads = sentence(counted(len(run.threads), "thread"))
    computed = seconds(run.total(COMPUTE))
    if holds:
        blocked = seconds(run.total(CONNECT, RESPONSE, READY))
        return f"{threads}: {computed} computing, {blocked} blocked in a wait"
    return f"{threads}: {computed} computing; a task that waits holds no thread"


def of_blocking(groups: list[ModelRuns]) -> str:
    """How much thread time the waits cost: the title above all threads."""
    ok = [group for group in groups if group.ok_runs]
    if not ok:
        return f"No run succeeded: {'; '.join(bad_models(groups))}"
    held = [group for group in ok if _holds(group)]
    free = len(ok) - len(held)
    bad = "".join(f"; {words}" for words in bad_models(groups, NAMED_AT_MOST))
    if not held:
        return f"No thread was held while a task waited, in {counted(len(ok), 'model')}{bad}"
    blocked = span([group.shown.total(CONNECT, RESPONSE, READY) for group in held])
    models = f"{number(len(held))} of {counted(len(ok), 'model')}"
    text = f"Waiting took {blocked} of thread time in {models}"
    return text + (f"; in the other {number(free)} it held none" if free else "") + bad


def of_overheads(groups: list[ModelRuns]) -> str:
    """How well the predictions hold: the title of the comparison."""
    ok = [group for group in groups if group.ok_runs]
    if not ok:
        return f"No run succeeded: {'; '.join(bad_models(groups))}"
    judged = [group for group in ok if not group.all_overflowed]
    off = [group for group in judged if any(is_off(run) for run in group.counted_runs)]
    parts = []
    if off:
        runs = [(abs(run.overhead_s), group, run) for group in off for run in group.counted_runs]
        _, worst, run = max(runs, key=lambda one: one[0])
        direction = "later" if run.overhead_s > 0 else "earlier"
        parts.append(
            f"{number(len(off))} of {counted(len(judged), 'model')} missed the prediction; "
            f"{quoted(worst.model.title)} ended {seconds(abs(run.overhead_s))} {direction} than "
            f"its {planned(run.predicted_s)}"
        )
    elif judged:
        every = [run.overhead_s for group in judged for run in group.counted_runs]
        spread = span(every, overhead)
        models = "the model kept to its prediction"
        if len(judged) > 1:
            models = f"all {number(len(judged))} models kept to their predictions"
        parts.append(f"{models}: overhead {spread}")
    return sentence("; ".join([*parts, *_exceptions(groups)]))
