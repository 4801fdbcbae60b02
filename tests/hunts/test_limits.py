"""What the system refuses is a finding, and what it has room for is run."""

import json
import os
import pathlib
import pwd
import resource
import shutil
import subprocess
import tempfile

import pytest


def threads_of(user):
    """How many threads the user has: they count for `ulimit -u`."""
    count = 0
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if process.stat().st_uid == user:
                count += len(list((process / "task").iterdir()))
        except OSError:
            continue  # it has ended meanwhile
    return count


@pytest.fixture
def place():
    """A directory that any user may write to, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as path:
        os.chmod(path, 0o777)
        yield pathlib.Path(path)


def run_limited(room, command):
    """Runs it as a user whose processes are limited, and who may have `room` threads more than now."""
    user = os.getuid() or pwd.getpwnam("nobody").pw_uid
    most = threads_of(user) + room

    def limit():
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
        if os.getuid() != user:
            os.setgroups([])
            os.setresuid(user, user, user)

    return subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, check=False)


def copy_of(programs, place, names):
    """Where the user may read them."""
    place.mkdir()
    for name in names:
        shutil.copy(programs / name, place / name)
    return place


def test_a_user_with_few_threads_left_runs_what_there_is_room_for(place, programs):
    models = ["sequential", "async_single_thread", "thread_per_task"]
    bin_dir = copy_of(
        programs,
        place / "bin",
        ["waitbench", "echo_server", *(f"client_{model}" for model in models)],
    )
    done = run_limited(
        40,
        [bin_dir / "waitbench", "--models", ",".join(models), "--time-scale", "0.005"]
        + ["--results", place / "few"],
    )
    assert done.returncode == 0, done.stderr
    runs = json.loads((place / "few" / "results.json").read_text())["runs"]
    assert [run["status"] for run in runs] == ["ok"] * 3

    done = run_limited(
        40,
        [bin_dir / "waitbench", "--models", "thread_per_task", "--tasks", "500"]
        + ["--time-scale", "0.005", "--results", place / "many"],
    )
    assert done.returncode == 5, done.stderr
    (run,) = json.loads((place / "many" / "results.json").read_text())["runs"]
    assert run["status"] == "refused"
    if run["refusal"]["by"] == "system":
        assert 0 < run["refusal"]["tasks"] < 500
