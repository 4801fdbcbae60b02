"""Sweeps: what belongs together, what a task costs, where a curve ends, and what the titles say."""

import json
import re

import drawn
import pytest
import synthetic
from sweeps import MIB, linear, refused, run_of, twice

from plots.charts import catalogue, crossover, curves, scale, workers
from plots.read import results_file, run_costs, size_sweep
from plots.read.checked_json import ResultsError
from plots.read.results import FAMILIES

OF_TASKS = [name for name, cost in scale.COSTS.items() if cost.axis == "tasks"]


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
        run_of("async_serial", 10, rss=size * MIB) | {"repetition": i + 1}
        for i, size in ((1, 9), (2, 7))
    ]
    runs.append(refused("async_serial", 10, 5) | {"repetition": 4})
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


# --- The charts of scale --------------------------------------------------------------------------


@pytest.fixture(name="swept", scope="module")
def swept_fixture(tmp_path_factory):
    """Models up to 10,000 tasks, twice each: one grows, one ends, the others do neither."""
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
    content = synthetic.document(twice(runs))
    return synthetic.write(tmp_path_factory.mktemp("swept"), content)


def said(chart, folder, runs):
    return scale.finding(chart, of_tasks(folder, twice(runs)))[0]


def many(folder, loops=7):
    """The core models, and loops of one thread with ever more memory per task."""
    models, runs = synthetic.model_table(), []
    for i in range(loops):
        models[f"loop_{i}"] = models["async_single_thread"] | {"title": f"Loop {i}"}
    for i, model in enumerate(models):
        runs += linear(model, (1, 10, 100), 50, 1.0 + i)
    return synthetic.write(folder, synthetic.document(twice(runs), models))


def test_few_models_share_a_panel_in_which_each_has_its_name(swept):
    for name in OF_TASKS:
        chart = drawn.chart(swept, name)
        for model in ("thread_per_task", "async_serial", "sequential", "async_multi_thread"):
            assert f"{name}.all.{model}" in chart.by_id
            assert chart.text(f"{name}.all.{model}.name") == synthetic.MODELS[model][0]
        assert chart.ids(rf"{name}\..*\.cross") == [f"{name}.all.sequential.cross"]
        assert "lower is better" in chart.text(f"{name}.all.says")


def test_many_models_are_parted_into_families_with_five_names_each_at_most(tmp_path):
    chart = drawn.chart(many(tmp_path), "scale-memory")
    titles = chart.ids(r"scale-memory\.[\w-]+\.title")
    assert [chart.text(title) for title in titles] == list(FAMILIES[:4])
    one_thread = r"scale-memory\.one-thread-waits-overlap\."
    names = chart.ids(one_thread + r"\w+\.name")
    assert len(names) == 5
    assert len(chart.ids(one_thread + r"\w+\.context")) == 12 - 5
    assert "scale-memory.one-thread-waits-overlap.loop_6.name" in names, "the title tells of it"


def test_names_stand_in_the_order_of_the_ends_of_their_lines(tmp_path):
    chart = drawn.chart(many(tmp_path), "scale-memory")
    panel = r"scale-memory\.one-thread-waits-overlap\."
    places = []
    for name in chart.ids(panel + r"\w+\.name"):
        line = next(chart.by_id[name.removesuffix(".name")].iter(f"{drawn.SVG}path")).get("d")
        text = next(chart.by_id[name].iter(f"{drawn.SVG}text"))
        moved = re.search(r"translate\(\S+ (\S+)\)", text.get("transform", ""))  # of two lines
        end = re.findall(r"(?:[ML] \S+|V) (\S+)", line)[-1]
        places.append((float(end), float(moved[1] if moved else text.get("y"))))
    places.sort()
    assert [name for _, name in places] == sorted(name for _, name in places)
    assert all(below - above > 12 for (_, above), (_, below) in zip(places, places[1:]))


def test_a_pointer_names_each_line(tmp_path):
    chart = drawn.chart(many(tmp_path), "scale-memory")
    lines = chart.ids(r"scale-memory\.threads-that-block\.\w+(\.context)?")
    words = [chart.by_id[line].findtext(f"{drawn.SVG}title") for line in lines if "says" not in line]
    assert sorted(filter(None, words)) == sorted(
        [*(title for title, *_ in synthetic.MODELS.values()), *(f"Loop {i}" for i in range(7))]
    )


def test_a_panel_has_one_height_however_many_models_there_are(swept, tmp_path):
    few, more = drawn.chart(swept, "scale-cpu"), drawn.chart(many(tmp_path), "scale-cpu")
    heights = [float(chart.root.get("viewBox").split()[3]) for chart in (few, more)]
    assert abs(heights[0] - heights[1]) < 60  # points: the notes, and the names of the families


def test_the_reason_of_a_refusal_stands_below(swept):
    assert drawn.chart(swept, "scale-cpu").texts("scale-cpu.note")[2:] == [
        "1: “Sequential” at 1,000 tasks: preflight: no room for 1000"
    ]


def test_the_title_tells_whose_cost_grows_or_else_the_dearest_and_the_cheapest(swept):
    assert drawn.chart(swept, "scale-overhead").text("scale-overhead.title") == (
        "With more tasks, each one takes more overhead in “Async, one task after the other”; the"
        " other 3 models show no such growth"
    )
    assert drawn.chart(swept, "scale-memory").text("scale-memory.title") == (
        "With 10,000 tasks, “Thread per task” takes 31 times the memory per task of “Async, one task"
        " after the other”"
    )


def test_one_run_of_each_shows_no_difference(tmp_path):
    runs = linear("async_serial", (1, 10, 100), 50, 1) + linear("sequential", (1, 10, 100), 50, 9)
    assert scale.finding("scale-memory", of_tasks(tmp_path, runs))[0] == (
        "With 100 tasks, no difference in memory per task is shown"
    )


def test_a_model_that_spins_is_not_the_cheapest_in_cpu_time(tmp_path):
    models = synthetic.model_table()
    models["sequential"]["facts"]["wait"] = "spins"
    sizes, runs = (1, 10, 100), []
    for model, us in (("sequential", 1), ("async_serial", 50), ("thread_per_task", 400)):
        runs += [run_of(model, n, cpu=0.003 + (n - 1) * us * 1e-6) for n in sizes]
    folder = synthetic.write(tmp_path, synthetic.document(twice(runs), models))
    chart = drawn.chart(folder, "scale-cpu")
    assert chart.text("scale-cpu.title") == (
        "With 100 tasks, “Thread per task” takes 8.0 times the CPU time per task of “Async, one task"
        " after the other”"
    )
    assert "“Sequential” uses a core from start to end" in " ".join(chart.texts("scale-cpu.note"))


def test_runs_that_overlap_show_no_difference(tmp_path):
    runs = [
        run | {"repetition": i}
        for i, kib in enumerate((1, 9))
        for model in ("async_serial", "sequential")
        for run in linear(model, (1, 10, 100), 50, kib)
    ]
    assert "no difference" in scale.finding("scale-memory", of_tasks(tmp_path, runs))[0]


def test_of_a_single_model_the_title_tells_whether_its_cost_grows(tmp_path):
    flat, growing = (
        [run_of("sequential", n, cpu=0.003 + n * us * 1e-6) for n, us in zip((1, 10, 100), each)]
        for each in ((9, 9, 9), (9, 9, 90))
    )
    assert said("scale-cpu", tmp_path, flat) == (
        "“Sequential” is not shown to take more CPU time per task with more tasks"
    )
    assert said("scale-cpu", tmp_path, growing) == (
        "With more tasks, each one takes more CPU time in “Sequential”"
    )


def test_overhead_that_is_less_than_that_of_one_task_is_nothing_to_grow_from(tmp_path):
    runs = [run_of("sequential", n, overhead=s) for n, s in ((1, 0.003), (10, 0.002), (100, 0.004))]
    assert said("scale-overhead", tmp_path, runs) == (
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


def test_where_tasks_arrive_one_by_one_there_is_no_chart_of_overhead(tmp_path):
    runs = twice(arriving("sequential", (100, 300)) + arriving("async_serial", (100, 110)))
    swept = of_tasks(tmp_path, runs)
    assert scale.charts_of(swept) == ["scale-memory", "scale-cpu", "scale-switches"]
    assert scale.finding("scale-cpu", swept)[0] == (
        "With more tasks, each one takes more CPU time in “Sequential”; the other model shows no"
        " such growth"
    )
    assert scale.words_of(swept.workload).endswith("tasks arrive evenly, 10 per second")


def test_of_a_model_whose_runs_do_not_agree_the_title_says_nothing(tmp_path):
    runs = twice(arriving("sequential", (100, 300)) + arriving("async_serial", (100, 110)))
    runs += arriving("thread_per_task", (100, 190))
    runs += [run | {"repetition": 1} for run in arriving("thread_per_task", (100, 230))]
    assert scale.finding("scale-cpu", of_tasks(tmp_path, runs))[0] == (
        "With more tasks, each one takes more CPU time in “Sequential”; one other model shows no"
        " such growth"
    )


def test_a_sweep_in_which_nothing_ran_has_no_charts(tmp_path):
    runs = [refused("sequential", n, 0) for n in (1, 10, 100)]
    assert not catalogue.of_sizes(loaded(tmp_path, runs))


# --- The crossover --------------------------------------------------------------------------------


def test_the_crossover_says_up_to_how_many_tasks_threads_are_as_good(swept, tmp_path):
    chart = drawn.chart(swept, "crossover")
    assert chart.text("crossover.title") == (
        "Up to 10,000 tasks, a thread per task is not shown to be slower than async"
    )
    assert [text for text in chart.texts() if "more from" in text] == ["more from 100 on"]
    slow = linear("thread_per_task", (1, 10, 100, 1000), 400)
    runs = twice(slow + linear("async_multi_thread", (1, 10, 100, 1000), 50))
    pair = crossover.sides(of_tasks(tmp_path, runs))
    assert crossover.finding(*pair) == (
        "With 1,000 tasks, a thread per task is slower than async; up to 100 no difference is shown"
    )


def test_without_threads_there_is_no_crossover(tmp_path):
    found = loaded(tmp_path, linear("async_multi_thread", (1, 10, 100), 50))
    assert list(catalogue.of_sizes(found)) == OF_TASKS


# --- Full listen queues ---------------------------------------------------------------------------


@pytest.fixture(name="flooded", scope="module")
def flooded_fixture(tmp_path_factory):
    """The queue overflowed at 100 tasks in one run of two, and at 1,000 in all of another model."""
    sizes, runs = (1, 10, 100, 1000), []
    for model, size, times in (("async_multi_thread", 100, 1), ("thread_per_task", 1000, 2)):
        for i in range(2):
            for run in linear(model, sizes, 50):
                full = run["workload"]["tasks"] == size and i < times
                runs.append((synthetic.overflowed(run) if full else run) | {"repetition": i + 1})
    return synthetic.write(tmp_path_factory.mktemp("flooded"), synthetic.document(runs))


def test_a_curve_goes_through_the_runs_whose_queue_did_not_overflow(flooded):
    swept = size_sweep.of_tasks(results_file.load(str(flooded)))
    some, full = (curve_of(swept, name) for name in ("async_multi_thread", "thread_per_task"))
    assert some.growth(size_sweep.overhead_s)[100] == pytest.approx(50e-6)
    apart = some.growth(size_sweep.overhead_s, size_sweep.overflowed_runs)
    assert apart == pytest.approx({100: 50e-6 + 1 / 99})
    assert full.growth(size_sweep.overhead_s)[1000] == pytest.approx(50e-6 + 1 / 999)


def test_a_full_queue_is_no_growth_of_the_overhead(flooded):
    swept = size_sweep.of_tasks(results_file.load(str(flooded)))
    assert not any(scale.growing(curve, size_sweep.overhead_s) for curve in swept.curves)


def test_hollow_marks_show_the_runs_whose_queue_overflowed(flooded):
    note = (
        "Hollow marks: runs in which the listen queue overflowed; a connection that was dropped is"
        " tried again after 1 s. 100 tasks: “Async on several threads” (1 of 2 runs); 1,000 tasks:"
        " “Thread per task” (2 of 2 runs)."
    )
    for name, hollow in (
        ("scale-overhead", ["all.async_multi_thread", "all.thread_per_task"]),
        ("crossover", ["end.end"]),
    ):
        chart = drawn.chart(flooded, name)
        assert sorted(chart.ids(rf"{name}\..*overflowed")) == [
            f"{name}.{line}.overflowed" for line in hollow
        ]
        assert note in " ".join(chart.texts())


def test_the_crossover_counts_no_time_of_a_full_queue(flooded):
    pair = crossover.sides(size_sweep.of_tasks(results_file.load(str(flooded))))
    assert crossover.finding(*pair).startswith("Up to 100 tasks, a thread per task is not shown")
    _, rows = crossover.table(*pair)
    assert [row[1] for row in rows] == ["1.00", "1.00", "1.00", "1.80 (full listen queue)"]


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
    folder = synthetic.write(tmp_path, synthetic.document(twice(runs)))
    chart = drawn.chart(folder, "workers")
    assert chart.text("workers.title") == (
        "More than two worker threads are not shown to help any model, on two cores"
    )
    assert "two cores" in chart.texts()
    assert len(chart.ids(r"workers\.all\.\w+\.predicted")) == 2
    assert workers.enough(size_sweep.of_threads(loaded(tmp_path, twice(runs))).curves[0]) == 2


def test_threads_that_help_no_model_and_those_that_all_help(tmp_path):
    def said_of(makespans):
        runs = twice(burning("async_multi_thread", makespans))
        return workers.finding(size_sweep.of_threads(loaded(tmp_path, runs)))

    assert said_of({1: 1.6, 2: 1.6, 4: 1.6}) == "More worker threads are not shown to help any model"
    assert said_of({1: 1.6, 2: 0.8, 4: 0.4}) == "More worker threads help up to all 4 that were tried"


# --- Tables ---------------------------------------------------------------------------------------


def test_summary_and_page_hold_the_figures_of_the_charts(swept):
    summary = drawn.summary_of(swept)
    page = drawn.page(swept, has_time_lines=False)
    assert "| model | 10 tasks | 100 tasks | 1,000 tasks | 10,000 tasks | ended |" in summary
    assert f"| Thread per task |{' 9.00 KiB |' * 4}  |" in summary
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
    for name in ("scale-cpu", "crossover"):
        assert drawn.svg(again, name) == drawn.svg(swept, name)
