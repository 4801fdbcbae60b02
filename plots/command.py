"""Holds what the commands share: whatever is wrong is one line and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from typing import NoReturn

from plots.read import files
from plots.read.words import clean

FINE, FAILED, UNUSABLE = range(3)  # exit codes


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the usage in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(UNUSABLE, f"{self.prog}: {clean(message)}\n")


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
    print(clean(str(error)), file=sys.stderr)
    return code
