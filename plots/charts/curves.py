"""Draws panels of curves: one per model, its name at its end, and a cross where a run was refused.

Colours tell what models are predicted to do, markers which of them it is.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Optional, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from plots.charts import style
from plots.charts.looks import LIGHT
from plots.charts.style import BODY, HEADING, SMALL, WIDTH, Chart, Title

_MARKERS = "os^DvPX*<>dph8H"
_LEFT, _BETWEEN, _RIGHT, _BELOW = 0.72, 0.75, 0.1, 0.62
_LINE = 0.178  # inches, of a label or a note


@dataclasses.dataclass(frozen=True)
class Line:
    """A curve: `name` stands at its end; where it stops short are a `cross` and its `note`."""

    name: str
    group: int  # its colour
    member: int  # its marker
    points: dict[float, float]
    cross: Optional[float] = None
    note: str = ""
    dashed: bool = False


@dataclasses.dataclass(frozen=True)
class Panel:
    """Axes and what is in them. A mark is a vertical line, or a horizontal one, with its words."""

    gid: str
    title: str
    lines: list[Line]
    log_y: bool = True
    at_x: Optional[tuple[float, str]] = None
    at_y: Optional[tuple[float, str]] = None


def draw(
    name: str,
    finding: str,
    description: str,
    panels: Sequence[Panel],
    sizes: Sequence[int],
    axis: str,
    notes: Sequence[str],
) -> Chart:
    """Two panels per row, notes below. `sizes` are the ticks of the x axis, called `axis`."""
    names = [line.name for panel in panels for line in panel.lines]
    labels = 0.4 + max((style.text_width(name, SMALL) for name in names), default=0) / 72
    title = Title(name, finding)
    said = [line for note in notes for line in style.wrap(note, (WIDTH - 0.6) * 72, SMALL, 2)]
    columns = min(2, len(panels))
    rows = -(-len(panels) // columns)
    labelled = max(len(panel.lines) for panel in panels)
    tall = max(2.4, labelled * _LINE)
    top = title.height + 0.2
    heading, ticks = 0.36, 0.58
    bottom = 0.1 + len(said) * _LINE + (0.1 if said else 0)
    height = top + rows * (heading + tall + ticks) + bottom
    figure = Figure(figsize=(WIDTH, height))
    title.draw(figure)
    wide = (WIDTH - _RIGHT - columns * (_LEFT + labels)) / columns
    for i, panel in enumerate(panels):
        left = _LEFT + (i % columns) * (wide + labels + _LEFT)
        above = top + heading + (i // columns) * (heading + tall + ticks)
        place = (left / WIDTH, 1 - (above + tall) / height, wide / WIDTH, tall / height)
        drawn = _Panel(figure.add_axes(place), panel, (wide, tall))
        drawn.draw(name, sizes, axis)
    for i, line in enumerate(said):
        y = (0.1 + (len(said) - 1 - i) * _LINE) / height
        text = figure.text(0.18 / WIDTH, y, line, fontsize=SMALL, color=LIGHT.muted, va="bottom")
        text.set_gid(f"{name}.note" + (f"-{i + 1}" if i else ""))
    return Chart(figure, finding, description)


class _Panel:
    def __init__(self, axes: Axes, panel: Panel, inches: tuple[float, float]):
        self.axes, self.panel = axes, panel
        self.wide, self.tall = inches

    def draw(self, name: str, sizes: Sequence[int], axis: str) -> None:
        axes, panel = self.axes, self.panel
        gid = f"{name}.{panel.gid}"
        axes.set_title(panel.title, fontsize=HEADING, loc="left", color=LIGHT.ink).set_gid(gid)
        axes.set_xscale("log")
        axes.set_xlim(min(sizes) / 1.15, max(sizes) * 1.15)
        axes.xaxis.set_major_locator(FixedLocator(sizes))
        axes.xaxis.set_minor_locator(NullLocator())
        shown = _with_room(sizes, self.wide)
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda x, _: f"{x:,.0f}" if round(x) in shown else "")
        )
        axes.set_xlabel(axis, fontsize=BODY)
        axes.set_yscale("log" if panel.log_y else "linear")
        self._limits()
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,.10g}"))
        axes.grid(True)
        self._marks(gid, sizes)
        for line in panel.lines:
            self._curve(line, gid)
        self._names(gid)

    def _limits(self) -> None:
        values = [y for line in self.panel.lines for y in line.points.values()]
        if self.panel.at_y:
            values.append(self.panel.at_y[0])
        if not values:
            values = [1.0]
        if self.panel.log_y:
            self.axes.set_ylim(min(values) / 1.6, max(values) * 2.2)
            few = max(values) / min(values) < 300
            self.axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if few else (1,)))
        else:
            self.axes.set_ylim(0, max(values) * 1.08)

    def _marks(self, gid: str, sizes: Sequence[int]) -> None:
        muted = {"color": LIGHT.muted, "linewidth": 1.2, "linestyle": (0, (4, 3)), "zorder": 2}
        if self.panel.at_x:
            x, words = self.panel.at_x
            self.axes.axvline(x, **muted).set_gid(f"{gid}.at_x")
            self.axes.annotate(
                words,
                (x, 1),
                xycoords=("data", "axes fraction"),
                xytext=(4, -3),
                textcoords="offset points",
                va="top",
                fontsize=SMALL,
                color=LIGHT.muted,
            )
        if self.panel.at_y:
            y, words = self.panel.at_y
            self.axes.axhline(y, **muted).set_gid(f"{gid}.at_y")
            self.axes.annotate(
                words,
                (1, y),
                xycoords=("axes fraction", "data"),
                xytext=(-4, 3),
                textcoords="offset points",
                ha="right",
                va="bottom",
                fontsize=SMALL,
                color=LIGHT.muted,
            )

    def _color(self, line: Line) -> str:
        return LIGHT.series[line.group % len(LIGHT.series)]

    def _curve(self, line: Line, gid: str) -> None:
        if not line.points:
            return
        xs, ys = zip(*sorted(line.points.items()))
        (drawn,) = self.axes.plot(
            xs,
            ys,
            color=self._color(line),
            linewidth=1.6,
            zorder=4,
            linestyle=(0, (5, 2)) if line.dashed else "-",
            marker=None if line.dashed else _MARKERS[line.member % len(_MARKERS)],
            markersize=6,
        )
        drawn.set_gid(f"{gid}.{line.name}")
        if line.cross is None:
            return
        self.axes.plot(
            [xs[-1], line.cross],
            [ys[-1], ys[-1]],
            color=self._color(line),
            linewidth=1.2,
            linestyle=(0, (1, 2)),
            zorder=3,
        )
        (cross,) = self.axes.plot(
            [line.cross],
            [ys[-1]],
            color=LIGHT.alarm,
            marker="x",
            markersize=9,
            markeredgewidth=2.4,
            linestyle="none",
            zorder=5,
            clip_on=False,
        )
        cross.set_gid(f"{gid}.{line.name}.cross")
        self.axes.annotate(
            line.note,
            (line.cross, ys[-1]),
            xytext=(0, 7),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=SMALL,
            color=LIGHT.alarm,
            zorder=6,
        )

    def _names(self, gid: str) -> None:
        """At the right edge, each as near to the end of its curve as the others leave room."""
        lines = [line for line in self.panel.lines if line.points]
        to_axes = self.axes.transData + self.axes.transAxes.inverted()
        ends = {
            line.name: to_axes.transform((max(line.points), line.points[max(line.points)]))
            for line in lines
        }
        lines.sort(key=lambda line: ends[line.name][1])
        heights = spread([ends[line.name][1] for line in lines], _LINE / self.tall)
        for line, height in zip(lines, heights):
            color = self._color(line)
            self.axes.plot(
                [ends[line.name][0], 1.0, 1.03],
                [ends[line.name][1], ends[line.name][1], height],
                transform=self.axes.transAxes,
                color=color,
                linewidth=0.6,
                clip_on=False,
                zorder=1,
            )
            label = self.axes.text(
                1.035,
                height,
                line.name,
                transform=self.axes.transAxes,
                fontsize=SMALL,
                color=color,
                va="center",
            )
            label.set_gid(f"{gid}.{line.name}.name")


def _with_room(sizes: Sequence[int], wide: float) -> list[int]:
    """The sizes whose labels fit side by side: the largest, and from it down those that do."""
    decades = math.log10(max(sizes) / min(sizes) * 1.15**2)
    kept: list[int] = []
    for size in sorted(set(sizes), reverse=True):
        apart = math.log10(kept[-1] / size) / decades * wide * 72 if kept else math.inf
        if apart > style.text_width(f"{size:,}  ", BODY):
            kept.append(size)
    return kept


def spread(wanted: Sequence[float], apart: float) -> list[float]:
    """Positions near the wanted ones, which ascend, none closer than `apart` to the next.

    Within 0 and 1, if there is room for all of them.
    """
    placed: list[list[float]] = []  # blocks: the sum of what their members want, and their count
    for i, at in enumerate(wanted):
        placed.append([at - i * apart, 1])
        while len(placed) > 1 and placed[-2][0] / placed[-2][1] > placed[-1][0] / placed[-1][1]:
            total, count = placed.pop()
            placed[-1][0] += total
            placed[-1][1] += count
    room = max(0.0, 1 - (len(wanted) - 1) * apart)
    means = [total / count for total, count in placed for _ in range(int(count))]
    return [min(max(mean, 0.0), room) + i * apart for i, mean in enumerate(means)]
