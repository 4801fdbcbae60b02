"""Draws small multiples of curves: panels on the same axes, each with a few named lines.

A named line has a colour, a marker, and its name at its end. The other lines are context, thin and
grey; a page tells the name of any line on hover. Predictions are broad and pale.
"""

from __future__ import annotations

import dataclasses
import math
import re
from typing import Callable, Optional, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from plots.charts import style
from plots.looks import LIGHT
from plots.charts.style import BODY, HEADING, SMALL, WIDTH, Chart, Title
from plots.read.results import FAMILIES, Model
from plots.read.words import clean

NAMED_AT_MOST = 5  # lines of a panel
_MARKERS = "os^Dv"
_TALL = 2.4  # inches, of every panel
_LEFT, _BETWEEN, _RIGHT, _HEADING, _TICKS = 0.75, 0.3, 0.02, 0.22, 0.62
_NAME = 1.32  # inches, of a name that shares its row with others
_LINE = 0.168  # inches, of a label or a note


@dataclasses.dataclass(frozen=True)
class Line:
    """A curve. Its `title`, if it has one, stands at its end, and its `note` at a `cross` where it
    stops short."""

    name: str  # part of ids
    title: str
    points: dict[float, float]
    cross: Optional[float] = None
    note: str = ""
    hollow: dict[float, float] = dataclasses.field(default_factory=dict)  # marks beside the curve


@dataclasses.dataclass(frozen=True)
class Panel:
    """What one pair of axes shows. `says` names the figure and which way is good."""

    gid: str
    title: str
    says: str
    lines: Sequence[Line]
    context: Sequence[Line] = ()
    predicted: Sequence[Line] = ()
    marks: Sequence[tuple[float, str]] = ()  # upright lines, and their words


@dataclasses.dataclass(frozen=True)
class Scales:
    """The axes that all panels share. `ticks` are those of the x axis."""

    ticks: Sequence[float]
    x_label: str
    log_y: bool = True
    word: Callable[[float], str] = lambda y: f"{y:,.10g}"
    tie: Optional[float] = None  # a level that stands out


def panels_of(
    models: Sequence[Model], lines: dict[str, Line], says: str, told: Sequence[str] = (), gid=""
) -> list[Panel]:
    """One panel per family of models, with what the others do as context. `lines` are by model, and
    `told` are the models in the chart's title: they are named first."""
    made = []
    for family, members in _parted(models).items():
        named = _named([lines[model.name] for model in members], told)
        name = "-".join(filter(None, (gid, *re.findall(r"\w+", family.lower())))) or "all"
        context = [line for line in lines.values() if line not in named]
        if named or not family:
            made.append(Panel(name, family, says, named, context))
    return made


def _parted(models: Sequence[Model]) -> dict[str, list[Model]]:
    """Family -> its models. Few models are all of one family, without a name."""
    if len(models) <= NAMED_AT_MOST:
        return {"": list(models)}
    families = {name: [model for model in models if model.family == name] for name in FAMILIES}
    return {name: members for name, members in families.items() if members}


def _named(lines: Sequence[Line], told: Sequence[str]) -> list[Line]:
    """At most NAMED_AT_MOST lines: those told of, and of the others some from least to most."""
    drawn = [line for line in lines if line.points]
    if len(drawn) <= NAMED_AT_MOST:
        return drawn
    chosen = [line for line in drawn if line.name in told][:NAMED_AT_MOST]
    others = [line for line in drawn if line not in chosen]
    others.sort(key=lambda line: line.points[max(line.points)])
    left = NAMED_AT_MOST - len(chosen)
    step = (len(others) - 1) / max(1, left - 1)
    chosen += [others[round(i * step)] for i in range(left)]
    return [line for line in drawn if line in chosen]


def draw(
    name: str,
    finding: str,
    description: str,
    panels: Sequence[Panel],
    scales: Scales,
    notes: Sequence[str],
    columns: int = 4,
) -> Chart:
    """At most so many panels side by side, notes below."""
    return _Figure(name, panels, scales, min(columns, len(panels))).draw(
        finding, description, notes
    )


class _Figure:
    def __init__(self, name: str, panels: Sequence[Panel], scales: Scales, columns: int):
        self.name, self.panels, self.scales, self.columns = name, panels, scales, columns
        self.hover: dict[str, str] = {}
        self.noted: set[tuple] = set()
        room = _NAME if columns > 1 else 2 * _NAME
        self.titles = {
            line.title: style.wrap(clean(line.title), room * 72, SMALL, 2)
            for panel in panels
            for line in panel.lines
        }
        widths = [style.text_width(t, SMALL) for lines in self.titles.values() for t in lines]
        self.beside = max(widths) / 72 + 0.16 if any(self.titles) else 0.0
        self.wide = (WIDTH - _LEFT - _RIGHT) / columns - _BETWEEN - self.beside

    def draw(self, finding: str, description: str, notes: Sequence[str]) -> Chart:
        title = Title(self.name, finding)
        said = [line for note in notes for line in style.wrap(note, (WIDTH - 0.6) * 72, SMALL, 2)]
        rows = -(-len(self.panels) // self.columns)
        heading = _HEADING * (2 if any(panel.title for panel in self.panels) else 1) + 0.06
        row = heading + _TALL + _TICKS
        height = title.height + 0.1 + rows * row + len(said) * _LINE + 0.12
        figure = Figure(figsize=(WIDTH, height))
        title.draw(figure)
        limits = self._limits()
        for i, panel in enumerate(self.panels):
            column, line = i % self.columns, i // self.columns
            left = _LEFT + column * (self.wide + self.beside + _BETWEEN)
            foot = height - title.height - 0.1 - line * row - heading - _TALL
            place = (left / WIDTH, foot / height, self.wide / WIDTH, _TALL / height)
            self._panel(figure.add_axes(place), panel, limits, has_scale=column == 0)
        for i, line in enumerate(said):
            y = (0.1 + (len(said) - 1 - i) * _LINE) / height
            text = figure.text(
                0.18 / WIDTH, y, line, fontsize=SMALL, color=LIGHT.muted, va="bottom"
            )
            text.set_gid(f"{self.name}.note-{i + 1}")
        return Chart(figure, finding, description, self.hover)

    def _limits(self) -> tuple[float, float]:
        lines = [
            line
            for panel in self.panels
            for line in (*panel.lines, *panel.context, *panel.predicted)
        ]
        values = [y for line in lines for part in (line.points, line.hollow) for y in part.values()]
        values += [self.scales.tie] if self.scales.tie else []
        if self.scales.log_y:
            low, high = min(values, default=1.0), max(values, default=1.0)
            return low / 1.6, high * 2.2
        return 0.0, max(values, default=1.0) * 1.08

    def _panel(
        self, axes: Axes, panel: Panel, limits: tuple[float, float], has_scale: bool
    ) -> None:
        gid = f"{self.name}.{panel.gid}"
        self._axes(axes, limits, has_scale)
        above = 1 + 0.05 / _TALL
        said = axes.text(
            0, above, panel.says, transform=axes.transAxes, fontsize=SMALL, color=LIGHT.muted
        )
        said.set_gid(f"{gid}.says")
        if panel.title:
            y = above + _HEADING / _TALL
            title = axes.text(
                0, y, panel.title, transform=axes.transAxes, fontsize=HEADING, fontweight="bold"
            )
            title.set_gid(f"{gid}.title")
        for x, words in panel.marks:
            self._mark(axes, x, words, f"{gid}.mark")
        for line in panel.predicted:
            self._curve(axes, line, f"{gid}.{line.name}.predicted", linewidth=6, color=LIGHT.grid)
        for line in panel.context:
            gone = f"{gid}.{line.name}.context"
            self._curve(axes, line, gone, linewidth=0.7, color=LIGHT.line, zorder=2)
        for i, line in enumerate(panel.lines):
            color = LIGHT.series[i]
            look = {"color": color, "marker": _MARKERS[i], "markersize": 6}
            self._curve(axes, line, f"{gid}.{line.name}", linewidth=1.8, zorder=4, **look)
            self._stop(axes, panel, line, f"{gid}.{line.name}", look)
        self._names(axes, panel, gid)

    def _axes(self, axes: Axes, limits: tuple[float, float], has_scale: bool) -> None:
        ticks = self.scales.ticks
        axes.set_xscale("log")
        axes.set_xlim(min(ticks) / 1.15, max(ticks) * 1.15)
        axes.xaxis.set_major_locator(FixedLocator(ticks))
        shown = _with_room(ticks, self.wide)
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda x, _: f"{x:,.6g}" if min(abs(x - s) for s in shown) < 1e-6 * x
                          else "")
        )
        axes.set_xlabel(self.scales.x_label, fontsize=BODY)
        axes.set_yscale("log" if self.scales.log_y else "linear")
        axes.set_ylim(*limits)
        if self.scales.log_y:
            few = limits[1] / limits[0] < 300
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if few else (1,), numticks=30))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_minor_locator(NullLocator())
        word = self.scales.word
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: word(y) if has_scale else ""))
        axes.grid(True)
        if self.scales.tie:
            axes.axhline(self.scales.tie, color=LIGHT.ink, linewidth=1.2, zorder=2)

    def _mark(self, axes: Axes, x: float, words: str, gid: str) -> None:
        line = axes.axvline(x, color=LIGHT.muted, linewidth=1.2, linestyle=(0, (4, 3)), zorder=2)
        line.set_gid(f"{gid}.{re.sub(r'[^0-9A-Za-z]+', '-', words)}")
        right = math.log(x / axes.get_xlim()[0]) < 0.6 * math.log(
            axes.get_xlim()[1] / axes.get_xlim()[0]
        )
        axes.annotate(
            words,
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(4 if right else -4, -3),
            textcoords="offset points",
            ha="left" if right else "right",
            va="top",
            fontsize=SMALL,
            color=LIGHT.muted,
            bbox={"facecolor": LIGHT.background, "linewidth": 0, "pad": 0.8},
        )

    def _curve(self, axes: Axes, line: Line, gid: str, **look) -> None:
        if line.points:
            (drawn,) = axes.plot(*zip(*sorted(line.points.items())), **look)
            drawn.set_gid(gid)
            if line.title:
                self.hover[gid] = clean(line.title)

    def _stop(self, axes: Axes, panel: Panel, line: Line, gid: str, look: dict) -> None:
        """The marks beside a curve, and the cross where it ends."""
        hollow = {
            "linestyle": "none", "markerfacecolor": LIGHT.background, "markeredgewidth": 1.6,
            "zorder": 5,
        }
        if line.hollow:
            (marks,) = axes.plot(*zip(*sorted(line.hollow.items())), **look | hollow)
            marks.set_gid(f"{gid}.overflowed")
        if line.cross is None or not line.points:
            return
        x, y = max(line.points.items())
        axes.plot([x, line.cross], [y, y], color=look["color"], linewidth=1.2,
                  linestyle=(0, (1, 2)), zorder=3)
        (cross,) = axes.plot(
            [line.cross], [y], color=LIGHT.alarm, marker="x", markersize=8, markeredgewidth=2.2,
            linestyle="none", zorder=5, clip_on=False,
        )
        cross.set_gid(f"{gid}.cross")
        here = (panel.gid, line.note, line.cross)
        if here in self.noted:  # several end together
            return
        self.noted.add(here)
        axes.annotate(
            line.note, (line.cross, y), xytext=(0, 6), textcoords="offset points", ha="center",
            va="bottom", fontsize=SMALL, color=LIGHT.alarm, zorder=6,
        )

    def _names(self, axes: Axes, panel: Panel, gid: str) -> None:
        """At the right edge, each as near to the end of its curve as the others leave room."""
        to_axes = axes.transData + axes.transAxes.inverted()
        ends = [
            (to_axes.transform(max(line.points.items())), line, LIGHT.series[i])
            for i, line in enumerate(panel.lines)
            if line.points and line.title
        ]
        ends.sort(key=lambda end: end[0][1])
        most = max((len(self.titles[line.title]) for _, line, _ in ends), default=1)
        apart = (most * _LINE + 0.03) / _TALL
        room = 1 - apart  # for their middles
        heights = spread([(y - (1 - room) / 2) / room for (_, y), _, _ in ends], apart / room)
        for ((x, y), line, color), place in zip(ends, heights):
            height = (1 - room) / 2 + place * room
            axes.plot(
                [x, 1.0, 1 + 0.08 / self.wide], [y, y, height], transform=axes.transAxes,
                color=color, linewidth=0.6, clip_on=False, zorder=1,
            )
            label = axes.text(
                1 + 0.1 / self.wide, height, "\n".join(self.titles[line.title]), color=color,
                transform=axes.transAxes, fontsize=SMALL, va="center", linespacing=1.1,
            )
            label.set_gid(f"{gid}.{line.name}.name")


def _with_room(ticks: Sequence[float], wide: float) -> list[float]:
    """The ticks whose labels fit side by side: the largest, and from it down those that do."""
    decades = math.log10(max(ticks) / min(ticks) * 1.15**2)
    kept: list[float] = []
    for tick in sorted(set(ticks), reverse=True):
        apart = math.log10(kept[-1] / tick) / decades * wide * 72 if kept else math.inf
        if apart > style.text_width(f"{tick:,.6g}   ", BODY):
            kept.append(tick)
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
