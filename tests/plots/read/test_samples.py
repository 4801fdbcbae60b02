"""The statistics: against figures worked out by hand, and against what they promise."""

import random

import pytest
from plots.read import samples


def test_the_median_absolute_deviation_ignores_a_stray_sample():
    assert samples.mad([1, 2, 3, 4, 1000]) == 1


@pytest.mark.parametrize("strays, apart", [(0, True), (3, True), (4, False)])
def test_samples_lie_apart_where_no_more_than_a_quarter_are_strays(strays, apart):
    low, high = list(range(13 - strays)) + [99] * strays, list(range(20, 33))
    assert samples.lie_apart(low, high) is samples.lie_apart(high, low) is apart


def test_an_interval_of_the_median_is_the_same_each_time():
    values = [random.Random(1).gauss(0, 1) for _ in range(11)]
    assert samples.interval(values) == samples.interval(values)
    assert samples.interval([1, 2]) is None


def test_the_interval_of_a_difference_holds_the_true_one_nearly_always():
    rng, held = random.Random(2), 0
    for _ in range(100):
        before, after = ([rng.gauss(mean, 1) for _ in range(11)] for mean in (0, 3))
        low, high = samples.interval_of_difference(before, after, 0.99)
        held += low <= 3 <= high
    assert held >= 95


def test_many_samples_are_thinned_and_keep_their_median():
    values = [float(i) for i in range(1_000_001)]
    low, high = samples.interval(values)
    assert low < 500_000 < high and high - low < 100_000


def test_two_sides_wholly_apart_are_as_rare_as_the_choice_of_one_order():
    before, after = list(range(9)), list(range(100, 109))
    assert samples.rank_test(before, after) == pytest.approx(2 / 48620)
    assert samples.rank_test(before, after) == pytest.approx(samples.least_p(9, 9))
    assert samples.rank_test([4] * 9, [5] * 9) == pytest.approx(samples.least_p(9, 9))


def test_sides_without_a_difference_are_nothing_rare():
    assert samples.rank_test([4] * 9, [4] * 9) == 1
    assert samples.rank_test(list(range(9)), list(range(9))) > 0.9


def test_holms_correction_by_hand():
    assert samples.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert samples.holm([0.9, 0.8]) == [1, 1]
    assert samples.holm([]) == []


@pytest.mark.parametrize(
    "p, words",
    [
        (1, "nothing unusual"),
        (0.2, "about once in 5 times"),
        (1 / 3100, "about once in 3,000 times"),
        (4.1e-5, "about once in 20,000 times"),
        (0, "less than once in 1,000,000,000,000 times"),
    ],
)
def test_odds_in_plain_words(p, words):
    assert words in samples.odds(p)


def test_outliers_lie_far_from_the_median():
    assert samples.outliers([1, 1.1, 0.9, 1, 1.05, 9]) == [5]
    assert samples.outliers([1, 1.1, 0.9, 1, 1.05, 9], least=10) == []
    assert samples.outliers([1, 9]) == []
