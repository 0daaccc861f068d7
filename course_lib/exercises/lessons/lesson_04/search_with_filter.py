"""Exercise 4.4: a search among the allowed rows only."""

import numpy as np

from course_lib.exercises.comparing import plain
from course_lib.exercises.judging import exercise, like, when


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
