"""What becomes of a pitfalls.json: what is read, the rows of the time lines, and the page's part."""

import html.parser
import json
import re
import xml.etree.ElementTree as ET

import drawn
import made_pitfalls
import pytest
import synthetic
from made_pitfalls import event, pitfall, side, stretch

from plots.page import pitfall_section
from plots.page.pitfall_rows import ROWS_AT_MOST, rows_of
from plots.read import pitfalls
from plots.read.checked_json import ResultsError

MARKUP = "</svg><img src=x onerror=alert(1)>"


def loaded(folder, *made):
    path = made_pitfalls.write(folder, made_pitfalls.document(list(made))) / "pitfalls.json"
    return pitfalls.load(str(path))


def section_of(folder, *made):
    return pitfall_section.write(loaded(folder, *made))


def rows(folder, time_line):
    """The rows of a side: kind, what, on, and the beginnings of its stretches in ms."""
    (read,) = loaded(folder, pitfall("it", side(time_line), None))
    return [
        (row.kind, row.what, row.on, [round(s.begin * 1e3, 3) for s in row.stretches])
        for row in rows_of(read.broken)
    ]


class Words(html.parser.HTMLParser):
    """The texts of some HTML, and its tags."""

    def __init__(self, page):
        super().__init__()
        self.texts, self.tags = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(name="page", scope="module")
def page_fixture(tmp_path_factory):
    """A page with pitfalls of every kind."""
    folder = tmp_path_factory.mktemp("page")
    synthetic.write(folder, synthetic.document([synthetic.run("sequential")]))
    return drawn.page(made_pitfalls.write(folder))


# --- Reading --------------------------------------------------------------------------------------


def test_the_time_line_is_read_in_order_and_in_seconds(tmp_path):
    (read,) = loaded(tmp_path, made_pitfalls.blocked_loop())
    line = read.broken.time_line
    assert [s.begin for s in line] == sorted(s.begin for s in line)
    assert (line[0].kind, line[0].begin, line[0].end) == ("running", 0.0005, 0.302)
    assert read.broken.measure("timeout_late") == pitfalls.Measure("timeout_late", 250.4, "ms")


def test_threads_are_numbered_in_the_order_in_which_they_are_heard_of(tmp_path):
    line = [event("b", 2, thread=1), event("a", 1, thread=3), event("c", 3, thread=1)]
    (read,) = loaded(tmp_path, pitfall("it", side(line), None))
    assert [read.broken.threads[s.thread] for s in read.broken.time_line] == [1, 2, 2]


def test_what_never_ended_lasts_as_long_as_the_attempt_around_it(tmp_path):
    (read,) = loaded(tmp_path, made_pitfalls.halting())
    ends = {s.what: read.broken.until(s) for s in read.broken.time_line if s.end is None}
    assert ends == {"": 0.22, "fetched": 0.22}
    assert read.broken.end == 0.3


def test_what_never_ended_with_nothing_around_it_lasts_as_long_as_the_side(tmp_path):
    (read,) = loaded(tmp_path, pitfall("it", side([stretch("pending", "reply", 1)]), None))
    assert read.broken.end == 0.32


def test_results_without_the_file_have_no_pitfalls(tmp_path):
    assert pitfalls.load_beside(str(tmp_path / "results.json")) == []


def broken_in(change):
    """The file with one thing wrong in the broken side of its only pitfall."""
    made = made_pitfalls.blocked_loop()
    change(made)
    return json.dumps(made_pitfalls.document([made]))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "not whole JSON"),
        ("[]", ": a list is not an object"),
        ('{"schema": 2}', ": schema: 2, but this reads schema 1"),
        ('{"schema": 1}', ': "pitfalls" is missing'),
        ('{"schema": 1, "pitfalls": [1]}', ": pitfalls[0]: 1 is not an object"),
        (broken_in(lambda p: p.pop("why")), ': pitfalls[0]: "why" is missing'),
        (
            broken_in(lambda p: p["broken"].update(ending="odd")),
            '[0].broken.ending: "odd" is none of',
        ),
        (
            broken_in(lambda p: p["broken"]["measures"][0].update(value="x")),
            'measures[0].value: "x"',
        ),
        (
            broken_in(lambda p: p["broken"]["time_line"][0].update(to_ns=5)),
            ": pitfalls[0].broken.time_line[0].to_ns: before from_ns",
        ),
        (
            broken_in(lambda p: p["broken"]["time_line"][0].update(kind="nap")),
            'time_line[0].kind: "nap" is none of',
        ),
        (
            broken_in(lambda p: p["broken"]["time_line"][0].update(from_ns=10**40)),
            "time_line[0].from_ns: 1000",
        ),
    ],
)
def test_a_broken_file_is_told_in_one_line_that_names_the_place(tmp_path, text, complaint):
    path = tmp_path / "pitfalls.json"
    path.write_text(text)
    with pytest.raises(ResultsError) as refusal:
        pitfalls.load(str(path))
    assert str(refusal.value).startswith(f"{path}: ")
    assert complaint in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_broken_file_beside_results_is_a_usage_error_and_nothing_is_drawn(tmp_path):
    synthetic.write(tmp_path, synthetic.document([synthetic.run("sequential")]))
    (tmp_path / "pitfalls.json").write_text('{"schema": 1}')
    done = drawn.called(tmp_path)
    assert done.returncode == 2
    assert done.stderr == f'{tmp_path}/pitfalls.json: "pitfalls" is missing\n'
    assert not (tmp_path / "report.html").exists()


# --- Rows -----------------------------------------------------------------------------------------


def test_what_keeps_a_thread_has_a_row_per_thread(tmp_path):
    line = [
        event("begun", 0),
        stretch("holding", "job", 1, 5, 2),
        stretch("holding", "job", 2, 5),
        stretch("holding", "job", 5, 9),
    ]
    assert rows(tmp_path, line)[1:] == [
        ("holding", "job", "thread 1", [2, 5]),
        ("holding", "job", "thread 2", [1]),
    ]


def test_waits_without_a_thread_share_a_row_unless_they_overlap(tmp_path):
    line = [stretch("pending", "read", b, e, t) for b, e, t in ((0, 5, 1), (1, 6, 2), (5, 9, 3))]
    assert rows(tmp_path, line) == [("pending", "read", "", [0, 5]), ("pending", "read", "", [1])]


def test_moments_share_a_row_and_say_on_how_many_threads_they_were(tmp_path):
    line = [event("fetched", i, thread=1 + i) for i in range(3)] + [event("done", 4)]
    assert rows(tmp_path, line) == [
        ("event", "fetched", "3 threads", [0, 1, 2]),
        ("event", "done", "thread 1", [4]),
    ]


def test_a_row_of_a_loop_or_of_somebody_blocked_says_which_loop(tmp_path):
    line = [
        stretch("running", "", 0, 9, loop="the actor"),
        stretch("blocked", "answered", 1, 9, 2, loop="the actor"),
    ]
    assert [row[1] for row in rows(tmp_path, line)] == [
        "the actor runs",
        "blocked until the actor has answered",
    ]


# --- The page -------------------------------------------------------------------------------------


def test_every_pitfall_is_folded_behind_what_was_measured(page):
    summaries = re.findall(r'<details class="pitfall" id="([^"]+)"><summary>(.*?)</summary>', page)
    found = {name: Words(summary).text for name, summary in summaries}
    assert found == {
        "pitfall-blocked_loop": "The title of blocked_loop heartbeats missed: 30 (broken), 0 (fixed)",
        "pitfall-halting": "The title of halting tasks halted: 1 (broken), 0 (fixed)",
        "pitfall-crowded": "The title of crowded jobs: 40 (broken), 2 (fixed)",
        "pitfall-failing": "The title of failing"
        " not as described: the broken side failed: no more threads",
        "pitfall-one_side": "The title of one_side saved: 1 (broken), not run (fixed)",
    }


def test_a_pitfall_tells_what_one_expects_what_happened_why_and_the_cure(tmp_path):
    text = Words(section_of(tmp_path, made_pitfalls.blocked_loop())).text
    told = (
        "Expected What one expects of blocked_loop What happened No heartbeat came"
        " Why Why blocked_loop goes wrong Cure The cure of blocked_loop"
        " With the cure 30 heartbeats came"
    )
    assert told in text
    assert "heartbeats missed * 30 0 timeout late 250.4 ms 0.075 ms" in text


def test_who_waited_for_whom_is_told(tmp_path):
    text = Words(section_of(tmp_path, made_pitfalls.halting())).text
    assert (
        "Who waits for whom Thread 2 runs the loop and is blocked until the loop has fetched;"
        " so are all others that run it: thread 3"
    ) in text


def pictures(page):
    return [ET.fromstring(svg) for svg in re.findall(r'<svg role="img".*?</svg>', page, flags=re.S)]


def words_in(picture, look):
    found = [e for e in picture.iter() if e.get("class") == look and e.tag in ("g", "text")]
    return ["".join(text.itertext()) for e in found for text in e.iter("text")]


def test_both_time_lines_stand_on_one_axis(tmp_path):
    (picture,) = pictures(section_of(tmp_path, made_pitfalls.blocked_loop()))
    assert words_in(picture, "side") == ["broken", "fixed"]
    assert words_in(picture, "label") == [
        "the loop runs, thread 1",
        "heartbeat, thread 1",
        "computing, thread 1",
        "timeout",
        "the loop runs, thread 1",
        "computing, thread 2",
        "timeout",
        "heartbeat, thread 1",
    ]
    ticks = {e.text: float(e.get("x")) for e in picture.find("g[@class='ticks']")}
    assert list(ticks)[:3] == ["0", "50", "100"]
    wide = (ticks["300"] - ticks["0"]) / 300  # a millisecond
    for box in (e.get("d") for e in picture.iter("path") if e.get("class") == "holding"):
        begin, length = map(float, re.match(r"M([\d.]+) \d+h([\d.]+)v", box).groups())
        assert begin == pytest.approx(ticks["0"] + wide, abs=0.1)
        assert length == pytest.approx(300 * wide, abs=1)
    (base,) = (e.get("d") for e in picture.iter("path") if e.get("class") == "base")
    assert float(base.split("H")[1]) == pytest.approx(ticks["0"] + 302 * wide, abs=0.1), "the end"


def test_a_picture_has_a_title_and_a_description(page):
    for picture in pictures(page)[-5:]:
        ids = {e.get("id") for e in picture.iter() if e.get("id")}
        assert set(picture.get("aria-labelledby").split()) <= ids
        assert picture.find("title").text.startswith("Time lines: The title of ")
        assert picture.find("desc").text.startswith("Rows of ")
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(set(ids)) == len(ids)


def test_what_is_like_a_stage_is_filled_like_it(page):
    patterns = set(re.findall(r'<pattern id="([^"]+)"', page))
    for kind in ("blocked", "pending"):
        (pattern,) = re.findall(rf"\.moments \.{kind} {{ fill: url\(#([^)]+)\)", page)
        assert pattern in patterns


def test_its_colours_are_the_pages(tmp_path):
    section = section_of(tmp_path, *made_pitfalls.every_kind())
    assert not re.search(r"#[0-9a-f]{6}\b", section, flags=re.I)


def test_what_never_ended_says_so_in_the_picture_and_in_the_table(tmp_path):
    section = section_of(tmp_path, made_pitfalls.halting())
    (picture,) = pictures(section)
    assert words_in(picture, "wrong") == ["never ended"] * 3
    assert section.count("<td>never") == 3


def test_the_data_is_a_table_of_every_stretch(tmp_path):
    section = section_of(tmp_path, made_pitfalls.halting())
    text = Words(section).text
    assert "broken one thread keeps its thread 1 0.00 ms 220.00 ms" in text
    assert section.count('<tr><th scope="row">broken') == 5
    assert section.count('<tr><th scope="row">fixed') == 1


def test_of_too_many_stretches_the_table_has_sums_and_the_picture_the_first_rows(tmp_path):
    section = section_of(tmp_path, made_pitfalls.crowded())
    (picture,) = pictures(section)
    assert "broken saved a moment 1 1,000 0.00 ms 2.00 ms 0.00 ms" in Words(section).text
    assert section.count('<tr><th scope="row">broken') == 45
    assert (
        len([e for e in picture.iter("path") if e.get("class") in pitfalls.KINDS]) == ROWS_AT_MOST
    )
    assert "and 21 more" in words_in(picture, "quiet")
    assert "fixed nothing on record" in [" ".join(e.itertext()) for e in picture.iter("text")]


def test_moments_at_one_place_are_one_mark(tmp_path):
    (picture,) = pictures(section_of(tmp_path, made_pitfalls.crowded()))
    (mark,) = (e for e in picture.iter("path") if e.get("class") == "event")
    assert mark.get("d").count("M") < 200


def test_a_side_that_failed_or_was_not_run_says_so_in_its_place(page):
    failing, one_side = pictures(page)[-2:]
    assert ["".join(e.itertext()) for e in failing.iter("text") if e.get("class") == "side"] == [
        "brokenfailed: no more threads",
        "fixed",
    ]
    assert ["".join(e.itertext()) for e in one_side.iter("text") if e.get("class") == "side"] == [
        "broken",
        "fixedwas not run",
    ]
    text = Words(page).text
    assert "What happened Failed: no more threads" in text
    assert "With the cure Was not run" in text


def test_a_pitfall_without_any_record_has_no_picture(tmp_path):
    section = section_of(tmp_path, pitfall("it", None, None, "saved"))
    assert "<svg" not in section and "No time line is on record." in section
    assert "saved: not run (broken), not run (fixed)" in Words(section).text


def test_labels_are_words_whatever_they_hold(tmp_path):
    words = ("name", "title", "expected", "why", "cure", "verdict")
    line = [stretch(kind, MARKUP, 1, 2, loop=MARKUP) for kind in pitfalls.KINDS]
    halt = {
        "process": 1,
        "thread": 2,
        "holds": MARKUP,
        "awaits": MARKUP,
        "loop": MARKUP,
        "served_by": [],
    }
    both = side(line, MARKUP, [halt], **{MARKUP: 1})
    harmful = pitfall("it", both, both, MARKUP, **{word: MARKUP for word in words})
    section = section_of(tmp_path, harmful)
    found = Words(section)
    assert "img" not in found.tags
    assert found.text.count(MARKUP) > 10
    assert pictures(section)


def test_the_page_leads_to_the_pitfalls_where_there_are_some(page, tmp_path):
    assert '<a href="#pitfalls" class="measured">Pitfalls</a>' in page
    synthetic.write(tmp_path, synthetic.document([synthetic.run("sequential")]))
    plain = drawn.page(tmp_path, has_time_lines=False)
    assert "Pitfalls" not in plain and 'id="pitfalls"' not in plain
