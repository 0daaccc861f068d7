"""An inverted file by hand: k-means divides the vectors into lists, a query reads only the nearest few.

The same idea as FAISS' IndexIVFFlat, and with the same centroids the same answers. What it does not do: add
or delete.
"""

from dataclasses import dataclass

import numpy as np

from course_lib.arguments import checked_seed, whole_number
from course_lib.errors import RetrievalError
from course_lib.retrieval.exact import top_k, unit_rows
from course_lib.retrieval.types import as_rows, check_dimension, check_finite, check_k, rows_of_numbers

VECTORS_AT_ONCE = 4096


@dataclass(frozen=True)
class InvertedFile:
    """Unit vectors (n, d), unit centroids (nlist, d), and each centroid's list of positions of vectors."""

    vectors: np.ndarray
    centroids: np.ndarray
    lists: tuple[np.ndarray, ...]


def kmeans(vectors: np.ndarray, nlist: int, iterations: int = 20, seed: int = 0) -> np.ndarray:
    """Unit centroids (nlist, d) of unit vectors (n, d), by Lloyd's iterations.

    They start from a random choice of the vectors. A centroid whose list runs empty is set on the vector that
    its own centroid describes worst. Raises RetrievalError unless 1 <= nlist <= n. Lloyd, "Least squares
    quantization in PCM", 1982; on the sphere: Dhillon and Modha 2001. Lesson 03.
    """
    vectors = rows_of_numbers(vectors)
    check_finite(vectors)
    why = "the number of vectors"
    nlist = whole_number(nlist, "nlist", most=len(vectors), why=why, error=RetrievalError)
    iterations = whole_number(iterations, "iterations", 0, error=RetrievalError)
    rng = np.random.default_rng(checked_seed(seed, RetrievalError))
    centroids = vectors[rng.choice(len(vectors), nlist, replace=False)]
    for _ in range(iterations):
        nearest, similarities = _nearest(vectors, centroids)
        sums = np.stack([vectors[each].sum(axis=0) for each in _lists(nearest, nlist)])
        empty = np.flatnonzero(np.bincount(nearest, minlength=nlist) == 0)
        sums[empty] = vectors[np.argsort(similarities, kind="stable")[: len(empty)]]
        centroids = unit_rows(sums)
    return centroids


def build_inverted_file(vectors: np.ndarray, centroids: np.ndarray) -> InvertedFile:
    """Put each vector (n, d) into the list of the centroid (nlist, d) nearest to it.

    Raises RetrievalError for unequal dimensions and for NaN. Lesson 03.
    """
    vectors, centroids = unit_rows(vectors), unit_rows(centroids)
    check_dimension(vectors, centroids.shape[1])
    nearest, _ = _nearest(vectors, centroids)
    return InvertedFile(vectors, centroids, _lists(nearest, len(centroids)))


def search_inverted_file(
    file: InvertedFile, queries: np.ndarray, k: int, nprobe: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Scores (q, k) and positions (q, k) of the best vectors in the lists nearest to each query.

    Queries are rows (q, d), each of which reads `nprobe` lists. Where those lists hold fewer than k vectors,
    the rest is filled with score -inf and position -1. Raises RetrievalError for k, nprobe or a dimension out
    of range. Sivic and Zisserman 2003; Jégou, Douze and Schmid 2011, section IV. Lesson 03.
    """
    queries = as_rows(queries, file.vectors.shape[1])
    k = check_k(k, len(file.vectors))
    why = "the number of lists"
    nprobe = whole_number(nprobe, "nprobe", most=len(file.lists), why=why, error=RetrievalError)
    scores = np.full((len(queries), k), -np.inf, np.float32)
    positions = np.full((len(queries), k), -1, np.int64)
    probes = top_k(queries @ file.centroids.T, nprobe)
    for row, (query, nearest) in enumerate(zip(queries, probes, strict=True)):
        candidates = np.concatenate([file.lists[each] for each in nearest])
        if not len(candidates):
            continue
        similarities = file.vectors[candidates] @ query
        best = top_k(similarities, min(k, len(candidates)))
        scores[row, : len(best)] = similarities[best]
        positions[row, : len(best)] = candidates[best]
    return scores, positions


def _nearest(vectors: np.ndarray, centroids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest centroid of each vector and its similarity, (n,) each, worked out in blocks of vectors."""
    positions, similarities = np.empty(len(vectors), np.int64), np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), VECTORS_AT_ONCE):
        block = vectors[start : start + VECTORS_AT_ONCE] @ centroids.T
        best = block.argmax(axis=1)
        positions[start : start + len(block)] = best
        similarities[start : start + len(block)] = block[np.arange(len(block)), best]
    return positions, similarities


def _lists(nearest: np.ndarray, nlist: int) -> tuple[np.ndarray, ...]:
    """The positions of the vectors of each centroid, in rising order."""
    order = np.argsort(nearest, kind="stable")
    ends = np.cumsum(np.bincount(nearest, minlength=nlist))
    return tuple(np.split(order, ends[:-1]))
