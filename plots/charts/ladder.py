"""Draws the cost ladder: what one operation takes, cheapest first, and what an idle one holds.

Times span six orders of magnitude, so their axis is logarithmic, and a mark stands for a value: a
bar would have no foot. Memory is drawn as bars from zero.
"""

from __future__ import annotations

import dataclasses
from math import inf
from typing import Optional

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from plots.charts import style
from plots.looks import LIGHT, hatch_of
from plots.charts.style import BODY, HEADING, SMALL, WIDTH, Chart, Title
from plots.read import words
from plots.read.primitive_prices import Price, Prices
from plots.read.run import COMPUTE, RESPONSE

SOURCE = "jimblandy/context-switch"  # of the published figures, which are of Rust and Tokio

WITHIN, BETWEEN, LOOPBACK = "within", "between", "loopback"
_LEGEND = {
    WITHIN: "within one thread",
    BETWEEN: "with another thread or process",
    LOOPBACK: "with a server, over loopback",
}
_MARKERS = {WITHIN: "o", BETWEEN: "s", LOOPBACK: "^"}


@dataclasses.dataclass(frozen=True)
class Row:
    """How a price is worded, and the figure that others published for the same, in seconds."""

    words: str
    kind: str
    published: Optional[float] = None


COROUTINE, THREAD = "spawn_and_join_a_coroutine", "create_and_join_a_thread"
ROWS = {
    "call_a_function": Row("Call a function", WITHIN),
    "record_an_event": Row("Record an event", WITHIN),
    "create_and_resume_a_coroutine": Row("Create and resume a coroutine", WITHIN),
    COROUTINE: Row("Spawn and join a coroutine", WITHIN, 0.3e-6),
    THREAD: Row("Create and join a thread", BETWEEN, 17e-6),
    "run_with_std_async": Row("std::async, and get", BETWEEN),
    "spawn_and_reap_a_process": Row("Spawn and reap a process", BETWEEN),
    "post_a_function": Row("Post a function to a loop", WITHIN),
    "post_a_named_function": Row("Post it with its name noted", WITHIN),
    "hand_over_by_strand": Row("Hand over by strand", WITHIN),
    "arm_a_timer_until_it_fires": Row("Arm a timer until it fires", WITHIN),
    "switch_between_coroutines_and_back": Row("Switch to another coroutine", WITHIN, 0.2e-6),
    "hand_over_by_channel": Row("Hand over by channel", WITHIN),
    "hand_over_by_mutex/same_core": Row("Turn by mutex, one core", BETWEEN),
    "hand_over_by_mutex/two_cores": Row("Turn by mutex, two cores", BETWEEN),
    "hand_over_by_condition_variable/same_core": Row("Wake a thread, one core", BETWEEN, 1.7e-6),
    "hand_over_by_condition_variable/two_cores": Row("Wake a thread, two cores", BETWEEN, 1.7e-6),
    "round_trip_blocking/same_core": Row("Round trip, blocking, one core", LOOPBACK),
    "round_trip_blocking/two_cores": Row("Round trip, blocking, two cores", LOOPBACK),
    "round_trip_async/same_core": Row("Round trip, async, one core", LOOPBACK),
    "round_trip_async/two_cores": Row("Round trip, async, two cores", LOOPBACK),
}

IDLE_THREAD = "memory_of_an_idle_thread"
IDLE_COROUTINE = "memory_of_an_idle_coroutine_on_a_timer"
MEMORY = {  # words, and what others published, in bytes
    IDLE_COROUTINE: ("Coroutine on a timer", 0.4 * 1024),
    "memory_of_an_idle_coroutine_on_a_socket": ("Coroutine on a socket", None),
    IDLE_THREAD: ("Thread", 20.0 * 1024),
}

_LABELS, _COLUMNS, _GAP, _RIGHT, _BOTTOM = 2.85, 1.75, 0.45, 0.75, 0.98  # inches
_MEMORY_WIDTH = 2.9
_ROW, _MEMORY_ROW = 0.26, 0.95


def draw(prices: Prices) -> Chart:
    """Marks are medians; with several repetitions a line goes from the least to the most."""
    return _Ladder(prices).draw()


def finding(prices: Prices) -> str:
    """How a thread compares with a coroutine; failing that, how far the prices reach."""
    parts = []
    thread, coroutine = (prices.rows.get(name) for name in (THREAD, COROUTINE))
    # A time is the mean of many operations: few are enough, if they lie apart.
    if thread and coroutine and min(thread.times, default=0) > max(coroutine.times, default=inf):
        ratio = _ratio(thread.time / coroutine.time)
        parts.append(f"A thread costs {ratio} times as much to start as a coroutine")
    held, lean = prices.memory.get(IDLE_THREAD), prices.memory.get(IDLE_COROUTINE)
    if held and lean and min(held.resident, lean.resident) > 0:
        ratio = _ratio(held.resident / lean.resident)
        parts.append(
            f"holds {ratio} times the memory"
            if parts
            else f"An idle thread holds {ratio} times the memory of an idle coroutine"
        )
    if parts:
        return ", and ".join(parts)
    measured = _sorted(prices)
    least, most = measured[0], measured[-1]
    return (
        f"From {duration(least.time)} ({_row(least).words}) to {duration(most.time)} "
        f"({_row(most).words})"
    )


def _ratio(value: float) -> str:
    return f"{float(f'{value:.2g}'):,g}"


def duration(value: float) -> str:
    """`1.2 ns`, `25 ns`, `0.21 µs`, `1.6 ms`: two digits, as many as such a figure is worth."""
    for unit, factor in (("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3)):
        if value < 995 * factor:
            return f"{_two_digits(value / factor)} {unit}"
    return f"{_two_digits(value)} s"


def size(value: float) -> str:
    """`0.69 KiB`, `8.4 KiB`, `33 KiB`."""
    return f"{_two_digits(value / 1024)} KiB"


def _two_digits(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 9.95 else f"{value:.2g}"


def _row(price: Price) -> Row:
    """Also for a row that this does not know yet."""
    plain = words.sentence(words.clean(price.name).replace("_", " "))
    return ROWS.get(price.name, Row(plain, WITHIN))


def _sorted(prices: Prices) -> list[Price]:
    return sorted((p for p in prices.rows.values() if p.times), key=lambda p: (p.time, p.name))


class _Ladder:
    def __init__(self, prices: Prices):
        self.prices = prices
        self.measured = _sorted(prices)
        self.missing = [price for price in prices.rows.values() if not price.times]
        self.shown = self.measured + self.missing
        self.repeated = any(len(price.times) > 1 for price in self.measured)
        self.memory = [prices.memory[name] for name in MEMORY if name in prices.memory]
        self.color = dict(zip((WITHIN, BETWEEN, LOOPBACK), LIGHT.series))

    def draw(self) -> Chart:
        said = finding(self.prices)
        title = Title("ladder", said)
        top = title.height + 0.72
        rows = len(self.shown)
        body = max(rows * _ROW, len(self.memory) * _MEMORY_ROW)
        height = top + body + _BOTTOM
        self.figure = Figure(figsize=(WIDTH, height))
        title.draw(self.figure)
        self._legend((height - top + 0.64) / height)
        beside = _GAP + _MEMORY_WIDTH + _RIGHT if self.memory else 0.3
        wide = WIDTH - _LABELS - _COLUMNS - beside
        self._times(self._axes(_LABELS, top, wide, rows * _ROW), wide)
        if self.memory:
            x = _LABELS + wide + _COLUMNS + _GAP
            high = len(self.memory) * _MEMORY_ROW
            self._memory(self._axes(x, top, _MEMORY_WIDTH, high))
        self._source(height)
        return Chart(self.figure, said, self._description())

    def _axes(self, left: float, top: float, wide: float, high: float) -> Axes:
        """In inches from the upper left."""
        height = self.figure.get_figheight()
        place = (left / WIDTH, 1 - (top + high) / height, wide / WIDTH, high / height)
        return self.figure.add_axes(place)

    def _description(self) -> str:
        parts = [f"{_row(price).words}: {duration(price.time)}." for price in self.measured]
        parts += [f"{_row(p).words}: {words.clean(p.message)}." for p in self.missing]
        for held in self.memory:
            parts.append(
                f"{MEMORY[held.name][0]}, idle: {size(held.resident)} resident, "
                f"{size(held.available)} of the system's memory."
            )
        return " ".join(parts)

    def _legend(self, y: float) -> None:
        kinds = {_row(price).kind for price in self.measured}
        handles = [
            self._mark([], [], kind, label=text) for kind, text in _LEGEND.items() if kind in kinds
        ]
        if self.repeated:
            handles.append(
                Line2D([], [], color=LIGHT.ink, linewidth=2, label="least to most, of several")
            )
        handles.append(self._diamonds([], [], label="published"))
        self.figure.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(0.18 / WIDTH, y), ncol=len(handles),
            frameon=False, fontsize=BODY, borderpad=0, borderaxespad=0, columnspacing=1.8,
        )

    def _mark(self, x, y, kind: str, **more) -> Line2D:
        return Line2D(
            x, y, marker=_MARKERS[kind], markersize=8, linestyle="none", color=self.color[kind],
            markeredgecolor=LIGHT.background, zorder=6, clip_on=False, **more,
        )

    def _diamonds(self, x, y, **more) -> Line2D:
        return Line2D(
            x, y, marker="D", markersize=7, linestyle="none", color="none",
            markeredgecolor=LIGHT.published, markeredgewidth=2, zorder=7, clip_on=False,
            **more,
        )

    def _times(self, axes: Axes, width: float) -> None:
        axes.set_title(
            "Time of one operation: lower is better",
            loc="left",
            fontsize=HEADING,
            fontweight="bold",
        )
        axes.set_gid("ladder.times.panel")
        axes.set_ylim(len(self.shown) - 0.4, -0.6)
        axes.set_xscale("log")
        values = [time for price in self.measured for time in price.times]
        values += [p for p in (_row(price).published for price in self.measured) if p]
        axes.set_xlim(min(values) / 1.6, max(values) * 1.6)
        axes.xaxis.set_major_locator(LogLocator(numticks=20))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: duration(x)))
        axes.grid(axis="x")
        axes.tick_params(axis="y", length=0)
        axes.set_yticks(range(len(self.shown)))
        axes.set_yticklabels(
            [
                style.wrap(_row(price).words, (_LABELS - 0.3) * 72, BODY, 1)[0]
                for price in self.shown
            ],
            fontsize=BODY,
        )
        self._column(axes, -1, 12, "here", "ladder.here", LIGHT.muted)
        self._column(axes, -1, 76, "published", "ladder.published", LIGHT.published)
        ids = style.ids_of([price.name for price in self.shown])
        for row, price in enumerate(self.shown):
            if price.times:
                self._price(axes, row, price, f"ladder.{ids[row]}")
            else:
                text = style.wrap(price.message, width * 72 + 110, SMALL, 1)[0]
                drawn = axes.annotate(
                    text, (0, row), xycoords=("axes fraction", "data"), xytext=(6, 0),
                    textcoords="offset points", va="center", fontsize=SMALL,
                    color=LIGHT.alarm,
                )
                drawn.set_gid(f"ladder.{ids[row]}.message")

    def _price(self, axes: Axes, row: int, price: Price, gid: str) -> None:
        kind, published = _row(price).kind, _row(price).published
        left = axes.get_xlim()[0]
        axes.plot([left, price.time], [row, row], color=self.color[kind], linewidth=1, alpha=0.45)
        if len(price.times) > 1:
            (line,) = axes.plot(
                [min(price.times), max(price.times)], [row, row], color=LIGHT.ink,
                linewidth=2, solid_capstyle="butt", zorder=5,
            )
            line.set_gid(f"{gid}.spread")
        mark = self._mark([price.time], [row], kind)
        mark.set_gid(f"{gid}.mark")
        axes.add_line(mark)
        self._column(axes, row, 12, duration(price.time), f"{gid}.value", LIGHT.ink)
        if published:
            diamond = self._diamonds([published], [row])
            diamond.set_gid(f"{gid}.published")
            axes.add_line(diamond)
            text = duration(published)
            self._column(axes, row, 76, text, f"{gid}.published.value", LIGHT.published)

    def _column(self, axes: Axes, row: int, offset: int, text: str, gid: str, color: str) -> None:
        """A word in the table at the right of the panel."""
        drawn = axes.annotate(
            text, (1, row), xycoords=("axes fraction", "data"), xytext=(offset, 0),
            textcoords="offset points", va="center", fontsize=BODY, color=color,
            annotation_clip=False,
        )
        drawn.set_gid(gid)

    def _memory(self, axes: Axes) -> None:
        axes.set_title(
            "KiB while idle: lower is better", loc="left", fontsize=HEADING, fontweight="bold"
        )
        axes.set_gid("ladder.memory.panel")
        axes.set_ylim(len(self.memory) - 0.35, -0.55)
        axes.set_yticks([])
        axes.grid(axis="x")
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
        most = max(max(held.resident, held.available) for held in self.memory)
        most = max([most, 1.0] + [p or 0 for _, p in (MEMORY[h.name] for h in self.memory)])
        axes.set_xlim(0, 1.02 * most / 1024)
        looks = {
            "resident": dict(color=LIGHT.fill[COMPUTE]),
            "available": dict(
                facecolor=LIGHT.fill[RESPONSE],
                edgecolor=LIGHT.stroke[RESPONSE],
                hatch=hatch_of(RESPONSE),
            ),
        }
        for row, held in enumerate(self.memory):
            name, published = MEMORY[held.name]
            gid = f"ladder.{held.name}"
            self._words(axes, 0, row - 0.37, name, f"{gid}.label", LIGHT.ink, -1)
            for y, key in ((row - 0.14, "resident"), (row + 0.16, "available")):
                value = getattr(held, key)
                (bar,) = axes.barh([y], [max(value, 0) / 1024], height=0.24, **looks[key])
                bar.set_gid(f"{gid}.{key}")
                text = size(value) if value > 0 else "lost in the noise"
                self._words(axes, max(value, 0) / 1024, y, text, f"{gid}.{key}.value", LIGHT.ink, 6)
            if published:
                diamond = self._diamonds([published / 1024], [row + 0.42])
                diamond.set_gid(f"{gid}.published")
                axes.add_line(diamond)
                self._words(
                    axes, published / 1024, row + 0.42, size(published), f"{gid}.published.value",
                    LIGHT.published, 8,
                )
        handles = [
            Patch(label="resident in its process", **looks["resident"]),
            Patch(label="taken from the system", **looks["available"]),
        ]
        axes.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(0, -0.13), fontsize=BODY,
            frameon=False, borderaxespad=0, borderpad=0,
        )

    def _words(
        self, axes: Axes, x: float, y: float, text: str, gid: str, color: str, offset: int
    ) -> None:
        drawn = axes.annotate(
            text, (x, y), xytext=(offset, 0), textcoords="offset points", va="center",
            fontsize=BODY, color=color, zorder=8, annotation_clip=False,
        )
        drawn.set_gid(gid)

    def _source(self, height: float) -> None:
        drawn = self.figure.text(
            0.18 / WIDTH, 0.12 / height,
            f"published: {SOURCE} (Rust, Tokio; another machine; which cores is not told)",
            fontsize=SMALL, color=LIGHT.muted, va="bottom",
        )
        drawn.set_gid("ladder.source")
