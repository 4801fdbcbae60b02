"""Latency against arrival rate: what is read, what the chart shows, and what its title says."""

import json

import drawn
import pytest
import synthetic

from plots.read import rate_sweep, results_file
from plots.read.checked_json import ResultsError

RATES = (10, 40, 100, 400)
LIMITS = {
    "sequential": 3.7,
    "async_serial": 3.7,
    "async_single_thread": 50.0,
    "async_multi_thread": 200.0,
    "thread_per_task": None,
}


def runs(tasks=6, rates=RATES, repetitions=(0,)):
    """Every model at every rate: one beyond its limit takes ten times as long."""
    work = synthetic.workload(tasks, 4, 0.05, 0.2, 0.02)
    return [
        synthetic.under_load(
            model, rate, work, repetition, saturation=limit,
            p50=2.7 if limit and rate > limit else 0.27 + 0.01 * repetition,
            p99=5.4 if limit and rate > limit else 0.3,
        )
        for rate in rates
        for model, limit in LIMITS.items()
        for repetition in repetitions
    ]


def loaded(folder, content):
    """The results as read from a file."""
    return results_file.load(str(synthetic.write(folder, synthetic.document(content))))


def the_sweep(folder, content):
    """The only sweep in the results."""
    (sweep,) = rate_sweep.sweeps_of(loaded(folder, content))
    return sweep


@pytest.fixture(scope="module", name="folder")
def _folder(tmp_path_factory):
    return synthetic.write(tmp_path_factory.mktemp("load"), synthetic.document(runs()))


@pytest.fixture(scope="module", name="chart")
def _chart(folder):
    return drawn.chart(folder, "latency-rate")


def chart_of(folder, content):
    return drawn.chart(synthetic.write(folder, synthetic.document(content)), "latency-rate")


# --- What is read --------------------------------------------------------------------------------


def test_rates_are_workloads_of_their_own(tmp_path):
    results = loaded(tmp_path, runs())
    assert [work.arrival_rate for work in results.workloads()] == list(RATES)
    assert {work.arrivals for work in results.workloads()} == {"even"}


def test_runs_without_a_rate_have_no_load(tmp_path):
    results = loaded(tmp_path, [synthetic.run("sequential")])
    assert rate_sweep.sweeps_of(results) == []
    assert results.runs[0].due is None
    assert results.workloads()[0].arrival_rate == 0


def test_a_point_is_the_median_of_its_runs(tmp_path):
    sweep = the_sweep(tmp_path, runs(rates=(1,), repetitions=(0, 1, 2)))
    single = {curve.name: curve for curve in sweep.curves}["async_single_thread"]
    assert single.values("p50") == ([1], [0.28])


def test_percentiles_that_too_few_tasks_have_are_no_points(tmp_path):
    sweep = the_sweep(tmp_path, runs())
    assert sweep.curves[0].values("p99.9") == ([], [])
    assert rate_sweep.rows(sweep)[0][6] == "-"


def test_workloads_that_differ_in_more_than_the_rate_are_apart(tmp_path):
    content = runs(rates=(1, 2)) + runs(tasks=7, rates=(1, 2))
    sweeps = rate_sweep.sweeps_of(loaded(tmp_path, content))
    assert [sweep.workload.tasks for sweep in sweeps] == [6, 7]
    assert [len(sweep.curves[0].points) for sweep in sweeps] == [2, 2]


def spoiled(place, value):
    """A document in which one field of the first run has another value."""
    content = synthetic.document(runs(rates=(10,)))
    *path, last = place
    where = content["runs"][0]
    for key in path:
        where = where[key]
    where[last] = value
    return content


BAD = {
    "no rate": (("arrivals", "rate_per_s"), None),
    "a negative rate": (("arrivals", "rate_per_s"), -1),
    "another kind": (("arrivals", "kind"), "odd"),
    "too few moments": (("arrivals", "due_ns"), [1, 2]),
    "a moment before the start": (("arrivals", "due_ns", 3), -5),
    "a saturation in words": (("arrivals", "saturation_per_s"), "soon"),
    "a negative latency": (("latency", "measured", "p50_s"), -0.1),
    "lateness in words": (("latency", "generator", "lateness"), "late"),
    "a doubtful generator": (("latency", "generator", "is_late"), "perhaps"),
}


@pytest.mark.parametrize("place, value", BAD.values(), ids=BAD)
def test_nonsense_is_refused_by_its_place(tmp_path, place, value):
    folder = synthetic.write(tmp_path, spoiled(place, value))
    where = "runs[0]." + place[0]
    with pytest.raises(ResultsError, match=where.replace("[", r"\[")):
        results_file.load(str(folder))


# --- What it says --------------------------------------------------------------------------------


def test_the_title_tells_who_keeps_up_with_the_most_and_who_with_the_least(tmp_path):
    assert rate_sweep.finding(the_sweep(tmp_path, runs())) == (
        "“Thread per task” keeps up with 400 tasks per second, “Sequential” and “Async, one task"
        " after the other” not with 10"
    )


def test_the_title_of_a_single_rate_names_it(tmp_path):
    said = rate_sweep.finding(the_sweep(tmp_path, runs(rates=(40,))))
    assert said == (
        "Three models keep up with 40 tasks per second, “Sequential” and “Async, one task after the"
        " other” not with 40"
    )


def test_models_that_all_keep_up_or_all_do_not_are_told_together(tmp_path):
    slow = [run for run in runs() if run["model"] in ("sequential", "async_serial")]
    assert rate_sweep.finding(the_sweep(tmp_path, slow)) == (
        "No model keeps up even with 10 tasks per second"
    )
    quick = [run for run in runs() if run["model"] == "thread_per_task"]
    assert rate_sweep.finding(the_sweep(tmp_path, quick)) == (
        "Every model keeps up with 400 tasks per second"
    )


def test_keeping_up_is_a_matter_of_what_was_measured(tmp_path):
    content = [run for run in runs() if run["model"] != "sequential"]
    for run in content:
        if run["arrivals"]["rate_per_s"] == 100:
            run["latency"]["measured"]["p50_s"] = 0.54  # twice what a task takes alone
    said = rate_sweep.finding(the_sweep(tmp_path, content))
    assert said.startswith("Three models keep up with up to 40 tasks per second, “Async, one task")


def test_models_with_the_same_prediction_are_of_a_kind(tmp_path):
    kinds = the_sweep(tmp_path, runs()).kinds()
    assert [[curve.name for curve in kind] for kind in kinds] == [
        ["sequential", "async_serial"],
        ["async_single_thread"],
        ["async_multi_thread"],
        ["thread_per_task"],
    ]


def test_rows_tell_measured_and_predicted(tmp_path):
    sweep = the_sweep(tmp_path, runs(tasks=1000, rates=(10,)))
    assert rate_sweep.rows(sweep)[0] == [
        "Sequential", "10", "3.7/s", "2,700 ms", "4,050 ms", "5,400 ms",
        "5,400 ms", "270 ms", "280 ms", "2.0 ms",
    ]


def test_a_generator_that_was_too_late_is_told(tmp_path):
    calm, late = runs(rates=(10,)), runs(rates=(10,))
    late[0]["latency"]["generator"]["is_late"] = True
    assert len(rate_sweep.notes(the_sweep(tmp_path / "calm", calm))) == 1
    sweep = the_sweep(tmp_path / "late", late)
    assert rate_sweep.rows(sweep)[0][-1] == "2.0 ms (too late)"
    assert "too late" in rate_sweep.notes(sweep)[1]


def test_summary_and_report_hold_the_table(folder):
    summary = drawn.summary_of(folder)
    assert "| Async on one thread | 100 | 50/s | 2,700 ms |" in summary
    report = drawn.page(folder, has_time_lines=False)
    assert "Latency against arrival rate: the data" in report
    assert "<td>2,700 ms" in report


# --- The chart -----------------------------------------------------------------------------------


def latency_charts(folder):
    return [name for name in drawn.charts_in(folder) if name.startswith("latency")]


def test_it_is_drawn_only_where_there_are_rates(folder, tmp_path):
    assert latency_charts(folder) == ["latency-rate"]
    names = {f"charts/latency-rate{end}" for end in (".svg", ".png")}
    assert drawn.files_of(folder, "latency-rate").keys() == names
    synthetic.write(tmp_path, synthetic.document([synthetic.run("sequential")]))
    assert latency_charts(tmp_path) == []


def test_a_single_rate_has_a_table_and_no_chart(tmp_path):
    folder = synthetic.write(tmp_path, synthetic.document(runs(rates=(100,))))
    assert latency_charts(folder) == []
    summary = drawn.summary_of(folder)
    assert "| Async on one thread | 100 | 50/s | 2,700 ms |" in summary
    assert "arriving evenly at 100 per second" in summary
    assert "several rates" not in summary
    report = drawn.page(folder, has_time_lines=False)
    assert "<td>2,700 ms" in report
    assert "Latency against arrival rate" not in report


def marks(svg, name):
    """x and y of a curve's marks."""
    return [(float(u.get("x")), float(u.get("y"))) for u in svg.by_id[name].iter(f"{drawn.SVG}use")]


@pytest.mark.parametrize("percentile", ("p50", "p99"))
def test_every_model_has_a_curve_with_a_mark_per_rate(chart, percentile):
    for model in LIMITS:
        assert len(marks(chart, f"latency-rate.{percentile}.{model}")) == len(RATES)


def test_axes_are_logarithmic_and_shared(chart):
    (x10, y), (x40, _), (x100, high), _ = marks(chart, "latency-rate.p50.async_single_thread")
    assert (x100 - x10) / (x40 - x10) == pytest.approx(1 / 0.60206, rel=1e-3)
    (_, other), *_ = marks(chart, "latency-rate.p99.sequential")
    assert (y - other) / (y - high) == pytest.approx(1.30103, rel=1e-3)  # 5.4, 2.7 over 0.27 s


def test_each_saturation_within_the_rates_is_marked_once(chart):
    said = chart.ids(r"latency-rate\.p50\.mark\..*")
    assert said == ["latency-rate.p50.mark.50-s", "latency-rate.p50.mark.200-s"]
    (x10, _), (x40, _), *_ = marks(chart, "latency-rate.p50.async_serial")
    left, right = chart.extent(said[0])
    assert left == right == pytest.approx(x40 + (x40 - x10) * 0.09691 / 0.60206, abs=0.1)


def test_a_prediction_that_models_share_is_drawn_once(chart):
    assert len(chart.ids(r"latency-rate\.p50\.\w+\.predicted")) == 4


def test_of_fifteen_models_each_panel_names_five_at_most(tmp_path):
    content = runs(rates=(10, 40))
    for run in json.loads(json.dumps(content)):
        if run["model"] == "async_single_thread":
            content += [{**run, "model": f"loop_{i}"} for i in range(10)]
    chart = chart_of(tmp_path, content)
    unknown = r"latency-rate\.p50-other-models\.\w+"
    assert len(chart.ids(unknown + r"\.name")) == 5
    assert len(chart.ids(unknown + r"\.context")) == 10
    looks = set()
    for name in chart.ids(r"latency-rate\.p50-other-models\.loop_\d"):
        element = chart.by_id[name]
        curve, *shapes = element.iter(f"{drawn.SVG}path")
        looks.add((str(chart.look(curve)), tuple(shape.get("d") for shape in shapes)))
    assert len(looks) == 5


def test_a_model_that_was_refused_stands_below_with_its_reason(tmp_path):
    content = runs(rates=(10, 40))
    others = [run for run in content if run["model"] != "thread_per_task"]
    bad = synthetic.bad_run("thread_per_task", "refused", "no more threads", content[0]["workload"])
    bad["arrivals"] = {**content[0]["arrivals"], "saturation_per_s": None, "due_ns": []}
    bad["latency"] = None
    content = [*others, bad]
    chart = chart_of(tmp_path, content)
    assert any(text.startswith("“Thread per task” has no curve: refused") for text in chart.texts())


def test_latency_in_the_report_counts_from_when_tasks_were_due(tmp_path):
    from plots.page import latency

    results = loaded(tmp_path, runs(rates=(10,)))
    run = results.runs[0]
    late = sum(s.end for s in run.stretches if s.kind == "compute") - sum(run.due) / 1e9
    assert sum(latency.latencies(run)) == pytest.approx(late)
