"""Draws latency against arrival rate: median and 99th percentile, both axes logarithmic.

A colour stands for one prediction, which several models may share: their curves lie on top of each
other as long as it holds. Markers and dashes tell the models apart. Thin lines are predictions, and
upright ones the rates from which on a queue grows without end.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from plots.charts import style
from plots.charts.looks import LIGHT
from plots.charts.style import BODY, HEADING, HEIGHT, SMALL, WIDTH, Chart, Title
from plots.read import rate_sweep, words
from plots.read.rate_sweep import Curve, Sweep, tasks_per_second

PANELS = {"p50": "Median latency", "p99": "99th percentile"}  # of the axes, from left to right
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1, 2)))
_LEFT, _GAP, _BOTTOM, _LEGEND = 0.95, 0.25, 0.95, 3.45  # inches


def draw(sweep: Sweep) -> Chart:
    """Curves are medians of the runs that are ok; rates with none have no mark."""
    return _LatencyRate(sweep).draw()


class _LatencyRate:
    def __init__(self, sweep: Sweep):
        self.sweep, self.kinds = sweep, sweep.kinds()
        self.ids = dict(
            zip([c.name for c in sweep.curves], style.ids_of([c.name for c in sweep.curves]))
        )

    def draw(self) -> Chart:
        finding = words.clean(rate_sweep.finding(self.sweep))
        title = Title("latency-rate", finding, lines=3)
        top = title.height + 0.5
        self.figure = Figure(figsize=(WIDTH, HEIGHT))
        title.draw(self.figure)
        wide = (WIDTH - _LEFT - _GAP * 2 - _LEGEND) / 2
        share = (HEIGHT - top - _BOTTOM) / HEIGHT
        for i, percentile in enumerate(PANELS):
            x = (_LEFT + i * (wide + _GAP)) / WIDTH
            axes = self.figure.add_axes((x, _BOTTOM / HEIGHT, wide / WIDTH, share))
            self._panel(axes, percentile, has_scale=i == 0)
        self._legend((HEIGHT - top) / HEIGHT)
        self._footnote()
        return Chart(self.figure, finding, self._description())

    def _description(self) -> str:
        parts = []
        for curve in self.sweep.curves:
            name = words.clean(curve.title)
            parts.append(f"{name}: saturation predicted at {rate_sweep.saturation(curve)}.")
            for point in curve.points:
                parts.append(
                    f"At {tasks_per_second(point.rate)}/s: median"
                    f" {rate_sweep.milliseconds(point.measured['p50'])}, p99"
                    f" {rate_sweep.milliseconds(point.measured['p99'])}."
                )
            for rate, why in curve.bad:
                parts.append(f"At {tasks_per_second(rate)}/s: {words.clean(why)}.")
        return " ".join(parts)

    def _styled(self):
        """Each curve with its colour, marker and dashes; all that share a colour differ."""
        for kind, color in zip(self.kinds, self._colors()):
            for i, curve in enumerate(kind):
                look = dict(
                    color=color,
                    marker=_MARKERS[i % len(_MARKERS)],
                    linestyle=_DASHES[i % len(_DASHES)],
                )
                yield curve, look

    def _colors(self) -> list[str]:
        series = LIGHT.series
        return [series[i % len(series)] for i in range(len(self.kinds))]

    def _panel(self, axes: Axes, percentile: str, has_scale: bool) -> None:
        axes.set_title(PANELS[percentile], loc="left", fontsize=HEADING, fontweight="bold")
        axes.set_gid(f"latency-rate.{percentile}.panel")
        self._scales(axes, has_scale)
        for kind, color in zip(self.kinds, self._colors()):
            rates, latencies = kind[0].predictions(percentile)
            (line,) = axes.plot(rates, latencies, color=color, linewidth=5, alpha=0.3)
            line.set_gid(f"latency-rate.{percentile}.predicted.{self.ids[kind[0].name]}")
        self._saturations(axes, percentile)
        for curve, look in self._styled():
            rates, latencies = curve.values(percentile)
            (line,) = axes.plot(
                rates, latencies, linewidth=1.4, markersize=6.5, zorder=5,
                markeredgecolor=LIGHT.background, markeredgewidth=0.6, **look,
            )
            line.set_gid(f"latency-rate.{percentile}.{self.ids[curve.name]}")

    def _scales(self, axes: Axes, has_scale: bool) -> None:
        points = [p for curve in self.sweep.curves for p in curve.points]
        rates = [p.rate for p in points] + [c.saturation for c in self.sweep.curves if c.saturation]
        values = [
            value
            for p in points
            for known in (p.measured, p.predicted)
            for value in (known["p50"], known["p99"])
            if value
        ]
        axes.set_xscale("log")
        axes.set_yscale("log")
        if rates:
            axes.set_xlim(min(rates) / 1.4, max(rates) * 1.4)
        if values:
            axes.set_ylim(min(values) / 1.5, max(values) * 1.6)
        axes.grid(which="major")
        for axis, word in ((axes.xaxis, tasks_per_second), (axes.yaxis, _latency)):
            axis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=30))
            axis.set_minor_locator(NullLocator())
            axis.set_major_formatter(FuncFormatter(lambda value, _, word=word: word(value)))
        axes.set_xlabel("arrival rate, tasks per second")
        if not has_scale:
            axes.set_yticklabels([])
            axes.yaxis.set_major_formatter(FuncFormatter(lambda *_: ""))

    def _saturations(self, axes: Axes, percentile: str) -> None:
        """One line for each rate, whoever shares it."""
        drawn: dict[float, str] = {}
        for kind, color in zip(self.kinds, self._colors()):
            rate = kind[0].saturation
            if rate is None or rate in drawn:
                continue
            drawn[rate] = color
            line = axes.axvline(rate, color=color, linewidth=1.2, linestyle=(0, (1, 1.5)), zorder=1)
            line.set_gid(f"latency-rate.{percentile}.saturation.{self.ids[kind[0].name]}")
            text = axes.annotate(
                f"{tasks_per_second(rate)}/s", (rate, 1), xycoords=("data", "axes fraction"),
                xytext=(3, -3), textcoords="offset points", rotation=90, va="top", ha="left",
                fontsize=SMALL, color=color, zorder=6,
                bbox=dict(facecolor=LIGHT.background, linewidth=0, pad=0.8),
            )
            text.set_gid(f"latency-rate.{percentile}.saturation.{self.ids[kind[0].name]}.value")

    def _legend(self, y: float) -> None:
        """By kind: what is predicted of it, then its models."""
        handles = []
        styled = dict((curve.name, look) for curve, look in self._styled())
        for kind, color in zip(self.kinds, self._colors()):
            limit = kind[0].saturation
            label = f"saturated from {tasks_per_second(limit)}/s on" if limit else "never saturated"
            handles.append(Line2D([], [], color=color, linewidth=5, alpha=0.3, label=label))
            handles += [self._entry(curve, styled[curve.name]) for curve in kind]
        self.figure.legend(
            handles=handles, loc="upper left",
            bbox_to_anchor=((WIDTH - _LEGEND + 0.05) / WIDTH, y), frameon=False, fontsize=BODY,
            borderpad=0, borderaxespad=0, handlelength=3.2, labelspacing=0.42,
        )

    def _entry(self, curve: Curve, look: dict) -> Line2D:
        text = style.wrap(curve.title, (_LEGEND - 0.75) * 72, BODY, 1)[0]
        if not curve.points:
            why = f"{curve.title}: {curve.bad[0][1]}"
            text = style.wrap(why, (_LEGEND - 0.75) * 72, BODY, 1)[0]
        return Line2D(
            [], [], linewidth=1.4, markersize=6.5, markeredgecolor=LIGHT.background,
            markeredgewidth=0.6, label=text, **look,
        )

    def _footnote(self) -> None:
        drawn = self.figure.text(
            0.18 / WIDTH, 0.12 / HEIGHT,
            "Latency counts from when a task was due. A model keeps up if its median is below twice"
            " what a task takes alone. Pale lines: predicted by a first-come,\nfirst-served queue;"
            " beyond saturation they grow with the number of tasks, here"
            f" {self.sweep.workload.tasks:,}.",
            fontsize=SMALL, color=LIGHT.muted, va="bottom",
        )
        drawn.set_gid("latency-rate.source")


def _latency(value: float) -> str:
    return words.planned(value)
