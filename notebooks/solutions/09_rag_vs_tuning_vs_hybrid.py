"""The solutions of this lesson's exercises, one a function; the strict test runs the checks on them."""

from collections.abc import Sequence

import numpy as np


def paired_interval(a: np.ndarray, b: np.ndarray, resamples: int, seed: int) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of mean(a − b), as (low, high).

    a and b are the scores (n,) of two systems on the same n questions. Draw n questions with replacement,
    and take both scores of each; do so `resamples` times; the 2.5th and 97.5th percentile of the means are
    the interval.
    """
    differences = a - b  # (n,)
    chosen = np.random.default_rng(seed).integers(len(a), size=(resamples, len(a)))
    return tuple(np.percentile(differences[chosen].mean(axis=1), [2.5, 97.5]))


def verdict(low: float, high: float, at_least: float = 0.0) -> str:
    """The verdict on the claim that a difference is above `at_least`, from its 95 % interval (low, high).

    "confirmed here" if the whole interval lies above `at_least`, "refuted here" if the whole lies below it,
    and "not confirmed here" if it holds or touches `at_least`.
    """
    if low > at_least:
        return "confirmed here"
    if high < at_least:
        return "refuted here"
    return "not confirmed here"


def interaction(table: Sequence[Sequence[float]]) -> float:
    """The interaction in a 2×2 table of mean scores, table[retrieval][tuned]; index 0 is off, 1 is on.

    It is what tuning adds when retrieval is on, less what tuning adds when retrieval is off: 0 if the two
    simply add up, negative if they get in each other's way or do the same work twice.
    """
    (neither, tuned), (retrieval, both) = table
    return (both - retrieval) - (tuned - neither)
