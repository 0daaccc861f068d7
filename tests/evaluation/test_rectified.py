"""Prediction-powered inference: its formula, and what it promises, on judges that are wrong in known ways."""

import numpy as np
import pytest

from course_lib.errors import CourseError
from course_lib.evaluation.rectified import best_weight, rectified_mean

LABELS, JUDGED, OTHERS = [1, 0, 1, 0], [1, 1, 1, 0], [1, 1, 0, 1, 1, 0]


def test_the_formula_on_a_case_worked_out_on_paper():
    found = rectified_mean(LABELS, JUDGED, OTHERS)
    assert found.mean == pytest.approx(4 / 6 - 1 / 4)
    variance = np.var(OTHERS, ddof=1) / 6 + np.var([0, -1, 0, 0], ddof=1) / 4
    assert found.high - found.mean == pytest.approx(1.959964 * variance**0.5, abs=1e-6)


def test_weight_0_is_the_labels_alone():
    found = rectified_mean(LABELS, JUDGED, OTHERS, weight=0)
    assert found.mean == 0.5
    assert found.high - 0.5 == pytest.approx(1.959964 * (np.var(LABELS, ddof=1) / 4) ** 0.5, abs=1e-6)


def drawn(rng, n, others, hit, false_alarm, rate=0.4):
    """Labels and verdicts of a judge that accepts `hit` of right and `false_alarm` of wrong answers."""
    labels = rng.random(n + others) < rate
    verdicts = rng.random(n + others) < np.where(labels, hit, false_alarm)
    return labels[:n].astype(float), verdicts[:n].astype(float), verdicts[n:].astype(float)


@pytest.mark.parametrize("hit, false_alarm", [(0.95, 0.5), (0.5, 0.1), (0.3, 0.7), (0.9, 0.05)])
@pytest.mark.parametrize("weight", [1.0, None])
def test_however_the_judge_errs_the_interval_holds_the_rate_as_often_as_it_says(hit, false_alarm, weight):
    rng, held, means = np.random.default_rng(1), 0, []
    for _ in range(600):
        data = drawn(rng, 80, 800, hit, false_alarm)
        found = rectified_mean(*data, weight=best_weight(*data) if weight is None else weight)
        held += found.low <= 0.4 <= found.high
        means.append(found.mean)
    assert held / 600 == pytest.approx(0.95, abs=0.03)
    assert np.mean(means) == pytest.approx(0.4, abs=0.01)  # without bias, unlike the judge


def test_the_best_weight_gives_the_narrowest_interval():
    data = drawn(np.random.default_rng(2), 200, 2000, 0.9, 0.3)

    def width(weight):
        found = rectified_mean(*data, weight=weight)
        return found.high - found.low

    best = best_weight(*data)
    assert 0 < best < 1
    assert all(width(best) <= width(weight) + 1e-4 for weight in np.linspace(0, 1, 21))


def test_a_judge_that_knows_nothing_gets_no_weight():
    assert best_weight(LABELS, [1, 1, 1, 1], [1, 1, 1]) == 0
    assert best_weight([1, 0, 1, 0], [0, 1, 0, 1], OTHERS) == 0  # it says the opposite
    assert rectified_mean(LABELS, [1, 1, 1, 1], [1, 1, 1]).mean == pytest.approx(np.mean(LABELS))


@pytest.mark.parametrize(
    "given, says",
    [
        (([1, 0], [1], [1, 0]), "2 labels and 1 verdicts"),
        (([1], [1], [1, 0]), "too few"),
        (([1, 0], [1, 0], [1]), "too few"),
        (([1, None], [1, 0], [1, 0]), "no number"),
        (([1, 0], [1, float("nan")], [1, 0]), "out of range"),
    ],
)
def test_what_cannot_be_corrected_is_told(given, says):
    with pytest.raises(CourseError, match=says):
        rectified_mean(*given)


def test_a_weight_beyond_one_is_told():
    with pytest.raises(CourseError, match="weight"):
        rectified_mean(LABELS, JUDGED, OTHERS, weight=1.5)


def test_truth_values_are_numbers():
    assert rectified_mean([True, False], [True, True], [True, False]).mean == pytest.approx(0.0)
