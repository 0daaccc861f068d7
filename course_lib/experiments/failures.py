"""Where an answer was lost: {retrieved, missed} × {right, silent, wrong}, arm by arm. Lesson 09.

An answerable question was *retrieved* if a passage in the prompt states its value, else *missed*. What this
module does not do: say why a retrieved value was not read.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

RETRIEVED, MISSED = "retrieved", "missed"
RIGHT, SILENT, WRONG = "right", "silent", "wrong"
NO_ANSWER = "no answer"  # the model or its server failed; such a row is in no share
CELLS = tuple((found, outcome) for found in (RETRIEVED, MISSED) for outcome in (RIGHT, SILENT, WRONG))


def with_outcomes(table: "pd.DataFrame") -> "pd.DataFrame":
    """The table of a comparison with two columns more: `found` and `outcome`, as in CELLS.

    `outcome` is known of every answer; `found` is empty where nothing was read or no document answers. In a
    table with the column `error` a row with one has NO_ANSWER.
    """
    failed = table["error"].ne("") if "error" in table else np.zeros(len(table), bool)
    fates = [failed, table["correct"], table["abstained"]]
    outcome = np.select(fates, [NO_ANSWER, RIGHT, SILENT], WRONG)
    found = np.select([~(table["reads"] & table["answerable"]), table["evidence"]], ["", RETRIEVED], MISSED)
    return table.assign(outcome=outcome, found=found)


def failure_table(table: "pd.DataFrame", by: Sequence[str] = ()) -> "pd.DataFrame":
    """A row an arm that reads, group and cell: how many answers to answerable questions, and which share.

    Columns: arm, those of `by` ("origin", "kind"), found, outcome, count, share (of the arm's answers in that
    group); all six cells are there, those without an answer too. Of an arm that reads but found nothing for a
    question, the question was missed.
    """
    import pandas as pd

    readers = table.loc[table["reads"], "arm"].unique()
    some = with_outcomes(table[table["arm"].isin(readers) & table["answerable"]])
    some = some.assign(found=some["found"].where(some["reads"], MISSED))
    rows = []
    for group, answers in some.groupby(["arm", *by], sort=False):
        counts = answers.groupby(["found", "outcome"]).size()
        for cell in CELLS:
            count = int(counts.get(cell, 0))
            named = dict(zip(["arm", *by], group, strict=True))
            found, outcome = cell
            named |= {"found": found, "outcome": outcome, "count": count, "share": count / len(answers)}
            rows.append(named)
    return pd.DataFrame(rows, columns=["arm", *by, "found", "outcome", "count", "share"])
