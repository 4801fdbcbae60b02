"""What becomes of a results.json that is read, and what is refused."""

import json
import re

import pytest
import synthetic
from plots.read import results_file
from plots.read.checked_json import ResultsError
from plots.read.run import Workload


def loaded(folder, content=None):
    return results_file.load(str(synthetic.write(folder, content)))


def only_run(folder, run):
    return loaded(folder, synthetic.document([run])).runs[0]


def stretches(run, kind):
    return [(s.task, round(s.begin, 2), round(s.end, 2)) for s in run.stretches if s.kind == kind]


def test_the_stages_are_those_of_the_file(tmp_path):
    run = only_run(tmp_path, synthetic.run("async_multi_thread"))
    assert stretches(run, "connect") == [(1, 0, 2), (2, 0, 2), (3, 0, 2)]
    assert stretches(run, "response") == [(1, 2, 10), (2, 2, 10), (3, 2, 10)]
    assert stretches(run, "compute") == [(1, 10, 14), (2, 10, 14), (3, 10, 14)]


def test_how_long_tasks_were_ready_without_a_thread(tmp_path):
    run = only_run(tmp_path, synthetic.run("async_single_thread"))
    assert stretches(run, "ready")[1:] == [(2, 10, 14), (3, 10, 18)]
    assert [round(length, 1) for length in run.ready_lengths()] == [4.0, 8.0]


def test_a_late_wake_up_of_less_than_a_hundredth_is_jitter(tmp_path):
    content = synthetic.run("thread_per_task")
    ready = content["stages"]["stage"].index("ready")
    for column, edge in (("end_ns", ready), ("begin_ns", ready + 1)):
        content["stages"][column][edge] += 100_000_000
    run = only_run(tmp_path, content)
    assert stretches(run, "ready")[0] == (1, 10.0, 10.1)  # it is drawn, but
    assert run.ready_lengths() == []


def test_without_the_servers_records_nobody_knows_who_was_ready(tmp_path):
    content = synthetic.run("async_single_thread")
    assert only_run(tmp_path / "with", content).knows_echoes
    content["server_events"] = {"task": [], "step": [], "ns": [], "thread": []}
    assert not only_run(tmp_path / "without", content).knows_echoes


def test_threads_are_named_in_the_order_of_their_first_steps(tmp_path):
    content = synthetic.run("thread_per_task")
    threads = [99, 99, None, 99, 12, 12, None, 12, 50, 50, None, 50]
    content["stages"]["thread"] = threads
    content["stages"]["begin_ns"][8] = 0  # the third task, thus, started first
    run = only_run(tmp_path, content)
    assert run.threads == {50: 1, 99: 2, 12: 3}


def test_the_shown_run_is_the_lower_median_of_those_that_are_ok(tmp_path):
    runs = [synthetic.run("sequential", repetition=i) for i in range(4)]
    for run, end in zip(runs, (42.4, 42.1, 42.3, 42.2)):
        run["makespan_s"] = end
    runs.append(synthetic.bad_run("sequential", repetition=4))
    group = loaded(tmp_path, synthetic.document(runs))
    group = group.by_model(group.workloads()[0])[0]
    assert group.shown.repetition == 4
    assert group.makespan == 42.2
    assert len(group.bad_runs) == 1


def test_what_the_kernel_did_to_a_run_is_read(tmp_path):
    content = synthetic.with_kernel(synthetic.run("sequential"), listen_drops=3, steal_s=0.42)
    run = only_run(tmp_path, content | {"strangers": 2})
    assert (run.kernel.listen_drops, run.kernel.listen_overflows, run.strangers) == (3, 0, 2)
    assert run.stolen_share == pytest.approx(0.42 / (2 * 42), rel=0.01)


@pytest.mark.parametrize("known", [{}, {"kernel": None, "strangers": None}], ids=["older", "null"])
def test_what_is_not_on_record_of_the_kernel_disturbed_nothing(tmp_path, known):
    run = only_run(tmp_path, synthetic.run("sequential") | known)
    assert (run.kernel, run.strangers) == (None, 0)
    assert (run.overflowed, run.stolen_share) == (False, 0)


def test_a_model_that_the_table_does_not_know_keeps_its_name(tmp_path):
    run = synthetic.run("sequential")
    run["model"] = "homemade"
    read = loaded(tmp_path, synthetic.document([synthetic.run("async_serial"), run]))
    titles = [group.model.title for group in read.by_model(read.workloads()[0])]
    assert titles == ["Async, one task after the other", "homemade"]


def test_models_keep_the_order_of_the_table_whatever_order_they_ran_in(tmp_path):
    runs = [synthetic.run(model) for model in reversed(synthetic.MODELS)]
    read = loaded(tmp_path, synthetic.document(runs))
    names = [group.model.name for group in read.by_model(read.workloads()[0])]
    assert names == list(synthetic.MODELS)


@pytest.mark.parametrize(
    "change, original",
    [
        ({}, True),
        ({"threads": 8, "cores": 16}, True),
        ({"tasks": 4}, False),
        ({"connect_s": 1.0}, False),
        ({"response_s": 7.0}, False),
        ({"compute_s": 4.1}, False),
        ({"compute_kind": "burn"}, False),
        ({"uneven": 2.0}, False),
        ({"server_model": "epoll"}, False),
    ],
)
def test_published_figures_hold_for_the_original_workload_only(change, original):
    fields = {"tasks": 3, "threads": 4, "connect_s": 2.0, "response_s": 8.0, "compute_s": 4.0}
    fields.update(compute_kind="hold", uneven=1.0, cores=2)
    fields.update(change)
    assert Workload(**fields).is_original is original


def _set(*keys_and_value):
    *keys, last, value = keys_and_value

    def change(document):
        for key in keys:
            document = document[key]
        document[last] = value

    return change


def _drop(*keys):
    def change(document):
        for key in keys[:-1]:
            document = document[key]
        del document[keys[-1]]

    return change


def _shorten(column):
    return lambda document: document["runs"][3]["stages"][column].pop()


def _forget_a_task(document):
    for column in document["runs"][0]["stages"].values():
        del column[4:8]


def _swap_tasks(document):
    for column in document["runs"][0]["stages"].values():
        column[:8] = column[4:8] + column[:4]


def _stage(column, row, value):
    return _set("runs", 3, "stages", column, row, value)


ANOTHER = "but this version reads schema 2: run again with this version"

NONSENSE = [
    (_set("schema", 1), f"schema: 1, {ANOTHER}"),
    (_set("schema", 3), f"schema: 3, {ANOTHER}"),
    (_set("schema", "2"), f'schema: "2", {ANOTHER}'),
    (_drop("schema"), '"schema" is missing'),
    (_drop("models"), '"models" is missing'),
    (_set("models", []), "models: a list is not an object"),
    (_set("runs", []), "runs: empty: nothing to draw"),
    (_set("runs", {}), "runs: an object is not a list"),
    (_set("runs", 2, None), "runs[2]: null is not an object"),
    (_drop("models", "sequential", "title"), 'models.sequential: "title" is missing'),
    (
        _set("models", "sequential", "facts", "wait", "naps"),
        'models.sequential.facts.wait: "naps" is none of holds its thread, gives its thread back,'
        " has a loop of its own, spins",
    ),
    (
        _set("models", "sequential", "published_s", -1),
        "models.sequential.published_s: -1 is negative",
    ),
    (_drop("runs", 1, "model"), 'runs[1]: "model" is missing'),
    (
        _set("runs", 1, "status", "fine"),
        'runs[1].status: "fine" is none of ok, failed, refused, timeout',
    ),
    (_set("runs", 0, "workload", "tasks", 0), "runs[0].workload.tasks: 0 is less than 1"),
    (
        _set("runs", 0, "workload", "tasks", 10**12),
        "runs[0].workload.tasks: 1000000000000 is more than 10000000",
    ),
    (_set("runs", 0, "workload", "tasks", 2.5), "runs[0].workload.tasks: 2.5 is no whole number"),
    (_set("runs", 0, "workload", "connect_s", -2), "runs[0].workload.connect_s: -2 is negative"),
    (
        _set("runs", 0, "workload", "compute_kind", "nap"),
        'runs[0].workload.compute_kind: "nap" is none of hold, burn',
    ),
    (_drop("runs", 0, "workload", "uneven"), 'runs[0].workload: "uneven" is missing'),
    (_set("runs", 0, "workload", "uneven", 0.5), "runs[0].workload.uneven: 0.5 is less than 1"),
    (_set("runs", 0, "workload", "uneven", "2"), 'runs[0].workload.uneven: "2" is no number'),
    (_set("runs", 0, "makespan_s", None), "runs[0].makespan_s: null is no number"),
    (_set("runs", 0, "makespan_s", "42"), 'runs[0].makespan_s: "42" is no number'),
    (_set("runs", 0, "makespan_s", True), "runs[0].makespan_s: true is no number"),
    (_set("runs", 0, "predicted_s", -42), "runs[0].predicted_s: -42 is negative"),
    (_set("runs", 0, "structure", None), "runs[0].structure: null is not an object"),
    (_drop("runs", 0, "structure", "verdict"), 'runs[0].structure: "verdict" is missing'),
    (_drop("runs", 3, "server_model"), 'runs[3]: "server_model" is missing'),
    (_drop("runs", 3, "stages"), 'runs[3]: "stages" is missing'),
    (_set("runs", 3, "stages", 7), "runs[3].stages: 7 is not an object"),
    (_drop("runs", 3, "stages", "thread"), 'runs[3].stages: "thread" is missing'),
    (_shorten("end_ns"), "runs[3].stages.end_ns: 11 values, but task has 12"),
    (_shorten("task"), "runs[3].stages.stage: 12 values, but task has 11"),
    (_stage("begin_ns", 5, -1), "runs[3].stages.begin_ns: [5] is -1, no count of nanoseconds"),
    (_stage("end_ns", 5, 1.5), "runs[3].stages.end_ns: [5] is 1.5, no count of nanoseconds"),
    (_stage("task", 5, 4), "runs[3].stages.task: [5] is 4, but tasks are 1 to 3"),
    (_stage("task", 5, 0), "runs[3].stages.task: [5] is 0, but tasks are 1 to 3"),
    (
        _stage("stage", 0, "slept"),
        'runs[3].stages.stage: [0] is "slept", none of connect, response, ready, compute',
    ),
    (
        _stage("thread", 1, "main"),
        'runs[3].stages.thread: [1] is "main", neither a thread id nor null',
    ),
    (
        _stage("end_ns", 3, 7),
        "runs[3].stages.end_ns: [3] is 7, before the stage began at ",
    ),
    (
        _stage("begin_ns", 2, 7),
        "runs[3].stages.begin_ns: [2] is 7, but the stage before ended at ",
    ),
    (
        _set("runs", 0, "kernel", {"listen_overflows": 1, "steal_s": 0}),
        'runs[0].kernel: "listen_drops" is missing',
    ),
    (_set("runs", 0, "kernel", [1]), "runs[0].kernel: a list is not an object"),
    (_set("runs", 0, "strangers", -1), "runs[0].strangers: -1 is less than 0"),
    (_swap_tasks, "runs[0].stages.task: [4] is 1, after 2: rows are ordered by task"),
    (_forget_a_task, "runs[0].stages: task 2 has no stage, but the run is ok"),
]


@pytest.mark.parametrize("change, complaint", NONSENSE, ids=[text for _, text in NONSENSE])
def test_nonsense_is_refused_with_its_place(tmp_path, change, complaint):
    document = synthetic.document()
    change(document)
    synthetic.write(tmp_path, document)
    with pytest.raises(ResultsError) as refusal:
        results_file.load(str(tmp_path))
    said = re.sub(r"(?<= at )\d+$", "", str(refusal.value))
    assert said == f"{tmp_path}/results.json: {complaint}"


TORN = [
    (b"", "line 1, column 1: not whole JSON"),
    (b'{"schema": 2,\n "runs": [', "line 2, column 11: not whole JSON"),
    (b"[]", "a list is not an object"),
    (b"null", "null is not an object"),
    (b'{"schema": NaN}', "NaN is no number"),
    (b'{"schema": 2, "x": -Infinity}', "-Infinity is no number"),
    (b'{"schema": "\xff"}', "codec can't decode"),
    (b"[" * 100_000, "nested too deeply"),
    (b"9" * 5000, "Exceeds the limit"),
]


@pytest.mark.parametrize("content, complaint", TORN, ids=[text for _, text in TORN])
def test_a_torn_file_is_refused(tmp_path, content, complaint):
    (tmp_path / "results.json").write_bytes(content)
    with pytest.raises(ResultsError) as refusal:
        results_file.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{tmp_path}/results.json: ")
    assert complaint in str(refusal.value)


def test_a_number_too_large_for_the_machine_is_refused(tmp_path):
    text = json.dumps(synthetic.document([synthetic.run("sequential")]))
    text = text.replace('"predicted_s": 42.0', '"predicted_s": 1e999')
    assert "1e999" in text
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(ResultsError, match=r"runs\[0\].predicted_s: .* no finite number"):
        results_file.load(str(tmp_path))


def test_a_run_that_failed_may_have_nothing_on_record(tmp_path):
    content = synthetic.bad_run("sequential")
    content["events"] = content["server_events"] = content["stages"] = None
    run = only_run(tmp_path, content)
    assert not run.ok and not run.has_stages and run.stretches == []
