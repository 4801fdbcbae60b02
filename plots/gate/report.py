"""Writes the gate's decisions: as Markdown for people, JSON for scripts, JUnit for CI."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from typing import Any, Optional

from plots.gate import junit
from plots.gate.costs import CONTROLS
from plots.gate.decisions import (
    IMPROVED,
    NOT_JUDGED,
    REGRESSED,
    SAME,
    TOO_FEW,
    UNCLEAR,
    Comparison,
    Finding,
    Key,
    Spread,
)
from plots.gate.verdict import Gate
from plots.read import files
from plots.read.checked_json import ResultsError
from plots.read.run import Workload
from plots.read.words import clean

FORMAT = "waitbench gate"
VERSION = 2

# --- Markdown ----------------------------------------------------------------------------------

_COSTS_HEAD = (
    "| model | cost | baseline | current | difference | verdict | in words |\n"
    "|---|---|--:|--:|--:|---|---|"
)
_STRUCTURE_HEAD = (
    "| model | structure | baseline | current | verdict | in words |\n|---|---|---|---|---|---|"
)


def markdown(gate: Gate) -> str:
    """The whole report: what it comes to first, then the tables, then how to read them."""
    parts = [f"# Gate: {_headline(gate)}"]
    bad = [f"- **{_summed_up(decision)}**" for decision in gate.regressed]
    good = [f"- {_summed_up(decision)}" for decision in gate.improved]
    parts += ["\n".join(lines) for lines in (bad, good) if lines]
    parts += [_escape(note) for note in gate.notes]
    parts.append(_structure(gate))
    if gate.comparisons:
        several = len({c.workload for c in gate.comparisons} - {None}) > 1
        rows = [_row(comparison, several) for comparison in gate.comparisons]
        parts.append(_COSTS_HEAD + "\n" + "\n".join(rows))
        parts.append(_how_to_read(gate))
    return "\n\n".join(parts) + "\n"


def not_comparable(reason: str) -> str:
    """The report where nothing can be compared."""
    return f"# Gate: not comparable\n\n{_escape(reason)}.\n"


def _headline(gate: Gate) -> str:
    regressed, improved = len(gate.regressed), len(gate.improved)
    if regressed:
        return f"{regressed} regression{'s' if regressed > 1 else ''}"
    judged = {c.verdict for c in gate.comparisons} - {NOT_JUDGED}
    if judged == {TOO_FEW}:
        return "no regression in structure; too few samples to judge costs"
    return "no regression" + (f", {improved} improved" if improved else "")


def _summed_up(decision: Finding | Comparison) -> str:
    where = _escape(decision.model)
    if decision.workload is not None:
        where += f" ({junit.named(decision.workload, '').rstrip(': ')})"
    if isinstance(decision, Finding):
        return (
            f"{where}: {decision.verdict}: {decision.trait}: {_escape(decision.baseline)}"
            f" before, {_escape(decision.current)} now"
        )
    return (
        f"{where}: {decision.verdict}: {decision.cost.words} {_difference(decision)},"
        f" from {decision.amount(decision.baseline.median)}"
    )


def _structure(gate: Gate) -> str:
    if not gate.structure:
        return "Structure: nothing to compare."
    told = [
        f
        for f in gate.structure
        if f.verdict in (REGRESSED, IMPROVED, UNCLEAR) or (f.verdict == SAME and f.words)
    ]
    groups = {(f.model, f.workload) for f in gate.structure}
    changed = {(f.model, f.workload) for f in told if f.verdict != SAME}
    text = f"Structure: as before in {len(groups) - len(changed)} of {len(groups)} models."
    rows = [
        f"| {_escape(f.model)} | {f.trait} | {_escape(f.baseline)} | {_escape(f.current)} |"
        f" {_loud(f.verdict)} | {_escape(f.words)} |"
        for f in told
    ]
    return text + ("\n\n" + _STRUCTURE_HEAD + "\n" + "\n".join(rows) if rows else "")


def _row(one: Comparison, several: bool) -> str:
    name = _escape(one.model)
    if several and one.workload is not None:
        name += f", {junit.named(one.workload, '').rstrip(': ')}"
    cells = (
        name,
        one.cost.words,
        _spread(one.baseline, one),
        _spread(one.current, one),
        _difference(one),
        _loud(one.verdict),
        _escape(one.words),
    )
    return f"| {' | '.join(cells)} |"


def _how_to_read(gate: Gate) -> str:
    across = ""
    if gate.across:
        across = (
            " Two machines: current costs are shown as they would be, had they moved as those of"
            " the other models."
        )
    return (
        "Costs are medians ± the median absolute deviation (number of runs), and the difference"
        " has its 99 % interval. A verdict of *regressed* or *improved* needs a difference beyond"
        " the noise floor and beyond what the other models show, with its whole interval, and a rank"
        f" test that finds it rarer than {gate.alpha:g} after correction for the number of"
        f" comparisons, here {gate.tested}.{across}"
    )


def _loud(verdict: str) -> str:
    return f"**{verdict}**" if verdict in (REGRESSED, IMPROVED) else verdict


def _spread(side: Spread, one: Comparison) -> str:
    factor, unit, digits = one.scale
    middle, spread = side.median / factor, side.mad / factor
    return f"{middle:,.{digits}f} ± {spread:,.{digits}f} {unit} ({side.n})"


def _difference(one: Comparison) -> str:
    text = one.amount(one.difference, "+")
    if one.interval is None:
        return text
    low, high = (one.amount(end, "+").split()[0] for end in one.interval)
    return f"{text} [{low} to {high}]"


def _escape(text: str) -> str:
    out = clean(text)
    for character in "\\|`*<>[]":
        out = out.replace(character, "\\" + character)
    return out


# --- JSON --------------------------------------------------------------------------------------


def as_json(gate: Gate) -> bytes:
    """All decisions, and what to run again before anybody is bothered."""
    models = _unique(d.model for d in gate.regressed if d.workload is not None)
    rows = _unique(d.model for d in gate.regressed if d.workload is None)
    controls = _controls(gate, models)
    return _dumped(
        {
            "format": FORMAT,
            "version": VERSION,
            "decision": "regressed" if gate.regressed else "fine",
            "exit_code": 3 if gate.regressed else 0,
            "reason": "",
            "alpha": gate.alpha,
            "across_machines": gate.across,
            "baseline": gate.baseline.paths,
            "current": gate.current.paths,
            "notes": gate.notes,
            "rerun": {
                "models": models,
                "controls": controls,
                "run": models + controls,
                "primitives": rows,
                "primitives_filter": "|".join(f"^{re.escape(row)}$" for row in rows),
            },
            "structure": [_finding(finding) for finding in gate.structure],
            "costs": [_comparison(comparison) for comparison in gate.comparisons],
        }
    )


def not_comparable_json(reason: str, baseline: list[str], current: list[str]) -> bytes:
    """The same where nothing can be compared."""
    return _dumped(
        {
            "format": FORMAT,
            "version": VERSION,
            "decision": "not comparable",
            "exit_code": 4,
            "reason": reason,
            "baseline": baseline,
            "current": current,
        }
    )


def regressed_in(path: str) -> set[Key]:
    """What an earlier gate, written by `as_json`, said regressed. Raises ResultsError."""
    document = files.read_json(path, ResultsError)
    try:
        if document.get("format") != FORMAT or document.get("version") != VERSION:
            raise ResultsError(f"{path}: not what plots.gate --json writes")
        if document.get("decision") not in ("fine", "regressed"):
            raise ResultsError(f"{path}: nothing was decided there: {document.get('reason')}")
        keys = set()
        for decision in [*document["structure"], *document["costs"]]:
            if decision["verdict"] == REGRESSED:
                work = decision["workload"]
                name = decision["trait"] if "trait" in decision else decision["cost"]
                keys.add((decision["model"], None if work is None else Workload(**work), name))
        return keys
    except (KeyError, TypeError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise ResultsError(f"{path}: not what plots.gate --json writes: {reason}") from error


def _unique(names) -> list[str]:
    return list(dict.fromkeys(names))


def _controls(gate: Gate, models: list[str]) -> list[str]:
    """Other models to run along, so that load shows: the quickest that did not regress."""
    if not models:
        return []
    quickest: dict[str, float] = {}
    for (model, _), runs in gate.current.runs.items():
        if model not in models and any(run.ok for run in runs):
            longest = max(run.makespan_s for run in runs if run.ok)
            quickest[model] = max(longest, quickest.get(model, 0.0))
    return sorted(sorted(quickest, key=lambda model: (quickest[model], model))[: CONTROLS + 1])


def _finding(finding: Finding) -> dict[str, Any]:
    return dataclasses.asdict(finding)


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "model": one.model,
        "workload": None if one.workload is None else dataclasses.asdict(one.workload),
        "cost": one.cost.key,
        "unit": one.cost.unit,
        "baseline": dataclasses.asdict(one.baseline),
        "current": dataclasses.asdict(one.current),
        "difference": one.difference,
        "interval": one.interval,
        "floor": one.floor,
        "excused": one.excused if math.isfinite(one.excused) else None,
        "p": one.p,
        "p_corrected": one.p_corrected,
        "verdict": one.verdict,
        "words": one.words,
    }


def _dumped(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


# --- JUnit -------------------------------------------------------------------------------------


def as_junit(gate: Gate) -> bytes:
    """What the current runs must keep to on their own, and then each decision of the gate."""
    cases = [case for file in gate.current.files for case in junit.of_runs(file)]
    for finding in gate.structure:
        name = junit.named(finding.workload, f"gate: {finding.trait}")
        cases.append(_case(finding, name))
    for one in gate.comparisons:
        cases.append(_case(one, junit.named(one.workload, f"gate: {one.cost.words}")))
    return junit.write(cases)


def not_comparable_junit(reason: str) -> bytes:
    """One failing case that says why."""
    return junit.write([junit.Case("gate", "comparable", failure=f"not comparable: {reason}")])


def _case(decision: Finding | Comparison, name: str) -> junit.Case:
    failure: Optional[str] = None
    skipped: Optional[str] = None
    if decision.verdict == REGRESSED:
        failure = f"{_summed_up(decision)}; {decision.words}"
    elif decision.verdict in (TOO_FEW, NOT_JUDGED):
        skipped = f"{decision.verdict}: {decision.words}".rstrip(": ")
    return junit.Case(decision.model, name, failure=failure, skipped=skipped)
