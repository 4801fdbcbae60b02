"""Words numbers and names for charts and tables."""

from __future__ import annotations

from typing import Sequence

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def seconds(value: float) -> str:
    """A duration for a sentence: `1,004 s`, `4.0 s`, `420 ms`, `0.42 ms`. `value` is in seconds."""
    if abs(value) >= 0.9995:
        return f"{value:,.0f} s" if abs(value) >= 99.95 else f"{value:,.1f} s"
    ms = value * 1000
    digits = 0 if abs(ms) >= 9.95 else 1 if abs(ms) >= 0.95 else 2
    return f"{ms:.{digits}f} ms"


def measured(value: float) -> str:
    """A duration to the millisecond, or finer below a second: `42.008 s`, `420.3 ms`."""
    return f"{value:,.3f} s" if abs(value) >= 0.9995 else f"{value * 1000:.2f} ms"


def digits_of(value: float) -> int:
    """So many decimals make three digits."""
    size = abs(value)
    return 0 if size >= 99.95 else 1 if size >= 9.995 else 2 if size >= 0.9995 else 3


def planned(value: float | None) -> str:
    """A duration somebody chose or computed: no more digits than it has. `42 s`, `420 ms`."""
    if value is None:
        return "none"
    if value >= 1e6:
        return f"{value:,.0f} s"
    if value >= 1 or value == 0:
        return f"{_plain(value)} s"
    return f"{_plain(value * 1000)} ms"


def _plain(value: float) -> str:
    text = f"{value:,.3f}"
    return text.rstrip("0").rstrip(".")


def overhead(value: float) -> str:
    """What a run took beyond its prediction: `+8.4 ms`, `+1.25 s`; negative where it took less."""
    return f"{value:+,.2f} s" if abs(value) >= 0.9995 else f"{value * 1000:+.1f} ms"


def number(count: int) -> str:
    """Up to ten in letters, beyond that in digits: `two`, `9,999`."""
    return _SMALL[count] if 0 <= count < len(_SMALL) else f"{count:,}"


def counted(count: int, noun: str) -> str:
    """`one task`, `three tasks`, `9,999 tasks`."""
    return f"{number(count)} {noun}" + ("" if count == 1 else "s")


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " and " + parts[-1]


def quoted(name: str) -> str:
    """A model's title within a sentence: it may hold a comma."""
    return f"“{clean(name)}”"


def sentence(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def span(values: Sequence[float], word=seconds) -> str:
    """`14.0 s`, or `14.0 s to 28.0 s` if the values don't read the same."""
    low, high = word(min(values)), word(max(values))
    return low if low == high else f"{low} to {high}"


def clean(text: str) -> str:
    """One line that any SVG, font and terminal can take: no controls, no lone surrogates."""
    kept = (c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return " ".join("".join(kept).split())
