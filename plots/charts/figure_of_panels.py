"""Lays out the figure that time lines and threads share: one panel per model, all on one time axis.

A panel is a heading (title, times, finding), rows of stretches, and the prediction as a line. All
positions are worked out here, in points or inches, so that texts can be known to fit.
"""

from __future__ import annotations

from typing import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from plots import looks
from plots.charts import style
from plots.looks import LIGHT
from plots.charts.panel import Panel, PanelBody
from plots.charts.style import BODY, HEADING, SMALL, TITLE, WIDTH
from plots.read import words
from plots.read.results import ModelRuns

_ONE_COLUMN = 5  # panels
_LINE = 1.24  # line height, of the font's size
_MARGIN_RIGHT, _TOP, _BOTTOM, _GAP = 0.25, 0.12, 0.56, 0.12
_LEGEND = 0.42
_DASHES = (0, (4, 2))


class PanelFigure:
    """Lays out the panels, then draws them. `heights` ends with the figure's, in inches."""

    def __init__(self, name: str, title: str, panels: Sequence[Panel]):
        self.name, self.title, self.panels = name, title, list(panels)
        rows = max(len(panel.rows) for panel in panels)
        crowded = 12 < rows and len(panels) > 2
        self.columns = 2 if len(panels) > _ONE_COLUMN or crowded else 1
        self.margin = self._label_margin()
        self.width = WIDTH / self.columns - self.margin - _MARGIN_RIGHT
        self.end = self._axis_end()
        self._ids = style.ids_of([panel.group.model.name for panel in panels])
        self._used: dict[str, int] = {}
        self._lay_out()

    @property
    def points_per_second(self) -> float:
        return self.width * 72 / self.end

    def draw(self, kinds: Sequence[str], kind_words: dict[str, str], label_of) -> style.Chart:
        """Draws it all. `label_of(panel, stretch)` gives words for a stretch, the longest first."""
        height = self.heights[-1]
        self.figure = Figure(figsize=(WIDTH, height))
        top = height - _TOP
        for i, line in enumerate(self._title_lines):
            y = (top - i * _line(TITLE)) / height
            self._text(self.margin_x(0), y, line, TITLE, "bold", self._unique(f"{self.name}.title"))
        self._legend(kinds, kind_words, top - len(self._title_lines) * _line(TITLE) - 0.08)
        for i, panel in enumerate(self.panels):
            self._panel(i, panel, kinds, label_of)
        description = " ".join(map(self._described, self.panels))
        return style.Chart(self.figure, self.title, description)

    def _described(self, panel: Panel) -> str:
        run = panel.group.shown
        measured = f"measured {words.measured(run.makespan_s)}, " if run.ok else ""
        return (
            f"{words.clean(panel.group.model.title)}: {measured}predicted "
            f"{words.planned(run.predicted_s)}. {panel.finding}."
        )

    def margin_x(self, column: int) -> float:
        """Where a panel's text begins, as a fraction of the figure."""
        return (column * WIDTH / self.columns + 0.18) / WIDTH

    # Layout ------------------------------------------------------------------------------------

    def _label_margin(self) -> float:
        """Room for the rows' labels, in inches; the figures of areas need less than an inch."""
        labels = {row.label for p in self.panels if not p.is_counted for row in p.rows}
        widest = max((style.text_width(label, BODY) for label in labels), default=0.0)
        return max(0.3 + widest / 72, 1.05 if any(p.is_counted for p in self.panels) else 0.0)

    def _axis_end(self) -> float:
        """As far as the last thing in any panel, with room for the words beside it."""
        needs = [1e-9]
        for panel in self.panels:
            if panel.has_record:
                end = max(panel.group.shown.end, *self._marks(panel.group))
                lines = self._beside_prediction(panel.group)
                room = max(style.text_width(line, SMALL) for line in lines) + 14
                needs.append(end / (1 - min(0.45, room / (self.width * 72))))
        return max(needs) if len(needs) > 1 else 1.0

    def _lay_out(self) -> None:
        """Sets the heights, and where each panel lies."""
        wide = self.width * 72 + (self.margin - 0.18) * 72
        self._title_lines = style.wrap(self.title, (WIDTH - 0.4) * 72, TITLE, 2, "bold")
        finding_lines = 2 if self.columns == 1 else 3
        self._headings = []
        for panel in self.panels:
            times = style.text_width(self._times(panel), BODY)
            title = style.wrap(panel.group.model.title, wide - times - 14, HEADING, 2, "bold")
            self._headings.append((title, style.wrap(panel.finding, wide, BODY, finding_lines)))
        lines = [
            range(i, min(i + self.columns, len(self.panels)))
            for i in range(0, len(self.panels), self.columns)
        ]
        heads = [
            max(
                len(title) * _line(HEADING) + len(finding) * _line(BODY) + 0.04
                for title, finding in (self._headings[i] for i in line)
            )
            for line in lines
        ]
        bodies = [max(self.panels[i].height for i in line) for line in lines]
        fixed = _TOP + len(self._title_lines) * _line(TITLE) + _LEGEND + _BOTTOM
        fixed += sum(heads) + _GAP * (len(lines) - 1)
        self.heights = bodies + [fixed + sum(bodies)]
        self._boxes = {}
        y = self.heights[-1] - (_TOP + len(self._title_lines) * _line(TITLE) + _LEGEND)
        for line, head, body in zip(lines, heads, bodies):
            for column, i in enumerate(line):
                high = self.panels[i].height
                self._boxes[i] = (column, y, y - head - high, high)
            y -= head + body + _GAP
        self._lowest = {box[0]: i for i, box in self._boxes.items()}

    # Drawing -----------------------------------------------------------------------------------

    def _text(self, x: float, y: float, text: str, size: float, weight="normal", gid=None, **more):
        drawn = self.figure.text(x, y, text, fontsize=size, fontweight=weight, va="top", **more)
        drawn.set_gid(gid)

    def _legend(self, kinds: Sequence[str], kind_words: dict[str, str], top: float) -> None:
        height = self.heights[-1]
        handles = [
            Patch(
                facecolor=LIGHT.fill[kind],
                edgecolor=LIGHT.stroke[kind],
                hatch=looks.hatch_of(kind),
                linewidth=0.6,
                label=kind_words[kind],
            )
            for kind in kinds
        ]
        handles.append(
            Line2D([], [], color=LIGHT.ink, linewidth=2, linestyle=_DASHES, label="predicted end")
        )
        if any(panel.group.published_s for panel in self.panels):
            handles.append(_published_mark([], [], label="published end"))
        self.figure.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(self.margin_x(0), top / height),
            ncol=len(handles),
            frameon=False,
            fontsize=BODY,
            borderpad=0,
            borderaxespad=0,
            handlelength=2.2,
            handleheight=1.1,
            columnspacing=1.5,
        )

    def _panel(self, index: int, panel: Panel, kinds: Sequence[str], label_of) -> None:
        column, _, bottom, body = self._boxes[index]
        height, group = self.heights[-1], panel.group
        gid = f"{self.name}.{self._ids[index]}"
        axes = self.figure.add_axes(
            (
                (column * WIDTH / self.columns + self.margin) / WIDTH,
                bottom / height,
                self.width / WIDTH,
                body / height,
            )
        )
        axes.set_gid(f"{gid}.panel")
        self._heading(index, panel, gid)
        axes.set_xlim(0, self.end)
        axes.grid(axis="x")
        ticks = 8 if self.columns == 2 else 14
        axes.xaxis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 4, 5, 10]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.6g}"))
        if self._lowest[column] == index:
            axes.set_xlabel("seconds since the client started")
        else:
            axes.tick_params(axis="x", labelbottom=False)
        if not panel.has_record:
            self._nothing(axes, group)
            return
        drawing = PanelBody(self.end, self.points_per_second, self._unique)
        drawing.draw(axes, panel, kinds, gid, body, label_of)
        self._prediction(axes, panel, gid)

    def _unique(self, gid: str) -> str:
        """A task may be in a stage twice, and a block of many tasks has no task at all."""
        self._used[gid] = self._used.get(gid, 0) + 1
        return gid if self._used[gid] == 1 else f"{gid}-{self._used[gid]}"

    def _heading(self, index: int, panel: Panel, gid: str) -> None:
        column, top, _, _ = self._boxes[index]
        height, group = self.heights[-1], panel.group
        title, finding = self._headings[index]
        x = self.margin_x(column)
        right = ((column + 1) * WIDTH / self.columns - _MARGIN_RIGHT) / WIDTH
        y = top
        for line in title:
            self._text(x, y / height, line, HEADING, "bold", self._unique(f"{gid}.title"))
            y -= _line(HEADING)
        self._text(right, top / height, self._times(panel), BODY, gid=f"{gid}.times", ha="right")
        alarming = not group.shown.ok
        for line in finding:
            color = LIGHT.alarm if alarming else LIGHT.ink
            self._text(x, y / height, line, BODY, gid=self._unique(f"{gid}.finding"), color=color)
            y -= _line(BODY)
        room = (self.width + self.margin - 0.18) * 72 - style.text_width(finding[-1], BODY) - 20
        if panel.note and style.text_width(panel.note, SMALL) <= room:
            y += _line(BODY) - 0.015
            self._text(
                right,
                y / height,
                panel.note,
                SMALL,
                gid=f"{gid}.note",
                ha="right",
                color=LIGHT.muted,
            )

    def _times(self, panel: Panel) -> str:
        group, run = panel.group, panel.group.shown
        if not run.ok:
            return f"predicted {words.planned(run.predicted_s)}"
        several = len(group.counted_runs)
        note = f", median of {several}" if several > 1 else ""
        bad = len(group.bad_runs)
        note += f", {bad} of {len(group.runs)} runs failed" if bad else ""
        return f"{words.measured(run.makespan_s)} ({words.overhead(run.overhead_s)}){note}"

    def _nothing(self, axes: Axes, group: ModelRuns) -> None:
        axes.set_yticks([])
        axes.set_ylim(0, 1)
        text = "no thread computed anything" if group.shown.has_stages else "nothing on record"
        axes.text(
            0.5,
            0.5,
            text,
            transform=axes.transAxes,
            ha="center",
            va="center",
            color=LIGHT.alarm,
            fontsize=BODY,
        )

    def _marks(self, group: ModelRuns) -> tuple[float, float]:
        return (group.shown.predicted_s or 0.0, group.published_s or 0.0)

    def _beside_prediction(self, group: ModelRuns) -> list[str]:
        run = group.shown
        lines = [] if run.predicted_s is None else [f"predicted {words.planned(run.predicted_s)}"]
        if group.published_s:
            lines.append(f"published {words.measured(group.published_s)}")
        return lines or [""]

    def _prediction(self, axes: Axes, panel: Panel, gid: str) -> None:
        group, run = panel.group, panel.group.shown
        low, high = axes.get_ylim()
        if run.predicted_s is None:
            return
        line = axes.axvline(
            run.predicted_s, color=LIGHT.ink, linewidth=2, linestyle=_DASHES, zorder=5
        )
        line.set_gid(f"{gid}.predicted")
        if group.published_s:
            mark = _published_mark([group.published_s], [high + 0.16 * (low - high)])
            mark.set_gid(f"{gid}.published")
            axes.add_line(mark)
        text = axes.annotate(
            "\n".join(self._beside_prediction(group)),
            (max(run.end, *self._marks(group)), (low + high) / 2),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            fontsize=SMALL,
            color=LIGHT.ink,
            linespacing=1.25,
            zorder=6,
        )
        text.set_gid(f"{gid}.predicted.label")


def _line(size: float) -> float:
    return size * _LINE / 72


def _published_mark(x: Sequence[float], y: Sequence[float], **more) -> Line2D:
    return Line2D(
        x,
        y,
        marker="D",
        markersize=8,
        linestyle="none",
        color=LIGHT.published,
        markeredgecolor=LIGHT.background,
        zorder=7,
        clip_on=False,
        **more,
    )
