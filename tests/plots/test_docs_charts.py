"""`python3 -m plots.docs`: the charts of the docs, made from results by one command."""

import pathlib
import re

import drawn
import pytest
import synthetic

from plots import docs

ROOT = pathlib.Path(__file__).resolve().parents[2]


def committed():
    return sorted(docs.CHARTS.glob("*.svg"))


def test_the_time_line_is_that_of_the_run(five_models, tmp_path, capsys):
    assert docs.main(["--run", str(five_models)], tmp_path) == 0
    assert capsys.readouterr().out == f"{tmp_path}/timeline.svg\n"
    drawn_before = (five_models / "charts/timeline.svg").read_bytes()
    assert (tmp_path / "timeline.svg").read_bytes() == drawn_before


def test_a_chart_has_the_name_that_the_docs_give_it(tmp_path):
    works = [synthetic.workload(n, 4, 0.1, 0.1, 0.1) for n in (1, 10, 100)]
    runs = [synthetic.run("thread_per_task", work) for work in works]
    folder = synthetic.write(tmp_path, synthetic.document(runs))
    svg = drawn.Drawing(docs._svg(str(folder), "scale-cpu", "trickle"))
    assert svg.root.get("id") == "chart-trickle"
    assert svg.ids(r"trickle\.title(-\d)?") and not svg.ids(r"scale-cpu\..*")


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        ([], "plots.docs: no results named: --run, --prices, --scale take some\n"),
        (["--run", "/nowhere"], "/nowhere: No such file or directory\n"),
        (["--prices", "FIVE"], "gives no chart ladder, only timeline, threads, comparison\n"),
    ],
)
def test_results_that_lack_a_chart_are_one_line_and_code_2(
    five_models, tmp_path, arguments, complaint, capsys
):
    try:
        code = docs.main([str(five_models) if a == "FIVE" else a for a in arguments], tmp_path)
    except SystemExit as end:
        code = end.code
    said = capsys.readouterr()
    assert (code, said.out, list(tmp_path.iterdir())) == (2, "", [])
    assert said.err.endswith(complaint) and said.err.count("\n") == 1


def test_every_chart_in_the_docs_is_one_that_the_command_makes_and_is_shown():
    names = {chart for _, charts in docs.SOURCES.values() for chart in charts}
    assert {path.stem for path in committed()} == names
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = re.findall(r'charts/([\w-]+)\.svg"', "".join(page.read_text() for page in pages))
    assert set(shown) == names


def test_the_charts_in_the_docs_follow_light_and_dark_and_are_small():
    for path in committed():
        svg = drawn.Drawing(path.read_bytes())
        assert svg.root.get("id") == f"chart-{path.stem}"
        assert "prefers-color-scheme: dark" in svg.root.find(f"{drawn.SVG}style").text
    assert sum(path.stat().st_size for path in committed()) < 400_000
