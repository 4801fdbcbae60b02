"""Decides whether what was measured now is worse than a baseline, without crying wolf.

There are two questions. *Structure* is what a model does: how many threads it has, how much
overlaps, whether it does its work at all. It does not depend on load, so it must be the same.
A count is compared only where the baseline has settled: nine tenths of at least nine runs show one
value. The count has changed if hardly any run shows that value now. How many threads ran a step is
compared only where it was one, because chance decides which threads of a pool get work; a pool is
known by its threads at the peak. A deviation from the prediction, or a failed run, counts from the
second one on.

*Costs* are compared as distributions. A cost has regressed only if all of this holds:

- there are at least nine samples per side;
- the median moved by more than the noise floor of that cost (plots/read/run_costs.py), and so did
  the quickest quarter, which other load touches least. The floor of a delay is lower where the
  other models moved by no more than that lower floor, so that the machine was calm, and where
  three quarters of the samples of one side lie beyond three quarters of those of the other;
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

import dataclasses
import statistics
from typing import Iterable, Optional

from plots.gate import costs
from plots.gate.costs import CONTROLS
from plots.gate.decisions import IMPROVED, REGRESSED, UNCLEAR, Comparison, Finding, Key
from plots.gate.sides import NotComparable, Side, check_comparable, overflowed
from plots.gate.structure import findings
from plots.read.run import Workload

ALPHA = 0.05  # the chance that the rank test alone errs anywhere; the rest is stricter


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
    notes += overflowed(baseline, current)
    common = {work for _, work in baseline.runs} & {work for _, work in current.runs}
    left_out = {work for _, work in baseline.runs} ^ {work for _, work in current.runs}
    if left_out:
        notes.append(
            f"Only on one side, and left out: {len(left_out)} of {len(left_out | common)}"
            " workloads."
        )
    groups = _in_order(baseline, common)
    structure = [finding for group in groups for finding in findings(baseline, current, *group)]
    comparisons = costs.compared(baseline, current, groups)
    costs.excuse(comparisons, across)
    if only is not None:
        structure = [f for f in structure if f.key in only or _lost(f, only)]
        comparisons = [c for c in comparisons if c.key in only]
        if not structure and not comparisons:
            raise NotComparable("nothing of what regressed was run again")
    costs.judge(comparisons, alpha)
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
