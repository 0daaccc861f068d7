"""How sure we may be of a mean: bootstrap intervals for scores and differences, Wilson's for a share.

The seed is fixed, so the same values always give the same interval. Two questions about one fact are no two
independent draws: where a `cluster` is given, facts are drawn, each with the mean of its questions.
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
    """The mean of n values with the percentile bootstrap interval of the mean.

    Raises CourseError for no values, for NaN, and for a confidence outside (0, 1). Efron and Tibshirani, "An
    Introduction to the Bootstrap", 1993, chapter 13. Lesson 09.
    """
    _check_confidence(confidence)
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) == 0 or not np.isfinite(values).all():
        raise CourseError(
            f"An interval needs a list of finite numbers, and got {values!r}.", allowed="one value or more"
        )
    rng = np.random.default_rng(seed)
    rows = max(1, VALUES_AT_ONCE // len(values))
    batches = [min(rows, resamples - start) for start in range(0, resamples, rows)]
    means = [values[rng.integers(0, len(values), (batch, len(values)))].mean(axis=1) for batch in batches]
    low, high = np.quantile(np.concatenate(means), [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(values.mean()), float(low), float(high))


def paired_bootstrap(
    a: Sequence[float] | np.ndarray,
    b: Sequence[float] | np.ndarray,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
    cluster: Sequence | np.ndarray | None = None,
) -> Interval:
    """The mean of a - b, scores (n,) of the same questions in the same order, with its bootstrap interval.

    Questions are drawn, or clusters of them (n,), and each brings both of its scores, so what makes a
    question hard for both cancels out. Raises CourseError for unequal lengths. Koehn, "Statistical
    significance tests for machine translation evaluation", 2004. Lesson 09.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise CourseError(
            f"Pairs need as many values on both sides, and got the shapes {a.shape} and {b.shape}."
        )
    return bootstrap_interval(cluster_means(a - b, cluster), confidence, resamples, seed)


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
    """The mean of n values, or of clusters of them (n,), with its 95 % interval.

    Wilson's where all are 0 or 1, else the bootstrap's, which gives 0 of 40 an interval without width. Raises
    CourseError for no values and for NaN.
    """
    values = cluster_means(values, cluster)
    if len(values) and np.isin(values, (0, 1)).all():
        return wilson_interval(int(values.sum()), len(values))
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


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise CourseError(
            f"A confidence of {confidence} is out of range.", allowed="a number between 0 and 1, as 0.95"
        )
