"""Draws a model's part of a figure: rows of stretches, or areas of counts where rows are many."""

from __future__ import annotations

import dataclasses
from typing import Callable, Iterable, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter, MaxNLocator

from plots import looks
from plots.charts import style
from plots.looks import LIGHT
from plots.charts.style import BODY
from plots.read.results import ModelRuns
from plots.read.run import COMPUTE, CONNECT, KINDS, READY, RESPONSE, Stretch

# Up to ROWS_LABELLED rows each stretch is an element of its own, with a label where it fits; up to
# ROWS_DRAWN rows are thin; beyond that they are areas of counts over time.
ROWS_LABELLED = 12
ROWS_DRAWN = 200
BINS = 300
_ROW, _THIN_ROW, _AREA = 0.24, 0.025, 1.6  # inches: a row has one height, however many there are


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
    def height(self) -> float:
        """Of its body, in inches."""
        if not self.has_record or self.is_counted:
            return _AREA if self.is_counted else 2 * _ROW
        return len(self.rows) * (_THIN_ROW if self.is_thin else _ROW)

    @property
    def is_thin(self) -> bool:
        return len(self.rows) > ROWS_LABELLED

    @property
    def is_counted(self) -> bool:
        return len(self.rows) > ROWS_DRAWN


# What runs lies at the bottom, so that the width of its band can be read off the axis.
_stacking = (COMPUTE, READY, RESPONSE, CONNECT)
assert set(_stacking) == set(KINDS)


class PanelBody:
    """Draws into axes that end at `end` seconds. `unique` makes an id of one that may be taken."""

    def __init__(self, end: float, points_per_second: float, unique: Callable[[str], str]):
        self._end = end
        self._points_per_second, self._unique = points_per_second, unique

    def draw(
        self, axes: Axes, panel: Panel, kinds: Sequence[str], gid: str, high: float, label_of
    ) -> None:
        """Fills axes that are `high` inches high. `label_of(panel, stretch)` gives words for a
        stretch, the longest first."""
        if panel.is_counted:
            self._areas(axes, panel, kinds, gid)
        else:
            self._rows(axes, panel, kinds, gid, high, label_of)

    def _rows(
        self, axes: Axes, panel: Panel, kinds: Sequence[str], gid: str, body: float, label_of
    ) -> None:
        rows = panel.rows
        pitch = body * 72 / len(rows)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        high = 0.84 if pitch >= 8 else 0.9 if not panel.is_thin else 1.0
        size = min(BODY, pitch * high * 0.8)
        for kind in kinds:
            boxes = [
                (s.begin, i - high / 2, s.length, s)
                for i, row in enumerate(rows)
                for s in row.stretches
                if s.kind == kind
            ]
            if not boxes:
                continue
            if panel.is_thin or len(boxes) > 160:
                self._one_path(axes, boxes, kind, high, f"{gid}.{kind}")
                continue
            for begin, bottom, length, stretch in boxes:
                wide = length * self._points_per_second
                box = Rectangle((begin, bottom), length, high, **self._look(kind, min(pitch, wide)))
                # Too narrow to be rounded to pixels: it could vanish.
                box.set_snap(None if wide >= 3 else False)
                box.set_gid(self._unique(f"{gid}.task{stretch.task}.{kind}"))
                axes.add_patch(box)
                if size >= 8:
                    texts = label_of(panel, stretch)
                    self._label(axes, stretch, bottom + high / 2, size, texts, gid)
        self._row_labels(axes, rows, pitch)

    def _look(self, kind: str, size: float) -> dict:
        """How a stretch looks that is `size` points across: an outline would hide a narrow one."""
        return {
            "facecolor": LIGHT.fill[kind],
            "edgecolor": LIGHT.background if kind == COMPUTE else LIGHT.stroke[kind],
            "hatch": looks.hatch_of(kind),
            "linewidth": 0.6 if size >= 5 and kind != READY else 0,
        }

    def _one_path(
        self, axes: Axes, boxes: Iterable[tuple], kind: str, high: float, gid: str
    ) -> None:
        """All boxes of a kind as one path: a tenth of the size of elements of their own."""
        vertices, codes = [], []
        for begin, bottom, length, _ in boxes:
            corners = ((0, 0), (length, 0), (length, high), (0, high), (0, 0))
            vertices += [(begin + dx, bottom + dy) for dx, dy in corners]
            codes += [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
        patch = PathPatch(Path(vertices, codes), **self._look(kind, size=0))
        patch.set_snap(False)
        patch.set_gid(gid)
        axes.add_patch(patch)

    def _label(
        self, axes: Axes, stretch: Stretch, y: float, size: float, texts: Sequence[str], gid: str
    ) -> None:
        room = stretch.length * self._points_per_second
        for text in texts:
            if style.text_width(text, size) + 8 > room:
                continue
            computing = stretch.kind == COMPUTE
            label = axes.text(
                (stretch.begin + stretch.end) / 2,
                y,
                text,
                ha="center",
                va="center_baseline",
                fontsize=size,
                fontweight="bold" if stretch.kind == READY else "normal",
                zorder=6,
                color=LIGHT.on_compute if computing else LIGHT.ink,
            )
            if not computing:
                label.set_bbox({"facecolor": LIGHT.background, "linewidth": 0, "pad": 0.8})
            label.set_gid(self._unique(f"{gid}.task{stretch.task}.{stretch.kind}.label"))
            return

    def _row_labels(self, axes: Axes, rows: Sequence[Row], pitch: float) -> None:
        every = next(n for n in (1, 2, 5, 10, 20, 50, 100, 200) if n * pitch >= 11.5)
        shown = [i for i in range(len(rows)) if every == 1 or i == 0 or (i + 1) % every == 0]
        axes.set_yticks(shown)
        size = min(BODY, max(8.5, pitch * 0.8))
        axes.set_yticklabels([rows[i].label for i in shown], fontsize=size)
        axes.tick_params(axis="y", length=0)

    def _areas(self, axes: Axes, panel: Panel, kinds: Sequence[str], gid: str) -> None:
        stretches = (s for row in panel.rows for s in row.stretches)
        counts = mean_counts(stretches, self._end, BINS)
        edges = [i * self._end / BINS for i in range(BINS + 1)]
        below = [0.0] * BINS
        for kind in sorted(counts, key=_stacking.index):
            above = [low + n for low, n in zip(below, counts[kind])]
            outline = _staircase(edges, above) + _staircase(edges, below)[::-1]
            patch = PathPatch(Path(outline, closed=False), **self._look(kind, size=0))
            patch.set_gid(f"{gid}.{kind}")
            axes.add_patch(patch)
            below = above
        axes.set_ylim(0, len(panel.rows) * 1.02)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,.0f}"))
        axes.set_ylabel(panel.counted)


def _staircase(edges: Sequence[float], levels: Sequence[float]) -> list[tuple[float, float]]:
    points = []
    for i, level in enumerate(levels):
        if i and level == levels[i - 1] and points[-1][1] == level:
            points[-1] = (edges[i + 1], level)
            continue
        points += [(edges[i], level), (edges[i + 1], level)]
    return points


def mean_counts(stretches: Iterable[Stretch], end: float, bins: int) -> dict[str, list[float]]:
    """Kind -> the mean number of stretches of that kind in each of `bins` equal parts of 0..end.

    A mean over the bin, not a sample: a stretch shorter than a bin still counts for what it is.
    """
    partial: dict[str, list[float]] = {}
    whole: dict[str, list[int]] = {}
    for stretch in stretches:
        if stretch.kind not in partial:
            partial[stretch.kind] = [0.0] * (bins + 2)
            whole[stretch.kind] = [0] * (bins + 2)
        begin, until = stretch.begin / end * bins, stretch.end / end * bins
        first, last = int(begin), int(until)
        if first == last:
            partial[stretch.kind][first] += until - begin
            continue
        partial[stretch.kind][first] += first + 1 - begin
        partial[stretch.kind][last] += until - last
        whole[stretch.kind][first + 1] += 1
        whole[stretch.kind][last] -= 1
    counts: dict[str, list[float]] = {}
    for kind, parts in partial.items():
        level, column = 0, []
        for i in range(bins):
            level += whole[kind][i]
            column.append(level + parts[i])
        counts[kind] = column
    return counts
