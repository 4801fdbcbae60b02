"""What must be in timeline.svg, read back from the file."""

import re

import drawn
import pytest
import synthetic

WIDTH_OF_A_LINE = 0.02  # seconds: how exactly an x can be read back


@pytest.fixture(scope="module", name="five")
def _five(five_models):
    return drawn.Drawing((five_models / "charts" / "timeline.svg").read_bytes())


@pytest.fixture(scope="module", name="seconds")
def _seconds(five):
    return five.scale("async_single_thread", 22, "sequential", 42)


def chart(folder, runs, models=None):
    return drawn.chart(synthetic.write(folder, synthetic.document(runs, models)), "timeline")


def test_every_model_has_a_panel_with_its_title(five):
    for name, (title, *_) in synthetic.MODELS.items():
        assert five.text(f"timeline.{name}.title") == title


def test_panels_are_in_the_order_of_the_models(five):
    panels = [name.split(".")[1] for name in five.ids(r"timeline\.\w+\.panel")]
    assert panels == list(synthetic.MODELS)


def test_a_prediction_is_a_line_with_words_where_the_formula_says(five, seconds):
    for name in synthetic.MODELS:
        expected = synthetic.predicted(name, synthetic.workload())
        left, right = map(seconds, five.extent(f"timeline.{name}.predicted"))
        assert left == right == pytest.approx(expected, abs=WIDTH_OF_A_LINE)
        assert five.texts(f"timeline.{name}.predicted.label")[0] == f"predicted {expected:g} s"


def test_stages_are_drawn_where_the_data_has_them(five, seconds):
    stages = (("connect", 0, 2), ("response", 2, 10), ("ready", 10, 18), ("compute", 18, 22))
    for kind, begin, end in stages:
        left, right = map(seconds, five.extent(f"timeline.async_single_thread.task3.{kind}"))
        assert left == pytest.approx(begin, abs=WIDTH_OF_A_LINE)
        assert right == pytest.approx(end, abs=WIDTH_OF_A_LINE)


def test_only_the_async_single_thread_has_tasks_that_wait_for_a_thread(five, seconds):
    long = []
    for name in five.ids(r"timeline\.\w+\.task\d+\.ready"):
        left, right = five.extent(name)
        if seconds(right) - seconds(left) > 0.1:
            long.append((name, round(seconds(right) - seconds(left))))
    assert long == [
        ("timeline.async_single_thread.task2.ready", 4),
        ("timeline.async_single_thread.task3.ready", 8),
    ]


def test_only_long_waits_for_a_thread_have_words(five):
    labels = five.ids(r"timeline\..*\.ready\.label")
    assert [five.text(name) for name in labels] == ["4.0 s", "no thread for 8.0 s"]


def test_the_thread_that_computed_can_be_read(five):
    threads = {
        name: [five.text(f"timeline.{name}.task{task}.compute.label") for task in (1, 2, 3)]
        for name in synthetic.MODELS
    }
    alone = ["thread 1"] * 3
    several = ["thread 1", "thread 2", "thread 3"]
    assert threads == {
        "sequential": alone,
        "async_serial": alone,
        "async_single_thread": alone,
        "async_multi_thread": several,
        "thread_per_task": several,
    }
    assert five.text("timeline.thread_per_task.note") == "OS thread 1 = 4712, 2 = 4713, 3 = 4714"


def test_only_models_that_hold_a_thread_are_called_blocked(five):
    blocked = {name.split(".")[1] for name in five.ids(r"timeline\..*\.response\.label")}
    assert blocked == {"sequential", "thread_per_task"}


def test_every_panel_lies_within_the_figure(five):
    width = float(five.root.get("viewBox").split()[2])
    for name in synthetic.MODELS:
        background = next(five.by_id[f"timeline.{name}.panel"].iter(f"{drawn.SVG}path"))
        xs = [float(x) for x in re.findall(r"[MH] (-?[\d.]+)", background.get("d"))]
        assert 0 < min(xs) < max(xs) <= width


def test_titles_say_what_the_data_says(five):
    assert five.text("timeline.title") == (
        "Same work: 42.0 s in turn, 22.0 s on one thread, 14.0 s on several"
    )
    assert five.text("timeline.sequential.finding") == (
        "One task at a time: waiting took 30.0 s of 42.0 s"
    )
    assert five.text("timeline.async_single_thread.finding") == (
        "Two tasks were ready for 4.0 s and 8.0 s but had no thread"
    )
    assert five.text("timeline.thread_per_task.finding") == (
        "All three tasks waited together, up to three computed at once"
    )


def test_other_data_gives_other_titles(tmp_path):
    work = synthetic.workload(tasks=5, threads=1)
    run = synthetic.run("async_multi_thread", work)
    run["structure"]["verdict"] = "4 threads expected, 1 seen"
    run["makespan_s"] += 3
    run["overhead_s"] += 3
    svg = chart(tmp_path, [run, synthetic.run("thread_per_task", work)])
    assert svg.text("timeline.title") == (
        "Same work: 33.0 s on one thread, 14.0 s on several"
    )
    assert svg.text("timeline.async_multi_thread.finding") == (
        "Four tasks were ready but had no thread, for up to 16.0 s; 3.0 s later than predicted;"
        " structure: 4 threads expected, 1 seen"
    )


def test_a_late_run_leaves_its_prediction_where_it_was(tmp_path):
    late = synthetic.run("async_single_thread")
    late["makespan_s"] += 3
    late["overhead_s"] += 3
    svg = chart(tmp_path, [late, synthetic.run("thread_per_task")])
    zero = svg.extent("timeline.thread_per_task.task1.connect")[0]
    late_line, line = (
        svg.extent(f"timeline.{model}.predicted")[0] - zero
        for model in ("async_single_thread", "thread_per_task")
    )
    assert late_line / line == pytest.approx(22 / 14, abs=0.01)


def test_one_task_has_nothing_to_overlap(tmp_path):
    svg = chart(tmp_path, [synthetic.run(name, synthetic.workload(1)) for name in synthetic.MODELS])
    assert svg.text("timeline.title") == (
        "Same work: 14.0 s in five models. No difference between them is shown"
    )


def test_published_ends_are_marked_at_the_original_workload(five, seconds):
    for name, (*_, published) in synthetic.MODELS.items():
        at = seconds(five.mark(f"timeline.{name}.published"))
        assert at == pytest.approx(published, abs=WIDTH_OF_A_LINE)


def test_published_ends_are_not_marked_elsewhere(tmp_path):
    work = synthetic.workload(compute=3.0)
    svg = chart(tmp_path, [synthetic.run(name, work) for name in synthetic.MODELS])
    assert svg.ids(r".*\.published") == []
    assert not any("published" in text for text in svg.texts())


def test_the_run_with_the_median_makespan_is_shown(tmp_path):
    runs = [synthetic.run("sequential", repetition=i) for i in range(3)]
    for run, late in zip(runs, (0.9, 0.1, 0.5)):
        run["makespan_s"] = 42 + late
    svg = chart(tmp_path, runs)
    assert svg.text("timeline.sequential.times").startswith("42.500 s")
    assert "median of 3" in svg.text("timeline.sequential.times")


@pytest.mark.parametrize("status", ["failed", "refused", "timeout"])
def test_a_run_that_did_not_succeed_says_so_and_why(tmp_path, status):
    message = 'task 2: got "<b>&$x$", expected\n"task2"'
    runs = [synthetic.bad_run("sequential", status, message), synthetic.run("async_serial")]
    svg = chart(tmp_path, runs)
    said = svg.text("timeline.sequential.finding")
    assert said == f'{status.capitalize()}: task 2: got "<b>&$x$", expected "task2"'
    assert "nothing on record" in svg.texts("timeline.sequential.panel")
    assert svg.ids(r"timeline\.sequential\.task.*") == []
    assert "1 of 2" in svg.text("timeline.title")


def test_a_run_that_never_ended_shows_how_far_it_came(tmp_path):
    run = synthetic.run("async_single_thread")
    for column in run["stages"].values():
        del column[2:]
    run.update(status="timeout", message="no end", makespan_s=None, overhead_s=None, structure=None)
    svg = chart(tmp_path, [run, synthetic.run("sequential")])
    assert svg.ids(r"timeline\.async_single_thread\.task\d\.\w+") == [
        "timeline.async_single_thread.task1.connect",
        "timeline.async_single_thread.task1.response",
    ]


def test_all_failed_is_a_chart_too(tmp_path):
    svg = chart(tmp_path, [synthetic.bad_run("sequential"), synthetic.bad_run("async_serial")])
    assert svg.text("timeline.title") == (
        "No run succeeded: 2 of 2 failed: Sequential and Async, one task after the other"
    )


def test_a_model_nobody_knows_is_drawn_under_its_name(tmp_path):
    run = synthetic.run("sequential")
    run["model"] = "home made"
    svg = chart(tmp_path, [run])
    assert svg.text("timeline.home_made.title") == "home made"
    assert svg.ids(r"timeline\.home_made\.task1\.compute")


def test_a_task_may_be_ready_twice_and_compute_on_another_thread(tmp_path):
    run = synthetic.run("async_single_thread", synthetic.workload(2))
    stages = run["stages"]
    read = stages["end_ns"][6]  # of the second task, when it is taken up
    for column, value in zip(stages.values(), (2, "ready", read, read + 4_000_000_000, None)):
        column.insert(7, value)
    stages["begin_ns"][8], stages["end_ns"][8] = read + 4_000_000_000, read + 8_000_000_000
    stages["thread"][8] = 4800
    svg = chart(tmp_path, [run])
    ready = r"timeline\.async_single_thread\.task2\.ready(-2)?"
    assert len(svg.ids(ready)) == 2
    assert svg.text("timeline.async_single_thread.task2.compute.label") == "thread 2"
    assert svg.text("timeline.async_single_thread.finding").startswith(
        "One task was ready for 8.0 s but had no thread"
    )


def test_a_very_long_title_is_wrapped_and_cut(tmp_path):
    models = synthetic.model_table()
    models["sequential"]["title"] = "A very long title " * 40
    svg = chart(tmp_path, [synthetic.run("sequential")], models)
    lines = svg.texts("timeline.sequential.title")
    assert all(len(line) < 140 for line in lines)
    assert any(line.endswith("…") for line in svg.texts())


def test_characters_that_xml_can_not_hold_are_replaced(tmp_path):
    svg = chart(tmp_path, [synthetic.bad_run("sequential", message="a\x00b\x1b[31m\ud800c 漢字")])
    assert svg.text("timeline.sequential.finding") == "Failed: a\ufffdb\ufffd[31m\ufffdc 漢字"


@pytest.mark.parametrize("tasks", [12, 13, 200, 201])
def test_more_than_a_dozen_tasks_share_a_path_per_stage(tmp_path, tasks):
    work = synthetic.workload(tasks)
    svg = chart(tmp_path, [synthetic.run("async_single_thread", work)])
    each = svg.ids(r"timeline\.async_single_thread\.task\d+\.compute")
    assert len(each) == (tasks if tasks <= 12 else 0)
    together = svg.ids(r"timeline\.async_single_thread\.(connect|response|ready|compute)")
    assert len(together) == (0 if tasks <= 12 else 4)
    assert ("tasks" in svg.texts()) == (tasks > 200)  # then the axis counts them


def test_ten_thousand_tasks_stay_a_small_file(tmp_path):
    work = synthetic.workload(10_000, 4, 0.2, 0.8, 0.001)
    names = ("async_single_thread", "async_multi_thread", "thread_per_task")
    folder = synthetic.write(tmp_path, synthetic.document([synthetic.run(n, work) for n in names]))
    charts = drawn.svgs(drawn.charts_in(folder))
    assert charts.keys() == {"timeline", "threads", "comparison"}
    assert max(map(len, charts.values())) < 400_000
    svg = drawn.Drawing(charts["timeline"])
    assert "tasks were ready but had no thread" in svg.text("timeline.async_single_thread.finding")


def test_fifteen_models_have_fifteen_panels_on_one_axis(tmp_path):
    table, runs = {}, []
    for i in range(15):
        base = list(synthetic.MODELS)[i % 5]
        table[f"m{i}"] = synthetic.model_table()[base]
        runs.append(dict(synthetic.run(base, seed=i), model=f"m{i}"))
    svg = chart(tmp_path, runs, table)
    assert len(svg.ids(r"timeline\.m\d+\.panel")) == 15
    extents = [svg.extent(f"timeline.m{i}.task1.connect") for i in range(15)]
    lengths = [right - left for left, right in extents]
    assert max(lengths) - min(lengths) < 0.1


def test_texts_are_texts_and_the_chart_describes_itself(five):
    assert all(text for text in five.texts())
    assert five.by_id["chart-timeline-title"].text.startswith("Same work")
    assert "Async on one thread: measured 22.0" in five.by_id["chart-timeline-desc"].text
    assert five.root.get("role") == "img"
    assert five.ids(r"DejaVu.*") == []  # no glyph is drawn as a path
