"""An SVG for light and dark pages: its colours, its patterns, and what it shares with no other."""

import re

import drawn
import pytest
import synthetic

from plots.looks import DARK, LIGHT, dark_of_light

CHARTS = ("timeline", "threads", "comparison", "ladder")


@pytest.fixture(scope="module", name="charts")
def _charts(five_models, priced):
    folders = {"ladder": priced}
    return {
        name: drawn.Drawing((folders.get(name, five_models) / f"charts/{name}.svg").read_bytes())
        for name in CHARTS
    }


@pytest.mark.parametrize("name", CHARTS)
def test_it_paints_its_own_background_over_all_of_it(charts, name):
    svg = charts[name]
    wide, high = map(float, svg.root.get("viewBox").split()[2:])
    background = next(svg.root.iter(f"{drawn.SVG}path"))
    corners = f"M 0 {high:.2f} H {wide:.2f} V 0 H 0 z"
    assert background.get("d") == corners.replace(".00", "")
    assert svg.colors(background) == {"fill": LIGHT.background}
    assert svg.colors(background, dark=True) == {"fill": DARK.background}


@pytest.mark.parametrize("name", CHARTS)
def test_whatever_has_a_colour_has_the_dark_one_of_the_same_part_on_a_dark_page(charts, name):
    svg, dark_of, seen = charts[name], dark_of_light(), set()
    for element in svg.root.iter():
        light, dark = svg.colors(element), svg.colors(element, dark=True)
        assert dark == {key: dark_of[color] for key, color in light.items()}
        assert not {"style", "fill", "stroke"} & element.attrib.keys()
        seen |= set(light.values())
    assert {LIGHT.background, LIGHT.ink, LIGHT.grid} <= seen


def test_texts_and_patterns_change_their_colours_too(charts):
    svg = charts["timeline"]
    title = next(svg.by_id["timeline.title"].iter(f"{drawn.SVG}text"))
    assert svg.colors(title, dark=True) == {"fill": DARK.ink}
    tiles = {tuple(svg.colors(part).values()) for part in svg.root.find(f".//{drawn.SVG}pattern")}
    assert tiles <= {(color,) for side in (LIGHT.fill, LIGHT.stroke) for color in side.values()}


def test_a_stage_is_one_small_pattern_however_often_it_is_drawn(charts):
    patterns = list(charts["timeline"].root.iter(f"{drawn.SVG}pattern"))
    assert len(patterns) == 3  # computing is plain
    for pattern in patterns:
        assert len(drawn.ET.tostring(pattern)) < 400


def test_the_time_lines_of_five_models_are_a_small_file(five_models):
    assert (five_models / "charts/timeline.svg").stat().st_size < 60_000


def test_charts_share_no_id_and_no_rule_reaches_another_chart(tmp_path):
    works = [synthetic.workload(n, 4, 0.1, 0.1, 0.1) for n in (3, 4)]
    runs = [synthetic.run("sequential", work) for work in works]
    charts = drawn.svgs(drawn.charts_in(synthetic.write(tmp_path, synthetic.document(runs))))
    assert {"timeline", "timeline-4-tasks", "threads"} <= charts.keys()
    ids = []
    for name, content in charts.items():
        svg = drawn.Drawing(content)
        ids += svg.by_id
        used = set(re.findall(rb'(?:url\(|href=")#([^)"]+)', content))
        assert used and {name.decode() for name in used} <= svg.by_id.keys()
        rules = re.findall(r"^(.*?)\{", svg.root.find(f"{drawn.SVG}style").text, flags=re.M)
        selectors = [rule for rule in rules if not rule.startswith("@media")]
        assert selectors and all(rule.startswith(f"#chart-{name} ") for rule in selectors)
    assert len(set(ids)) == len(ids)


def test_rules_reach_a_chart_whose_name_has_a_point(tmp_path):
    work = synthetic.workload(3, 4, 0.1, 0.1, 0.1)
    runs = [synthetic.under_load("sequential", rate, work) for rate in (0.5, 2.5)]
    folder = synthetic.write(tmp_path, synthetic.document(runs))
    svg = drawn.Drawing(drawn.svg(folder, "timeline-3-tasks-at-2.5"))
    assert re.fullmatch(r"[\w-]+", svg.root.get("id")), "in a rule, what follows a point is a class"
    assert svg.colors(next(svg.root.iter(f"{drawn.SVG}path"))) == {"fill": LIGHT.background}
