"""What must be in threads.svg, read back from the file."""

import drawn
import pytest
import synthetic


@pytest.fixture(scope="module", name="five")
def _five(five_models):
    return drawn.Drawing((five_models / "charts" / "threads.svg").read_bytes())


def chart(folder, runs):
    return drawn.chart(synthetic.write(folder, synthetic.document(runs)), "threads")


def kinds(svg, model):
    return {name.split(".")[-1] for name in svg.ids(rf"threads\.{model}\.task\d+\.\w+")}


def test_a_thread_that_is_held_shows_its_waits(five):
    for model, (_, _, holds, _) in synthetic.MODELS.items():
        expected = {"connect", "response", "compute"} if holds else {"compute"}
        assert kinds(five, model) == expected, model


def test_a_row_is_a_thread_with_its_os_id(five):
    rows = [text for text in five.texts("threads.thread_per_task.panel") if "thread" in text]
    assert rows == ["thread 1 (4712)", "thread 2 (4713)", "thread 3 (4714)"]
    rows = [text for text in five.texts("threads.async_single_thread.panel") if "thread" in text]
    assert rows == ["thread 1 (4711)"]


def test_what_a_thread_computed_can_be_read(five):
    labels = five.ids(r"threads\.async_single_thread\..*compute\.label")
    assert [five.text(name) for name in labels] == ["task 1", "task 2", "task 3"]


def test_titles_say_what_the_data_says(five):
    assert five.text("threads.title") == (
        "Waiting took 30.0 s of thread time in two of five models; in the other three it held none"
    )
    assert five.text("threads.sequential.finding") == (
        "One thread: 12.0 s computing, 30.0 s blocked in a wait"
    )
    assert five.text("threads.async_multi_thread.finding") == (
        "Three threads: 12.0 s computing; a task that waits holds no thread"
    )


def test_without_a_blocking_model_the_title_says_so(tmp_path):
    svg = chart(tmp_path, [synthetic.run("async_serial"), synthetic.bad_run("sequential")])
    assert svg.text("threads.title") == (
        "No thread was held while a task waited, in one model; 1 of 2 failed: Sequential"
    )


def test_a_task_is_on_the_row_of_the_thread_that_computed_it(tmp_path):
    run = synthetic.run("thread_per_task")
    run["stages"]["thread"][-1] = 4712  # task 3 computes on thread 1
    svg = chart(tmp_path, [run])

    def height(task, kind):
        box = svg.by_id[f"threads.thread_per_task.task{task}.{kind}"]
        path = next(box.iter(f"{drawn.SVG}path"))
        return float(path.get("d").split()[2])

    assert height(3, "compute") == height(1, "compute")
    assert height(3, "connect") != height(1, "connect")


def test_a_row_of_thousands_of_stretches_is_drawn_in_blocks(tmp_path):
    work = synthetic.workload(3000, 2, 0.1, 0.1, 0.001)
    svg = chart(tmp_path, [synthetic.run("async_multi_thread", work)])
    panel = r"threads\.async_multi_thread\."
    assert len(svg.ids(panel + r"task0\.compute(-\d)?")) == 2  # a block per thread
    assert svg.ids(panel + r"task[1-9]\d*\.compute") == []
    assert "many tasks, one after the other" in svg.texts()


def test_a_run_in_which_nothing_computed_says_so(tmp_path):
    run = synthetic.run("async_single_thread")
    for column in run["stages"].values():
        del column[2:]
    run.update(status="timeout", message="no end", makespan_s=None, overhead_s=None, structure=None)
    assert "no thread computed anything" in chart(tmp_path, [run]).texts()
