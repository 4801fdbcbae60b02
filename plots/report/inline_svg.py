"""Puts a chart's SVG into a page: in the page's colours, and with ids of its own.

The charts come in one colour a part, light or dark. In the page each colour becomes a CSS variable,
so that one drawing serves both.
"""

from __future__ import annotations

import re

from plots.style import DARK, LIGHT, Theme

_ROLES = ("background", "ink", "muted", "grid", "alarm", "published")


def variables(theme: Theme) -> dict[str, str]:
    """CSS variable -> colour, in a fixed order."""
    colors = {f"--{role}": getattr(theme, role) for role in _ROLES}
    for kind, color in theme.fill.items():
        colors[f"--{kind}"] = color
        colors[f"--{kind}-hatch"] = theme.hatch[kind]
    for i, color in enumerate(theme.series):
        colors[f"--series-{i}"] = color
    return colors | {"--on-compute": theme.on_compute}


def css(theme: Theme) -> str:
    """The declarations of a theme's variables."""
    return "".join(f"{name}:{color};" for name, color in variables(theme).items())


def variable_of_color() -> dict[str, str]:
    """Colour of the light theme -> the variable that stands for it.

    Where parts share a light colour they share the dark one as well, so any of them will do.
    """
    dark, found = variables(DARK), {}
    for name, color in variables(LIGHT).items():
        first = found.setdefault(color.lower(), name)
        assert dark[first].lower() == dark[name].lower(), f"{name} and {first} part in the dark"
    return found


def inline(svg: str, name: str) -> str:
    """The light SVG as an element of a page. `name` is a prefix that no other chart has."""
    text = svg[svg.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", text, count=1)
    text = re.sub(r' xmlns(:xlink)?="[^"]*"| version="1.1"', "", text)
    text = text.replace("xlink:href=", "href=")
    text = _with_own_ids(text, name)
    roles = variable_of_color()
    text = re.sub(
        r'(?<= )(fill|stroke)="(#[0-9a-f]{6})"',
        lambda m: f'style="{m[1]}: var({roles[m[2].lower()]})"',
        text,
        flags=re.I,
    )
    text = re.sub(
        r"(?<=: )#[0-9a-f]{6}(?=[;\"])", lambda m: f"var({roles[m[0].lower()]})", text, flags=re.I
    )
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def _with_own_ids(text: str, name: str) -> str:
    """Keeps the ids that something refers to, prefixed; hundreds of others only name a part."""
    used = set(re.findall(r'(?:url\(|href=")#([^)"]+)', text))
    for names in re.findall(r'aria-labelledby="([^"]*)"', text):
        used |= set(names.split())
    text = re.sub(
        r' id="([^"]*)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", text
    )
    text = re.sub(r'(url\(|href=")#', rf"\1#{name}-", text)
    return re.sub(
        r'aria-labelledby="([^"]*)"',
        lambda m: 'aria-labelledby="' + " ".join(f"{name}-{i}" for i in m[1].split()) + '"',
        text,
    )
