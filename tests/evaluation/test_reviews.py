"""What labels are worth: the large-sample error against simulated reviews, and a biased judge's curve."""

import numpy as np
import pytest

from course_lib.errors import CourseError
from course_lib.evaluation.reviews import (
    CORRECTED,
    JUDGE_ALONE,
    LABELS_ALONE,
    counted,
    review_curve,
    sigma,
    within,
)


def judged(wrong_refused, wrong_accepted, right_refused, right_accepted):
    labels = [False] * (wrong_refused + wrong_accepted) + [True] * (right_refused + right_accepted)
    verdicts = [False] * wrong_refused + [True] * wrong_accepted
    return labels, verdicts + [False] * right_refused + [True] * right_accepted


LENIENT = judged(28, 22, 2, 28)  # truth 30 of 80; the judge says 50 of 80


def test_labels_stand_in_rows_and_no_verdict_accepts_nothing():
    assert counted(*LENIENT).tolist() == [[28, 22], [2, 28]]
    assert counted([True, False], [None, True]).tolist() == [[0, 1], [1, 0]]


def test_the_curve_of_a_lenient_judge():
    curve = review_curve(*LENIENT, items=400, shares=(0.05, 0.2), draws=200).set_index(["share", "way"])
    assert list(curve["labelled"].unique()) == [20, 80]
    bias = 20 / 80
    for share in (0.05, 0.2):  # more labels do not help a judge whom nobody corrects
        assert curve.loc[(share, JUDGE_ALONE), "off"] == pytest.approx(bias, abs=0.01)
        assert curve.loc[(share, JUDGE_ALONE), "covers"] == 0
    for way in (LABELS_ALONE, CORRECTED):
        assert curve.loc[(0.2, way), "off"] < curve.loc[(0.05, way), "off"] < bias
        assert curve.loc[(0.2, way), "covers"] == pytest.approx(0.95, abs=0.05)
    assert curve.loc[(0.2, CORRECTED), "half"] < curve.loc[(0.2, LABELS_ALONE), "half"]


def test_the_large_sample_error_is_that_of_simulated_reviews():
    shares = counted(*LENIENT) / 80
    curve = review_curve(*LENIENT, items=1000, shares=(0.2,), draws=300)
    half = curve.loc[curve["way"] == CORRECTED, "half"].iloc[0]
    assert 1.96 * float(sigma(shares, 1000, 0.2)) == pytest.approx(half, rel=0.02)


def test_how_often_a_review_is_close_enough():
    found = within(*LENIENT, items=1000, share=0.1, margin=0.05)
    assert 0.6 < found.low < found.mean < found.high < 0.95
    more = within(*LENIENT, items=10_000, share=0.1, margin=0.05)
    assert more.low > 0.99  # the number of labels counts, not their share
    perfect = within(*judged(40, 0, 0, 40), items=1000, share=0.1, margin=0.05)
    assert perfect.mean > 0.99
    useless = within(*judged(0, 50, 0, 30), items=1000, share=0.1, margin=0.05)
    assert useless.mean == pytest.approx(0.697, abs=0.01)  # 2 Φ(0.05 / √(.375 × .625 / 100)) − 1


def test_where_nothing_varies_every_review_is_exact():
    assert within(*judged(0, 0, 0, 20), items=1000, share=0.1, margin=0.05).mean == 1.0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: counted([], []),
        lambda: counted([True], []),
        lambda: within(*LENIENT, items=1000, share=0, margin=0.05),
        lambda: within(*LENIENT, items=1000, share=1.0, margin=0.05),
        lambda: review_curve(*LENIENT, items=100, shares=(0.001,)),
    ],
)
def test_a_review_of_nothing_is_told(wrong):
    with pytest.raises(CourseError):
        wrong()


def test_the_same_seed_gives_the_same_curve():
    first, second = (review_curve(*LENIENT, items=100, shares=(0.1,), draws=20) for _ in range(2))
    assert first.equals(second) and np.isfinite(first["off"]).all()
