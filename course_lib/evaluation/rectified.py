"""A judge's rate, put right by labels for a few items: prediction-powered inference. Lesson 10.

The judge rates all items, people label n of them, drawn at random. Where both did, the judge's error can be
seen; its mean is taken off the judge's rate. Angelopoulos et al., "Prediction-powered inference", Science
2023; with weights, Angelopoulos, Duchi and Zrnic, "PPI++", 2023.
"""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from course_lib.arguments import finite_number, listed
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval


def rectified_mean(
    labels: Sequence[float],
    judged: Sequence[float],
    others: Sequence[float],
    weight: float = 1.0,
    confidence: float = 0.95,
) -> Interval:
    """The mean label of all items, from labels (n,) and verdicts (n,) of some, verdicts (N,) of the others.

    At weight 1 it is the judge's mean over the others plus the mean of label − verdict: right on average,
    however wrong the judge. At weight 0 the judge counts for nothing. The interval is normal, so n should be
    some dozens. Raises CourseError for unequal lengths, for fewer than two labels or others, and for what is
    no number. Angelopoulos et al. 2023, on the mean. Lesson 10 (exercise 10.3).
    """
    labels, judged, others = _checked(labels, judged, others)
    weight = finite_number(weight, "weight", least=0, most=1)
    z = NormalDist().inv_cdf((1 + finite_number(confidence, "confidence", above=0, most=0.9999)) / 2)
    residues = labels - weight * judged  # (n,)
    mean = weight * others.mean() + residues.mean()
    half = z * (weight**2 * others.var(ddof=1) / len(others) + residues.var(ddof=1) / len(labels)) ** 0.5
    return Interval(float(mean), float(mean - half), float(mean + half))


def best_weight(labels: Sequence[float], judged: Sequence[float], others: Sequence[float]) -> float:
    """The weight, 0 to 1, at which rectified_mean has the narrowest interval: small for a judge who errs.

    It is cov(label, verdict) / ((1 + n / N) var(verdict)), and 0 for a judge who says one thing only. Raises
    as rectified_mean does. PPI++ 2023, section 6. Lesson 10.
    """
    labels, judged, others = _checked(labels, judged, others)
    spread = np.concatenate([judged, others]).var(ddof=1)
    if spread == 0:
        return 0.0
    together = np.cov(labels, judged, ddof=1)[0, 1]
    return float(np.clip(together / ((1 + len(labels) / len(others)) * spread), 0, 1))


def _checked(*given: Sequence[float]) -> list[np.ndarray]:
    names = ("labels", "verdicts on labelled items", "verdicts on other items")
    found = []
    for values, name in zip(given, names, strict=True):
        rows = [float(each) if isinstance(each, bool | np.bool_) else each for each in listed(values, name)]
        found.append(np.array([finite_number(each, f"One of the {name}") for each in rows], float))
    labels, judged, others = found
    if len(labels) != len(judged):
        raise CourseError(
            f"There are {len(labels)} labels and {len(judged)} verdicts on the same items.", "one of each"
        )
    if min(len(labels), len(others)) < 2:
        raise CourseError(
            f"{len(labels)} labels and {len(others)} other items are too few for an interval.",
            allowed="two or more of each",
            next_step="label some more, drawn at random",
        )
    return found
