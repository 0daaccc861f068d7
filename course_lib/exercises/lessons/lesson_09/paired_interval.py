"""Exercise 9.1: a paired bootstrap interval."""

from collections.abc import Sequence

import numpy as np

from course_lib.exercises.judging import exercise, like, when


def paired_interval(a: np.ndarray, b: np.ndarray, resamples: int, seed: int) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of mean(a − b), as (low, high).

    a and b are the scores (n,) of two systems on the same n questions. Draw n questions with replacement,
    and take both scores of each; do so `resamples` times; the 2.5th and 97.5th percentile of the means are
    the interval.
    """
    differences = a - b  # (n,)
    chosen = np.random.default_rng(seed).integers(len(a), size=(resamples, len(a)))
    return tuple(np.percentile(differences[chosen].mean(axis=1), [2.5, 97.5]))


def _near(given: Sequence[float], expected: Sequence[float]) -> bool:
    """Equal up to the chance of the draw: both ends within 6 % of the interval's width."""
    low, high = given
    width = expected[1] - expected[0]
    return all(abs(x - y) <= 0.06 * width + 1e-9 for x, y in zip((low, high), expected, strict=True))


def _resampled(values: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    chosen = np.random.default_rng(seed).integers(len(values), size=(resamples, len(values)))
    return values[chosen].mean(axis=1)


def _unpaired(a, b, resamples, seed):
    means = _resampled(a, resamples, seed) - _resampled(b, resamples, seed + 1)
    return np.percentile(means, [2.5, 97.5])


def _scores(seed: int, gain: float) -> tuple[np.ndarray, np.ndarray]:
    # Two systems that stumble over the same hard questions, so that pairing matters.
    rng = np.random.default_rng(seed)
    hardness = rng.random(160)
    return tuple((hardness + 0.15 * rng.random(160) < level).astype(float) for level in (0.5 + gain, 0.5))


_A, _B = _scores(1, 0.15)
_C, _D = _scores(2, -0.2)

INTERVAL = exercise(
    "9.1",
    "A paired bootstrap interval",
    paired_interval,
    minutes=15,
    imports="import numpy as np",
    cases=((_A, _B, 4000, 0), (_C, _D, 4000, 7)),
    equal=_near,
    mistakes=(
        when(lambda run: np.size(run.returned) != 2, "not-two",
             "Return two numbers, the lower and the upper end."),
        like(_unpaired, "unpaired",
             "You draw questions for a and for b separately. Both systems answered the *same* questions, and "
             "the hard ones are hard for both: draw a question once, and take both scores. Your interval is "
             "far too wide."),
        like(lambda a, b, r, s: paired_interval(b, a, r, s), "sign",
             "The sign is turned round: it is mean(a − b)."),
        like(lambda a, b, r, s: np.percentile(_resampled(a - b, r, s), [5, 95]), "ninety-percent",
             "From the 5th to the 95th percentile lie 90 %. For 95 % cut 2.5 % off each end."),
        like(lambda a, b, r, s: np.percentile(a - b, [2.5, 97.5]), "single-questions",
             "These are percentiles of the single differences. The interval is about their *mean*: resample "
             "it."),
        like(lambda a, b, r, s: [np.mean(a - b)] * 2, "no-width",
             "All resamples have the same mean, so they are the same questions in another order. Draw *with* "
             "replacement: `rng.integers(n, size=n)` or `rng.choice(n, size=n)`."),
        like(lambda a, b, r, s: np.percentile(_resampled(a, r, s), [2.5, 97.5]), "one-system",
             "This is the interval of a's own mean. It is the difference that is asked for."),
        when(lambda run: run.returned[0] > run.returned[1], "ends-swapped", "The lower end comes first."),
    ),
    hints=(
        ("I do not know what to resample",
         "The differences a − b, one for each question. One resample is n of them, drawn with replacement; "
         "keep its mean."),
        ("My interval is too wide",
         "Draw positions once for each resample and use them for a and for b; do not draw others for b."),
        ("My interval has no width", "Draw with replacement: some questions come twice, others not at all."),
        ("My loop is slow", "`rng.integers(n, size=(resamples, n))` draws everything at once."),
    ),
    why="Most questions are easy for both systems or hard for both. Pairing cancels that out, and what "
        "remains is the difference; the interval shrinks without a single new question (Efron and Tibshirani "
        "1993).",
)
