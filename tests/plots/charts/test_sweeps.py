"""Sweeps: what belongs together, what a task costs, where a curve ends, and what the titles say."""

import json

import drawn
import pytest
import synthetic

from plots.charts import catalogue, crossover, curves, scale, workers
from plots.read import results_file, run_costs, size_sweep
from plots.read.checked_json import ResultsError

MIB = 2**20


def run_of(model, tasks=1, threads=4, overhead=0.002, rss=2 * MIB, cpu=0.003, switches=10, **more):
    """A run without events whose costs are given."""
    work = synthetic.workload(tasks, threads, 0.2, 1.0, 0.0) | more
    made = synthetic.bad_run(model, "ok", "", work)
    made["makespan_s"], made["overhead_s"] = made["predicted_s"] + overhead, overhead
    made["structure"] = {
        "threads": 1,
        "max_in_flight": tasks,
        "max_computing": 1,
        "thread_hops": 0,
        "verdict": "as predicted",
    }
    made["client"] = {
        "user_s": cpu / 2,
        "system_s": cpu / 2,
        "peak_rss_bytes": rss,
        "peak_threads": threads,
        "voluntary_switches": switches,
        "involuntary_switches": 0,
    }
    made["events"] = made["server_events"] = made["stages"] = None
    return made


def refused(model, tasks, reached, by="preflight", **more):
    work = synthetic.workload(tasks, 4, 0.2, 1.0, 0.0) | more
    made = synthetic.bad_run(model, "refused", f"{by}: no room for {tasks}", work)
    made["refusal"] = {"by": by, "tasks": reached}
    return made


def linear(model, sizes, each_us, each_kib=1.0):
    """Runs whose overhead, memory, CPU time and switches are so much a task beyond those of one."""
    return [
        run_of(
            model,
            n,
            overhead=0.002 + (n - 1) * each_us * 1e-6,
            rss=2 * MIB + int((n - 1) * each_kib * 1024),
            cpu=0.003 + (n - 1) * 20e-6,
            switches=10 + 2 * (n - 1),
        )
        for n in sizes
    ]


def loaded(folder, runs):
    return results_file.load(str(synthetic.write(folder, synthetic.document(runs))))


def of_tasks(folder, runs):
    return size_sweep.of_tasks(loaded(folder, runs))


def curve_of(swept, model):
    return next(curve for curve in swept.curves if curve.model.name == model)


# --- What belongs together ------------------------------------------------------------------------


def test_fewer_than_three_sizes_are_no_sweep(tmp_path):
    assert of_tasks(tmp_path, linear("sequential", (1, 10), 50)) is None
    assert not catalogue.of_sizes(loaded(tmp_path, linear("sequential", (1, 10), 50)))


def test_what_differs_in_more_than_the_size_is_another_sweep(tmp_path):
    runs = linear("sequential", (1, 10, 100), 50)
    runs += [run_of("sequential", n, connect_s=0.5) for n in (1, 10, 100, 1000)]
    assert of_tasks(tmp_path, runs).sizes == [1, 10, 100, 1000]
    assert size_sweep.of_threads(loaded(tmp_path, runs)) is None


def test_sizes_that_several_clients_share_belong_to_the_sweep(tmp_path):
    runs = linear("async_serial", (1, 10), 50) + [run_of("async_serial", 50_000, clients=3)]
    assert of_tasks(tmp_path, runs).sizes == [1, 10, 50_000]


# --- What a task costs ----------------------------------------------------------------------------


def test_what_a_task_costs_is_what_grows_with_it(tmp_path):
    curve = of_tasks(tmp_path, linear("async_serial", (1, 11, 101), 50, 1.5)).curves[0]
    assert curve.growth(size_sweep.overhead_s) == pytest.approx({11: 50e-6, 101: 50e-6})
    assert curve.growth(run_costs.memory_bytes) == pytest.approx({11: 1536, 101: 1536}, abs=0.2)
    assert curve.growth(run_costs.cpu_s) == pytest.approx({11: 20e-6, 101: 20e-6})
    assert curve.growth(run_costs.switches) == pytest.approx({11: 2, 101: 2})


def test_each_of_several_clients_takes_what_one_took_anyway(tmp_path):
    runs = linear("async_serial", (1, 10), 50, 1.0)
    runs.append(run_of("async_serial", 30_001, clients=3, rss=6 * MIB + 30_000 * 1024))
    curve = of_tasks(tmp_path, runs).curves[0]
    assert curve.growth(run_costs.memory_bytes)[30_001] == pytest.approx(1024)


def test_repetitions_count_with_their_median_and_bad_ones_not_at_all(tmp_path):
    runs = linear("async_serial", (1, 10, 100), 50)
    runs += [
        run_of("async_serial", 10, rss=size * MIB) | {"repetition": i}
        for i, size in ((1, 9), (2, 7))
    ]
    runs.append(refused("async_serial", 10, 5) | {"repetition": 3})
    curve = of_tasks(tmp_path, runs).curves[0]
    assert curve.values(run_costs.memory_bytes)[10] == 7 * MIB
    assert curve.end is None


def test_a_curve_ends_at_the_first_size_without_a_run_that_is_ok(tmp_path):
    runs = linear("async_serial", (1, 10), 50) + [
        refused("async_serial", n, 50) for n in (100, 1000)
    ]
    curve = of_tasks(tmp_path, runs).curves[0]
    assert list(curve.points) == [1, 10]
    assert (curve.end.size, curve.end.reached, curve.end.expected) == (100, 50, True)
    assert curve.end.reason == "preflight: no room for 100"


# --- The chart of scale ---------------------------------------------------------------------------


@pytest.fixture(name="swept", scope="module")
def swept_fixture(tmp_path_factory):
    """Three models up to 10,000 tasks: one grows, one ends, one does neither."""
    sizes = (1, 10, 100, 1000, 10_000)
    growing = [
        run_of(
            "async_serial",
            n,
            overhead=0.002 + n * n * 1e-7,
            rss=2 * MIB + n * 300,
            cpu=n * 1e-5,
            switches=n,
        )
        for n in sizes
    ]
    ended = linear("sequential", sizes[:3], 40) + [refused("sequential", n, 500) for n in sizes[3:]]
    runs = linear("thread_per_task", sizes, 60, 9.0) + growing + ended
    runs += linear("async_multi_thread", sizes, 50, 1.5)
    return synthetic.write(tmp_path_factory.mktemp("swept"), synthetic.document(runs))


@pytest.fixture(name="chart", scope="module")
def chart_fixture(swept):
    return drawn.chart(swept, "scale")


def test_every_model_has_its_curve_or_its_end_in_every_panel(chart):
    for panel, *_ in scale.PANELS:
        for model in ("thread_per_task", "async_serial", "sequential", "async_multi_thread"):
            assert f"scale.{panel}.{model}" in chart.by_id
            assert chart.texts(f"scale.{panel}.{model}.name") == [model]
        assert chart.ids(rf"scale\.{panel}\..*\.cross") == [f"scale.{panel}.sequential.cross"]


def test_the_reason_of_a_refusal_stands_below(chart):
    assert chart.texts("scale.note")[2:] == [
        "1: sequential at 1,000 tasks: preflight: no room for 1000"
    ]


def test_the_title_tells_whose_overhead_grows_and_the_least_and_most_memory(chart):
    assert chart.text("scale.title") == (
        "Overhead per task grows with async_serial only, up to 10,000 tasks; a task takes 0.29 KiB"
        " in async_serial, 9.00 KiB in thread_per_task"
    )


def test_if_no_overhead_grows_the_title_says_so(tmp_path):
    swept = of_tasks(tmp_path, linear("async_serial", (1, 10, 100), 50))
    assert scale.finding(swept) == "No model's overhead per task grows up to 100 tasks"


def test_overhead_that_is_less_than_that_of_one_task_is_nothing_to_grow_from(tmp_path):
    runs = [run_of("sequential", n, overhead=s) for n, s in ((1, 0.003), (10, 0.002), (100, 0.004))]
    assert scale.finding(of_tasks(tmp_path, runs)) == (
        "No model ran at enough sizes to tell what a task costs"
    )


def arriving(model, each_us):
    """Runs to which ten tasks come per second, at 1, 10 and 100; the last two cost so much CPU."""
    runs = []
    for n, us in zip((1, 10, 100), (0, *each_us)):
        due = synthetic.under_load(model, 10, synthetic.workload(n, 4, 0.2, 1.0, 0.0))
        of_one = run_of(model, n, cpu=0.003 + (n - 1) * us * 1e-6)
        runs.append(of_one | {key: due[key] for key in ("arrivals", "latency")})
    return runs


def test_where_tasks_arrive_one_by_one_the_title_is_on_cpu_time(tmp_path):
    runs = arriving("sequential", (100, 300)) + arriving("async_serial", (100, 110))
    swept = of_tasks(tmp_path, runs)
    assert scale.finding(swept) == "CPU time per task grows with sequential only, up to 100 tasks"
    assert scale.words_of(swept.workload).endswith("tasks arrive evenly, 10 per second")


def test_where_tasks_arrive_one_by_one_there_is_no_panel_of_overhead(tmp_path):
    folder = synthetic.write(tmp_path, synthetic.document(arriving("sequential", (100, 300))))
    chart = drawn.chart(folder, "scale")
    assert {"scale.memory", "scale.cpu", "scale.switches"} <= chart.by_id.keys()
    assert "scale.overhead" not in chart.by_id


def test_models_of_one_prediction_share_a_color_and_no_two_a_marker(tmp_path):
    runs = linear("sequential", (1, 2, 3), 1) + linear("async_serial", (1, 2, 3), 1)
    runs += linear("thread_per_task", (1, 2, 3), 1)
    places = scale.groups_of(of_tasks(tmp_path, runs))
    assert len(set(places.values())) == 3
    assert places["sequential"][0] != places["async_serial"][0], "one holds its thread"


def test_a_sweep_in_which_nothing_ran_is_drawn_too(tmp_path):
    runs = [refused("sequential", n, 0) for n in (1, 10, 100)]
    folder = synthetic.write(tmp_path, synthetic.document(runs))
    title = drawn.chart(folder, "scale").texts("scale.title")
    assert title == ["No model ran at enough sizes to tell what a task costs"]


# --- The crossover --------------------------------------------------------------------------------


def test_the_crossover_says_up_to_how_many_tasks_threads_are_as_good(swept):
    assert drawn.chart(swept, "crossover").text("crossover.title") == (
        "A thread per task is as good as async in time to the end, CPU time and context switches up"
        " to 10,000 tasks and more, in peak memory up to 10"
    )


def test_a_tie_ends_where_threads_first_cost_more_than_a_tenth_more():
    assert crossover.as_good_up_to({1: 1.0, 10: 1.1, 100: 1.2, 1000: 1.0}) == 10
    assert crossover.as_good_up_to({1: 2.0}) == 0


def test_without_threads_there_is_no_crossover(tmp_path):
    found = loaded(tmp_path, linear("async_multi_thread", (1, 10, 100), 50))
    assert list(catalogue.of_sizes(found)) == ["scale"]


# --- More worker threads --------------------------------------------------------------------------


def burning(model, makespans):
    """Runs over numbers of threads that took so long."""
    runs = []
    for threads, makespan in makespans.items():
        made = run_of(model, 16, threads, compute="burn", compute_s=0.1)
        made["makespan_s"] = makespan
        runs.append(made)
    return runs


def test_the_title_tells_from_where_on_more_threads_do_not_help(tmp_path):
    runs = burning("async_multi_thread", {1: 1.6, 2: 0.81, 4: 0.80, 8: 0.82})
    runs += burning("thread_per_task", {1: 0.83, 2: 0.83, 4: 0.84, 8: 0.83})
    folder = synthetic.write(tmp_path, synthetic.document(runs))
    chart = drawn.chart(folder, "workers")
    assert " ".join(chart.texts("workers.title")) == (
        "More threads never help thread_per_task; help async_multi_thread up to 2; quickest is"
        " async_multi_thread with 800 ms"
    )
    assert "2 cores" in chart.texts()
    assert "c+r+ceil(N/T)k, predicted" in chart.texts()
    assert workers.enough(size_sweep.of_threads(loaded(tmp_path, runs)).curves[0]) == 2


# --- Tables ---------------------------------------------------------------------------------------


def test_summary_and_page_hold_the_figures_of_the_charts(swept):
    summary = drawn.summary_of(swept)
    page = drawn.page(swept, has_time_lines=False)
    row = [
        "thread\\_per\\_task",
        "1,000",
        "+61.9 ms",
        "60.0 µs",
        "9.00 KiB",
        "20.0 µs",
        "2.00",
        "4",
    ]
    assert f"| {' | '.join(row)} |" in summary
    assert "9.00 KiB" in page and 'id="sweeps"' in page
    assert "preflight: no room for 1000" in page


# --- Labels and files -----------------------------------------------------------------------------


def test_labels_keep_their_order_and_their_distance():
    assert curves.spread([0.5], 0.1) == [0.5]
    assert curves.spread([0.2, 0.8], 0.1) == pytest.approx([0.2, 0.8])
    assert curves.spread([0.5, 0.5, 0.5], 0.1) == pytest.approx([0.4, 0.5, 0.6])
    assert curves.spread([0.0, 0.0], 0.1) == pytest.approx([0.0, 0.1])
    assert curves.spread([1.0, 1.0], 0.1) == pytest.approx([0.9, 1.0])


def test_runs_whose_events_were_not_kept_are_drawn_without_a_time_line(tmp_path, empty_charts):
    runs = [synthetic.run("sequential"), run_of("sequential", 10_000)]
    done = drawn.called(synthetic.write(tmp_path, synthetic.document(runs)))
    assert done.returncode == 0, done.stderr
    assert "without a time line: 10,000 tasks, 4 worker threads" in done.stdout
    assert (tmp_path / "charts" / "timeline.svg").exists()


def test_if_no_events_were_kept_at_all_the_chart_says_so(tmp_path):
    folder = synthetic.write(tmp_path, synthetic.document([run_of("sequential", 3)]))
    said = " ".join(drawn.chart(folder, "timeline").texts())
    assert "The steps of this run were not kept" in said


@pytest.mark.parametrize(
    "refusal, complaint",
    [
        ({"by": "chance", "tasks": 1}, 'refusal.by: "chance" is none of preflight, system'),
        ({"by": "system", "tasks": -1}, "refusal.tasks: -1 is less than 0"),
        (7, "refusal: 7 is not an object"),
    ],
)
def test_a_refusal_that_makes_no_sense_is_told_of(tmp_path, refusal, complaint):
    bad = refused("sequential", 10, 5) | {"refusal": refusal}
    synthetic.write(tmp_path, synthetic.document([bad]))
    with pytest.raises(ResultsError, match="runs") as told:
        results_file.load(str(tmp_path))
    assert complaint in str(told.value)


def test_the_same_sweep_gives_the_same_bytes(swept, tmp_path):
    content = json.loads((swept / "results.json").read_text())
    again = synthetic.write(tmp_path, content)
    for name in ("scale", "crossover"):
        assert drawn.svg(again, name) == drawn.svg(swept, name)
