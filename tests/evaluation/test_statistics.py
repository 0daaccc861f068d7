"""Our intervals are SciPy's, cover what they promise to cover, and come out the same each time."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from course_lib.errors import CourseError
from course_lib.evaluation import statistics
from course_lib.evaluation.statistics import (
    Interval,
    bootstrap_interval,
    cluster_means,
    intervals,
    mean_interval,
    paired_bootstrap,
    redrawn,
    wilson_interval,
)

SCORES = np.random.default_rng(7).beta(2, 1, 60)
SUCCESSES = (np.random.default_rng(8).random(300) < 0.85).astype(float)


def scipy_interval(values, confidence, seed):
    options = {"n_resamples": 9_999, "confidence_level": confidence, "method": "percentile"}
    return stats.bootstrap((values,), np.mean, rng=np.random.default_rng(seed), **options).confidence_interval


@pytest.mark.parametrize("values", [SCORES, SUCCESSES])
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_bootstrap_is_scipys_from_the_same_seed(values, confidence):
    ours, theirs = bootstrap_interval(values, confidence, seed=3), scipy_interval(values, confidence, 3)
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs), abs=1e-12)
    assert ours.mean == values.mean()


def test_the_size_of_a_batch_does_not_show(monkeypatch):
    whole = bootstrap_interval(SCORES)
    monkeypatch.setattr(statistics, "VALUES_AT_ONCE", 700)
    assert bootstrap_interval(SCORES) == whole


def test_the_seed_decides():
    assert (
        bootstrap_interval(SCORES) == bootstrap_interval(SCORES, seed=0) != bootstrap_interval(SCORES, seed=1)
    )


def test_95_percent_of_intervals_hold_the_true_mean():
    rng = np.random.default_rng(0)
    intervals = [bootstrap_interval(rng.random(80), resamples=500, seed=seed) for seed in range(400)]
    held = sum(each.low <= 0.5 <= each.high for each in intervals)
    assert 0.91 <= held / 400 <= 0.98


def test_pairs_are_drawn_together():
    a, b = SCORES + 0.1, SCORES
    interval = paired_bootstrap(a, b)
    assert (interval.mean, interval.low, interval.high) == pytest.approx((0.1, 0.1, 0.1))
    noisy = b + np.random.default_rng(1).normal(0.05, 0.02, 60)
    theirs = scipy_interval(noisy - b, 0.95, 0)
    assert (paired_bootstrap(noisy, b).low, paired_bootstrap(noisy, b).high) == pytest.approx(
        tuple(theirs), abs=1e-12
    )
    assert paired_bootstrap(b, noisy).mean == -paired_bootstrap(noisy, b).mean


@pytest.mark.parametrize(("successes", "n"), [(0, 10), (10, 10), (3, 7), (183, 200), (1, 1), (0, 1)])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_wilsons_interval_is_scipys(successes, n, confidence):
    ours = wilson_interval(successes, n, confidence)
    theirs = stats.binomtest(successes, n).proportion_ci(confidence, method="wilson")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert ours.mean == successes / n


def test_an_interval_prints_as_people_write_it():
    assert str(Interval(0.834, 0.7951, 0.8)) == "0.83 [0.80, 0.80]"
    assert str(Interval(-0.001, -0.234, 1)) == "0.00 [-0.23, 1.00]"


@pytest.mark.parametrize("values", [[], [float("nan"), 1.0], [[[1.0, 2.0]]]])
def test_values_without_a_mean_are_refused(values):
    with pytest.raises(CourseError, match="list of finite numbers"):
        bootstrap_interval(values)


@pytest.mark.parametrize(("successes", "n"), [(1, 0), (-1, 5), (6, 5)])
def test_a_share_that_cannot_be_is_refused(successes, n):
    with pytest.raises(CourseError, match="make no share"):
        wilson_interval(successes, n)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_lies_between_0_and_1(confidence):
    for refuse in (lambda: bootstrap_interval([1, 2], confidence), lambda: wilson_interval(1, 2, confidence)):
        with pytest.raises(CourseError, match=r"0\.95"):
            refuse()


def test_pairs_need_partners():
    with pytest.raises(CourseError, match=r"\(2,\) and \(3,\)"):
        paired_bootstrap([1, 2], [1, 2, 3])


def test_a_share_has_wilsons_interval_and_a_mean_of_shares_the_bootstraps():
    assert mean_interval([0, 0, 1, 0]) == wilson_interval(1, 4)
    assert mean_interval([0] * 40).high > 0
    assert mean_interval([0, 0.5, 1]) == bootstrap_interval([0, 0.5, 1])
    with pytest.raises(CourseError):
        mean_interval([])


def test_a_fact_counts_once_however_often_it_is_asked():
    assert cluster_means([1, 0, 1, 0, 0], ["a", "b", "a", "a", "b"]).tolist() == [2 / 3, 0]
    assert mean_interval([1, 1, 1, 0], ["a", "a", "a", "b"]) == wilson_interval(1, 2)
    with pytest.raises(CourseError, match="2 values have 1"):
        cluster_means([1, 0], ["a"])


def test_wordings_of_one_fact_make_an_interval_no_narrower():
    rng = np.random.default_rng(2)
    truth = rng.random(40) < 0.5
    asked, facts = np.repeat(truth, 5).astype(float), np.repeat(np.arange(40), 5)
    apart, together = mean_interval(asked), mean_interval(asked, facts)
    assert together == mean_interval(truth) and together.high - together.low > 2 * (apart.high - apart.low)
    shift = paired_bootstrap(asked, np.zeros(200), cluster=facts)
    assert (shift.low, shift.high) == (bootstrap_interval(truth).low, bootstrap_interval(truth).high)


def test_intervals_by_group_draw_facts_unless_told_otherwise():
    table = pd.DataFrame(
        {
            "arm": ["b", "b", "b", "a", "a"],
            "fact": ["f", "f", "g", "f", "g"],
            "right": [1.0, 1.0, 0.0, 1.0, float("nan")],
        }
    )
    found = intervals(table, "right", "arm")
    assert found["arm"].tolist() == ["b", "a"] and found["n"].tolist() == [2, 1]
    assert found.loc[0, ["mean", "low", "high"]].tolist() == list(vars(wilson_interval(1, 2)).values())
    assert intervals(table, "right", "arm", cluster=None)["n"].tolist() == [3, 1]
    assert intervals(table, "right", "arm", interval=bootstrap_interval).loc[0, "low"] == 0
    with pytest.raises(CourseError, match="document"):
        intervals(table, "right", "arm", cluster="document")


def test_seeds_that_disagree_make_an_interval_wider_than_their_mean():
    calm, wild = np.tile(np.arange(40) % 2, (3, 1)), np.repeat([[0], [0], [1]], 40, axis=1)
    alone, drawn = bootstrap_interval(calm[0]), bootstrap_interval(calm)
    assert (drawn.low, drawn.high) == pytest.approx((alone.low, alone.high), abs=0.03)
    assert vars(bootstrap_interval(wild)) == {"mean": pytest.approx(1 / 3), "low": 0, "high": 1}
    assert bootstrap_interval(wild.mean(axis=0)).low == pytest.approx(1 / 3), "of one seed nothing is drawn"


def test_the_interval_over_seeds_and_questions_is_as_wide_as_theory_says():
    """Of a seed's effect and a question's the variances add: of s seeds (s - 1) / s of theirs is drawn."""
    rng = np.random.default_rng(0)
    values = rng.normal(0, 1, (20, 1)) + rng.normal(0, 2, (1, 50))
    means = values.mean(axis=1).var() / 20 + values.mean(axis=0).var() / 50
    found = bootstrap_interval(values)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * means**0.5, rel=0.05)


def test_pairs_draw_seeds_together_where_both_have_as_many_and_else_apart():
    rng = np.random.default_rng(0)
    one = rng.random((3, 30)).round() + [[0], [2], [4]]
    same = paired_bootstrap(one + 1, one)
    assert (same.mean, same.low, same.high) == pytest.approx((1, 1, 1))
    apart = paired_bootstrap(one + 1, one.mean(axis=0))
    assert apart.mean == pytest.approx(1) and apart.low < 0 < 2 < apart.high
    assert paired_bootstrap(one[:1] + 1, one[0]) == paired_bootstrap(one[0] + 1, one[0])
    with pytest.raises(CourseError, match="as many values"):
        paired_bootstrap(one, one[0, :5])


def test_the_mean_of_seeds_that_agree_is_wilsons():
    agreed = np.tile([1, 0, 1, 1], (3, 1))
    assert mean_interval(agreed) == mean_interval(agreed[0]) == wilson_interval(3, 4)
    assert mean_interval([[0, 1], [1, 0]]) == bootstrap_interval([[0, 1], [1, 0]])
    assert mean_interval([[1, 0, 0, 1], [1, 1, 0, 0]], cluster=[1, 1, 2, 2]).mean == 0.5


def test_a_number_that_is_no_mean_is_reckoned_from_each_draw():
    values = np.arange(100.0)
    found = redrawn(lambda places: float(np.median(values[places])), len(values))
    assert found.mean == np.median(values) and 30 < found.low < 45 < 55 < found.high < 70
    assert redrawn(lambda places: float(values[places].mean()), 100).low == pytest.approx(
        bootstrap_interval(values).low, abs=0.5
    )
    endless = redrawn(lambda places: np.inf if places.min() > 2 else 1.0, 100, method="inverted_cdf")
    assert (endless.mean, endless.low, endless.high) == (1, 1, np.inf), "no end lies between the two"
