"""The small programs of the lessons: the command on the page builds and runs each, and prints what it says."""

import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LESSONS = ROOT / "docs/lessons"
PROGRAMS = sorted(path.stem for path in (LESSONS / "programs").glob("*.cpp"))

# A command in a block of its own, and what it printed in the next block.
SHOWN = r"^    (c\+\+ [^\n]*programs/{}\.cpp [^\n]*)\n\n[^\n]*:\n\n((?:    [^\n]*\n)+)"


def shown(program):
    """The lesson's command for the program, and the output that stands below it."""
    texts = [page.read_text() for page in sorted(LESSONS.glob("*.md"))]
    found = [match for text in texts for match in re.findall(SHOWN.format(program), text, re.M)]
    ((command, output),) = found
    return command, output.replace("\n    ", "\n").removeprefix("    ")


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_command_of_the_lesson_prints_what_the_lesson_shows(program, tmp_path):
    (tmp_path / "docs").symlink_to(ROOT / "docs")  # the command writes its program beside it
    command, output = shown(program)
    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout == output


def test_the_programs_are_found():
    assert PROGRAMS
