"""How far two raters agree beyond chance: Cohen's kappa by hand, with its interval. Lesson 10."""

from collections.abc import Hashable, Sequence

import numpy as np

from course_lib.arguments import paired
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import RESAMPLES, Interval


def counted(a: Sequence[Hashable], b: Sequence[Hashable]) -> tuple[list, np.ndarray]:
    """The labels that two raters use, and how often each pair of them comes, (labels, labels): a's in rows.

    Raises CourseError for unequal lengths and for no items. Lesson 10.
    """
    pairs = list(paired(a, b, "labels of one rater", "labels of the other"))
    if not pairs:
        raise CourseError("Two raters need something to rate.", allowed="one item or more")
    labels = list(dict.fromkeys(label for pair in pairs for label in pair))
    counts = np.zeros((len(labels), len(labels)), int)
    for one, other in pairs:
        counts[labels.index(one), labels.index(other)] += 1
    return labels, counts


def cohens_kappa(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """The agreement of two raters of the same n items beyond chance: 1 is full, 0 is chance, below is worse.

    Chance lets each rater use its labels as often as it does, in any order. Where both use one and the same
    label throughout nothing can be said, and it is NaN. Raises CourseError for unequal lengths and for no
    items. Cohen, "A coefficient of agreement for nominal scales", 1960. Lesson 10 (exercise 10.2).
    """
    return float(_kappa(counted(a, b)[1]))


def kappa_interval(
    a: Sequence[Hashable], b: Sequence[Hashable], resamples: int = RESAMPLES, seed: int = 0
) -> Interval:
    """Cohen's kappa of n items with its 95 % percentile bootstrap interval, items drawn.

    A draw in which both raters say one thing only shows no agreement beyond chance and counts as 0, as does
    such a table. Raises CourseError as cohens_kappa does. Lesson 10.
    """
    _, counts = counted(a, b)
    size, n = len(counts), counts.sum()
    drawn = np.random.default_rng(seed).multinomial(n, counts.ravel() / n, resamples)
    kappas = np.nan_to_num(_kappa(drawn.reshape(resamples, size, size)))
    low, high = np.quantile(kappas, [0.025, 0.975])
    return Interval(float(np.nan_to_num(_kappa(counts))), float(low), float(high))


def _kappa(counts: np.ndarray) -> np.ndarray:
    """Kappa of tables of counts (…, labels, labels), NaN where chance alone agrees always."""
    shares = counts / counts.sum(axis=(-2, -1), keepdims=True)
    observed = np.trace(shares, axis1=-2, axis2=-1)
    by_chance = (shares.sum(axis=-1) * shares.sum(axis=-2)).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(by_chance < 1, (observed - by_chance) / (1 - by_chance), np.nan)
