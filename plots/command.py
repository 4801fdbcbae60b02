"""Holds what the commands share: whatever is wrong is one line and an exit code."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from typing import Callable, NoReturn, Optional, Sequence, TextIO

from plots.read import files
from plots.read.words import clean

FINE, FAILED, UNUSABLE = range(3)  # exit codes


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the usage in one line."""

    def error(self, message: str) -> NoReturn:
        sys.exit(failed(f"{self.prog}: {message}", UNUSABLE))


class CommandFailed(Exception):
    """The text is one line: what could not be made, and why."""


def write(path: str, content: bytes) -> None:
    """Writes a file whole, and its folder. Raises CommandFailed."""
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        files.write_whole(path, content)
    except OSError as error:
        raise CommandFailed(f"{path}: can't be written: {error.strerror or error}") from error


def failed(error: object, code: int) -> int:
    """Says what went wrong, and returns the exit code."""
    say(clean(str(error)))
    return code


def say(line: str) -> None:
    """Writes a line to standard error, if standard error takes it: a complaint, or progress."""
    with contextlib.suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def run(main: Callable[[Sequence[str]], int]) -> NoReturn:
    """Runs a whole command, and exits with its code, whatever becomes of the standard streams.

    What `main` prints is held back until it has returned, so that a standard output that can't be
    written stops no work. The code is FAILED then, unless the work itself came to another.
    """
    if sys.stderr is None:  # it is closed, and print() would take standard output in its place
        sys.stderr = open(os.devnull, "w", encoding="utf-8")
    held = io.StringIO()
    try:
        with contextlib.redirect_stdout(held):
            code = main(sys.argv[1:])
    except SystemExit as end:  # the parser's, after --help or wrong usage
        code = end.code
    trouble = _finish(sys.stdout, held.getvalue())
    if trouble:
        code = failed(f"standard output can't be written: {trouble}", code or FAILED)
    _finish(sys.stderr)
    sys.exit(code)


def _finish(stream: Optional[TextIO], text: str = "") -> str:
    """Writes the text and whatever is left to the stream; returns why that can't be done.

    What the stream does not take is dropped. Else the interpreter would try again at its own end,
    complain, and exit with 120.
    """
    if stream is None:
        return "it is closed" if text else ""
    try:
        stream.buffer.write(text.encode("utf-8", "replace"))
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return error.strerror
    return ""
