"""How sure we may be of a mean: bootstrap intervals for scores and differences, Wilson's for a share.

The seed is fixed, so the same values always give the same interval. Two questions about one fact are no two
independent draws: where a `cluster` is given, facts are drawn, each with the mean of its questions. And
three trainings that differ in their seed are three draws: scores of several seeds, (seeds, n), are drawn by
seed and by question.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from course_lib.errors import CourseError

if TYPE_CHECKING:
    import pandas as pd

CLUSTER = "fact"  # the column of a table whose rows are drawn together
RESAMPLES = 9_999
REDRAWN = 1_999  # where each draw is reckoned by itself
VALUES_AT_ONCE = 2_000_000  # drawn in one go: 16 MB of positions


@dataclass(frozen=True)
class Interval:
    """An estimate and the ends of its confidence interval; it prints as `0.83 [0.79, 0.87]`."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        # Adding 0.0 after rounding turns -0.00 into 0.00.
        mean, low, high = (f"{round(each, 2) + 0.0:.2f}" for each in (self.mean, self.low, self.high))
        return f"{mean} [{low}, {high}]"


def bootstrap_interval(
    values: Sequence[float] | np.ndarray, confidence: float = 0.95, resamples: int = RESAMPLES, seed: int = 0
) -> Interval:
    """The mean of values, (n,) or (seeds, n), with the percentile bootstrap interval of the mean.

    Of several seeds both are drawn, seeds and values: the interval says what another training might bring,
    and not only other questions. Raises CourseError for no values, for NaN, and for a confidence outside
    (0, 1). Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13; for two factors Owen,
    "The pigeonhole bootstrap", 2007, section 3. Lesson 09.
    """
    _check_confidence(confidence)
    values = _checked(values)
    rng = np.random.default_rng(seed)
    if values.ndim == 2:
        return _interval(values.mean(), _crossed([values], rng, resamples), confidence)
    rows = max(1, VALUES_AT_ONCE // len(values))
    batches = [min(rows, resamples - start) for start in range(0, resamples, rows)]
    means = [values[rng.integers(0, len(values), (batch, len(values)))].mean(axis=1) for batch in batches]
    return _interval(values.mean(), np.concatenate(means), confidence)


def paired_bootstrap(
    a: Sequence[float] | np.ndarray,
    b: Sequence[float] | np.ndarray,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
    cluster: Sequence | np.ndarray | None = None,
) -> Interval:
    """The mean of a - b, scores of the same questions in the same order, with its bootstrap interval.

    Questions are drawn, or clusters of them (n,), and each brings both of its scores, so what makes a
    question hard for both cancels out. Scores are (n,), or (seeds, n) of several trainings, whose seeds are
    drawn too: together where both sides have as many, since a seed gives both the same examples, else apart.
    Raises CourseError for unequal lengths. Koehn, "Statistical significance tests for machine translation
    evaluation", 2004. Lesson 09.
    """
    shapes = [np.shape(each) for each in (a, b)]
    a, b = (_by_seed(each, cluster) for each in (a, b))
    if a.shape[-1] != b.shape[-1]:
        raise CourseError(
            f"Pairs need as many values on both sides, and got the shapes {shapes[0]} and {shapes[1]}."
        )
    if len(a) == len(b):
        return bootstrap_interval(a - b, confidence, resamples, seed)
    _check_confidence(confidence)
    sides = [_checked(a), -_checked(b)]
    drawn = _crossed(sides, np.random.default_rng(seed), resamples)
    return _interval(sum(float(side.mean()) for side in sides), drawn, confidence)


def redrawn(
    result: Callable[[np.ndarray], float], n: int, seed: int = 0, method: str = "linear"
) -> Interval:
    """A number that `result` makes of n things, given by their places (n,), with its 95 % bootstrap interval.

    The things are drawn anew REDRAWN times, with replacement, and the number is reckoned from each draw: for
    what is no mean. `method` is numpy.quantile's ("inverted_cdf" where a number may be inf). Efron and
    Tibshirani 1993, chapter 13. Lessons 10 and 11.
    """
    rng = np.random.default_rng(seed)
    draws = [result(rng.integers(0, n, n)) for _ in range(REDRAWN)]
    low, high = np.quantile(draws, (0.025, 0.975), method=method)
    return Interval(result(np.arange(n)), float(low), float(high))


def wilson_interval(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """The share successes / n with Wilson's score interval, good for small n too.

    Raises CourseError unless 0 <= successes <= n and n >= 1. Wilson 1927; Brown, Cai and DasGupta 2001,
    section 3.1.1. Lesson 07.
    """
    _check_confidence(confidence)
    if n < 1 or not 0 <= successes <= n:
        raise CourseError(
            f"{successes} successes of {n} make no share.", allowed="0 <= successes <= n and n of 1 or more"
        )
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * (share * (1 - share) / n + z**2 / (4 * n**2)) ** 0.5
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


def cluster_means(
    values: Sequence[float] | np.ndarray, cluster: Sequence | np.ndarray | None = None
) -> np.ndarray:
    """The mean of the values (n,) of each cluster (n,), as (clusters,) in the order of their first values.

    Without a cluster each value stands for itself. Raises CourseError for unequal lengths.
    """
    values = np.asarray(values, dtype=float)
    if cluster is None:
        return values
    if len(cluster) != len(values):
        raise CourseError(f"{len(values)} values have {len(cluster)} clusters.", allowed="one for each value")
    place: dict = {}
    rows = np.array([place.setdefault(each, len(place)) for each in cluster], dtype=int)
    return np.bincount(rows, values) / np.bincount(rows)


def together(n: int, confidence: float = 0.95) -> float:
    """The confidence of each of n intervals at which all hold together with `confidence` (Bonferroni)."""
    return 1 - (1 - confidence) / max(1, n)


def mean_interval(
    values: Sequence[float] | np.ndarray, cluster: Sequence | np.ndarray | None = None
) -> Interval:
    """The mean of values, (n,) or (seeds, n), or of clusters of them (n,), with its 95 % interval.

    Wilson's where all are 0 or 1 and no seed says otherwise than another, else the bootstrap's, which gives 0
    of 40 an interval without width. Raises CourseError for no values and for NaN.
    """
    values = _by_seed(values, cluster)
    if values.size and np.isin(values, (0, 1)).all() and (values == values[0]).all():
        return wilson_interval(int(values[0].sum()), values.shape[1])
    return bootstrap_interval(values)


def intervals(
    table: "pd.DataFrame",
    column: str,
    by: str | Sequence[str],
    cluster: str | None = CLUSTER,
    interval: Callable[[np.ndarray], Interval] = mean_interval,
) -> "pd.DataFrame":
    """The mean of a column with its 95 % interval for each group of a table's rows, in the table's order.

    A row a group: the columns `by`, then mean, low, high and n, the number of facts drawn; rows without a
    value count nowhere. A table whose rows share something else than a fact names that column as `cluster`;
    None draws rows. A column of differences takes bootstrap_interval as its `interval`. Raises CourseError
    without the columns. Lessons 05 and 09.
    """
    import pandas as pd

    by = [by] if isinstance(by, str) else list(by)
    needed = [*by, column, *([cluster] if cluster else [])]
    if missing := [name for name in needed if name not in table]:
        raise CourseError(
            f"The table has no column {missing[0]!r}.",
            allowed=", ".join(map(str, table.columns)),
            next_step="name the column whose rows belong together: cluster=…, or cluster=None",
        )
    rows = []
    for group, some in table.dropna(subset=[column]).groupby(by, sort=False):
        means = cluster_means(some[column].to_numpy(float), some[cluster].to_numpy() if cluster else None)
        found = vars(interval(means))
        rows.append(dict(zip(by, group, strict=True)) | found | {"n": len(means)})
    return pd.DataFrame(rows, columns=[*by, "mean", "low", "high", "n"])


def _by_seed(values: Sequence[float] | np.ndarray, cluster: Sequence | np.ndarray | None) -> np.ndarray:
    """Values (n,) or (seeds, n) as (seeds, clusters), one seed if they name none."""
    rows = np.atleast_2d(np.asarray(values, dtype=float))
    return rows if cluster is None else np.array([cluster_means(row, cluster) for row in rows])


def _checked(values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Finite values as (n,), or (seeds, n) of several seeds."""
    values = np.asarray(values, dtype=float)
    if values.ndim not in (1, 2) or values.size == 0 or not np.isfinite(values).all():
        raise CourseError(
            f"An interval needs a list of finite numbers, and got {values!r}.", allowed="one value or more"
        )
    return values[0] if values.ndim == 2 and len(values) == 1 else values


def _crossed(sides: Sequence[np.ndarray], rng: np.random.Generator, resamples: int) -> np.ndarray:
    """Means (resamples,) of the sum of some (seeds, n) or (n,): each side's seeds drawn apart, n together."""
    sides = [np.atleast_2d(side) for side in sides]
    n, means = sides[0].shape[1], []
    at_once = max(1, VALUES_AT_ONCE // n)
    for start in range(0, resamples, at_once):
        size = min(at_once, resamples - start)
        each = rng.multinomial(n, np.full(n, 1 / n), size) / n
        seeds = [rng.multinomial(s := len(side), np.full(s, 1 / s), size) / s for side in sides]
        means.append((each * sum(drawn @ side for drawn, side in zip(seeds, sides, strict=True))).sum(axis=1))
    return np.concatenate(means)


def _interval(mean: float, drawn: np.ndarray, confidence: float) -> Interval:
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(mean), float(low), float(high))


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise CourseError(
            f"A confidence of {confidence} is out of range.", allowed="a number between 0 and 1, as 0.95"
        )
