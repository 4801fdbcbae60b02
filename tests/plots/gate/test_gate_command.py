"""`python3 -m plots.gate`: its exit codes, its one line of complaint, and what it writes."""

import json
import pathlib
from xml.etree import ElementTree

import gates
import pytest
import synthetic
from plots.gate import __main__ as command
from plots.read import results_file

SLOW = {"changed": ["async_serial"], "delay_s": 0.010}


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    """A baseline, the same again, and one with a slower model."""
    folder = tmp_path_factory.mktemp("sides")
    documents = {"base": gates.side(1), "same": gates.side(2), "slow": gates.side(3, **SLOW)}
    return {name: gates.written(folder, name, doc) for name, doc in documents.items()}


@pytest.fixture(scope="module", name="by_command")
def _by_command(sides):
    """The finished command that found the slower model, in a process of its own."""
    return gates.run_gate(sides["base"], sides["slow"])


def test_nothing_worse_is_code_0(sides, capsys):
    assert command.main([sides["base"], sides["same"]]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("# Gate: no regression\n")


def test_a_regression_is_code_3_and_is_named_first(by_command):
    done = by_command
    assert (done.returncode, done.stderr) == (3, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "# Gate: 1 regression"
    assert lines[2].startswith("- **async_serial (3 tasks): regressed: overhead +")


def test_not_comparable_is_code_4_and_one_line(tmp_path, sides, capsys):
    other = gates.side(2)
    other["environment"]["build_type"] = "debug"
    assert command.main([sides["base"], gates.written(tmp_path, "debug", other)]) == 4
    said = capsys.readouterr()
    assert said.err == "not comparable: build type: release against debug\n"
    assert said.out == "# Gate: not comparable\n\nbuild type: release against debug.\n"


def test_more_files_of_a_side_are_pooled(tmp_path, sides, capsys):
    few = [gates.written(tmp_path, f"few{i}", gates.side(20 + i, 3, **SLOW)) for i in range(3)]
    more = ["--current", few[1], "--current", few[2]]
    assert command.main([sides["base"], few[0]]) == 0
    assert command.main([sides["base"], few[0], *more]) == 3
    assert command.main(["--baseline", sides["base"], "--current", few[0], *more]) == 3


USAGE = [
    ([], "plots.gate: no baseline results named"),
    (["a"], "plots.gate: takes one BASELINE and one CURRENT"),
    (["a", "b", "c"], "plots.gate: takes one BASELINE and one CURRENT"),
    (["--baseline", "a"], "plots.gate: no current results named"),
    (["--alpha", "2", "a", "b"], "plots.gate: argument --alpha: 2 is no number between 0 and 1"),
    (["--alpha", "x", "a", "b"], "plots.gate: argument --alpha: x is no number between 0 and 1"),
    (["--fast", "a", "b"], "plots.gate: unrecognized arguments: --fast"),
    (["/nowhere", "b"], "/nowhere: No such file or directory"),
]


@pytest.mark.parametrize("arguments, complaint", USAGE, ids=str)
def test_wrong_usage_is_code_2_and_one_line(arguments, complaint, capsys):
    try:
        code = command.main(arguments)
    except SystemExit as end:
        code = end.code
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err.startswith(complaint) and said.err.count("\n") == 1


def nonsense(change):
    document = gates.side(2, 1)
    change(document["runs"][0])
    return json.dumps(document)


BAD = {
    "not whole JSON": '{"schema": 1, "runs": [{"mo',
    "not whole JSON: Expecting value": "",
    "schema: 1, but": '{"schema": 1, "models": {}, "runs": []}',
    "runs: empty": '{"schema": 2, "models": {}, "runs": []}',
    "NaN is no number": nonsense(lambda run: run.update(overhead_s=float("nan"))),
    "runs[0].client.user_s: -1 is negative": nonsense(lambda run: run["client"].update(user_s=-1)),
    "runs[0].server.peak_rss_bytes: 1.5 is no whole number": nonsense(
        lambda run: run["server"].update(peak_rss_bytes=1.5)
    ),
    "runs[0].client: a list is not an object": nonsense(lambda run: run.update(client=[])),
    'runs[0].stages: "begin_ns" is missing': nonsense(
        lambda run: run.update(stages={"task": [], "stage": [], "thread": []})
    ),
    "runs[0]: overhead is beyond all measure": nonsense(lambda run: run.update(overhead_s=1e300)),
}


@pytest.mark.parametrize("complaint", BAD)
@pytest.mark.parametrize("place", [0, 1])
def test_a_bad_file_is_code_2_and_one_line(tmp_path, complaint, place, capsys):
    good = gates.written(tmp_path, "good", gates.side(1, 2))
    bad = tmp_path / "bad" / "results.json"
    bad.parent.mkdir()
    bad.write_text(BAD[complaint])
    arguments = [good, str(bad.parent)][:: -1 if place == 0 else 1]
    assert command.main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert said.err.startswith(f"{bad}: ") and complaint in said.err


BAD_ROWS = {
    "not whole JSON": '{"benchmarks": [',
    'no list of "benchmarks"': "[]",
    "benchmarks[0]: not an object": '{"benchmarks": [1]}',
    'benchmarks[0]: "name" is missing': '{"benchmarks": [{}]}',
    "benchmarks[0].real_time: missing": '{"benchmarks": [{"name": "a"}]}',
    "benchmarks[0].real_time: less than 0": '{"benchmarks": [{"name": "a", "real_time": -1}]}',
    "or beyond all measure": '{"benchmarks": [{"name": "a", "real_time": NaN}]}',
    "benchmarks[0].time_unit": '{"benchmarks": [{"name": "a", "time_unit": "min"}]}',
}


@pytest.mark.parametrize("complaint", BAD_ROWS)
def test_bad_primitives_are_code_2_and_one_line(tmp_path, complaint, capsys):
    good = gates.written(tmp_path, "good", gates.side(1, 2))
    bad = tmp_path / "primitives.json"
    bad.write_text(BAD_ROWS[complaint])
    assert command.main([good, str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert said.err.startswith(f"{bad}: ") and complaint in said.err


def test_a_million_rows_of_stages_are_read(tmp_path):
    tasks = 250_000
    run = synthetic.run("thread_per_task", gates.WORK | {"tasks": 1})
    run["workload"]["tasks"] = tasks
    for name, column in run["stages"].items():
        run["stages"][name] = column * tasks
    run["stages"]["task"] = [1 + i // 4 for i in range(4 * tasks)]
    path = gates.written(tmp_path, "large", synthetic.document([run]))
    (read,) = results_file.load(path).runs
    assert len(read.stages.task) == 4 * tasks == 1_000_000


def test_without_scipy_it_names_the_package(sides, capsys, monkeypatch):
    from plots.read import samples

    def missing():
        raise samples.ScipyMissing("statistics need SciPy: install the package python3-scipy")

    monkeypatch.setattr(samples, "_scipy", missing)
    assert command.main([sides["base"], sides["same"]]) == 1
    assert capsys.readouterr().err == (
        "plots.gate: statistics need SciPy: install the package python3-scipy\n"
    )


# --- What it writes ------------------------------------------------------------------------------


def test_the_same_input_gives_the_same_words(by_command, sides, capsys):
    assert command.main([sides["base"], sides["slow"]]) == 3
    assert capsys.readouterr().out == by_command.stdout


def exact(overhead, memory=4 << 20):
    """Without any noise, so that every version of SciPy gives the same interval."""
    runs = []
    for i in range(9):
        run = synthetic.run("sequential", gates.WORK, i)
        run["overhead_s"] = overhead
        run["client"] = run["server"] = {
            "user_s": 0.004,
            "system_s": 0.0,
            "peak_rss_bytes": memory,
            "peak_threads": 1,
        }
        runs.append(run)
    return synthetic.document(runs)


def test_the_table_to_the_letter(tmp_path, capsys):
    before = gates.written(tmp_path, "before", exact(0.004))
    after = gates.written(tmp_path, "after", exact(0.024, 24 << 20))
    assert command.main([before, after]) == 3
    same = "nothing unusual: chance alone brings such a difference all the time"
    rare = "if nothing had changed, a difference like this would come up about once in"
    cpu = f"4.00 ± 0.00 ms (9) | 4.00 ± 0.00 ms (9) | +0.00 ms [+0.00 to +0.00] | same | {same}"
    memory = "4.0 ± 0.0 MiB (9) | 24.0 ± 0.0 MiB (9) | +20.0 MiB [+20.0 to +20.0]"
    said = capsys.readouterr().out
    assert said == f"""\
# Gate: 3 regressions

- **sequential (3 tasks): regressed: overhead +20.00 ms [+20.00 to +20.00], from 4.00 ms**
- **sequential (3 tasks): regressed: client memory +20.0 MiB [+20.0 to +20.0], from 4.0 MiB**
- **sequential (3 tasks): regressed: server memory +20.0 MiB [+20.0 to +20.0], from 4.0 MiB**

Structure: as before in 1 of 1 models.

| model | cost | baseline | current | difference | verdict | in words |
|---|---|--:|--:|--:|---|---|
| sequential | overhead | 4.00 ± 0.00 ms (9) | 24.00 ± 0.00 ms (9) | +20.00 ms [+20.00 to +20.00] | **regressed** | {rare} 20,000 times |
| sequential | client CPU | {cpu} |
| sequential | client memory | {memory} | **regressed** | {rare} 20,000 times |
| sequential | server CPU | {cpu} |
| sequential | server memory | {memory} | **regressed** | {rare} 20,000 times |

Costs are medians ± the median absolute deviation (number of runs), and the difference has its 99 % interval. A verdict of *regressed* or *improved* needs a difference beyond the noise floor and beyond what the other models show, with its whole interval, and a rank test that finds it rarer than 0.05 after correction for the number of comparisons, here 5.
"""


def test_json_names_what_to_run_again(tmp_path, sides):
    written = tmp_path / "gate.json"
    assert command.main([sides["base"], sides["slow"], "--json", str(written)]) == 3
    document = json.loads(written.read_text())
    assert (document["decision"], document["exit_code"]) == ("regressed", 3)
    again = document["rerun"]
    assert again["models"] == ["async_serial"]
    assert len(again["controls"]) == 3 and "async_serial" not in again["controls"]
    assert again["run"] == ["async_serial", *again["controls"]]
    assert (again["primitives"], again["primitives_filter"]) == ([], "")
    (cost,) = [cost for cost in document["costs"] if cost["verdict"] == "regressed"]
    assert (cost["model"], cost["cost"]) == ("async_serial", "overhead")
    assert cost["workload"]["tasks"] == 3


def test_what_a_fresh_run_does_not_show_again_is_no_regression(tmp_path, sides, capsys):
    first, second, junit = (str(tmp_path / name) for name in ("1.json", "2.json", "junit.xml"))
    assert command.main([sides["base"], sides["slow"], "--json", first]) == 3
    assert command.main([sides["base"], sides["same"], "--again", first, "--json", second]) == 0
    capsys.readouterr()
    confirmed = ["--confirmed-by", second, "--junit", junit]
    assert command.main([sides["base"], sides["slow"], *confirmed]) == 0
    assert "not seen again in a fresh run" in capsys.readouterr().out
    assert ElementTree.parse(junit).findall(".//failure") == []


def test_what_a_fresh_run_shows_again_is_a_regression(tmp_path, sides):
    first, second = (str(tmp_path / name) for name in ("1.json", "2.json"))
    again = gates.written(tmp_path, "again", gates.side(4, **SLOW))
    assert command.main([sides["base"], sides["slow"], "--json", first]) == 3
    assert command.main([sides["base"], again, "--again", first, "--json", second]) == 3
    judged = json.loads(pathlib.Path(second).read_text())["costs"]
    assert [cost["model"] for cost in judged] == ["async_serial"]
    assert command.main([sides["base"], sides["slow"], "--confirmed-by", second]) == 3


def test_a_model_that_breaks_in_the_fresh_run_stays_a_regression(tmp_path, sides):
    first, second = (str(tmp_path / name) for name in ("1.json", "2.json"))
    broken = gates.side(4, models=("sequential", "thread_per_task"))
    broken["runs"].append(synthetic.bad_run("async_serial", work=gates.WORK))
    path = gates.written(tmp_path, "broken", broken)
    assert command.main([sides["base"], sides["slow"], "--json", first]) == 3
    assert command.main([sides["base"], path, "--again", first, "--json", second]) == 3
    assert command.main([sides["base"], sides["slow"], "--confirmed-by", second]) == 3


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": "waitbench gate", "version": 2, "decision": "fine"}']
)
def test_a_decision_file_that_is_none_is_code_2(tmp_path, sides, content, capsys):
    (tmp_path / "gate.json").write_text(content)
    arguments = [sides["base"], sides["same"], "--again", str(tmp_path / "gate.json")]
    assert command.main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_junit_names_the_model_that_regressed(tmp_path, sides):
    path = tmp_path / "junit.xml"
    assert command.main([sides["base"], sides["slow"], "--junit", str(path)]) == 3
    root = ElementTree.parse(path).getroot()
    cases = root.findall("testsuite/testcase")
    assert root.get("tests") == str(len(cases)) and root.get("failures") == "1"
    (failed,) = [case for case in cases if case.find("failure") is not None]
    assert failed.get("classname") == "waitbench.async_serial"
    assert failed.get("name") == "3 tasks: gate: overhead"
    message = failed.find("failure").get("message")
    assert message.startswith("async_serial (3 tasks): regressed: overhead +")
    names = {case.get("name") for case in cases}
    assert {"3 tasks: every run is ok", "3 tasks: structure as predicted"} <= names


def test_junit_says_why_nothing_was_compared(tmp_path, sides):
    other = gates.side(2)
    other["environment"]["cores"] = 64
    path = tmp_path / "junit.xml"
    code = command.main([sides["base"], gates.written(tmp_path, "o", other), "--junit", str(path)])
    assert code == 4
    assert "cores: 2 against 64" in ElementTree.parse(path).find(".//failure").get("message")


def test_a_file_that_can_not_be_written_is_code_1(tmp_path, sides, capsys):
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "gate.json"
    assert command.main([sides["base"], sides["same"], "--json", str(path)]) == 1
    assert capsys.readouterr().err == f"{path}: can't be written: File exists\n"
