#!/usr/bin/env python3
"""`docs/check_quotes.py [--write]`: are the docs' quotes and links what they say they are?

Code on a page is quoted from a file that is compiled. A comment above the block says from where:

    <!-- quote: clients/sequential.cpp from "void run_all_tasks" to "^}" -->

Both patterns are regular expressions for a line: the first must fit exactly one line of the file,
the second takes the first line after it that it fits; without `to`, one line is quoted. Common
indentation is dropped. C++ in the lessons must be quoted. Relative links must lead to files, and to
headings, that exist. Looks at README.md and at every page below docs/.

With --write the files' lines are put into the blocks. Exit codes: 0 all is well; 1 it is not, with a
line on standard error for each place; 2 usage.
"""

from __future__ import annotations

import pathlib
import re
import sys
import textwrap
from typing import Iterator, NamedTuple, Sequence

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from plots.command import FAILED, FINE, Parser, run, say  # noqa: E402  (found by the line above)
from plots.read import files  # noqa: E402

MARKER = re.compile(r'<!-- quote: (\S+) from "([^"]+)"(?: to "([^"]+)")? -->')
FENCE = re.compile(r" *```(\w*)")
LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|srcset|href)=\"([^\"]+)\"")
HEADING = re.compile(r"#{1,6} +(.+)")
ELSEWHERE = re.compile(r"[a-z]+:")
UNREADABLE = (OSError, UnicodeDecodeError)


class Block(NamedTuple):
    """A fenced block of a page. Lines count from 0; `first` to `end` are between the fences."""

    language: str
    first: int
    end: int


class Quote(NamedTuple):
    """What a marker asks for, and what is beneath it, from line `first` of the page on."""

    first: int
    is_there: list[str]
    should_be: list[str]
    source: tuple[str, int]  # the file, and the line in it, from 1


class BadMarker(Exception):
    """The text says what is wrong with it."""


def pages(root: pathlib.Path) -> list[pathlib.Path]:
    """README.md and all below docs/, in order."""
    readme = root / "README.md"
    return [page for page in (readme, *sorted((root / "docs").rglob("*.md"))) if page.exists()]


def blocks(lines: list[str]) -> Iterator[Block]:
    """The fenced blocks; one that is not closed goes to the end of the page."""
    opened = None
    for number, line in enumerate(lines):
        fence = FENCE.match(line)
        if not fence:
            continue
        if opened is None:
            opened = Block(fence[1], number + 1, number + 1)
        else:
            yield opened._replace(end=number)
            opened = None
    if opened:
        yield opened._replace(end=len(lines))


def quoted_lines(root: pathlib.Path, marker: str) -> tuple[list[str], tuple[str, int]]:
    """The lines that the marker asks for, and where the first is. Raises BadMarker."""
    asked = MARKER.fullmatch(marker.strip())
    if not asked:
        raise BadMarker('expected <!-- quote: FILE from "PATTERN" to "PATTERN" -->')
    name, from_pattern, to_pattern = asked.groups()
    try:
        lines = (root / name).read_text(encoding="utf-8").splitlines()
    except UNREADABLE as error:
        raise BadMarker(f"{name}: {getattr(error, 'strerror', error)}") from error
    starts = _fitting(from_pattern, lines, 0)
    if len(starts) != 1:
        found = f"{len(starts)} lines fit" if starts else "no line fits"
        raise BadMarker(f'{name}: {found} "{from_pattern}"')
    first = last = starts[0]
    if to_pattern:
        ends = _fitting(to_pattern, lines, first + 1)
        if not ends:
            raise BadMarker(f'{name}: no line after line {first + 1} fits "{to_pattern}"')
        last = ends[0]
    return textwrap.dedent("\n".join(lines[first : last + 1])).split("\n"), (name, first + 1)


def _fitting(pattern: str, lines: list[str], start: int) -> list[int]:
    try:
        return [i for i in range(start, len(lines)) if re.search(pattern, lines[i])]
    except re.error as error:
        raise BadMarker(f'"{pattern}" is no regular expression: {error}') from error


class Page:
    """A page of the docs, and what is wrong with it."""

    def __init__(self, root: pathlib.Path, path: pathlib.Path) -> None:
        self.root = root
        self.path = path
        self.lines = path.read_text(encoding="utf-8").split("\n")
        self.complaints: list[tuple[int, str]] = []

    def mend(self) -> bool:
        """Puts the files' lines into the blocks of `lines`; says whether that changed anything."""
        mended = False
        for number in reversed(self._markers()):  # what is mended moves only what is below it
            try:
                quote = self._quote(number)
            except BadMarker:
                continue  # check() tells
            mended |= quote.is_there != quote.should_be
            self.lines[quote.first : quote.first + len(quote.is_there)] = quote.should_be
        return mended

    def check(self) -> None:
        """Collects the complaints."""
        for number in self._markers():
            try:
                self._compare(self._quote(number))
            except BadMarker as error:
                self._complain(number, f"quote: {error}")
        self._check_that_cpp_is_quoted()
        self._check_links()

    def _complain(self, line: int, text: str) -> None:
        self.complaints.append((line + 1, text))

    def _in_blocks(self) -> set[int]:
        found = blocks(self.lines)
        return {n for block in found for n in range(block.first - 1, block.end + 1)}

    def _markers(self) -> list[int]:
        code = self._in_blocks()
        return [
            number
            for number, line in enumerate(self.lines)
            if line.startswith("<!-- quote") and number not in code
        ]

    def _quote(self, marker: int) -> Quote:
        should_be, source = quoted_lines(self.root, self.lines[marker])
        block = next((b for b in blocks(self.lines) if b.first == marker + 2), None)
        if block is None or block.end == len(self.lines):
            raise BadMarker("no whole fenced block in the next line")
        return Quote(block.first, self.lines[block.first : block.end], should_be, source)

    def _compare(self, quote: Quote) -> None:
        for i in range(max(len(quote.is_there), len(quote.should_be))):
            here, there = quote.is_there[i : i + 1], quote.should_be[i : i + 1]
            if here != there:
                name, first = quote.source
                self._complain(
                    quote.first + i,
                    f"quote: here is {_shown(here)}, in line {first + i} of {name} {_shown(there)}",
                )
                return

    def _check_that_cpp_is_quoted(self) -> None:
        if self.path.parent.name != "lessons":
            return
        markers = set(self._markers())
        for block in blocks(self.lines):
            if block.language == "cpp" and block.first - 2 not in markers:
                self._complain(block.first - 1, "C++ that is not quoted from a file")

    def _check_links(self) -> None:
        code = self._in_blocks()
        for number, line in enumerate(self.lines):
            if number in code:
                continue
            for match in LINK.finditer(re.sub(r"`[^`]*`", "", line)):
                target = match[1] or match[2]
                if not ELSEWHERE.match(target):
                    self._check_link(number, target)

    def _check_link(self, number: int, target: str) -> None:
        name, _, anchor = target.partition("#")
        path = self.path.parent / name if name else self.path
        if not path.exists():
            self._complain(number, f"link: there is no {target}")
        elif anchor and path.suffix == ".md" and anchor not in anchors(path):
            self._complain(number, f"link: no heading of {name or 'this page'} makes #{anchor}")


def _shown(line: list[str]) -> str:
    return f'"{line[0]}"' if line else "nothing"


def anchors(path: pathlib.Path) -> set[str]:
    """What a page's headings are called in links, as GitHub does it."""
    lines = path.read_text(encoding="utf-8").split("\n")
    code = {n for block in blocks(lines) for n in range(block.first, block.end)}
    found: set[str] = set()
    for number, line in enumerate(lines):
        heading = HEADING.fullmatch(line)
        if heading and number not in code:
            words = re.sub(r"\]\([^)]*\)", "", heading[1]).strip().lower()
            plain = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
            again = sum(1 for name in found if re.fullmatch(re.escape(plain) + r"(-\d+)?", name))
            found.add(f"{plain}-{again}" if again else plain)
    return found


def check(root: pathlib.Path, write: bool) -> list[str]:
    """A line for each complaint, by page and line. With `write`, quotes are mended first."""
    told = []
    for path in pages(root):
        name = path.relative_to(root).as_posix()
        try:
            page = Page(root, path)
            if write and page.mend():
                files.write_whole(str(path), "\n".join(page.lines).encode("utf-8"))
            page.check()
        except UNREADABLE as error:
            told.append(f"{name}: {error}")
        else:
            told += [f"{name}:{line}: {text}" for line, text in sorted(page.complaints)]
    return told


def main(arguments: Sequence[str]) -> int:
    """Checks, tells, and returns the exit code."""
    parser = Parser(prog="check_quotes.py", description="Checks the docs' quotes and links.")
    parser.add_argument("--write", action="store_true", help="put the files' lines into the blocks")
    parser.add_argument(
        "--root", metavar="DIR", default=ROOT, help="another directory with README.md and docs/"
    )
    options = parser.parse_args(arguments)
    root = pathlib.Path(options.root)
    if not pages(root):
        parser.error(f"--root: '{root}' has neither README.md nor pages in docs/")
    complaints = check(root, options.write)
    for complaint in complaints:
        say(complaint)
    return FAILED if complaints else FINE


if __name__ == "__main__":
    run(main)
