"""What the gate takes for a regression, and what it does not."""

import gates
import pytest
import synthetic
from plots.gate import decisions
from plots.gate.sides import NotComparable, load_side
from plots.gate.verdict import decide
from plots.read.checked_json import ResultsError

MODELS = list(synthetic.MODELS)


@pytest.mark.parametrize("load", [(0, 0), (0, 2), (2, 0), (2, 2)], ids=str)
def test_the_same_build_never_regresses_whatever_else_runs(tmp_path, load):
    for seed in range(50):
        before = gates.side(2 * seed, load=load[0])
        after = gates.side(2 * seed + 1, load=load[1], count=9 + seed % 7)
        assert gates.regressed(tmp_path, before, after) == [], f"seed {seed}"


def test_ten_milliseconds_more_in_one_model_are_always_caught(tmp_path):
    for seed in range(50):
        count, model = 9 + seed % 7, MODELS[seed % 5]
        before = gates.side(2 * seed, count)
        after = gates.side(2 * seed + 1, count, changed=[model], delay_s=0.010)
        assert gates.regressed(tmp_path, before, after) == [(model, "overhead")], f"seed {seed}"


def test_twenty_megabytes_more_are_caught_under_load_as_well(tmp_path):
    for seed in range(10):
        before = gates.side(2 * seed)
        after = gates.side(2 * seed + 1, load=2, changed=["sequential"], held=20 << 20)
        assert gates.regressed(tmp_path, before, after) == [("sequential", "client_memory")]


def test_computing_on_a_thread_fewer_is_caught_under_load_as_well(tmp_path):
    for seed in range(10):
        before = gates.side(2 * seed)
        after = gates.side(2 * seed + 1, load=2, changed=["async_multi_thread"], threads=1)
        found = gates.regressed(tmp_path, before, after)
        assert found == [("async_multi_thread", "threads at the peak")]


def test_more_cpu_time_is_caught(tmp_path):
    after = gates.side(2, changed=["async_serial"], cpu_s=0.01)
    assert gates.regressed(tmp_path, gates.side(1), after) == [("async_serial", "client_cpu")]


@pytest.mark.parametrize("process", ["client", "server"])
@pytest.mark.parametrize(
    "cost, key, usual, within, beyond",
    [
        ("cpu", "user_s", 0.004, 0.0019, 0.0021),
        ("cpu", "user_s", 0.400, 0.099, 0.101),
        ("memory", "peak_rss_bytes", 4 << 20, 255 << 10, 257 << 10),
        ("memory", "peak_rss_bytes", 400 << 20, 19 << 20, 21 << 20),
    ],
)
def test_a_cost_must_have_moved_by_more_than_its_floor(
    tmp_path, process, cost, key, usual, within, beyond
):
    def costing(more):
        document = gates.side(1)
        for run in document["runs"]:
            run[process][key] = usual + (more if run["model"] == "sequential" else 0)
        return document

    assert gates.regressed(tmp_path, costing(0), costing(within)) == []
    found = gates.regressed(tmp_path, costing(0), costing(beyond))
    assert found == [("sequential", f"{process}_{cost}")]


def test_what_got_better_is_improved(tmp_path):
    before = gates.side(1, changed=["async_serial"], delay_s=0.010)
    found = gates.decided(tmp_path, before, gates.side(2))
    assert found.regressed == []
    assert [decision.key[0] for decision in found.improved] == ["async_serial"]


def test_what_hits_all_models_alike_is_said_but_is_no_regression(tmp_path):
    after = gates.side(2, changed=MODELS, delay_s=0.010)
    found = gates.decided(tmp_path, gates.side(1), after)
    assert found.regressed == []
    assert len(found.notes) == 1
    assert found.notes[0].startswith("All models together ended ")
    assert " later (median of 5). The machine was busier" in found.notes[0]


def test_less_load_now_does_not_hide_more_memory(tmp_path):
    after = gates.side(2, changed=["sequential"], held=1 << 20)
    found = gates.regressed(tmp_path, gates.side(1, load=3), after)
    assert found == [("sequential", "client_memory")]


def test_a_model_on_its_own_is_judged_by_how_steady_its_delay_is(tmp_path):
    one = {"models": ("sequential",)}
    before = gates.side(1, **one)
    slow = gates.side(2, changed=["sequential"], delay_s=0.020, **one)
    assert gates.regressed(tmp_path, before, slow) == [("sequential", "overhead")]
    for seed in range(20):
        assert gates.regressed(tmp_path, before, gates.side(seed, load=2, **one)) == []


def test_below_nine_samples_a_side_nothing_is_decided(tmp_path):
    after = gates.side(2, 8, changed=["sequential"], delay_s=1.0)
    found = gates.decided(tmp_path, gates.side(1, 11), after)
    assert found.regressed == []
    assert {c.verdict for c in found.comparisons} == {decisions.TOO_FEW}


def test_samples_of_several_files_are_pooled(tmp_path):
    slow = {"changed": ["sequential"], "delay_s": 0.010}
    before = [gates.written(tmp_path, f"b{i}", gates.side(i, 3)) for i in range(3)]
    after = [gates.written(tmp_path, f"c{i}", gates.side(9 + i, 3, **slow)) for i in range(3)]
    found = decide(load_side(before), load_side(after))
    assert [decision.key[0] for decision in found.regressed] == ["sequential"]


def test_a_file_named_twice_would_count_double_and_is_refused(tmp_path):
    path = gates.written(tmp_path, "a", gates.side(1))
    with pytest.raises(ResultsError, match="named twice"):
        load_side([path, path + "/results.json"])


def test_a_run_that_failed_enters_no_statistic(tmp_path):
    after = gates.side(2)
    failed = synthetic.bad_run("sequential", work=gates.WORK, repetition=11)
    failed.update(makespan_s=99.0, overhead_s=99.0)
    failed["client"] = {"user_s": 99.0, "system_s": 0.0, "peak_rss_bytes": 1 << 40}
    after["runs"].append(failed)
    found = gates.decided(tmp_path, gates.side(1), after)
    assert found.regressed == []
    assert {c.current.n for c in found.comparisons} == {11}


def test_runs_with_a_full_listen_queue_are_left_out_of_the_costs_and_told_of(tmp_path):
    before, after = gates.side(1, 13), gates.side(2, 13)
    for run in after["runs"]:
        if run["model"] == "sequential" and run["repetition"] <= 4:
            run.update(synthetic.overflowed(run))
    found = gates.decided(tmp_path, before, after)
    assert found.regressed == []
    assert of_sequential(found).current.n == 9
    assert found.notes == [
        "Left out of the costs: 4 of 65 runs of the current results, in which the listen queue"
        " overflowed; a connection that was dropped is tried again after 1 s."
    ]


def test_warm_up_runs_enter_no_statistic(tmp_path):
    after = gates.side(2)
    after["warmup_runs"] = gates.side(3, 3, changed=MODELS, delay_s=5.0)["runs"]
    found = gates.decided(tmp_path, gates.side(1), after)
    assert found.regressed == []
    assert {c.current.n for c in found.comparisons} == {11}


# --- Small shifts, and the words for what is not clear --------------------------------------------


def delayed(shifts, others=0.0, base=0.0017, models=MODELS):
    """Two sides: runs of 1.7 ms whose overhead is steady, and later ones.

    `shifts` are added to the overheads of "sequential", one a run; `others` to those of the others.
    """
    before, after = (gates.side(seed, len(shifts), models=models) for seed in (1, 2))
    for document in (before, after):
        for run in document["runs"]:
            run["overhead_s"] = base + 1e-5 * (run["repetition"] - 1 - len(shifts) // 2)
    for run in after["runs"]:
        mine = run["model"] == "sequential"
        run["overhead_s"] += shifts[run["repetition"] - 1] if mine else others
    return before, after


def of_sequential(gate, cost="overhead"):
    return next(c for c in gate.comparisons if c.key[::2] == ("sequential", cost))


@pytest.mark.parametrize("count", [9, 13, 30])
def test_three_milliseconds_are_found_where_the_samples_lie_apart(tmp_path, count):
    before, after = delayed([0.003] * count)
    assert gates.regressed(tmp_path, before, after) == [("sequential", "overhead")]
    improved = gates.decided(tmp_path, after, before).improved
    assert [decision.key[::2] for decision in improved] == [("sequential", "overhead")]


def test_a_stray_run_hides_no_shift(tmp_path):
    before, after = delayed([0.003] * 13)
    stray = next(run for run in before["runs"] if run["model"] == "sequential")
    stray["overhead_s"] = 0.009
    assert gates.regressed(tmp_path, before, after) == [("sequential", "overhead")]


def test_three_milliseconds_are_not_found_where_nothing_tells_how_calm_the_machine_was(tmp_path):
    alone = delayed([0.003] * 13, models=("sequential",))
    assert gates.regressed(tmp_path, *alone) == []
    for others in (0.0012, -0.0012):
        assert gates.regressed(tmp_path, *delayed([0.0029] * 13, others)) == []


@pytest.mark.parametrize("load", [(0, 0.2), (0.2, 0), (0.2, 0.5), (0.5, 0.5)], ids=str)
def test_a_little_load_is_no_shift(tmp_path, load):
    for seed in range(8):
        sides = (gates.side(2 * seed + i, 13, load=load[i]) for i in (0, 1))
        found = gates.decided(tmp_path, *sides)
        assert found.regressed + found.improved == [], f"seed {seed}"


def test_other_load_is_excused_twice_what_the_others_were_delayed(tmp_path):
    for shift, found in ((0.0066, []), (0.0074, [("sequential", "overhead")])):
        assert gates.regressed(tmp_path, *delayed([shift] * 13, others=0.002)) == found


WORDS = {
    "same: within the noise floor of 1.00 ms": delayed([0.0009] * 13),
    "same: within the noise floor of 3.00 ms": delayed([0.0029] * 13, others=0.0015),
    "same: within the noise floor of 5.00 ms": delayed([0.0049] * 13, base=0.020),
    "unclear: within the noise floor of 3.00 ms and the 4.00 ms that other load may explain": (
        delayed([0.006] * 13, others=0.002)
    ),
    "unclear: the others moved as well, by +4.00 ms: other load, or code that all share": (
        delayed([0.012] * 13, others=0.004)
    ),
    "unclear: too much spread to tell it from noise": delayed([0.0, 0.009] * 6 + [0.0065]),
    "unclear: its interval begins within the noise floor of 1.00 ms": (
        delayed([0.0008] * 5 + [0.0015] * 8)
    ),
    "unclear: its quickest quarter moved by +0.00 ms: within the noise floor of 3.00 ms": (
        delayed([0.0] * 10 + [0.012] * 30)
    ),
    "unclear: too few others to tell it from other load, and less than 6 times its spread": (
        delayed([0.008, 0.016] * 6 + [0.012], models=("sequential",))
    ),
}


@pytest.mark.parametrize("said", WORDS)
def test_what_is_not_clear_has_its_own_reason(tmp_path, said):
    one = of_sequential(gates.decided(tmp_path, *WORDS[said]))
    assert f"{one.verdict}: {one.words}".startswith(f"{said}; ")


def test_more_cpu_time_of_a_model_on_its_own_may_be_other_load(tmp_path):
    alone = {"models": ("sequential",)}
    after = gates.side(2, changed=["sequential"], cpu_s=0.003, **alone)
    before = gates.side(1, **alone)
    for side in (before, after):
        for run in side["runs"]:
            run["client"]["user_s"] = 0.010
    one = of_sequential(gates.decided(tmp_path, before, after), "client_cpu")
    assert one.verdict == decisions.UNCLEAR
    assert one.words.startswith("too few others to tell it from other load; ")


# --- Structure -----------------------------------------------------------------------------------


def deviating(document, model, times, **structure):
    runs = [run for run in document["runs"] if run["model"] == model][:times]
    for run in runs:
        run["structure"].update(structure)
    return document


def test_a_deviation_counts_from_the_second_run_on(tmp_path):
    verdict = {"verdict": "2 threads expected at most, 3 seen"}
    once = deviating(gates.side(2), "sequential", 1, **verdict)
    assert gates.regressed(tmp_path, gates.side(1), once) == []
    twice = deviating(gates.side(2), "sequential", 2, **verdict)
    assert gates.regressed(tmp_path, gates.side(1), twice) == [("sequential", "verdict")]


def test_a_count_has_settled_though_one_run_in_ten_shows_another(tmp_path):
    before = deviating(gates.side(1), "sequential", 1, max_in_flight=2)
    after = deviating(gates.side(2), "sequential", 11, max_in_flight=3)
    assert gates.regressed(tmp_path, before, after) == [("sequential", "most in flight")]


def test_what_deviated_before_is_no_news(tmp_path):
    sides = (deviating(gates.side(i), "sequential", 11, verdict="odd") for i in (1, 2))
    assert gates.regressed(tmp_path, *sides) == []


@pytest.mark.parametrize("trait", ["max_in_flight", "max_computing", "threads"])
def test_a_settled_count_that_changed_is_a_regression(tmp_path, trait):
    after = deviating(gates.side(2), "sequential", 11, **{trait: 2})
    found = gates.regressed(tmp_path, gates.side(1), after)
    assert [model for model, _ in found] == ["sequential"]
    stray = deviating(gates.side(2), "sequential", 4, **{trait: 2})
    assert gates.regressed(tmp_path, gates.side(1), stray) == []


@pytest.mark.parametrize("before", [4, 11])
def test_which_threads_of_a_pool_get_work_is_not_judged(tmp_path, before):
    base = deviating(gates.side(1), "async_multi_thread", before, threads=4)
    after = deviating(gates.side(2), "async_multi_thread", 11, threads=3)
    found = gates.decided(tmp_path, base, after)
    assert found.regressed == []
    verdicts = {(f.model, f.trait): f.verdict for f in found.structure}
    assert verdicts["async_multi_thread", "threads that ran a step"] == decisions.NOT_JUDGED


def test_a_model_that_is_missing_is_a_regression(tmp_path):
    after = gates.side(2, models=tuple(MODELS[1:]))
    assert gates.regressed(tmp_path, gates.side(1), after) == [("sequential", "runs")]


def test_a_model_that_fails_now_is_a_regression_that_says_why(tmp_path):
    after = gates.side(2, models=tuple(MODELS[1:]))
    for i in (0, 1):
        after["runs"].append(synthetic.bad_run("sequential", work=gates.WORK, repetition=i))
    (finding,) = gates.decided(tmp_path, gates.side(1), after).regressed
    assert (finding.model, finding.current) == ("sequential", "failed: task 2: connection reset")


def test_a_new_model_is_said(tmp_path):
    before = gates.side(1, models=tuple(MODELS[1:]))
    found = gates.decided(tmp_path, before, gates.side(2))
    assert found.regressed == []
    assert found.notes == ["New, with nothing to compare with: sequential."]


# --- Not comparable ------------------------------------------------------------------------------


def environment(**values):
    document = gates.side(2, 9)
    document["environment"].update(values)
    return document


def other_workload():
    document = gates.side(2, 9)
    for run in document["runs"]:
        run["workload"]["connect_s"] = 0.03
    return document


def other_models():
    document = gates.side(2, 9)
    for run in document["runs"]:
        run["model"] += "_2"
    return document


def nothing_ok():
    runs = [synthetic.bad_run(model, work=gates.WORK) for model in MODELS]
    return synthetic.document(runs)


APART = [
    (environment(build_type="debug"), "build type: release against debug"),
    (environment(cpu="Another CPU"), "CPU: Example CPU against Another CPU; --across-machines"),
    (environment(cores=4), "cores: 2 against 4; --across-machines"),
    (environment(memory_bytes=16 << 30), "memory: 8.0 GiB against 16 GiB; --across-machines"),
    (environment(kernel="Linux 6.2"), "kernel: Linux 6.1 against Linux 6.2; --across-machines"),
    (other_workload(), "no workload in common"),
    (nothing_ok(), "the current has no run that is ok"),
    (other_models(), "no model in common"),
]


@pytest.mark.parametrize("current, reason", APART, ids=[reason for _, reason in APART])
def test_what_can_not_be_compared(tmp_path, current, reason):
    with pytest.raises(NotComparable) as refusal:
        gates.decided(tmp_path, gates.side(1), current)
    assert str(refusal.value).startswith(reason)


@pytest.mark.parametrize(
    "values",
    [
        {"kernel": "Linux 6.1.99-cloud"},
        {"host": "elsewhere"},
        {"cpu": None},
        {"load_average": []},
        {"memory_bytes": (8 << 30) - (20 << 20)},
    ],
    ids=str,
)
def test_what_does_not_make_another_machine(tmp_path, values):
    assert gates.regressed(tmp_path, gates.side(1), environment(**values)) == []


def test_another_compiler_is_said(tmp_path):
    found = gates.decided(tmp_path, gates.side(1), environment(compiler="clang 19"))
    assert found.notes == ["The compiler differs: clang 19 against g++ 12.2."]


# --- Across machines -----------------------------------------------------------------------------


def elsewhere(seed, **options):
    document = gates.side(seed, speed=3.0, **options)
    document["environment"].update(cpu="Another CPU", cores=16)
    for run in document["runs"]:
        run["workload"]["cores"] = 16
    return document


def test_across_machines_a_slower_machine_is_no_regression(tmp_path):
    for seed in range(20):
        found = gates.regressed(tmp_path, gates.side(seed), elsewhere(99 + seed), across=True)
        assert found == []


def test_across_machines_a_model_slower_than_the_others_is_caught(tmp_path):
    after = elsewhere(2, changed=["async_serial"], delay_s=0.060, held=20 << 20)
    found = gates.regressed(tmp_path, gates.side(1), after, across=True)
    assert found == [("async_serial", "overhead"), ("async_serial", "client_memory")]


def test_across_machines_structure_must_be_the_same(tmp_path):
    after = elsewhere(2, changed=["async_multi_thread"], threads=1)
    found = gates.regressed(tmp_path, gates.side(1), after, across=True)
    assert found == [("async_multi_thread", "threads at the peak")]


# --- Primitives ----------------------------------------------------------------------------------

ROWS = {"record": (25, 25), "spawn": (240, 240), "switch": (65, 65), "hand_over": (50_000, 20_000)}


def compared_rows(folder, before, after):
    paths = []
    for name, content in (("b", before), ("c", after)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "primitives.json").write_text(content)
        paths.append(str(folder / name))
    return decide(*(load_side([path]) for path in paths))


def test_a_row_that_keeps_its_thread_busy_is_compared_by_cpu_time(tmp_path):
    slower = gates.primitives(ROWS | {"spawn": (360, 360)}, seed=1)
    found = compared_rows(tmp_path, gates.primitives(ROWS), slower)
    assert [decision.key for decision in found.regressed] == [("spawn", None, "cpu")]


def test_a_row_that_waits_for_others_is_shown_and_not_judged(tmp_path):
    other_cores = gates.primitives(ROWS | {"hand_over": (500_000, 200_000)}, seed=1)
    found = compared_rows(tmp_path, gates.primitives(ROWS), other_cores)
    assert found.regressed == []
    assert [c.model for c in found.comparisons if c.verdict == decisions.NOT_JUDGED] == ["hand_over"]


def test_primitives_alone_do_not_stand_for_runs(tmp_path):
    rows = tmp_path / "rows"
    rows.mkdir()
    (rows / "primitives.json").write_text(gates.primitives(ROWS))
    both = gates.written(tmp_path, "both", gates.side(1))
    (tmp_path / "both" / "primitives.json").write_text(gates.primitives(ROWS))
    sides = (load_side([both]), load_side([str(rows)]))
    with pytest.raises(NotComparable, match="the current has no run that is ok"):
        decide(*sides)
    again = decide(*sides, only={("spawn", None, "cpu")})
    assert [c.key for c in again.comparisons] == [("spawn", None, "cpu")]


def test_load_stretches_the_time_of_a_row_but_not_its_cpu_time(tmp_path):
    loaded = gates.primitives({name: (3 * real, cpu) for name, (real, cpu) in ROWS.items()})
    assert compared_rows(tmp_path, gates.primitives(ROWS), loaded).regressed == []


def test_a_row_that_spins_until_another_thread_is_ready_is_not_judged(tmp_path):
    sides = (gates.primitives({"ask/real_time": (time, time)}) for time in (480, 23000))
    found = compared_rows(tmp_path, *sides)
    assert [c.verdict for c in found.comparisons] == [decisions.NOT_JUDGED]


def test_the_memory_of_an_idle_one_is_compared(tmp_path):
    sides = (
        gates.primitives(ROWS, resident_bytes_each=size, available_bytes_each=size)
        for size in (8500, 33000)
    )
    found = compared_rows(tmp_path, *sides)
    assert {decision.key[2] for decision in found.regressed} == {"bytes_each"}
