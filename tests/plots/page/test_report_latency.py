"""How long each task took: shares of tasks, from their records."""

import synthetic

from plots.page import latency
from plots.read import results_file


def groups_of(folder, *models, tasks=250):
    work = synthetic.workload(tasks, 4, 0.1, 0.1, 0.01)
    content = synthetic.document([synthetic.run(model, work) for model in models])
    results = results_file.load(str(synthetic.write(folder, content)))
    return results.by_model(results.workloads()[0])


def test_a_share_of_tasks_took_no_longer_than_its_figure():
    values = list(range(1, 201))
    assert [latency.quantile(values, share) for share in (50, 90, 99, 100)] == [100, 180, 198, 200]
    assert latency.quantile([7], 50) == 7
    assert latency.quantile([1, 2, 3], 50) == 2


def test_latency_runs_from_start_to_finish_of_each_task(tmp_path):
    (group,) = groups_of(tmp_path, "thread_per_task")
    took = latency.latencies(group.shown)
    assert len(took) == 250
    assert took == sorted(took)
    assert all(0.21 <= seconds < 0.22 for seconds in took)


def test_waits_for_a_thread_are_those_of_the_time_line(tmp_path):
    (group,) = groups_of(tmp_path, "async_single_thread")
    waits = latency.waits_for_a_thread(group.shown)
    assert len(waits) == 250
    assert abs(sum(waits) - group.shown.total("ready")) < 1e-9
    assert waits[-1] > 100 * 0.01


def test_few_tasks_have_rows_instead(tmp_path):
    assert latency.rows(groups_of(tmp_path, "sequential", tasks=200)) == []


def test_every_model_has_a_line_for_its_latency_and_one_for_its_waits(tmp_path):
    rows = latency.rows(groups_of(tmp_path, "thread_per_task", "async_single_thread"))
    assert [row[1] for row in rows] == ["start to finish", "ready, without a thread"] * 2
    assert all(len(row) == len(latency.HEAD) for row in rows)
