"""`python3 -m plots.gate.exports`: the files of other trackers, and what junit.xml says of runs."""

import json
from xml.etree import ElementTree

import gates
import pytest
import synthetic
from plots.gate import exports
from plots.read import files

FILES = ["customSmallerIsBetter.json", "bmf.json", "junit.xml"]


def exported(folder, document):
    folder = synthetic.write(folder, document)
    assert exports.main([str(folder)]) == 0
    return folder


@pytest.fixture(scope="module", name="side")
def _side(tmp_path_factory):
    """The exports of one side of a gate, written by the command in a process of its own."""
    folder = synthetic.write(tmp_path_factory.mktemp("side"), gates.side(1))
    done = gates.run_gate(folder, module="plots.gate.exports")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [str(folder / name) for name in FILES]
    return folder


def test_the_command_says_what_it_wrote(tmp_path, capsys):
    folder = exported(tmp_path, synthetic.document())
    said = capsys.readouterr()
    assert (said.out.splitlines(), said.err) == ([str(folder / name) for name in FILES], "")


def test_entries_of_github_action_benchmark_have_name_unit_and_value(side):
    entries = json.loads((side / FILES[0]).read_text())
    assert len({entry["name"] for entry in entries}) == len(entries) == 5 * 6
    for entry in entries:
        assert set(entry) == {"name", "unit", "value", "range", "extra"}
        assert isinstance(entry["value"], (int, float)) and entry["unit"] in ("ms", "bytes")
        assert all(isinstance(entry[key], str) for key in ("name", "unit", "range", "extra"))
    assert "sequential/3 overhead" in {entry["name"] for entry in entries}


def test_metrics_of_bencher_have_a_value_within_its_bounds(side):
    metrics = json.loads((side / FILES[1]).read_text())
    assert set(metrics) == {f"{model}/3" for model in synthetic.MODELS}
    measures = {"latency", "overhead", "client-cpu", "client-memory", "server-cpu", "server-memory"}
    for metric in metrics.values():
        assert set(metric) == measures
        for bound in metric.values():
            assert bound["lower_value"] <= bound["value"] <= bound["upper_value"]


def test_runs_with_a_full_listen_queue_are_in_no_median(tmp_path):
    runs = [synthetic.run("sequential", repetition=i) for i in range(2)]
    runs += [synthetic.overflowed(synthetic.run("sequential", repetition=i)) for i in (2, 3, 4)]
    metrics = json.loads((exported(tmp_path, synthetic.document(runs)) / FILES[1]).read_text())
    assert metrics["sequential/3"]["overhead"]["value"] < 0.5e9


def test_a_single_run_has_no_bounds(tmp_path):
    folder = exported(tmp_path, synthetic.document())
    metrics = json.loads((folder / FILES[1]).read_text())
    assert set(metrics["sequential/3"]["overhead"]) == {"value"}


def test_workloads_of_as_many_tasks_have_names_of_their_own(tmp_path):
    works = [synthetic.workload(3, 4, c, 0.1, 0.1) for c in (0.1, 0.2)]
    runs = [synthetic.run("sequential", work) for work in works]
    metrics = json.loads((exported(tmp_path, synthetic.document(runs)) / FILES[1]).read_text())
    assert list(metrics) == ["sequential/3/0.1-0.1-0.1/hold/4", "sequential/3/0.2-0.1-0.1/hold/4"]


def test_workloads_that_differ_in_unevenness_alone_have_names_of_their_own(tmp_path):
    works = [synthetic.workload() | {"uneven": factor} for factor in (1.0, 3.0)]
    runs = [synthetic.run("sequential", work) for work in works]
    metrics = json.loads((exported(tmp_path, synthetic.document(runs)) / FILES[1]).read_text())
    assert list(metrics) == ["sequential/3/2-8-4/hold/4", "sequential/3/2-8-4/hold/4/uneven3"]


def test_runs_with_another_server_have_names_of_their_own(tmp_path):
    usual, other = synthetic.run("sequential"), synthetic.run("sequential")
    other["server_model"] = "blocking"
    folder = exported(tmp_path, synthetic.document([usual, other]))
    metrics = json.loads((folder / FILES[1]).read_text())
    assert list(metrics) == ["sequential/3/blocking", "sequential/3"]
    names = [case.get("name") for case in ElementTree.parse(folder / FILES[2]).iter("testcase")]
    assert len(set(names)) == len(names) == 6


def test_rows_of_primitives_are_exported_as_well(tmp_path):
    (tmp_path / "primitives.json").write_text(gates.primitives({"spawn": (240, 230)}))
    metrics = json.loads((exported(tmp_path, gates.side(1, 1)) / FILES[1]).read_text())
    assert set(metrics["spawn"]) == {"latency", "cpu"}
    assert 240 <= metrics["spawn"]["latency"]["value"] < 260


def test_junit_has_a_case_per_model_and_check(side):
    root = ElementTree.parse(side / FILES[2]).getroot()
    cases = {(case.get("classname"), case.get("name")) for case in root.iter("testcase")}
    checks = ("every run is ok", "structure as predicted", "not earlier than predicted")
    assert cases == {
        (f"waitbench.{model}", f"3 tasks: {check}")
        for model in synthetic.MODELS
        for check in checks
    }
    assert root.get("failures") == "0"


def test_junit_names_the_model_whose_check_failed(tmp_path):
    document = synthetic.document()
    early, odd = document["runs"][0], document["runs"][1]
    early.update(overhead_s=-2.0, makespan_s=40.0)
    odd["structure"]["verdict"] = "1 thread at most, <2> seen"
    document["runs"][2] = synthetic.bad_run("async_single_thread", message="no\x00 reply")
    root = ElementTree.parse(exported(tmp_path, document) / FILES[2]).getroot()
    failures = {
        case.get("classname"): case.find("failure").get("message")
        for case in root.iter("testcase")
        if case.find("failure") is not None
    }
    assert failures == {
        "waitbench.sequential": "sequential: -2.00 s",
        "waitbench.async_serial": "async_serial: 1 thread at most, <2> seen",
        "waitbench.async_single_thread": "async_single_thread: run 1: failed: no\ufffd reply",
    }


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["--fast", "a"], ["/nowhere"]], ids=str)
def test_wrong_usage_is_code_2_and_one_line(arguments, capsys):
    try:
        code = exports.main(arguments)
    except SystemExit as end:
        code = end.code
    said = capsys.readouterr()
    assert (code, said.out, said.err.count("\n")) == (2, "", 1)


def test_a_place_that_can_not_be_written_is_code_1(tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    folder = synthetic.write(tmp_path, gates.side(1, 1))
    monkeypatch.setattr(files.os, "replace", full)
    assert exports.main([str(folder)]) == 1
    said = capsys.readouterr().err
    assert said == f"{folder / FILES[0]}: can't be written: No space left on device\n"
    assert [p.name for p in folder.iterdir()] == ["results.json"]
