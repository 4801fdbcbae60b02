"""The page's part on pitfalls: each folded behind what was measured of it, with its time lines."""

from __future__ import annotations

from typing import Iterable, Optional, Sequence

from plots.charts import style
from plots.page import pitfall_rows
from plots.page import tables
from plots.page.pitfall_picture import WORDS, Picture, what_happened
from plots.read import pitfalls
from plots.read.pitfalls import Halt, Measure, Pitfall, Side, Stretch
from plots.read.words import listed, measured, sentence

LINK = '<a href="#pitfalls" class="measured">Pitfalls</a>'
STRETCHES_LISTED = 40  # of both sides; where there are more, the table sums them up

_INTRODUCTION = (
    "What goes wrong in practice, run on this machine: the mistake, what one would expect of it and"
    " what happened, and the cure beside it. In the figures, * marks the measure by which the cure"
    " must be better."
)


def write(known: Sequence[Pitfall]) -> str:
    """The whole section; nothing where no pitfall was run."""
    if not known:
        return ""
    ids = style.ids_of([f"pitfall-{pitfall.name}" for pitfall in known])
    return (
        '<section class="measured" id="pitfalls"><h2>Pitfalls</h2>'
        f"<p>{_INTRODUCTION}</p>\n{''.join(map(_pitfall, ids, known))}</section>"
    )


def _pitfall(name: str, pitfall: Pitfall) -> str:
    wrong = ' class="error"' if pitfall.verdict else ""
    return (
        f'<details class="pitfall" id="{name}"><summary><h3>{tables.text(pitfall.title)}</h3>'
        f" <span{wrong}>{tables.text(finding(pitfall))}</span></summary>\n"
        f"{_story(pitfall)}\n{_figures(pitfall)}\n{_time_lines(name, pitfall)}</details>\n"
    )


# --- In words -------------------------------------------------------------------------------------


def finding(pitfall: Pitfall) -> str:
    """What was measured of both sides in a line, or what was not as told."""
    if pitfall.verdict:
        return f"not as told: {pitfall.verdict}"
    before, after = (_figure(side, pitfall.measure) for side in (pitfall.broken, pitfall.fixed))
    return f"{_words(pitfall.measure)}: {before}, with the cure {after}"


def _story(pitfall: Pitfall) -> str:
    said = [
        ("Expected", [pitfall.expected]),
        ("What happened", [what_happened(pitfall.broken)]),
        ("Who waits for whom", _halts(pitfall.broken)),
        ("Why", [pitfall.why]),
        ("Cure", [pitfall.cure]),
        ("With the cure", [what_happened(pitfall.fixed)]),
        ("Who waits for whom", _halts(pitfall.fixed)),
    ]
    terms = "".join(
        f"<div><dt>{term}</dt><dd>{'<br>'.join(tables.text(sentence(line)) for line in lines)}</dd>"
        "</div>"
        for term, lines in said
        if lines
    )
    return f"<dl>{terms}</dl>"


def _halts(side: Optional[Side]) -> list[str]:
    """A sentence for each thread that would never have gone on."""
    return [_halt(halt, side) for halt in side.halts] if side else []


def _halt(halt: Halt, side: Side) -> str:
    runs = f" runs {halt.holds} and" if halt.holds else ""
    return (
        f"{_thread(halt.thread, side)}{runs} is blocked until {halt.loop} has {halt.awaits};"
        f" {_help(halt, side)}"
    )


def _help(halt: Halt, side: Side) -> str:
    others = [_thread(thread, side) for thread in halt.served_by if thread != halt.thread]
    if not others:
        return "no other thread runs it"
    return f"so are all others that run it: {listed(others)}"


def _thread(thread: pitfalls.Thread, side: Side) -> str:
    number = side.threads.get(thread)
    return f"thread {number}" if number else f"thread {thread[1]} of the system"


# --- In figures -----------------------------------------------------------------------------------


def _figures(pitfall: Pitfall) -> str:
    """A row a measure; nothing where none was taken."""
    sides = {"broken": pitfall.broken, "fixed": pitfall.fixed}
    names = dict.fromkeys(m.name for side in sides.values() if side for m in side.measures)
    rows = [
        [
            tables.text(_words(name)) + (" *" if name == pitfall.measure else ""),
            *(tables.text(_figure(side, name)) for side in sides.values()),
        ]
        for name in names
    ]
    return tables.table("What was measured", ("measure", *sides), rows) if rows else ""


def _figure(side: Optional[Side], name: str) -> str:
    measure = side.measure(name) if side else None
    return _value(measure) if measure else "not measured" if side else "not run"


def _value(measure: Measure) -> str:
    if not measure.unit:
        return f"{measure.value:,.0f}"
    return f"{measure.value:,.{3 if measure.value < 10 else 1}f} {measure.unit}"


def _words(name: str) -> str:
    return name.replace("_", " ")


# --- In time --------------------------------------------------------------------------------------


def _time_lines(name: str, pitfall: Pitfall) -> str:
    picture = Picture(name, pitfall)
    svg = picture.svg()
    if not svg:
        return "<p>No time line is on record.</p>"
    return picture.legend() + tables.figure("Time lines", svg, _data(pitfall))


def _data(pitfall: Pitfall) -> str:
    """Every stretch of both sides; sums where they are too many to read."""
    sides = [("broken", pitfall.broken), ("fixed", pitfall.fixed)]
    lines = [(word, side) for word, side in sides if side]
    if sum(len(side.time_line) for _, side in lines) > STRETCHES_LISTED:
        head = ("side", "what", "kind", "thread", "times", "first from", "last to", "together")
        rows = [cells for word, side in lines for cells in _sums(word, side)]
    else:
        head = ("side", "what", "kind", "thread", "from", "to", "lasts")
        rows = [_cells(word, side, stretch) for word, side in lines for stretch in side.time_line]
    return tables.table("What the time lines show", head, rows)


def _cells(word: str, side: Side, stretch: Stretch) -> list[str]:
    times = [measured(stretch.begin), "never", ""]
    if stretch.end is not None:
        times[1:] = [measured(stretch.end), measured(stretch.end - stretch.begin)]
    number = str(side.threads[stretch.thread])
    return [word, tables.text(pitfall_rows.name_of(stretch)), _kind(stretch.kind), number, *times]


def _kind(kind: str) -> str:
    return WORDS[kind].partition(":")[0]


def _sums(word: str, side: Side) -> Iterable[list[str]]:
    for row in pitfall_rows.rows_of(side):
        last = row.stretches[-1]
        yield [
            word,
            tables.text(row.what),
            _kind(row.kind),
            tables.text(row.on.removeprefix("thread ")),
            f"{len(row.stretches):,}",
            measured(row.stretches[0].begin),
            "never" if last.end is None else measured(max(s.end for s in row.stretches)),
            measured(sum(s.end - s.begin for s in row.stretches if s.end is not None)),
        ]
