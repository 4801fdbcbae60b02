"""What the figure of time lines and of threads is made of: panels, one a model, of rows."""

from __future__ import annotations

import dataclasses

from plots.read.results import ModelRuns
from plots.read.run import Stretch

# Up to ROWS_LABELLED rows each stretch is an element of its own, with a label where it fits; up to
# ROWS_DRAWN rows are thin; beyond that they are areas of counts over time.
ROWS_LABELLED = 40
ROWS_DRAWN = 200
BINS = 300


@dataclasses.dataclass
class Row:
    """A line of a panel: its label, and what happened when."""

    label: str
    stretches: list[Stretch]


@dataclasses.dataclass
class Panel:
    """A model's part of the figure. `note` is small print; `counted` names what its rows are."""

    group: ModelRuns
    finding: str
    rows: list[Row]
    note: str = ""
    counted: str = "tasks"

    @property
    def has_record(self) -> bool:
        return any(row.stretches for row in self.rows)

    @property
    def rows_shown(self) -> int:
        return len(self.rows) if self.has_record else 1

    @property
    def is_thin(self) -> bool:
        return len(self.rows) > ROWS_LABELLED

    @property
    def is_counted(self) -> bool:
        return len(self.rows) > ROWS_DRAWN
