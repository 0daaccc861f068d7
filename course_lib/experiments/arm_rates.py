"""Arms that were trained at several rates: which rate is an arm's best, and the rows of an arm at a rate.

A row of such a table is a training: its `rate`, its `seed`, what chooses among the rates (a column that is
lower where it is better) and what it scored. Rows are named as hits.py takes them, by the columns that they
agree in. Lessons 06 and 08.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.errors import CourseError
from course_lib.experiments.hits import matching

if TYPE_CHECKING:
    import pandas as pd

Where = dict[str, Any]  # column -> the value that rows have there


def best(table: "pd.DataFrame", arm: str, examples: int) -> Where:
    """The rows of an arm at the rate whose mean loss on dev pairs is lowest; raises CourseError without any.
    """
    where = {"arm": arm, "examples": examples}
    if not matching(table, where).any():
        there = {f"{a} on {n}" for a, n in zip(table["arm"], table["examples"], strict=True)}
        raise CourseError(
            f"No training of {arm!r} on {examples} examples is in the table.", ", ".join(sorted(there))
        )
    return at_best_rate(table, where, "dev_loss")


def at_best_rate(table: "pd.DataFrame", where: Where, column: str) -> Where:
    """Those rows that are as `where` says at the rate where the mean of a column is lowest.

    Rates are compared on the seeds that all of them have: a lucky one may stand for a rate that had no other.
    A rate at which a training diverged is not chosen. Raises CourseError if no row is. Lesson 08.
    """
    rows = table[matching(table, where)] if {"rate", "seed", column, *where} <= set(table) else table[:0]
    rows = on_shared_seeds(rows)
    means = rows.groupby("rate")[column].mean(skipna=False).dropna() if len(rows) else rows
    if means.empty:
        wanted = ", ".join(f"{name} {value}" for name, value in where.items())
        raise CourseError(
            f"No row of {wanted} with {column} is in the table.",
            allowed="a training at one rate or more",
            next_step="measure the sweep to its end: python -m course_lib results --help",
        )
    return where | {"rate": means.idxmin()}


def seeds_of(deciding: Mapping[str, Sequence[float]] | None, arm: str, rate: float, most: int) -> int:
    """How many seeds an arm gets at a rate: `most` where it decides (arm -> rates), or without such a table,
    and else one, which finds the best rate where a training takes minutes.
    """
    return most if deciding is None or rate in deciding.get(arm, ()) else 1


def on_shared_seeds(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Those rows whose seed each rate of `rows` was trained with: rates are compared on the same seeds."""
    if rows.empty:
        return rows
    return rows[rows["seed"].isin(set.intersection(*rows.groupby("rate")["seed"].agg(set)))]


def at(table: "pd.DataFrame", arm: str, examples: int, rate: float) -> Where:
    """The rows of an arm at a rate, as the table writes it; raises CourseError if it was not tried."""
    where = {"arm": arm, "examples": examples}
    rates = table[matching(table, where)]["rate"].unique()
    found = rates[np.isclose(rates, rate, rtol=1e-6)]
    if not len(found):
        raise CourseError(
            f"{arm!r} was not trained on {examples} examples at the rate {rate:g}.",
            allowed=", ".join(f"{each:g}" for each in sorted(rates)) or "an arm of the table",
            next_step="measure the sweep to its end",
        )
    return where | {"rate": found[0]}


def row_of(rows: Sequence[Mapping[str, Any]], point: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The stored row of a point, or None: what a lesson holds its own measurement against."""
    return next((row for row in rows if point.items() <= row.items()), None)
