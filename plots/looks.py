"""Holds what stages, curves and texts look like: names, colours and patterns, for charts and page.

Colours are those of Okabe and Ito, which the colour-blind tell apart. Patterns tell the stages
apart without colours.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple, Optional

from plots.read.pitfalls import BLOCKED, EVENT, HOLDING, PENDING, RUNNING
from plots.read.run import COMPUTE, CONNECT, READY, RESPONSE

# What the stages are called: of a task, and of a thread that a task holds.
WORDS = {
    CONNECT: "connect",
    RESPONSE: "waiting for the response",
    READY: "ready, waiting for a thread",
    COMPUTE: "compute",
}
WORDS_OF_THREADS = {
    CONNECT: "blocked: connect",
    RESPONSE: "blocked: response",
    COMPUTE: "compute",
}
# What a connection does at the server, in the order of time.
WORDS_OF_CONNECTIONS = {
    "queued": "queued in the backlog",
    "waiting": "accepted, not yet echoed",
    "open": "echoed, not yet closed",
}
# What the stretches of a pitfall are called.
WORDS_OF_PITFALLS = {
    RUNNING: "runs an event loop",
    HOLDING: "keeps its thread: computes, or a call blocks",
    BLOCKED: "blocked on an event loop",
    PENDING: "waits without a thread",
    EVENT: "a moment",
}


class Pattern(NamedTuple):
    """Strokes on a tile: `path` as SVG has it; `hatch` is what comes near to it in matplotlib."""

    path: str
    width: float
    hatch: str


TILE = 8  # side of a pattern's tile, in units of the drawing
PATTERNS = {
    CONNECT: Pattern("M2 1v2M6 5v2", 2, "...."),
    RESPONSE: Pattern("M-2 2l4-4M0 8l8-8M6 10l4-4", 1.3, "///"),
    READY: Pattern("M0 0l8 8M0 8l8-8", 1.3, "xxx"),
}


def hatch_of(stage: str) -> Optional[str]:
    """The stage's pattern for matplotlib; None where it is plain."""
    return PATTERNS[stage].hatch if stage in PATTERNS else None


@dataclasses.dataclass(frozen=True)
class Theme:
    """The colours of a light or dark page. Stages have a fill, and a stroke for the pattern."""

    background: str
    ink: str
    muted: str
    grid: str
    alarm: str
    published: str
    link: str  # on the page
    line: str  # on the page: of axes and of what can be typed in
    fill: dict[str, str]
    stroke: dict[str, str]
    series: tuple[str, ...]  # curves and groups of marks, in this order
    on_compute: str


LIGHT = Theme(
    background="#ffffff",
    ink="#1a1a1a",
    muted="#555555",
    grid="#d8d8d8",
    alarm="#a53f00",
    published="#a8457f",
    link="#00508a",
    line="#767676",
    fill={CONNECT: "#f0e442", RESPONSE: "#9fd3f2", READY: "#d55e00", COMPUTE: "#0072b2"},
    stroke={CONNECT: "#9b9100", RESPONSE: "#56b4e9", READY: "#ffffff", COMPUTE: "#0072b2"},
    series=("#0072b2", "#d55e00", "#009e73", "#a8457f", "#857a00", "#5a4fcf"),
    on_compute="#ffffff",
)
DARK = Theme(
    background="#0d1117",
    ink="#f0f3f6",
    muted="#a9b4c0",
    grid="#2f3741",
    alarm="#ff9a4d",
    published="#e39ac6",
    link="#79c0ff",
    line="#8b949e",
    fill={CONNECT: "#b3a91e", RESPONSE: "#2c6285", READY: "#e6701a", COMPUTE: "#56b4e9"},
    stroke={CONNECT: "#5a5408", RESPONSE: "#4f9ac6", READY: "#0d1117", COMPUTE: "#56b4e9"},
    series=("#56b4e9", "#e6701a", "#2bc79a", "#e39ac6", "#d9cf45", "#a79fff"),
    on_compute="#0d1117",
)


def variables(theme: Theme) -> dict[str, str]:
    """CSS variable -> colour, in a fixed order."""
    roles = ("background", "ink", "muted", "grid", "alarm", "published", "link", "line")
    colors = {f"--{role}": getattr(theme, role) for role in roles}
    for kind, color in theme.fill.items():
        colors[f"--{kind}"] = color
        colors[f"--{kind}-stroke"] = theme.stroke[kind]
    for i, color in enumerate(theme.series):
        colors[f"--series-{i}"] = color
    return colors | {"--on-compute": theme.on_compute}


def dark_of_light() -> dict[str, str]:
    """Light colour -> the dark one of the same part. Parts that share the one share the other."""
    dark: dict[str, str] = {}
    for name, color in variables(LIGHT).items():
        other = variables(DARK)[name]
        assert dark.setdefault(color, other) == other, f"{name} shares {color}, but not {other}"
    return dark
