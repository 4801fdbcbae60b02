"""Makes the stretches of the server's rows: each connection queued, waiting and open, with its thread."""

from __future__ import annotations

from typing import Any, Optional

from plots.looks import WORDS_OF_CONNECTIONS
from plots.read.run import RESPONSE, Noted, Run

NUMBERS_PER_STRETCH = 6
_QUEUED, _WAITING, _OPEN = range(len(WORDS_OF_CONNECTIONS))


def of_run(run: Run, holds: bool) -> Optional[dict[str, Any]]:
    """Stretches [task, kind, begin, end, thread, began_on] in nanoseconds. `thread` is the server's
    thread that the connection holds, 0 if none; `began_on` is the thread that noted the beginning."""
    steps = {(note.task, note.step): note for note in run.noted}
    if not steps:
        return None
    ids: dict[int, int] = {}
    for note in sorted(run.noted, key=lambda note: note.ns):
        if note.thread is not None:
            ids.setdefault(note.thread, len(ids) + 1)
    written = {s.task: round(s.begin * 1e9) for s in run.stretches if s.kind == RESPONSE}
    stretches = []
    for task in range(1, run.workload.tasks + 1):
        of_task = [steps.get((task, step)) for step in ("accepted", "echoed", "closed")]
        stretches += _of_connection(task, written.get(task), of_task, run, ids, holds)
    return {"stretches": stretches, "thread_ids": list(ids)}


def _of_connection(
    task: int,
    written: Optional[int],
    steps: list[Optional[Noted]],
    run: Run,
    ids: dict[int, int],
    holds: bool,
) -> list[list[int]]:
    """What is not on record has no stretch; what has no end on record lasts until the run's."""
    accepted, echoed, closed = steps
    last = round(run.end * 1e9)
    drawn: list[list[int]] = []
    queued_until = accepted.ns if accepted else last
    if written is not None and written < queued_until:
        drawn.append([task, _QUEUED, written, queued_until, 0, 0])
    # A thread that only accepts hands the connection to the thread that echoes.
    holder = echoed or accepted
    held = ids.get(holder.thread, 0) if holds and holder else 0
    if accepted:
        until = echoed.ns if echoed else max(last, accepted.ns)
        drawn.append([task, _WAITING, accepted.ns, until, held, ids.get(accepted.thread, 0)])
    if echoed:
        until = closed.ns if closed else echoed.ns
        drawn.append([task, _OPEN, echoed.ns, until, held, ids.get(echoed.thread, 0)])
    return drawn
