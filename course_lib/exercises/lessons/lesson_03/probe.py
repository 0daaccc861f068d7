"""Exercise 3.2: probing the lists of an inverted file."""

from collections.abc import Sequence

import numpy as np

from course_lib.exercises.comparing import same_members
from course_lib.exercises.judging import exercise, like, when


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
