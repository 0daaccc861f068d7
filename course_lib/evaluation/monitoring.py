"""Watching a system in use: control charts over what can be counted every week without a label. Lesson 10.

A chart knows what is usual from its first weeks, and says which later weeks are not. What this module does
not do: say why; a chart that stays still may watch the wrong thing.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_lib.arguments import finite_number, listed, whole_number
from course_lib.errors import CourseError
from course_lib.retrieval.types import TextEmbedder

if TYPE_CHECKING:
    import pandas as pd

SIGMAS = 3.0  # Shewhart's limits: a quiet week crosses them about 3 times in 1,000


def control_chart(
    table: "pd.DataFrame", column: str, baseline: int, by: str = "week", sigmas: float = SIGMAS
) -> "pd.DataFrame":
    """The weekly mean of a column with the limits that its first `baseline` weeks set: a row a week.

    Columns: the week, mean, low, high (the limits, which widen in weeks of few answers), n, and alarm (a week
    after the baseline whose mean lies outside). The spread is that of single answers in the baseline; for a
    column of 0 and 1 it makes a p-chart. Raises CourseError without the columns, without a week after the
    baseline, and for values missing. Shewhart, "Economic control of quality of manufactured product", 1931;
    Montgomery, "Introduction to statistical quality control", 2009, chapters 6 and 7. Lesson 10.
    """
    if missing := [name for name in (by, column) if name not in table]:
        raise CourseError(
            f"The table has no column {missing[0]!r}.", allowed=", ".join(map(str, table.columns))
        )
    baseline, sigmas = whole_number(baseline, "baseline"), finite_number(sigmas, "sigmas", above=0)
    values = table[column].astype(float)
    if not np.isfinite(values).all():
        raise CourseError(f"The column {column!r} lacks values.", next_step="drop the rows without one")
    weeks = values.groupby(table[by], sort=True).agg(["mean", "count"])
    if len(weeks) <= baseline:
        raise CourseError(
            f"The table has {len(weeks)} weeks, and the baseline takes {baseline}.",
            allowed="a baseline that leaves a week to watch",
        )
    usual = values[table[by].isin(weeks.index[:baseline])]
    half = sigmas * usual.std(ddof=0) / np.sqrt(weeks["count"])
    chart = weeks.rename(columns={"count": "n"}).assign(low=usual.mean() - half, high=usual.mean() + half)
    outside = (chart["mean"] < chart["low"]) | (chart["mean"] > chart["high"])
    chart["alarm"] = outside & (np.arange(len(chart)) >= baseline)
    return chart.reset_index()[[by, "mean", "low", "high", "n", "alarm"]]


def familiarity(texts: Sequence[str], known: Sequence[str], embedder: TextEmbedder) -> np.ndarray:
    """How near each text is to the nearest *other* text of `known`, as a cosine, (texts,).

    Its mean falls where users begin to ask about something else: drift. A text that is known itself is held
    against the others, so that old and new ones are measured alike. Raises CourseError unless there are
    texts, and two different known ones. Lesson 10.
    """
    texts, known = listed(texts, "texts", str, least=1), sorted(set(listed(known, "known texts", str)))
    if len(known) < 2:
        raise CourseError("There are fewer than two different known texts.", "those of the usual weeks")
    asked = sorted(set(texts))
    likeness = embedder.embed(asked) @ embedder.embed(known).T  # (asked, known)
    likeness[np.array([[one == other for other in known] for one in asked])] = -1.0
    nearest = dict(zip(asked, likeness.max(axis=1), strict=True))
    return np.array([nearest[text] for text in texts])


def first_alarm(chart: "pd.DataFrame") -> int | None:
    """The first week (by the chart's first column) that raised an alarm; None if none did."""
    alarmed = chart.loc[chart["alarm"]]
    return None if alarmed.empty else int(alarmed.iloc[0, 0])
