"""Says what the data shows, in sentences: the titles of the charts. Nothing is known beforehand."""

from __future__ import annotations

from plots.read.results import ModelRuns
from plots.read.run import AS_PREDICTED, COMPUTE, CONNECT, READY, RESPONSE, Run
from plots.read.words import (
    clean,
    counted,
    listed,
    number,
    overhead,
    planned,
    seconds,
    sentence,
    span,
)

# A makespan farther from its prediction than this is worth words, as a fraction and in seconds.
NOTABLE_SHARE = 0.05
NOTABLE_S = 0.010

# Makespans closer together than this count as the same.
SAME_SHARE = 0.05


def of_run(run: Run) -> str:
    """The lesson of one run's time line."""
    if not run.ok:
        return sentence(clean(f"{run.status}: {run.message or 'no reason on record'}"))
    if not run.has_stages:
        return "The steps of this run were not kept"
    parts = [_ready(run) or _overlap(run)]
    if not run.knows_echoes:
        parts.append("the server's records are missing, so waits for a thread count as response")
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


def of_makespans(groups: list[ModelRuns]) -> str:
    """How long the same work took, by what overlapped: the title above all time lines."""
    ok = [group for group in groups if group.ok_runs]
    if not ok:
        return f"No run succeeded: {_bad_models(groups)}"
    tasks = groups[0].runs[0].workload.tasks
    ends = [group.makespan for group in ok]
    if max(ends) - min(ends) <= SAME_SHARE * max(ends):
        work = "One task" if tasks == 1 else "Same work"
        text = f"{work}: {span(ends)}, whichever of {number(len(ok))} models runs it"
        if len(ok) == 1:
            text = f"{clean(ok[0].model.title)} took {span(ends)}"
    else:
        text = "Same work, same waits: " + ", ".join(_by_overlap(ok))
    bad = len(groups) - len(ok)
    return text + (f"; {_bad_models(groups)}" if bad else "")


def _by_overlap(ok: list[ModelRuns]) -> list[str]:
    in_turn, waits, both = [], [], []
    for group in ok:
        structure = group.shown.structure
        if structure.max_in_flight <= 1:
            in_turn.append(group)
        elif structure.max_computing <= 1:
            waits.append(group)
        else:
            both.append(group)
    alone = all(g.shown.structure.threads == 1 and not _holds(g) for g in waits)
    named = (
        (in_turn, "in turn"),
        (waits, "on one async thread" if alone else "overlapping only waits"),
        (both, "on several" if waits and alone else "on several threads"),
    )
    return [f"{span([g.makespan for g in kind])} {words}" for kind, words in named if kind]


def _holds(group: ModelRuns) -> bool:
    return group.model.holds_thread_while_waiting


def _bad_models(groups: list[ModelRuns]) -> str:
    bad = [group for group in groups if not group.ok_runs]
    kinds = {}
    for group in bad:
        kinds.setdefault(group.shown.status, []).append(group)
    return listed(
        [f"{counted(len(gs), 'model')} {_how(status, len(gs))}" for status, gs in kinds.items()]
    )


def _how(status: str, models: int) -> str:
    refused = "was refused" if models == 1 else "were refused"
    return {"failed": "failed", "refused": refused, "timeout": "ran out of time"}[status]


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
        return f"No run succeeded: {_bad_models(groups)}"
    held = [group for group in ok if _holds(group)]
    free = len(ok) - len(held)
    bad = f"; {_bad_models(groups)}" if len(ok) < len(groups) else ""
    if not held:
        return f"No thread was held while a task waited, in {counted(len(ok), 'model')}{bad}"
    blocked = span([group.shown.total(CONNECT, RESPONSE, READY) for group in held])
    models = f"{number(len(held))} of {counted(len(ok), 'model')}"
    text = f"Waiting held OS threads for {blocked} in {models}"
    return text + (f"; in the other {number(free)} it held none" if free else "") + bad


def of_overheads(groups: list[ModelRuns]) -> str:
    """How well the predictions hold: the title of the comparison."""
    ok = [group for group in groups if group.ok_runs]
    if not ok:
        return f"No run succeeded: {_bad_models(groups)}"
    off = [group for group in ok if is_off(group.shown)]
    if off:
        worst = max(off, key=lambda group: abs(group.shown.overhead_s))
        run = worst.shown
        direction = "later" if run.overhead_s > 0 else "earlier"
        text = (
            f"{sentence(number(len(off)))} of {counted(len(ok), 'model')} missed the prediction; "
            f"{clean(worst.model.title)} ended {seconds(abs(run.overhead_s))} {direction} than "
            f"its {planned(run.predicted_s)}"
        )
    else:
        spread = span([group.shown.overhead_s for group in ok], overhead)
        models = "The model kept to its prediction"
        if len(ok) > 1:
            models = f"All {number(len(ok))} models kept to their predictions"
        text = f"{models}: overhead {spread}"
    return text + (f"; {_bad_models(groups)}" if len(ok) < len(groups) else "")
