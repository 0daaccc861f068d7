"""What a training scored, question by question, as a sweep keeps it: a text of 0 and 1.

Every point of a sweep asks the same questions in the same order, so that two settings are compared question
by question, and of several seeds the mean counts; an interval draws seeds and questions, so that it says what
another training might have brought. What this module does not do: ask them.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval, mean_interval, paired_bootstrap

if TYPE_CHECKING:
    import pandas as pd


def hits(scored: Iterable[bool]) -> str:
    """What each question scored, as a sweep's row keeps it: "1" or "0" each."""
    return "".join("1" if each else "0" for each in scored)


def scores(table: "pd.DataFrame", column: str, where: Mapping[str, Any], together: int = 1) -> np.ndarray:
    """What each question scored in the rows that are as `where` says, a row a seed: (seeds, questions).

    A cell is a text of 0 and 1, or a list of numbers, such as losses. `together` questions in a row are on
    one fact and count as one: (seeds, questions / together). Raises CourseError if there is no such row, or
    two of them have another number of questions.
    """
    rows = table[matching(table, where)]
    told = [each for each in rows[column] if isinstance(each, str | list)] if column in rows else []
    if not told or len({len(each) for each in told}) > 1:
        wanted = ", ".join(f"{name} {value}" for name, value in where.items())
        problem = "have not the same number of questions" if told else "are not in the table"
        raise CourseError(
            f"Rows of {wanted} with {column} {problem}.",
            allowed="all seeds of a setting, asked the same questions",
            next_step="measure the sweep to its end: python -m course_lib results --help",
        )
    each = np.array([[float(one) for one in row] for row in told])
    return each.reshape(len(each), -1, together).mean(axis=2)


def matching(table: "pd.DataFrame", where: Mapping[str, Any]) -> np.ndarray:
    """Which rows have these values in these columns, (rows,)."""
    every = np.ones(len(table), dtype=bool)
    return np.logical_and.reduce([every, *(table[name].to_numpy() == each for name, each in where.items())])


def share(table: "pd.DataFrame", column: str, where: Mapping[str, Any], together: int = 1) -> Interval:
    """The mean of `scores` with its 95 % interval; raises as they do."""
    return mean_interval(scores(table, column, where, together))


def gain(
    table: "pd.DataFrame", column: str, a: Mapping[str, Any], b: Mapping[str, Any], together: int = 1
) -> Interval:
    """The rows `a` less the rows `b`, question by question, with the 95 % bootstrap interval over seeds and
    questions.

    Raises CourseError as scores and paired_bootstrap do.
    """
    return paired_bootstrap(*(scores(table, column, where, together) for where in (a, b)))
