"""Exercises of lesson 09: a paired bootstrap interval, a verdict, the interaction in a 2×2 table."""

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


_WORDS = {"confirmed here", "refuted here", "not confirmed here"}


def _by_middle(low: float, high: float, at_least: float = 0.0) -> str:
    return "confirmed here" if (low + high) / 2 > at_least else "refuted here"


def _two_words(outside: str, inside: str):
    return lambda low, high, at_least=0.0: outside if low > at_least else inside


VERDICT = exercise(
    "9.2",
    "A verdict from an interval",
    verdict,
    minutes=6,
    cases=(
        (0.02, 0.11), (-0.03, 0.08), (-0.08, 0.03), (-0.12, -0.01), (0.0, 0.07), (-0.05, 0.0),
        (0.02, 0.11, 0.05), (0.02, 0.04, 0.05),
    ),
    mistakes=(
        when(lambda run: run.returned not in _WORDS, "other-words",
             'The verdicts are "confirmed here", "not confirmed here" and "refuted here", word for word.'),
        like(_by_middle, "by-the-middle",
             "You judge by the middle of the interval. Its ends say what the data cannot rule out."),
        like(_two_words("confirmed here", "refuted here"), "absence-is-refutation",
             "An interval that holds the threshold refutes nothing: the data do not decide. Absence of "
             "evidence is not evidence of absence."),
        like(_two_words("confirmed here", "not confirmed here"), "never-refuted",
             "An interval that lies wholly below the threshold says more than *not confirmed*: the claim is "
             "refuted."),
        like(lambda low, high, at_least=0.0: verdict(low, high), "ignores-threshold",
             "It is right for a threshold of 0 only. Compare with `at_least`."),
        like(lambda low, high, at_least=0.0: "confirmed here" if low >= at_least else "refuted here"
             if high <= at_least else "not confirmed here", "touching-counts",
             "An interval that touches the threshold still holds it: use `>` and `<`."),
        like(lambda low, high, at_least=0.0: "confirmed here" if high > at_least else "refuted here",
             "upper-end",
             "For *confirmed* the whole interval must lie above: look at its lower end."),
    ),
    hints=(
        ("I do not know which end to look at",
         "The whole interval lies above a number if its *lower* end does."),
        ("I have only two outcomes",
         "There are three places for an interval: above, below, across the threshold."),
    ),
    why="Three outcomes keep apart what a yes-or-no test confuses: evidence for, evidence against, and too "
        "little evidence. An interval across the threshold asks for more questions, not for a story.",
)


def interaction(table: Sequence[Sequence[float]]) -> float:
    """The interaction in a 2×2 table of mean scores, table[retrieval][tuned]; index 0 is off, 1 is on.

    It is what tuning adds when retrieval is on, less what tuning adds when retrieval is off: 0 if the two
    simply add up, negative if they get in each other's way or do the same work twice.
    """
    (neither, tuned), (retrieval, both) = table
    return (both - retrieval) - (tuned - neither)


INTERACTION = exercise(
    "9.3",
    "The interaction in a 2×2 table",
    interaction,
    minutes=8,
    imports="from collections.abc import Sequence",
    cases=(([[0.05, 0.31], [0.88, 0.83]],), ([[0.1, 0.3], [0.5, 0.7]],), ([[0.0, 0.2], [0.1, 0.9]],)),
    mistakes=(
        like(lambda t: -interaction(t), "sign", "The sign is turned round: *on* less *off*."),
        like(lambda t: t[1][1] - t[1][0], "simple-effect",
             "This is what tuning adds with retrieval on. Take off what it adds with retrieval off."),
        like(lambda t: t[1][1] - t[0][1], "simple-effect",
             "This is what retrieval adds to the tuned model: half of the story. Take off what it adds to "
             "the other."),
        like(lambda t: (t[1][1] + t[0][1] - t[1][0] - t[0][0]) / 2, "main-effect",
             "This is the average effect of tuning. The interaction asks how much that effect *changes*."),
        like(lambda t: (t[1][1] + t[1][0] - t[0][1] - t[0][0]) / 2, "main-effect",
             "This is the average effect of retrieval. The interaction asks how much an effect *changes*."),
        like(lambda t: t[1][1] - t[0][0], "total-gain", "This is the gain of both together over neither."),
        like(lambda t: t[1][1] - max(t[1][0], t[0][1]), "over-the-better",
             "This is what the hybrid gains over the better single one: a fair question, but another one."),
        like(lambda t: interaction(t) / 2, "halved",
             "Half of it: some books divide the interaction by 2. Here it is a difference of differences, "
             "undivided."),
    ),
    hints=(
        ("I do not know which cell is which", "`table[1][0]` has retrieval on and tuning off."),
        ("I get one effect only", "Compute the effect of tuning twice, once in each row; subtract."),
    ),
    why="If the interaction is 0, two improvements can be chosen one by one. If it is negative, the second "
        "brings less than it does alone, as when both fix the same questions. \"The hybrid is best\" is a "
        "statement about this number.",
)
