"""report.html without a browser: what it holds, and that nothing from outside is taken as HTML."""

import base64
import hashlib
import html.parser
import re
import xml.etree.ElementTree as ET

import drawn
import pytest
import synthetic

from plots.page import document

MARKUP = "</script><img src=x onerror=alert(1)>"


def read(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


def page_of(folder, content):
    return drawn.page(synthetic.write(folder, content))


def charts_of(page):
    """The charts that matplotlib drew."""
    return re.findall(r"<svg [^>]*xmlns=[^>]*>.*?</svg>", page, flags=re.S)


class Elements(html.parser.HTMLParser):
    """Every start tag, and the texts of the page outside of scripts and styles."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.texts, self.inside = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.inside.append(tag)

    def handle_data(self, data):
        if self.inside[-1:] not in (["script"], ["style"]):
            self.texts.append(data)

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop() != tag:
            pass

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def test_it_tells_the_finding_the_machine_and_every_models_figures(five_models):
    text = Elements(read(five_models)).text
    for fact in ("Example CPU", "g++ 12.2", "-O2", "asio 1.22.1", "waitbench 0.1.0 abc1234"):
        assert fact in text
    assert "Same work: 42.0 s in turn, 22.0 s on one thread, 14.0 s on several." in text
    assert "predicted, s measured, s overhead, ms CPU, ms memory, MiB" in text
    assert "42.0 42.0" in text and "3.81" in text


def test_the_finding_comes_before_all_else_and_the_machine_last(five_models):
    page = read(five_models)
    places = [page.index(f'id="{name}"') for name in ("finding", "timeline", "results", "run")]
    assert places == sorted(places)


def test_every_chart_is_there_with_a_title_a_description_and_its_data(five_models):
    page = read(five_models)
    charts = charts_of(page)
    assert len(charts) == 1, "the interactive time line is the others"
    for chart in charts:
        root = ET.fromstring(chart)
        assert root.find(f"{drawn.SVG}title").text and root.find(f"{drawn.SVG}desc").text
    text = Elements(page).text
    for title in ("Time line by task", "Time line by thread", "Predicted against measured"):
        assert f"{title}: the data" in text
    ids = [attrs["id"] for _, attrs in Elements(page).tags if "id" in attrs]
    assert len(set(ids)) == len(ids)


def test_the_cost_ladder_is_there_where_there_are_prices(five_models, priced):
    assert 'id="prices"' not in read(five_models)
    page = Elements(read(priced)).text
    assert "The cost ladder: the data" in page and "Spawn and join a coroutine" in page


@pytest.mark.parametrize("fixture", ["five_models", "priced"])
def test_what_an_svg_refers_to_is_in_it(fixture, request):
    page = read(request.getfixturevalue(fixture))
    for chart in charts_of(page):
        ids = set(re.findall(r' id="([^"]+)"', chart))
        used = set(re.findall(r'(?:url\(|href=")#([^)"]+)', chart))
        assert used and used <= ids


def test_a_text_that_looks_like_a_colour_stays_a_text(tmp_path):
    said = 'got "fill: #ffffff; #a53f00"'
    run = synthetic.bad_run("sequential", message=said)
    synthetic.write(tmp_path, synthetic.document([run]))
    assert f"Failed: {said}" in Elements(drawn.page(tmp_path)).text
    chart = drawn.chart(tmp_path, "timeline")
    assert chart.text("timeline.sequential.finding") == f"Failed: {said}"


def test_nothing_from_outside_is_taken_as_markup(tmp_path):
    models = synthetic.model_table()
    for key in ("title", "shows", "formula"):
        models["sequential"][key] = MARKUP
    runs = [synthetic.run("sequential"), synthetic.bad_run("async_serial", "failed", MARKUP)]
    runs[0]["structure"]["verdict"] = MARKUP
    runs.append(synthetic.run("thread_per_task") | {"model": MARKUP})
    content = synthetic.document(runs, models)
    content["environment"] |= {"cpu": MARKUP, "flags": MARKUP, "libraries": {MARKUP: MARKUP}}
    content["suite"]["version"] = MARKUP
    found = Elements(page_of(tmp_path, content))
    assert "img" not in {tag for tag, _ in found.tags}
    assert [attrs for tag, attrs in found.tags if tag == "script"] == [
        {"type": "application/json", "id": "data"},
        {},
    ]
    assert MARKUP in found.text


def test_what_no_page_can_show_is_replaced(tmp_path):
    runs = [synthetic.bad_run("sequential", message="a\x00b\x1b[31m\ud800\nc")]
    page = page_of(tmp_path, synthetic.document(runs))
    assert "failed: a\ufffdb\ufffd[31m\ufffd c" in Elements(page).text
    assert page.encode("utf-8")


def test_a_label_that_looks_like_a_place_in_the_template_stays_a_label(tmp_path):
    models = synthetic.model_table()
    models["sequential"]["title"] = "{{script}} \\1"
    page = page_of(tmp_path, synthetic.document([synthetic.run("sequential")], models))
    assert "{{script}} \\1" in Elements(page).text


def test_the_page_asks_for_nothing_and_lets_only_its_own_script_run(five_models):
    page = read(five_models)
    assert not re.search(r"(src|href)=\"(?!#)", page)
    (code,) = re.findall(r"<script>(.*?)</script>", page, flags=re.S)
    assert "@import" not in page and "fetch(" not in code
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}'" in policy


def test_the_scripts_are_all_in_and_no_two_of_their_names_clash():
    code = document.script()
    assert not re.search(r"^(import|export) ", code, flags=re.M)
    assert {f"{name}.mjs" for name in document.SCRIPTS} == {
        path.name for path in document.PARTS.glob("*.mjs")
    }
    names = re.findall(r"^(?:const|let|class|function|async function) (\w+)", code, flags=re.M)
    assert sorted(set(names)) == sorted(names)


def test_a_script_uses_only_what_stands_before_it():
    for i, name in enumerate(document.SCRIPTS):
        text = (document.PARTS / f"{name}.mjs").read_text(encoding="utf-8")
        used = set(re.findall(r'from "\./(\w+)\.mjs"', text))
        assert used <= set(document.SCRIPTS[:i])


def test_the_page_of_five_models_is_small(five_models):
    assert (five_models / "report.html").stat().st_size < 175_000  # three fifths is style and scripts


def test_of_a_long_sweep_every_workload_has_its_table(tmp_path):
    works = [synthetic.workload(n, 4, 0.1, 0.1, 0.1) for n in (1, 2, 3, 4, 5)]
    runs = [synthetic.run("async_serial", work) for work in works]
    page = page_of(tmp_path, synthetic.document(runs))
    assert page.count("Predicted and measured, one row per model</caption>") == 5
    assert page.count('<figure class="chart">') == 12, "three per workload drawn, and those of the sweep"
    assert page.count("Its charts are left out") == 2


def test_repetitions_have_their_costs_and_bad_runs_their_reasons(tmp_path):
    runs = [synthetic.run("async_serial", repetition=i) for i in range(3)]
    runs.append(synthetic.bad_run("async_serial", "timeout", "no end", repetition=3))
    text = Elements(page_of(tmp_path, synthetic.document(runs))).text
    assert "What repeated runs cost" in text
    assert "Async, one task after the other, run 4: timeout: no end" in text


def test_many_tasks_show_how_long_they_took(tmp_path):
    work = synthetic.workload(300, 4, 0.1, 0.1, 0.01)
    runs = [synthetic.run("thread_per_task", work), synthetic.run("async_single_thread", work)]
    page = page_of(tmp_path, synthetic.document(runs))
    assert page.count('class="histogram"') == 4
    assert "ready, without a thread" in page


def test_only_bad_runs_make_a_page_too(tmp_path):
    runs = [synthetic.bad_run("sequential"), synthetic.bad_run("async_serial", "refused", "full")]
    text = Elements(page_of(tmp_path, synthetic.document(runs))).text
    assert "No run succeeded" in text
    assert "refused: full" in text
