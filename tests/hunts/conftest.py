"""Hunts: tests that try many random cases, seeded, against the built programs.

A short hunt is part of every test run; `python3 -m pytest tests/hunts --long` makes the long ones.
"""

import os
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("WAITBENCH_PROGRAMS", ROOT / "build/release/bin"))


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="make the hunts as long as on release")


@pytest.fixture
def cases(request):
    """How many cases to try: of two numbers, for a short hunt and for a long one."""
    is_long = request.config.getoption("--long", default=False)
    return lambda short, long: long if is_long else short


@pytest.fixture
def programs():
    """Where the suite's programs lie. Set WAITBENCH_PROGRAMS to try those of another build."""
    assert (PROGRAMS / "waitbench").exists(), f"not built: {PROGRAMS}/waitbench"
    return PROGRAMS
