"""What must be in comparison.svg, read back from the file."""

import drawn
import pytest
import synthetic


def chart(folder, runs):
    return drawn.chart(synthetic.write(folder, synthetic.document(runs)), "comparison")


def repeated(model, overheads):
    runs = []
    for i, overhead in enumerate(overheads):
        run = synthetic.run(model, repetition=i)
        run["overhead_s"] = overhead
        run["makespan_s"] = run["predicted_s"] + overhead
        runs.append(run)
    return runs


@pytest.fixture(scope="module", name="five")
def _five(five_models):
    return drawn.Drawing((five_models / "charts" / "comparison.svg").read_bytes())


def test_every_model_has_measured_predicted_published_and_overhead(five):
    for model, (*_, published) in synthetic.MODELS.items():
        run = synthetic.run(model)
        assert five.text(f"comparison.{model}.measured.label") == f"{run['makespan_s']:.3f} s"
        assert five.text(f"comparison.{model}.published.label") == f"{published:.3f} s"
        overhead = f"{run['overhead_s'] * 1000:+.1f} ms"
        assert five.text(f"comparison.{model}.overhead.label") == overhead
        assert five.ids(rf"comparison\.{model}\.predicted")


def test_a_prediction_lies_at_its_seconds(five):
    begin = five.extent("comparison.sequential.measured")[0]
    per_second = (five.extent("comparison.sequential.predicted")[0] - begin) / 42
    at = (five.extent("comparison.async_single_thread.predicted")[0] - begin) / per_second
    assert at == pytest.approx(22, abs=0.02)
    bar = (five.extent("comparison.async_single_thread.measured")[1] - begin) / per_second
    assert bar == pytest.approx(22, abs=0.02)


def test_published_figures_stay_out_of_other_workloads(tmp_path):
    svg = chart(tmp_path, [synthetic.run(m, synthetic.workload(4)) for m in synthetic.MODELS])
    assert svg.ids(r".*published.*") == []
    assert not any("published" in text for text in svg.texts())


def test_the_median_is_written_and_every_run_is_a_dot(tmp_path):
    svg = chart(tmp_path, repeated("sequential", (0.009, 0.001, 0.004)))
    assert svg.text("comparison.sequential.measured.label") == "42.004 s"
    assert svg.text("comparison.sequential.overhead.label") == "+4.0 ms"
    dots = list(svg.by_id["comparison.sequential.overhead.spread"].iter(f"{drawn.SVG}use"))
    assert len(dots) == 3
    assert "measured, median" in svg.texts()


def test_runs_with_a_full_listen_queue_have_marks_of_their_own(tmp_path):
    runs = repeated("sequential", (0.512, 0.514, 0.513, 0.51, 0.52))
    runs[1:3] = map(synthetic.overflowed, runs[1:3])
    full = [synthetic.overflowed(run) for run in repeated("async_serial", (0.56,))]
    svg = chart(tmp_path, runs + full)
    assert svg.text("comparison.sequential.overhead.label") == "+512.0 ms"
    assert svg.text("comparison.async_serial.overhead.label") == "+1.56 s (full listen queue)"
    for name, marks in (("spread", 3), ("overflowed", 2)):
        element = svg.by_id[f"comparison.sequential.overhead.{name}"]
        assert len(list(element.iter(f"{drawn.SVG}use"))) == marks
    assert svg.ids(r"comparison\.async_serial\.(measured|overhead)\.overflowed")
    assert "listen queue overflowed, tried again after 1 s" in svg.texts()


def test_one_run_has_no_spread(five):
    assert five.ids(r".*spread") == []
    assert "measured" in five.texts()


def test_a_run_earlier_than_predicted_has_a_negative_overhead(tmp_path):
    svg = chart(tmp_path, repeated("sequential", (-0.004,)))
    assert svg.text("comparison.sequential.overhead.label") == "-4.0 ms"
    left, right = svg.extent("comparison.sequential.overhead")
    assert left < right


def test_a_failed_run_says_why_and_has_no_bar(tmp_path):
    svg = chart(tmp_path, [synthetic.bad_run("sequential", "refused", "no more threads")])
    assert svg.text("comparison.sequential.message") == "Refused: no more threads"
    assert svg.ids(r"comparison\.sequential\.(measured|overhead|predicted)") == []


def test_failed_repetitions_enter_no_statistic_but_are_told(tmp_path):
    runs = repeated("sequential", (0.001, 0.002, 0.003))
    runs.append(synthetic.bad_run("sequential", repetition=3))
    svg = chart(tmp_path, runs)
    assert svg.text("comparison.sequential.measured.label") == "42.002 s (1 of 4 runs failed)"


def test_the_title_says_how_well_the_predictions_held(tmp_path, five):
    assert five.text("comparison.title").startswith(
        "All five models kept to their predictions: overhead +0.8 ms to +3.2 ms"
    )
    late = repeated("sequential", (4.2,)) + repeated("async_serial", (0.001,))
    assert chart(tmp_path, late).text("comparison.title") == (
        "One of two models missed the prediction; “Sequential” ended 4.2 s later than its 42 s"
    )
    once = repeated("sequential", (0.001, 4.2, 0.002)) + repeated("async_serial", (0.001,))
    assert chart(tmp_path, once).text("comparison.title").startswith("One of two models missed")
