"""Draws a pitfall: the time line of the mistake above that of its cure, on one axis, as SVG.

Here everything gets its place; templates/pitfall.svg draws it. Colours are the page's, so that one
drawing serves light and dark pages.
"""

from __future__ import annotations

import dataclasses
import math
from typing import NamedTuple, Optional

from markupsafe import Markup

from plots.charts import style
from plots.looks import WORDS_OF_PITFALLS
from plots.page import pitfall_rows
from plots.page.pitfall_rows import ROWS_AT_MOST
from plots.page.templates import filled
from plots.read import pitfalls
from plots.read.pitfalls import EVENT, Pitfall, Side

# In pixels, where the picture is as wide as this.
_WIDE, _RIGHT, _GAP = 920, 24, 10
_ROW, _BAR, _HEAD, _AXIS, _SPACE = 20, 14, 26, 42, 12
_LABEL = 12  # font size of a row's label, as in page.css
_LABEL_AT_MOST = 300
_TICKS = 8
_NEVER = "never ended"
_LEAST = 1.5  # what is drawn narrower could vanish


class _Row(NamedTuple):
    """A row in its place. `what` is empty where it would say the same as the row above."""

    y: int
    kind: str
    what: str
    on: str
    path: str
    never_ended_at: Optional[float]


@dataclasses.dataclass
class _Panel:
    """A side's part of the picture; `more` rows have no room in it."""

    word: str
    side: Optional[Side]
    top: int
    known: list[pitfall_rows.Row]
    rows: list[_Row] = dataclasses.field(default_factory=list)

    @property
    def more(self) -> str:
        left_out = len(self.known) - ROWS_AT_MOST
        return f"{left_out:,}" if left_out > 0 else ""

    @property
    def first(self) -> int:
        return self.top + _HEAD

    @property
    def foot(self) -> int:
        rows = min(len(self.known), ROWS_AT_MOST + 1)
        return self.first + _ROW * max(1, rows)

    @property
    def was_run(self) -> bool:
        return self.side is not None

    @property
    def trouble(self) -> str:
        """Why less is to be seen than one would expect; nothing where all is well."""
        if self.side is None or self.side.ending != pitfalls.FINISHED:
            return style.wrap(what_happened(self.side), _WIDE - _LABEL_AT_MOST, _LABEL, 1)[0]
        return "" if self.known else "nothing on record"


class Picture:
    """`name` is a prefix of ids that nothing else on the page has."""

    def __init__(self, name: str, pitfall: Pitfall):
        self.name, self.title = name, pitfall.title
        sides = {"broken": pitfall.broken, "fixed": pitfall.fixed}
        self._end = max((side.end for side in sides.values() if side), default=0.0) or 1e-3
        self._panels, top = [], 0
        for word, side in sides.items():
            panel = _Panel(word, side, top, pitfall_rows.rows_of(side) if side else [])
            self._panels.append(panel)
            top = panel.foot + _SPACE
        shown = [row for panel in self._panels for row in panel.known[:ROWS_AT_MOST]]
        drawn = {row.kind for row in shown}
        self.legend = [(kind, words) for kind, words in WORDS_OF_PITFALLS.items() if kind in drawn]
        labels = (style.text_width("".join(_label(row)), _LABEL) for row in shown)
        self._left = _GAP + max(labels, default=0)
        self._right = _WIDE - _RIGHT
        if any(stretch.end is None for row in shown for stretch in row.stretches):
            self._right -= math.ceil(style.text_width(_NEVER, _LABEL))
        for panel in self._panels:
            panel.rows = list(self._rows(panel))

    def svg(self) -> Markup:
        """The whole picture; empty where nothing is on record."""
        if not self.legend:
            return Markup("")
        axis = self._panels[-1].foot
        return filled(
            "pitfall.svg",
            name=self.name,
            title=self.title,
            description=self._described(),
            wide=_WIDE,
            high=axis + _AXIS,
            left=round(self._left, 1),
            right=self._right,
            label_x=round(self._left - _GAP, 1),
            axis=axis,
            panels=self._panels,
            ticks=[(self._x(ms / 1000), f"{ms:,.6g}") for ms in self._ticks()],
            never=_NEVER,
        )

    def _described(self) -> str:
        """What rows there are: what happened stands above the picture, and the times below it."""
        rows = {
            panel.word: dict.fromkeys(row.what for row in panel.known[:ROWS_AT_MOST])
            for panel in self._panels
        }
        said = [f"Rows of {word}: {', '.join(known)}." for word, known in rows.items() if known]
        return " ".join(said)

    def _rows(self, panel: _Panel):
        before = None
        for i, row in enumerate(panel.known[:ROWS_AT_MOST]):
            y, label = panel.first + i * _ROW, _label(row)
            spans = [(self._x(s.begin), self._x(panel.side.until(s))) for s in row.stretches]
            never = spans[-1][1] if row.stretches[-1].end is None else None
            words = label if label != before else ("", "")
            yield _Row(y, row.kind, *words, _path(row.kind, spans, y), never)
            before = label

    def _x(self, seconds: float) -> float:
        return round(self._left + seconds / self._end * (self._right - self._left), 1)

    def _ticks(self) -> list[float]:
        """Round numbers of milliseconds."""
        end = self._end * 1000
        least = end / _TICKS
        power = 10 ** math.floor(math.log10(least))
        step = next(n * power for n in (1, 2, 5, 10) if n * power >= least * 0.999)
        return [i * step for i in range(int(end / step + 1e-9) + 1)]


def what_happened(side: Optional[Side]) -> str:
    """A side in a sentence without its end."""
    if side is None:
        return "was not run"
    if side.ending == pitfalls.FAILED:
        return f"failed: {side.message}"
    return side.ending if side.ending == pitfalls.HALTED else side.happened


def _path(kind: str, spans: list[tuple[float, float]], y: int) -> str:
    """Marks where something happened, boxes for what lasted."""
    if kind == EVENT:
        return "".join(dict.fromkeys(f"M{begin:.0f} {y + 2}v{_ROW - 4}" for begin, _ in spans))
    top = y + (_ROW - _BAR) // 2
    return "".join(
        f"M{begin:.1f} {top}h{_wide(end - begin):.1f}v{_BAR}H{begin:.1f}z"
        for begin, end in _joined(spans)
    )


def _label(row: pitfall_rows.Row) -> tuple[str, str]:
    """The words beside a row: what, as far as there is room, and the threads."""
    on = f", {row.on}" if row.on else ""
    room = _LABEL_AT_MOST - style.text_width(on, _LABEL)
    return style.wrap(row.what, room, _LABEL, 1)[0], on


def _wide(length: float) -> float:
    """A box leaves a gap to the next one, if it is not too narrow for that."""
    return length - 0.8 if length > 4 else max(length, _LEAST)


def _joined(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """What lies within the least width as one: a thousand stretches need no thousand boxes."""
    joined: list[tuple[float, float]] = []
    for begin, end in spans:
        if joined and end - joined[-1][0] < _LEAST:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined
