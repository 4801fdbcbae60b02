"""What is said about unsteady figures, and what repeated runs look like in summary.md."""

import gates
import pytest
import synthetic
from plots.page import advice, summary
from plots.read import results_file, samples


def advised(folder, document):
    return advice.of(results_file.load(str(synthetic.write(folder, document))))


def with_environment(**values):
    document = gates.side(1)
    document["environment"].update(values)
    return document


def test_steady_repetitions_need_no_advice(tmp_path):
    document = gates.side(1)
    for run in document["runs"]:
        run["overhead_s"] = 0.004
    assert advised(tmp_path, document) == []


def test_of_single_runs_nothing_is_said(tmp_path):
    document = synthetic.document()
    document["environment"].update(build_type="debug", busy_cores=2)
    assert advised(tmp_path, document) == []


@pytest.mark.parametrize(
    "values, start",
    [
        ({"build_type": "debug"}, "This is a debug build"),
        ({"busy_cores": 1.3}, "The machine was busy before the first run: other work took 1.3 of its 2"),
        ({"governor": "powersave"}, "The cores' frequency governor is powersave"),
    ],
    ids=str,
)
def test_what_the_environment_tells_comes_first(tmp_path, values, start):
    assert advised(tmp_path, with_environment(**values))[0].startswith(start)


@pytest.mark.parametrize(
    "values",
    [
        {"governor": None},
        {"governor": "performance"},
        {"busy_cores": 0.4},
        {"busy_cores": None},
        {"busy_cores": "x"},
        {"busy_cores": 0.1, "load_average": [9, 9, 9]},
        {"build_type": None},
        {"cores": None, "busy_cores": 9},
    ],
    ids=str,
)
def test_what_is_fine_or_not_known_is_not_told(tmp_path, values):
    quiet = advised(tmp_path, gates.side(1))
    assert advised(tmp_path, with_environment(**values)) == quiet


def test_too_few_repetitions_are_told(tmp_path):
    (line,) = [line for line in advised(tmp_path, gates.side(1, 4)) if "Too few" in line]
    assert "sequential, async_serial, async_single_thread and 2 more" in line
    assert "--repetitions 11" in line


def test_a_slow_first_run_is_told_apart_from_a_slow_other_run(tmp_path):
    for place, said in ((0, True), (5, False)):
        document = gates.side(1, models=("sequential",))
        for run in document["runs"]:
            run["overhead_s"] = 0.004
        document["runs"][place]["overhead_s"] = 0.050
        lines = advised(tmp_path, document)
        assert any(line.startswith("The first run was the slow one") for line in lines) is said
        assert any("1 of 11 of sequential" in line and "+50.0 ms" in line for line in lines)


@pytest.mark.parametrize("stolen, said", [(0.0099, False), (0.03, True)])
def test_time_that_the_hypervisor_took_is_told_from_a_hundredth_on(tmp_path, stolen, said):
    document = gates.side(1)
    steal_s = stolen * 2 * document["runs"][0]["makespan_s"]
    document["runs"][0] = synthetic.with_kernel(document["runs"][0], steal_s=steal_s)
    model = document["runs"][0]["model"]
    start = f"The hypervisor took up to 3 % of the cores' time from runs of {model}: a noisy"
    assert any(line.startswith(start) for line in advised(tmp_path, document)) is said


def test_runs_with_a_full_listen_queue_are_not_taken_for_outliers(tmp_path):
    quiet = advised(tmp_path, gates.side(1))
    document = gates.side(1)
    document["runs"] += [synthetic.overflowed(run) for run in document["runs"][:1]]
    assert advised(tmp_path, document) == quiet


def test_a_wide_spread_is_told(tmp_path):
    lines = advised(tmp_path, gates.side(1, load=4))
    assert any(line.startswith("Overhead varies widely in ") for line in lines)


# --- summary.md ----------------------------------------------------------------------------------


def test_repetitions_show_median_spread_and_interval(tmp_path):
    document = gates.side(1, 3, models=("sequential",))
    for run, overhead in zip(document["runs"], (0.004, 0.005, 0.007)):
        run["overhead_s"] = overhead
        for process in ("client", "server"):
            run[process].update(user_s=0.002, peak_rss_bytes=4 << 20)
    text = summary.write(results_file.load(str(synthetic.write(tmp_path, document))))
    assert (
        "| Sequential | 3 | 5.0 ± 1.0 ms [4.0 to 7.0] | 2.0 ± 0.0 ms [2.0 to 2.0] |"
        " 4.00 ± 0.00 MiB [4.00 to 4.00] |"
    ) in text
    assert "To have steadier figures:\n\n- Too few repetitions" in text


def test_without_scipy_the_summary_has_no_intervals_and_says_so(tmp_path, monkeypatch):
    def missing():
        raise samples.ScipyMissing("")

    monkeypatch.setattr(samples, "_scipy", missing)
    text = summary.write(results_file.load(str(synthetic.write(tmp_path, gates.side(1, 3)))))
    assert "Intervals are left out: they need SciPy (the package python3-scipy)." in text
