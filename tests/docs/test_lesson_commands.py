"""The lessons' commands run as they stand, in a copy of the repository with what is built.

As tests they are run without the exercises, whose starting points the C++ tests judge. Run as a program, this
file runs all of them, one after the other, and tells what each takes.
"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "docs/lessons").glob("[0-9]*.md"))

# A block begins so; what is shown of an output does not.
COMMAND = re.compile(r"(\./run_all\.sh|build/release/bin/|python3 -m|cmake|diff) ?")

# Tested elsewhere (test_lesson_programs.py), or of a file that the reader is to write.
ELSEWHERE = re.compile(r"\s*c\+\+ ")

EXERCISE = "--exercise "

# Where a command is to end otherwise than with 0: what is to be mended has not been, nobody listens at the
# address, and the gate may find something on a busy machine.
ENDS_WITH = [
    (re.compile(EXERCISE), {1}),
    (re.compile(r"--server 127\.0\.0\.1:1 "), {1}),
    (re.compile(r"-m plots\.gate "), {0, 3}),
]
TRIES = 2  # a busy machine can spoil a measurement


def blocks_of(text):
    """The indented blocks of a page that are commands, as scripts."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    blocks = re.findall(r"(?:^    .*\n)+", text, flags=re.M)
    scripts = [re.sub(r"^    ", "", block, flags=re.M) for block in blocks]
    return [script for script in scripts if COMMAND.match(script) and not ELSEWHERE.match(script)]


def commands_of(script):
    """The single commands of a block; what runs in the background stays with what follows it."""
    if " &\n" in script:
        return [script]
    return script.replace("\\\n", " ").splitlines()


def status_wanted(command):
    return next((wanted for pattern, wanted in ENDS_WITH if pattern.search(command)), {0})


def copy_of_repository(folder):
    """A copy without what was measured, and with what is built."""
    unneeded = shutil.ignore_patterns("build", "results", ".git", "node_modules", "__pycache__")
    copy = folder / "waitbench"
    shutil.copytree(ROOT, copy, ignore=unneeded)
    (copy / "build").symlink_to(ROOT / "build")
    return copy


def environment_with_this_python(folder):
    python = folder / "python3"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "PYTHON": sys.executable}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Of each lesson what went wrong. They mostly wait, so several are run at the same time."""
    environment = environment_with_this_python(tmp_path_factory.mktemp("tools"))
    copies = {page: copy_of_repository(tmp_path_factory.mktemp(page.stem)) for page in LESSONS}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        running = {page: pool.submit(what_is_wrong, page, copies[page], environment) for page in LESSONS}
        return {page: future.result() for page, future in running.items()}


def commands_in(page):
    return [one for script in blocks_of(page.read_text()) for one in commands_of(script)]


def what_is_wrong(page, copy, environment):
    wrong = []
    for command in commands_in(page):
        if EXERCISE in command:
            continue
        status, said = run_command(command, copy, environment)
        if status not in status_wanted(command):
            wrong.append(f"{command}\nended with {status}:\n{said[-2000:]}")
    return wrong


def run_command(command, copy, environment):
    for _ in range(TRIES):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=copy,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=240,
        )
        if done.returncode in status_wanted(command):
            break
    return done.returncode, done.stdout


@pytest.mark.parametrize("page", LESSONS, ids=lambda page: page.stem)
def test_the_commands_of_a_lesson_run_as_they_stand(page, outcomes):
    assert outcomes[page] == []


def test_commands_are_told_from_what_they_print():
    text = (
        "Run:\n\n    build/release/bin/waitbench --list\n    python3 -m plots results/latest\n\n"
        "It prints:\n\n    some output\n\n```cpp\n    diff a b\n```\n    c++ x.cpp\n"
    )
    (script,) = blocks_of(text)
    assert commands_of(script) == [
        "build/release/bin/waitbench --list",
        "python3 -m plots results/latest",
    ]
    assert commands_of("first \\\n  second\nthird\n") == ["first    second", "third"]


def test_every_lesson_but_those_with_small_programs_alone_has_commands():
    without = [page.stem for page in LESSONS if not commands_in(page)]
    assert without == ["00-a-first-program"]


def tell_times(folder):
    """Whether each command ended as it should."""
    copy, environment = copy_of_repository(folder), environment_with_this_python(folder)
    fine = True
    for page in LESSONS:
        times = []
        for command in commands_in(page):
            begun = time.monotonic()
            status, _ = run_command(command, copy, environment)
            times.append(time.monotonic() - begun)
            told = "" if status in status_wanted(command) else f"  ended with {status}"
            fine = fine and not told
            print(f"{times[-1]:6.1f} s  {' '.join(command.split())}{told}", flush=True)
        print(f"{sum(times):6.1f} s  all of {page.name}\n", flush=True)
    return fine


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(0 if tell_times(pathlib.Path(scratch)) else 1)
