"""What the page's scripts get: the same numbers as results.json, and not too many."""

import json
import re

import synthetic

from plots.looks import WORDS
from plots.page import data
from plots.read import results_file
from plots.read.run import KINDS


def loaded(folder, content):
    return results_file.load(str(synthetic.write(folder, content)))


def of_page(folder, content):
    results = loaded(folder, content)
    return data.of_page(results, results.workloads())


def stages_of(run):
    """(task, stage) -> begin and end in nanoseconds, read from the file alone."""
    task, stage, begin, end, _ = run["stages"].values()
    return dict(zip(zip(task, stage), zip(begin, end)))


def test_the_numbers_of_the_time_line_are_those_of_the_file(tmp_path):
    content = synthetic.document()
    page = of_page(tmp_path, content)
    for run, group in zip(content["runs"], page["workloads"][0]["groups"]):
        (shown,) = group["runs"]
        assert shown["makespan_s"] == run["makespan_s"]
        assert shown["predicted_s"] == run["predicted_s"]
        told = {(task, KINDS[kind]): (b, e) for task, kind, b, e, _ in shown["stretches"]}
        assert told == stages_of(run)


def test_scripts_know_the_stages_by_their_order_and_words(tmp_path):
    page = of_page(tmp_path, synthetic.document([synthetic.run("sequential")]))
    assert list(page["stages"].items()) == [(kind, WORDS[kind]) for kind in KINDS]


def test_scripts_know_the_facts_of_the_servers_and_who_was_run_against(tmp_path):
    runs = [synthetic.run("sequential") | {"server_model": name} for name in ("iterative", "mine")]
    content = synthetic.document(runs) | {"servers": synthetic.server_table()}
    page = of_page(tmp_path, content)
    facts = content["servers"]["iterative"]["facts"]
    told = {server["name"]: (server["title"], server["facts"]) for server in page["servers"]}
    assert told["iterative"] == ("Title of iterative", facts)
    assert told["mine"] == ("mine", None)
    against = {w["workload"]["server_model"]: w["server"] for w in page["workloads"]}
    assert against == {"iterative": facts, "mine": None}


def test_a_workload_says_that_every_second_task_computes_longer(tmp_path):
    works = [synthetic.workload() | {"uneven": factor} for factor in (1.0, 2.5)]
    page = of_page(tmp_path, synthetic.document([synthetic.run("sequential", w) for w in works]))
    even, uneven = (workload["label"] for workload in page["workloads"])
    assert even.endswith("compute 4 s (hold: a held thread)")
    assert uneven == f"{even}, every second task 2.5 times as long"


def test_on_one_thread_two_tasks_are_ready_until_the_thread_is_free(tmp_path):
    page = of_page(tmp_path, synthetic.document([synthetic.run("async_single_thread")]))
    stretches = page["workloads"][0]["groups"][0]["runs"][0]["stretches"]
    ready = [(task, round((e - b) / 1e9)) for task, kind, b, e, _ in stretches if kind == 2]
    assert [wait for wait in ready if wait[1]] == [(2, 4), (3, 8)]


def test_many_tasks_are_counts_and_not_rows(tmp_path):
    work = synthetic.workload(500, 4, 0.1, 0.1, 0.001)
    page = of_page(tmp_path, synthetic.document([synthetic.run("thread_per_task", work)]))
    (run,) = page["workloads"][0]["groups"][0]["runs"]
    assert "stretches" not in run
    for view in run["counts"].values():
        assert view["total"] == 500
        assert max(max(column) for column in view["counts"]) <= 500.5
    connecting = [
        (end - begin) / 1e9
        for (_, stage), (begin, end) in stages_of(synthetic.run("thread_per_task", work)).items()
        if stage == "connect"
    ]
    counted = sum(run["counts"]["tasks"]["counts"][0]) / 300 * run["end_s"]
    assert abs(counted - sum(connecting)) < 0.01


def test_the_median_run_is_shown_and_the_others_are_there(tmp_path):
    runs = [synthetic.run("sequential", repetition=i) for i in range(4)]
    runs.append(synthetic.bad_run("sequential", repetition=4))
    (group,) = of_page(tmp_path, synthetic.document(runs))["workloads"][0]["groups"]
    by_makespan = sorted(runs[:4], key=lambda run: run["makespan_s"])
    (shown,) = [run for run in group["runs"] if run["shown"]]
    assert shown["makespan_s"] == by_makespan[1]["makespan_s"]
    assert [run["status"] for run in group["runs"]] == ["ok"] * 4 + ["failed"]
    assert group["left_out"] == 0


def test_of_very_many_runs_some_are_left_out_but_never_the_median(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "NUMBERS_AT_MOST", 1000)
    runs = [synthetic.run("async_serial", repetition=i) for i in range(50)]
    (group,) = of_page(tmp_path, synthetic.document(runs))["workloads"][0]["groups"]
    assert sum(run["shown"] for run in group["runs"]) == 1
    assert len(group["runs"]) + group["left_out"] == 50
    assert group["left_out"] > 30


def test_a_run_without_records_is_there_with_its_reason(tmp_path):
    content = synthetic.document([synthetic.bad_run("sequential", "refused", "no threads")])
    (run,) = of_page(tmp_path, content)["workloads"][0]["groups"][0]["runs"]
    assert run["finding"] == "Refused: no threads"
    assert run["stretches"] == []
    assert run["structure"] is None


def test_no_label_can_end_the_script_that_holds_the_data(tmp_path):
    models = synthetic.model_table()
    models["sequential"]["title"] = "</script><!--\u2028&"
    run = synthetic.run("sequential")
    text = data.as_json(of_page(tmp_path, synthetic.document([run], models)))
    assert not re.search("[<>&\u2028]", text)
    titles = [model["title"] for model in json.loads(text)["models"]]
    assert titles[0].startswith("</script><!--")


def test_a_model_that_the_table_lacks_has_its_name_for_a_title_and_no_facts(tmp_path):
    run = synthetic.run("sequential") | {"model": "from_elsewhere"}
    page = of_page(tmp_path, synthetic.document([run]))
    assert page["models"][-1] == {
        "name": "from_elsewhere", "title": "from_elsewhere", "shows": "", "facts": None,
        "holds": False,
    }  # fmt: skip


def test_the_page_holds_the_data(five_models):
    page = (five_models / "report.html").read_text(encoding="utf-8")
    (held,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    results = results_file.load(str(five_models))
    assert json.loads(held) == json.loads(
        data.as_json(data.of_page(results, results.workloads()))
    )


def test_what_server_and_processor_have_on_record_is_there(tmp_path):
    page = of_page(tmp_path, synthetic.document([synthetic.run("sequential")]))
    (group,) = page["workloads"][0]["groups"]
    (run,) = group["runs"]
    connections = run["server"]["stretches"]
    assert [stretch[:2] for stretch in connections[:4]] == [[1, 1], [1, 2], [2, 1], [2, 2]]
    assert run["server"]["thread_ids"] == [900]
    assert set(run["cpu"]) == {50}, "half a core throughout"
    assert [row[:2] for row in group["predicted"]] == [row[:2] for row in run["stretches"]]


def test_what_a_server_noted_of_nobody_is_left_out(tmp_path):
    run = synthetic.run("sequential")
    run["server_events"]["task"][0] = 0
    (group,) = of_page(tmp_path, synthetic.document([run]))["workloads"][0]["groups"]
    of_first = [s for s in group["runs"][0]["server"]["stretches"] if s[0] == 1]
    assert [kind for _, kind, *_ in of_first] == [0, 2], "its acceptance is on record for nobody"


def test_a_server_that_serves_one_at_a_time_leaves_the_others_queued(tmp_path):
    page = of_page(tmp_path, synthetic.one_at_a_time())
    (group,) = page["workloads"][0]["groups"]
    server = group["runs"][0]["server"]
    of_kind = lambda kind: [s for s in server["stretches"] if s[1] == kind]  # noqa: E731
    assert [task for task, *_ in of_kind(0)] == [2, 3], "the first is accepted at once"
    ends = {task: end for task, _, _, end, *_ in of_kind(2)}
    for task, _, _, until, *_ in of_kind(0):
        assert until == ends[task - 1], "queued until the connection before it was closed"
    assert {stretch[4] for stretch in of_kind(1) + of_kind(2)} == {1}, "they hold the one thread"


def test_a_server_that_gives_its_thread_back_has_connections_that_hold_none(tmp_path):
    content = synthetic.one_at_a_time()
    content["servers"]["iterative"]["facts"]["wait"] = "gives its thread back"
    (group,) = of_page(tmp_path, content)["workloads"][0]["groups"]
    stretches = group["runs"][0]["server"]["stretches"]
    assert {stretch[4] for stretch in stretches} == {0}
    assert {stretch[5] for stretch in stretches if stretch[1]} == {1}, "the thread that noted it"
