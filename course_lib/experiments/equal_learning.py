"""Arms of a sweep over rates, compared where they have learned equally much: who learns less forgets less.

A row has its `arm`, its `learning_rate`, and in `learning` the loss on new examples. Claim C11; lesson 08.
"""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from course_lib.errors import CourseError
from course_lib.experiments.hits import matching, scores
from course_lib.experiments.in_memory import UNTUNED

if TYPE_CHECKING:
    import pandas as pd

LEARNED = 0.9  # of the way to the loss that all of the compared arms can reach


def equally_learned(table: "pd.DataFrame", arm: str, column: str, target: float) -> np.ndarray:
    """An arm's scores in a column where its loss on new examples is `target`, between two of its rates.

    Rates rise from the untuned model on, and the mean of two models is what one gets by asking either by
    chance. Raises CourseError if the arm was not measured, or never comes so far.
    """
    steps = [({"arm": UNTUNED}, _losses(table, UNTUNED).iloc[0])]
    steps += [({"arm": arm, "learning_rate": rate}, loss) for rate, loss in _losses(table, arm).items()]
    for (before, start), (after, end) in pairwise(steps):
        if end <= target:
            part = 0.0 if start <= target else (start - target) / (start - end)
            return (1 - part) * scores(table, column, before) + part * scores(table, column, after)
    raise CourseError(f"{arm} never reaches a loss of {target:.3f}.", next_step="sweep higher rates")


def target_of(table: "pd.DataFrame", *arms: str) -> float:
    """The loss on new examples at which arms are compared: most of the way to what the worst of them reaches.
    """
    start = _losses(table, UNTUNED).iloc[0]
    return start - LEARNED * (start - max(_losses(table, arm).min() for arm in arms))


def _losses(table: "pd.DataFrame", arm: str) -> "pd.Series":
    """Rate -> the mean loss of its seeds; raises CourseError for an arm that is not in the table."""
    rows = table[matching(table, {"arm": arm})]
    if rows.empty:
        raise CourseError(f"The sweep's table has no row of {arm}.", next_step="measure all of its points")
    return rows.groupby("learning_rate")["learning"].mean()
