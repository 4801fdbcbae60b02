"""`python3 -m plots.gate.measure_again`: what looks worse is measured again, here by stand-ins."""

import json
import os
import signal
import subprocess
import sys

import gates
import pytest
from plots.gate import measure_again

SLOW = {"changed": ["async_serial"], "delay_s": 0.010}
ROW, SLOWER_ROW = {"a_row": (900, 900)}, {"a_row": (1900, 1900)}

# Notes its arguments, puts what is prepared for it where they say, and ends as it is told.
STAND_IN = """\
#!{python}
import json, os, pathlib, shutil, sys
stage = pathlib.Path({stage!r})
with open(stage / "log", "a") as log:
    print(json.dumps(sys.argv[1:]), file=log)
options = sys.argv[1:]
if "--results" in options:
    place = pathlib.Path(options[options.index("--results") + 1], "results.json")
else:
    place = pathlib.Path(options[-1].partition("--benchmark_out=")[2])
if (stage / {prepared!r}).exists():
    shutil.copy(stage / {prepared!r}, place)
print("said by a stand-in")
sys.exit({status})
"""


class Stage:
    """A baseline, what was measured now, and stand-ins that measure again."""

    def __init__(self, folder):
        self.folder = folder
        self.now = folder / "now"
        gates.written(folder, "base", gates.side(1))
        self.programs(0, 0)

    def programs(self, harness, primitives):
        """Makes the stand-ins, with the statuses that they end with."""
        for name, status in (("harness", harness), ("primitives", primitives)):
            names = {"stage": str(self.folder), "prepared": f"{name}.json"}
            text = STAND_IN.format(python=sys.executable, status=status, **names)
            (self.folder / name).write_text(text)
            (self.folder / name).chmod(0o755)

    def measured(self, document, row=None):
        gates.written(self.folder, "now", document)
        (self.now / "summary.md").write_text("the findings\n")
        if row:
            (self.now / "primitives.json").write_text(gates.primitives(row, seed=2))
            (self.folder / "base" / "primitives.json").write_text(gates.primitives(ROW, seed=1))

    def measures_again(self, document):
        (self.folder / "harness.json").write_text(json.dumps(document))

    def command(self):
        primitives = [str(self.folder / "primitives"), "--often"]
        harness = [str(self.folder / "harness"), "--recipe", "ci", "--", "odd"]
        return [str(self.folder / "base"), str(self.now), "--", *primitives, "--", *harness]

    def decides(self):
        return measure_again.main(self.command())

    def log(self):
        """The arguments of each call of a stand-in."""
        log = self.folder / "log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def says(self, name="gate.md"):
        return (self.now / name).read_text()


@pytest.fixture(name="stage")
def _stage(tmp_path):
    return Stage(tmp_path)


@pytest.fixture(scope="module")
def documents():
    """Runs that are as before, and runs with one model that has become slower."""
    return {"same": gates.side(2), "slow": gates.side(3, **SLOW), "again": gates.side(4, **SLOW)}


# --- The verdict ---------------------------------------------------------------------------------


def test_what_is_as_before_is_not_measured_again(stage, documents, capfd):
    stage.measured(documents["same"])
    assert stage.decides() == 0
    assert stage.log() == []
    said = capfd.readouterr()
    assert said.out == stage.says() and said.out.startswith("# Gate: no regression\n")
    assert stage.says("summary.md") == said.out + "\nthe findings\n"
    assert json.loads(stage.says("gate.json"))["exit_code"] == 0
    assert "gate: overhead" in stage.says("junit.xml")
    assert not (stage.now / "again").exists()


def test_what_looks_worse_again_is_a_regression(stage, documents, capfd):
    stage.measured(documents["slow"])
    stage.measures_again(documents["again"])
    assert stage.decides() == 3
    (call,) = stage.log()
    models = call[call.index("--models") + 1].split(",")
    assert call[:4] == ["--recipe", "ci", "--", "odd"]
    assert call[-2:] == ["--results", str(stage.now / "again")]
    assert "async_serial" in models and len(models) > 1  # controls run along
    assert stage.says().startswith("# Gate: 1 regression\n")
    assert stage.says("summary.md").startswith("# Gate: 1 regression\n")
    assert json.loads(stage.says("gate.json"))["exit_code"] == 3
    assert "failure" in stage.says("junit.xml")
    said = capfd.readouterr()
    assert "said by a stand-in" in said.out  # the table of the second run
    assert "once more what looks worse: async_serial" in said.err


def test_what_does_not_look_worse_again_is_no_regression(stage, documents):
    stage.measured(documents["slow"])
    stage.measures_again(documents["same"])
    assert stage.decides() == 0
    assert stage.says().startswith("# Gate: no regression\n")
    assert "not seen again in a fresh run" in stage.says()
    assert json.loads(stage.says("gate.json"))["exit_code"] == 0


@pytest.mark.parametrize("second, code", [(SLOWER_ROW, 3), (ROW, 0)])
def test_a_primitive_alone_is_measured_again_without_the_harness(
    stage, documents, second, code, capfd
):
    stage.measured(documents["same"], SLOWER_ROW)
    (stage.folder / "primitives.json").write_text(gates.primitives(second, seed=3))
    assert stage.decides() == code
    out = f"--benchmark_out={stage.now / 'again' / 'primitives.json'}"
    assert stage.log() == [["--often", "--benchmark_filter=^a_row$", out]]
    assert "said by a stand-in" not in capfd.readouterr().out


def failing(document, least):
    """The same, with the runs of one model failed after so many repetitions."""
    document = json.loads(json.dumps(document))
    for run in document["runs"]:
        if run["model"] == "async_serial" and run["repetition"] > least:
            run.update(status="failed", message="it hung", makespan_s=None, overhead_s=None)
            run.update(structure=None, client=None, server=None)
    return document


@pytest.mark.parametrize("first, least", [("same", 0), ("slow", 5)])
def test_runs_that_fail_the_second_time_confirm_it(stage, documents, first, least):
    now = documents[first]
    stage.measured(failing(now, 0) if first == "same" else now)
    stage.measures_again(failing(documents["again"], least))
    stage.programs(harness=1, primitives=0)
    assert stage.decides() == 3


def test_nothing_comparable_is_not_measured_again(stage, documents):
    other = gates.side(2)
    other["environment"]["build_type"] = "debug"
    stage.measured(other)
    assert stage.decides() == 4
    assert stage.log() == []
    assert stage.says().startswith("# Gate: not comparable\n")


def test_a_second_run_that_cannot_be_compared_is_the_last_word(stage, documents):
    other = gates.side(4, **SLOW)
    other["environment"]["cpu"] = "another"
    stage.measured(documents["slow"])
    stage.measures_again(other)
    assert stage.decides() == 4
    assert stage.says().startswith("# Gate: not comparable\n")


# --- A second run that fails, or lies ------------------------------------------------------------


def few(document):
    kept = [run for run in document["runs"] if run["repetition"] <= 5]
    return document | {"runs": kept}


def without(model, document):
    return document | {"runs": [run for run in document["runs"] if run["model"] != model]}


LIES = {
    "results.json: No such file or directory": lambda stage, again: None,
    "it left out async_serial": lambda stage, again: stage.measures_again(
        without("async_serial", again)
    ),
    "too few samples of async_serial": lambda stage, again: stage.measures_again(few(again)),
    "not whole JSON": lambda stage, again: (stage.folder / "harness.json").write_text("{"),
    "the harness ended with status 2": lambda stage, again: stage.programs(2, 0),
    "the harness ended with status -9": lambda stage, again: (stage.folder / "harness").write_text(
        "#!/bin/sh\nkill -9 $$\n"
    ),
    "harness: No such file or directory": lambda stage, again: (stage.folder / "harness").unlink(),
}


@pytest.mark.parametrize("complaint", LIES)
def test_a_second_run_that_fails_or_lies_is_code_1_with_its_reason(
    stage, documents, complaint, capfd
):
    stage.measured(documents["slow"])
    earlier = stage.now / "again" / "results.json"  # of an earlier call, and none of this run's
    earlier.parent.mkdir()
    earlier.write_text(json.dumps(documents["same"]))
    LIES[complaint](stage, documents["again"])
    assert stage.decides() == 1
    error = capfd.readouterr().err.splitlines()[-1]
    assert error.startswith(f"plots.gate.measure_again: the second run, in {stage.now / 'again'}: ")
    assert complaint in error
    assert stage.says().startswith("# Gate: 1 regression\n")
    assert json.loads(stage.says("gate.json"))["decision"] == "regressed"
    assert "failure" in stage.says("junit.xml")


def test_a_second_run_with_a_failure_is_told_and_compared(stage, documents, capfd):
    stage.measured(documents["slow"])
    stage.measures_again(documents["again"])
    stage.programs(harness=1, primitives=0)
    assert stage.decides() == 3
    assert "the harness ended with status 1" in capfd.readouterr().err


def test_primitives_that_fail_the_second_time_are_code_1(stage, documents, capfd):
    stage.measured(documents["same"], SLOWER_ROW)
    (stage.folder / "primitives.json").write_text(gates.primitives(ROW))
    stage.programs(harness=0, primitives=1)
    assert stage.decides() == 1
    assert "the primitives ended with status 1" in capfd.readouterr().err


def test_a_primitive_that_is_left_out_is_code_1(stage, documents, capfd):
    stage.measured(documents["same"], SLOWER_ROW)
    (stage.folder / "primitives.json").write_text(gates.primitives({"another": (1, 1)}))
    assert stage.decides() == 1
    assert "it left out a_row" in capfd.readouterr().err


# --- What cannot even begin ----------------------------------------------------------------------


@pytest.mark.parametrize("arguments", ["", "a b", "a b -- c", "a -- b -- c"])
def test_wrong_usage_is_code_2_and_one_line(arguments, capsys):
    assert measure_again.main(arguments.split()) == 2
    assert capsys.readouterr().err == (
        "plots.gate.measure_again: usage: BASELINE CURRENT -- PRIMITIVES -- HARNESS\n"
    )


def test_a_baseline_that_cannot_be_used_is_code_2(stage, documents, capfd):
    stage.measured(documents["same"])
    (stage.folder / "base" / "results.json").write_text("{")
    assert stage.decides() == 2
    assert "not whole JSON" in capfd.readouterr().err
    assert stage.says("summary.md") == "the findings\n"


# --- How it ends when it is ended ----------------------------------------------------------------


WAITS = """\
#!{python}
import pathlib, signal
ending = (signal.SIGINT, signal.SIGTERM)
signal.pthread_sigmask(signal.SIG_BLOCK, ending)
print("running", flush=True)
signal.sigwait(ending)
pathlib.Path({stage!r}, "log").write_text("cleaned up")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_the_second_run_clean_up_first(stage, documents, number):
    text = WAITS.format(python=sys.executable, stage=str(stage.folder))
    (stage.folder / "harness").write_text(text)
    stage.measured(documents["slow"])
    process = subprocess.Popen(
        [sys.executable, "-m", "plots.gate.measure_again", *stage.command()],
        cwd=gates.ROOT,
        start_new_session=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "running\n"
    os.killpg(process.pid, number)
    assert process.wait(60) == -number
    assert (stage.folder / "log").read_text() == "cleaned up"
