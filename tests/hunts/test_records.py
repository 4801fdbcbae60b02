"""Whatever client and server say of themselves: what is told of a run can have happened, every run
that was planned is there once, and all that was written can be read."""

import json
import pathlib
import subprocess
import sys

import pytest

from plots.read import results_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIAR = pathlib.Path(__file__).with_name("liar.py")
CLIENT_STEPS = ["started", "written", "read", "finished"]
SERVER_STEPS = ["accepted", "echoed", "closed"]


def make_liars(place, programs, clients):
    """A directory of programs that lie, from seed 0 on."""
    place.mkdir()
    for number, name in enumerate(["echo_server", *clients]):
        seeds = place / f"seed of {name}"
        seeds.write_text(str(number * 1_000_000))
        program = place / name
        program.write_text(
            f"#!/bin/sh\nexec '{sys.executable}' '{LIAR}' '{seeds}' '{programs / name}' \"$@\"\n"
        )
        program.chmod(0o755)
    return place


def strictly(path):
    """JSON as it is defined: Python itself also takes NaN."""

    def refuse(constant):
        raise ValueError(f"{path}: {constant} is no JSON")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def rows(columns):
    return list(zip(columns["task"], columns["step"], columns["ns"], columns["thread"]))


def check_that_it_can_have_happened(run):
    """The rules once more, in other words than the suite's."""
    work = run["workload"]
    client, server = rows(run["events"]), rows(run["server_events"])
    assert all(thread > 0 for *_, thread in client + server)
    for task in range(1, work["tasks"] + 1):
        steps = {step: ns for number, step, ns, _ in client + server if number == task}
        assert [step for number, step, *_ in client if number == task] == CLIENT_STEPS
        served = [step for number, step, *_ in server if number == task]
        assert served in (SERVER_STEPS, SERVER_STEPS[:2])  # a server may leave out the last
        assert steps["started"] >= 0
        assert steps["echoed"] - steps["accepted"] >= work["response_s"] * 1e9 - 1000
        assert steps["started"] <= steps["accepted"] + 1000
        assert steps["echoed"] <= steps["read"] + 1000
        assert steps["finished"] - steps["read"] >= work["compute_s"] * 1e9 - 1000
        assert steps.get("closed", steps["echoed"]) >= steps["echoed"]
    assert len(client) == 4 * work["tasks"]
    assert run["predicted_s"] - 1e-6 <= run["makespan_s"] < 60
    assert run["client"]["peak_rss_bytes"] > 0 and run["server"]["peak_rss_bytes"] > 0


def test_no_lie_is_told_on(tmp_path, programs, cases):
    planned = cases(60, 1000)
    liars = make_liars(tmp_path / "bin", programs, ["client_sequential", "client_thread_per_task"])
    results = tmp_path / "results"
    done = subprocess.run(
        [programs / "waitbench", "--bin-dir", liars, "--models", "sequential,thread_per_task"]
        + ["--repetitions", str(planned // 2), "--seed", "1", "--time-scale", "0.001"]
        + ["--timeout", "30s", "--results", results],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert all(byte >= 0x20 or byte == 0x0A for byte in done.stdout + done.stderr)

    file = strictly(results / "results.json")
    assert len(file["runs"]) == planned
    outcomes = [run["status"] for run in file["runs"]]
    assert set(outcomes) <= {"ok", "failed"}
    assert outcomes.count("ok") >= planned / 20, "in one of four both tell the truth"
    assert outcomes.count("failed") >= planned / 20
    for run in file["runs"]:
        if run["status"] == "ok":
            check_that_it_can_have_happened(run)
        else:
            assert run["makespan_s"] is None and run["message"]
    assert len(strictly(results / "benchmark.json")["benchmarks"]) == planned
    strictly(results / "trace.json")
    check_that_all_read_it(results)
    print(f"{planned} runs: {outcomes.count('ok')} ok, {outcomes.count('failed')} failed")


def check_that_all_read_it(results):
    """The suite's own readers; benchmark.json by the keys that Google's compare.py takes."""
    results_file.load(str(results))
    for module in ["plots", "plots.gate.exports"]:
        done = subprocess.run(
            [sys.executable, "-m", module, results],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    for row in strictly(results / "benchmark.json")["benchmarks"]:
        assert {"name", "run_type", "real_time", "cpu_time", "time_unit"} <= set(row) or row[
            "error_occurred"
        ]


@pytest.mark.parametrize("complaint", [r"\033[2Jno luck\007", r"\377\376", r"\\\"\t", "ü€😀"])
def test_whatever_a_client_complains_of_can_be_read(tmp_path, programs, complaint):
    bin_dir = tmp_path / "bin"
    bin_dir.mkdir()
    (bin_dir / "echo_server").symlink_to(programs / "echo_server")
    client = bin_dir / "client_sequential"
    client.write_text(f"#!/bin/sh\nprintf '{complaint}\\n' >&2\nexit 1\n")
    client.chmod(0o755)
    results = tmp_path / "results"
    done = subprocess.run(
        [programs / "waitbench", "--bin-dir", bin_dir, "--models", "sequential"]
        + ["--time-scale", "0.001", "--results", results],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert all(byte >= 0x20 or byte == 0x0A for byte in done.stdout + done.stderr)
    (run,) = strictly(results / "results.json")["runs"]
    assert run["message"].startswith("client: exit status 1: ")
    (row,) = strictly(results / "benchmark.json")["benchmarks"]
    assert row["error_message"] == run["message"]
    results_file.load(str(results))
