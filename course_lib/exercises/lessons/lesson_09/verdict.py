"""Exercise 9.2: the words for an interval."""

from course_lib.exercises.judging import exercise, like, when


def verdict(low: float, high: float, at_least: float = 0.0) -> str:
    """The verdict on the claim that a difference lies above `at_least`, from its 95 % interval (low, high).

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
