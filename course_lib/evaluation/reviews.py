"""What people reading some of a judge's items are worth: how far off the corrected rate then is. Lesson 10.

The judged and labelled answers that there are stand for the traffic that more would come from: reviews of any
size are drawn from them. What this module does not do: correct one rate (rectified.py does).
"""

from collections.abc import Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from course_lib.arguments import finite_number, paired, whole_number
from course_lib.errors import CourseError
from course_lib.evaluation.judge import Verdict
from course_lib.evaluation.rectified import best_weight, rectified_mean
from course_lib.evaluation.statistics import RESAMPLES, Interval

if TYPE_CHECKING:
    import pandas as pd

JUDGE_ALONE, LABELS_ALONE, CORRECTED = "judge alone", "labels alone", "judge, corrected by labels"
SHARES = (0.02, 0.05, 0.1, 0.2, 0.4)
Z = NormalDist().inv_cdf(0.975)
CELLS = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])  # (label, verdict), as `counted` lays them out


def counted(labels: Sequence[bool], verdicts: Sequence[Verdict]) -> np.ndarray:
    """How often label (row: wrong, right) and verdict (column) come together, (2, 2).

    An item without a verdict is not accepted. Raises CourseError for unequal lengths and for no items.
    """
    found = np.zeros((2, 2), int)
    for label, verdict in paired(labels, verdicts, "labels", "verdicts"):
        found[int(bool(label)), int(verdict is not None and bool(verdict))] += 1
    if not found.sum():
        raise CourseError("Nothing was judged.", allowed="one item or more")
    return found


def sigma(shares: np.ndarray, items: int, share: float) -> np.ndarray:
    """The standard error of a corrected rate if `share` of so many items are labelled, from shares (…, 2, 2).

    It is that of rectified_mean at its best weight, in large samples. Lesson 10.
    """
    labelled = items * share
    label, verdict = shares[..., 1, :].sum(-1), shares[..., :, 1].sum(-1)
    together = shares[..., 1, 1] - label * verdict  # the covariance
    spread, own = verdict * (1 - verdict), label * (1 - label)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(spread > 0, np.clip(together * (1 - share) / spread, 0, 1), 0.0)
    residue = np.maximum(own - 2 * weight * together + weight**2 * spread, 0)
    return np.sqrt(residue / labelled + weight**2 * spread / (items - labelled))


def within(
    labels: Sequence[bool], verdicts: Sequence[Verdict], items: int, share: float, margin: float
) -> Interval:
    """How often a review of `items` lands within `margin` of the truth, with its 95 % interval.

    The interval is over the answers that were judged: they are drawn anew (bootstrap), and what a review
    would give follows from the shares of each draw. Raises CourseError as `counted` does and for a share
    outside of (0, 1). Lesson 10.
    """
    share = finite_number(share, "share", above=0, most=0.99)
    margin = finite_number(margin, "margin", above=0)
    items, found = whole_number(items, "items", 10), counted(labels, verdicts)
    drawn = np.random.default_rng(0).multinomial(found.sum(), found.ravel() / found.sum(), RESAMPLES)
    shares = np.concatenate([found.reshape(1, 2, 2), drawn.reshape(-1, 2, 2)]) / found.sum()
    normal = NormalDist()
    # Without any error nothing varies, and every review is exact.
    often = np.array([2 * normal.cdf(margin / s) - 1 if s > 0 else 1.0 for s in sigma(shares, items, share)])
    low, high = np.quantile(often[1:], [0.025, 0.975])
    return Interval(float(often[0]), float(low), float(high))


def review_curve(
    labels: Sequence[bool],
    verdicts: Sequence[Verdict],
    items: int,
    shares: Sequence[float] = SHARES,
    draws: int = 300,
    seed: int = 0,
) -> "pd.DataFrame":
    """Simulated reviews: so many items drawn from the judged ones, a share of them labelled at random.

    A row a share and way to a rate: the judge alone, labels alone, the judge corrected by the labels.
    Columns: share, labelled, way, off (mean distance from the truth), half (mean half-width of the 95 %
    interval; 0 for the judge alone, who has none) and covers (how often the interval holds the truth). Raises
    CourseError as `counted` does, and for a share that labels fewer than two. Lesson 10.
    """
    import pandas as pd

    found, rng, rows = counted(labels, verdicts), np.random.default_rng(seed), []
    truth = found[1].sum() / found.sum()
    for share in shares:
        n = whole_number(round(items * share), "labelled items", 2, items - 2)
        for _ in range(whole_number(draws, "draws")):
            drawn = CELLS[rng.choice(4, items, p=found.ravel() / found.sum())]  # (items, 2)
            for way, got in _rates(drawn[:n, 0], drawn[:n, 1], drawn[n:, 1]).items():
                told = {"off": abs(got.mean - truth), "half": (got.high - got.low) / 2}
                told |= {"covers": float(got.low <= truth <= got.high)}
                rows.append({"share": share, "labelled": n, "way": way} | told)
    return pd.DataFrame(rows).groupby(["share", "labelled", "way"], sort=False).mean().reset_index()


def _rates(labels: np.ndarray, judged: np.ndarray, others: np.ndarray) -> dict[str, Interval]:
    alone = float(np.concatenate([judged, others]).mean())
    return {
        JUDGE_ALONE: Interval(alone, alone, alone),
        LABELS_ALONE: rectified_mean(labels, judged, others, 0.0),
        CORRECTED: rectified_mean(labels, judged, others, best_weight(labels, judged, others)),
    }
