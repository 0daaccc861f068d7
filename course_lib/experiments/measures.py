"""Shares read off the table of a comparison, each with its interval, and paired differences. Lesson 09."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_lib.evaluation.statistics import Interval, mean_interval, paired_bootstrap

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
    rows = table[(table["arm"] == arm) & table[measure.of]]
    return rows.groupby("question", sort=False)[measure.column].mean()


def interval(table: "pd.DataFrame", arm: str, measure: Measure) -> Interval | None:
    """A measure of one arm with its 95 % interval; None where no row counts.

    Wilson's for a share of questions, the bootstrap where several seeds give a question a mean between 0
    and 1.
    """
    some = scores(table, arm, measure)
    return mean_interval(some.to_numpy(float)) if len(some) else None


def difference(table: "pd.DataFrame", a: str, b: str, measure: Measure) -> Interval:
    """Arm a less arm b on the questions that count for both, paired, with its 95 % bootstrap interval."""
    both = scores(table, a, measure).to_frame("a").join(scores(table, b, measure).rename("b"), how="inner")
    return paired_bootstrap(both["a"].to_numpy(float), both["b"].to_numpy(float))
