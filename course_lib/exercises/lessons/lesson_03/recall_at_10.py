"""Exercises of lesson 03: recall of a search, probing an inverted file, the bytes of an index."""

from collections.abc import Sequence

import numpy as np

from course_lib.exercises.comparing import holds_blank, same_members
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


def probe(centroids: np.ndarray, lists: Sequence[Sequence[int]], query: np.ndarray, nprobe: int) -> list[int]:
    """The ids that an inverted file looks at: those in the lists of the `nprobe` nearest centroids.

    `centroids` is (c, d), `query` (d,); list i holds the ids of the vectors that belong to centroid i.
    Nearest means the smallest Euclidean distance. The order of the ids does not matter.
    """
    distances = np.linalg.norm(centroids - query, axis=1)  # (c,)
    return [id for i in np.argsort(distances, kind="stable")[:nprobe] for id in lists[i]]


def _probe(order, centroids, lists, query, nprobe):
    return [id for i in np.argsort(order(centroids, query))[:nprobe] for id in lists[i]]


def _distances(centroids: np.ndarray, query: np.ndarray) -> np.ndarray:
    return np.linalg.norm(centroids - query, axis=1)


_CENTROIDS = np.array([[1.0, 0.0], [0.0, 2.0], [6.0, 5.0], [-3.0, -1.0]])
_LISTS = [[4, 9, 17], [2, 30], [11], [5, 21, 8, 40]]

PROBE = exercise(
    "3.2",
    "Probe an inverted file",
    probe,
    imports="from collections.abc import Sequence\n\nimport numpy as np",
    cases=(
        (_CENTROIDS, _LISTS, np.array([1.0, 0.5]), 1),
        (_CENTROIDS, _LISTS, np.array([0.5, 1.5]), 2),
        (_CENTROIDS, _LISTS, np.array([-3.0, 0.0]), 3),
        (_CENTROIDS, [[4], [], [11], [5]], np.array([0.0, 2.5]), 1),
    ),
    equal=same_members,
    mistakes=(
        like(lambda c, x, q, n: np.argsort(_distances(c, q))[:n].tolist(), "list-numbers",
             "These are the numbers of the lists. Go on and collect the ids that stand in them."),
        when(lambda run: any(np.ndim(part) == 1 for part in run.returned), "nested",
             "You return lists within a list. Put all the ids into one: `extend` instead of `append`."),
        like(lambda c, x, q, n: _probe(lambda c, q: -_distances(c, q), c, x, q, n), "farthest",
             "These are the *farthest* lists. The smallest distance comes first."),
        like(lambda c, x, q, n: _probe(lambda c, q: -(c @ q), c, x, q, n), "dot-product",
             "You rank the centroids by dot product, so a long centroid wins by its length. Take the "
             "distance."),
        like(lambda c, x, q, n: _probe(_distances, c, x, q, 1), "one-list-only",
             "Only the nearest list is opened. `nprobe` says how many."),
        like(lambda c, x, q, n: _probe(_distances, c, x, q, n + 1), "one-list-too-many",
             "One list too many: `[:nprobe]` takes exactly nprobe."),
        like(lambda c, x, q, n: [id for ids in x for id in ids], "all-lists",
             "All the ids come back, so nothing is saved. Open the nearest nprobe lists only."),
        like(lambda c, x, q, n: _probe(_distances, c, x, q, n)[:n], "nprobe-ids",
             "nprobe counts lists, not ids: take everything that stands in each of them."),
    ),
    hints=(
        ("I do not know how to find the nearest centroids",
         "`np.linalg.norm(centroids - query, axis=1)` gives all distances; `np.argsort(…)[:nprobe]` the "
         "nearest."),
        ("I get a list of lists", "Begin with an empty list and `extend` it with each list of ids."),
        ("I get too few ids", "Take all the ids of every probed list, whatever their number."),
    ),
    why="The search compares the query with the centroids, then only with the vectors in a few lists. What "
        "it saves it pays in recall: a neighbour just across a border, in a list that was not opened, cannot "
        "be found.",
)


def index_bytes(n: int, d: int, m: int, bits: int = 8) -> tuple[int, int]:
    """The bytes of n vectors with d dimensions in a flat index and in a product-quantised one, as (flat, pq).

    Flat keeps every number in 4 bytes (float32). Product quantisation cuts a vector into m pieces and keeps
    a code of `bits` bits for each; a vector's codes together fill whole bytes. Besides, it keeps one
    codebook for each of the m pieces: 2^bits centroids of d/m numbers in float32.
    """
    flat = n * d * 4
    codes = n * -(-m * bits // 8)  # rounded up to whole bytes
    codebooks = m * 2**bits * (d // m) * 4
    return flat, codes + codebooks


BYTES = exercise(
    "3.3",
    "The bytes of an index",
    index_bytes,
    minutes=8,
    cases=((1_000_000, 384, 48), (500, 384, 96), (10_000, 64, 8, 4), (3, 32, 1, 4)),
    mistakes=(
        like(lambda n, d, m, bits=8: (n * d * 4, n * -(-m * bits // 8)), "no-codebooks",
             "The codes alone are no index: without the codebooks nobody can read them. Add their bytes."),
        like(lambda n, d, m, bits=8: (n * d * 4, n * m * bits + 4 * 2**bits * d), "bits-not-bytes",
             "The codes are counted in bits. Eight bits are one byte."),
        like(lambda n, d, m, bits=8: (n * d * 8, n * -(-m * bits // 8) + 8 * 2**bits * d), "float64",
             "This is 8 bytes a number, NumPy's default. FAISS keeps float32, 4 bytes."),
        like(lambda n, d, m, bits=8: (n * d * 4, n * -(-m * bits // 8) + 4 * m * 2**bits * d),
             "codebook-too-wide",
             "A codebook's centroids are only d/m numbers long: each codebook serves one piece of the "
             "vector."),
        like(lambda n, d, m, bits=8: (n * d * 4, n * -(-m * bits // 8) + 4 * 2**bits * (d // m)),
             "one-codebook",
             "That is one codebook. Each of the m pieces has its own."),
        like(lambda n, d, m, bits=8: (n * d * 4, n * m + 4 * 256 * d), "ignores-bits",
             "It is right for 8 bits only. Use `bits`, for the codes and for the number of centroids."),
        like(lambda n, d, m, bits=8: (n * d * 4, n * (m * bits // 8) + 4 * 2**bits * d), "rounded-down",
             "One code of 4 bits still takes a whole byte: round a vector's bytes up."),
        like(lambda n, d, m, bits=8: index_bytes(n, d, m, bits)[::-1], "swapped",
             "The two numbers are swapped: flat first."),
        when(lambda run: np.size(run.returned) != 2, "not-two",
             "Return two numbers: flat, then product-quantised."),
    ),
    hints=(
        ("My quantised index is larger than the flat one",
         "Codes are counted in bits: m · bits / 8 bytes a vector."),
        ("I am a little below",
         "Add the codebooks: m of them, each 2^bits centroids with d/m numbers of 4 bytes."),
        ("It fails with 4 bits", "`-(-x // 8)` divides by 8 and rounds up."),
    ),
    why="A million vectors take 1.54 GB flat and 48 MB in codes, a thirty-second. With 500 vectors the "
        "codebooks outweigh all the codes: compression pays only when there is much to compress.",
)
