"""Gives a light chart other colours: those of the dark theme, or the variables of a page.

This takes milliseconds, where drawing the chart again takes a third of a second.
"""

from __future__ import annotations

import re
from typing import Mapping

from plots.style import DARK, LIGHT, Theme

_ROLES = ("background", "ink", "muted", "grid", "alarm", "published")
_COLOR = re.compile(r'((?<=: )|(?<= fill=")|(?<= stroke="))#[0-9a-f]{6}(?=[;"])', re.I)


def variables(theme: Theme) -> dict[str, str]:
    """CSS variable -> colour, in a fixed order."""
    colors = {f"--{role}": getattr(theme, role) for role in _ROLES}
    for kind, color in theme.fill.items():
        colors[f"--{kind}"] = color
        colors[f"--{kind}-hatch"] = theme.hatch[kind]
    for i, color in enumerate(theme.series):
        colors[f"--series-{i}"] = color
    return colors | {"--on-compute": theme.on_compute}


def variable_of_color() -> dict[str, str]:
    """Colour of the light theme -> the variable that stands for it.

    Where parts share a light colour they share the dark one as well, so any of them will do.
    """
    dark, found = variables(DARK), {}
    for name, color in variables(LIGHT).items():
        first = found.setdefault(color.lower(), name)
        assert dark[first].lower() == dark[name].lower(), f"{name} and {first} part in the dark"
    return found


def recolored(svg: str, to: Mapping[str, str]) -> str:
    """Replaces each colour in the SVG's tags; its texts stay. Keys of `to` are in small letters."""

    def in_tag(tag: re.Match[str]) -> str:
        return _COLOR.sub(lambda color: to[color[0].lower()], tag[0])

    return re.sub(r"<[^>]*#[^>]*>", in_tag, svg)


def darkened(svg: bytes, name: str) -> bytes:
    """The light chart as the dark theme draws it. `name` is that of style.svg()."""
    dark = variables(DARK)
    colors = {color: dark[variable].lower() for color, variable in variable_of_color().items()}
    text = recolored(svg.decode("utf-8"), colors)
    for part in ("title", "desc"):
        text = text.replace(f"{name}-{LIGHT.name}-{part}", f"{name}-{DARK.name}-{part}", 2)
    return text.encode("utf-8")
