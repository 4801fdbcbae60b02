"""Puts the repository's root on the path: `import plots` works however pytest is started.

Also holds what tests of several files look at, so that it is drawn once.
"""

import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


@pytest.fixture(scope="session")
def five_models(tmp_path_factory):
    """A folder of the five models at the original workload, and all that was drawn of it."""
    import drawn
    import synthetic

    folder = synthetic.write(tmp_path_factory.mktemp("five_models"))
    drawn.draw(folder)
    return folder


@pytest.fixture(scope="session")
def priced(tmp_path_factory):
    """A folder of one model with primitives.json in it, and all that was drawn of it."""
    import drawn
    import price_rows

    folder = tmp_path_factory.mktemp("priced")
    drawn.draw(price_rows.write(folder))
    return folder


@pytest.fixture
def empty_charts(monkeypatch):
    """Charts have nothing in them: which there are and what is said of them is as ever."""
    from matplotlib.figure import Figure
    from plots.charts import comparison, scale, style, threads, timeline

    for chart in (comparison, scale, threads, timeline):
        monkeypatch.setattr(
            chart, "draw", lambda *_: style.Chart(Figure((1, 1)), "a finding", "a description")
        )
