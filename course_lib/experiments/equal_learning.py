"""Arms of a sweep over rates, compared where they have learned equally much: who learns less forgets less.

A row has its `arm`, its `learning_rate`, and in `learning` the loss on new examples. Claim C11; lesson 08.
"""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from course_lib.errors import CourseError
from course_lib.experiments.in_memory import UNTUNED
from course_lib.experiments.paired_rows import items, where

if TYPE_CHECKING:
    import pandas as pd

LEARNED = 0.9  # of the way to the loss that all of the compared arms can reach


def equally_learned(table: "pd.DataFrame", arm: str, column: str, target: float) -> np.ndarray:
    """An arm's items of a column where its loss on new pairs is `target`, between the two rates around it.

    Rates rise from the untuned model on, and the mean of two models is what one gets by asking either by
    chance. Raises CourseError if the arm never comes so far.
    """
    steps = [where(table, arm=UNTUNED)]
    steps += [rows for _, rows in where(table, arm=arm).groupby("learning_rate")]
    for before, after in pairwise(steps):
        start, end = before["learning"].mean(), after["learning"].mean()
        if end <= target:
            part = 0.0 if start <= target else (start - target) / (start - end)
            return (1 - part) * items(before, column) + part * items(after, column)
    raise CourseError(f"{arm} never reaches a loss of {target:.3f}.", next_step="sweep higher rates")


def target_of(table: "pd.DataFrame", *arms: str) -> float:
    """The loss on new pairs at which arms are compared: most of the way to what the worse of them reaches."""
    start = where(table, arm=UNTUNED)["learning"].mean()
    best = [where(table, arm=arm).groupby("learning_rate")["learning"].mean().min() for arm in arms]
    return start - LEARNED * (start - max(best))
