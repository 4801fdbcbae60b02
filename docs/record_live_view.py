#!/usr/bin/env python3
"""Records what the harness draws on a terminal, as an animated SVG that follows light and dark pages.

Runs the program on a pseudo terminal of 80 x 24, reads what it prints with the time at which it came,
and has python3-pyte (Debian's package) tell what the screen showed. The README's picture:

    docs/record_live_view.py docs/live-view.svg build/release/bin/waitbench --time-scale 0.1 \\
        --models sequential,async_single_thread,async_multi_thread --results /tmp/recorded
"""

from __future__ import annotations

import argparse
import dataclasses
import fcntl
import html
import itertools
import os
import pathlib
import pty
import struct
import sys
import termios
import time
from typing import Iterator, NamedTuple

import pyte

COLUMNS, ROWS = 80, 24
FRAME_S = 0.25
STILL_S = 6.0  # how long the last frame stays before the next round
CELL_WIDTH, CELL_HEIGHT, FONT_SIZE, MARGIN = 8.4, 18, 14, 12


class Style(NamedTuple):
    """Of characters: colours in hexadecimal, or `default`."""

    front: str
    back: str
    bold: bool


Row = tuple[tuple[Style, str], ...]  # stretches of one style


@dataclasses.dataclass
class Shown:
    """What a row of the screen showed from one time to another."""

    place: int
    row: Row
    begin: float
    end: float


def recorded(command: list[str]) -> Iterator[tuple[float, bytes]]:
    """What the program prints on a terminal of its own, and when."""
    pid, terminal = pty.fork()
    if pid == 0:
        for variable in ("CI", "NO_COLOR"):
            os.environ.pop(variable, None)
        os.environ["TERM"] = "xterm-256color"
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(sys.stderr.fileno(), termios.TIOCSWINSZ, size)
        os.execv(command[0], command)
    start = time.monotonic()
    try:
        while text := os.read(terminal, 65536):
            yield time.monotonic() - start, text
    except OSError:
        pass  # it has ended
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status != 0:
        sys.exit(f"record_live_view: {command[0]} ended with status {status}")


def row_of(cells) -> Row:
    """A row of the screen, without the blanks at its end."""
    styled = [(Style(c.fg, c.bg, c.bold), c.data) for c in (cells[x] for x in range(COLUMNS))]
    while styled and styled[-1] == (Style("default", "default", False), " "):
        styled.pop()
    return tuple(
        (style, "".join(text for _, text in stretch))
        for style, stretch in itertools.groupby(styled, key=lambda cell: cell[0])
    )


def screens(command: list[str]) -> Iterator[tuple[float, list[Row]]]:
    """What the screen shows, once per frame in which something has changed, and at the end."""
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    due, at = 0.0, 0.0
    for at, text in recorded(command):
        stream.feed(text)
        if at >= due:
            yield at, [row_of(screen.buffer[y]) for y in range(ROWS)]
            due = at + FRAME_S
    yield at, [row_of(screen.buffer[y]) for y in range(ROWS)]


def shown_rows(frames: list[tuple[float, list[Row]]], end: float) -> list[Shown]:
    """Each row from when it appeared to when another took its place."""
    shown: list[Shown] = []
    current: dict[int, Shown] = {}
    for at, rows in frames:
        for place, row in enumerate(rows):
            known = current.get(place)
            if known and known.row == row:
                continue
            if known:
                known.end = at
            current[place] = Shown(place, row, at, end)
            shown.append(current[place])
    return [one for one in shown if one.row and one.end > one.begin]


def drawn(shown: Shown, duration: float, classes: dict[Style, str]) -> str:
    """A row as SVG, visible in its time; where nothing is animated, in the last frame."""
    parts = []
    column = 0
    y = MARGIN + shown.place * CELL_HEIGHT
    for style, text in shown.row:
        x, width = MARGIN + column * CELL_WIDTH, len(text) * CELL_WIDTH
        column += len(text)
        name = classes.setdefault(style, f"s{len(classes)}")
        if style.back != "default":
            parts.append(
                f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{CELL_HEIGHT - 1}"'
                f' class="{name}b"/>'
            )
        if text.strip():
            parts.append(
                f'<text x="{x:.1f}" y="{y + FONT_SIZE - 1}" textLength="{width:.1f}"'
                f' class="{name}">{html.escape(text)}</text>'
            )
    times = [shown.begin / duration, shown.end / duration]
    values = ["hidden", "visible", "hidden"]
    if shown.end >= duration:
        times, values = times[:1], values[:2]
    if shown.begin <= 0:
        times, values = times[1:], values[1:]
    visibility = "" if shown.end >= duration else ' visibility="hidden"'
    animated = (
        f'<animate attributeName="visibility" values="{";".join(values)}" calcMode="discrete"'
        f' keyTimes="{";".join(["0", *(f"{t:.4f}" for t in times)])}" dur="{duration:.2f}s"'
        ' repeatCount="indefinite"/>'
    )
    if len(values) == 1:
        animated = ""
    return f"<g{visibility}>{animated}{''.join(parts)}</g>"


def svg_of(frames: list[tuple[float, list[Row]]], description: str) -> str:
    """The whole picture."""
    duration = frames[-1][0] + STILL_S
    classes: dict[Style, str] = {}
    rows = [drawn(one, duration, classes) for one in shown_rows(frames, duration)]
    width = 2 * MARGIN + COLUMNS * CELL_WIDTH
    height = 2 * MARGIN + ROWS * CELL_HEIGHT
    styles = []
    for style, name in classes.items():
        bold = ";font-weight:bold" if style.bold else ""
        front = "var(--ink)" if style.front == "default" else f"#{style.front}"
        styles.append(f".{name}{{fill:{front}{bold}}}")
        if style.back != "default":
            styles.append(f".{name}b{{fill:#{style.back}}}")
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img">',
            f"<title>{html.escape(description)}</title>",
            "<style>",
            "svg{--ink:#1a1a1a;--paper:#fff;--edge:#d8d8d8}",
            "@media(prefers-color-scheme:dark){svg{--ink:#f0f3f6;--paper:#0d1117;--edge:#2f3741}}",
            f"text{{font:{FONT_SIZE}px monospace;white-space:pre}}",
            *styles,
            "</style>",
            f'<rect x=".5" y=".5" width="{width - 1:.0f}" height="{height - 1}" rx="6"'
            ' style="fill:var(--paper);stroke:var(--edge)"/>',
            *rows,
            "</svg>\n",
        ]
    )


def main() -> None:
    """Records a command, and writes the SVG."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("svg", type=pathlib.Path, help="the file to write")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what to record")
    options = parser.parse_args()
    if not options.command:
        parser.error("no command to record")
    frames = list(screens(options.command))
    name = pathlib.Path(options.command[0]).name
    description = f"A terminal, while {name} {' '.join(options.command[1:])} runs"
    options.svg.write_text(svg_of(frames, description), encoding="utf-8")
    print(f"{options.svg}: {options.svg.stat().st_size / 1024:.0f} KiB, {len(frames)} frames")


if __name__ == "__main__":
    main()
