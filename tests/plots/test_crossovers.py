"""`python3 -m plots.crossovers`: a line per machine, and what it says of results that can't be used."""

import contextlib
import io
import json

import pytest
import sweeps
import synthetic

from plots import crossovers

SIZES = (1, 10, 100, 1000)
COSTS = "time to the end | peak memory | CPU time | context switches"


@pytest.fixture(name="room")
def _room(tmp_path):
    """Writes the results of a machine into a folder of its name."""

    def write(name, runs, **environment):
        content = synthetic.document(runs)
        content["environment"] |= environment
        return str(synthetic.write(tmp_path / name, content))

    return write


def told(*paths):
    """The exit code, the lines of the table's body, and standard error."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = crossovers.main(paths)
    return code, out.getvalue().splitlines()[4:], err.getvalue()


def test_each_machine_tells_from_how_many_tasks_on_threads_cost_more(room):
    slow = room("pair 2", sweeps.both_at(SIZES, threads_us=400), cores=8, kernel="Linux 6.8")
    even = room("pair 1", sweeps.both_at(SIZES))
    assert told(slow, even) == (
        0,
        [
            "| pair 1 | 2 | Linux 6.1 |" + " none up to 1,000 |" * 4 + "  |",
            "| pair 2 | 8 | Linux 6.8 | 1,000 |" + " none up to 1,000 |" * 3 + "  |",
        ],
        "",
    )


def test_the_costs_and_the_task_stand_above(room, capsys):
    assert crossovers.main([room("pair 1", sweeps.both_at(SIZES))]) == 0
    said, _, head, *_ = capsys.readouterr().out.splitlines()
    assert said == (
        "From so many tasks on, thread_per_task takes over 10 % more than async_multi_thread, and by"
        " more than the runs of either spread. A task: connect 200 ms, response 1 s, compute 0 s."
    )
    assert head == f"| machine | cores | kernel | {COSTS} | ended |"


def test_a_refusal_stands_in_its_machines_line(room):
    at_most = [run for run in sweeps.both_at(SIZES) if run["workload"]["tasks"] < 1000]
    stopped = at_most + [sweeps.refused("thread_per_task", 1000, 700)]
    stopped += sweeps.twice(sweeps.linear("async_multi_thread", (1000,), 50))
    _, (line,), _ = told(room("small", stopped))
    assert line.startswith("| small | 2 | Linux 6.1 | none up to 100 |")
    assert line.endswith("| “Thread per task” ended at 1,000 tasks: preflight: no room for 1000 |")


@pytest.mark.parametrize("name", ["thread_per_task", "async_multi_thread"])
def test_a_machine_that_refuses_a_side_altogether_has_a_line(room, name):
    runs = [run for run in sweeps.both_at(SIZES) if run["model"] != name]
    runs += [sweeps.refused(name, n, 0) for n in SIZES]
    code, (line,), _ = told(room("tiny", runs))
    assert code == 0
    assert "not known | not known | not known | not known | “" in line


def test_one_run_of_each_shows_nothing(room):
    once = [run for run in sweeps.both_at(SIZES, 400) if run["repetition"] == 0]
    _, (line,), _ = told(room("hasty", once))
    assert line.count("not known") == 4


def test_a_full_listen_queue_tells_no_time(room):
    runs = [
        synthetic.overflowed(run) if run["workload"]["tasks"] == 1000 else run
        for run in sweeps.both_at(SIZES, 400)
    ]
    _, (line,), _ = told(room("flooded", runs))
    assert "| none up to 100 | none up to 1,000 |" in line


def test_a_file_of_its_own_name_names_the_machine(tmp_path):
    path = tmp_path / "pair 7.json"
    path.write_text(json.dumps(synthetic.document(sweeps.both_at(SIZES))))
    _, (line,), _ = told(str(path))
    assert line.startswith("| pair 7 |")


def test_what_can_not_be_used_is_a_line_each_and_the_others_are_told(room, tmp_path):
    good = room("good", sweeps.both_at(SIZES))
    short = room("short", sweeps.both_at((1, 10)))
    other = room("other", sweeps.linear("async_multi_thread", SIZES, 50))
    code, lines, errors = told(str(tmp_path / "gone"), short, good, other)
    assert code == 2
    assert [line.split(" | ")[0] for line in lines] == ["| good"]
    missing = (
        "no sweep of thread_per_task and async_multi_thread over three numbers of tasks or more;"
        " waitbench --recipe crossover makes one"
    )
    assert errors.splitlines() == [
        f"{tmp_path}/gone: No such file or directory",
        f"{short}/results.json: {missing}",
        f"{other}/results.json: {missing}",
    ]


def test_names_can_not_break_the_table(room):
    _, (line,), _ = told(room("a|b", sweeps.both_at(SIZES)))
    assert line.startswith("| a\\|b |")
