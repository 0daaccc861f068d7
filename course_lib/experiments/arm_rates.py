"""Tables of arms that were trained at several rates and seeds: each arm's best rate, and arms compared.

A row is a training: `arm`, `rate`, `examples`, `seed`, `dev_loss`, and a score for each question that was
asked, as a text of 1 and 0 or a list. A question's score is the mean over the seeds. Lesson 06.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval, mean_interval, paired_bootstrap

if TYPE_CHECKING:
    import pandas as pd

HITS = "hits"  # does a reply keep the house style?
LOSSES = "losses"  # how unlikely is the right reply, in nats a token?


@dataclass(frozen=True)
class Runs:
    """An arm at one rate, with one number of examples: trainings of a table that differ in the seed alone."""

    arm: str
    examples: int
    rate: float


def best(table: "pd.DataFrame", arm: str, examples: int) -> Runs:
    """An arm at the rate whose mean loss on dev pairs is lowest; raises CourseError without a row of it."""
    rows = table[(table["arm"] == arm) & (table["examples"] == examples)]
    if rows.empty:
        there = {f"{a} on {n}" for a, n in zip(table["arm"], table["examples"], strict=True)}
        raise CourseError(
            f"No training of {arm!r} on {examples} examples is in the table.", ", ".join(sorted(there))
        )
    return Runs(arm, examples, float(rows.groupby("rate")["dev_loss"].mean().idxmin()))


def by_question(table: "pd.DataFrame", runs: Runs, column: str) -> np.ndarray:
    """The score of each question, (questions,), the mean over the seeds; raises CourseError without a row."""
    rows = table[(table["arm"] == runs.arm) & (table["examples"] == runs.examples)]
    rows = rows[np.isclose(rows["rate"], runs.rate)]
    if rows.empty:
        raise CourseError(
            f"No training of {runs.arm!r} on {runs.examples} examples has the rate {runs.rate:g}.",
            allowed="the rates of the sweep",
            next_step="measure that point too",
        )
    return np.array([[float(each) for each in scores] for scores in rows[column]]).mean(axis=0)


def difference(table: "pd.DataFrame", one: Runs, other: Runs, column: str) -> Interval:
    """The mean score of one arm less another's, paired by question, with its 95 % interval."""
    return paired_bootstrap(*(by_question(table, each, column) for each in (one, other)))


def share(table: "pd.DataFrame", runs: Runs, column: str = HITS) -> Interval:
    """The mean score of an arm with its 95 % interval, over questions."""
    return mean_interval(by_question(table, runs, column))


def row_of(rows: Sequence[Mapping[str, Any]], point: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The stored row of a point, or None: what a lesson holds its own measurement against."""
    return next((row for row in rows if point.items() <= row.items()), None)
