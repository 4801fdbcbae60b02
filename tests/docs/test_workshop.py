"""What is written for who teaches: its minutes add up, and it quotes the judge and names all there is."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKSHOP = (ROOT / "docs/workshop.md").read_text()
NOTES = (ROOT / "docs/workshop/speaker_notes.md").read_text()
ANSWERS = (ROOT / "docs/workshop/answers.md").read_text()


def section(text, heading):
    return re.search(rf"^## {heading}.*?\n(.*?)(?=^## |\Z)", text, re.M | re.S)[1]


def timetable(name):
    """Rows of a timetable: when it begins, how long it lasts, and what it is."""
    rows = re.findall(r"^\| (\d):(\d\d) \| (\d+) \| (.+?) \|", section(WORKSHOP, name), re.M)
    return [(60 * int(h) + int(m), int(lasts), what) for h, m, lasts, what in rows]


def totals(name):
    """The minutes of each block in the notes, whose steps must add up to them."""
    found = []
    for row in re.findall(rf"^\| {name} \| (.+) \|$", NOTES, re.M):
        *steps, total = (0 if cell == "-" else int(cell) for cell in row.split(" | "))
        assert sum(steps) == total, row
        found.append(total)
    return found


def lasts(name):
    return [minutes for _, minutes, what in timetable(name) if what != "Break"]


def test_each_block_begins_when_the_one_before_has_ended():
    for name, whole in (("Half a day", 240), ("Two hours", 120)):
        now = 0
        for begins, minutes, what in timetable(name):
            assert begins == now, what
            now += minutes
        assert now == whole


def test_the_steps_in_the_notes_add_up_to_the_timetables():
    assert totals("half day") == lasts("Half a day")
    experiment, first, second, *rest = totals("two hours")
    assert [experiment, first + second, *rest] == lasts("Two hours")


def test_every_lesson_has_its_answers():
    lessons = {path.name for path in (ROOT / "docs/lessons").glob("[0-9]*.md")}
    assert set(re.findall(r"lessons/(\d[^)]+)\)", section(ANSWERS, "Predict"))) == lessons


def test_every_exercise_has_its_wrong_solutions_and_the_judge_says_what_is_quoted():
    rows = re.findall(r"^\| (?:`(\w+)` )?\| (?!-)(.+) \|$", section(ANSWERS, "The exercises"), re.M)
    named = [name for name, _ in rows if name]
    assert sorted(named) == sorted(path.stem for path in (ROOT / "exercises").glob("*.cpp"))
    judge = " ".join(path.read_text() for path in (ROOT / "exercises/judge").glob("*.cpp"))
    judge = re.sub(r'"\s*\n\s*"', "", judge)
    for name, row in rows:
        (said,) = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", row.split(" | ")[1])
        assert said in judge, (name, said)
