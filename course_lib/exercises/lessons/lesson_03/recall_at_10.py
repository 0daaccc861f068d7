"""Exercise 3.1: the recall of an approximate search."""

import numpy as np

from course_lib.exercises.comparing import holds_blank
from course_lib.exercises.judging import exercise, like, when


def recall_at_10(approximate: np.ndarray, exact: np.ndarray) -> float:
    """The mean share of the 10 true neighbours that an approximate search found; both are ids, (queries, 10).

    Their order within a row does not matter. A search that finds fewer fills its row with −1.
    """
    rows = zip(approximate, exact, strict=True)
    return float(np.mean([len(set(found) & set(true)) / 10 for found, true in rows]))


def _rows(per_row):
    return lambda a, e: np.mean([per_row(set(x), set(y)) for x, y in zip(a, e, strict=True)])


_EXACT = np.arange(30).reshape(3, 10)
_FOUND = np.stack([np.roll(_EXACT[0], 1), np.r_[10:14, 41:47], np.r_[0:5, 17, 28, 27, -1, -1]])
_SHORT = np.stack([np.r_[0:5, np.full(5, -1)], _EXACT[1][::-1], np.r_[_EXACT[2][1:], 77]])

RECALL_AT_10 = exercise(
    "3.1",
    "Recall of an approximate search",
    recall_at_10,
    minutes=8,
    imports="import numpy as np",
    cases=((_FOUND, _EXACT), (_SHORT, _EXACT), (_EXACT[:, ::-1], _EXACT)),
    mistakes=(
        like(lambda a, e: np.mean(a == e), "same-place",
             "You compare place by place. A neighbour found one rank lower is still found: compare sets, row "
             "by row."),
        like(lambda a, e: len(set(a.ravel().tolist()) & set(e.ravel().tolist())) / e.size, "all-rows-in-one",
             "You put the ids of all queries into one set, so a neighbour of one query counts for another."),
        like(lambda a, e: np.isin(a, e).mean(), "all-rows-in-one",
             "`np.isin` looks through all rows at once, so a neighbour of one query counts for another."),
        like(_rows(lambda x, y: len(x & y)), "not-divided",
             "This is the number found per query. Divide by 10."),
        like(_rows(lambda x, y: bool(x & y)), "any-hit",
             "You count queries with *any* hit. Count the share of 10."),
        like(lambda a, e: len(e) * recall_at_10(a, e), "not-averaged",
             "You add up the queries. Divide by their number."),
        like(lambda a, e: np.mean(a[:, 0] == e[:, 0]), "first-only",
             "Only the first neighbour is compared. All 10 count."),
        like(_rows(lambda x, y: len(x & y) / len(x - {-1})), "precision",
             "You divide by what was found, so a search that gives up early looks good. Divide by the 10 "
             "that are true."),
        like(_rows(lambda x, y: len(x & y) / len(x | y)), "jaccard",
             "You divide by the union of both sets. Recall divides by the 10 true neighbours."),
        when(lambda run: np.size(run.returned) > 1 and not holds_blank(run.returned), "not-one-number",
             "Return one number: the mean over the queries."),
    ),
    hints=(
        ("My recall is lower than I expect",
         "Order does not matter: compare `set(found) & set(true)` in each row."),
        ("My recall is higher than I expect", "Compare row by row: a neighbour of another query is no hit."),
    ),
    why="The exact index is the referee. What counts for RAG is whether the right chunk is among the ten, so "
        "order inside the ten is left to measures such as the reciprocal rank.",
)
