"""Exercise 1.2: the positions of the k best scores, ties included."""

import numpy as np

from course_lib.exercises.comparing import same, same_members
from course_lib.exercises.judging import exercise, like, when


def top_k(scores: np.ndarray, k: int) -> np.ndarray:
    """The positions of the k highest of n scores, best first; of equal scores the earlier position first.

    With k above n all n positions come back.
    """
    return np.argsort(-scores, kind="stable")[:k]


_TIES = np.array([0.5, 0.9, 0.9, 0.1, 0.5, 0.9])

TOP_K = exercise(
    "1.2",
    "Top k",
    top_k,
    minutes=8,
    imports="import numpy as np",
    cases=(
        (np.array([0.2, 0.9, -0.4, 0.7]), 2),
        (np.sin(np.arange(40)), 12),
        (_TIES, 4),
        (np.tile(_TIES, 8), 12),
        (np.array([0.3, 0.8]), 5),
    ),
    mistakes=(
        like(lambda scores, k: np.argsort(scores, kind="stable")[:k], "ascending",
             "These are the *lowest* scores: `argsort` goes upwards. Sort `-scores`."),
        like(lambda scores, k: np.sort(scores)[::-1][:k], "scores-not-positions",
             "You return the scores. Return where they stand: `argsort` instead of `sort`."),
        like(lambda scores, k: np.argsort(scores, kind="stable")[-k:], "best-last",
             "The right scores, but the best stands last. Rank 1 comes first."),
        like(lambda scores, k: top_k(scores, k - 1), "one-too-few",
             "One position too few: `[:k]` already gives k."),
        like(lambda scores, k: top_k(scores, k + 1), "one-too-many",
             "One position too many: `[:k]` gives k of them."),
        when(lambda run: np.size(run.returned) == np.size(run.expected)
             and same(run.args[0][run.returned], run.args[0][run.expected]), "ties",
             "The scores are right, but equal ones are out of order: the earlier position comes first. "
             "Reversing turns ties round, and the default sort may shuffle them: sort `-scores` with "
             "`kind=\"stable\"`."),
        when(lambda run: run.call.error is not None and run.args[1] > len(run.args[0]), "k-above-n",
             "It fails when k is larger than the number of scores. A slice `[:k]` would not mind."),
        when(lambda run: same_members(run.returned, run.expected), "unsorted",
             "The right positions, but not best first. `argpartition` leaves them unsorted."),
    ),
    hints=(
        ("I get the worst ones",
         "`np.argsort` sorts upwards. The minus sign in `np.argsort(-scores)` turns it round."),
        ("Equal scores come out in the wrong order",
         'Only `kind="stable"` promises to keep the order of equals.'),
    ),
    why="A ranking that depends on chance among equals cannot be tested or repeated. Sorting `-scores` "
        "stably settles ties by position; `[::-1]` after a stable sort would settle them the other way "
        "round.",
)
