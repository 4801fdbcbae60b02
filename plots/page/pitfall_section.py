"""Makes the page's part on pitfalls: each folded behind what was measured, with its time lines."""

from __future__ import annotations

from typing import Any, Iterable, Optional, Sequence

from markupsafe import Markup, escape

from plots.charts import style
from plots.looks import WORDS_OF_PITFALLS
from plots.page import pitfall_rows, sources
from plots.page.pitfall_picture import Picture, what_happened
from plots.page.tables import Figure, Table
from plots.page.templates import filled
from plots.read import pitfalls
from plots.read.pitfalls import Halt, Measure, Pitfall, Side, Stretch
from plots.read.words import listed, measured, sentence

STRETCHES_LISTED = 12  # of both sides; where there are more, the table sums them up


def write(known: Sequence[Pitfall]) -> Markup:
    """The whole section; nothing where no pitfall was run."""
    names = style.ids_of([f"pitfall-{pitfall.name}" for pitfall in known])
    return filled("pitfalls.html", pitfalls=list(map(_told, names, known)))


def _told(name: str, pitfall: Pitfall) -> dict[str, Any]:
    """What the page says of a pitfall. `name` is its id."""
    picture = Picture(name, pitfall)
    drawn = picture.svg()
    return {
        "name": name,
        "title": pitfall.title,
        "finding": finding(pitfall),
        "wrong": bool(pitfall.verdict),
        "story": _story(pitfall),
        "figures": _figures(pitfall),
        "code": _code(pitfall.name),
        "legend": picture.legend,
        "time_lines": Figure("Time lines", drawn, _data(pitfall)) if drawn else None,
    }


def _code(name: str) -> list[tuple[str, list[Markup]]]:
    """What each side runs, line by line; nothing of a pitfall from elsewhere."""
    sides = sources.of_pitfall(name)
    return [
        (f"{word}()", [Markup(escape(line)) for line in code.rstrip().split("\n")])
        for word, code in zip(("broken", "fixed"), sides or ())
    ]


# --- In words -------------------------------------------------------------------------------------


def finding(pitfall: Pitfall) -> str:
    """One line: what was measured of both sides, or what was not as described."""
    if pitfall.verdict:
        return f"not as described: {pitfall.verdict}"
    before, after = (_figure(side, pitfall.measure) for side in (pitfall.broken, pitfall.fixed))
    return f"{_words(pitfall.measure)}: {before} (broken), {after} (fixed)"


def _story(pitfall: Pitfall) -> list[tuple[str, list[str]]]:
    """Terms, and the lines that belong to each."""
    said = [
        ("Expected", [pitfall.expected]),
        ("What happened", [what_happened(pitfall.broken)]),
        ("Who waits for whom", _halts(pitfall.broken)),
        ("Why", [pitfall.why]),
        ("Cure", [pitfall.cure]),
        ("With the cure", [what_happened(pitfall.fixed)]),
        ("Who waits for whom", _halts(pitfall.fixed)),
    ]
    return [(term, list(map(sentence, lines))) for term, lines in said]


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


def _figures(pitfall: Pitfall) -> Table:
    """One row per measure."""
    sides = {"broken": pitfall.broken, "fixed": pitfall.fixed}
    names = dict.fromkeys(m.name for side in sides.values() if side for m in side.measures)
    rows = [
        [
            _words(name) + (" *" if name == pitfall.measure else ""),
            *(_figure(side, name) for side in sides.values()),
        ]
        for name in names
    ]
    return Table("What was measured", ("measure", *sides), rows)


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


def _data(pitfall: Pitfall) -> Table:
    """Every stretch of both sides; sums where they are too many to read."""
    sides = [("broken", pitfall.broken), ("fixed", pitfall.fixed)]
    lines = [(word, side) for word, side in sides if side]
    if sum(len(side.time_line) for _, side in lines) > STRETCHES_LISTED:
        head = ("side", "what", "kind", "thread", "times", "first from", "last to", "together")
        rows = [cells for word, side in lines for cells in _sums(word, side)]
    else:
        head = ("side", "what", "kind", "thread", "from", "to", "lasts")
        rows = [_cells(word, side, stretch) for word, side in lines for stretch in side.time_line]
    return Table("What the time lines show", head, rows)


def _cells(word: str, side: Side, stretch: Stretch) -> list[str]:
    times = [measured(stretch.begin), "never", ""]
    if stretch.end is not None:
        times[1:] = [measured(stretch.end), measured(stretch.end - stretch.begin)]
    number = str(side.threads[stretch.thread])
    return [word, pitfall_rows.name_of(stretch), _kind(stretch.kind), number, *times]


def _kind(kind: str) -> str:
    return WORDS_OF_PITFALLS[kind].partition(":")[0]


def _sums(word: str, side: Side) -> Iterable[list[str]]:
    for row in pitfall_rows.rows_of(side):
        last = row.stretches[-1]
        yield [
            word,
            row.what,
            _kind(row.kind),
            row.on.removeprefix("thread "),
            f"{len(row.stretches):,}",
            measured(row.stretches[0].begin),
            "never" if last.end is None else measured(max(s.end for s in row.stretches)),
            measured(sum(s.end - s.begin for s in row.stretches if s.end is not None)),
        ]
