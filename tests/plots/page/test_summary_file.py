"""summary.md, to the letter."""

import drawn
import synthetic


def summary(folder, content):
    return drawn.summary_of(synthetic.write(folder, content))


def test_it_is_written_beside_the_results(five_models):
    text = (five_models / "summary.md").read_text(encoding="utf-8")
    assert text == drawn.summary_of(five_models)


def exact(model, makespan, repetition=0, work=None):
    run = synthetic.run(model, work, repetition)
    run["makespan_s"] = makespan
    run["overhead_s"] = makespan - run["predicted_s"]
    return run


def test_the_summary_of_the_original_workload(tmp_path):
    runs = [exact("sequential", 42.008), exact("async_single_thread", 22.0041)]
    runs.append(synthetic.bad_run("thread_per_task", "refused", "no | more\nthreads <here>"))
    assert summary(tmp_path, synthetic.document(runs)) == """\
# waitbench: summary

Machine: Example CPU; 2 cores; 8.0 GiB; Linux 6.1; g++ 12.2; release; 2026-01-02T03:04:05Z; waitbench 0.1.0 abc1234.

## Same work: 42.0 s in turn, 22.0 s on one thread; 1 of 3 refused by the system: Thread per task

Workload: 3 tasks, 4 worker threads; connect 2 s, response 8 s, compute 4 s (hold: a held thread).

| model | predicted | measured | overhead | threads that ran a step | most in flight | structure |
|---|--:|--:|--:|--:|--:|---|
| Sequential | 42 s | 42.008 s | +8.0 ms | 1 | 1 | as predicted |
| Async on one thread | 22 s | 22.004 s | +4.1 ms | 1 | 3 | as predicted |
| Thread per task | 14 s | refused |  |  |  | no \\| more threads \\<here\\> |

Runs that did not succeed, and are in no figure above:

- Thread per task, run 1: refused: no \\| more threads \\<here\\>
"""


def test_repetitions_give_a_median_with_the_least_and_the_most(tmp_path):
    runs = [exact("sequential", end, i) for i, end in enumerate((42.03, 42.01, 42.02))]
    runs[0]["structure"]["verdict"] = "1 thread expected, 2 seen"
    runs[0]["structure"]["threads"] = 2
    text = summary(tmp_path, synthetic.document(runs))
    assert (
        "| Sequential | 42 s | 42.020 s [42.010 s to 42.030 s] | +20.0 ms | 1-2 | 1 |"
        " as predicted, but not always: 1 thread expected, 2 seen |"
    ) in text
    assert "Measured is the median" in text


def test_a_sweep_has_a_table_per_workload_few_tasks_first(tmp_path):
    runs = [synthetic.run("async_serial", synthetic.workload(n, 4, 0.1, 0.1, 0.1)) for n in (20, 3)]
    text = summary(tmp_path, synthetic.document(runs))
    assert [line for line in text.splitlines() if line.startswith("Workload")] == [
        "Workload: 3 tasks, 4 worker threads; connect 100 ms, response 100 ms, compute 100 ms"
        " (hold: a held thread).",
        "Workload: 20 tasks, 4 worker threads; connect 100 ms, response 100 ms, compute 100 ms"
        " (hold: a held thread).",
    ]


def test_an_environment_that_is_not_on_record_is_left_out(tmp_path):
    content = synthetic.document([synthetic.run("sequential")])
    content["environment"] = {"cores": "many", "memory_bytes": None}
    content["suite"] = None
    assert "Machine: not on record.\n" in summary(tmp_path, content)


def test_runs_that_failed_alike_share_a_line(tmp_path):
    runs = [synthetic.bad_run("sequential", "refused", "no room", repetition=i) for i in range(3)]
    runs.append(synthetic.bad_run("sequential", "failed", "no luck", repetition=3))
    lines = summary(tmp_path, synthetic.document(runs)).splitlines()
    assert [line for line in lines if line.startswith("- ")] == [
        "- Sequential, runs 1, 2 and 3: refused: no room",
        "- Sequential, run 4: failed: no luck",
    ]
