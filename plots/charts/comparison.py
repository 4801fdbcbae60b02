"""Draws what was predicted beside what was measured, one row per model.

The totals, on the left, are mostly sleep, so the overhead (measured minus predicted) has an axis of
its own.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from plots.charts import style
from plots.looks import LIGHT
from plots.charts.style import BODY, HEADING, WIDTH, Chart, Title
from plots.read import disturbances, findings, words
from plots.read.results import ModelRuns, Results
from plots.read.run import COMPUTE, Workload

_LABELS, _GAP, _RIGHT, _BOTTOM = 2.75, 0.45, 0.3, 0.72  # inches
_ROW = 0.55
_TOTALS_SHARE = 0.62
_ABOVE = 0.3  # of a row: where the published figure is, over its middle
_BAR = 0.1  # and the bar, under it


def draw(results: Results, workload: Workload) -> Chart:
    """Rows in the order of the results' models; published figures at the original workload only."""
    return _Comparison(results.by_model(workload)).draw()


class _Comparison:
    def __init__(self, groups: list[ModelRuns]):
        self.groups = groups
        self.ids = style.ids_of([group.model.name for group in groups])
        self.repeated = any(len(group.counted_runs) > 1 for group in groups)
        self.published = any(group.published_s for group in groups)
        self.overflowed = any(group.overflowed_runs for group in groups)

    def draw(self) -> Chart:
        finding = findings.of_overheads(self.groups)
        title = Title("comparison", finding)
        top = title.height + 0.72
        rows = len(self.groups)
        body = rows * _ROW
        height = top + body + _BOTTOM
        self.figure = Figure(figsize=(WIDTH, height))
        title.draw(self.figure)
        self._legend((height - top + 0.64) / height)
        wide = WIDTH - _LABELS - _GAP - _RIGHT
        self.totals_width = wide * _TOTALS_SHARE
        bottom, share = _BOTTOM / height, body / height
        totals = self.figure.add_axes((_LABELS / WIDTH, bottom, self.totals_width / WIDTH, share))
        x = (_LABELS + self.totals_width + _GAP) / WIDTH
        self.overheads_width = wide * (1 - _TOTALS_SHARE)
        overheads = self.figure.add_axes((x, bottom, self.overheads_width / WIDTH, share))
        self._totals(totals)
        self._overheads(overheads)
        return Chart(self.figure, finding, self._description())

    def _description(self) -> str:
        parts = []
        for group in self.groups:
            name = words.clean(group.model.title)
            if group.ok_runs:
                parts.append(
                    f"{name}: predicted {words.planned(group.shown.predicted_s)}, "
                    f"measured {words.measured(group.makespan)}."
                )
            else:
                parts.append(f"{name}: {findings.of_run(group.shown)}.")
        parts += [f"{note}." for note in disturbances.notes(self.groups)]
        return " ".join(parts)

    def _legend(self, y: float) -> None:
        handles = [
            Patch(color=LIGHT.fill[COMPUTE], label="measured" + self._median()),
            Line2D(
                [], [], color=LIGHT.ink, marker="|", markersize=16, markeredgewidth=2.5,
                linestyle="none", label="predicted",
            ),
        ]
        if self.repeated:
            handles.append(
                Line2D(
                    [], [], color=LIGHT.ink, marker="o", markersize=5, linewidth=1.5,
                    markerfacecolor=LIGHT.background, label="each run, least to most",
                )
            )
        if self.overflowed:
            full = "listen queue overflowed, tried again after 1 s"
            handles.append(self._squares([], [], label=full))
        if self.published:
            handles.append(self._diamonds([], [], label="published"))
        self.figure.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(0.18 / WIDTH, y), ncol=len(handles),
            frameon=False, fontsize=BODY, borderpad=0, borderaxespad=0, columnspacing=1.8,
        )

    def _median(self) -> str:
        return ", median" if self.repeated else ""

    def _squares(self, x, y, **more) -> Line2D:
        """Runs apart: what a dropped connection costs is no price of the model."""
        return Line2D(
            x, y, marker="s", markersize=7, linestyle="none", color=LIGHT.alarm,
            markerfacecolor=LIGHT.background, markeredgewidth=1.6, zorder=7, clip_on=False, **more,
        )

    def _diamonds(self, x, y, **more) -> Line2D:
        return Line2D(
            x, y, marker="D", markersize=8, linestyle="none", color=LIGHT.published,
            markeredgecolor=LIGHT.background, zorder=7, clip_on=False, **more,
        )

    def _frame(self, axes: Axes, heading: str, unit: str, label: str, ticks: int) -> None:
        axes.set_title(heading, loc="left", fontsize=HEADING, fontweight="bold")
        axes.set_ylim(len(self.groups) - 0.5, -0.5)
        axes.set_xlabel(unit)
        axes.grid(axis="x")
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=ticks))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.6g}"))
        axes.set_gid(f"comparison.{label}.panel")

    def _totals(self, axes: Axes) -> None:
        self._frame(axes, "End of the last task", "seconds", "totals", 9)
        axes.set_yticks([row + _BAR for row in range(len(self.groups))])
        axes.set_yticklabels(
            [
                "\n".join(style.wrap(group.model.title, (_LABELS - 0.35) * 72, BODY, 2))
                for group in self.groups
            ],
            fontsize=BODY,
        )
        ok = [group for group in self.groups if group.ok_runs]
        texts = {id(group): self._total_words(group) for group in ok}
        needs = [1e-9]
        for group in ok:
            ends = [run.makespan_s for run in group.ok_runs]
            end = max(*ends, group.shown.predicted_s, group.published_s or 0)
            needs.append(_with_room(end, texts[id(group)], self.totals_width))
        axes.set_xlim(0, max(needs) if ok else 1.0)
        for row, group in enumerate(self.groups):
            gid = f"comparison.{self.ids[row]}"
            if not group.ok_runs:
                self._bad(axes, row, group, gid)
                continue
            self._bar(axes, row, group.makespan, group.makespans, 1.0, f"{gid}.measured")
            full = [run.makespan_s for run in group.overflowed_runs]
            self._apart(axes, row, full, f"{gid}.measured")
            (line,) = axes.plot(
                [group.shown.predicted_s] * 2, [row - 0.4, row + 0.4],
                color=LIGHT.ink, linewidth=2.5, zorder=6,
            )
            line.set_gid(f"{gid}.predicted")
            if group.published_s:
                text = words.measured(group.published_s)
                self._published(axes, row, group.published_s, text, f"{gid}.published")
            end = max(group.makespan, group.shown.predicted_s)
            self._words(axes, end, row + _BAR, texts[id(group)], f"{gid}.measured.label", 9)

    def _total_words(self, group: ModelRuns) -> str:
        bad = len(group.bad_runs)
        note = f" ({bad} of {len(group.runs)} runs failed)" if bad else ""
        return words.measured(group.makespan) + note

    def _overheads(self, axes: Axes) -> None:
        self._frame(axes, "Overhead: lower is better", "milliseconds", "overheads", 5)
        axes.set_yticks([])
        axes.axvline(0, color=LIGHT.ink, linewidth=1.5)
        ok = [group for group in self.groups if group.ok_runs]
        low, needs = 0.0, [1e-6]
        for group in ok:
            values = [run.overhead_s for run in group.ok_runs] + self._published_over(group)
            values = [1000 * value for value in values]
            low = min(low, *values)
            text = self._overhead_words(group)
            needs.append(_with_room(max(0.0, *values), text, self.overheads_width))
        right = max(needs + [-low]) if ok else 1.0
        axes.set_xlim(1.05 * low, right)
        for row, group in enumerate(self.groups):
            gid = f"comparison.{self.ids[row]}"
            if not group.ok_runs:
                status, alarm = group.shown.status, LIGHT.alarm
                self._words(axes, 0, row + _BAR, status, f"{gid}.overhead.label", 8, alarm)
                continue
            shown = group.shown.overhead_s
            self._bar(axes, row, shown, group.overheads, 1000.0, f"{gid}.overhead")
            full = [1000 * run.overhead_s for run in group.overflowed_runs]
            self._apart(axes, row, full, f"{gid}.overhead")
            for value in self._published_over(group):
                text = words.overhead(value)
                self._published(axes, row, 1000 * value, text, f"{gid}.published.overhead")
            end = 1000 * max(0.0, shown)
            text = self._overhead_words(group)
            self._words(axes, end, row + _BAR, text, f"{gid}.overhead.label", 7)

    def _overhead_words(self, group: ModelRuns) -> str:
        return disturbances.marked(words.overhead(group.shown.overhead_s), group)

    def _published_over(self, group: ModelRuns) -> list[float]:
        """The published run's own overhead: its prediction is the same, since the workload is."""
        if not (group.ok_runs and group.published_s):
            return []
        return [group.published_s - group.shown.predicted_s]

    def _published(self, axes: Axes, row: int, x: float, text: str, gid: str) -> None:
        mark = self._diamonds([x], [row - _ABOVE])
        mark.set_gid(gid)
        axes.add_line(mark)
        self._words(axes, x, row - _ABOVE, text, f"{gid}.label", 9, LIGHT.published)

    def _bar(
        self, axes: Axes, row: int, value: float, all_values: list[float], unit: float, gid: str
    ) -> None:
        color = LIGHT.fill[COMPUTE]
        (bar,) = axes.barh([row + _BAR], [value * unit], height=0.38, color=color)
        bar.set_gid(gid)
        if len(all_values) < 2:
            return
        (line,) = axes.plot(
            [v * unit for v in all_values], [row + 0.36] * len(all_values), color=LIGHT.ink,
            marker="o", markersize=5, markerfacecolor=LIGHT.background, linewidth=1.5,
            zorder=6, clip_on=False,
        )
        line.set_gid(f"{gid}.spread")

    def _apart(self, axes: Axes, row: int, full: list[float], gid: str) -> None:
        """The runs whose listen queue overflowed, on the line of the dots."""
        if full:
            marks = self._squares(full, [row + 0.36] * len(full))
            marks.set_gid(f"{gid}.overflowed")
            axes.add_line(marks)

    def _bad(self, axes: Axes, row: int, group: ModelRuns, gid: str) -> None:
        text = findings.of_run(group.shown)
        lines = style.wrap(text, self.totals_width * 72 - 20, BODY, 2)
        self._words(axes, 0, row + _BAR, "\n".join(lines), f"{gid}.message", 8, LIGHT.alarm)

    def _words(
        self, axes: Axes, x: float, row: int, text: str, gid: str, offset: float, color=None
    ) -> None:
        drawn = axes.annotate(
            text, (x, row), xytext=(offset, 0), textcoords="offset points", va="center", ha="left",
            fontsize=BODY, color=color or LIGHT.ink, zorder=8,
        )
        drawn.set_gid(gid)


def _with_room(end: float, text: str, width: float) -> float:
    """How far an axis of `width` inches must go for `text` to fit beside `end`."""
    return end / (1 - min(0.6, (style.text_width(text, BODY) + 20) / (width * 72)))
