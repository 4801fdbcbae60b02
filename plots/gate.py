"""Decides whether what was measured now is worse than a baseline, without crying wolf.

Two questions are put apart. *Structure* is what a model does: how many threads, how much overlaps,
whether it does its work at all. It doesn't depend on the machine's mood, so it must be the same.
A count is compared only where the baseline has settled on it (nine tenths of at least nine runs
show one value), and it has changed if hardly any run shows that value now. How many threads ran a
step is compared only where it was one, because which threads of a pool get work is chance; a pool
shows by its threads at the peak. A deviation from the prediction, or a failed run, counts from the
second one on.

*Costs* are compared as distributions. A cost has regressed only if all of this holds:

- there are at least nine samples a side;
- the median moved by more than the noise floor of that cost (plots/costs.py), and so did the
  quickest quarter, which other load touches least;
- the whole 99 % interval of the difference, not just the difference, lies beyond the floor;
- Mann and Whitney's rank test finds a difference, after Holm's correction for the number of
  comparisons;
- other load does not explain it. Repetitions of all models interleave, so what the machine does
  falls on all of them: how far the others moved is their median shift, and it is excused, twice
  over for delays. If the others were delayed by more than the floor, the machine was not the same,
  and no delay is judged: load hits a model that waits in turn several times as hard as the rest.
  Where there are fewer than two other models to tell, a delay must be six times as large as its own
  spread: other load delays at random, slower code does not.

So a change that slows all models alike is not counted as a regression of each: it can't be told
from another, slower hour of the machine. It is said in a line of its own; CPU time, memory and
structure show which it was. *Improved* is decided by the same rules the other way round.

Across machines nothing absolute can be compared. There each cost is taken relative to what the
same cost did in the other models: it is divided by their median ratio between the machines.
"""

from __future__ import annotations

import collections
import dataclasses
import math
import os
import re
import statistics
from typing import Any, Callable, Iterable, Optional, Sequence

from plots import benchmark_rows, costs, results as results_file, samples
from plots.costs import Cost
from plots.results import AS_PREDICTED, ResultsError, Results, Run, Workload

ALPHA = 0.05  # the chance that the rank test alone errs anywhere; the rest is stricter
LEVEL = 0.99  # of the interval of a difference
SETTLED = 0.9  # of the runs show the same
CONTROLS = 2  # other models needed to tell load from change
EXCUSED_DELAY = 2.0  # times what the others were delayed
EXCUSED_SLOWDOWN = 1.5  # at most: a busy sibling of the core costs half as much again
STEADY = 6.0  # times its own spread, a delay without others to compare with
BEYOND_MEASURE = 1e15

REGRESSED, IMPROVED, SAME = "regressed", "improved", "same"
UNCLEAR, TOO_FEW, NOT_JUDGED = "unclear", "too few samples", "not judged"

Key = tuple[str, Optional[Workload], str]  # model or row, workload, cost or trait


class NotComparable(Exception):
    """The two sides can't be compared at all. The text says why, in one line."""


@dataclasses.dataclass
class Side:
    """All that belongs to one side: the runs of several files pooled, and rows of primitives."""

    paths: list[str]
    files: list[Results]
    runs: dict[tuple[str, Workload], list[Run]]
    rows: dict[str, benchmark_rows.Row]

    def values(self, group: tuple[str, Workload], cost: Cost) -> list[float]:
        """The samples of a cost. Only runs that are ok have any."""
        found = [cost.of(run) for run in self.runs.get(group, []) if run.ok]
        return [float(value) for value in found if value is not None]


@dataclasses.dataclass
class Spread:
    """One side of a comparison, in its unit."""

    n: int
    median: float
    mad: float


@dataclasses.dataclass
class Finding:
    """One trait of the structure of one model."""

    model: str
    workload: Workload
    trait: str
    baseline: str
    current: str
    verdict: str
    words: str

    @property
    def key(self) -> Key:
        return self.model, self.workload, self.trait


@dataclasses.dataclass
class Comparison:
    """One cost of one model, or of one row of primitives (then there is no workload)."""

    model: str
    workload: Optional[Workload]
    cost: Cost
    before: list[float]
    after: list[float]
    baseline: Spread
    current: Spread
    difference: float
    interval: Optional[samples.Interval] = None
    floor: float = 0.0
    excused: float = 0.0  # what other load may have added
    eased: float = 0.0  # what less load may have taken away
    controls: int = 0
    p: Optional[float] = None
    p_corrected: Optional[float] = None
    verdict: str = SAME
    words: str = ""

    @property
    def key(self) -> Key:
        return self.model, self.workload, self.cost.key


@dataclasses.dataclass
class Gate:
    """All decisions, and what led to them."""

    baseline: Side
    current: Side
    alpha: float
    across: bool
    structure: list[Finding]
    comparisons: list[Comparison]
    notes: list[str]

    @property
    def regressed(self) -> list[Finding | Comparison]:
        every = [*self.structure, *self.comparisons]
        return [decision for decision in every if decision.verdict == REGRESSED]

    @property
    def improved(self) -> list[Finding | Comparison]:
        every = [*self.structure, *self.comparisons]
        return [decision for decision in every if decision.verdict == IMPROVED]

    @property
    def tested(self) -> int:
        """How many comparisons the rank test is corrected for."""
        return sum(comparison.p is not None for comparison in self.comparisons)


# --- Reading -----------------------------------------------------------------------------------


def load_side(paths: Sequence[str], across: bool = False) -> Side:
    """Reads results.json files, or directories that hold one or primitives.json or both."""
    side = Side(list(paths), [], {}, {})
    seen: set[str] = set()
    for path in paths:
        results_path, rows_path = path, None
        if os.path.isdir(path):
            results_path = os.path.join(path, results_file.FILE_NAME)
            rows_path = os.path.join(path, benchmark_rows.FILE_NAME)
            if not os.path.exists(rows_path):
                rows_path = None
        if os.path.realpath(path) in seen or os.path.realpath(results_path) in seen:
            raise ResultsError(f"{path}: named twice: its runs would count double")
        seen |= {os.path.realpath(path), os.path.realpath(results_path)}
        if rows_path is None or os.path.exists(results_path):
            _pool_runs(side, results_file.load(results_path), across)
        if rows_path is not None:
            _pool_rows(side, benchmark_rows.load(rows_path))
    return side


def _pool_runs(side: Side, loaded: Results, across: bool) -> None:
    side.files.append(loaded)
    for i, run in enumerate(loaded.runs):
        for cost in costs.COSTS:
            if run.ok and abs(cost.of(run) or 0) > BEYOND_MEASURE:
                raise ResultsError(f"{loaded.path}: runs[{i}]: {cost.words} is beyond all measure")
        work = dataclasses.replace(run.workload, cores=0) if across else run.workload
        side.runs.setdefault((run.model, work), []).append(run)


def _pool_rows(side: Side, rows: dict[str, benchmark_rows.Row]) -> None:
    for name, row in rows.items():
        into = side.rows.setdefault(name, benchmark_rows.Row(name))
        into.real_s += row.real_s
        into.cpu_s += row.cpu_s
        into.resident += row.resident


# --- Comparable? -------------------------------------------------------------------------------


def check_comparable(baseline: Side, current: Side, across: bool, partly: bool) -> list[str]:
    """Raises NotComparable; returns what differs without being in the way.

    `partly`: a side may hold primitives alone.
    """
    notes: list[str] = []
    places = [*baseline.files, *current.files]
    for name, read, machine in _IN_THE_WAY:
        if across and machine:
            continue
        values = {read(file.environment) for file in places} - {None}
        if len(values) > 1:
            known = [read(f.environment) for f in (*baseline.files, *current.files)]
            one, other = next((a, b) for a in known for b in known if None not in (a, b) and a != b)
            hint = "; --across-machines compares structure and ratios" if machine else ""
            raise NotComparable(f"{name}: {one} against {other}{hint}")
    for name in ("compiler", "flags"):
        values = sorted({str(file.environment.get(name)) for file in places})
        if len(values) > 1:
            notes.append(f"The {name} differs: {' against '.join(values)}.")
    _check_something_in_common(baseline, current, partly)
    return notes


def _text(key: str) -> Callable[[dict[str, Any]], Optional[str]]:
    def read(environment: dict[str, Any]) -> Optional[str]:
        value = environment.get(key)
        return value if isinstance(value, str) and value else None

    return read


def _cores(environment: dict[str, Any]) -> Optional[str]:
    value = environment.get("cores")
    return f"{value}" if type(value) is int else None


def _memory(environment: dict[str, Any]) -> Optional[str]:
    """In GiB, to one digit below ten: what the kernel keeps for itself varies by a little."""
    value = environment.get("memory_bytes")
    if type(value) not in (int, float) or value <= 0:
        return None
    gib = value / 2**30
    return f"{gib:.0f} GiB" if gib >= 10 else f"{gib:.1f} GiB"


def _kernel(environment: dict[str, Any]) -> Optional[str]:
    """Name and first two numbers: a patch level doesn't make another machine."""
    value = environment.get("kernel")
    found = re.match(r"\D*\d+\.\d+", value) if isinstance(value, str) else None
    return found.group() if found else None


# What it is, how it is read from the environment, and whether it belongs to the machine.
_IN_THE_WAY = (
    ("build type", _text("build_type"), False),
    ("CPU", _text("cpu"), True),
    ("cores", _cores, True),
    ("memory", _memory, True),
    ("kernel", _kernel, True),
)


def _check_something_in_common(baseline: Side, current: Side, partly: bool) -> None:
    only_rows = not baseline.runs and not current.runs or (partly and not current.runs)
    if only_rows and baseline.rows.keys() & current.rows.keys():
        return
    for name, side in (("baseline", baseline), ("current", current)):
        if not any(run.ok for runs in side.runs.values() for run in runs):
            raise NotComparable(f"the {name} has no run that is ok")
    if not {work for _, work in baseline.runs} & {work for _, work in current.runs}:
        raise NotComparable("no workload in common")
    if not baseline.runs.keys() & current.runs.keys():
        raise NotComparable("no model in common")


# --- Deciding ----------------------------------------------------------------------------------


def decide(
    baseline: Side,
    current: Side,
    alpha: float = ALPHA,
    across: bool = False,
    only: Optional[set[Key]] = None,
    confirmed: Optional[set[Key]] = None,
) -> Gate:
    """Compares all that both sides have.

    With `only`, nothing but what it names is judged. With `confirmed`, what regressed counts only
    if it names it, too: a fresh, independent run has shown it again.
    """
    notes = check_comparable(baseline, current, across, partly=only is not None)
    common = {work for _, work in baseline.runs} & {work for _, work in current.runs}
    left_out = {work for _, work in baseline.runs} ^ {work for _, work in current.runs}
    if left_out:
        notes.append(
            f"Only on one side, and left out: {len(left_out)} of {len(left_out | common)}"
            " workloads."
        )
    groups = _in_order(baseline, common)
    structure = [finding for group in groups for finding in _structure(baseline, current, *group)]
    comparisons = _compared(baseline, current, groups)
    _excuse(comparisons, across)
    if only is not None:
        structure = [f for f in structure if f.key in only or _lost(f, only)]
        comparisons = [c for c in comparisons if c.key in only]
        if not structure and not comparisons:
            raise NotComparable("nothing of what regressed was run again")
    _judge(comparisons, alpha)
    if confirmed is not None:
        _keep_confirmed([*structure, *comparisons], confirmed)
    new = sorted({m for m, w in current.runs if w in common} - {m for m, _ in baseline.runs})
    if new and only is None:
        notes.append(f"New, with nothing to compare with: {', '.join(new)}.")
    if only is None:
        notes += _common_shifts(comparisons, across)
    return Gate(baseline, current, alpha, across, structure, comparisons, notes)


def _lost(finding: Finding, only: set[Key]) -> bool:
    """Whether a model that was to run again did not do its work at all."""
    named = {(model, work) for model, work, _ in only}
    regressed = finding.trait == "runs" and finding.verdict == REGRESSED
    return regressed and (finding.model, finding.workload) in named


def _keep_confirmed(decisions: Iterable[Finding | Comparison], confirmed: set[Key]) -> None:
    for decision in decisions:
        lost = (decision.model, decision.workload, "runs") in confirmed
        if decision.verdict == REGRESSED and decision.key not in confirmed and not lost:
            decision.verdict = UNCLEAR
            decision.words = f"not seen again in a fresh run; {decision.words}"


def _in_order(side: Side, workloads: set[Workload]) -> list[tuple[str, Workload]]:
    """By workload, and then as the table of models has them: runs come in random order."""
    table = list(dict.fromkeys(model for file in side.files for model in file.models))
    groups = [group for group in side.runs if group[1] in workloads]
    return sorted(groups, key=lambda group: (group[1], table.index(group[0])))


# --- Structure ---------------------------------------------------------------------------------

RAN_A_STEP = "threads that ran a step"

_COUNTS: tuple[tuple[str, Callable[[Run], Optional[int]]], ...] = (
    ("most in flight", lambda run: run.structure.max_in_flight),
    ("most computing", lambda run: run.structure.max_computing),
    (RAN_A_STEP, lambda run: run.structure.threads),
    ("threads at the peak", lambda run: (run.client or {}).get("peak_threads")),
)


def _structure(baseline: Side, current: Side, model: str, work: Workload) -> Iterable[Finding]:
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


# --- Costs -------------------------------------------------------------------------------------


def _compared(
    baseline: Side, current: Side, groups: list[tuple[str, Workload]]
) -> list[Comparison]:
    found: list[Comparison] = []
    for group in groups:
        for cost in costs.COSTS:
            _add(found, *group, cost, baseline.values(group, cost), current.values(group, cost))
    for name, before in baseline.rows.items():
        after = current.rows.get(name)
        if after is None:
            continue
        if before.resident:  # its time is that of measuring the memory
            _add(found, name, None, costs.ROW_BYTES, before.resident, after.resident)
            continue
        _add(found, name, None, costs.ROW_CPU, before.cpu_s, after.cpu_s)
        if found and found[-1].model == name and not before.busy:
            found[-1].verdict = NOT_JUDGED
            found[-1].words = "it waits for others: its cost depends on the cores they got"
    return found


def _add(
    found: list[Comparison],
    model: str,
    work: Optional[Workload],
    cost: Cost,
    before: list[float],
    after: list[float],
) -> None:
    if before and after:
        sides = [Spread(len(v), samples.median(v), samples.mad(v)) for v in (before, after)]
        moved = sides[1].median - sides[0].median
        found.append(Comparison(model, work, cost, before, after, *sides, difference=moved))


def _excuse(comparisons: list[Comparison], across: bool) -> None:
    """Fills in floors, and what other load may have done, from what the other models show."""
    alike: dict[tuple[Optional[Workload], str], list[Comparison]] = {}
    for one in comparisons:
        if one.verdict != NOT_JUDGED:
            alike.setdefault((one.workload, one.cost.key), []).append(one)
    controls = {
        one.key: [other for other in group if other is not one]
        for group in alike.values()
        for one in group
    }
    if across:
        ratios = {key: _ratio(others) for key, others in controls.items()}
        for one in comparisons:
            if one.key in controls:
                enough = len(controls[one.key]) >= CONTROLS
                _take_relative(one, ratios[one.key] if enough else None)
        return
    for one in comparisons:
        others = controls.get(one.key, [])
        one.controls = len(others)
        one.floor = one.cost.floor_of(one.baseline.median)
        if one.cost.excuse == "delay":
            shift = statistics.median([o.difference for o in others]) if others else 0.0
            one.excused = _excused_delay(shift, one.floor)
            one.eased = _excused_delay(-shift, one.floor)
        elif one.cost.excuse == "slowdown":
            ratio = _ratio(others) if len(others) >= CONTROLS else None
            slower = faster = EXCUSED_SLOWDOWN  # what is not known is excused
            if ratio is not None:
                slower = min(max(ratio, 1.0), EXCUSED_SLOWDOWN)
                faster = min(max(1 / ratio, 1.0), EXCUSED_SLOWDOWN)
            one.excused = one.baseline.median * (slower - 1)
            one.eased = one.baseline.median * (1 - 1 / faster)


def _excused_delay(shift: float, floor: float) -> float:
    return math.inf if shift > floor else EXCUSED_DELAY * max(0.0, shift)


def _ratio(comparisons: list[Comparison]) -> Optional[float]:
    ratios = [
        c.current.median / c.baseline.median
        for c in comparisons
        if c.baseline.median > 0 and c.current.median > 0
    ]
    return statistics.median(ratios) if ratios else None


def _take_relative(one: Comparison, ratio: Optional[float]) -> None:
    """Between machines: takes the ratio that the other models show out of the current cost."""
    one.controls = CONTROLS
    if ratio is None:
        one.verdict = NOT_JUDGED
        one.words = "too few other models to take a ratio to"
        return
    one.after = [value / ratio for value in one.after]
    one.current = Spread(len(one.after), samples.median(one.after), samples.mad(one.after))
    one.difference = one.current.median - one.baseline.median
    one.floor = one.cost.floor_of(one.baseline.median, across=True)


def _judge(comparisons: list[Comparison], alpha: float) -> None:
    tested = []
    for one in comparisons:
        if one.verdict == NOT_JUDGED:
            continue
        if min(one.baseline.n, one.current.n) < samples.ENOUGH:
            one.verdict = TOO_FEW
            one.words = f"{samples.ENOUGH} a side are needed"
            continue
        one.interval = samples.interval_of_difference(one.before, one.after, LEVEL)
        one.p = samples.rank_test(one.before, one.after)
        tested.append(one)
    for one, corrected in zip(tested, samples.holm([one.p for one in tested])):
        one.p_corrected = corrected
        one.verdict, reason = _verdict(one, alpha, len(tested))
        odds = samples.odds(one.p)
        one.words = f"{reason}; {odds}" if reason else odds


def _verdict(one: Comparison, alpha: float, tested: int) -> tuple[str, str]:
    """The verdict, and a reason where a reader would ask for one."""
    worse = one.difference > 0
    allowed = one.floor + (one.excused if worse else one.eased)
    if abs(one.difference) <= one.floor:
        return SAME, "too small to matter" if one.p_corrected <= alpha else ""
    if abs(one.difference) <= allowed:
        return UNCLEAR, "the other models moved as well: other load, or code that all share"
    low, high = one.interval
    near = low if worse else -high
    moved = samples.quickest_quarter(one.after) - samples.quickest_quarter(one.before)
    if near <= allowed or (moved if worse else -moved) <= allowed:
        return UNCLEAR, "too much spread to tell it from noise"
    if one.cost.excuse == "delay" and one.controls < CONTROLS:
        if abs(one.difference) < STEADY * max(one.baseline.mad, one.current.mad):
            return UNCLEAR, "too few other models to tell it from other load"
    if one.p_corrected > alpha:
        if samples.least_p(one.baseline.n, one.current.n) * tested > alpha:
            return TOO_FEW, f"too few to stand out among {tested} comparisons"
        return UNCLEAR, f"not rare enough among {tested} comparisons"
    return (REGRESSED if worse else IMPROVED), ""


def _common_shifts(comparisons: list[Comparison], across: bool) -> list[str]:
    """What hit all models of a workload alike, in words."""
    notes = []
    groups: dict[Optional[Workload], list[Comparison]] = {}
    for one in comparisons:
        if one.cost.excuse == "delay" and not across:
            groups.setdefault(one.workload, []).append(one)
    for group in groups.values():
        shift = statistics.median([one.difference for one in group])
        if len(group) > CONTROLS and abs(shift) > statistics.median([one.floor for one in group]):
            way = "later" if shift > 0 else "earlier"
            cause = (
                "The machine was busier in the current runs, or code that all models share became"
                " slower; compare the CPU times, and run again on a calm machine"
                if shift > 0
                else "The machine was busier in the baseline, or code that all models share became"
                " quicker; consider a new baseline"
            )
            notes.append(
                f"All models together ended {abs(shift) * 1000:.1f} ms {way} (median of"
                f" {len(group)}). {cause}."
            )
    return notes
