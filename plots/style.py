"""Colours, hatches, fonts, and saving so that the same input gives the same bytes.

Colours are those of Okabe and Ito, which the colour-blind tell apart; hatches tell the stages apart
in grey. Sizes of text are in points, of figures in inches.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import html
import io
import logging
import re
import warnings
from typing import Iterator, Sequence

import matplotlib
from matplotlib import font_manager, ft2font
from matplotlib.figure import Figure

from plots.run import COMPUTE, CONNECT, READY, RESPONSE
from plots.words import clean

WIDTH = 13.333  # with 7.5 a slide of 16:9
HEIGHT = 7.5
DPI = 120

TITLE, HEADING, BODY, SMALL = 17, 12.5, 11, 10

# Texts are measured in the first font, which comes with matplotlib; the others are no wider.
FONTS = ["DejaVu Sans", "Verdana", "Segoe UI", "Helvetica Neue", "Arial"]

WORDS = {
    CONNECT: "connect",
    RESPONSE: "waiting for the response",
    READY: "ready, waiting for a thread",
    COMPUTE: "compute",
}
HATCHES = {CONNECT: "....", RESPONSE: "///", READY: "xxx", COMPUTE: None}


@dataclasses.dataclass(frozen=True)
class Theme:
    """What a chart looks like on a light or on a dark page."""

    name: str
    background: str
    ink: str
    muted: str
    grid: str
    alarm: str
    published: str
    fill: dict[str, str]
    hatch: dict[str, str]
    series: tuple[str, ...]  # curves and groups of marks, in this order
    on_compute: str = "#ffffff"


LIGHT = Theme(
    name="light",
    background="#ffffff",
    ink="#1a1a1a",
    muted="#555555",
    grid="#d8d8d8",
    alarm="#a53f00",
    published="#a8457f",
    fill={CONNECT: "#F0E442", RESPONSE: "#9fd3f2", READY: "#D55E00", COMPUTE: "#0072B2"},
    hatch={CONNECT: "#9b9100", RESPONSE: "#56B4E9", READY: "#ffffff", COMPUTE: "#0072B2"},
    series=("#0072B2", "#D55E00", "#009E73", "#a8457f", "#857a00", "#5a4fcf"),
)
DARK = Theme(
    name="dark",
    background="#0d1117",
    ink="#f0f3f6",
    muted="#a9b4c0",
    grid="#2f3741",
    alarm="#ff9a4d",
    published="#e39ac6",
    fill={CONNECT: "#b3a91e", RESPONSE: "#2c6285", READY: "#E6701A", COMPUTE: "#56B4E9"},
    hatch={CONNECT: "#5a5408", RESPONSE: "#4f9ac6", READY: "#0d1117", COMPUTE: "#56B4E9"},
    series=("#56B4E9", "#E6701A", "#2bc79a", "#e39ac6", "#d9cf45", "#a79fff"),
    on_compute="#0d1117",
)


@dataclasses.dataclass
class Chart:
    """A finished drawing. `finding` is its title, `description` what a screen reader says of it."""

    figure: Figure
    finding: str
    description: str


@contextlib.contextmanager
def drawing(theme: Theme) -> Iterator[None]:
    """Draw and save within this: settings are ours, whatever matplotlibrc the user has."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        warnings.filterwarnings("ignore", category=matplotlib.MatplotlibDeprecationWarning)
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {
                "font.family": "sans-serif",
                "font.sans-serif": FONTS,
                "font.size": BODY,
                "text.color": theme.ink,
                "text.parse_math": False,  # a "$" in an error message is a dollar
                "axes.facecolor": theme.background,
                "axes.edgecolor": theme.muted,
                "axes.labelcolor": theme.ink,
                "axes.spines.top": False,
                "axes.spines.right": False,
                "axes.axisbelow": True,
                "grid.color": theme.grid,
                "grid.linewidth": 0.8,
                "xtick.color": theme.ink,
                "ytick.color": theme.ink,
                "figure.facecolor": theme.background,
                "savefig.facecolor": theme.background,
                "hatch.linewidth": 0.9,
                "svg.fonttype": "none",
                "path.simplify": False,
            }
        )
        yield


def svg(chart: Chart, name: str, theme: Theme) -> bytes:
    """The chart as SVG, its texts as text. `name` tells its ids from those of others on a page."""
    matplotlib.rcParams["svg.hashsalt"] = f"{name}-{theme.name}"
    out = io.BytesIO()
    chart.figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue().decode("utf-8")
    said = f"{name}-{theme.name}"
    return re.sub(
        r"<svg ([^>]*)>",
        lambda found: (
            f'<svg role="img" aria-labelledby="{said}-title {said}-desc" {found[1]}>\n'
            f' <title id="{said}-title">{html.escape(chart.finding)}</title>\n'
            f' <desc id="{said}-desc">{html.escape(chart.description)}</desc>'
        ),
        text,
        count=1,
    ).encode("utf-8")


def png(chart: Chart) -> bytes:
    """The chart as PNG, without a word about when and by what it was made."""
    out = io.BytesIO()
    chart.figure.savefig(out, format="png", dpi=DPI, metadata={"Software": None})
    return out.getvalue()


def ids_of(names: Sequence[str]) -> list[str]:
    """The names as parts of XML ids, each of them different."""
    ids: list[str] = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)
        ids.append(plain if plain not in ids else f"{plain}-{len(ids)}")
    return ids


@functools.lru_cache(maxsize=None)
def _font(weight: str) -> ft2font.FT2Font:
    properties = font_manager.FontProperties(family=FONTS[0], weight=weight)
    return ft2font.FT2Font(font_manager.findfont(properties))


@functools.lru_cache(maxsize=4096)
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Width of one line of text, in points."""
    font = _font(weight)
    font.set_size(size, 72)
    font.set_text(text, 0.0)
    return font.get_width_height()[0] / 64


def wrap(text: str, width: float, size: float, lines: int, weight: str = "normal") -> list[str]:
    """The text in at most `lines` lines of at most `width` points; the rest becomes an ellipsis.

    A number stays with its unit.
    """

    def fits(line: str) -> bool:
        return text_width(line, size, weight) <= width

    rest, out = re.sub(r"(?<=\d) (?=(m?s|[KM]iB)\b)", "\u00a0", clean(text)[:2000]), []
    while rest and len(out) < lines:
        if fits(rest):
            out.append(rest)
            break
        last = len(out) == lines - 1
        end = _longest(rest, lambda line: fits(line + ("…" if last else "")))
        if not last and " " in rest[: end + 1]:
            end = rest.rindex(" ", 0, end + 1) or end
        out.append(rest[:end].rstrip() + ("…" if last else ""))
        rest = rest[end:].lstrip()
    return [line.replace("\u00a0", " ") for line in out] or [""]


def _longest(text: str, fits) -> int:
    """How many characters of `text` fit: at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    return low
