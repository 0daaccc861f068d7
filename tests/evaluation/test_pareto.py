"""The frontier of two scores, held against its definition on random runs."""

import numpy as np
import pytest

from course_lib.evaluation.pareto import frontier


def test_no_run_off_the_frontier_is_unbeaten_and_none_on_it_is_beaten():
    rng = np.random.default_rng(8)
    for _ in range(20):
        learned, kept = rng.integers(0, 5, (2, 12)).tolist()
        for i, on in enumerate(frontier(learned, kept)):
            worse = [
                learned[j] >= learned[i] and kept[j] >= kept[i]
                and (learned[j] > learned[i] or kept[j] > kept[i])
                for j in range(12)
            ]  # fmt: skip
            assert on is not any(worse)


def test_equals_stay_together_and_a_single_run_is_on_it():
    assert frontier([0.5, 0.5, 0.4], [0.8, 0.8, 0.8]) == [True, True, False]
    assert frontier([0.1], [0.1]) == [True] and frontier([], []) == []


def test_scores_of_different_runs_are_refused():
    with pytest.raises(ValueError):
        frontier([0.1, 0.2], [0.3])
