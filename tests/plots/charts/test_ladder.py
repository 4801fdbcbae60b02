"""The cost ladder: what must be in ladder.svg, and how a bad primitives.json is refused."""

import json
import math

import drawn
import pytest
import synthetic
from price_rows import CPU, IDLE, REAL, row, rows, write

from plots.charts import ladder

def chart(folder, entries=None):
    return drawn.chart(write(folder, entries), "ladder")


@pytest.fixture(scope="module", name="whole")
def _whole(tmp_path_factory):
    return chart(tmp_path_factory.mktemp("whole"))


def gid(name):
    return "ladder." + name.replace("/", "_")


def position(svg, name):
    """x and y of a row's mark."""
    use = next(svg.by_id[f"{gid(name)}.mark"].iter(f"{drawn.SVG}use"))
    return float(use.get("x")), float(use.get("y"))


def test_it_is_drawn_where_there_are_prices(priced):
    names = {p.name for p in (priced / "charts").glob("ladder*")}
    assert names == {"ladder.svg", "ladder.png"}


def test_without_prices_there_is_no_ladder(tmp_path):
    synthetic.write(tmp_path, synthetic.document([synthetic.run("sequential")]))
    assert "ladder" not in drawn.charts_in(tmp_path)


def test_the_same_prices_give_the_same_bytes(priced, tmp_path):
    second = drawn.files_of(write(tmp_path), "ladder")
    assert len(second) == 2
    for name, content in second.items():
        assert (priced / name).read_bytes() == content, name


def test_the_cheapest_comes_first(whole):
    names = {**CPU, **REAL}
    down = sorted(names, key=lambda name: position(whole, name)[1])
    along = sorted(names, key=lambda name: position(whole, name)[0])
    assert down == along
    assert (down[0], down[-1]) == ("call_a_function", "spawn_and_reap_a_process")


def test_the_axis_is_logarithmic(whole):
    x = {name: position(whole, name)[0] for name in ("call_a_function", "spawn_and_reap_a_process")}
    decade = (x["spawn_and_reap_a_process"] - x["call_a_function"]) / math.log10(500_000 / 1.2)
    at = x["call_a_function"] + decade * math.log10(25 / 1.2)
    assert position(whole, "record_an_event")[0] == pytest.approx(at, abs=0.1)


def test_what_never_waits_is_told_in_cpu_time_and_what_does_in_real_time(whole):
    assert whole.text(f"{gid('record_an_event')}.value") == "25 ns"
    assert whole.text(f"{gid('create_and_join_a_thread')}.value") == "24 µs"


def test_an_iteration_there_and_back_is_two_operations(whole):
    assert whole.text(f"{gid('switch_between_coroutines_and_back')}.value") == "32 ns"
    assert whole.text(f"{gid('hand_over_by_condition_variable/same_core')}.value") == "4 µs"


def test_published_figures_stand_beside_what_they_compare_with(whole):
    said = {
        "switch_between_coroutines_and_back": "200 ns",
        "hand_over_by_condition_variable/same_core": "1.7 µs",
        "hand_over_by_condition_variable/two_cores": "1.7 µs",
        "spawn_and_join_a_coroutine": "300 ns",
        "create_and_join_a_thread": "17 µs",
        "memory_of_an_idle_thread": "20 KiB",
        "memory_of_an_idle_coroutine_on_a_timer": "0.4 KiB",
    }
    marks = {name.removesuffix(".published") for name in whole.ids(r"ladder\..+\.published")}
    assert marks == {gid(name) for name in said}
    for name, text in said.items():
        assert whole.text(f"{gid(name)}.published.value") == text
    assert ladder.SOURCE in whole.text("ladder.source")


def test_memory_tells_what_is_resident_and_what_the_system_lost(whole):
    for name, held in IDLE.items():
        for kind, value in zip(("resident", "available"), held):
            assert whole.text(f"{gid(name)}.{kind}.value") == ladder.size(value)
    left, resident = whole.extent(f"{gid('memory_of_an_idle_thread')}.resident")
    lost = whole.extent(f"{gid('memory_of_an_idle_thread')}.available")[1]
    assert (lost - left) / (resident - left) == pytest.approx(34_000 / 8_600, rel=0.01)


def test_the_title_is_computed(whole, tmp_path):
    assert whole.text("ladder.title") == (
        "A thread costs 120 times as much to start as a coroutine, and holds 12 times the memory"
    )
    start = [entry for entry in rows() if "memory" not in entry["name"]]
    assert chart(tmp_path / "a", start).text("ladder.title") == (
        "A thread costs 120 times as much to start as a coroutine"
    )
    held = [entry for entry in rows() if "memory" in entry["name"] or "call" in entry["name"]]
    assert chart(tmp_path / "b", held).text("ladder.title") == (
        "An idle thread holds 12 times the memory of an idle coroutine"
    )
    some = [entry for entry in rows() if "call" in entry["name"] or "process" in entry["name"]]
    some = [entry for entry in some if "memory" not in entry["name"]]
    assert chart(tmp_path / "c", some).text("ladder.title") == (
        "From 1.2 ns (Call a function) to 500 µs (Spawn and reap a process)"
    )


def test_repetitions_that_overlap_show_no_difference(tmp_path):
    def title(coroutine):
        entries = [row("create_and_join_a_thread/real_time", 1, ns) for ns in (20_000, 30_000)]
        entries += [row("spawn_and_join_a_coroutine", ns, ns) for ns in coroutine]
        return chart(tmp_path, entries).text("ladder.title")

    assert title((200, 300)).startswith("A thread costs 100 times as much")
    assert "times as much" not in title((200, 25_000))


def test_of_several_repetitions_the_median_counts_and_their_span_is_drawn(tmp_path, whole):
    assert whole.ids(r".*\.spread") == []
    name = "call_a_function"
    entries = [row(name, cpu, cpu) for cpu in (1.0, 9.0, 2.0)]
    entries.append(row(name, 4.0, 4.0, run_type="aggregate", aggregate_name="mean"))
    svg = chart(tmp_path, entries)
    assert svg.text(f"{gid(name)}.value") == "2 ns"
    left, right = svg.extent(f"{gid(name)}.spread")
    assert left < position(svg, name)[0] < right


def test_what_was_not_measured_says_why(tmp_path):
    name = "hand_over_by_mutex/two_cores"
    why = "not measured here: this process has one core only"
    bad = row(f"{name}/real_time", 0, 0, error_occurred=True, error_message=why)
    svg = chart(tmp_path, rows() + [bad])
    assert svg.text(f"{gid(name)}.message") == why
    assert svg.ids(rf"{gid(name)}\.mark") == []


def test_a_row_it_does_not_know_is_drawn_by_its_name(tmp_path):
    svg = chart(tmp_path, rows() + [row("cross_the_street", 5, 5)])
    assert "Cross the street" in svg.texts()


def test_memory_below_the_noise_is_called_so(tmp_path):
    held = {"resident_bytes_each": 704.0, "available_bytes_each": -160.0}
    name = "memory_of_an_idle_coroutine_on_a_timer"
    svg = chart(tmp_path, [row("call_a_function", 1, 1), row(f"{name}/real_time", 1, 1, **held)])
    assert svg.text(f"{gid(name)}.available.value") == "lost in the noise"


def benchmarks(*entries):
    return json.dumps({"benchmarks": entries})


BAD = {
    "empty": ("", "line 1, column 1"),
    "torn": ('{"benchmarks": [{"na', "line 1, column"),
    "of another kind": ("[1, 2]", 'no list of "benchmarks"'),
    "without rows": (benchmarks(), "benchmarks: no price was measured"),
    "with a number as row": (benchmarks(5), "benchmarks[0]: not an object"),
    "without a name": (benchmarks({"real_time": 1}), 'benchmarks[0]: "name" is missing'),
    "not a number": (benchmarks(row("a", math.nan, 1)), "benchmarks[0].cpu_time: less than 0"),
    "negative": (benchmarks(row("a", 1, 1), row("b", -1, 1)), "benchmarks[1].cpu_time"),
    "of no time": (benchmarks(row("a/real_time", 1, 0)), "a/real_time: a price of nothing"),
    "of a huge time": (benchmarks(row("a", 10**400, 1)), "benchmarks[0].cpu_time"),
    "of an unknown unit": (benchmarks(row("a", 1, 1, time_unit="h")), "benchmarks[0].time_unit"),
    "with a list as unit": (benchmarks(row("a", 1, 1, time_unit=[])), "benchmarks[0].time_unit"),
    "with half a memory": (
        benchmarks(row("a", 1, 1, resident_bytes_each=1)),
        "benchmarks[0].available_bytes_each",
    ),
    "of a million rows": (benchmarks(*(row(f"row{i}", 1, 1) for i in range(500))), "more than 100"),
    "of only errors": (
        benchmarks(row("a", 0, 0, error_occurred=True, error_message="no")),
        "no price was measured",
    ),
}


@pytest.mark.parametrize("content, place", BAD.values(), ids=BAD)
def test_prices_that_can_not_be_used_are_one_line_and_code_2(tmp_path, content, place):
    synthetic.write(tmp_path, synthetic.document([synthetic.run("sequential")]))
    (tmp_path / "primitives.json").write_text(content)
    done = drawn.called(tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"{tmp_path}/primitives.json: ")
    assert place in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "charts").exists()
