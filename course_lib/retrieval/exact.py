"""Exact search by hand, in NumPy: every query against every vector. The yardstick of all that follows."""

from collections.abc import Sequence

import numpy as np

from course_lib.arguments import shown
from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.retrieval.filters import Filter, check_request
from course_lib.retrieval.types import (
    Hit,
    Retriever,
    TextEmbedder,
    as_hits,
    as_rows,
    check_chunks_given,
    check_dimension,
    check_finite,
    check_k,
    rows_of_numbers,
)

QUERIES_AT_ONCE = 64  # their scores against 100,000 vectors take 26 MB


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Scale rows (n, d) to length 1 as float32, rows of zeros as they are.

    Raises RetrievalError for NaN or infinity.
    """
    vectors = rows_of_numbers(vectors).astype(np.float32, copy=False)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    check_finite(lengths, "Vector")  # a row with NaN or infinity has no finite length
    return vectors / np.where(lengths > 0, lengths, 1)


def cosine_similarity(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The cosine of the angle between each row of a (n, d) and each of b (m, d), (n, m) in [-1, 1].

    A vector of zeros has no direction and gets 0. Raises RetrievalError for NaN and for unequal dimensions.
    Lesson 01.
    """
    a, b = unit_rows(a), unit_rows(b)
    check_dimension(a, b.shape[1])
    return np.clip(a @ b.T, -1, 1)


def top_k(scores: np.ndarray, k: int) -> np.ndarray:
    """The positions of the k highest scores, best first, equal ones in order: (n,) -> (k,), (q, n) -> (q, k).

    A partition finds the k-th best in linear time, and only what reaches it is sorted. Raises RetrievalError
    for k out of range and for NaN, which has no rank. Lesson 01.
    """
    scores = np.asarray(scores)
    if scores.ndim == 0 or scores.dtype.kind not in "fiu":
        raise RetrievalError(f"These scores are no row of numbers: {shown(scores)}.", "(n,) or (q, n)")
    k = check_k(k, scores.shape[-1])
    if scores.ndim > 1:
        return np.stack([top_k(row, k) for row in scores]) if len(scores) else np.empty((0, k), np.intp)
    if np.isnan(scores.max()):
        raise RetrievalError("The scores hold NaN, which has no rank.", allowed="finite scores")
    kth_best = np.partition(scores, -k)[-k]
    candidates = np.flatnonzero(scores >= kth_best)
    return candidates[np.argsort(-scores[candidates], kind="stable")[:k]]


def search_exact(vectors: np.ndarray, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores (q, k) and positions (q, k) of the k best vectors (n, d) for each query (q, d) by inner product.

    Works through the queries in blocks, so memory does not grow with their number. Raises RetrievalError for
    another dimension and for k out of range. Johnson, Douze and Jégou 2017, section 2, define the task;
    lesson 01 builds this, lesson 03 times it.
    """
    vectors = rows_of_numbers(vectors)
    queries = as_rows(queries, vectors.shape[1])
    k = check_k(k, len(vectors))
    scores = np.empty((len(queries), k), np.float32)
    positions = np.empty((len(queries), k), np.int64)
    for start in range(0, len(queries), QUERIES_AT_ONCE):
        block = queries[start : start + QUERIES_AT_ONCE] @ vectors.T
        if not (np.isfinite(block.min()) and np.isfinite(block.max())):  # the queries are finite
            raise RetrievalError("The vectors hold NaN or infinity.", allowed="finite numbers")
        best = top_k(block, k)
        positions[start : start + len(block)] = best
        scores[start : start + len(block)] = np.take_along_axis(block, best, axis=1)
    return scores, positions


class ExactIndex(Retriever):
    """Chunks and their vectors (n, dimension), searched without any approximation."""

    def __init__(self, chunks: Sequence[Chunk], embedder: TextEmbedder):
        """Embed the chunks' passages; raises RetrievalError if there are none. Lesson 01."""
        self.chunks = check_chunks_given(chunks)
        self.embedder = embedder
        self.vectors = unit_rows(embedder.embed([chunk.passage for chunk in self.chunks]))

    def __len__(self) -> int:
        return len(self.chunks)

    def search_many(self, queries: Sequence[str], k: int, where: Filter | None = None) -> list[list[Hit]]:
        """For each query the k chunks nearest to it, best first; with a filter, of those that it accepts.

        Raises RetrievalError for an empty query or k out of range. A filter that accepts fewer than k chunks
        gives fewer hits.
        """
        queries, k = check_request(queries, k, where, len(self))
        if len(queries) == 0:
            return []
        chunks, vectors = self.chunks, self.vectors
        if where is not None:
            rows = [row for row, chunk in enumerate(chunks) if where.accepts(chunk)]
            if not rows:
                return [[] for _ in queries]
            chunks, vectors = [chunks[row] for row in rows], vectors[rows]
        embedded = unit_rows(self.embedder.embed(queries))
        scores, positions = search_exact(vectors, embedded, min(k, len(chunks)))
        return [as_hits(chunks, *row) for row in zip(positions, scores, strict=True)]
