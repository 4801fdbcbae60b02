"""Runs whose listen queue overflowed are no price of the model, and strangers are told of."""

import drawn
import pytest
import synthetic
from plots.page import summary
from plots.read import disturbances, findings, results_file

CALM, FULL = 0.513, 1.560  # seconds of overhead
LATE = FULL - CALM


def group_of(folder, runs):
    results = results_file.load(str(synthetic.write(folder, synthetic.document(runs))))
    (group,) = results.by_model(results.workloads()[0])
    return group


def runs_of(overheads):
    """A run of each overhead; whatever is above a second met a full listen queue."""
    runs = []
    for i, overhead in enumerate(overheads):
        full = overhead > 1
        calm = overhead - LATE if full else overhead
        run = synthetic.with_kernel(synthetic.run("async_single_thread", repetition=i))
        run |= {"overhead_s": calm, "makespan_s": run["predicted_s"] + calm}
        runs.append(synthetic.overflowed(run, LATE) if full else run)
    return runs


SOME = runs_of([CALM, FULL, 0.510, FULL, FULL + 0.01, 0.515, CALM, 0.512])
ALL = runs_of([FULL, FULL + 0.02, FULL - 0.02])


def test_figures_are_of_the_runs_whose_listen_queue_did_not_overflow(tmp_path):
    group = group_of(tmp_path, SOME)
    assert [run.repetition for run in group.overflowed_runs] == [2, 4, 5]
    assert group.overheads == pytest.approx([0.510, 0.512, CALM, CALM, 0.515])
    assert group.shown.overhead_s == pytest.approx(CALM)
    assert not group.all_overflowed


def test_where_it_overflowed_in_all_runs_their_figures_are_shown(tmp_path):
    group = group_of(tmp_path, ALL)
    assert group.all_overflowed
    assert group.shown.overhead_s == pytest.approx(FULL)
    assert disturbances.marked("+1.56 s", group) == "+1.56 s (full listen queue)"


TRIED = "the listen queue overflowed; a connection that was dropped is tried again after 1 s"


@pytest.mark.parametrize(
    "runs, said",
    [
        (SOME, f"in 3 of 8 runs {TRIED}: overhead +1.56 s, without +513.0 ms"),
        (ALL, f"in 3 of 3 runs {TRIED}: +1.56 s is what a full listen queue costs, not the model"),
        (
            ALL[:1],
            f"in its run {TRIED}: +1.56 s is what a full listen queue costs, not the model",
        ),
    ],
    ids=["some", "all", "one"],
)
def test_the_cause_is_told_in_words(tmp_path, runs, said):
    assert disturbances.notes([group_of(tmp_path, runs)]) == [f"Async on one thread: {said}"]
    assert said in drawn.summary_of(tmp_path)


@pytest.mark.parametrize(
    "strangers, said",
    [
        ([1], "in its run one connection to the server was none of the tasks'"),
        ([0, 2, 1], "in 2 of 3 runs three connections to the server were none of the tasks'"),
    ],
    ids=str,
)
def test_strangers_are_told_of(tmp_path, strangers, said):
    runs = [
        synthetic.run("sequential", repetition=i) | {"strangers": count}
        for i, count in enumerate(strangers)
    ]
    (note,) = disturbances.notes([group_of(tmp_path, runs)])
    assert note.startswith(f"Sequential: {said}: another program connected to its port")
    assert said in drawn.summary_of(tmp_path)


def test_the_note_and_the_table_have_the_same_figure_of_an_even_number_of_runs(tmp_path):
    group = group_of(tmp_path, runs_of([0.4, FULL, 0.6]))
    assert summary.cells(group)[3] == "+400.0 ms"
    assert disturbances.notes([group])[0].endswith("without +400.0 ms")


def test_calm_runs_need_no_words(tmp_path):
    runs = [synthetic.with_kernel(run) for run in (synthetic.run("sequential"),)]
    assert disturbances.notes([group_of(tmp_path, runs)]) == []


def test_tables_say_how_many_runs_count_and_mark_a_full_queue(tmp_path):
    some, full = (group_of(tmp_path / name, runs) for name, runs in (("s", SOME), ("f", ALL)))
    rows, _ = summary.repetitions([some, full])
    assert [row[1] for row in rows] == ["5 of 8", "3"]
    assert [summary.cells(group)[3] for group in (some, full)] == [
        "+513.0 ms",
        "+1.56 s (full listen queue)",
    ]


def test_a_full_queue_is_no_missed_prediction(tmp_path):
    quick = synthetic.run("sequential") | {"overhead_s": 0.004, "makespan_s": 42.004}
    results = results_file.load(str(synthetic.write(tmp_path, synthetic.document([quick, *ALL]))))
    groups = results.by_model(results.workloads()[0])
    told = "; one model met a full listen queue in every run"
    kept = "The model kept to its prediction: overhead +4.0 ms"
    assert findings.of_overheads(groups) == kept + told
    assert findings.of_makespans(groups).endswith(told)
    alone = findings.of_overheads([group_of(tmp_path, ALL)])
    assert alone == "One model met a full listen queue in every run"


def test_the_time_line_of_such_a_run_says_so(tmp_path):
    said = findings.of_run(group_of(tmp_path, ALL).shown)
    assert "the listen queue overflowed, and a connection that was dropped is tried again" in said


def test_the_page_holds_the_cause(tmp_path):
    synthetic.write(tmp_path, synthetic.document(SOME))
    assert "overhead +1.56 s, without +513.0 ms" in drawn.page(tmp_path, has_time_lines=False)
