"""How many tasks are in which stage, as means over equal parts of the time."""

import pytest
from plots.charts.panel import mean_counts
from plots.read.run import Stretch


def counts(*spans, end=4.0, bins=4):
    stretches = [Stretch(1, "ready", begin, until, None) for begin, until in spans]
    return mean_counts(stretches, end, bins)["ready"]


def test_a_stretch_counts_where_it_is_and_nowhere_else():
    assert counts((1.0, 3.0)) == [0, 1, 1, 0]


def test_a_part_of_a_bin_counts_for_its_share():
    assert counts((0.5, 2.25)) == pytest.approx([0.5, 1, 0.25, 0])


def test_a_stretch_shorter_than_a_bin_is_not_lost():
    assert counts((1.5, 1.6)) == pytest.approx([0, 0.1, 0, 0])


def test_stretches_add_up():
    assert counts((0.0, 4.0), (0.0, 2.0), (1.0, 4.0)) == pytest.approx([2, 3, 2, 2])
