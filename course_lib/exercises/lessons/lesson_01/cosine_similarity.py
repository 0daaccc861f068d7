"""Exercises of lesson 01: cosine similarity, the top k, and three measures of a ranking."""

from collections.abc import Sequence

import numpy as np

from course_lib.exercises.comparing import same, same_members
from course_lib.exercises.judging import exercise, like, when


def cosine_similarity(query: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The cosine of a query (d,) with each of n rows (n, d), as an array (n,).

    A vector of zeros has no direction: its cosine with anything is 0 here.
    """
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(query)  # (n,)
    return (rows @ query) / np.where(lengths == 0, 1, lengths)


_ROWS = np.array([[3.0, 4.0, 0.0], [0.0, 2.0, 0.0], [-1.0, -2.0, -2.0], [5.0, 0.0, 12.0]])
_norm = np.linalg.norm

COSINE = exercise(
    "1.1",
    "Cosine similarity",
    cosine_similarity,
    imports="import numpy as np",
    cases=(
        (np.array([2.0, 1.0, 2.0]), _ROWS),
        (np.array([0.0, 3.0, 4.0]), _ROWS[:2]),
        (np.array([1.0, 2.0, 2.0]), np.array([[0.0, 0.0, 0.0], [2.0, 4.0, 4.0]])),
        (np.zeros(3), _ROWS),
    ),
    mistakes=(
        like(lambda query, rows: rows @ query, "not-normalised",
             "These are dot products: a long row wins by its length. Divide by both lengths."),
        like(lambda q, rows: (rows @ q) / np.maximum(_norm(rows, axis=1), 1e-12), "query-not-normalised",
             "You divide by the rows' lengths, but not by the query's. The order is right, the cosines are "
             "not."),
        like(lambda query, rows: (rows @ query) / max(_norm(query), 1e-12), "rows-not-normalised",
             "You divide by the query's length, but not by the rows'. A long row still wins by its length."),
        like(lambda q, rows: (rows @ q) / max(_norm(rows) * _norm(q), 1e-12), "one-length-for-all",
             "`np.linalg.norm(rows)` is one number for the whole matrix. Each row needs its own: `axis=1`."),
        when(lambda run: np.ndim(run.returned) == 2, "wrong-shape",
             "The numbers must come as an array of shape `(n,)`, one for each row."),
        when(lambda run: "shape" in str(run.call.error) or "broadcast" in str(run.call.error)
             or "mismatch" in str(run.call.error), "shapes-do-not-fit",
             "The shapes do not fit. `rows @ query` is `(n, d) @ (d,)` and gives `(n,)`; the rows' lengths, "
             "`np.linalg.norm(rows, axis=1)`, are `(n,)` too."),
        when(lambda run: np.isnan(run.returned).any() and not all(map(np.any, (*run.args[1], run.args[0]))),
             "zero-vector",
             "All is right except where a vector is zero: 0/0 gives `nan`. Divide by 1 where the length is "
             "0."),
    ),
    hints=(
        ("I get a shape error",
         "`rows @ query` gives `(n,)`. For one length per row write `axis=1` in the norm."),
        ("My numbers are above 1", "A cosine lies between −1 and 1. Have you divided by both lengths?"),
        ("I get nan", "`np.where(lengths == 0, 1, lengths)` replaces zeros before you divide."),
    ),
    why="The cosine compares directions and forgets lengths, so a long passage gets no prize for being long. "
        "If all rows have length 1 already, as the embedder's have, the dot product alone is the cosine.",
)


def top_k(scores: np.ndarray, k: int) -> np.ndarray:
    """The positions of the k highest of n scores, best first; of equal scores the earlier position first.

    With k above n all n positions come back.
    """
    return np.argsort(-scores, kind="stable")[:k]


_TIES = np.array([0.5, 0.9, 0.9, 0.1, 0.5, 0.9])

TOP_K = exercise(
    "1.2",
    "Top k",
    top_k,
    minutes=8,
    imports="import numpy as np",
    cases=(
        (np.array([0.2, 0.9, -0.4, 0.7]), 2),
        (np.sin(np.arange(40)), 12),
        (_TIES, 4),
        (np.tile(_TIES, 8), 12),
        (np.array([0.3, 0.8]), 5),
    ),
    mistakes=(
        like(lambda scores, k: np.argsort(scores, kind="stable")[:k], "ascending",
             "These are the *lowest* scores: `argsort` goes upwards. Sort `-scores`."),
        like(lambda scores, k: np.sort(scores)[::-1][:k], "scores-not-positions",
             "You return the scores. Return where they stand: `argsort` instead of `sort`."),
        like(lambda scores, k: np.argsort(scores, kind="stable")[-k:], "best-last",
             "The right scores, but the best stands last. Rank 1 comes first."),
        like(lambda scores, k: top_k(scores, k - 1), "one-too-few",
             "One position too few: `[:k]` already gives k."),
        like(lambda scores, k: top_k(scores, k + 1), "one-too-many",
             "One position too many: `[:k]` gives k of them."),
        when(lambda run: np.size(run.returned) == np.size(run.expected)
             and same(run.args[0][run.returned], run.args[0][run.expected]), "ties",
             "The scores are right, but equal ones are out of order: the earlier position comes first. "
             "Reversing turns ties round, and the default sort may shuffle them: sort `-scores` with "
             "`kind=\"stable\"`."),
        when(lambda run: run.call.error is not None and run.args[1] > len(run.args[0]), "k-above-n",
             "It fails when k is larger than the number of scores. A slice `[:k]` would not mind."),
        when(lambda run: same_members(run.returned, run.expected), "unsorted",
             "The right positions, but not best first. `argpartition` leaves them unsorted."),
    ),
    hints=(
        ("I get the worst ones",
         "`np.argsort` sorts upwards. The minus sign in `np.argsort(-scores)` turns it round."),
        ("Equal scores come out in the wrong order",
         'Only `kind="stable"` promises to keep the order of equals.'),
    ),
    why="A ranking that depends on chance among equals cannot be tested or repeated. Sorting `-scores` "
        "stably settles ties by position; `[::-1]` after a stable sort would settle them the other way "
        "round.",
)


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


def ndcg_at_k(ranked: Sequence[str], gains: dict[str, float], k: int) -> float:
    """nDCG@k of a ranking of document ids, best first: its DCG divided by the DCG of the ideal ranking.

    DCG@k is the sum of gain / log2(rank + 1) over the first k ranks, the best rank being 1; an id that is not
    in `gains` gains 0. The ideal ranking sorts all of `gains`. If nothing has a gain, nDCG is 0.
    """
    discounts = 1 / np.log2(np.arange(2, k + 2))  # for the ranks 1 to k
    found = [gains.get(document, 0.0) for document in ranked[:k]]
    ideal = sorted(gains.values(), reverse=True)[:k]
    best = np.dot(ideal, discounts[: len(ideal)])
    return float(np.dot(found, discounts[: len(found)]) / best) if best > 0 else 0.0


def _dcg(gains: Sequence[float], k: int, first: int = 2) -> float:
    return sum(gain / np.log2(rank) for rank, gain in enumerate(gains[:k], start=first))


def _ndcg(ranked, gains, k, ideal_from=None, ideal_k=None, power=False):
    gains = {d: 2**g - 1 for d, g in gains.items()} if power else gains
    found = [gains.get(document, 0.0) for document in ranked]
    ideal = sorted(gains.values() if ideal_from is None else found[:k], reverse=True)
    best = _dcg(ideal, ideal_k or k)
    return _dcg(found, k) / best if best > 0 else 0.0


NDCG = exercise(
    "1.4",
    "nDCG@k",
    ndcg_at_k,
    minutes=20,
    weight="stretch",
    imports="from collections.abc import Sequence\n\nimport numpy as np",
    cases=(
        (["PR-204", "PR-201", "CU-207", "PR-203"], {"PR-201": 3.0, "PR-203": 1.0, "PR-209": 2.0}, 2),
        (["PR-201", "PR-203", "CU-207"], {"PR-203": 2.0, "PR-201": 1.0}, 3),
        (["IT-202", "IT-209"], {"PR-203": 1.0}, 2),
        (["IT-202", "IT-209"], {}, 2),
    ),
    mistakes=(
        like(lambda r, g, k: _dcg([g.get(d, 0.0) for d in r], k), "not-divided",
             "This is DCG. Divide by the DCG of the ideal ranking, so that a perfect ranking scores 1."),
        like(lambda r, g, k: _ndcg(r, g, k, ideal_from="found"), "ideal-from-found",
             "Your ideal ranking re-sorts what was found. It must sort all of `gains`: what was missed "
             "counts too."),
        like(lambda r, g, k: _ndcg(r, g, k, ideal_k=99), "ideal-not-cut",
             "The ideal ranking is summed over all its ranks. Cut it to k as well, or 1 is out of reach."),
        like(lambda r, g, k: _ndcg(r, g, k, power=True), "power-of-two",
             "This uses the gain 2^g − 1, a variant that rewards top grades more. Here the gain itself is "
             "meant."),
        when(lambda run: not run.args[1] or run.expected == 0, "nothing-to-gain",
             "It fails where nothing that was found, or nothing at all, has a gain. The score is 0 there."),
        when(lambda run: not np.isfinite(run.returned), "log-of-one",
             "log2(1) is 0. Rank 1 is divided by log2(1 + 1): add 1 to the rank."),
    ),
    hints=(
        ("I get inf or nan",
         "Ranks begin at 1, and the discount is log2(rank + 1), so the first is log2(2) = 1."),
        ("My score is above 1", "The ideal ranking sorts all the gains, downwards, and is then cut to k."),
        ("It fails when nothing is relevant", "Return 0.0 before you divide by an ideal DCG of 0."),
    ),
    why="A hit further down helps less, and the logarithm lets the loss flatten out. Dividing by the best "
        "possible score makes questions with one and with five relevant documents comparable (Järvelin and "
        "Kekäläinen 2002).",
)
