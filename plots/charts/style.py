"""Sets the size and the fonts of charts, fits texts, and saves PNGs of the same bytes each time.

Sizes of text are in points, of figures in inches.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import io
import logging
import re
import warnings
from typing import Iterator, Sequence

import matplotlib
from matplotlib import font_manager, ft2font
from matplotlib.figure import Figure

from plots.looks import LIGHT
from plots.read.words import clean

WIDTH = 13.333  # that of a slide of 16:9
DPI = 120

TITLE, HEADING, BODY, SMALL = 17, 12.5, 11, 10
_MARGIN, _TITLE_LINE = 0.12, TITLE * 1.3 / 72

# Texts are measured in the first font, which comes with matplotlib; the others are no wider.
FONTS = ["DejaVu Sans", "Verdana", "Segoe UI", "Helvetica Neue", "Arial"]


@dataclasses.dataclass
class Chart:
    """A finished drawing. `finding` is its title, `description` what a screen reader says of it.

    `hover` are the words of the parts that a pointer names, by their ids.
    """

    figure: Figure
    finding: str
    description: str
    hover: dict[str, str] = dataclasses.field(default_factory=dict)


@contextlib.contextmanager
def drawing() -> Iterator[None]:
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
                "text.color": LIGHT.ink,
                "text.parse_math": False,  # a "$" in an error message is a dollar
                "axes.facecolor": LIGHT.background,
                "axes.edgecolor": LIGHT.muted,
                "axes.labelcolor": LIGHT.ink,
                "axes.spines.top": False,
                "axes.spines.right": False,
                "axes.axisbelow": True,
                "grid.color": LIGHT.grid,
                "grid.linewidth": 0.8,
                "xtick.color": LIGHT.ink,
                "ytick.color": LIGHT.ink,
                "figure.facecolor": LIGHT.background,
                "savefig.facecolor": LIGHT.background,
                "hatch.linewidth": 0.9,
                "svg.fonttype": "none",
                "path.simplify": False,
            }
        )
        yield


class Title:
    """A chart's finding in bold above everything else, in as many lines as it takes."""

    def __init__(self, name: str, finding: str, lines: int = 2):
        self._name = name
        wide = (WIDTH - 0.4) * 72
        self._lines = wrap(finding, wide, TITLE, lines, "bold")
        # The narrowest that takes no more lines: no word is left alone on the last one.
        for share in (0.5, 0.6, 0.7, 0.8, 0.9):
            even = wrap(finding, share * wide, TITLE, lines + 1, "bold")
            if len(even) == len(self._lines) > 1:
                self._lines = even
                break

    @property
    def height(self) -> float:
        """In inches, with the margin above."""
        return _MARGIN + len(self._lines) * _TITLE_LINE

    def draw(self, figure: Figure) -> None:
        """Puts the title at the top of the figure."""
        height = figure.get_figheight()
        for i, line in enumerate(self._lines):
            y = (height - _MARGIN - i * _TITLE_LINE) / height
            text = figure.text(0.18 / WIDTH, y, line, fontsize=TITLE, fontweight="bold", va="top")
            text.set_gid(f"{self._name}.title" + (f"-{i + 1}" if i else ""))


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
