"""Exercise 1.1: the cosine of a query with many rows."""

import numpy as np

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
