"""Finds the code behind the stages of a task: the lines between the two records that bound a stage.

The sources of the suite are read when the page is made. The lesson holds no markers for this, and
there is no table of line numbers: the calls of `record` are the marks.
"""

from __future__ import annotations

import pathlib
import re
from typing import Any, Iterable, Iterator, Optional

from plots.read.run import COMPUTE, CONNECT, READY, RESPONSE

ROOT = pathlib.Path(__file__).resolve().parents[2]

_BOUNDS = {
    CONNECT: ("started", "written"),
    RESPONSE: ("written", "read"),
    READY: ("written", "read"),
}
_COMPUTE = "task/compute.cpp"  # every model's task computes there
_INCLUDE = re.compile(r'#include "(task/\w+)\.hpp"')
_CALL = re.compile(r"[\w)>]*compute\(\w+, \*?\w+, \*?\w+\);")
_SIDE = re.compile(r"^Outcome (broken|fixed)\(.*?^}\n", re.M | re.S)
_FUNCTION = re.compile(r"^(?:[\w:<>*&]+ )+(\w+)\([^;{]*\) (?:const )?{.*?^}\n", re.M | re.S)

Mark = list[Any]  # a path, and the first and last line


def of_models(names: Iterable[str]) -> dict[str, Any]:
    """`files`: path -> text; `models`: name -> its files, and the marks of each stage."""
    files: dict[str, str] = {}
    models: dict[str, Any] = {}
    for name in names:
        paths = _files_of(name)
        if paths:
            files |= {path: _text(path) for path in paths}
            models[name] = {"files": paths, "marks": _marks(paths, files)}
    return {"files": files, "models": models}


def of_pitfall(name: str) -> Optional[tuple[str, str]]:
    """The code of `broken()` and of `fixed()`, with the helpers that only that side calls."""
    text = _text(f"pitfalls/{name}.cpp") if re.fullmatch(r"\w+", name) else ""
    sides = {match[1]: match[0] for match in _SIDE.finditer(text)}
    if len(sides) < 2:
        return None
    helpers = {match[1]: match[0] for match in _FUNCTION.finditer(text) if match[1] not in sides}
    called = {side: _called(code, helpers) for side, code in sides.items()}
    broken, fixed = (
        "\n".join(
            [helpers[h] for h in helpers if h in called[side] - called[other]] + [sides[side]]
        )
        for side, other in (("broken", "fixed"), ("fixed", "broken"))
    )
    return broken, fixed


def _called(code: str, helpers: dict[str, str]) -> set[str]:
    """The helpers that some code calls, and those that they call."""
    found: set[str] = set()
    left = [code]
    while left:
        text = left.pop()
        new = {name for name in helpers if re.search(rf"\b{name}\b", text)} - found
        found |= new
        left += [helpers[name].partition("{")[2] for name in new]
    return found


def _text(path: str) -> str:
    file = ROOT / path
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _files_of(name: str) -> list[str]:
    """The model's own file, that of its form of the task, and that which computes."""
    own = f"clients/{name}.cpp"
    text = _text(own) if re.fullmatch(r"\w+", name) else ""
    forms = [f"{header}.cpp" for header in _INCLUDE.findall(text)]
    return (
        [own, *(form for form in forms if _line(_text(form), "started")), _COMPUTE] if text else []
    )


def _marks(paths: list[str], files: dict[str, str]) -> dict[str, list[Mark]]:
    return {
        **{stage: list(_between(paths, files, *steps)) for stage, steps in _BOUNDS.items()},
        COMPUTE: list(_computing(paths, files)),
    }


def _between(paths: list[str], files: dict[str, str], first: str, last: str) -> Iterator[Mark]:
    for path in paths:
        begin, end = (_line(files[path], step) for step in (first, last))
        if begin and end and begin + 1 < end:
            yield [path, begin + 1, end - 1]


def _computing(paths: list[str], files: dict[str, str]) -> Iterator[Mark]:
    """From the record of the reply to the call that computes, in whichever file it stands; and in
    what is called, up to the last record."""
    callers = [path for path in paths if path != _COMPUTE and _CALL.search(files[path])]
    for path in callers[:1]:
        call = _number(files[path], _CALL.search(files[path]).start())
        begin = _line(files[path], "read")
        yield [path, begin + 1 if begin and begin < call else call, call]
    end = _line(files[_COMPUTE], "finished")
    if end:
        yield [_COMPUTE, end - 1, end - 1]


def _line(text: str, step: str) -> int:
    """The number of the line that records the step; 0 if none does."""
    found = re.search(rf"record\(\w+, Step::{step}\)", text)
    return _number(text, found.start()) if found else 0


def _number(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
