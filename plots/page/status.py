"""Says below the finding whether to believe it: what failed, what was off, on what machine."""

from __future__ import annotations

from typing import Any, Iterator, Sequence

from plots.read import findings
from plots.read.results import ModelRuns, Results
from plots.read.run import AS_PREDICTED
from plots.read.words import clean, counted, listed, overhead, seconds

BUSY_CORES = 0.5  # taken by others, from which on a machine is not quiet


def of(results: Results, groups: Sequence[ModelRuns]) -> list[dict[str, Any]]:
    """Each part: its words, and whether they are an alarm."""
    said = [{"words": words, "alarm": True} for words in findings.bad_models(groups)]
    said += [{"words": words, "alarm": False} for words in _calm(results, groups)]
    return said


def _calm(results: Results, groups: Sequence[ModelRuns]) -> Iterator[str]:
    ok = [group for group in groups if group.ok_runs]
    if ok:
        yield _predictions(ok, len(groups))
    busy, cores = (results.environment.get(key) for key in ("busy_cores", "cores"))
    if type(busy) in (int, float):
        quiet = busy <= BUSY_CORES
        yield "quiet machine" if quiet else f"busy machine: others used {busy:.1f} of {cores} cores"
    runs = {len(group.counted_runs) for group in ok}
    if runs:
        of_each = f"{min(runs)} to {max(runs)} runs" if len(runs) > 1 else counted(*runs, "run")
        yield f"{of_each} of each model"


def _predictions(ok: Sequence[ModelRuns], of: int) -> str:
    """How many kept to their predictions, in time and structure, and how near."""
    odd = [g for g in ok if any(run.structure.verdict != AS_PREDICTED for run in g.ok_runs)]
    off = [group for group in ok if findings.is_off(group.shown) or group in odd]
    kept = [group for group in ok if group not in off]
    if not kept:
        return "none as predicted: " + _named(off)
    worst = max(abs(group.shown.overhead_s) for group in kept)
    said = f"{len(kept)} of {of} as predicted, within {seconds(worst)}"
    return said + (f"; not {_named(off)}" if off else "")


def _named(off: Sequence[ModelRuns]) -> str:
    named = [f"{clean(g.model.title)} ({_how_off(g)})" for g in off[: findings.NAMED_AT_MOST]]
    rest = len(off) - findings.NAMED_AT_MOST
    return listed(named + ([f"{rest} more"] if rest > 0 else []))


def _how_off(group: ModelRuns) -> str:
    return overhead(group.shown.overhead_s) if findings.is_off(group.shown) else "structure"
