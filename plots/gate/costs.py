"""Compares what the models cost, as distributions: plots/gate/verdict.py tells by which rules."""

from __future__ import annotations

import math
import statistics
from typing import Optional

from plots.gate.decisions import (
    IMPROVED,
    NOT_JUDGED,
    REGRESSED,
    SAME,
    TOO_FEW,
    UNCLEAR,
    Comparison,
    Spread,
)
from plots.gate.sides import Side
from plots.read import run_costs, samples
from plots.read.run import Workload
from plots.read.run_costs import Cost

CONTROLS = 2  # other models needed to tell load from change
EXCUSED_DELAY = 2.0  # times what the others were delayed
EXCUSED_SLOWDOWN = 1.5  # at most: a busy sibling of the core costs half as much again
STEADY = 6.0  # times its own spread, a delay without others to compare with


def compared(baseline: Side, current: Side, groups: list[tuple[str, Workload]]) -> list[Comparison]:
    """Each cost that both sides have, and how far it moved; nothing is judged yet."""
    found: list[Comparison] = []
    for group in groups:
        for cost in run_costs.COSTS:
            _add(found, *group, cost, baseline.values(group, cost), current.values(group, cost))
    for name, before in baseline.rows.items():
        after = current.rows.get(name)
        if after is None:
            continue
        if before.resident:  # its time is that of measuring the memory
            _add(found, name, None, run_costs.ROW_BYTES, before.resident, after.resident)
            continue
        _add(found, name, None, run_costs.ROW_CPU, before.cpu_s, after.cpu_s)
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


def excuse(comparisons: list[Comparison], across: bool) -> None:
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
        if one.cost.excuse == "delay":
            _excuse_delay(one, statistics.median([o.difference for o in others]) if others else 0.0)
        else:
            one.floor = one.cost.floor_of(one.baseline.median)
            if one.cost.excuse == "slowdown":
                _excuse_slowdown(one, _ratio(others) if len(others) >= CONTROLS else None)


def _excuse_delay(one: Comparison, shift: float) -> None:
    """Excuses twice what the others were delayed, and any delay if that is beyond the floor."""
    one.shift = shift
    one.floor = _floor_of_delay(one, shift)
    one.excused, one.eased = (
        math.inf if delay > one.floor else EXCUSED_DELAY * max(0.0, delay)
        for delay in (shift, -shift)
    )


def _floor_of_delay(one: Comparison, shift: float) -> float:
    """The lower of the floors where the samples lie apart and the others show a calm machine."""
    calm = one.cost.floor_of(one.baseline.median, calm=True)
    is_calm = one.controls >= CONTROLS and abs(shift) <= calm
    if is_calm and samples.lie_apart(one.before, one.after):
        return calm
    return one.cost.floor_of(one.baseline.median)


def _excuse_slowdown(one: Comparison, ratio: Optional[float]) -> None:
    """Excuses the ratio that the others show, within bounds; where it is not known, the bound."""
    slower = faster = EXCUSED_SLOWDOWN
    if ratio is not None:
        one.shift = ratio - 1
        slower = min(max(ratio, 1.0), EXCUSED_SLOWDOWN)
        faster = min(max(1 / ratio, 1.0), EXCUSED_SLOWDOWN)
    one.excused = one.baseline.median * (slower - 1)
    one.eased = one.baseline.median * (1 - 1 / faster)


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


def judge(comparisons: list[Comparison], alpha: float) -> None:
    """Decides each, all together: the more comparisons, the rarer a difference must be."""
    tested = []
    for one in comparisons:
        if one.verdict == NOT_JUDGED:
            continue
        if min(one.baseline.n, one.current.n) < samples.ENOUGH:
            one.verdict = TOO_FEW
            one.words = f"{samples.ENOUGH} runs per side are needed"
            continue
        one.p = samples.rank_test(one.before, one.after)
        tested.append(one)
    for one, corrected in zip(tested, samples.holm([one.p for one in tested])):
        one.p_corrected = corrected
        one.verdict, reason = _verdict(one, alpha, len(tested))
        odds = samples.odds(one.p)
        one.words = f"{reason}; {odds}" if reason else odds


def _verdict(one: Comparison, alpha: float, tested: int) -> tuple[str, str]:
    """The verdict, and a reason where a reader would ask for one."""
    if abs(one.difference) <= one.floor:
        return SAME, _within_floor(one) if one.p_corrected <= alpha else ""
    noise = _noise(one)
    if noise:
        return UNCLEAR, noise
    if one.p_corrected > alpha:
        if samples.least_p(one.baseline.n, one.current.n) * tested > alpha:
            return TOO_FEW, f"too few to stand out among {tested} comparisons"
        return UNCLEAR, f"not rare enough among {tested} comparisons"
    return (REGRESSED if one.difference > 0 else IMPROVED), ""


def _noise(one: Comparison) -> str:
    """What can explain a difference beyond the floor, but for a change; nothing if nothing can."""
    worse = one.difference > 0
    excused = one.excused if worse else one.eased
    if excused == math.inf:
        moved = one.amount(one.shift, "+")
        return f"the others moved as well, by {moved}: other load, or code that all share"
    few_others = "too few others to tell it from other load"
    allowed, within = one.floor + excused, _within_floor(one)
    if excused:
        within += f" and the {one.amount(excused)} that other load may explain"
    if abs(one.difference) <= allowed:
        return few_others if one.shift is None else within
    low, high = one.interval
    near = low if worse else -high
    if near <= 0:
        return "too much spread to tell it from noise"
    if near <= allowed:
        return f"its interval begins {within}"
    moved = samples.quickest_quarter(one.after) - samples.quickest_quarter(one.before)
    if (moved if worse else -moved) <= allowed:
        return f"its quickest quarter moved by {one.amount(moved, '+')}: {within}"
    if one.cost.excuse == "delay" and one.controls < CONTROLS:
        if abs(one.difference) < STEADY * max(one.baseline.mad, one.current.mad):
            return f"{few_others}, and less than {STEADY:g} times its spread"
    return ""


def _within_floor(one: Comparison) -> str:
    return f"within the noise floor of {one.amount(one.floor)}"
