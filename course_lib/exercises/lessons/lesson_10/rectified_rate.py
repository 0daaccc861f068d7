"""Exercise 10.3: a judge's rate, corrected by labels for a few items, with its interval."""

from collections.abc import Sequence

import numpy as np

from course_lib.exercises.comparing import same
from course_lib.exercises.judging import Run, exercise, like, when


def rectified_rate(
    labels: Sequence[float], judged: Sequence[float], others: Sequence[float]
) -> tuple[float, float, float]:
    """The rate of right answers with its 95 % interval, as (rate, low, high): prediction-powered inference.

    People labelled n items: 1 right, 0 wrong. The judge gave verdicts to these, `judged`, in the same order,
    and to N other items, `others`, that nobody labelled. The rate is the judge's mean over the others plus
    its mean correction, label − verdict, over the labelled ones. Its variance is the sum of two: that of the
    others' verdicts divided by N, and that of the corrections divided by n (sample variances, with n − 1 and
    N − 1 below the line). The interval is the rate ± 1.96 standard errors.
    """
    corrections = np.array(labels, float) - np.array(judged, float)  # (n,)
    others = np.array(others, float)
    rate = others.mean() + corrections.mean()
    error = np.sqrt(others.var(ddof=1) / len(others) + corrections.var(ddof=1) / len(corrections))
    return float(rate), float(rate - 1.96 * error), float(rate + 1.96 * error)


def _variant(rate=None, variance=None, z: float = 1.96):
    """The solution with another rate (of verdicts, labels, corrections) or another variance of it."""

    def answer(labels, judged, others):
        corrections, verdicts = np.subtract(labels, judged, dtype=float), np.array(others, float)
        middle = verdicts.mean() + corrections.mean()
        if rate:
            middle = rate(verdicts, np.array(labels, float), corrections)
        parts = verdicts.var(ddof=1) / len(verdicts), corrections.var(ddof=1) / len(corrections)
        error = variance(parts, verdicts, corrections) if variance else sum(parts) ** 0.5
        return float(middle), float(middle - z * error), float(middle + z * error)

    return answer


def _starts_from_all(run: Run) -> bool:
    """Whether the rate is the judge's mean over all items, the labelled ones too, plus the correction."""
    labels, judged, others = run.args
    rate = np.mean([*judged, *others]) + np.subtract(labels, judged).mean()
    return same(run.returned[0], float(rate))


_LABELS, _JUDGED = [1, 0, 1, 0, 0, 1, 0, 1], [1, 1, 1, 0, 1, 1, 1, 1]
_OTHERS = [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1]

RECTIFIED = exercise(
    "10.3",
    "A judge's rate put right by labels",
    rectified_rate,
    minutes=15,
    imports="from collections.abc import Sequence\n\nimport numpy as np",
    equal=lambda given, right: same(given, right, 1e-4),  # 1.96, or the quantile in full
    cases=(
        (_LABELS, _JUDGED, _OTHERS), ([1, 0, 1, 1, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 1, 0, 0, 1, 0]),
        ([1, 0, 0, 1, 1, 0], [1, 0, 0, 1, 1, 1], [1, 0, 1, 0, 1, 1, 0]),
    ),
    mistakes=(
        when(lambda run: np.shape(run.returned) != (3,) and run.call.error is None, "not-three",
             "Return three numbers: the rate, low and high."),
        like(_variant(lambda v, y, c: v.mean() - c.mean()), "wrong-sign",
             "The correction goes the wrong way. Where the judge says 1 and people say 0, label − verdict is "
             "negative, and *adding* it brings the rate down."),
        like(_variant(lambda v, y, c: v.mean()), "not-corrected",
             "This is the judge's rate as it is. Add the mean correction of the labelled items."),
        like(_variant(lambda v, y, c: y.mean()), "labels-alone",
             "This is the labels' rate. The judge saw many more items: start from its mean over the others."),
        when(_starts_from_all, "all-items",
             "You take the judge's mean over all items. Take it over the *others* alone: what is labelled "
             "is in the correction already."),
        like(_variant(lambda v, y, c: v.mean() + c.sum()), "sum-of-corrections",
             "Add the *mean* correction, not the sum: it stands for what the judge is off by on one item."),
        like(_variant(variance=lambda parts, v, c: parts[0] ** 0.5), "judge-alone-varies",
             "Your interval counts the judge's verdicts alone. That the correction rests on a few labels is "
             "the larger part: add its variance by n."),
        like(_variant(variance=lambda parts, v, c: parts[1] ** 0.5), "labels-alone-vary",
             "Your interval counts the corrections alone. The others are a sample too: add the variance of "
             "their verdicts by N."),
        like(_variant(variance=lambda parts, v, c: parts[0] ** 0.5 + parts[1] ** 0.5), "errors-added",
             "You add two standard errors. Variances add: take the root of their sum."),
        like(_variant(variance=lambda parts, v, c: (v.var(ddof=1) + c.var(ddof=1)) ** 0.5), "not-by-n",
             "These are the variances of single items. A mean varies less: divide each by its number of "
             "items."),
        like(_variant(variance=lambda parts, v, c: sum(parts)), "no-root",
             "This is the variance. The standard error is its square root."),
        like(_variant(variance=lambda parts, v, c: (v.var() / len(v) + c.var() / len(c)) ** 0.5), "ddof",
             "The sample variance divides by n − 1: `var(ddof=1)`."),
        like(_variant(z=1.0), "one-error", "An interval of 95 % is ± 1.96 standard errors; yours is ± 1."),
        like(lambda *a: (lambda m, low, high: (m, high, low))(*_variant()(*a)), "ends-swapped",
             "The lower end comes first."),
        when(lambda run: "unsupported operand" in str(run.call.error), "lists",
             "Lists cannot be subtracted. Make arrays first: `np.array(labels, float)`."),
    ),
    hints=(
        ("I do not know what the correction is",
         "The mean of label − verdict over the labelled items: −1 where a wrong answer passed."),
        ("My interval is too narrow",
         "The judge's mean (of N items) and the correction (of n) are both estimates. Add their variances, "
         "each over its number."),
        ("I get a TypeError", "Arrays subtract: `np.array(labels, float)`."),
    ),
    why="The judge may be as wrong as it likes: what it gets wrong on average is seen on the labelled items "
        "and taken off. How wide the interval is depends on how *unevenly* it errs, and on n far more than "
        "on N. For a judge that never errs every correction is 0, and the interval no wider for it.",
)
