"""Exercise 1.3: recall and the reciprocal rank of a ranking."""

from collections.abc import Sequence

import numpy as np

from course_lib.exercises.comparing import same
from course_lib.exercises.judging import exercise, when


def recall_and_reciprocal_rank(ranked: Sequence[str], gold: set[str], k: int) -> tuple[float, float]:
    """Recall@k and reciprocal rank of a ranking of document ids, best first; the ids in `gold` are relevant.

    Recall@k is the share of the gold documents among the first k. The reciprocal rank is 1/rank of the first
    gold document among these k (rank 1 is the best), 0 if there is none. An id can stand in `ranked` twice.
    """
    first = list(ranked[:k])
    ranks = [rank for rank, document in enumerate(first, start=1) if document in gold]
    return len(gold.intersection(first)) / len(gold), 1 / ranks[0] if ranks else 0.0


def _hits(run) -> list[str]:
    return [document for document in run.args[0][: run.args[2]] if document in run.args[1]]


def _recall_is(run, value: float) -> bool:
    return same(run.returned[0], value) and not same(run.expected[0], value)


RECALL = exercise(
    "1.3",
    "Recall@k and reciprocal rank",
    recall_and_reciprocal_rank,
    minutes=12,
    imports="from collections.abc import Sequence",
    cases=(
        (["CU-201", "CU-202"], {"CU-201", "CU-202"}, 5),
        (["PR-204", "PR-201", "CU-207", "PR-203", "IT-201"], {"PR-201", "PR-203", "PR-207"}, 3),
        (["IT-202", "IT-209", "HB-211", "PR-203"], {"PR-203"}, 3),
        (["HB-205", "HB-205", "HB-209"], {"HB-205", "HB-206", "HB-207"}, 3),
    ),
    mistakes=(
        when(lambda run: isinstance(run.call.error, ZeroDivisionError), "rank-from-zero",
             "1/0: the first rank is 1, not 0. `enumerate(…, start=1)` counts so."),
        when(lambda run: np.size(run.returned) != 2, "not-two",
             "Return two numbers: recall, reciprocal rank."),
        when(lambda run: _recall_is(run, len(_hits(run)) / len(run.args[1])), "counted-twice",
             "A document that is found twice is counted twice. Two chunks of one document are still one "
             "document: count different ids."),
        when(lambda run: _recall_is(run, len(_hits(run)) / run.args[2]), "precision",
             "This is precision: hits divided by k. Recall divides by the number of gold documents."),
        when(lambda run: _recall_is(run, bool(_hits(run))), "any-hit",
             "You ask whether *any* gold document was found. Recall is the share of them that was found."),
        when(lambda run: _recall_is(run, len({*run.args[0]} & run.args[1]) / len(run.args[1])), "ignores-k",
             "A gold document below rank k is counted. Cut the ranking to its first k before you look."),
        when(lambda run: run.returned[1] > 0 == run.expected[1], "ignores-k",
             "A gold document below rank k is counted. Cut the ranking to its first k before you look."),
        when(lambda run: 0 < run.returned[1] != run.expected[1], "wrong-rank",
             "The reciprocal rank is not right: take the *first* gold document, and call the best rank 1."),
    ),
    hints=(
        ("My recall is too small", "Divide by `len(gold)`, not by k."),
        ("My recall is above 1", "Count different ids: `gold.intersection(ranked[:k])` is a set."),
        ("I divide by zero", "Ranks begin at 1, and with no hit at all the reciprocal rank is 0."),
    ),
    why="Recall asks whether the model *could* have read the answer; it is what limits a RAG system. The "
        "reciprocal rank asks how far up it stood. Chunks of one document are not several documents, so both "
        "count ids.",
)
