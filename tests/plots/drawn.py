"""Draws no more of a results folder than a test looks at, and reads it back from the SVG.

Reading: elements by their ids, their extents and texts.
"""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

from plots import __main__ as command
from plots.charts import catalogue, style
from plots.charts import svg as svg_file
from plots.page import document, summary
from plots.read import pitfalls, primitive_prices, results_file

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


def called(*arguments):
    """Like `run_plots`, but in this process: starting another one takes longer than the answer."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = command.main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def draw(folder):
    """Draws everything in `folder`, which must work, and returns the folder of the charts.

    This takes a second. `chart` and `page` draw less.
    """
    done = called(folder)
    assert done.returncode == 0, done.stderr
    return folder / "charts"


def charts_in(folder):
    """Chart -> what draws it."""
    results = results_file.load(str(folder))
    workloads, _ = catalogue.chosen_workloads(results)
    return catalogue.charts_of(results, workloads, primitive_prices.load_beside(results.path))


def svgs(charts):
    """Chart -> its SVG, of some or all of `charts_in`."""
    with style.drawing():
        return {name: svg_file.of_chart(draw_it(), name) for name, draw_it in charts.items()}


def svg(folder, name):
    """One chart as the command would write it, without drawing the others."""
    return svgs({name: charts_in(folder)[name]})[name]


def chart(folder, name):
    """One chart, to read."""
    return Drawing(svg(folder, name))


def files_of(folder, name):
    """All files of one chart: name below the results -> content."""
    return catalogue.files_of(name, charts_in(folder)[name])


def page(folder, has_time_lines=True):
    """report.html as the command would write it, with its charts.

    Without time lines, a workload has no charts of its own; sweeps, load and prices have theirs.
    """
    results = results_file.load(str(folder))
    workloads = catalogue.chosen_workloads(results)[0] if has_time_lines else []
    priced = primitive_prices.load_beside(results.path)
    drawings = svgs(catalogue.charts_of(results, workloads, priced))
    charts = {f"charts/{name}.svg": content for name, content in drawings.items()}
    beside = pitfalls.load_beside(results.path)
    return document.write(results, workloads, charts, priced, beside)


def summary_of(folder):
    """summary.md as the command would write it."""
    return summary.write(results_file.load(str(folder)))


class Drawing:
    """One SVG, given as bytes."""

    def __init__(self, content):
        self.root = ET.fromstring(content)
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
            xs += [float(x) for x in re.findall(r"[MLH] ?(-?[\d.]+)", path.get("d"))]
        return min(xs), max(xs)

    def mark(self, name):
        """Where a mark lies."""
        return float(next(self.by_id[name].iter(f"{SVG}use")).get("x"))

    def colors(self, element, dark=False):
        """The colours of an element on a light or a dark page: property -> colour."""
        look = self.look(element, dark)
        return {key: value for key, value in look.items() if re.fullmatch("#[0-9a-f]{6}", value)}

    def look(self, element, dark=False):
        """All that the rules say of an element: property -> value."""
        light, in_the_dark = self.root.find(f"{SVG}style").text.split("@media", 1)
        name, found = f"#{self.root.get('id')} .{element.get('class')}{{", {}
        for rules in (light, in_the_dark) if dark else (light,):
            for line in rules.splitlines():
                if line.startswith(name):
                    declarations = line[len(name) : -1].split(";")
                    found |= dict(declaration.split(":", 1) for declaration in declarations)
        return found

    def scale(self, model_a, second_a, model_b, second_b):
        """A function from x to seconds, found from two predictions on the same axis."""
        a = self.extent(f"timeline.{model_a}.predicted")[0]
        b = self.extent(f"timeline.{model_b}.predicted")[0]
        per_unit = (second_b - second_a) / (b - a)
        return lambda x: second_a + (x - a) * per_unit
