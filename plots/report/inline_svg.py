"""Puts a chart's SVG into a page: in the page's colours, and with ids of its own.

The charts come in one colour a part, light or dark. In the page each colour becomes a CSS variable,
so that one drawing serves both.
"""

from __future__ import annotations

import re

from plots.recolor import recolored, variable_of_color, variables
from plots.style import Theme


def css(theme: Theme) -> str:
    """The declarations of a theme's variables."""
    return "".join(f"{name}:{color};" for name, color in variables(theme).items())


def inline(svg: str, name: str) -> str:
    """The light SVG as an element of a page. `name` is a prefix that no other chart has."""
    text = svg[svg.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", text, count=1)
    text = re.sub(r' xmlns(:xlink)?="[^"]*"| version="1.1"', "", text)
    text = text.replace("xlink:href=", "href=")
    text = _with_own_ids(text, name)
    roles = variable_of_color()
    text = recolored(text, {color: f"var({role})" for color, role in roles.items()})
    # A style knows variables, an attribute does not.
    text = re.sub(r'(?<= )(fill|stroke)="(var\([^)]*\))"', r'style="\1: \2"', text)
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
