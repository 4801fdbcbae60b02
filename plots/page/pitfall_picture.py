"""Draws a pitfall: the time line of the mistake above that of its cure, on one axis, as SVG.

Colours are the page's variables, so that one drawing serves light and dark pages.
"""

from __future__ import annotations

import dataclasses
import html
import math
from typing import Optional

from plots.charts import style
from plots.page import pitfall_rows
from plots.page.pitfall_rows import ROWS_AT_MOST, Row
from plots.read import pitfalls
from plots.read.pitfalls import BLOCKED, EVENT, HOLDING, PENDING, RUNNING, Pitfall, Side
from plots.read.run import READY, RESPONSE
from plots.read.words import clean

# In the order of legends.
WORDS = {
    RUNNING: "runs an event loop",
    HOLDING: "keeps its thread: computes, or a call blocks",
    BLOCKED: "blocked on an event loop",
    PENDING: "waits without a thread",
    EVENT: "a moment",
}
# What is like a stage is filled like it.
_STAGE = {BLOCKED: READY, PENDING: RESPONSE}

# In pixels, where the picture is as wide as this.
_WIDE, _RIGHT, _GAP = 920, 24, 10
_ROW, _BAR, _HEAD, _AXIS, _SPACE = 20, 14, 26, 42, 12
_LABEL = 12  # font size of a row's label, as in page.css
_LABEL_AT_MOST = 300
_TICKS = 8
_NEVER = "never ended"
_LEAST = 1.5  # what is drawn narrower could vanish


@dataclasses.dataclass
class _Panel:
    """A side's part of the picture; `more` rows have no room in it."""

    word: str
    side: Optional[Side]
    rows: list[Row]
    more: int

    @classmethod
    def of(cls, word: str, side: Optional[Side]) -> "_Panel":
        rows = pitfall_rows.rows_of(side) if side else []
        return cls(word, side, rows[:ROWS_AT_MOST], max(0, len(rows) - ROWS_AT_MOST))

    @property
    def high(self) -> int:
        return _HEAD + _ROW * max(1, len(self.rows) + (self.more > 0))

    @property
    def trouble(self) -> str:
        """Why less is to be seen than one would expect; nothing where all is well."""
        if self.side is None or self.side.ending != pitfalls.FINISHED:
            return what_happened(self.side)
        return "" if self.rows else "nothing on record"


class Picture:
    """`name` is a prefix of ids that nothing else on the page has."""

    def __init__(self, name: str, pitfall: Pitfall):
        self.name, self.pitfall = name, pitfall
        sides = {"broken": pitfall.broken, "fixed": pitfall.fixed}
        self.panels = [_Panel.of(word, side) for word, side in sides.items()]
        self.end = max((side.end for side in sides.values() if side), default=0.0) or 1e-3
        rows = [row for panel in self.panels for row in panel.rows]
        drawn = {row.kind for row in rows}
        self.kinds = [kind for kind in WORDS if kind in drawn]
        self.left = _GAP + max(
            (style.text_width("".join(_label(row)), _LABEL) for row in rows), default=0
        )
        self.right = _WIDE - _RIGHT
        if any(stretch.end is None for row in rows for stretch in row.stretches):
            self.right -= math.ceil(style.text_width(_NEVER, _LABEL))

    def svg(self) -> str:
        """The whole picture; empty where nothing is on record."""
        if not self.kinds:
            return ""
        parts, y = [], 0
        for panel in self.panels:
            parts.append(self._panel(panel, y))
            y += panel.high + _SPACE
        title, said = f"Time lines: {self.pitfall.title}", f"{self.name}-title {self.name}-desc"
        return (
            f'<svg role="img" aria-labelledby="{said}" class="moments"'
            f' viewBox="0 0 {_WIDE} {y - _SPACE + _AXIS}">'
            f'<title id="{self.name}-title">{_text(title)}</title>'
            f'<desc id="{self.name}-desc">{_text(self._described())}</desc>'
            f"{''.join(parts)}{self._axis(y - _SPACE)}</svg>"
        )

    def legend(self) -> str:
        """What is drawn, as a list; filled as they are there."""
        items = "".join(
            f'<li><svg aria-hidden="true" class="moments">{self._swatch(kind)}</svg>{WORDS[kind]}</li>'
            for kind in self.kinds
        )
        return f'<ul class="legend" role="list">{items}</ul>'

    def _described(self) -> str:
        parts = []
        for panel in self.panels:
            parts.append(f"{panel.word}: {what_happened(panel.side)}.")
            if panel.rows:
                rows = dict.fromkeys(row.what for row in panel.rows)
                parts.append(f"Rows: {', '.join(rows)}.")
        return " ".join(parts)

    # --- A side --------------------------------------------------------------------------------

    def _panel(self, panel: _Panel, top: int) -> str:
        first, foot = top + _HEAD, top + panel.high
        parts = [self._heading(panel, top + 17), self._grid(first, foot)]
        before = None
        for i, row in enumerate(panel.rows):
            y, label = first + i * _ROW, _label(row)
            if label != before:  # else it is the same once more, at the same time
                parts.append(self._row_label(*label, y))
            before = label
            parts.append(self._row(row, panel.side, y))
        if panel.more:
            y = foot - _ROW + 14
            parts.append(
                f'<text class="quiet" x="{self.left:g}" y="{y}">and {panel.more:,} more</text>'
            )
        return "".join(parts)

    def _heading(self, panel: _Panel, y: int) -> str:
        trouble = ""
        if panel.trouble:
            words = style.wrap(panel.trouble, _WIDE - self.left, _LABEL, 1)[0]
            look = "quiet" if panel.side is None else "wrong"
            trouble = f'<tspan class="{look}" dx="10">{_text(words)}</tspan>'
        return f'<text class="side" y="{y}">{panel.word}{trouble}</text>'

    def _row_label(self, what: str, on: str, y: int) -> str:
        thread = f'<tspan class="quiet">{_text(on)}</tspan>' if on else ""
        return (
            f'<text class="label" x="{self.left - _GAP:g}" y="{y + 14}">'
            f"{_text(what)}{thread}</text>"
        )

    def _row(self, row: Row, side: Side, y: int) -> str:
        spans = [(self._x(s.begin), self._x(side.until(s))) for s in row.stretches]
        if row.kind == EVENT:
            marks = dict.fromkeys(f"M{begin:.1f} {y + 2}v{_ROW - 4}" for begin, _ in spans)
            return f'<path class="event" d="{"".join(marks)}"/>'
        top = y + (_ROW - _BAR) // 2
        boxes = "".join(
            f"M{begin:.1f} {top}h{_wide(end - begin):.1f}v{_BAR}H{begin:.1f}z"
            for begin, end in _joined(spans)
        )
        drawn = f'<path {self._look(row.kind)} d="{boxes}"/>'
        if row.stretches[-1].end is None:
            end = spans[-1][1]
            drawn += (
                f'<path class="open" d="M{end:.1f} {y + 1}v{_ROW - 2}"/>'
                f'<text class="wrong" x="{end + 6:.1f}" y="{y + 14}">{_NEVER}</text>'
            )
        return drawn

    # --- Looks ---------------------------------------------------------------------------------

    def _x(self, seconds: float) -> float:
        return self.left + seconds / self.end * (self.right - self.left)

    def _look(self, kind: str) -> str:
        pattern = f' fill="url(#stage-{_STAGE[kind]})"' if kind in _STAGE else ""
        return f'class="{kind}"{pattern}'

    def _swatch(self, kind: str) -> str:
        if kind == EVENT:
            return '<path class="event" d="M8 0v16M17 0v16M26 0v16"/>'
        return f'<rect {self._look(kind)} width="100%" height="100%"/>'

    # --- The axis ------------------------------------------------------------------------------

    def _ticks(self) -> list[float]:
        """Round numbers of milliseconds."""
        end = self.end * 1000
        least = end / _TICKS
        power = 10 ** math.floor(math.log10(least))
        step = next(n * power for n in (1, 2, 5, 10) if n * power >= least * 0.999)
        return [i * step for i in range(int(end / step + 1e-9) + 1)]

    def _grid(self, top: int, foot: int) -> str:
        lines = "".join(f"M{self._x(ms / 1000):.1f} {top}V{foot}" for ms in self._ticks())
        return f'<path class="axis" d="{lines}"/>'

    def _axis(self, y: int) -> str:
        numbers = "".join(
            f'<text class="quiet" x="{self._x(ms / 1000):.1f}" y="{y + 16}"'
            f' text-anchor="middle">{ms:,.6g}</text>'
            for ms in self._ticks()
        )
        return (
            f'<path class="base" d="M{self.left:g} {y + 0.5:g}H{self.right}"/>{numbers}'
            f'<text class="quiet" x="{self.right}" y="{y + 32}" text-anchor="end">'
            "milliseconds since its start</text>"
        )


def what_happened(side: Optional[Side]) -> str:
    """A side in a sentence without its end."""
    if side is None:
        return "was not run"
    if side.ending == pitfalls.FAILED:
        return f"failed: {side.message}"
    return side.ending if side.ending == pitfalls.HALTED else side.happened


def _label(row: Row) -> tuple[str, str]:
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


def _text(words: str) -> str:
    return html.escape(clean(words))
