"""The sentence on top claims no more than the samples bear, and what went wrong stands below it."""

import synthetic

from plots.page import main_table, status
from plots.read import findings, results_file

SHORT = synthetic.workload(3, 4, 0.001, 0.004, 0.002)


def loaded(folder, runs, **environment):
    content = synthetic.document(runs)
    content["environment"] |= environment
    results = results_file.load(str(synthetic.write(folder, content)))
    return results, results.by_model(results.workloads()[0])


def lasting(model, seconds, repetition=0, work=None):
    """A run that took so long, whatever it should have taken."""
    run = synthetic.run(model, work, repetition)
    return run | {"makespan_s": seconds, "overhead_s": seconds - run["predicted_s"]}


def words(said):
    return [part["words"] for part in said]


def test_a_predicted_difference_that_dwarfs_all_deviations_needs_no_repetitions(tmp_path):
    _, groups = loaded(tmp_path, [synthetic.run(model) for model in synthetic.MODELS])
    said = "Same work: 42.0 s in turn, 22.0 s on one thread, 14.0 s on several"
    assert findings.headline(groups) == said


def test_three_samples_that_overlap_show_no_difference(tmp_path):
    took = {"async_single_thread": (0.0128, 0.0125, 0.0081), "thread_per_task": (0.0087, 0.0085, 0.012)}
    runs = [lasting(model, s, i, SHORT) for model, times in took.items() for i, s in enumerate(times)]
    _, groups = loaded(tmp_path, runs)
    assert "No difference between them is shown" in findings.headline(groups)


def test_samples_apart_show_a_difference_only_if_there_are_enough(tmp_path):
    def said(count):
        pair = (("async_single_thread", 0.0128), ("thread_per_task", 0.0085))
        runs = [lasting(m, s + i * 1e-5, i, SHORT) for m, s in pair for i in range(count)]
        return findings.headline(loaded(tmp_path, runs)[1])

    assert "No difference" in said(3)
    assert said(9) == "Same work: 12.8 ms on one thread, 8.54 ms on several"


def test_models_that_timed_out_are_an_alarm_with_their_names(tmp_path):
    runs = [synthetic.run("thread_per_task"), synthetic.bad_run("sequential", "timeout", "0.9 s")]
    said = status.of(*loaded(tmp_path, runs))
    assert said[0] == {"words": "1 of 2 timed out: Sequential", "alarm": True}
    assert words(said)[1].startswith("1 of 2 as predicted, within")


def test_a_model_far_off_its_prediction_is_named_and_not_counted(tmp_path):
    runs = [synthetic.run("sequential"), lasting("thread_per_task", 14.23)]
    results, groups = loaded(tmp_path, runs)
    assert "not Thread per task (+230.0 ms)" in words(status.of(results, groups))[0]
    row = main_table.of(groups).rows[1]
    assert row[-2:] == ["as predicted", "later than predicted"]


def test_a_quiet_machine_is_told_from_a_busy_one(tmp_path):
    runs = [synthetic.run("sequential")]
    assert "quiet machine" in words(status.of(*loaded(tmp_path, runs, busy_cores=0.1)))
    busy = words(status.of(*loaded(tmp_path, runs, busy_cores=1.5)))
    assert "busy machine: others used 1.5 of 2 cores" in busy


def test_every_column_has_one_unit_and_cpu_time_is_among_them(tmp_path):
    _, groups = loaded(tmp_path, [synthetic.run(model) for model in synthetic.MODELS])
    table = main_table.of(groups)
    assert "CPU, ms" in table.head
    figures = [cell for row in table.rows for cell in row[1:6]]
    assert all(cell.replace("+", "").replace(".", "").isdigit() for cell in figures)
