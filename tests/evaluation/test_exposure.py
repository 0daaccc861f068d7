import math

import numpy as np
import pytest

from course_lib.errors import CourseError
from course_lib.evaluation.exposure import BY_CHANCE, exposure


def test_the_likeliest_of_1024_has_10_bits_and_the_last_none():
    likelihoods = -np.arange(1024.0)
    assert exposure(likelihoods, 0) == 10
    assert exposure(likelihoods, 511) == 1
    assert exposure(likelihoods, 1023) == 0


def test_a_model_that_tells_nothing_apart_shows_nothing():
    assert exposure([-3.0] * 1000, 17) == 0


def test_by_chance_is_what_a_random_rank_gives():
    likelihoods = np.random.default_rng(0).normal(size=4096)
    found = np.mean([exposure(likelihoods, place) for place in range(4096)])
    assert found == pytest.approx(BY_CHANCE, abs=0.01)
    assert pytest.approx(1 / math.log(2)) == BY_CHANCE


def test_impossible_candidates_are_allowed_and_come_last():
    assert exposure([-math.inf, -1.0, -2.0, -math.inf], 1) == 2


@pytest.mark.parametrize("likelihoods", [[], [-1.0], [-1.0, math.nan], [[-1.0, -2.0]]])
def test_what_is_no_list_of_likelihoods_is_refused(likelihoods):
    with pytest.raises(CourseError, match="log-likelihood of each candidate"):
        exposure(likelihoods, 0)


@pytest.mark.parametrize("secret", [-1, 2, 0.5, None])
def test_a_place_that_is_not_there_is_refused(secret):
    with pytest.raises(CourseError, match="secret"):
        exposure([-1.0, -2.0], secret)
