"""Arms of a sweep over rates, compared where they have learned equally much: who learns less forgets less.

A row has its `arm`, its `learning_rate`, and in `style` the hits on new examples. Claim C11; lesson 08.
"""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from course_lib.errors import CourseError
from course_lib.experiments.hits import matching, scores
from course_lib.experiments.in_memory import UNTUNED

if TYPE_CHECKING:
    import pandas as pd

LEARNED = 0.9  # of the score that all of the compared arms can reach


def equally_learned(table: "pd.DataFrame", arm: str, column: str, target: float) -> np.ndarray:
    """An arm's scores in a column, (seeds, items), where it has learned as much as `target`, between two of
    its rates.

    Rates rise from the untuned model on. The mean of two models is what one gets by asking either by chance,
    so what lies between two rates can be had. Raises CourseError if the arm was not measured, or never comes
    so far.
    """
    steps = [({"arm": UNTUNED}, learned(table, UNTUNED)[0.0])]
    steps += [({"arm": arm, "learning_rate": rate}, share) for rate, share in learned(table, arm).items()]
    for (before, start), (after, end) in pairwise(steps):
        if end >= target:
            part = 0.0 if start >= target else (target - start) / (end - start)
            return (1 - part) * scores(table, column, before) + part * scores(table, column, after)
    raise CourseError(f"{arm} never reaches a share of {target:.2f}.", next_step="sweep higher rates")


def target_of(table: "pd.DataFrame", *arms: str) -> float:
    """The share of hits on new examples at which arms are compared: most of what the worst of them reaches.

    Raises CourseError if one of them learned nothing, so that there is nothing to compare.
    """
    best = {arm: max(learned(table, arm).values()) for arm in arms}
    worst = min(best, key=best.__getitem__)
    if LEARNED * best[worst] <= learned(table, UNTUNED)[0.0]:
        raise CourseError(f"{worst} learned nothing at any rate.", next_step="sweep higher rates")
    return LEARNED * best[worst]


def learned(table: "pd.DataFrame", arm: str) -> dict[float, float]:
    """Rate -> the mean share of hits on new examples; raises CourseError for an arm that was not measured."""
    rates = sorted(set(table["learning_rate"][matching(table, {"arm": arm})]))
    if not rates:
        raise CourseError(f"The sweep's table has no row of {arm}.", next_step="measure all of its points")
    return {r: float(scores(table, "style", {"arm": arm, "learning_rate": r}).mean()) for r in rates}
