"""The code behind the stages: found by the calls that record the steps."""

import pathlib

import pytest

from plots.page import sources

ROOT = pathlib.Path(__file__).resolve().parents[3]
MODELS = sorted(path.stem for path in (ROOT / "clients").glob("*.cpp"))
PITFALLS = sorted(
    path.stem for path in (ROOT / "pitfalls").glob("*.cpp") if path.stem not in ("pieces", "table")
)


def lines(known, model, stage):
    """The marked lines of each file."""
    return [
        (path, known["files"][path].splitlines()[first - 1 : last])
        for path, first, last in known["models"][model]["marks"][stage]
    ]


@pytest.mark.parametrize("model", MODELS)
def test_every_stage_of_every_model_has_its_lines(model):
    known = sources.of_models([model])
    text = {
        stage: "\n".join(line for _, part in lines(known, model, stage) for line in part)
        for stage in known["models"][model]["marks"]
    }
    assert "connect" in text["connect"] and "echo" in text["response"]
    assert "compute(id" in text["compute"] and "hold_thread_for" in text["compute"]
    assert not any("record(" in part for part in text.values()), "only what lies between"


def test_the_models_own_file_comes_first():
    known = sources.of_models(["async_offload"])["models"]["async_offload"]
    assert known["files"] == ["clients/async_offload.cpp", "task/coroutine.cpp", "task/compute.cpp"]
    assert known["marks"]["compute"][0][0] == "clients/async_offload.cpp"


@pytest.mark.parametrize("name", ["from_elsewhere", "../README", "</script>", ""])
def test_a_model_from_elsewhere_has_no_source(name):
    assert sources.of_models([name]) == {"files": {}, "models": {}}
    assert sources.of_pitfall(name) is None


@pytest.mark.parametrize("name", PITFALLS)
def test_every_pitfall_has_the_code_of_both_sides(name):
    broken, fixed = sources.of_pitfall(name)
    assert "Outcome broken(" in broken and "Outcome fixed(" in fixed
    assert broken != fixed


def test_a_helper_that_only_one_side_calls_stands_with_it():
    broken, fixed = sources.of_pitfall("blocked_loop")
    assert "compute_here" in broken and "compute_there" in fixed
    assert "compute_there" not in broken and "Outcome judge(" not in broken
