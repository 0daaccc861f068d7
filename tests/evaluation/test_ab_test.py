"""A/B tests against published tables: sizes, intervals, the harm of peeking, and the bound that mends it."""

import numpy as np
import pytest

from course_lib.errors import CourseError
from course_lib.evaluation.ab_test import bound_for, compare_shares, sample_size, stopped, watched


@pytest.mark.parametrize(
    "base, gain, power, n",
    [(0.5, 0.1, 0.8, 388), (0.5, 0.25, 0.9, 77), (0.75, -0.25, 0.9, 77)],  # as R's power.prop.test
)
def test_the_size_is_that_of_the_textbook(base, gain, power, n):
    assert sample_size(base, gain, power=power) == n


def test_half_the_gain_takes_four_times_the_answers():
    assert sample_size(0.4, 0.05) / sample_size(0.4, 0.1) == pytest.approx(4, rel=0.03)


def test_a_test_of_this_size_finds_the_gain_as_often_as_it_says():
    n = sample_size(0.4, 0.08)
    assert stopped(watched(0.4, 0.48, n, looks=1, tests=4000), 1.96).mean == pytest.approx(0.8, abs=0.02)
    assert stopped(watched(0.4, 0.4, n, looks=1, tests=4000), 1.96).mean == pytest.approx(0.05, abs=0.01)


def test_the_interval_of_a_difference_is_newcombes():
    found = compare_shares(48, 80, 56, 70).difference  # his first example: 0.2, 0.0524 to 0.3339
    assert (found.mean, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


def test_p_is_that_of_the_pooled_test():
    found = compare_shares(48, 80, 56, 70)
    assert found.z == pytest.approx(0.2 / (104 / 150 * 46 / 150 * (1 / 80 + 1 / 70)) ** 0.5)
    assert found.p == pytest.approx(0.0080, abs=1e-4)
    same = compare_shares(0, 10, 0, 10)
    assert (same.z, same.p) == (0, 1)


@pytest.mark.parametrize("looks, alarms", [(1, 0.050), (5, 0.142), (10, 0.193), (20, 0.248)])
def test_peeking_raises_as_many_false_alarms_as_armitage_found(looks, alarms):
    """Armitage, McPherson and Rowe 1969, table 2: repeated tests at the 5 % level."""
    found = stopped(watched(0.4, 0.4, n=20_000, looks=looks, tests=8000, seed=1), 1.96)
    assert found.mean == pytest.approx(alarms, abs=0.013)
    assert found.low < found.mean < found.high


@pytest.mark.parametrize("looks, bound", [(1, 1.960), (2, 2.178), (5, 2.413), (10, 2.555)])
def test_the_bound_is_pococks(looks, bound):
    assert bound_for(looks) == pytest.approx(bound, abs=0.015)  # Pocock 1977, table 1


def test_under_the_bound_false_alarms_are_as_rare_as_promised():
    z = watched(0.4, 0.4, n=5_000, looks=20, tests=8000, seed=2)
    assert stopped(z, bound_for(20)).mean == pytest.approx(0.05, abs=0.01)


def test_the_same_seed_gives_the_same_tests():
    assert np.array_equal(watched(0.4, 0.5, 100, 4, 10), watched(0.4, 0.5, 100, 4, 10))
    assert watched(0.0, 0.0, 10, 2, 3).tolist() == [[0, 0]] * 3  # all answers alike: nothing to see


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: sample_size(0.5, 0),
        lambda: sample_size(0.9, 0.1),
        lambda: sample_size(0.5, 0.1, alpha=0),
        lambda: sample_size(0.5, 0.1, power=1.0),
        lambda: compare_shares(3, 2, 1, 2),
        lambda: watched(0.5, 1.2, 10, 1),
        lambda: watched(0.5, 0.5, 10, 11),
        lambda: bound_for(0),
        lambda: bound_for(3, alpha=1.5),
    ],
)
def test_a_test_that_makes_no_sense_is_told(wrong):
    with pytest.raises(CourseError):
        wrong()
