"""Exercise 4.3: late interaction, the score of a query's tokens in a passage's."""

import numpy as np

from course_lib.exercises.judging import exercise, like


def maxsim(query_vectors: np.ndarray, passage_vectors: np.ndarray) -> float:
    """The late-interaction score of a passage: each token of the query takes its best match, summed.

    `query_vectors` is (q, d), `passage_vectors` (p, d), all rows of length 1. For each row of the query take
    the highest dot product with any row of the passage; the score is the sum of these q numbers.
    """
    similarities = query_vectors @ passage_vectors.T  # (q, p)
    return float(similarities.max(axis=1).sum())


def _unit(rows):
    rows = np.asarray(rows, dtype=float)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


_ASKED = _unit([[1.0, 0.2, 0.0], [0.1, 1.0, -0.5], [0.7, 0.1, 0.9]])
_READ = _unit([[0.9, 0.1, 0.3], [-0.2, 0.8, 0.1], [0.0, -1.0, 0.4], [0.5, 0.5, -0.9], [-0.3, 0.2, 0.6]])
_FAR = _unit([[-1.0, -0.1, -0.2], [-0.8, -0.6, 0.1]])

MAXSIM = exercise(
    "4.3",
    "Late interaction: MaxSim",
    maxsim,
    minutes=8,
    imports="import numpy as np",
    cases=((_ASKED, _READ), (_ASKED[:2], _FAR), (_READ, _ASKED), (_ASKED[:1], _READ[2:])),
    mistakes=(
        like(lambda q, p: (q @ p.T).max(axis=0).sum(), "wrong-axis",
             "You take the best match of each token of the *passage*. Each token of the query has one: the "
             "highest value of its row, `axis=1`."),
        like(lambda q, p: (q @ p.T).max(axis=1).mean(), "averaged",
             "This is the mean over the query's tokens. MaxSim is the sum."),
        like(lambda q, p: (q @ p.T).max(), "one-maximum",
             "You take the one best pair of all. Every token of the query has a best match; add them up."),
        like(lambda q, p: (q @ p.T).sum(), "no-maximum",
             "You add up all pairs. Of each row, only the highest counts."),
        like(lambda q, p: (q @ p.T).mean(axis=1).sum(), "mean-match",
             "You take each token's *mean* match, so a long passage is punished. Take the highest."),
        like(lambda q, p: (q @ p.T).min(axis=1).sum(), "minimum",
             "You take the worst match of each row. Take the best: `max`."),
        like(lambda q, p: np.abs(q @ p.T).max(axis=1).sum(), "absolute",
             "You take the absolute value. A dot product below 0 is no match, however far below."),
        like(lambda q, p: np.maximum(q @ p.T, 0).max(axis=1).sum(), "cut-at-zero",
             "You cut negative matches off at 0. A token without a good match takes the best there is, below "
             "0 too."),
        like(lambda q, p: np.linalg.norm(q[:, None] - p[None], axis=2).min(axis=1).sum(), "distances",
             "These are distances, where small is near. Take dot products."),
        like(lambda q, p: q.mean(axis=0) @ p.mean(axis=0), "pooled",
             "You average the tokens first. That is what the embedder does already; here each token of the "
             "query looks for its own match."),
        like(lambda q, p: (q @ p.T).max(axis=1), "not-summed",
             "These are the best matches, one a token of the query. Return their sum."),
        like(lambda q, p: q @ p.T, "matrix",
             "This is the whole (q, p) matrix. Take the highest value of each row, then their sum."),
        like(lambda q, p: (q @ p).max(axis=1).sum(), "shapes-do-not-fit",
             "(q, d) and (p, d) do not multiply. Turn the passage: `passage_vectors.T`."),
    ),
    hints=(
        ("I get a shape error",
         "`query_vectors @ passage_vectors.T` is (q, p): one row a token of the query."),
        ("I get several numbers", "`.max(axis=1)` gives one best match a row; `.sum()` adds them up."),
    ),
    why="A single vector a passage has to stand for every word in it. Here the words meet one by one, late: "
        "each word of the question may find its match anywhere in the passage, in any order.",
)
