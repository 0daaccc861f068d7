"""Exercises 4.3 and 4.4: late interaction, and a search with a filter; the lesson's others stand beside."""

import numpy as np

from course_lib.exercises.comparing import plain
from course_lib.exercises.judging import exercise, like, when


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


def search_with_filter(scores: np.ndarray, allowed: np.ndarray, k: int) -> list[int]:
    """The positions of the k best of the allowed chunks, best first; all of them if there are fewer than k.

    `scores` (n,) are distinct and may be negative; `allowed` (n,) holds True where a chunk may be found.
    """
    positions = np.flatnonzero(allowed)
    best = np.argsort(-scores[positions], kind="stable")[:k]
    return positions[best].tolist()


def _best(scores, k=None):
    return np.argsort(-np.asarray(scores, dtype=float), kind="stable")[:k]


_SCORES = np.array([0.91, 0.85, 0.80, 0.12, 0.77, -0.05, 0.60, -0.31, 0.58, 0.40])
_OLD = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 0], dtype=bool)
_SOME = np.array([0, 1, 0, 1, 1, 0, 0, 0, 1, 1], dtype=bool)

FILTERED = exercise(
    "4.4",
    "Filter before you search",
    search_with_filter,
    weight="stretch",
    minutes=10,
    imports="import numpy as np",
    cases=(
        (_SCORES, _SOME, 3),
        (_SCORES, ~_OLD, 3),
        (_SCORES, ~_OLD, 8),
        (_SCORES, ~_SOME, 4),
        (_SCORES, np.zeros(10, dtype=bool), 2),
    ),
    mistakes=(
        like(lambda s, a, k: [i for i in _best(s, k) if a[i]], "post-filter",
             "You take the k best of all, then drop what is not allowed: fewer than k are left, or none. "
             "Filter first."),
        like(lambda s, a, k: [i for i in _best(s, 2 * k) if a[i]][:k], "over-fetched",
             "You fetch a few more and filter afterwards. That only moves the point at which hits are lost. "
             "Filter first."),
        like(lambda s, a, k: _best(s, k).tolist(), "filter-ignored", "`allowed` is not used yet."),
        like(lambda s, a, k: [i for i in _best(s) if not a[i]][:k], "turned-round",
             "You keep what is *not* allowed. `allowed` is True where a chunk may be found."),
        like(lambda s, a, k: _best(s[a], k).tolist(), "positions-in-the-filtered",
             "You return positions among the allowed chunks. Lead them back to positions in `scores`: "
             "`np.flatnonzero(allowed)[…]`."),
        like(lambda s, a, k: _best(np.where(a, s, 0.0), k).tolist(), "score-of-zero",
             "A score of 0 does not keep a chunk out: it beats the negative ones. Leave the chunk out "
             "altogether."),
        like(lambda s, a, k: [i for i in np.argsort(s) if a[i]][:k], "ascending",
             "The worst stand first. Sort downwards: `np.argsort(-scores)`."),
        like(lambda s, a, k: np.flatnonzero(a)[:k].tolist(), "not-sorted",
             "These are the first k that are allowed, in their order. The best come first."),
        like(lambda s, a, k: [s[i] for i in _best(s) if a[i]][:k], "scores-not-positions",
             "These are scores. Return positions."),
        like(lambda s, a, k: [i for i in _best(s) if a[i]], "k-ignored",
             "All the allowed chunks come back. Return the k best."),
        like(lambda s, a, k: [i for i in _best(s) if a[i] and s[i] > 0][:k], "negative-dropped",
             "You leave out negative scores. They are low, and may still be the best that is allowed."),
        when(lambda run: plain(run.returned)[: len(run.expected)] == run.expected
             and len(run.returned) > len(run.expected), "filled-up",
             "Where fewer than k are allowed, chunks with −∞ fill the rest. Return fewer."),
    ),
    hints=(
        ("I get fewer than k", "Which chunks may be found comes first, and then the k best of them."),
        ("My positions are wrong",
         "`np.flatnonzero(allowed)` are the positions that may be found; sort these by their scores."),
        ("A chunk comes back that is not allowed",
         "A low score does not keep it out where few are allowed. Leave it out before you sort."),
    ),
    why="A filter on the results can only take hits away. The stricter it is, the fewer are left of the top "
        "k, while allowed chunks further down were never looked at. Ask of any store *when* it filters.",
)
