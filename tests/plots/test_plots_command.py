"""`python3 -m plots`: its exit codes, its one line of complaint, and the files it leaves."""

import os

import drawn
import pytest
import synthetic

CHARTS = ("timeline", "threads", "comparison")
ENDS = (".svg", ".png")
FILES = sorted([f"charts/{chart}{end}" for chart in CHARTS for end in ENDS])
FILES += ["report.html", "summary.md"]


def files_in(folder):
    """All files below the folder but the results themselves, hidden ones too."""
    found = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(set(found) - {"results.json"})


REPEATED = synthetic.document(
    [synthetic.run(model, repetition=i) for model in synthetic.MODELS for i in (0, 1)]
)
ONE_MODEL = synthetic.document([synthetic.run("sequential")])


@pytest.fixture(scope="module", name="by_command")
def _by_command(tmp_path_factory):
    """A folder, and the finished command that drew it in another process than this one.

    Hashes differ from this process's, and so does the order of any set.
    """
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    folder = synthetic.write(tmp_path_factory.mktemp("by_command"), REPEATED)
    return folder, drawn.run_plots(folder, PYTHONHASHSEED=seed)


@pytest.fixture(scope="module", name="plain")
def _plain(tmp_path_factory):
    """A folder of one model, drawn in this process by the name of the file in it."""
    folder = synthetic.write(tmp_path_factory.mktemp("plain"), ONE_MODEL)
    assert drawn.called(folder / "results.json").returncode == 0
    return folder


def test_it_writes_the_charts_and_the_summary_and_says_where(by_command):
    folder, done = by_command
    assert done.returncode == 0
    assert done.stderr == ""
    assert sorted(done.stdout.splitlines()) == [str(folder / name) for name in FILES]
    assert files_in(folder) == FILES


def test_it_takes_the_file_as_well_as_its_directory(plain):
    assert files_in(plain) == FILES


def test_the_same_results_give_the_same_bytes(by_command, tmp_path):
    first, _ = by_command
    drawn.draw(synthetic.write(tmp_path, REPEATED))
    for name in FILES:
        assert (first / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_no_file_tells_when_or_by_what_it_was_drawn(plain):
    for name in FILES:
        content = (plain / name).read_bytes().lower()
        for word in (b"matplotlib v", b"matplotlib.org", b"date>"):
            assert word not in content, name


def test_the_users_own_settings_change_nothing(plain, tmp_path):
    styled = synthetic.write(tmp_path / "styled", ONE_MODEL)
    settings = tmp_path / "matplotlibrc"
    settings.write_text(
        "font.size: 30\naxes.facecolor: red\nsvg.fonttype: path\nxtick.labelsize: 30\n"
    )
    assert drawn.run_plots(styled, MATPLOTLIBRC=str(settings)).returncode == 0
    for name in FILES:
        assert (plain / name).read_bytes() == (styled / name).read_bytes(), name


def sweep(*counts):
    return synthetic.document(
        [synthetic.run("async_serial", synthetic.workload(n, 4, 0.1, 0.1, 0.1)) for n in counts]
    )


def test_up_to_three_workloads_have_charts_of_their_own(tmp_path, empty_charts):
    done = drawn.called(synthetic.write(tmp_path, sweep(20, 3, 10)))
    assert done.returncode == 0
    assert "without a time line" not in done.stdout
    names = {p.name for p in (tmp_path / "charts").glob("*.png") if "scale" not in p.name}
    assert names == {f"{c}{end}.png" for c in CHARTS for end in ("", "-10-tasks", "-20-tasks")}


def test_of_more_workloads_it_says_what_it_left_out(tmp_path, empty_charts):
    done = drawn.called(synthetic.write(tmp_path, sweep(1, 2, 3, 4, 5)))
    names = {p.name for p in (tmp_path / "charts").glob("timeline*.png")}
    assert names == {"timeline.png", "timeline-3-tasks.png", "timeline-5-tasks.png"}
    assert done.stdout.splitlines()[-2:] == [
        "without a time line: 2 tasks, 4 worker threads",
        "without a time line: 4 tasks, 4 worker threads",
    ]


def test_workloads_of_as_many_tasks_do_not_overwrite_each_other(tmp_path, empty_charts):
    works = [synthetic.workload(3, 4, c, 0.1, 0.1) for c in (0.1, 0.2, 0.3)]
    runs = [synthetic.run("async_serial", work) for work in works]
    drawn.draw(synthetic.write(tmp_path, synthetic.document(runs)))
    names = {p.name for p in (tmp_path / "charts").glob("timeline*.png")}
    assert names == {"timeline.png", "timeline-3-tasks.png", "timeline-3-tasks-2.png"}


def test_runs_with_another_server_are_another_workload(tmp_path, empty_charts):
    usual, other = synthetic.run("sequential"), synthetic.run("sequential")
    other["server_model"] = "one by one"
    content = synthetic.document([usual, other])
    drawn.draw(synthetic.write(tmp_path, content))
    names = {p.name for p in (tmp_path / "charts").glob("timeline*.png")}
    assert names == {"timeline.png", "timeline-3-tasks-server-one_by_one.png"}
    summary = (tmp_path / "summary.md").read_text()
    assert summary.count("Workload: ") == 2
    assert summary.count("(hold: a held thread); server one by one.") == 1


def is_one_line(text):
    return text.endswith("\n") and text[:-1].isprintable() and "Traceback" not in text


BAD = {
    "empty": "",
    "torn": '{"schema": 1, "runs": [{"mo',
    "of another schema": '{"schema": 1, "models": {}, "runs": []}',
    "without runs": '{"schema": 2, "models": {}, "runs": []}',
    "not a number": '{"schema": NaN}',
    "no object": "[1, 2]",
    "strange": '{"schema": 2, "models": {"\\ud800\\n\\u001b": 1}, "runs": [1]}',
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_results_that_can_not_be_used_are_one_line_and_code_2(tmp_path, content):
    (tmp_path / "results.json").write_text(content)
    done = drawn.called(tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"{tmp_path}/results.json: ")
    assert is_one_line(done.stderr)
    assert files_in(tmp_path) == []


def test_missing_results_are_one_line_and_code_2(tmp_path):
    done = drawn.run_plots(tmp_path)
    assert done.returncode == 2
    assert done.stderr == f"{tmp_path}/results.json: No such file or directory\n"


@pytest.mark.parametrize("arguments", [(), ("a", "b"), ("--fast", "a")])
def test_wrong_usage_is_one_line_and_code_2(arguments):
    done = drawn.called(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("plots: ")
    assert is_one_line(done.stderr)


@pytest.mark.parametrize("library", ["matplotlib", "jinja2"])
def test_a_library_that_is_missing_is_one_line_and_code_1(tmp_path, library):
    modules, results = tmp_path / "modules", tmp_path / "results"
    modules.mkdir()
    results.mkdir()
    (modules / f"{library}.py").write_text(f"raise ImportError(\"No module named '{library}'\")")
    done = drawn.run_plots(synthetic.write(results, ONE_MODEL), PYTHONPATH=str(modules))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"charts: can't be drawn: No module named '{library}'\n"
    assert files_in(results) == []


def test_a_place_that_can_not_be_written_is_one_line_and_code_1(tmp_path, empty_charts):
    synthetic.write(tmp_path, ONE_MODEL)
    (tmp_path / "charts").write_text("in the way")
    done = drawn.called(tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{tmp_path}/charts/timeline.svg: can't be written: ")
    assert is_one_line(done.stderr)
    assert files_in(tmp_path) == ["charts"]


def test_when_a_drawing_fails_nothing_is_written(tmp_path, monkeypatch, empty_charts):
    from plots.charts import comparison

    def burst(*_):
        raise RuntimeError("ink\nran out")

    monkeypatch.setattr(comparison, "draw", burst)
    done = drawn.called(synthetic.write(tmp_path, ONE_MODEL))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "charts/comparison: can't be drawn: RuntimeError: ink ran out\n"
    assert files_in(tmp_path) == []


def test_a_file_that_could_not_be_finished_leaves_the_old_one(tmp_path, monkeypatch):
    from plots import command

    def full(*_):
        raise OSError(28, "No space left on device")

    (tmp_path / "summary.md").write_text("old")
    monkeypatch.setattr(command.os, "replace", full)
    with pytest.raises(command.CommandFailed, match="No space left"):
        command.write(str(tmp_path / "summary.md"), b"new")
    assert files_in(tmp_path) == ["summary.md"]
    assert (tmp_path / "summary.md").read_text() == "old"
