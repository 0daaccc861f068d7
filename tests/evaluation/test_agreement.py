"""Kappa against scikit-learn and a case worked out on paper, and an interval that knows how much it saw."""

import math

import numpy as np
import pytest

from course_lib.errors import CourseError
from course_lib.evaluation.agreement import cohens_kappa, counted, kappa_interval


def raters(both_yes, yes_no, no_yes, both_no):
    a = [True] * (both_yes + yes_no) + [False] * (no_yes + both_no)
    b = [True] * both_yes + [False] * yes_no + [True] * no_yes + [False] * both_no
    return a, b


def test_kappa_of_a_table_worked_out_on_paper():
    assert cohens_kappa(*raters(20, 5, 10, 15)) == pytest.approx(0.4)  # (0.7 − 0.5) / (1 − 0.5)


@pytest.mark.parametrize("labels", [2, 3, 5])
def test_kappa_is_scikit_learns(labels):
    from sklearn.metrics import cohen_kappa_score

    rng = np.random.default_rng(labels)
    for _ in range(20):
        a, b = rng.integers(labels, size=(2, 30)).tolist()
        assert cohens_kappa(a, b) == pytest.approx(cohen_kappa_score(a, b))


def test_a_judge_that_always_says_yes_has_no_kappa_however_often_it_agrees():
    labels = [True] * 9 + [False]
    assert cohens_kappa(labels, [True] * 10) == 0
    assert math.isnan(cohens_kappa([True] * 10, [True] * 10))
    assert kappa_interval([True] * 10, [True] * 10).mean == 0


def test_a_missing_verdict_is_a_label_of_its_own_and_agrees_with_none():
    labels, counts = counted([True, False], [None, False])
    assert labels == [True, None, False] and counts.sum() == 2 and counts[0, 1] == 1


def test_the_interval_holds_kappa_and_narrows_with_more_items():
    few, many = kappa_interval(*raters(20, 5, 10, 15)), kappa_interval(*raters(200, 50, 100, 150))
    for each in (few, many):
        assert each.mean == pytest.approx(0.4) and each.low < 0.4 < each.high
    assert (few.high - few.low) / (many.high - many.low) == pytest.approx(10**0.5, rel=0.15)


def test_the_interval_is_about_that_of_the_large_sample_formula():
    """The standard error of kappa by Fleiss, Cohen and Everitt 1969, at n = 250."""
    a, b = raters(100, 25, 50, 75)
    p = np.array([[100, 25], [50, 75]]) / 250
    rows, columns = p.sum(1), p.sum(0)
    chance = rows @ columns
    kappa = (np.trace(p) - chance) / (1 - chance)
    one = sum(p[i, i] * (1 - (rows[i] + columns[i]) * (1 - kappa)) ** 2 for i in (0, 1))
    two = (1 - kappa) ** 2 * sum(
        p[i, j] * (columns[i] + rows[j]) ** 2 for i in (0, 1) for j in (0, 1) if i != j
    )
    error = math.sqrt(one + two - (kappa - chance * (1 - kappa)) ** 2) / ((1 - chance) * math.sqrt(250))
    found = kappa_interval(a, b)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * error, rel=0.05)


@pytest.mark.parametrize("a, b", [([], []), ([True], []), ("yes", "yes")])
def test_raters_without_common_items_are_told(a, b):
    with pytest.raises(CourseError):
        cohens_kappa(a, b)
