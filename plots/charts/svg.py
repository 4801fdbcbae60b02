"""Makes one small SVG of a chart, which follows light and dark pages by itself.

matplotlib draws in the light colours. Here each of its styles becomes a class, and a rule for dark
pages gives the classes their dark colours; a hatch, which matplotlib draws line by line, becomes a
tile. Ids and rules carry the chart's name, so that several charts can stand on one page.
"""

from __future__ import annotations

import io
import re
from typing import Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import matplotlib

from plots import looks
from plots.looks import LIGHT, PATTERNS, TILE
from plots.charts.style import Chart

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_REFERENCE = re.compile(r"url\(#([^)]*)\)")
_COMMAND = re.compile(r"([MLCQz])([^MLCQz]*)")
_DESCENDER = 6  # points below the line of a title
_EVERYWHERE = "stroke-linejoin:round;stroke-linecap:butt"


def of_chart(chart: Chart, name: str) -> bytes:
    """The chart as SVG, its texts as text. Charts that share a page need different names."""
    matplotlib.rcParams["svg.hashsalt"] = name
    out = io.BytesIO()
    chart.figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return themed(out.getvalue(), name, chart.finding, chart.description, chart.hover)


def themed(
    svg: bytes, name: str, title: str, description: str, hover: Mapping[str, str] = {}
) -> bytes:
    """What matplotlib drew in light colours, for light and dark pages."""
    root = ElementTree.fromstring(svg)
    own = "chart-" + re.sub(r"[^\w-]", "_", name)  # rules would take a point for something else
    _drop(root, ("title", "desc", "metadata", "style"))
    _shorten_patterns(root)
    _rename(root, name, own)
    style = _classes(root, own) + _name_parts(root, name, own, hover)
    _unwrap(root)
    root.attrib |= {"id": own, "role": "img", "aria-labelledby": f"{own}-title {own}-desc"}
    for i, (tag, text) in enumerate((("title", title), ("desc", description), ("style", style))):
        element = Element(_SVG + tag, {} if tag == "style" else {"id": f"{own}-{tag}"})
        element.text, element.tail = text, "\n"
        root.insert(i, element)
    ElementTree.register_namespace("", _SVG[1:-1])
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def inlined(svg: bytes, name: str) -> str:
    """The SVG of that name as an element of a page, as wide as there is room. The page has its
    title, and needs no ids of its parts."""
    root = ElementTree.fromstring(svg)
    del root.attrib["width"], root.attrib["height"]
    is_title = re.compile(re.escape(name) + r"\.title(-\d+)?").fullmatch
    lines = [element for element in root.iter() if is_title(element.get("id", ""))]
    if lines:
        below = max(float(text.get("y")) for line in lines for text in line) + _DESCENDER
        left, top, wide, high = map(float, root.get("viewBox").split())
        root.set("viewBox", f"{left:g} {top + below:g} {wide:g} {high - below:g}")
    for element in root.iter():
        if element in lines:
            element.clear()
        if "." in element.get("id", ""):
            del element.attrib["id"]
    _unwrap(root)
    return ElementTree.tostring(root, encoding="unicode")


def _drop(parent: Element, tags: tuple[str, ...]) -> None:
    for child in list(parent):
        if child.tag.removeprefix(_SVG) in tags:
            parent.remove(child)
        else:
            _drop(child, tags)


def _unwrap(parent: Element) -> None:
    """Puts what groups without attributes hold in the place of these groups."""
    children: list[Element] = []
    for child in parent:
        _unwrap(child)
        bare = child.tag == f"{_SVG}g" and not child.attrib
        children += list(child) if bare else [child]
    parent[:] = [child for child in children if len(child) or child.tag != f"{_SVG}defs"]
    for child in children:
        child.tail = "\n"


def _name_parts(root: Element, name: str, own: str, hover: Mapping[str, str]) -> str:
    """Gives the curves in `hover` their words, and a broad line that is not seen to point at;
    returns the rules for that."""
    if not hover:
        return ""
    words = {name + gid[gid.index(".") :]: text for gid, text in hover.items()}
    for group in root.iter(f"{_SVG}g"):
        text = words.get(group.get("id"))
        curve = group.find(f"{_SVG}path")
        if text is None or curve is None:
            continue
        group.set("class", "named")
        said = Element(f"{_SVG}title")
        said.text = text
        group.insert(0, said)
        SubElement(group, f"{_SVG}path", d=curve.get("d"), attrib={"class": "at"})
    return (
        f"#{own} .at{{fill:none;stroke:none;stroke-width:8;pointer-events:stroke}}\n"
        f"#{own} .named:hover path:not(.at){{stroke-width:3.2}}\n"
    )


def _shorten_patterns(root: Element) -> None:
    """Each hatch as the tile of its stage, which its fill tells; one tile serves all of a stage."""
    stages = {color: stage for stage, color in LIGHT.fill.items()}
    tiles: dict[str, str] = {}  # stage -> the id of its tile
    same: dict[str, str] = {}  # id of a hatch -> that of the tile
    for parent in list(root.iter()):
        for pattern in parent.findall(f"{_SVG}pattern"):
            stage = stages[pattern.find(f"{_SVG}rect").get("fill").lower()]
            same[pattern.get("id")] = tiles.setdefault(stage, stage)
            parent.remove(pattern)
    for element in root.iter():
        if "style" in element.attrib:
            element.set(
                "style",
                _REFERENCE.sub(lambda m: f"url(#{same.get(m[1], m[1])})", element.get("style")),
            )
    if tiles:
        definitions = SubElement(root, f"{_SVG}defs")
        definitions.extend(tile(stage, stage) for stage in tiles)


def tile(stage: str, name: str) -> Element:
    """The <pattern> of a stage, with `name` for its id, in light colours."""
    size = str(TILE)
    pattern = Element(
        f"{_SVG}pattern", id=name, width=size, height=size, patternUnits="userSpaceOnUse"
    )
    SubElement(pattern, f"{_SVG}rect", width=size, height=size, style=f"fill: {LIGHT.fill[stage]}")
    SubElement(
        pattern,
        f"{_SVG}path",
        d=PATTERNS[stage].path,
        style=f"fill: none; stroke: {LIGHT.stroke[stage]}; stroke-width: {PATTERNS[stage].width}",
    )
    return pattern


def _rename(root: Element, name: str, own: str) -> None:
    """Begins each id with the chart's name. Ids that matplotlib made up and nothing uses go.

    The ids of parts, `chart.model.part`, already begin with a name: of the chart's kind. `own` is
    the id of the root.
    """
    used = set()
    for element in root.iter():
        if _HREF in element.attrib:
            element.set("href", element.attrib.pop(_HREF))
            used.add(element.get("href")[1:])
        for value in element.attrib.values():
            used |= set(_REFERENCE.findall(value))
    new = {old: f"{own}-{i}" for i, old in enumerate(sorted(used))}
    for element in root.iter():
        old = element.attrib.pop("id", None)
        if old in new:
            element.set("id", new[old])
        elif old and "." in old and not old.startswith("matplotlib."):
            element.set("id", name + old[old.index(".") :])
        for key, value in element.attrib.items():
            if key == "href":
                element.set(key, f"#{new[value[1:]]}")
            elif "url(" in value:
                element.set(key, _REFERENCE.sub(lambda m: f"url(#{new[m[1]]})", value))
        if element.get("transform", "").startswith("rotate(-0 "):
            del element.attrib["transform"]
        for key in {"x", "y"} & element.attrib.keys():
            element.set(key, _shorter(element.get(key)))
        if "d" in element.attrib:
            element.set("d", _shorter_path(element.get("d")))


def _shorter_path(path: str) -> str:
    """The same path, with H or V where a line goes along an axis; that of a tile is short."""
    if "v" in path or "l" in path:
        return path
    parts, x, y = [], "", ""
    for command, numbers in _COMMAND.findall(path):
        *before, to_x, to_y = map(_shorter, numbers.split()) if numbers.strip() else ("", "")
        if command == "L" and y == to_y:
            parts.append(f"H {to_x}")
        elif command == "L" and x == to_x:
            parts.append(f"V {to_y}")
        else:
            parts.append(" ".join((command, *before, to_x, to_y)).rstrip())
        x, y = to_x, to_y
    return " ".join(parts)


def _shorter(number: str) -> str:
    """A hundredth of a point is less than anyone sees."""
    return f"{float(number):.2f}".rstrip("0").rstrip(".")


def _classes(root: Element, own: str) -> str:
    """Puts a class in the place of each style; returns the rules, dark ones last.

    `own` is the id of the root.
    """
    classes: dict[str, str] = {}
    light, dark = [f"#{own} *{{{_EVERYWHERE}}}"], []
    dark_of = looks.dark_of_light()
    for element in root.iter():
        style = element.attrib.pop("style", None)
        if style is None:
            continue
        known = len(classes)
        element.set("class", classes.setdefault(style, f"c{known}"))
        if len(classes) == known:
            continue
        rules = dict(part.strip().split(": ", 1) for part in style.split(";") if part.strip())
        in_the_dark = {
            key: dark_of[value.lower()] for key, value in rules.items() if value.startswith("#")
        }
        light.append(_rule(f"#{own} .c{known}", rules))
        if in_the_dark:
            dark.append(_rule(f"#{own} .c{known}", in_the_dark))
    separator = "\n"
    return (
        f"\n{separator.join(light)}\n@media screen and (prefers-color-scheme: dark) {{\n"
        f"{separator.join(dark)}\n}}\n"
    )


def _rule(selector: str, declarations: dict[str, str]) -> str:
    return f"{selector}{{{';'.join(f'{key}:{value}' for key, value in declarations.items())}}}"
