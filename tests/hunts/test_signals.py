"""A signal at any moment ends the harness, and what it leaves is whole."""

import json
import os
import pathlib
import random
import signal
import subprocess
import time

PATIENCE = 30  # seconds; only a test that fails gets so far


def processes_that_mention(text):
    """The command lines of processes that have it in them."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
        except OSError:
            continue  # it has ended meanwhile
        if os.fsencode(text) in command:
            found.append(command)
    return found


def test_no_moment_is_a_bad_one(tmp_path, programs, cases):
    dice = random.Random(1)
    slowest = 0.0
    for case in range(cases(15, 200)):
        place = tmp_path / str(case)
        place.mkdir()
        harness = subprocess.Popen(
            [programs / "waitbench", "--time-scale", "0.002", "--repetitions", "20", "--no-live"],
            cwd=place,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        time.sleep(dice.uniform(0, 1))  # a moment, whatever goes on then
        number = dice.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
        sent = time.monotonic()
        harness.send_signal(number)
        _, said = harness.communicate(timeout=PATIENCE)
        slowest = max(slowest, time.monotonic() - sent)
        assert harness.returncode in [0, 1, -number], said
        assert not processes_that_mention(place)
        check_what_is_left(place / "results", harness.returncode, said)
    print(f"the slowest took {slowest:.3f} s to end")


def check_what_is_left(results, returncode, said):
    left = sorted(path.name for path in results.iterdir()) if results.exists() else []
    if returncode < 0:  # it had not begun
        assert left == []
        return
    assert not [name for name in left if name.startswith(".")], said
    if not left:
        assert b"nothing had" in said
        return
    runs = json.loads((results / "latest" / "results.json").read_text())["runs"]
    assert runs and all(run["status"] == "ok" for run in runs)
