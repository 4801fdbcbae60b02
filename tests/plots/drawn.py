"""Reads back what was drawn: elements of an SVG by their ids, their extents and texts."""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

from plots.__main__ import main

ROOT = pathlib.Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"


def run_plots(*arguments, **environment):
    """`python3 -m plots ARGUMENTS`, as a user would; returns the finished process."""
    return subprocess.run(
        [sys.executable, "-m", "plots", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def draw(folder):
    """Draws the results in `folder`, which must work, and returns the folder of the charts."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main([str(folder)])
    assert code == 0, said.getvalue()
    return folder / "charts"


class Drawing:
    """One SVG file."""

    def __init__(self, path):
        self.root = ET.parse(path).getroot()
        named = [e for e in self.root.iter() if e.get("id")]
        self.by_id = {e.get("id"): e for e in named}
        assert len(self.by_id) == len(named), "two elements share an id"

    def ids(self, pattern):
        """The ids that match the whole pattern, in the order of the file."""
        return [name for name in self.by_id if re.fullmatch(pattern, name)]

    def texts(self, name=None):
        """The words of an element, or of the whole chart, a line of text each."""
        if name is None:
            starts = [self.root]
        else:  # the lines of a text that was wrapped are named name, name-2, ...
            starts = [self.by_id[n] for n in self.ids(re.escape(name) + r"(-\d+)?")]
        return ["".join(e.itertext()).strip() for start in starts for e in start.iter(f"{SVG}text")]

    def text(self, name):
        return " ".join(self.texts(name))

    def extent(self, name):
        """Left and right end of an element's paths and marks, in the SVG's units."""
        xs = []
        for path in self.by_id[name].iter(f"{SVG}path"):
            xs += [float(x) for x in re.findall(r"[ML] ?(-?[\d.]+) ", path.get("d"))]
        return min(xs), max(xs)

    def mark(self, name):
        """Where a mark lies."""
        return float(next(self.by_id[name].iter(f"{SVG}use")).get("x"))

    def scale(self, model_a, second_a, model_b, second_b):
        """A function from x to seconds, found from two predictions on the same axis."""
        a = self.extent(f"timeline.{model_a}.predicted")[0]
        b = self.extent(f"timeline.{model_b}.predicted")[0]
        per_unit = (second_b - second_a) / (b - a)
        return lambda x: second_a + (x - a) * per_unit
