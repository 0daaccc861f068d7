"""Exercise 6.4: the rank that holds a share of a matrix's energy."""

from collections.abc import Sequence

import numpy as np

from course_lib.exercises.judging import exercise, like


def effective_rank(singular_values: Sequence[float], share: float) -> int:
    """The smallest number of singular values that hold at least `share` of a matrix's energy.

    The singular values come from large to small. The energy of a matrix is the sum of their squares, which is
    also the sum of the squares of its entries; the first r of them hold the energy of the best approximation
    of rank r.
    """
    energy = np.square(singular_values)
    held = np.cumsum(energy) / np.sum(energy)
    return int(np.argmax(held >= share)) + 1


def _held(values, share, power=2, reached=np.greater_equal, divide=True):
    energy = np.asarray(values, float) ** power
    total = energy.sum() if divide else 1.0
    return int(np.argmax(reached(np.cumsum(energy) / total, share))) + 1


RANK = exercise(
    "6.4",
    "The effective rank",
    effective_rank,
    minutes=12,
    weight="stretch",
    imports="from collections.abc import Sequence\n\nimport numpy as np",
    cases=(
        ([6.0, 3.0, 3.0, 2.0, 1.0, 1.0], 0.8),
        ([2.0, 2.0, 2.0, 2.0], 0.75),
        ([5.0, 0.5, 0.5, 0.1, 0.0], 0.9),
        ([3.0, 2.0, 0.0, 0.0], 1.0),
    ),
    mistakes=(
        like(lambda values, share: _held(values, share, power=1), "not-squared",
             "The values are added up as they are. Energy is the sum of their squares."),
        like(lambda values, share: _held(values, share) - 1, "counted-from-zero",
             "This is a place, counted from 0. The number of values is one more."),
        like(lambda values, share: _held(values, share, reached=np.greater), "more-than-the-share",
             "*At least* the share: where the first r hold exactly that much, r is enough."),
        like(lambda values, share: _held(values, share, divide=False), "not-divided",
             "The sums are compared with the share before they are divided by the whole energy."),
        like(lambda values, share: int(np.ceil(share * len(values))), "share-of-the-count",
             "This is the share of the *number* of values. How large they are has to count."),
        like(lambda values, share: int(sum(v >= (1 - share) * values[0] for v in values)), "threshold",
             "This counts values above a threshold. Wanted is how many hold the share, from the largest."),
        like(lambda values, share: _held(list(values)[::-1], share), "from-the-small-end",
             "The sum begins at the small end. The best approximation keeps the largest values."),
        like(lambda values, share: len(values) - _held(list(values)[::-1], 1 - share), "what-is-left",
             "This drops values from the small end for as long as they hold *at most* the rest, and then one "
             "too many. Sum up from the large end until the share is reached."),
    ),
    hints=(
        ("I do not know what energy is", "Square each singular value; the sum of all squares is 100 %."),
        ("I do not know how to find the first place that reaches the share",
         "`np.cumsum` of the squares, divided by their sum; `np.argmax(held >= share)` is the first place."),
        ("I am off by one", "A place counts from 0, a number of values from 1."),
    ),
    why="By Eckart and Young (1936) no matrix of rank r comes closer than the one made of the r largest "
        "singular values. So the rank that holds nearly all of the energy of a weight change says how large "
        "the r of LoRA would have to be to write that change down.",
)  # fmt: skip
