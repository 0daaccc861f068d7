"""Shares read off the table of a comparison, each with its interval, and paired differences. Lesson 09."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_lib.evaluation.statistics import CLUSTER, Interval, mean_interval, paired_bootstrap, together

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Measure:
    """A share read off the table: of the rows where the column `of` is true, those where `column` is."""

    name: str
    column: str
    of: str = "asked"


VALUE = Measure("right value", "correct", "answerable")
TAUGHT = Measure("right value, facts that stayed", "correct", "unchanged")
STYLE = Measure("house style", "compliant")
SOURCE = Measure("names the right document", "source_right", "answerable")
PRECISION = Measure("named documents that are right", "source_right", "cited")
SAYS_SO = Measure("says so when no document does", "abstained", "unanswerable")
SILENT = Measure("silent though a document answers", "abstained", "answerable")
FRESH = Measure("right value, facts that changed", "correct", "changed")
STALE = Measure("last year's value, facts that changed", "stale", "changed")
MEASURES = (VALUE, TAUGHT, STYLE, SOURCE, PRECISION, SAYS_SO, SILENT, FRESH, STALE)


def scores(table: "pd.DataFrame", arm: str, measure: Measure) -> "pd.Series":
    """What the questions scored, 0 to 1, by question id; where the table has several seeds, their mean."""
    return counted(table, arm, measure).groupby("question", sort=False)[measure.column].mean()


def counted(table: "pd.DataFrame", arm: str, measure: Measure) -> "pd.DataFrame":
    """The rows of an arm that count for a measure."""
    return table[(table["arm"] == arm) & table[measure.of]]


def interval(
    table: "pd.DataFrame", arm: str, measure: Measure, cluster: str | None = CLUSTER
) -> Interval | None:
    """A measure of one arm with its 95 % interval; None where no row counts.

    Facts are drawn, or what else `cluster` names, and of several trainings their seeds: Wilson's interval for
    a share of facts, the bootstrap where seeds or wordings give a fact a mean between 0 and 1.
    """
    rows = counted(table, arm, measure)
    if not len(rows):
        return None
    asked = rows.drop_duplicates("question")
    return mean_interval(_by_seed(rows, measure, asked["question"]), asked[cluster] if cluster else None)


def difference(
    table: "pd.DataFrame",
    a: str,
    b: str,
    measure: Measure,
    cluster: str | None = CLUSTER,
    confidence: float = 0.95,
) -> Interval:
    """Arm a less arm b on the questions that count for both, paired, with its bootstrap interval.

    Questions are drawn, or what `cluster` names, and the seeds of what was trained several times.
    """
    both = paired(table, a, b, measure, cluster)
    drawn = both[cluster].to_numpy() if cluster else None
    sides = [_by_seed(counted(table, arm, measure), measure, both["question"]) for arm in (a, b)]
    return paired_bootstrap(*sides, confidence=confidence, cluster=drawn)


def _by_seed(rows: "pd.DataFrame", measure: Measure, questions: "pd.Series") -> np.ndarray:
    """What the questions scored with each seed, (seeds, questions); where a question counts with some seeds
    alone, as one that names no document does not for PRECISION, the mean of its seeds, (1, questions).
    """
    # Tables of one run name no seed, beside others in one table or alone.
    rows = rows.fillna({"seed": 0}) if "seed" in rows else rows.assign(seed=0)
    wide = rows.pivot_table(measure.column, "seed", "question", aggfunc="mean")[list(questions)]
    each = wide.to_numpy(float)
    return each if np.isfinite(each).all() else wide.mean().to_numpy(float)[None]


def paired(
    table: "pd.DataFrame", a: str, b: str, measure: Measure, cluster: str | None = CLUSTER
) -> "pd.DataFrame":
    """A row a question that counts for both arms: what each scored there, the mean of its seeds, as `a` and
    `b`, and the question's cluster.
    """
    by = ["question", *([cluster] if cluster else [])]
    one, other = (
        counted(table, arm, measure).groupby(by, sort=False)[measure.column].mean() for arm in (a, b)
    )
    return one.to_frame("a").join(other.rename("b"), how="inner").reset_index()


def against(
    table: "pd.DataFrame", base: str, measure: Measure, of: int | None = None
) -> dict[str, tuple[Interval, Interval]]:
    """Every other arm that was asked all that `base` was, less `base`, by arm, in the table's order.

    The first interval is that of the arm by itself, at 95 percent. Of the second all m together hold with at
    least 95 percent: each is taken at 1 − .05 / m (Bonferroni), for among twenty differences that are none,
    one excludes 0 by luck on average. m is `of`, or the number of arms. Lesson 09.
    """
    others = _beside(table, base, measure)
    strict = together(of or len(others))
    return {
        arm: (
            difference(table, arm, base, measure),
            difference(table, arm, base, measure, confidence=strict),
        )
        for arm in others
    }


def against_in(
    table: "pd.DataFrame", base: str, measures: Sequence[Measure]
) -> dict[Measure, dict[str, tuple[Interval, Interval]]]:
    """`against` in several measures, where the second intervals hold together over all arms and measures.

    A measure that no row of `base` counts for is left out. Lesson 09.
    """
    counts = [each for each in measures if len(counted(table, base, each))]
    of = sum(len(_beside(table, base, each)) for each in counts)
    return {each: against(table, base, each, of) for each in counts}


def _beside(table: "pd.DataFrame", base: str, measure: Measure) -> list[str]:
    """The other arms that were asked all that `base` was."""
    asked = {arm: set(counted(table, arm, measure)["question"]) for arm in table["arm"].unique()}
    return [arm for arm in asked if arm != base and asked[arm] >= asked[base]]
