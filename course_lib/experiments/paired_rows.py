"""The rows of a sweep held against each other item by item: the same questions, asked of differently tuned
models.

A row keeps its answers as a text of 0 and 1, a sign a question, or its losses as a list; the rows of several
seeds are averaged, and the items are drawn (evaluation.statistics). Lesson 08.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval, mean_interval, paired_bootstrap

if TYPE_CHECKING:
    import pandas as pd


def hit_string(hits: Iterable[bool]) -> str:
    """Yes and no as a text of 1 and 0, as a stored row keeps them."""
    return "".join("1" if hit else "0" for hit in hits)


def where(table: "pd.DataFrame", **settings: Any) -> "pd.DataFrame":
    """The rows of a sweep's table with these settings; raises CourseError if there are none."""
    some = table
    for name, value in settings.items():
        some = some[some[name] == value]
    if some.empty:
        told = ", ".join(f"{name} = {value}" for name, value in settings.items())
        raise CourseError(f"The sweep's table has no row with {told}.", next_step="measure all of its points")
    return some


def items(rows: "pd.DataFrame", column: str) -> np.ndarray:
    """The mean over some rows of each item's value, (items,): shares of seeds for hits, means for losses.

    Raises CourseError if the rows hold different numbers of items, which are then not the same questions.
    """
    cells = [list(map(float, cell)) for cell in rows[column]]
    if len({len(cell) for cell in cells}) != 1:
        raise CourseError(f"The rows of {column!r} were not asked the same: they hold different numbers.")
    return np.array(cells).mean(axis=0)


def share(rows: "pd.DataFrame", column: str) -> Interval:
    """The mean of some rows' items, with its 95 % interval over the items."""
    return mean_interval(items(rows, column))


def gain(rows: "pd.DataFrame", over: "pd.DataFrame", column: str) -> Interval:
    """What some rows have more than others of a column, paired item by item, with its 95 % interval."""
    return paired_bootstrap(items(rows, column), items(over, column))
