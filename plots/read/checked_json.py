"""Checks every value of a JSON file as it is read, and has the words for where something is wrong.

A file that is missing, torn or nonsense raises `ResultsError`, whose text names the file and the
place in it.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from plots.read import files


class ResultsError(Exception):
    """The input can't be used. The text is one line: file, place, what is wrong."""


def read(path: str) -> Place:
    """The whole document of the file. Raises ResultsError."""
    return Place(path, "", files.read_json(path, ResultsError, parse_constant=_no_constant))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


class Place:
    """A value in the file, and the words for where it is."""

    def __init__(self, path: str, where: str, value: Any):
        self.path = path
        self.where = where
        self.value = value

    def fail(self, what: str) -> NoReturn:
        place = f"{self.where}: " if self.where else ""
        raise ResultsError(f"{self.path}: {place}{what}")

    def __getitem__(self, key: str) -> "Place":
        if key not in self.object():
            self.fail(f'"{key}" is missing')
        return self.get(key)

    def get(self, key: str) -> "Place":
        """Like [], but a missing key reads as null."""
        where = f"{self.where}.{key}" if self.where else key
        return Place(self.path, where, self.object().get(key))

    def object(self) -> dict[str, Any]:
        return self._of(dict, "an object")

    def text(self) -> str:
        return self._of(str, "a text")

    def flag(self) -> bool:
        return self._of(bool, "true or false")

    def items(self) -> list["Place"]:
        return [Place(self.path, f"{self.where}[{i}]", v) for i, v in enumerate(self.values())]

    def values(self) -> list[Any]:
        """Those of a list, unchecked: for tables too long to have a place for each of them."""
        return self._of(list, "a list")

    def one_of(self, choices: tuple[str, ...]) -> str:
        if self.text() not in choices:
            self.fail(f"{short(self.value)} is none of {', '.join(choices)}")
        return self.value

    def whole(self, least: int = 0, most: int = 2**63) -> int:
        if type(self.value) is not int:
            self.fail(f"{short(self.value)} is no whole number")
        if self.value < least:
            self.fail(f"{short(self.value)} is less than {least}")
        if self.value > most:
            self.fail(f"{short(self.value)} is more than {most}")
        return self.value

    def number(self) -> float:
        if type(self.value) not in (int, float):
            self.fail(f"{short(self.value)} is no number")
        try:
            value = float(self.value)
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            self.fail(f"{short(self.value)} is no finite number")
        return value

    def seconds(self) -> float:
        value = self.number()
        if value < 0:
            self.fail(f"{short(self.value)} is negative")
        return value

    def _of(self, kind: type, words: str) -> Any:
        if not isinstance(self.value, kind):
            self.fail(f"{short(self.value)} is not {words}")
        return self.value


def short(value: Any) -> str:
    """The value for a message: no longer than a word or two."""
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    try:
        text = json.dumps(value)
    except ValueError:  # a whole number of thousands of digits
        text = "a huge number"
    return text if len(text) <= 40 else text[:37] + "..."
