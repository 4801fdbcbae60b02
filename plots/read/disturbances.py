"""Says what came to runs from outside: full listen queues, and connections of strangers.

Which runs are counted in spite of it, plots/read/results.py decides.
"""

from __future__ import annotations

import statistics
from typing import Iterable, Optional

from plots.read.results import ModelRuns
from plots.read.words import clean, counted, overhead

FULL_QUEUE = "full listen queue"
TRIED_AGAIN = "a connection that was dropped is tried again after 1 s"


def notes(groups: Iterable[ModelRuns]) -> list[str]:
    """A sentence for each model whose runs were disturbed, and for each disturbance."""
    found = [note for group in groups for note in (_on_queue(group), _on_strangers(group))]
    return [note for note in found if note]


def marked(text: str, group: ModelRuns) -> str:
    """The text of a time; where it shows a full listen queue instead of the model, marked so."""
    return f"{text} ({FULL_QUEUE})" if group.all_overflowed else text


def _on_queue(group: ModelRuns) -> Optional[str]:
    if not group.overflowed_runs:
        return None
    several, of = len(group.overflowed_runs), len(group.ok_runs)
    which = f"in {several:,} of {of:,} runs" if of > 1 else "in its run"
    full = overhead(statistics.median_low([run.overhead_s for run in group.overflowed_runs]))
    told = f"{clean(group.model.title)}: {which} the listen queue overflowed; {TRIED_AGAIN}"
    if group.all_overflowed:
        return f"{told}: {full} is what a {FULL_QUEUE} costs, not the model"
    return f"{told}: overhead {full}, without {overhead(group.shown.overhead_s)}"


def _on_strangers(group: ModelRuns) -> Optional[str]:
    met = [run.strangers for run in group.runs if run.strangers]
    if not met:
        return None
    of = len(group.runs)
    which = f"in {len(met):,} of {of:,} runs" if of > 1 else "in its run"
    verb = "was" if sum(met) == 1 else "were"
    return (
        f"{clean(group.model.title)}: {which} {counted(sum(met), 'connection')} to the server {verb}"
        " none of the tasks': another program connected to its port, and took some of its time"
    )
