"""Exercise 0.3: how sure an accuracy is, by Wilson's interval."""

import math
from collections.abc import Sequence

from course_lib.exercises.judging import exercise, like, when


def accuracy_with_interval(scores: Sequence[bool], z: float = 1.96) -> tuple[float, float, float]:
    """The share of True among n scores with its Wilson interval, as (share, low, high); z = 1.96 gives 95 %.

    With the share p, the interval's middle is (p + z²/2n) / (1 + z²/n), and its half-width is
    z · sqrt(p(1 − p)/n + z²/4n²) / (1 + z²/n).
    """
    n = len(scores)
    share = sum(scores) / n
    shrink = 1 + z**2 / n
    middle = (share + z**2 / (2 * n)) / shrink
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / shrink
    return share, middle - half, middle + half


def _wald(scores: Sequence[bool], z: float = 1.96) -> tuple[float, float, float]:
    share = sum(scores) / len(scores)
    half = z * math.sqrt(share * (1 - share) / len(scores))
    return share, share - half, share + half


def _not_shrunk(scores: Sequence[bool], z: float = 1.96) -> tuple[float, float, float]:
    share, low, high = accuracy_with_interval(scores, z)
    return share, low * (1 + z**2 / len(scores)), high * (1 + z**2 / len(scores))


def _around_the_share(scores: Sequence[bool], z: float = 1.96) -> tuple[float, float, float]:
    share, low, high = accuracy_with_interval(scores, z)
    return share, share - (high - low) / 2, share + (high - low) / 2


_NO_WIDTH = (
    "This is p ± z·sqrt(p(1 − p)/n). When all eight answers are wrong it has no width, as if that were "
    "certain, and near 0 or 1 it leaves the range of a share. Wilson's interval, in the description, does "
    "neither."
)

INTERVAL = exercise(
    "0.3",
    "Accuracy with an interval",
    accuracy_with_interval,
    minutes=10,
    imports="import math\nfrom collections.abc import Sequence",
    cases=(
        ([True, True, True, False, True, False, True, True],),
        ([False] * 8,),
        ([True] * 30 + [False] * 10,),
        ([True, False, False], 1.0),
    ),
    mistakes=(
        when(lambda run: len(run.returned) != 3, "not-three",
             "Return three numbers: share, lower end, upper end."),
        like(_wald, "wald", _NO_WIDTH),
        like(lambda scores, z=1.96: tuple(min(max(x, 0), 1) for x in _wald(scores, z)), "wald", _NO_WIDTH),
        like(lambda scores, z=1.96: accuracy_with_interval(scores), "ignores-z",
             "The interval is always the 95 % one. Use the argument `z` in place of 1.96."),
        like(_not_shrunk, "not-shrunk",
             "The division by `1 + z²/n` is missing; both the middle and the half-width need it."),
        like(_around_the_share, "middle-is-share",
             "The half-width is right, but it lies around the share. Wilson's middle is drawn towards one "
             "half."),
        like(lambda scores, z=1.96: tuple(100 * x for x in accuracy_with_interval(scores, z)), "in-percent",
             "These are percentages. Return shares between 0 and 1."),
        when(lambda run: run.returned[1] > run.returned[2], "ends-swapped",
             "The upper end comes before the lower one. The order is share, low, high."),
    ),
    hints=(
        ("My lower end is negative",
         "The middle is not the share: it is `(share + z**2 / (2 * n)) / (1 + z**2 / n)`."),
        ("My interval has no width when all is wrong",
         "Under the root stand two terms; the second, `z**2 / (4 * n**2)`, does not vanish."),
        ("My numbers are near, but not equal",
         "Both the middle and the half-width are divided by `1 + z**2 / n`. Check the brackets."),
    ),
    why="Eight questions, none right: the true accuracy may still be 0.32. An accuracy without an interval "
        "invites a story about noise. Wilson's interval (Wilson 1927) holds its 95 % for small n and for "
        "shares near 0 and 1, where the usual ± fails.",
)
